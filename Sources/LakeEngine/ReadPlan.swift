import LakeCatalog
import LakeCore
import LakeSQL
import LakeStorage

/// Where the data files of one query are read from: decided once for each bucket, so that no file is read from two.
struct ReadPlan {
    private let lake: Lakehouse
    /// Whether every bucket is asked first: something could not be read a moment ago.
    private let isSuspicious: Bool
    private var choices: [String: Choice] = [:]
    /// Whether a file is read from the rescue bucket.
    private(set) var usesRescue = false

    /// What was decided about a bucket.
    private struct Choice {
        var bucket: BucketStore
        /// Why its files are read from the rescue bucket, when they are.
        var failure: StorageError?
    }

    init(_ lake: Lakehouse, isSuspicious: Bool = false) {
        self.lake = lake
        self.isSuspicious = isSuspicious
    }

    /// What the SQL engine must be told to read them.
    func accesses() async throws -> [RemoteAccess] {
        var used = choices.values.filter { $0.failure == nil }.map(\.bucket)
        if usesRescue, let rescue = lake.buckets.rescue { used.append(rescue) }
        var accesses: [RemoteAccess] = []
        for bucket in used {
            guard case .s3(let place) = bucket.settings.place else { continue }
            let credentials = try await S3Credentials(place.credentials, lake.buckets.secrets)
            accesses.append(RemoteAccess(bucket.name, place, credentials))
        }
        return accesses
    }

    /// A relation of the dataset's files as they are at this version.
    mutating func relation(_ dataset: Dataset) async throws -> Relation {
        var files: [String] = []
        var deleted: [Deletions.Part] = []
        for (place, file) in dataset.files.enumerated() {
            files.append(try await address(of: file))
            if let vector = file.deletions { deleted.append(Deletions.Part(place: place, file: file, vector: vector)) }
        }
        let set = deleted.isEmpty ? nil : try await lake.deletions.set(deleted, &self)
        var relation = Relation(files: files, schema: dataset.schema, deletions: set)
        relation.spans = dataset.spans
        return relation
    }

    /// Where the SQL engine finds a deletion vector.
    mutating func address(of vector: DeletionVector) async throws -> String {
        try await address(of: try ObjectKey(validating: vector.key), in: vector.bucket, size: vector.bytes)
    }

    /// Where the SQL engine finds a file.
    mutating func address(of file: DataFile) async throws -> String {
        try await address(of: try ObjectKey(validating: file.key), in: file.bucket, size: file.bytes)
    }

    /// Where the SQL engine finds an object of that size.
    mutating func address(of key: ObjectKey, in bucket: String?, size: Int) async throws -> String {
        let choice = try await choice(of: lake.bucket(holding: bucket).name)
        guard let failure = choice.failure else {
            if let bucket, lake.buckets.bucket(named: bucket) == nil, try await choice.bucket.head(key) == nil {
                throw EngineError.bucketNotConfigured(name: bucket)
            }
            return choice.bucket.address(of: key)
        }
        let rescued = RescuedStore(choice.bucket, rescue: lake.buckets.rescue)
        guard let rescue = await rescued.holder(ofCopyOf: key, size: size) else { throw failure }
        usesRescue = true
        RescueUse.current?.note(rescue.name)
        return rescue.address(of: key)
    }

    private mutating func choice(of name: String) async throws -> Choice {
        if let choice = choices[name] { return choice }
        let bucket = lake.bucket(holding: name)
        var choice = Choice(bucket: bucket)
        if lake.buckets.rescue != nil, isSuspicious || !bucket.wasWell(within: Self.trust) {
            do throws(StorageError) {
                try await bucket.probe()
            } catch {
                guard error.isBucketsFault else { throw error }
                choice.failure = error
            }
        }
        choices[name] = choice
        return choice
    }

    /// For how long a bucket that was well is taken to be so.
    private static let trust = Duration.seconds(10)
}

extension Dataset {
    /// Which of its files have which columns; empty when all have the newest.
    var spans: [FileSpan] { spans(through: schema) }

    /// The same for a reader of other columns than the newest, the same by their field ids.
    func spans(through target: Schema) -> [FileSpan] {
        guard !olderSchemas.isEmpty || target != schema else { return [] }
        let schemas = olderSchemas + [schema]
        var spans: [FileSpan] = []
        var last: Int?
        for (place, file) in files.enumerated() {
            let number = file.schema ?? 0
            if number == last {
                spans[spans.count - 1].files = spans[spans.count - 1].files.lowerBound..<place + 1
                continue
            }
            last = number
            let later = schemas.dropFirst(number + 1)
            spans.append(
                FileSpan(files: place..<place + 1, schema: schema(of: file), fallbacks: Self.fallbacks(later))
            )
        }
        return spans.allSatisfy { $0.schema == target } ? [] : spans
    }

    /// What rows have in columns that came after them: what was said when each came.
    private static func fallbacks(_ schemas: some Sequence<Schema>) -> [Int: String] {
        var seen: [Int: String?] = [:]
        for column in schemas.flatMap(\.columns) where seen[column.fieldID] == nil {
            seen[column.fieldID] = .some(column.fallback)
        }
        return seen.compactMapValues { $0 }
    }
}

extension RemoteAccess {
    fileprivate init(_ bucket: String, _ place: S3Place, _ credentials: S3Credentials) {
        self.init(
            name: bucket,
            scope: place.address(of: ""),
            region: place.region,
            keyID: credentials.accessKeyID,
            secret: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken
        )
        guard let url = place.endpoint else { return }
        usesTLS = url.hasPrefix("https:")
        endpoint = String(url.drop { $0 != "/" }.dropFirst(2))
        isPathStyle = place.isPathStyle
    }
}
