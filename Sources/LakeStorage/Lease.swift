internal import Foundation
internal import LakeCore
internal import Synchronization

/// The right to do something to a lake that only one process may do at a time, as an object of a store: for lakes in no folder, where
/// ``FileLock`` cannot be.
///
/// It is held for a while and renewed. Whoever finds it unchanged for that while, by their own clock, takes it with a conditional put and
/// a larger `fence`. So it may change hands while the old holder still believes to have it: what must be right whatever happens
/// compares fences or is a conditional put itself.
public final class Lease: Sendable {
    /// The key of the one for running jobs.
    public static let ofJobs = "_lake/jobs.lease"

    /// Larger with each change of hands.
    public let fence: Int
    private let key: ObjectKey
    private let store: any ObjectStore
    private let holder: String
    private let state: Mutex<(etag: String, renewed: ContinuousClock.Instant)>

    private init(_ key: ObjectKey, _ store: any ObjectStore, holder: String, fence: Int, etag: String) {
        self.key = key
        self.store = store
        self.holder = holder
        self.fence = fence
        state = Mutex((etag: etag, renewed: ContinuousClock.now))
    }

    /// Looks for a lease that is free; one for each thing that is leased and each process.
    public actor Taker {
        private let key: ObjectKey
        private let store: any ObjectStore
        private let duration: Duration
        private let holder = UUIDv7.string()
        /// The lease as it was found last, and since when it was so.
        private var seen: (etag: String, since: ContinuousClock.Instant)?

        /// - Parameters:
        ///   - key: The lease's object.
        ///   - store: Must honour conditional puts.
        ///   - duration: How long a lease that is not renewed is still respected.
        public init(_ key: ObjectKey, in store: any ObjectStore, duration: Duration) {
            self.key = key
            self.store = store
            self.duration = duration
        }

        /// The lease, if nobody holds it.
        ///
        /// - Returns: Nil when somebody does, or may do so still.
        public func take() async throws(StorageError) -> Lease? {
            let found: OpenObject
            do throws(StorageError) {
                found = try await store.open(key, range: .whole, ifMatch: nil)
            } catch {
                guard case .noSuchObject = error else { throw error }
                return try await put(fence: 1, condition: .ifAbsent)
            }
            let record = LeaseV1.decode(try await found.bytes())
            let etag = found.info.etag
            guard let seen, seen.etag == etag else {
                seen = (etag, .now)
                return record.isReleased ? try await put(fence: record.fence + 1, condition: .ifMatch(etag: etag)) : nil
            }
            guard record.isReleased || ContinuousClock.now - seen.since > duration else { return nil }
            return try await put(fence: record.fence + 1, condition: .ifMatch(etag: etag))
        }

        private func put(fence: Int, condition: PutCondition) async throws(StorageError) -> Lease? {
            do throws(StorageError) {
                let bytes = LeaseV1(holder: holder, fence: fence).encoded()
                let info = try await store.put(key, bytes, condition: condition)
                return Lease(key, store, holder: holder, fence: fence, etag: info.etag)
            } catch {
                guard case .conditionFailed = error else { throw error }
                return nil
            }
        }
    }

    /// Keeps the lease for another while.
    ///
    /// - Returns: False when somebody else has it.
    /// - Throws: `StorageError` when the store could not be asked; whether it is still held is open then.
    public func renew() async throws(StorageError) -> Bool {
        do throws(StorageError) {
            let (etag, started) = (state.withLock { $0.etag }, ContinuousClock.now)
            let bytes = LeaseV1(holder: holder, fence: fence).encoded()
            let info = try await store.put(key, bytes, condition: .ifMatch(etag: etag))
            state.withLock { $0 = (etag: info.etag, renewed: started) }
            return true
        } catch {
            guard case .conditionFailed = error else { throw error }
            return false
        }
    }

    /// Whether it was renewed within `duration`, so that nobody can have taken it.
    public func isHeld(for duration: Duration) -> Bool {
        state.withLock { ContinuousClock.now - $0.renewed < duration }
    }

    /// Gives it up, if the store can be asked.
    public func release() async {
        var record = LeaseV1(holder: holder, fence: fence)
        record.isReleased = true
        _ = try? await store.put(key, record.encoded(), condition: .ifMatch(etag: state.withLock { $0.etag }))
    }
}

/// Version 1 of a lease; see docs/formats/lease.md.
struct LeaseV1: Codable, Equatable, Sendable {
    var format = 1
    var holder: String
    var fence: Int
    var isReleased = false
    /// Another one in each put, so that each has another etag.
    var renewal = UUIDv7.string()

    init(holder: String, fence: Int) {
        self.holder = holder
        self.fence = fence
    }

    enum CodingKeys: String, CodingKey {
        case format, holder, fence, renewal
        case isReleased = "released"
    }

    func encoded() -> [UInt8] { (try? JSONBytes.encode(self)) ?? [] }

    /// A damaged one is nobody's; its fence is as large as can be told.
    static func decode(_ bytes: [UInt8]) -> LeaseV1 {
        (try? JSONDecoder().decode(LeaseV1.self, from: Data(bytes))) ?? LeaseV1(holder: "", fence: 0)
    }
}
