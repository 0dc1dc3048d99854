public import LakeCore
internal import Synchronization

/// A bucket's objects, and an eye on how the bucket is doing.
///
/// The store behind it is opened when it is first needed, so that a bucket that cannot be reached keeps nobody from starting. A bucket
/// that failed several times in a row is not asked for a while: calls fail at once with ``StorageError/bucketResting(_:)``.
public final class BucketStore: Sendable {
    public let settings: BucketSettings
    private let opener: @Sendable () async throws(StorageError) -> any ObjectStore
    private let errors: BucketErrors
    private let observe: BucketObserver
    private let state: Mutex<State>

    /// What is known of the bucket.
    private struct State {
        var store: (any ObjectStore)?
        var breaker: CircuitBreaker
        var latency: Double?
        var counts: [StorageOperation: Int] = [:]
        var lastError: BucketFailure?
        var lastSuccess: Int64?
    }

    /// - Parameters:
    ///   - settings: The bucket's.
    ///   - breaker: When it is left alone.
    ///   - errors: Told of each failure.
    ///   - observe: Told of each call.
    ///   - opener: Opens the store; asked again until it has succeeded once.
    init(
        _ settings: BucketSettings,
        breaker: CircuitBreaker = CircuitBreaker(),
        errors: BucketErrors,
        observe: @escaping BucketObserver = { _ in },
        opener: @escaping @Sendable () async throws(StorageError) -> any ObjectStore
    ) {
        self.settings = settings
        self.errors = errors
        self.observe = observe
        self.opener = opener
        state = Mutex(State(breaker: breaker))
    }

    public var name: String { settings.name }

    /// How the bucket is doing.
    public func status(isRescue: Bool) -> BucketStatus {
        state.withLock { state in
            let circuit: BucketStatus.Circuit =
                switch state.breaker.state {
                case .closed: .closed
                case .open: .open
                case .halfOpen: .halfOpen
                }
            return BucketStatus(
                name: name,
                kind: settings.place.kind,
                isPrimary: settings.isPrimary,
                isRescue: isRescue,
                circuit: circuit,
                latencyMilliseconds: state.latency,
                errors: state.counts,
                lastError: state.lastError,
                lastSuccess: state.lastSuccess.map(WallClock.rfc3339)
            )
        }
    }

    /// Whether the bucket was well when it was last asked, less than `age` ago.
    public func wasWell(within age: Duration) -> Bool {
        state.withLock { state in
            guard state.breaker.isClosed, let last = state.lastSuccess else { return false }
            guard case .closed(failures: 0) = state.breaker.state else { return false }
            return WallClock.nowMilliseconds() - last < age.components.seconds * 1000
        }
    }

    /// Where the object is, as the SQL engine writes it: a path, or an address.
    public func address(of key: ObjectKey) -> String {
        switch settings.place {
        case .folder(let root): "\(root)/\(key)"
        case .s3(let place): place.address(of: key.rawValue)
        }
    }

    /// Asks the bucket something small, whatever its breaker says.
    public func probe() async throws(StorageError) {
        _ = try await watched(.list, nil, isProbe: true) { store throws(StorageError) in
            try await Self.within(settings.place.patience) { () throws(StorageError) in
                try await store.list(prefix: "", after: nil, limit: 1)
            }
        }
    }

    /// Runs `body`, which gives up when it is cancelled, for so long.
    private static func within<Value: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await withTaskGroup(of: Result<Value, StorageError>.self) { group in
            group.addTask {
                do throws(StorageError) { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return .failure(.cancelled) }
                return .failure(.timedOut(.list, .firstByte))
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(.cancelled)
        }
        .get()
    }

    /// The store behind, opened if it is not.
    func opened() async throws(StorageError) -> any ObjectStore {
        if let store = state.withLock({ $0.store }) { return store }
        let fresh = LyingStore.around(try await opener())
        return state.withLock { state in
            // Of several who opened it at once, the first one's is used.
            let store = state.store ?? fresh
            state.store = store
            return store
        }
    }

    /// Has `body` ask the store, and notes how that went.
    private func watched<Value>(
        _ operation: StorageOperation,
        _ key: ObjectKey?,
        isProbe: Bool = false,
        _ body: (any ObjectStore) async throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try admit(isProbe: isProbe)
        let started = ContinuousClock.now
        do throws(StorageError) {
            let value = try await body(try await opened())
            let elapsed = ContinuousClock.now - started
            note(after: elapsed)
            tell(operation, elapsed)
            return value
        } catch {
            note(error, operation, key)
            tell(operation, ContinuousClock.now - started, error)
            throw error
        }
    }

    private func tell(_ operation: StorageOperation, _ elapsed: Duration, _ error: StorageError? = nil) {
        observe(BucketCall(bucket: name, operation: operation, elapsed: elapsed, failure: error?.kind))
    }

    private func admit(isProbe: Bool) throws(StorageError) {
        if isProbe { return }
        guard state.withLock({ $0.breaker.admit(at: .now) }) else { throw .bucketResting(name) }
    }

    private func note(after elapsed: Duration) {
        let milliseconds = elapsed / .milliseconds(1)
        state.withLock { state in
            state.breaker.succeed()
            state.lastSuccess = WallClock.nowMilliseconds()
            state.latency = state.latency.map { $0 * 0.8 + milliseconds * 0.2 } ?? milliseconds
        }
    }

    private func note(_ error: StorageError, _ operation: StorageOperation, _ key: ObjectKey?) {
        guard error.isBucketsFault else {
            // An answer is an answer, also when it is no; only a cancelled call says nothing.
            return state.withLock { state in
                guard error != .cancelled else { return state.breaker.abandon() }
                state.breaker.succeed()
                state.lastSuccess = WallClock.nowMilliseconds()
            }
        }
        let failure = BucketFailure(
            at: WallClock.now(),
            bucket: name,
            operation: operation.rawValue,
            key: key?.rawValue,
            code: error.code,
            detail: error.detail
        )
        state.withLock { state in
            if case .timedOut = error { state.breaker.failSurely(at: .now) } else { state.breaker.fail(at: .now) }
            state.counts[operation, default: 0] += 1
            state.lastError = failure
        }
        errors.append(failure)
    }
}

extension BucketStore: ObjectStore {
    public func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try await watched(.write, key) { store throws(StorageError) in
            try await store.put(key, bytes, condition: condition)
        }
    }

    public func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        try admit(isProbe: false)
        let started = ContinuousClock.now
        do {
            let info = try await opened().put(key, chunks: chunks, announced: announced, condition: condition)
            // How long it took is the sender's doing.
            state.withLock { $0.breaker.succeed() }
            tell(.write, ContinuousClock.now - started)
            return info
        } catch let error as StorageError {
            note(error, .write, key)
            tell(.write, ContinuousClock.now - started, error)
            throw error
        } catch {
            state.withLock { $0.breaker.abandon() }
            throw error
        }
    }

    public func put(
        _ key: ObjectKey,
        file path: String,
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try await watched(.write, key) { store throws(StorageError) in
            try await store.put(key, file: path, condition: condition)
        }
    }

    public func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] {
        try await watched(.read, key) { store throws(StorageError) in try await store.get(key) }
    }

    public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try await watched(.read, key) { store throws(StorageError) in try await store.get(key, range: range) }
    }

    public func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject {
        let object = try await watched(.read, key) { store throws(StorageError) in
            try await store.open(key, range: range, ifMatch: etag)
        }
        let chunks = ObjectChunks { [self] () async throws(StorageError) in
            do throws(StorageError) {
                return try await object.chunks.next()
            } catch {
                note(error, .read, key)
                throw error
            }
        }
        return OpenObject(info: object.info, range: object.range, chunks: chunks)
    }

    public func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? {
        try await watched(.read, key) { store throws(StorageError) in try await store.head(key) }
    }

    public func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        try await watched(.list, nil) { store throws(StorageError) in
            try await store.list(prefix: prefix, after: after, limit: limit)
        }
    }

    public func move(_ key: ObjectKey, to destination: ObjectKey) async throws(StorageError) {
        try await watched(.write, key) { store throws(StorageError) in try await store.move(key, to: destination) }
    }

    public func sweepLeftovers(olderThan age: Duration, dryRun: Bool) async throws(StorageError) -> Int {
        try await watched(.delete, nil) { store throws(StorageError) in
            try await store.sweepLeftovers(olderThan: age, dryRun: dryRun)
        }
    }

    public func delete(_ key: ObjectKey) async throws(StorageError) {
        try await watched(.delete, key) { store throws(StorageError) in try await store.delete(key) }
    }
}

extension StorageError {
    /// Whether the bucket could not be asked: refused, no answer in time, a server's error, bad credentials.
    public var isBucketsFault: Bool { kind == .unavailable || kind == .timedOut }
}

extension BucketPlace {
    /// How long a small question may take before the bucket counts as gone.
    fileprivate var patience: Duration {
        switch self {
        case .folder: .seconds(30)
        case .s3(let place): place.connectTimeout + place.answerTimeout
        }
    }
}
