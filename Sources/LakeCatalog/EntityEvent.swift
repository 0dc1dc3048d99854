public import LakeCore

/// What a transaction did to one thing, for the history of that thing.
///
/// Written into the commit with the actions it is derived from: it is there exactly when they are.
public struct EntityEvent: Hashable, Sendable, Codable {
    /// What it is, a colon, and which: `dataset:orders`, `index:letters`, `key:0195…`.
    public var entity: String
    /// What of it changed.
    public var field: String
    /// Absent when there was nothing, or when looking for it would cost more than the commit.
    public var old: AnyJSON?
    /// Absent when nothing is left.
    public var new: AnyJSON?

    public init(entity: String, field: String, old: AnyJSON? = nil, new: AnyJSON? = nil) {
        self.entity = entity
        self.field = field
        self.old = old
        self.new = new
    }
}

extension Transaction {
    /// What the actions change, for the lake as it is before them.
    ///
    /// Cost: independent of how much the lake holds; a dataset's schema is compared when it is replaced.
    func events(on state: LakeState) -> [EntityEvent] {
        var names = Names(state: state)
        return actions.flatMap { $0.events(&names) }
    }

    /// The names of things, those the transaction itself makes among them.
    fileprivate struct Names {
        let state: LakeState
        var datasets: [DatasetID: DatasetName] = [:]
        var indexes: [IndexID: DatasetName] = [:]

        /// The identifier in place of the name is for a transaction that does not apply.
        func dataset(_ id: DatasetID) -> String {
            "dataset:\((datasets[id] ?? state.datasets[id]?.name)?.rawValue ?? id.rawValue)"
        }

        func index(_ id: IndexID) -> String {
            "index:\((indexes[id] ?? state.indexes[id]?.name)?.rawValue ?? id.rawValue)"
        }
    }
}

extension Action {
    fileprivate func events(_ names: inout Transaction.Names) -> [EntityEvent] {
        switch self {
        case .datasetCreated(let dataset):
            names.datasets[dataset.id] = dataset.name
            let new = AnyJSON.object(["id": .text(dataset.id.rawValue), "columns": Self.columns(dataset.schema)])
            let created = EntityEvent(entity: names.dataset(dataset.id), field: "dataset", new: new)
            return [created]
                + (dataset.files.isEmpty ? [] : [Self.files(Array(dataset.files), "files_added", created.entity)])
        case .filesAdded(let id, let files, _):
            return [Self.files(files, "files_added", names.dataset(id))]
        case .filesReplaced(let id, let files, let schema, _, _):
            let replaced = Self.files(files, "files_replaced", names.dataset(id))
            guard let before = names.state.datasets[id]?.schema, before != schema else { return [replaced] }
            let (old, new) = (Self.columns(before), Self.columns(schema))
            return [replaced, EntityEvent(entity: replaced.entity, field: "schema", old: old, new: new)]
        case .schemaChanged(let id, let schema, _, _):
            let old = names.state.datasets[id].map { Self.columns($0.schema) }
            return [EntityEvent(entity: names.dataset(id), field: "schema", old: old, new: Self.columns(schema))]
        case .filesExchanged(let id, let removing, let files, _):
            var exchanged = Self.files(files, "files_exchanged", names.dataset(id))
            exchanged.old = .object(["files": .integer(Int64(removing.count))])
            return [exchanged]
        case .deletionsChanged(let id, let changes, _):
            if changes.isEmpty { return [] }
            let new = changes.reduce(0) { $0 + ($1.deletions?.rows ?? 0) }
            return [
                EntityEvent(
                    entity: names.dataset(id),
                    field: "deleted_rows",
                    new: .object(["files": .integer(Int64(changes.count)), "rows": .integer(Int64(new))])
                )
            ]
        case .rowsMoved: return []
        case .datasetPinned(let id, let isPinned):
            return [EntityEvent(entity: names.dataset(id), field: "pinned", new: .boolean(isPinned))]
        case .datasetDescribed(let id, let card, _):
            let old = names.state.datasets[id]?.card.json
            return [EntityEvent(entity: names.dataset(id), field: "card", old: old, new: card.json)]
        case .datasetProfiled(let id, let profile, _):
            let kinds = Set(profile.personalData.values.joined().map(\.kind.rawValue)).sorted()
            guard !kinds.isEmpty else { return [] }
            let new = AnyJSON.object(["kinds": .array(kinds.map(AnyJSON.text))])
            return [EntityEvent(entity: names.dataset(id), field: "personal_data", new: new)]
        case .versionTagged(let id, let tag, let version):
            let old = names.state.datasets[id]?.versionTags[tag].map { AnyJSON.integer(Int64($0)) }
            let new = version.map { AnyJSON.integer(Int64($0)) }
            return [EntityEvent(entity: names.dataset(id), field: "version_tag \(tag)", old: old, new: new)]
        case .retentionSet(let id, let retention):
            let (old, new) = (names.state.datasets[id]?.retention.map(Self.retention), retention.map(Self.retention))
            return [EntityEvent(entity: names.dataset(id), field: "retention", old: old, new: new)]
        case .versionsTrimmed(let id, let version):
            return [
                EntityEvent(entity: names.dataset(id), field: "oldest_version", new: .integer(Int64(version)))
            ]
        case .clusteringSet(let id, let columns):
            let old = names.state.datasets[id].map { AnyJSON.array($0.clusterBy.map(AnyJSON.text)) }
            let new = AnyJSON.array(columns.map(AnyJSON.text))
            return [EntityEvent(entity: names.dataset(id), field: "cluster_by", old: old, new: new)]
        case .datasetRestored(let id, _):
            return [
                EntityEvent(entity: names.dataset(id), field: "dataset", new: .object(["id": .text(id.rawValue)]))
            ]
        case .tombstoneAdded(let tombstone):
            let new: [String: AnyJSON] = [
                "id": .text(tombstone.id.rawValue), "columns": .array(tombstone.columns.map(AnyJSON.text)),
                "keys": .integer(Int64(tombstone.keys)), "rows": .integer(Int64(tombstone.rows)),
                "reason": .text(tombstone.reason),
            ]
            return [EntityEvent(entity: names.dataset(tombstone.dataset), field: "tombstone", new: .object(new))]
        case .tombstoneRemoved(let id):
            let dataset = names.state.tombstones[id]?.dataset
            let entity = dataset.map { names.dataset($0) } ?? "tombstone:\(id)"
            return [EntityEvent(entity: entity, field: "tombstone", old: .object(["id": .text(id.rawValue)]))]
        case .datasetPurged(let id):
            return [EntityEvent(entity: names.dataset(id), field: "purged", new: .boolean(true))]
        case .historyTrimmed(let version):
            let old = AnyJSON.integer(Int64(names.state.oldestVersion))
            return [
                EntityEvent(entity: "lake:history", field: "oldest_version", old: old, new: .integer(Int64(version)))
            ]
        case .datasetDropped(let id, _):
            return [EntityEvent(entity: names.dataset(id), field: "dataset", old: .object(["id": .text(id.rawValue)]))]
        case .ingestRecorded(let receipt):
            let new: [String: AnyJSON] = [
                "file_name": .text(receipt.fileName), "format": .text(receipt.format), "mode": .text(receipt.mode),
                "sha256": .text(receipt.sha256), "rows": .integer(Int64(receipt.rows)),
                "rejected_rows": .integer(Int64(receipt.rejectedRows)),
            ]
            return [EntityEvent(entity: names.dataset(receipt.dataset), field: "ingest", new: .object(new))]
        case .indexCreated(let index):
            names.indexes[index.id] = index.name
            let new: [String: AnyJSON] = [
                "id": .text(index.id.rawValue), "dataset": .text(String(names.dataset(index.dataset).dropFirst(8))),
                "text_columns": .array(index.textColumns.map(AnyJSON.text)), "model": .text(index.model.id),
            ]
            return [EntityEvent(entity: names.index(index.id), field: "index", new: .object(new))]
        case .indexDropped(let id):
            return [EntityEvent(entity: names.index(id), field: "index", old: .object(["id": .text(id.rawValue)]))]
        case .generationPromoted(let id, let generation, let replacing):
            let old = replacing.map { AnyJSON.integer(Int64($0)) }
            let new = AnyJSON.integer(Int64(generation.number))
            return [EntityEvent(entity: names.index(id), field: "generation", old: old, new: new)]
        case .keyCreated(let key):
            let new = AnyJSON.object(["name": .text(key.name), "role": .text(key.role.rawValue)])
            return [EntityEvent(entity: "key:\(key.id)", field: "key", new: new)]
        case .keyRevoked(let id, _):
            return [EntityEvent(entity: "key:\(id)", field: "revoked", old: .boolean(false), new: .boolean(true))]
        }
    }

    private static func files(_ files: [DataFile], _ field: String, _ entity: String) -> EntityEvent {
        let new: [String: AnyJSON] = [
            "files": .integer(Int64(files.count)),
            "rows": .integer(Int64(files.reduce(0) { $0 + $1.rows })),
            "bytes": .integer(Int64(files.reduce(0) { $0 + $1.bytes })),
        ]
        return EntityEvent(entity: entity, field: field, new: .object(new))
    }

    private static func retention(_ retention: Retention) -> AnyJSON {
        let values = [("seconds", retention.seconds), ("versions", retention.versions)]
        return .object(
            Dictionary(
                uniqueKeysWithValues: values.compactMap { name, value in value.map { (name, .integer(Int64($0))) } }
            )
        )
    }

    private static func columns(_ schema: Schema) -> AnyJSON {
        .array(schema.columns.map { .object(["name": .text($0.name), "type": .text($0.type)]) })
    }
}
