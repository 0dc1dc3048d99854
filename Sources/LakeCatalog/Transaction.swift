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

    public init(
        id: TransactionID = .fresh(),
        actor: String,
        reason: String,
        at: String = WallClock.now(),
        actions: [Action]
    ) {
        self.id = id
        self.actor = actor
        self.reason = reason
        self.at = at
        self.actions = actions
    }

    enum CodingKeys: String, CodingKey {
        case id, actor, reason, at, actions, events
    }
}

/// One change of the lake's state.
public enum Action: Hashable, Sendable {
    case datasetCreated(Dataset)
    /// Appends; the files have the columns of `expectedSchema`.
    case filesAdded(dataset: DatasetID, files: [DataFile], expectedSchema: Schema)
    /// The dataset has these files and no others from here on; its receipts so far are dropped. With `expectedVersion` only if
    /// nothing has changed the dataset since.
    case filesReplaced(dataset: DatasetID, files: [DataFile], schema: Schema, expectedVersion: Int?)
    /// Frees the name and drops the receipts. Indexes over the dataset stay until they are dropped themselves.
    case datasetDropped(DatasetID, at: String)
    /// Comes after the action that brings the rows.
    case ingestRecorded(IngestReceipt)
    case indexCreated(VectorIndex)
    case indexDropped(IndexID)
    /// Searches read this generation from here on. `replacing` is the number of the one they read so far.
    case generationPromoted(index: IndexID, generation: Generation, replacing: Int?)
    case keyCreated(APIKeyRecord)
    case keyRevoked(KeyID, at: String)
}
