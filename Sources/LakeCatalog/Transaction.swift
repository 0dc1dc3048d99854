public import LakeCore

/// Changes that become visible together, in one version of the log, or not at all.
public struct Transaction: Hashable, Sendable, Codable, Identifiable {
    /// Tells a writer whether a commit whose outcome it does not know has happened.
    public var id: TransactionID
    /// The principal's name.
    public var actor: String
    public var reason: String
    public var at: String
    /// Applied in this order.
    public var actions: [Action]
    /// What they changed; set when the transaction is committed.
    public internal(set) var events: [EntityEvent] = []
    /// The request that brought it about, when its caller gave it a key so as to be able to repeat it.
    public var request: RequestNote?

    public init(
        id: TransactionID = .fresh(),
        actor: String,
        reason: String,
        at: String = WallClock.now(),
        actions: [Action],
        request: RequestNote? = nil
    ) {
        self.id = id
        self.actor = actor
        self.reason = reason
        self.at = at
        self.actions = actions
        self.request = request
    }

    enum CodingKeys: String, CodingKey {
        case id, actor, reason, at, actions, events, request
    }
}

/// One change of the lake's state.
public enum Action: Hashable, Sendable {
    case datasetCreated(Dataset)
    /// Appends; the files have the columns of `expectedSchema`.
    case filesAdded(dataset: DatasetID, files: [DataFile], expectedSchema: SchemaDigest)
    /// The dataset has these files and no others from here on; its receipts so far are dropped. With `expectedVersion` only if
    /// nothing has changed the dataset since. Files that were written before the columns were these say which of `olderSchemas`
    /// they have.
    case filesReplaced(
        dataset: DatasetID,
        files: [DataFile],
        schema: Schema,
        expectedVersion: Int?,
        olderSchemas: [Schema] = []
    )
    /// The dataset has these columns instead of those of `expectedSchema`; its files stay. A column is the same as long as its
    /// field id is. With `expectedVersion` only if nothing has changed the dataset since.
    case schemaChanged(dataset: DatasetID, schema: Schema, expectedSchema: SchemaDigest, expectedVersion: Int?)
    /// Of these files the dataset has those instead, in the place of the first; it must still have them all, with no other rows
    /// deleted, and the columns of `expectedSchema`. What was added meanwhile stays.
    case filesExchanged(dataset: DatasetID, removing: [SeenFile], adding: [DataFile], expectedSchema: SchemaDigest)
    /// Other rows of these files are deleted from here on; the dataset must still have them all, as the changes say. With
    /// `expectedVersion` only if nothing has changed the dataset since; there may be no changes then.
    case deletionsChanged(dataset: DatasetID, changes: [DeletionChange], expectedVersion: Int?)
    /// Says where the rows of files went that were exchanged for others; comes after the action that does so.
    case rowsMoved(dataset: DatasetID, moves: [FileMove])
    /// Takes a drop back; the name must be free.
    case datasetRestored(DatasetID, at: String)
    /// Whether servers keep the dataset's rows in memory.
    case datasetPinned(DatasetID, isPinned: Bool)
    /// What people say about a dataset, if the card is still of the version `replacing`.
    case datasetDescribed(DatasetID, card: DatasetCard, replacing: Int)
    /// What was found in rows that came; with `isWhole`, in all that there are.
    case datasetProfiled(DatasetID, DatasetProfile, isWhole: Bool)
    /// A version of the lake stays readable for the dataset under that name; nil: no longer.
    case versionTagged(DatasetID, tag: String, version: Int?)
    /// Which versions of the dataset stay readable from the next sweep on; nil: as long as the lake's.
    case retentionSet(DatasetID, Retention?)
    /// The dataset can no longer be read at versions before this one, but for those that have a tag.
    case versionsTrimmed(DatasetID, before: Int)
    /// The columns by which compactions sort the rows from here on.
    case clusteringSet(DatasetID, columns: [String])
    /// Comes after the action that hides the rows.
    case tombstoneAdded(Tombstone)
    /// Comes after the action that brings the rows back.
    case tombstoneRemoved(TombstoneID)
    /// Frees the name and drops the receipts. Indexes over the dataset stay until they are dropped themselves.
    case datasetDropped(DatasetID, at: String)
    /// Forgets a dropped dataset, so that its files belong to nothing any more.
    case datasetPurged(DatasetID)
    /// Comes after the action that brings the rows.
    case ingestRecorded(IngestReceipt)
    case indexCreated(VectorIndex)
    case indexDropped(IndexID)
    /// Searches read this generation from here on. `replacing` is the number of the one they read so far.
    case generationPromoted(index: IndexID, generation: Generation, replacing: Int?)
    case keyCreated(APIKeyRecord)
    case keyRevoked(KeyID, at: String)
    /// The versions before this one can no longer be read: files that only they have may go.
    case historyTrimmed(before: Int)
}

extension Action {
    /// The dataset whose rows or columns the action changes; nil for any other action.
    public var dataset: DatasetID? {
        switch self {
        case .datasetCreated(let dataset): dataset.id
        case .filesAdded(let id, _, _), .filesReplaced(let id, _, _, _, _), .filesExchanged(let id, _, _, _),
            .schemaChanged(let id, _, _, _),
            .deletionsChanged(let id, _, _), .rowsMoved(let id, _), .datasetRestored(let id, _),
            .datasetDropped(let id, _), .datasetPurged(let id):
            id
        case .tombstoneAdded(let tombstone): tombstone.dataset
        case .ingestRecorded(let receipt): receipt.dataset
        case .datasetPinned, .datasetDescribed, .datasetProfiled, .versionTagged, .retentionSet, .versionsTrimmed,
            .clusteringSet, .tombstoneRemoved, .indexCreated, .indexDropped,
            .generationPromoted, .keyCreated,
            .keyRevoked,
            .historyTrimmed:
            nil
        }
    }
}
