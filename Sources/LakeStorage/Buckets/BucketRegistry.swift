public import LakeCore
internal import Synchronization
public import Tracing

/// The buckets of a lake by name, each watched.
public final class BucketRegistry: Sendable {
    public let primary: BucketStore
    /// Holds a copy of the lake, when there is such a bucket.
    public let rescue: BucketStore?
    /// What went wrong with any of them.
    public let errors = BucketErrors()
    /// Where credentials are looked up.
    public let secrets: SecretsProvider
    /// Where the primary bucket's objects are files of this machine, their store.
    public let primaryFolder: LocalObjectStore?
    /// Where what went wrong is written down.
    public let journal: Journal<BucketFailure>
    private let others: [String: BucketStore]
    private let profileRoot: String?
    private let profiles = Mutex<[String: BucketStore]>([:])
    private let interval: Duration
    private let observe: BucketObserver

    /// What the names of buckets of profiles begin with.
    public static let profilePrefix = "profile:"

    /// Makes the registry; blocks for the making of the primary folder, so meant for the start of a process.
    ///
    /// - Parameters:
    ///   - settings: The buckets.
    ///   - lakeFolder: The primary bucket's folder, when the settings do not name that bucket.
    ///   - secrets: Where credentials are looked up.
    ///   - tracer: Makes spans of the requests to stores.
    ///   - observe: Told of each call of a bucket.
    /// - Throws: `StorageError` when the primary bucket is a folder and cannot be used; any other bucket may come later.
    public init(
        settings: StorageSettings,
        lakeFolder: String,
        secrets: SecretsProvider,
        tracer: any Tracer = NoOpTracer(),
        observe: @escaping BucketObserver = { _ in }
    ) throws(StorageError) {
        self.observe = observe
        let all = settings.all(lakeFolder: lakeFolder)
        var folder: LocalObjectStore?
        if case .folder(let root) = all[0].place { folder = try LocalObjectStore(root: root) }
        primaryFolder = folder
        var stores: [String: BucketStore] = [:]
        for bucket in all.dropFirst() {
            stores[bucket.name] = try Self.store(bucket, settings.authorities, secrets, errors, tracer, observe)
        }
        primary =
            if let folder {
                BucketStore(all[0], errors: errors, observe: observe) { () throws(StorageError) in folder }
            } else {
                try Self.store(all[0], settings.authorities, secrets, errors, tracer, observe)
            }
        journal = Journal(name: "bucket_errors", store: primary)
        self.secrets = secrets
        rescue = settings.rescueBucket.flatMap { stores[$0] }
        others = stores
        profileRoot = settings.profileRoot
        interval = settings.probeInterval
    }

    /// The bucket of that name; nil names the primary one.
    ///
    /// - Returns: Nil when there is none.
    public func bucket(named name: String?) -> BucketStore? {
        guard let name, name != primary.name else { return primary }
        return others[name] ?? profile(name)
    }

    /// All buckets: the primary one, then the others by name, then those of profiles that were used.
    public var all: [BucketStore] {
        let profiles = profiles.withLock { Array($0.values) }
        return configured + profiles.sorted { $0.name < $1.name }
    }

    /// All but those of profiles.
    public var configured: [BucketStore] { [primary] + others.values.sorted { $0.name < $1.name } }

    /// The folders in which the data files of buckets are files of this machine.
    public var dataFolders: [String] {
        configured.compactMap { bucket in
            if case .folder(let root) = bucket.settings.place { "\(root)/\(LakeFolder.datasets.rawValue)" } else { nil }
        } + [profileRoot].compactMap(\.self)
    }

    /// What the addresses of data files in remote buckets begin with.
    public var remoteFolders: [String] { remotePlaces.map { $0.address(of: LakeFolder.datasets.rawValue + "/") } }

    /// How long the answer of any remote bucket may take to begin.
    public var remotePatience: Duration { remotePlaces.map(\.answerTimeout).max() ?? .zero }

    private var remotePlaces: [S3Place] {
        configured.compactMap { bucket in
            if case .s3(let place) = bucket.settings.place { place } else { nil }
        }
    }

    /// How each bucket is doing.
    public func status() -> [BucketStatus] { all.map { $0.status(isRescue: $0 === rescue) } }

    /// Asks every bucket once, all at once.
    public func probe() async {
        await withDiscardingTaskGroup { group in
            for bucket in all { group.addTask { try? await bucket.probe() } }
        }
    }

    /// Asks each bucket now and then until the task is cancelled.
    public func run() async {
        await probe()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.errors.keep(in: self.journal) }
            for bucket in configured {
                group.addTask { [interval] in
                    while !Task.isCancelled {
                        // Not all at once, and not in step with other servers.
                        let pause = interval * Double.random(in: 0.8...1.2)
                        do { try await Task.sleep(for: pause) } catch { return }
                        try? await bucket.probe()
                    }
                }
            }
        }
    }

    /// Writes what waits for the journal.
    public func close() async { await journal.close() }

    /// The bucket of a profile: a folder of its own, made when it is first written to.
    private func profile(_ name: String) -> BucketStore? {
        guard let profileRoot, name.hasPrefix(Self.profilePrefix) else { return nil }
        let folder = String(name.dropFirst(Self.profilePrefix.count))
        guard BucketSettings.isName(folder) else { return nil }
        return profiles.withLock { profiles in
            if let known = profiles[name] { return known }
            let settings = BucketSettings(name: name, place: .folder(profileRoot + "/" + folder))
            let store = Self.folder(settings, profileRoot + "/" + folder, errors, observe)
            profiles[name] = store
            return store
        }
    }

    /// The store at a place that is none of the lake's buckets, such as a backup; blocks for the making of a folder.
    ///
    /// - Throws: `StorageError` when the settings cannot be meant so or the folder cannot be made.
    public static func open(
        _ place: BucketPlace,
        authorities: String?,
        secrets: SecretsProvider
    ) throws(StorageError) -> any ObjectStore {
        switch place {
        case .folder(let root): try LocalObjectStore(root: root)
        case .s3(let place): try s3(place, authorities, secrets, NoOpTracer())
        }
    }

    private static func s3(
        _ place: S3Place,
        _ authorities: String?,
        _ secrets: SecretsProvider,
        _ tracer: any Tracer
    ) throws(StorageError) -> S3ObjectStore {
        // Opens no connection yet; settings that cannot be meant so are refused now.
        try S3ObjectStore(settings: S3Settings(place, authorities: authorities), tracer: tracer) {
            try await S3Credentials(place.credentials, secrets)
        }
    }

    private static func store(
        _ bucket: BucketSettings,
        _ authorities: String?,
        _ secrets: SecretsProvider,
        _ errors: BucketErrors,
        _ tracer: any Tracer,
        _ observe: @escaping BucketObserver
    ) throws(StorageError) -> BucketStore {
        switch bucket.place {
        case .folder(let root): return folder(bucket, root, errors, observe)
        case .s3(let place):
            let store = try s3(place, authorities, secrets, tracer)
            return BucketStore(bucket, errors: errors, observe: observe) { () throws(StorageError) in store }
        }
    }

    private static func folder(
        _ bucket: BucketSettings,
        _ root: String,
        _ errors: BucketErrors,
        _ observe: @escaping BucketObserver
    ) -> BucketStore {
        BucketStore(bucket, errors: errors, observe: observe) { () async throws(StorageError) in
            try await blocking(.write) { try LocalObjectStore(root: root) }
        }
    }
}
