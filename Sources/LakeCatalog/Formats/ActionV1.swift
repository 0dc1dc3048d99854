internal import LakeCore

/// A kind of action that only a newer Lakehouse knows.
///
/// To skip it would be to read another lake than the one that was written.
struct UnknownActionKind: Error {
    let kind: String
}

/// An action at rest is an object with its `kind` and that kind's fields.
extension Action: Codable {
    private enum Kind: String, CaseIterable {
        case datasetCreated = "dataset_created"
        case filesAdded = "files_added"
        case filesReplaced = "files_replaced"
        case filesExchanged = "files_exchanged"
        case schemaChanged = "schema_changed"
        case deletionsChanged = "deletions_changed"
        case rowsMoved = "rows_moved"
        case datasetRestored = "dataset_restored"
        case datasetPinned = "dataset_pinned"
        case datasetDescribed = "dataset_described"
        case datasetProfiled = "dataset_profiled"
        case versionTagged = "version_tagged"
        case retentionSet = "retention_set"
        case versionsTrimmed = "versions_trimmed"
        case clusteringSet = "clustering_set"
        case tombstoneAdded = "tombstone_added"
        case tombstoneRemoved = "tombstone_removed"
        case datasetDropped = "dataset_dropped"
        case datasetPurged = "dataset_purged"
        case ingestRecorded = "ingest_recorded"
        case indexCreated = "index_created"
        case indexDropped = "index_dropped"
        case generationPromoted = "generation_promoted"
        case keyCreated = "key_created"
        case keyRevoked = "key_revoked"
        case historyTrimmed = "history_trimmed"
    }

    private enum CodingKeys: String, CodingKey {
        case kind, dataset, files, removing, schema, receipt, index, generation, replacing, key, at, before
        case datasetID = "dataset_id"
        case indexID = "index_id"
        case keyID = "key_id"
        case tombstone, deletions, changes, moves, card, profile
        case isWhole = "is_whole"
        case isPinned = "is_pinned"
        case tombstoneID = "tombstone_id"
        case expectedSchema = "expected_schema"
        case expectedSchemaDigest = "expected_schema_sha256"
        case expectedVersion = "expected_version"
        case olderSchemas = "older_schemas"
        case tag, version, retention, columns
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let name = try fields.decode(String.self, forKey: .kind)
        guard let kind = Kind(rawValue: name) else { throw UnknownActionKind(kind: name) }
        switch kind {
        case .datasetCreated: self = .datasetCreated(try fields.decode(Dataset.self, forKey: .dataset))
        case .filesAdded:
            self = .filesAdded(
                dataset: try fields.decode(DatasetID.self, forKey: .datasetID),
                files: try fields.decode([DataFile].self, forKey: .files),
                expectedSchema: try Self.expectedSchema(in: fields)
            )
        case .filesReplaced:
            self = .filesReplaced(
                dataset: try fields.decode(DatasetID.self, forKey: .datasetID),
                files: try fields.decode([DataFile].self, forKey: .files),
                schema: try fields.decode(Schema.self, forKey: .schema),
                expectedVersion: try fields.decodeIfPresent(Int.self, forKey: .expectedVersion),
                olderSchemas: try fields.decodeIfPresent([Schema].self, forKey: .olderSchemas) ?? []
            )
        case .schemaChanged:
            self = .schemaChanged(
                dataset: try fields.decode(DatasetID.self, forKey: .datasetID),
                schema: try fields.decode(Schema.self, forKey: .schema),
                expectedSchema: try Self.expectedSchema(in: fields),
                expectedVersion: try fields.decodeIfPresent(Int.self, forKey: .expectedVersion)
            )
        case .filesExchanged:
            self = .filesExchanged(
                dataset: try fields.decode(DatasetID.self, forKey: .datasetID),
                removing: try Self.seenFiles(in: fields),
                adding: try fields.decode([DataFile].self, forKey: .files),
                expectedSchema: try Self.expectedSchema(in: fields)
            )
        case .deletionsChanged:
            self = .deletionsChanged(
                dataset: try fields.decode(DatasetID.self, forKey: .datasetID),
                changes: try fields.decode([DeletionChange].self, forKey: .changes),
                expectedVersion: try fields.decodeIfPresent(Int.self, forKey: .expectedVersion)
            )
        case .rowsMoved:
            self = .rowsMoved(
                dataset: try fields.decode(DatasetID.self, forKey: .datasetID),
                moves: try fields.decode([FileMove].self, forKey: .moves)
            )
        case .datasetRestored:
            self = .datasetRestored(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                at: try fields.decode(String.self, forKey: .at)
            )
        case .datasetPinned:
            self = .datasetPinned(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                isPinned: try fields.decode(Bool.self, forKey: .isPinned)
            )
        case .datasetDescribed:
            self = .datasetDescribed(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                card: try fields.decode(DatasetCard.self, forKey: .card),
                replacing: try fields.decode(Int.self, forKey: .replacing)
            )
        case .datasetProfiled:
            self = .datasetProfiled(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                try fields.decode(DatasetProfile.self, forKey: .profile),
                isWhole: try fields.decode(Bool.self, forKey: .isWhole)
            )
        case .versionTagged:
            self = .versionTagged(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                tag: try fields.decode(String.self, forKey: .tag),
                version: try fields.decodeIfPresent(Int.self, forKey: .version)
            )
        case .retentionSet:
            self = .retentionSet(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                try fields.decodeIfPresent(Retention.self, forKey: .retention)
            )
        case .versionsTrimmed:
            self = .versionsTrimmed(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                before: try fields.decode(Int.self, forKey: .before)
            )
        case .clusteringSet:
            self = .clusteringSet(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                columns: try fields.decode([String].self, forKey: .columns)
            )
        case .tombstoneAdded: self = .tombstoneAdded(try fields.decode(Tombstone.self, forKey: .tombstone))
        case .tombstoneRemoved:
            self = .tombstoneRemoved(try fields.decode(TombstoneID.self, forKey: .tombstoneID))
        case .datasetDropped:
            self = .datasetDropped(
                try fields.decode(DatasetID.self, forKey: .datasetID),
                at: try fields.decode(String.self, forKey: .at)
            )
        case .datasetPurged: self = .datasetPurged(try fields.decode(DatasetID.self, forKey: .datasetID))
        case .ingestRecorded: self = .ingestRecorded(try fields.decode(IngestReceipt.self, forKey: .receipt))
        case .indexCreated: self = .indexCreated(try fields.decode(VectorIndex.self, forKey: .index))
        case .indexDropped: self = .indexDropped(try fields.decode(IndexID.self, forKey: .indexID))
        case .generationPromoted:
            self = .generationPromoted(
                index: try fields.decode(IndexID.self, forKey: .indexID),
                generation: try fields.decode(Generation.self, forKey: .generation),
                replacing: try fields.decodeIfPresent(Int.self, forKey: .replacing)
            )
        case .keyCreated: self = .keyCreated(try fields.decode(APIKeyRecord.self, forKey: .key))
        case .keyRevoked:
            self = .keyRevoked(
                try fields.decode(KeyID.self, forKey: .keyID),
                at: try fields.decode(String.self, forKey: .at)
            )
        case .historyTrimmed: self = .historyTrimmed(before: try fields.decode(Int.self, forKey: .before))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(kind.rawValue, forKey: .kind)
        switch self {
        case .datasetCreated(let dataset): try fields.encode(dataset, forKey: .dataset)
        case .filesAdded(let id, let files, let schema):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(files, forKey: .files)
            try fields.encode(schema, forKey: .expectedSchemaDigest)
        case .filesReplaced(let id, let files, let schema, let expected, let older):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(files, forKey: .files)
            try fields.encode(schema, forKey: .schema)
            try fields.encodeIfPresent(expected, forKey: .expectedVersion)
            if !older.isEmpty { try fields.encode(older, forKey: .olderSchemas) }
        case .schemaChanged(let id, let schema, let expectedSchema, let expected):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(schema, forKey: .schema)
            try fields.encode(expectedSchema, forKey: .expectedSchemaDigest)
            try fields.encodeIfPresent(expected, forKey: .expectedVersion)
        case .filesExchanged(let id, let removing, let files, let schema):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(removing.map(\.key), forKey: .removing)
            if removing.contains(where: { $0.deletions != nil }) {
                try fields.encode(removing.map(\.deletions), forKey: .deletions)
            }
            try fields.encode(files, forKey: .files)
            try fields.encode(schema, forKey: .expectedSchemaDigest)
        case .deletionsChanged(let id, let changes, let expected):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(changes, forKey: .changes)
            try fields.encodeIfPresent(expected, forKey: .expectedVersion)
        case .rowsMoved(let id, let moves):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(moves, forKey: .moves)
        case .datasetRestored(let id, let at):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(at, forKey: .at)
        case .datasetPinned(let id, let isPinned):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(isPinned, forKey: .isPinned)
        case .datasetDescribed(let id, let card, let replacing):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(card, forKey: .card)
            try fields.encode(replacing, forKey: .replacing)
        case .datasetProfiled(let id, let profile, let isWhole):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(profile, forKey: .profile)
            try fields.encode(isWhole, forKey: .isWhole)
        case .versionTagged(let id, let tag, let version):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(tag, forKey: .tag)
            try fields.encodeIfPresent(version, forKey: .version)
        case .retentionSet(let id, let retention):
            try fields.encode(id, forKey: .datasetID)
            try fields.encodeIfPresent(retention, forKey: .retention)
        case .versionsTrimmed(let id, let version):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(version, forKey: .before)
        case .clusteringSet(let id, let columns):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(columns, forKey: .columns)
        case .tombstoneAdded(let tombstone): try fields.encode(tombstone, forKey: .tombstone)
        case .tombstoneRemoved(let id): try fields.encode(id, forKey: .tombstoneID)
        case .datasetDropped(let id, let at):
            try fields.encode(id, forKey: .datasetID)
            try fields.encode(at, forKey: .at)
        case .datasetPurged(let id): try fields.encode(id, forKey: .datasetID)
        case .ingestRecorded(let receipt): try fields.encode(receipt, forKey: .receipt)
        case .indexCreated(let index): try fields.encode(index, forKey: .index)
        case .indexDropped(let id): try fields.encode(id, forKey: .indexID)
        case .generationPromoted(let id, let generation, let replacing):
            try fields.encode(id, forKey: .indexID)
            try fields.encode(generation, forKey: .generation)
            try fields.encodeIfPresent(replacing, forKey: .replacing)
        case .keyCreated(let key): try fields.encode(key, forKey: .key)
        case .keyRevoked(let id, let at):
            try fields.encode(id, forKey: .keyID)
            try fields.encode(at, forKey: .at)
        case .historyTrimmed(let version): try fields.encode(version, forKey: .before)
        }
    }

    /// Before format 3 the columns stood there themselves.
    private static func expectedSchema(in fields: KeyedDecodingContainer<CodingKeys>) throws -> SchemaDigest {
        if let digest = try fields.decodeIfPresent(SchemaDigest.self, forKey: .expectedSchemaDigest) { return digest }
        return SchemaDigest(try fields.decode(Schema.self, forKey: .expectedSchema))
    }

    /// The deletions stand beside the keys, in the same order; absent when there are none.
    private static func seenFiles(in fields: KeyedDecodingContainer<CodingKeys>) throws -> [SeenFile] {
        let keys = try fields.decode([String].self, forKey: .removing)
        let deletions = try fields.decodeIfPresent([String?].self, forKey: .deletions) ?? []
        return keys.enumerated().map { place, key in
            SeenFile(key: key, deletions: deletions.indices.contains(place) ? deletions[place] : nil)
        }
    }

    /// What the action is called where it is kept: `files_added`.
    public var name: String { kind.rawValue }

    /// What all kinds of action are called.
    static var allNames: [String] { Kind.allCases.map(\.rawValue) }

    private var kind: Kind {
        switch self {
        case .datasetCreated: .datasetCreated
        case .filesAdded: .filesAdded
        case .filesReplaced: .filesReplaced
        case .filesExchanged: .filesExchanged
        case .schemaChanged: .schemaChanged
        case .deletionsChanged: .deletionsChanged
        case .rowsMoved: .rowsMoved
        case .datasetRestored: .datasetRestored
        case .datasetPinned: .datasetPinned
        case .datasetDescribed: .datasetDescribed
        case .datasetProfiled: .datasetProfiled
        case .versionTagged: .versionTagged
        case .retentionSet: .retentionSet
        case .versionsTrimmed: .versionsTrimmed
        case .clusteringSet: .clusteringSet
        case .tombstoneAdded: .tombstoneAdded
        case .tombstoneRemoved: .tombstoneRemoved
        case .datasetDropped: .datasetDropped
        case .datasetPurged: .datasetPurged
        case .ingestRecorded: .ingestRecorded
        case .indexCreated: .indexCreated
        case .indexDropped: .indexDropped
        case .generationPromoted: .generationPromoted
        case .keyCreated: .keyCreated
        case .keyRevoked: .keyRevoked
        case .historyTrimmed: .historyTrimmed
        }
    }
}
