public import LakeStorage
internal import Synchronization

/// A store that fails at a chosen write, around any other store.
///
/// Copies share the count. Puts and deletes are writes. A failure says ``StorageError/unavailable(_:reason:)``, which leaves open whether the write happened.
public struct FailingObjectStore: ObjectStore {
    /// What goes wrong; the first write is number 1.
    public enum Fault: Hashable, Sendable {
        case none
        /// The write does not happen and fails; later ones work.
        case failsBefore(write: Int)
        /// The write happens and yet fails; later ones work.
        case failsAfter(write: Int)
        /// The process dies: the write does not happen and nothing works any more.
        case crashesBefore(write: Int)
        /// The process dies: the write happens, its caller never hears so, and nothing works any more.
        case crashesAfter(write: Int)
    }

    private let base: any ObjectStore
    private let fault: Fault
    private let progress = Progress()

    public init(_ base: any ObjectStore, fault: Fault) {
        self.base = base
        self.fault = fault
    }

    /// How many writes were begun.
    public var writes: Int { progress.state.withLock { $0.writes } }

    public func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        let number = try beginWrite()
        let info = try await base.put(key, bytes, condition: condition)
        try endWrite(number)
        return info
    }

    public func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        let number = try beginWrite()
        let info = try await base.put(key, chunks: chunks, announced: announced, condition: condition)
        try endWrite(number)
        return info
    }

    public func put(
        _ key: ObjectKey,
        file path: String,
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        let number = try beginWrite()
        let info = try await base.put(key, file: path, condition: condition)
        try endWrite(number)
        return info
    }

    public func delete(_ key: ObjectKey) async throws(StorageError) {
        let number = try beginWrite()
        try await base.delete(key)
        try endWrite(number)
    }

    public func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] {
        try checkAlive()
        return try await base.get(key)
    }

    public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try checkAlive()
        return try await base.get(key, range: range)
    }

    public func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject {
        try checkAlive()
        return try await base.open(key, range: range, ifMatch: etag)
    }

    public func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? {
        try checkAlive()
        return try await base.head(key)
    }

    public func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        try checkAlive()
        return try await base.list(prefix: prefix, after: after, limit: limit)
    }

    private func beginWrite() throws(StorageError) -> Int {
        try checkAlive()
        let number = progress.state.withLock { state in
            state.writes += 1
            if fault == .crashesBefore(write: state.writes) { state.isDead = true }
            return state.writes
        }
        if fault == .failsBefore(write: number) || fault == .crashesBefore(write: number) { throw Self.failure }
        return number
    }

    private func endWrite(_ number: Int) throws(StorageError) {
        if fault == .crashesAfter(write: number) { progress.state.withLock { $0.isDead = true } }
        if fault == .failsAfter(write: number) || fault == .crashesAfter(write: number) { throw Self.failure }
    }

    private func checkAlive() throws(StorageError) {
        if progress.state.withLock({ $0.isDead }) { throw Self.failure }
    }

    private static let failure = StorageError.unavailable(.write, reason: "a test wanted it so")

    /// What the copies share.
    private final class Progress: Sendable {
        let state = Mutex(State())

        struct State {
            var writes = 0
            var isDead = false
        }
    }
}
