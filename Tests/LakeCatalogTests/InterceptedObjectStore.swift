import LakeStorage

/// A store in memory with something in the way of its puts or its listings.
struct InterceptedObjectStore: ObjectStore {
    let base: MemoryObjectStore
    /// Runs before a put reaches the store; what it throws is thrown instead.
    private let beforePut: @Sendable (ObjectKey, MemoryObjectStore) async throws(StorageError) -> Void
    /// Runs when objects of a prefix have been listed.
    private let afterList: @Sendable (String) async -> Void

    init(beforePut: @escaping @Sendable (ObjectKey, MemoryObjectStore) async throws(StorageError) -> Void) {
        base = MemoryObjectStore()
        self.beforePut = beforePut
        afterList = { _ in }
    }

    init(base: MemoryObjectStore, afterList: @escaping @Sendable (String) async -> Void) {
        self.base = base
        beforePut = { (_, _) async throws(StorageError) in }
        self.afterList = afterList
    }

    func put(_ key: ObjectKey, _ bytes: [UInt8], condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        try await beforePut(key, base)
        return try await base.put(key, bytes, condition: condition)
    }

    func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        try await beforePut(key, base)
        return try await base.put(key, chunks: chunks, announced: announced, condition: condition)
    }

    func put(_ key: ObjectKey, file path: String, condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        try await beforePut(key, base)
        return try await base.put(key, file: path, condition: condition)
    }

    func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] { try await base.get(key) }

    func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try await base.get(key, range: range)
    }

    func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject { try await base.open(key, range: range, ifMatch: etag) }

    func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? { try await base.head(key) }

    func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        let page = try await base.list(prefix: prefix, after: after, limit: limit)
        await afterList(prefix)
        return page
    }

    func delete(_ key: ObjectKey) async throws(StorageError) { try await base.delete(key) }
}

/// Holds those who want to pass while it is closed.
actor Gate {
    private var isOpen = true
    private var held: [CheckedContinuation<Void, Never>] = []

    /// How many wait.
    var waiting: Int { held.count }

    func close() { isOpen = false }

    func open() {
        isOpen = true
        for passer in held { passer.resume() }
        held = []
    }

    func pass() async {
        if !isOpen { await withCheckedContinuation { held.append($0) } }
    }
}
