import LakeCatalog
public import LakeCore
import LakeIngest
import LakeSQL
import LakeStorage

extension Lakehouse {
    /// Hides the rows that have certain keys from every query, search and answer, in one commit.
    ///
    /// Keys compare as the columns do: text as text, numbers as numbers, and no key is NULL. A row that comes later under a key that was
    /// named is new and visible.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - columns: The columns of the key.
    ///   - keys: A value for each column of each key, at most 10,000.
    ///   - reason: Why, for the history.
    ///   - principal: Who asks.
    /// - Returns: What was hidden.
    /// - Throws: `EngineError.invalid` naming the value that is none of its column.
    public func hideRows(
        of name: String,
        columns: [String],
        keys: [[SQLValue]],
        reason: String,
        for principal: Principal
    ) async throws -> TombstoneOutcome {
        guard (1...KeyList.valuesMax).contains(keys.count) else {
            let most = KeyList.valuesMax
            throw EngineError.invalid(
                field: "row_key_values",
                reason: "must be 1 to \(most) values; send more as a file"
            )
        }
        return try await observed(.tombstone) {
            try await authorise(principal, .writer, "hide rows", on: ["dataset:\(name)"])
            let asked = [name, reason] + columns + ["\(keys)"]
            return try await once("hide rows", asked, by: principal) { ticket in
                try await hide(.values(keys), columns, of: name, reason, ticket, for: principal)
            }
        }
    }

    /// The same with the keys in a file that was uploaded, of any format that can be ingested; any number of them.
    public func hideRows(
        of name: String,
        columns: [String],
        keys upload: Upload,
        fileName: String,
        reason: String,
        for principal: Principal
    ) async throws -> TombstoneOutcome {
        do {
            let outcome = try await observed(.tombstone) {
                try await authorise(principal, .writer, "hide rows", on: ["dataset:\(name)"])
                let staged = await upload.finish()
                let asked = [name, reason, staged.sha256] + columns
                return try await once("hide rows", asked, by: principal) { ticket in
                    try await hide(keysIn: staged, fileName, columns, of: name, reason, ticket, for: principal)
                }
            }
            await upload.discard()
            return outcome
        } catch {
            await upload.discard()
            throw error
        }
    }

    private func hide(
        keysIn staged: StagedFile,
        _ fileName: String,
        _ columns: [String],
        of name: String,
        _ reason: String,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> TombstoneOutcome {
        let dataset = try liveDataset(name, in: try await log.state())
        let schema = Schema(columns: try Self.keyColumns(columns, of: dataset))
        let held = try memory.reserve(WorkingMemory.ingest, from: .ingest)
        defer { withExtendedLifetime(held) {} }
        let output = workspace.stagingFile(suffix: ".keys.parquet")
        do {
            let options = IngestOptions(fileName: fileName, expectedSchema: schema)
            let converter = FileConverter(database: try await trusted.get())
            let table = try await converter.convert(file: staged.path, options: options, output: output)
            guard table.rejectedRows == 0 else {
                let line = table.rejectedSamples.first?.line.map { "line \($0)" } ?? "a line"
                throw EngineError.invalid(field: "file", reason: "has keys that cannot be read, the first at \(line)")
            }
            let keys = KeyList.file(output, count: table.rows)
            let outcome = try await hide(keys, columns, of: name, reason, ticket, for: principal)
            await workspace.removeStaged(path: output)
            return outcome
        } catch {
            await workspace.removeStaged(path: output)
            throw error
        }
    }

    private func hide(
        _ keys: KeyList,
        _ columns: [String],
        of name: String,
        _ reason: String,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> TombstoneOutcome {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw EngineError.invalid(field: "reason", reason: "must say why the rows are hidden")
        }
        return try await retrying {
            let state = try await log.state()
            let dataset = try liveDataset(name, in: state)
            let found = workspace.stagingFile(suffix: ".rows.parquet")
            do {
                var plan = ReadPlan(self)
                var relation = try await plan.relation(dataset)
                relation.isPlaced = true
                try await find(
                    keys,
                    try Self.keyColumns(columns, of: dataset),
                    of: dataset,
                    relation,
                    plan,
                    into: found
                )
                let hider = RowHider(lake: self, dataset: dataset)
                let outcome = TombstoneOutcome(
                    dataset: name,
                    version: state.version,
                    keys: keys.count,
                    rowsHidden: 0,
                    rows: dataset.rows
                )
                let done = try await bury(found, hider, &plan, columns, reason, ticket, outcome, for: principal)
                await workspace.removeStaged(path: found)
                return done
            } catch {
                await workspace.removeStaged(path: found)
                throw error
            }
        }
    }

    /// Writes down where the rows with the keys are.
    func find(
        _ keys: KeyList,
        _ columns: [Column],
        of dataset: Dataset,
        _ relation: Relation,
        _ plan: ReadPlan,
        into path: String
    ) async throws {
        try dataset.checkPlaces()
        let database = try await trusted.get()
        try await database.use(try await plan.accesses())
        try await database.withSession { session in
            let wanted = try await keys.relation(columns, session)
            let isSame = columns.enumerated().map { "row.\(SQLText.quoteIdentifier($1.name)) = wanted.k\($0 + 1)" }
            try await session.execute(
                """
                COPY (
                    SELECT row.file_index, row.file_row_number FROM (\(SQLText.relationSQL(relation))) row
                    SEMI JOIN \(wanted) wanted ON \(isSame.joined(separator: " AND "))
                ) TO \(SQLText.quoteLiteral(path)) (FORMAT parquet, COMPRESSION zstd)
                """
            )
        }
    }

    /// Commits that rows are hidden, and by whom.
    private func bury(
        _ found: String,
        _ hider: RowHider,
        _ plan: inout ReadPlan,
        _ columns: [String],
        _ reason: String,
        _ ticket: RequestTicket?,
        _ outcome: TombstoneOutcome,
        for principal: Principal
    ) async throws -> TombstoneOutcome {
        guard let (hidden, hits) = try await hider.hide(found, &plan, keepingHits: true), let hits else {
            return outcome
        }
        var outcome = outcome
        let tombstone = Tombstone(
            dataset: hider.dataset.id,
            columns: columns,
            keys: outcome.keys,
            rows: hidden.rows,
            actor: principal.name,
            reason: reason,
            files: Set(hidden.changes.map(\.file)),
            object: hits
        )
        outcome.id = tombstone.id.rawValue
        outcome.rowsHidden = hidden.rows
        outcome.rows -= hidden.rows
        do {
            // Nobody may have brought rows with these keys since they were looked for.
            let change = Action.deletionsChanged(
                dataset: hider.dataset.id,
                changes: hidden.changes,
                expectedVersion: hider.dataset.version
            )
            outcome.version = try await commit(
                [change, .tombstoneAdded(tombstone)],
                reason,
                by: principal,
                note: try ticket?.note(outcome)
            ).version
            return outcome
        } catch {
            if !error.leavesOutcomeOpen { await hider.discard(hidden) }
            throw error
        }
    }

    /// The tombstones of a dataset that can be undone, oldest first.
    public func tombstones(
        of name: String,
        for principal: Principal
    ) async throws -> Versioned<[TombstoneManifest]> {
        try await authorise(principal, .reader, "list tombstones", on: ["dataset:\(name)"])
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        let found = state.tombstones.values.filter { $0.dataset == dataset.id }.sorted { $0.id < $1.id }
        return Versioned(version: state.version, value: found.map { TombstoneManifest($0, of: name) })
    }

    /// Brings the rows back that a tombstone hid, as far as their files were not rewritten since.
    ///
    /// - Returns: What was brought back, as rows added.
    /// - Throws: `EngineError.notFound` when there is no such tombstone any more.
    public func undoTombstone(
        id: String,
        of name: String,
        for principal: Principal
    ) async throws -> RowChange {
        try await observed(.tombstone) {
            try await authorise(principal, .writer, "bring hidden rows back", on: ["dataset:\(name)"])
            return try await once("undo tombstone", [name, id], by: principal) { ticket in
                try await retrying { try await undo(id, of: name, ticket, for: principal) }
            }
        }
    }

    private func undo(
        _ id: String,
        of name: String,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> RowChange {
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        guard let tombstone = state.tombstones[TombstoneID(rawValue: id)], tombstone.dataset == dataset.id else {
            throw EngineError.notFound(kind: "tombstone that can be undone", name: id, nearest: [])
        }
        var plan = ReadPlan(self)
        let hider = RowHider(lake: self, dataset: dataset)
        let shown = try await hider.show(tombstone, &plan)
        var outcome = RowChange(
            dataset: name,
            version: state.version,
            rowsDeleted: 0,
            rowsAdded: shown.rows,
            rows: dataset.rows + shown.rows,
            dryRun: false
        )
        do {
            let change = Action.deletionsChanged(dataset: dataset.id, changes: shown.changes, expectedVersion: nil)
            outcome.version = try await commit(
                [change, .tombstoneRemoved(tombstone.id)],
                "undo tombstone \(id)",
                by: principal,
                note: try ticket?.note(outcome)
            ).version
            return outcome
        } catch {
            if !error.leavesOutcomeOpen { await hider.discard(shown) }
            throw error
        }
    }

    /// The columns of a row key.
    static func keyColumns(_ names: [String], of dataset: Dataset) throws -> [Column] {
        guard !names.isEmpty else {
            throw EngineError.invalid(field: "row_key_columns", reason: "must name at least one column")
        }
        let columns = try names.map { try column($0, field: "row_key_columns", of: dataset) }
        guard Set(columns.map(\.fieldID)).count == columns.count else {
            throw EngineError.invalid(field: "row_key_columns", reason: "names a column twice")
        }
        return columns
    }
}
