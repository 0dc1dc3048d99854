import Foundation
import LakeStorage
import LakeTesting
import Testing

@Suite struct FolderCacheTests {
    private let folder: TemporaryFolder
    private let workspace: LocalObjectStore
    private let store = MemoryObjectStore()

    init() throws {
        folder = try TemporaryFolder()
        workspace = try LocalObjectStore(root: folder.path("work"))
    }

    private func item(_ key: String, _ bytes: [UInt8], sha256: String? = nil) async throws -> FolderCache.Item {
        let key = try ObjectKey(validating: key)
        _ = try await store.put(key, bytes, condition: .always)
        return FolderCache.Item(
            key: key,
            name: String(key.rawValue.split(separator: "/").last ?? ""),
            size: bytes.count,
            sha256: sha256 ?? ContentHash.sha256(bytes)
        )
    }

    @Test func aFolderIsFetchedOnceAndKept() async throws {
        let items = [try await item("a/x", [1, 2]), try await item("a/y", [3])]
        let cache = FolderCache(workspace: workspace, bytesMax: 100)
        #expect(try await cache.folder("one") == nil)
        let path = try await cache.folder("one", of: items, from: store)
        #expect(FileManager.default.contents(atPath: path + "/x") == Data([1, 2]))
        #expect(FileManager.default.contents(atPath: path + "/y") == Data([3]))
        for item in items { try await store.delete(item.key) }
        #expect(try await cache.folder("one", of: items, from: store) == path)
        // Another process finds it, too.
        #expect(try await FolderCache(workspace: workspace, bytesMax: 100).folder("one") == path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("work/staging")).isEmpty)
    }

    @Test func theLeastRecentlyUsedMakesWay() async throws {
        let cache = FolderCache(workspace: workspace, bytesMax: 10)
        for name in ["one", "two"] {
            _ = try await cache.folder(name, of: [try await item(name + "/x", [1, 2, 3, 4])], from: store)
        }
        _ = try await cache.folder("one")
        _ = try await cache.folder("three", of: [try await item("three/x", [1, 2, 3, 4])], from: store)
        #expect(try await cache.folder("two") == nil)
        #expect(try await cache.folder("one") != nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("work/_local/cache")).sorted() == [
                "one", "three",
            ]
        )
    }

    @Test func whatIsNotAsSaidIsNotKept() async throws {
        let cache = FolderCache(workspace: workspace, bytesMax: 10)
        let good = try await item("a/x", [1])
        let other = try await item("a/y", [2], sha256: ContentHash.sha256([3]))
        await #expect(throws: StorageError.damaged(other.key)) {
            try await cache.folder("one", of: [good, other], from: store)
        }
        var longer = try await item("a/z", [1, 2])
        longer.size = 1
        await #expect(throws: StorageError.damaged(longer.key)) {
            try await cache.folder("one", of: [longer], from: store)
        }
        #expect(try await cache.folder("one") == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("work/staging")).isEmpty)
        let large = try await item("a/w", [UInt8](repeating: 0, count: 11))
        await #expect(throws: StorageError.noSpace) { try await cache.folder("one", of: [large], from: store) }
    }

    @Test func whoComesAtOnceSharesOneFetch() async throws {
        let cache = FolderCache(workspace: workspace, bytesMax: 1 << 20)
        let items = [try await item("a/x", [UInt8](repeating: 7, count: 100_000))]
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await cache.folder("one", of: items, from: store) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(paths.count == 1)
    }
}
