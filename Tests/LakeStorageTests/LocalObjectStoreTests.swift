import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeStorage

@Suite struct LocalObjectStoreTests {
    private let folder: TemporaryFolder
    private let store: LocalObjectStore

    init() throws {
        folder = try TemporaryFolder()
        store = try LocalObjectStore(root: folder.path("deep/er/lake/"))
    }

    private func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    private func staged() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("deep/er/lake/staging")).sorted()
    }

    @Test func anObjectIsTheFileOfItsKey() async throws {
        _ = try await store.put(key("a/b.txt"), Array("text".utf8), condition: .ifAbsent)
        #expect(store.path(of: try key("a/b.txt")) == folder.path("deep/er/lake/a/b.txt"))
        #expect(try String(contentsOfFile: store.path(of: key("a/b.txt")), encoding: .utf8) == "text")
    }

    @Test func anotherStoreOnTheFolderSeesTheSameObjects() async throws {
        let other = try LocalObjectStore(root: folder.path("deep/er/lake"))
        let info = try await store.put(key("a/b"), [1], condition: .ifAbsent)
        #expect(try await other.head(key("a/b")) == info)
        _ = try await other.put(key("a/b"), [2], condition: .ifMatch(etag: info.etag))
        #expect(try await store.get(key("a/b")) == [2])
    }

    @Test func aPutLeavesNothingInStaging() async throws {
        let info = try await store.put(key("a/b"), [1], condition: .ifAbsent)
        _ = try? await store.put(key("a/b"), [1], condition: .ifAbsent)
        _ = try await store.put(key("a/b"), [1], condition: .always)
        _ = try? await store.put(key("a/b"), [1], condition: .ifMatch(etag: info.etag))
        _ = try? await store.put(key("a/b/c"), [1], condition: .always)
        #expect(try staged() == [])
    }

    @Test func aKeyInTheWayOfAnotherIsRefused() async throws {
        _ = try await store.put(key("a/b"), [1], condition: .ifAbsent)
        for condition in [PutCondition.ifAbsent, .always] {
            for text in ["a", "a/b/c", "a/b/c/d"] {
                let key = try key(text)
                await #expect(throws: StorageError.keyInTheWay(key)) {
                    try await store.put(key, [2], condition: condition)
                }
            }
        }
        #expect(try await store.get(key("a/b")) == [1])
    }

    @Test func aFolderThatSomebodyRemovedIsMadeAgain() async throws {
        _ = try await store.put(key("a/b/c"), [1], condition: .ifAbsent)
        try FileManager.default.removeItem(atPath: folder.path("deep/er/lake/a"))
        _ = try await store.put(key("a/b/c"), [2], condition: .ifAbsent)
        try FileManager.default.removeItem(atPath: folder.path("deep/er/lake/a"))
        _ = try await store.put(key("a/b/c"), [3], condition: .always)
        #expect(try await store.get(key("a/b/c")) == [3])
    }

    @Test func aFileInPlaceOfTheLakeIsRefused() async throws {
        let path = try folder.write("file", "text")
        #expect(throws: StorageError.notAFolder) { try LocalObjectStore(root: path) }
        #expect(throws: StorageError.notAFolder) { try LocalObjectStore(root: path + "/lake") }
    }

    @Test func aLakeThatVanishedIsReported() async throws {
        try FileManager.default.removeItem(atPath: folder.path("deep"))
        let absent = try key("a")
        await #expect(throws: StorageError.notAFolder) { try await store.put(absent, [], condition: .always) }
        await #expect(throws: StorageError.notAFolder) { try await store.list(prefix: "", after: nil, limit: 1) }
    }

    @Test func symbolicLinksAreNotObjects() async throws {
        let secret = try folder.write("secret", "text")
        let link = try key("link")
        try FileManager.default.createSymbolicLink(atPath: store.path(of: link), withDestinationPath: secret)
        #expect(try await store.head(link) == nil)
        await #expect(throws: StorageError.noSuchObject(link)) { try await store.get(link) }
        #expect(try await store.list(prefix: "", after: nil, limit: 10) == [])
    }

    @Test(arguments: [
        (ENOSPC, StorageError.noSpace, FailureKind.exhausted), (EDQUOT, .noSpace, .exhausted),
        (EACCES, .notPermitted(.write), .unavailable), (EPERM, .notPermitted(.write), .unavailable),
        (EROFS, .notPermitted(.write), .unavailable),
        (EIO, .unavailable(.write, reason: "Input/output error"), .unavailable),
        (EMFILE, .unavailable(.write, reason: "Too many open files"), .unavailable),
        (ENFILE, .unavailable(.write, reason: "Too many open files in system"), .unavailable),
    ])
    func systemErrorsAreTyped(code: CInt, error: StorageError, kind: FailureKind) throws {
        let found = StorageError(SystemError(code: code), .write, key: try key("a/b"))
        #expect(found == error)
        #expect(found.kind == kind)
    }

    @Test func messagesNameNoPathOfTheMachine() async throws {
        _ = try await store.put(key("a/b"), [1], condition: .ifAbsent)
        var errors: [any Error] = []
        func note(_ work: () async throws -> Void) async {
            do { try await work() } catch { errors.append(error) }
        }
        await note { _ = try await store.put(key("a/b"), [], condition: .ifAbsent) }
        await note { _ = try await store.put(key("a/b/c"), [], condition: .ifAbsent) }
        await note { _ = try await store.get(key("b")) }
        await note { _ = try await store.get(key("a/b"), range: 0..<9) }
        await note { _ = try await store.put(key("c"), file: folder.path("no"), condition: .always) }
        await note { _ = try await FileDigest.sha256(ofFile: folder.path("no")) }
        await note { _ = try LocalObjectStore(root: folder.write("file", "") + "/lake") }
        #expect(errors.count == 7)
        for error in errors {
            let detail = (error as? any LakeFailure)?.detail ?? folder.path
            #expect(!detail.contains(folder.path))
            #expect(!detail.contains("/lake"))
        }
    }

    // MARK: Staging

    @Test func aStagedFileBecomesAnObjectWithoutBeingCopied() async throws {
        let path = store.stagingFile(suffix: ".parquet")
        #expect(path.hasPrefix(folder.path("deep/er/lake/staging/")) && path.hasSuffix(".parquet"))
        try Data("rows".utf8).write(to: URL(fileURLWithPath: path))
        let inode = try #require(FileStatus.of(path)?.inode)
        _ = try await store.put(key("datasets/1/x.parquet"), file: path, condition: .ifAbsent)
        #expect(try FileStatus.of(store.path(of: key("datasets/1/x.parquet")))?.inode == inode)
        #expect(try staged() == [])
    }

    @Test func aFileOfAnotherFileSystemIsCopied() async throws {
        let elsewhere = "/dev/shm/lake-" + UUIDv7.string()
        try Data("rows".utf8).write(to: URL(fileURLWithPath: elsewhere))
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        let info = try await store.put(key("a/b"), file: elsewhere, condition: .ifAbsent)
        #expect(try await store.head(key("a/b")) == info)
        #expect(try await store.get(key("a/b")) == Array("rows".utf8))
        #expect(try staged() == [])
        #expect(!FileManager.default.fileExists(atPath: elsewhere))
    }

    @Test func aStreamThatIsCancelledLeavesNothing() async throws {
        let key = try key("a/b")
        let task = Task { [store] in
            let chunks = AsyncStream<[UInt8]> { continuation in
                continuation.yield([UInt8](repeating: 1, count: 1 << 20))
            }
            return try await store.put(key, chunks: chunks, announced: AnnouncedContent(), condition: .always)
        }
        while try staged().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: StorageError.self) { try await task.value }
        #expect(try staged() == [])
        #expect(try await store.head(key) == nil)
    }

    @Test func anObjectThatIsReadStaysWhatItWas() async throws {
        let old = [UInt8](repeating: 1, count: 1 << 20)
        _ = try await store.put(key("a/b"), old, condition: .always)
        let open = try await store.open(key("a/b"), range: .whole, ifMatch: nil)
        _ = try await store.put(key("a/b"), [2], condition: .always)
        #expect(try await open.bytes() == old)
        let other = try await store.open(key("a/b"), range: .whole, ifMatch: nil)
        try await store.delete(key("a/b"))
        #expect(try await other.bytes() == [2])
    }

    @Test func everyPutHasAnotherETag() async throws {
        var etags: Set<String> = []
        for _ in 0..<200 { etags.insert(try await store.put(key("k"), [1, 2, 3], condition: .always).etag) }
        #expect(etags.count == 200)
    }

    @Test func onlyOldLeftoversAreSwept() async throws {
        let old = Date(timeIntervalSinceNow: -7200)
        func make(_ name: String, isFolder: Bool = false, isOld: Bool) throws {
            let path = folder.path("deep/er/lake/staging/") + name
            if isFolder {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } else {
                try Data().write(to: URL(fileURLWithPath: path))
            }
            if isOld { try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path) }
        }
        try make("old.put", isOld: true)
        try make("fresh.put", isOld: false)
        try make("job", isFolder: true, isOld: false)
        try make("job/old", isOld: true)
        try make("job/fresh", isOld: false)
        try make("job", isFolder: true, isOld: true)
        try make("done", isFolder: true, isOld: false)
        try make("done/old", isOld: true)
        try make("done", isFolder: true, isOld: true)
        _ = try await store.put(key("a/b"), [1], condition: .ifAbsent)
        #expect(try await store.sweepLeftovers(olderThan: .seconds(3600), dryRun: true) == 3)
        #expect(try await store.sweepLeftovers(olderThan: .seconds(3600), dryRun: false) == 3)
        #expect(try staged() == ["fresh.put", "job"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("deep/er/lake/staging/job")) == ["fresh"]
        )
        #expect(try await store.get(key("a/b")) == [1])
    }

    /// The process dies while puts are under way, again and again: what is there is whole, and what was acknowledged is there.
    @Test(arguments: 1...3)
    func aKilledProcessLeavesWholeObjectsOnly(round: Int) async throws {
        let root = folder.path("deep/er/lake")
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String, round = round as Int] in
            let store = try LocalObjectStore(root: root)
            let acknowledged = try LocalObjectStore(root: root + "-acknowledged")
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0... {
                            guard let key = try? ObjectKey(validating: "round\(round)/\(writer)-\(number)") else {
                                return
                            }
                            let size = 100_000 + 1000 * number
                            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
                            _ = try? await store.put(
                                key,
                                bytes,
                                condition: number.isMultiple(of: 2) ? .ifAbsent : .always
                            )
                            _ = try? await acknowledged.put(key, [], condition: .ifAbsent)
                            if writer == 0, number == 3 * round { kill(getpid(), SIGKILL) }
                        }
                    }
                }
            }
        }
        let acknowledged = try await LocalObjectStore(root: root + "-acknowledged")
            .list(prefix: "round\(round)/", after: nil, limit: 1000)
        #expect(!acknowledged.isEmpty)
        for info in acknowledged { #expect(try await store.head(info.key) != nil) }
        for info in try await store.list(prefix: "round\(round)/", after: nil, limit: 1000) {
            let number = Int(info.key.rawValue.split(separator: "-").last ?? "") ?? -1
            let bytes = try await store.get(info.key)
            #expect(bytes.count == 100_000 + 1000 * number)
            #expect(bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) })
        }
    }
}
