import LakeCatalog
public import LakeCore
import LakeIngest
import LakeStorage

/// Objects that a dataset is to be made of.
public struct RegisterRequest: Sendable {
    /// Where an object is.
    public struct Address: Sendable, Hashable, Codable {
        /// Nil for the primary one.
        public var bucket: String?
        public var key: String

        public init(bucket: String?, key: String) {
            self.bucket = bucket
            self.key = key
        }
    }

    public var name: String
    public var objects: [Address]
    public var description: String?

    public init(name: String, objects: [Address], description: String? = nil) {
        self.name = name
        self.objects = objects
        self.description = description
    }
}

extension Lakehouse {
    /// Makes a dataset of the rows of Parquet objects that are in buckets already, in one commit.
    ///
    /// The rows are written as files of the lake's own: an object that anybody may overwrite or delete could not be what a version refers to.
    /// All objects must have the columns of the first.
    ///
    /// - Parameters:
    ///   - request: Which objects, and what the dataset is called.
    ///   - principal: Who asks; it takes an administrator to read objects.
    /// - Returns: The dataset.
    /// - Throws: `EngineError.invalid` naming the field; `StorageError.noSuchObject`; `IngestError` for an object that is no table.
    public func register(
        _ request: RegisterRequest,
        for principal: Principal
    ) async throws -> Versioned<DatasetManifest> {
        try await observed(.register) {
            try await authorise(principal, .admin, "register objects", on: ["dataset:\(request.name)"])
            let asked =
                [request.name, request.description ?? ""] + request.objects.flatMap { [$0.bucket ?? "", $0.key] }
            let answer = try await once("register", asked, by: principal) { ticket in
                let name = try check(request)
                let held = try memory.reserve(WorkingMemory.ingest, from: .ingest)
                defer { withExtendedLifetime(held) {} }
                return try await ingestSlots.with { try await register(request, name, ticket, for: principal) }
            }
            let state = try await log.state(at: answer.version)
            return Versioned(
                version: state.version,
                value: DatasetManifest(try liveDataset(request.name, in: state))
            )
        }
    }

    private func check(_ request: RegisterRequest) throws(EngineError) -> DatasetName {
        let name = try datasetName(request.name, field: "name")
        guard (1...Self.objectsMax).contains(request.objects.count) else {
            throw .invalid(field: "objects", reason: "must be 1 to \(Self.objectsMax), not \(request.objects.count)")
        }
        for (place, object) in request.objects.enumerated() {
            if let folder = LakeFolder(of: object.key) {
                let reason = "lies in '\(folder.rawValue)/', which the lake keeps for itself"
                throw .invalid(field: "objects[\(place)].key", reason: reason)
            }
            _ = try bucket(named: object.bucket)
        }
        _ = try dataBucket(named: request.objects[0].bucket)
        return name
    }

    private static let objectsMax = 1000

    private func register(
        _ request: RegisterRequest,
        _ name: DatasetName,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> VersionAnswer {
        guard try await log.state().dataset(named: name) == nil else {
            throw EngineError.nameTaken(kind: "dataset", name: name.rawValue)
        }
        let id = DatasetID.fresh()
        var written: [DataFile] = []
        do {
            var schema: Schema?
            var profile = DatasetProfile()
            for (place, object) in request.objects.enumerated() {
                try Task.checkCancellation()
                let (file, table) = try await takeOver(object, request, schema, of: id)
                written.append(file)
                guard Set(written.map(\.sourceSHA256)).count == written.count else {
                    let reason = "has the same content as one before it"
                    throw EngineError.invalid(field: "objects[\(place)].key", reason: reason)
                }
                schema = schema ?? table.schema
                profile = profile.merging(DatasetProfile(table))
            }
            guard let schema else { return VersionAnswer() }
            var created = Dataset(
                id: id,
                name: name,
                schema: schema,
                description: request.description,
                createdAt: WallClock.now()
            )
            created.profile = profile
            let state = try await commit(
                [
                    .datasetCreated(created),
                    .filesAdded(dataset: id, files: written, expectedSchema: SchemaDigest(schema)),
                ],
                "register \(written.count) objects",
                by: principal,
                note: try ticket?.note(VersionAnswer())
            )
            return VersionAnswer(version: state.version)
        } catch {
            if !error.leavesOutcomeOpen { for file in written { await discard(file) } }
            throw error
        }
    }

    /// Writes the rows of an object as a data file, which no commit refers to yet.
    private func takeOver(
        _ object: RegisterRequest.Address,
        _ request: RegisterRequest,
        _ schema: Schema?,
        of id: DatasetID
    ) async throws -> (DataFile, ConvertedTable) {
        let upload = try await staged(object)
        let output = workspace.stagingFile(suffix: ".parquet")
        do {
            let staged = await upload.finish()
            let name = object.key.split(separator: "/").last.map(String.init) ?? object.key
            let table = try await FileConverter(database: try await trusted.get()).convert(
                file: staged.path,
                options: IngestOptions(fileName: name, format: .parquet, expectedSchema: schema),
                output: output
            )
            let ingested = Ingested(
                staged: staged,
                table: table,
                request: IngestRequest(fileName: name, bucket: request.objects[0].bucket),
                name: DatasetName(fileName: request.name)
            )
            let file = try await place(ingested, output: output, of: id)
            await upload.discard()
            return (file, table)
        } catch {
            await upload.discard()
            await workspace.removeStaged(path: output)
            throw error
        }
    }

    /// A copy of an object in staging.
    private func staged(_ object: RegisterRequest.Address) async throws -> StagedFileWriter {
        let store = RescuedStore(try bucket(named: object.bucket), rescue: buckets.rescue)
        let opened = try await store.open(try ObjectKey(validating: object.key), range: .whole, ifMatch: nil)
        guard opened.info.size <= settings.maxUploadBytes else {
            throw EngineError.uploadTooLarge(limit: settings.maxUploadBytes)
        }
        let writer = try await workspace.stagedFile(suffix: ".upload")
        do {
            while let chunk = try await opened.chunks.next() { try await writer.write(chunk) }
            return writer
        } catch {
            await writer.discard()
            throw error
        }
    }
}
