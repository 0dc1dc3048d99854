public import LakeCore
public import LakeStorage

/// What is to be done to mend a lake, once it is agreed to.
///
/// Every part can be done again, so a repair that was cut off is made up for by one of what is left.
public struct Repair: Sendable {
    /// A good copy, and the key it belongs under.
    public struct Restore: Sendable {
        private let source: ObjectKey
        private let sourceStore: any ObjectStore
        private let destination: ObjectKey
        private let destinationStore: any ObjectStore

        public init(
            source: ObjectKey,
            of sourceStore: any ObjectStore,
            destination: ObjectKey,
            in destinationStore: any ObjectStore
        ) {
            self.source = source
            self.sourceStore = sourceStore
            self.destination = destination
            self.destinationStore = destinationStore
        }

        fileprivate func run() async throws(StorageError) {
            try await sourceStore.copy(source, to: destination, in: destinationStore)
        }
    }

    /// A data file that is given up.
    public struct Loss: Sendable {
        public var dataset: DatasetID
        public var schema: Schema
        public var file: SeenFile

        public init(dataset: DatasetID, schema: Schema, file: SeenFile) {
            self.dataset = dataset
            self.schema = schema
            self.file = file
        }
    }

    public var restores: [Restore] = []
    public var losses: [Loss] = []
    /// Versions of damaged checkpoints.
    public var checkpoints: [Int] = []

    public init() {}

    /// First puts good copies in place, then takes lost files out of their datasets, all in one commit, then writes a checkpoint
    /// for the damaged ones.
    ///
    /// - Returns: The version that the lake is at.
    public func run(on log: LakeLog, by actor: String, reason: String) async throws -> Int {
        for restore in restores { try await restore.run() }
        var version = try await log.state().version
        if !losses.isEmpty {
            let transaction = Transaction(actor: actor, reason: reason, actions: exchanges)
            version = try await log.commit(transaction).version
        }
        if !checkpoints.isEmpty { try await log.rewriteCheckpoints(checkpoints) }
        return version
    }

    /// One for each dataset.
    private var exchanges: [Action] {
        Dictionary(grouping: losses, by: \.dataset).sorted { $0.key < $1.key }.compactMap { id, losses in
            losses.first.map { first in
                .filesExchanged(
                    dataset: id,
                    removing: losses.map(\.file),
                    adding: [],
                    expectedSchema: SchemaDigest(first.schema)
                )
            }
        }
    }
}
