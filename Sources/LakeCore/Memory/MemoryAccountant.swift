import Synchronization

/// Knows how much memory each kind of work holds, and refuses what would go beyond a limit before it is allocated.
///
/// What a component with a limit of its own holds, such as an SQL engine, is noted beside what was reserved, to be seen.
public final class MemoryAccountant: Sendable {
    /// One pool, as it stands.
    public struct Usage: Sendable, Equatable {
        public var pool: MemoryPool
        /// Bytes reserved here or noted for components.
        public var used: Int
        public var limit: Int
    }

    private struct Account {
        var reserved = 0
        var noted = 0
    }

    public let limits: MemoryLimits
    /// What the process holds by the system's count; nil when that is not known.
    private let resident: @Sendable () -> Int?
    private let onRefusal: @Sendable (MemoryPool) -> Void
    private let accounts = Mutex<[MemoryPool: Account]>([:])

    /// - Parameters:
    ///   - limits: How much may be used.
    ///   - resident: What the process holds by the system's count, in bytes; asked at each reservation when that is limited.
    ///   - onRefusal: Told of each reservation that is refused.
    public init(
        limits: MemoryLimits = MemoryLimits(),
        resident: @escaping @Sendable () -> Int? = { nil },
        onRefusal: @escaping @Sendable (MemoryPool) -> Void = { _ in }
    ) {
        self.limits = limits
        self.resident = resident
        self.onRefusal = onRefusal
    }

    /// Takes `bytes` from a pool until the reservation goes away.
    ///
    /// - Throws: `MemoryError.poolFull`, `MemoryError.processFull`; then nothing is taken.
    public func reserve(_ bytes: Int, from pool: MemoryPool) throws(MemoryError) -> MemoryReservation {
        let reservation = MemoryReservation(pool: pool, accountant: self)
        try reservation.grow(to: bytes)
        return reservation
    }

    /// Says what a component that keeps to a limit of its own holds now.
    public func note(_ bytes: Int, in pool: MemoryPool) {
        accounts.withLock { $0[pool, default: Account()].noted = bytes }
    }

    /// Every pool, as it stands.
    public var usage: [Usage] {
        let accounts = accounts.withLock { $0 }
        return MemoryPool.allCases.map { pool in
            let account = accounts[pool] ?? Account()
            return Usage(pool: pool, used: account.reserved + account.noted, limit: limits[pool])
        }
    }

    /// Why nothing new is begun; nil when it is.
    public var pressure: (held: Int, limit: Int)? {
        guard let limit = limits.process, let held = resident(), held > limit else { return nil }
        return (held, limit)
    }

    func take(_ bytes: Int, from pool: MemoryPool) throws(MemoryError) {
        if let pressure {
            onRefusal(pool)
            throw .processFull(pool, limit: pressure.limit)
        }
        let left: Int? = accounts.withLock { accounts in
            let left = limits[pool] - (accounts[pool]?.reserved ?? 0)
            guard bytes <= left else { return left }
            accounts[pool, default: Account()].reserved += bytes
            return nil
        }
        guard let left else { return }
        onRefusal(pool)
        throw .poolFull(pool, wanted: bytes, left: left)
    }

    func giveBack(_ bytes: Int, to pool: MemoryPool) {
        accounts.withLock { $0[pool]?.reserved -= bytes }
    }
}

/// Memory of a pool, given back when nothing holds this any more.
public final class MemoryReservation: Sendable {
    public let pool: MemoryPool
    private let accountant: MemoryAccountant
    private let held = Mutex(0)

    init(pool: MemoryPool, accountant: MemoryAccountant) {
        self.pool = pool
        self.accountant = accountant
    }

    deinit { accountant.giveBack(held.withLock { $0 }, to: pool) }

    /// What is reserved, in bytes.
    public var bytes: Int { held.withLock { $0 } }

    /// Makes it at least `bytes` large.
    ///
    /// One task at a time grows or shrinks it.
    ///
    /// - Throws: `MemoryError`; then it stays as it was.
    public func grow(to bytes: Int) throws(MemoryError) {
        let more = bytes - self.bytes
        guard more > 0 else { return }
        try accountant.take(more, from: pool)
        held.withLock { $0 += more }
    }

    /// Makes it at most `bytes` large.
    public func shrink(to bytes: Int) {
        let less = held.withLock { held in
            let less = max(0, held - bytes)
            held -= less
            return less
        }
        accountant.giveBack(less, to: pool)
    }
}
