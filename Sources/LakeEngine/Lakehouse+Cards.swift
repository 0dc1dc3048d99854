import LakeCatalog
public import LakeCore
import LakeSQL

extension Lakehouse {
    /// Says something of a dataset: its rows, columns and version stay.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - patch: What to say.
    ///   - condition: What must hold of the manifest's etag.
    ///   - principal: Who asks.
    /// - Returns: The dataset and the lake version that has it so.
    /// - Throws: `EngineError.notFound`, `EngineError.invalid` naming the field, `EngineError.datasetChanged`.
    public func describe(
        dataset name: String,
        _ patch: DatasetPatch,
        if condition: ObjectCondition = .none,
        for principal: Principal
    ) async throws -> Versioned<DatasetManifest> {
        try await observed(.describeDataset) {
            try await authorise(principal, .writer, "describe datasets", on: ["dataset:\(name)"])
            let answer = try await once("describe dataset", AskedCard(name: name, patch: patch), by: principal) {
                ticket in
                try await retrying { try await describe(name, patch, condition, ticket, for: principal) }
            }
            let state = try await log.state()
            return Versioned(version: answer.version, value: DatasetManifest(try liveDataset(name, in: state)))
        }
    }

    private func describe(
        _ name: String,
        _ patch: DatasetPatch,
        _ condition: ObjectCondition,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> VersionAnswer {
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        guard condition.holds(for: dataset.etag) else { throw EngineError.datasetChanged(name: name) }
        let card = try CardEditor(dataset: dataset).applying(patch)
        if card == dataset.card { return VersionAnswer(version: state.version) }
        var actions = [Action.datasetDescribed(dataset.id, card: card, replacing: dataset.card.version)]
        var described = dataset
        described.card = card
        if let column = described.eventTimeColumn, column != dataset.eventTimeColumn {
            let profile = DatasetProfile(highWater: try await latestTime(of: column, in: dataset))
            actions.append(.datasetProfiled(dataset.id, profile, isWhole: false))
        }
        let note = try ticket?.note(VersionAnswer())
        return VersionAnswer(
            version: try await commit(actions, "describe dataset \(name)", by: principal, note: note).version
        )
    }

    /// The latest time in a column, in RFC 3339.
    private func latestTime(of column: Column, in dataset: Dataset) async throws -> String? {
        var plan = ReadPlan(self)
        let relation = try await plan.relation(dataset)
        guard !relation.files.isEmpty else { return nil }
        let database = try await trusted.get()
        try await database.use(try await plan.accesses())
        return try await database.withSession { session in
            let query = "SELECT \(SQLText.latestTime(of: column.name)) FROM (\(SQLText.relationSQL(relation)))"
            let rows = try await session.rows(query)
            guard case .text(let time)? = rows.first?.first else { return nil }
            return time
        }
    }
}

/// All that makes a difference in what is asked for.
private struct AskedCard: Encodable {
    var name: String
    var patch: DatasetPatch
}

/// Makes a dataset's next card.
private struct CardEditor {
    let dataset: Dataset

    private static let descriptionMost = 10_000
    private static let wordMost = 200
    private static let listMost = 100

    func applying(_ patch: DatasetPatch) throws(EngineError) -> DatasetCard {
        var card = dataset.card
        try Self.check(patch.description, "description", most: Self.descriptionMost)
        try Self.check(patch.owner, "owner", most: Self.wordMost)
        try Self.check(patch.licence, "licence", most: Self.wordMost)
        patch.description.applied(to: &card.description)
        patch.owner.applied(to: &card.owner)
        patch.licence.applied(to: &card.licence)
        if let tags = patch.tags { card.tags = try Self.checked(tags) }
        if let links = patch.links { card.links = try Self.checked(links) }
        if let isProtected = patch.deleteProtection { card.isProtected = isProtected }
        if case .set(let seconds) = patch.freshWithinSeconds, seconds < 1 {
            throw .invalid(field: "fresh_within_s", reason: "must be at least 1, not \(seconds)")
        }
        patch.freshWithinSeconds.applied(to: &card.freshWithinSeconds)
        switch patch.eventTimeColumn {
        case .kept: break
        case .removed: card.eventTimeColumn = nil
        case .set(let name):
            let column = try column(name, "event_time_column")
            guard column.isTime else {
                throw .invalid(field: "event_time_column", reason: "must be a DATE or TIMESTAMP, not \(column.type)")
            }
            card.eventTimeColumn = column.fieldID
        }
        for (name, change) in patch.columns.sorted(by: { $0.key < $1.key }) {
            let column = try column(name, "columns.\(name)")
            try Self.check(change.description, "columns.\(name).description", most: Self.descriptionMost)
            var note = card.columns[column.fieldID] ?? DatasetCard.ColumnNote()
            change.description.applied(to: &note.description)
            change.sensitivity.applied(to: &note.sensitivity)
            card.columns[column.fieldID] = note == DatasetCard.ColumnNote() ? nil : note
        }
        return card
    }

    private func column(_ name: String, _ field: String) throws(EngineError) -> Column {
        if let column = dataset.schema.column(named: name) { return column }
        let names = dataset.schema.columns.map(\.name)
        let near = nearestNames(to: name, in: names).map { "'\($0)'" }.joined(separator: " or ")
        let hint = near.isEmpty ? "" : "; did you mean \(near)?"
        throw .invalid(field: field, reason: "is no column of '\(dataset.name)'\(hint)")
    }

    private static func check(_ change: DatasetPatch.Change<String>, _ field: String, most: Int) throws(EngineError) {
        guard case .set(let text) = change else { return }
        guard (1...most).contains(text.count) else {
            throw .invalid(field: field, reason: "must have 1 to \(most) characters, not \(text.count)")
        }
    }

    private static func checked(_ tags: [String]) throws(EngineError) -> [String] {
        let isFine = tags.allSatisfy { tag in
            (1...64).contains(tag.count) && tag.allSatisfy { $0.isLetter || $0.isNumber || "-_.:/".contains($0) }
        }
        guard isFine, tags.count <= listMost else {
            let rule = "must be at most \(listMost) words of up to 64 letters, digits and -_.:/"
            throw .invalid(field: "tags", reason: rule)
        }
        return Set(tags).sorted()
    }

    private static func checked(_ links: [DatasetCard.Link]) throws(EngineError) -> [DatasetCard.Link] {
        let isFine = links.allSatisfy { link in
            ["https://", "http://", "mailto:"].contains { link.url.hasPrefix($0) } && link.url.count <= 2000
                && link.title?.count ?? 0 <= wordMost
        }
        guard isFine, links.count <= listMost else {
            throw .invalid(
                field: "links",
                reason: "must be at most \(listMost) addresses that begin with https://, http:// or mailto:"
            )
        }
        return links
    }
}

extension ObjectCondition {
    /// Whether it holds for something that is there and has this etag.
    func holds(for etag: String) -> Bool {
        switch self {
        case .none, .isPresent: true
        case .isAbsent: false
        case .hasOne(let etags): etags.contains(etag)
        }
    }
}
