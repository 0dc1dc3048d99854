public import LakeCore

/// Keeps generations open between searches, the most recently used ones up to a limit.
///
/// One that is dropped is unmapped when its last search is done.
public actor GenerationCache {
    /// Names a generation.
    public struct Key: Hashable, Sendable {
        public var index: IndexID
        public var number: Int

        public init(index: IndexID, number: Int) {
            self.index = index
            self.number = number
        }
    }

    /// What the cache holds.
    public struct Statistics: Hashable, Sendable {
        public var generations: Int
        /// Bytes mapped; how many of them are in memory is up to the page cache.
        public var bytes: Int
    }

    private let pool: KernelPool
    private let limit: Int
    private let memory: MemoryAccountant
    /// Least recently used first.
    private var open: [(key: Key, generation: VectorGeneration, held: MemoryReservation)] = []

    /// Keeps up to `limit` generations, at least one, and no more than the pool `cache` has room for.
    public init(limit: Int, pool: KernelPool, memory: MemoryAccountant = MemoryAccountant()) {
        precondition(limit > 0, "a cache of no generations keeps nothing")
        self.limit = limit
        self.pool = pool
        self.memory = memory
    }

    public var statistics: Statistics {
        Statistics(generations: open.count, bytes: open.reduce(0) { $0 + $1.generation.manifest.bytes })
    }

    /// The generation, opened if it is not.
    ///
    /// - Parameters:
    ///   - key: Which one.
    ///   - folder: Where its files are.
    ///   - manifestSHA256: What the catalog says of its manifest.
    /// - Returns: The same object for everybody who asks while it is kept.
    /// - Throws: What ``VectorGeneration/open(folder:expecting:pool:)`` throws; then nothing is kept.
    public func generation(
        _ key: Key,
        folder: String,
        expecting manifestSHA256: String?
    ) async throws(VectorError) -> VectorGeneration {
        if let found = use(key) { return found }
        let opened = try await VectorGeneration.open(folder: folder, expecting: manifestSHA256, pool: pool)
        // Somebody else may have opened it meanwhile: one mapping is enough.
        if let found = use(key) { return found }
        open.append((key, opened, try room(for: opened.manifest.bytes)))
        if open.count > limit { open.removeFirst() }
        return opened
    }

    /// Makes room by dropping what was not used for longest.
    private func room(for bytes: Int) throws(VectorError) -> MemoryReservation {
        while true {
            do throws(MemoryError) {
                return try memory.reserve(bytes, from: .cache)
            } catch {
                guard case .poolFull = error, !open.isEmpty else { throw .memory(error) }
                open.removeFirst()
            }
        }
    }

    /// Drops the generations of an index, as when it is deleted.
    public func close(_ index: IndexID) { open.removeAll { $0.key.index == index } }

    /// Drops everything.
    public func closeAll() { open = [] }

    /// The generation if it is open, now the most recently used.
    private func use(_ key: Key) -> VectorGeneration? {
        guard let place = open.firstIndex(where: { $0.key == key }) else { return nil }
        let entry = open.remove(at: place)
        open.append(entry)
        return entry.generation
    }
}
