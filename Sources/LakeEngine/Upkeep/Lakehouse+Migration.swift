import LakeCatalog
public import LakeCore
import LakeStorage

extension Lakehouse {
    /// Moves the data files of a dataset to another bucket: copies them, reads the copies back, and says so in one commit.
    ///
    /// Versions before read the files where they were, so those stay until a sweep finds that no version needs them.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - target: The bucket's name.
    ///   - principal: Who asks.
    /// - Returns: What was moved.
    /// - Throws: `EngineError.notFound` for the dataset or the bucket; `CatalogError.filesGone` when the dataset was changed
    ///   meanwhile such that a file was of no more use.
    public func migrate(dataset name: String, to target: String, for principal: Principal) async throws
        -> MigrationOutcome
    {
        try await observed(.migrate) {
            try await authorise(principal, .admin, "move data to another bucket")
            return try await once("migrate dataset", [name, target], by: principal) { ticket in
                try await move(name, to: target, ticket, by: principal)
            }
        }
    }

    private func move(
        _ name: String,
        to target: String,
        _ ticket: RequestTicket?,
        by principal: Principal
    ) async throws -> MigrationOutcome {
        let destination = try dataBucket(named: target)
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        let bucket = destination === store ? nil : destination.name
        let files = dataset.files.filter { $0.bucket != bucket }
        var outcome = MigrationOutcome(
            dataset: name,
            bucket: destination.name,
            version: state.version,
            files: files.count,
            bytes: files.reduce(0) { $0 + $1.bytes }
        )
        guard !files.isEmpty else { return outcome }
        var moved: [DataFile] = []
        for file in files {
            try Task.checkCancellation()
            let source = self.bucket(holding: file.bucket)
            let key = try ObjectKey(validating: file.key)
            let copy = try await destination.copy(of: key, from: source, sha256: file.sha256)
            var file = file
            file.bucket = bucket
            // Known from here on also of a file that was written before digests were.
            file.sha256 = copy.sha256
            if let vector = file.deletions, vector.bucket != bucket {
                let key = try ObjectKey(validating: vector.key)
                let source = try self.bucket(named: vector.bucket)
                _ = try await destination.copy(of: key, from: source, sha256: vector.sha256)
                file.deletions?.bucket = bucket
            }
            moved.append(file)
        }
        let exchange = Action.filesExchanged(
            dataset: dataset.id,
            removing: files.map(\.seen),
            adding: moved,
            expectedSchema: SchemaDigest(dataset.schema)
        )
        let reason = "move dataset \(name) to bucket \(destination.name)"
        let note = try ticket?.note(outcome)
        outcome.version = try await commit([exchange], reason, by: principal, note: note).version
        return outcome
    }
}

/// What was moved to another bucket.
public struct MigrationOutcome: Sendable, Codable, Equatable {
    public var dataset: String
    /// Where its files are now.
    public var bucket: String
    /// The lake version that says so.
    public var version: Int
    /// Files that were elsewhere.
    public var files: Int
    public var bytes: Int
}

extension MigrationOutcome: RepeatableAnswer {
    mutating func settle(at version: Int) { self.version = version }
}
