import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

/// What every object store must do, run against each of them.
@Suite struct ObjectStoreConformanceTests {
    private func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    @Test(arguments: StoreKind.allCases)
    func whatWasPutIsRead(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        for size in [0, 1, 4096, 3_000_001] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let info = try await subject.store.put(key("a/b \(size)"), bytes, condition: .always)
            #expect(info.size == size)
            #expect(try await subject.store.get(key("a/b \(size)")) == bytes)
            #expect(info.isOfOneObject(with: try await subject.store.head(key("a/b \(size)"))))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theTimeOfAPutIsNow(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let before = WallClock.nowMilliseconds()
        let info = try await subject.store.put(key("k"), [], condition: .always)
        #expect((before - 1...WallClock.nowMilliseconds()).contains(info.modifiedAt))
        #expect(info.isOfOneObject(with: try await subject.store.head(key("k"))))
    }

    @Test(arguments: StoreKind.allCases)
    func otherContentHasAnotherETag(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        var etags: Set<String> = []
        for number in 0..<UInt8(10 * kind.effort) {
            etags.insert(try await subject.store.put(key("k"), [1, 2, number], condition: .always).etag)
        }
        #expect(etags.count == 10 * kind.effort)
        #expect(!etags.contains { $0.contains("\"") })
    }

    @Test(arguments: StoreKind.allCases)
    func anAbsentObjectIsAbsent(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let absent = try key("no/such")
        #expect(try await subject.store.head(absent) == nil)
        await #expect(throws: StorageError.noSuchObject(absent)) { try await subject.store.get(absent) }
        await #expect(throws: StorageError.noSuchObject(absent)) { try await subject.store.get(absent, range: 0..<1) }
        await #expect(throws: StorageError.noSuchObject(absent)) { try await subject.store.get(absent, range: 0..<0) }
        await #expect(throws: StorageError.noSuchObject(absent)) {
            try await subject.store.open(absent, range: .whole, ifMatch: nil)
        }
        try await subject.store.delete(absent)
    }

    @Test(arguments: StoreKind.allCases)
    func aFolderOfObjectsIsNotAnObject(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        _ = try await subject.store.put(key("a/b"), [1], condition: .always)
        #expect(try await subject.store.head(key("a")) == nil)
        await #expect(throws: StorageError.noSuchObject(try key("a"))) { try await subject.store.get(key("a")) }
        try await subject.store.delete(key("a"))
        #expect(try await subject.store.get(key("a/b")) == [1])
        #expect(try await subject.store.head(key("a/b/c")) == nil)
        await #expect(throws: StorageError.noSuchObject(try key("a/b/c"))) { try await subject.store.get(key("a/b/c")) }
        try await subject.store.delete(key("a/b/c"))
    }

    @Test(.enabled(if: S3TestServer.hasConditions), arguments: StoreKind.allCases)
    func aTakenKeyIsNotCreatedAgain(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let taken = try key("a/k")
        _ = try await subject.store.put(taken, [1], condition: .ifAbsent)
        await #expect(throws: StorageError.conditionFailed(taken)) {
            try await subject.store.put(taken, [2], condition: .ifAbsent)
        }
        #expect(try await subject.store.get(taken) == [1])
        try await subject.store.delete(taken)
        _ = try await subject.store.put(taken, [3], condition: .ifAbsent)
        #expect(try await subject.store.get(taken) == [3])
    }

    @Test(.enabled(if: S3TestServer.hasConditions), arguments: StoreKind.allCases)
    func onlyTheObjectThatWasReadIsReplaced(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let replaced = try key("a/k")
        await #expect(throws: StorageError.conditionFailed(replaced)) {
            try await subject.store.put(replaced, [0], condition: .ifMatch(etag: "x"))
        }
        #expect(try await subject.store.head(replaced) == nil)
        let first = try await subject.store.put(replaced, [1], condition: .ifAbsent)
        let second = try await subject.store.put(replaced, [2], condition: .ifMatch(etag: first.etag))
        await #expect(throws: StorageError.conditionFailed(replaced)) {
            try await subject.store.put(replaced, [3], condition: .ifMatch(etag: first.etag))
        }
        #expect(try await subject.store.get(replaced) == [2])
        #expect(second.isOfOneObject(with: try await subject.store.head(replaced)))
    }

    @Test(.enabled(if: S3TestServer.hasConditions), arguments: StoreKind.allCases)
    func ofManyCreatorsExactlyOneSucceeds(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        for round in 0..<4 * kind.effort {
            let contested = try key("a/\(round)")
            let winners = await withTaskGroup(of: UInt8?.self) { group in
                for writer in UInt8(0)..<16 {
                    group.addTask {
                        let info = try? await subject.store.put(contested, [writer], condition: .ifAbsent)
                        return info == nil ? nil : writer
                    }
                }
                return await group.reduce(into: [UInt8]()) { if let winner = $1 { $0.append(winner) } }
            }
            #expect(winners.count == 1)
            #expect(try await subject.store.get(contested) == winners)
        }
    }

    @Test(.enabled(if: S3TestServer.hasConditions), arguments: StoreKind.allCases)
    func concurrentConditionalReplacesLoseNothing(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let counter = try key("a/counter")
        _ = try await subject.store.put(counter, [0], condition: .ifAbsent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var added = 0
                    while added < 5 * kind.effort {
                        guard let info = try await subject.store.head(counter) else { continue }
                        let value = try await subject.store.get(counter)[0]
                        do {
                            let etag = info.etag
                            _ = try await subject.store.put(counter, [value + 1], condition: .ifMatch(etag: etag))
                            added += 1
                        } catch StorageError.conditionFailed {}
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await subject.store.get(counter) == [UInt8(20 * kind.effort)])
    }

    @Test(arguments: StoreKind.allCases)
    func partsOfAnObjectAreRead(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let object = try key("a/k")
        let bytes = Array(UInt8(0)..<100)
        _ = try await subject.store.put(object, bytes, condition: .always)
        for range in [0..<100, 0..<0, 99..<100, 100..<100, 10..<20] {
            #expect(try await subject.store.get(object, range: range) == Array(bytes[range]))
        }
        for range in [0..<101, 101..<101, -1..<5, 100..<200] {
            await #expect(throws: StorageError.rangeOutside(object, size: 100)) {
                try await subject.store.get(object, range: range)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func listsComeInTheOrderOfTheKeysBytes(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let keys = ["a-b", "a/b", "a/b-c/d", "a/b.x", "a0", "é", "e\u{301}", "z", "B", "a/c/d/e/f"]
        for text in keys { _ = try await subject.store.put(key(text), Array(text.utf8), condition: .always) }
        let expected = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try await subject.keys().map { Array($0.utf8) } == expected.map { Array($0.utf8) })
        for info in try await subject.store.list(prefix: "", after: nil, limit: 100) {
            #expect(info.isOfOneObject(with: try await subject.store.head(info.key)))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsNoKeyIsThePrefixOfNone(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        _ = try await subject.store.put(key("a/b"), [], condition: .always)
        for prefix in ["/", "../", "a/../", "./", "a//", "a/b/", "no/", "a/b/c", "a\0", "/tmp", "..", "a/.."] {
            #expect(try await subject.keys(prefix) == [])
        }
        #expect(try await subject.keys(limit: 0) == [])
        #expect(try await subject.keys(limit: -1) == [])
        #expect(try await subject.keys("a/b") == ["a/b"])
    }

    /// Random trees, prefixes, starts and page sizes, compared with sorting and filtering all keys.
    @Test(arguments: StoreKind.allCases, [1, 2, 3] as [UInt64])
    func listsAgreeWithANaiveModel(kind: StoreKind, seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let subject = try await StoreUnderTest(kind)
        let parts = ["a", "ab", "a-", "b", "b.c", "0", "é", "zz"]
        var files: Set<String> = []
        for _ in 0..<30 * kind.effort {
            let depth = Int.random(in: 0...3, using: &random)
            // Folders have names of their own, so that no key is the folder of another.
            let folders = (0..<depth).map { _ in parts.randomElement(using: &random).map { $0 + "-f" } ?? "" }
            let name = (parts.randomElement(using: &random) ?? "") + String(Int.random(in: 0..<5, using: &random))
            files.insert((folders + [name]).joined(separator: "/"))
        }
        for file in files { _ = try await subject.store.put(key(file), [], condition: .always) }
        let sorted = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for _ in 0..<30 * kind.effort {
            let sample = sorted.randomElement(using: &random) ?? ""
            let prefix = String(sample.unicodeScalars.prefix(Int.random(in: 0...6, using: &random)).map(Character.init))
            var after: String?
            if Bool.random(using: &random) {
                let start = sorted.randomElement(using: &random) ?? ""
                after = String(start.unicodeScalars.prefix(Int.random(in: 0...12, using: &random)).map(Character.init))
            }
            let limit = Int.random(in: 1...40, using: &random)
            let expected = sorted.filter {
                $0.utf8.starts(with: prefix.utf8) && after?.utf8.lexicographicallyPrecedes($0.utf8) ?? true
            }
            let page = try await subject.keys(prefix, after: after, limit: limit)
            #expect(page == Array(expected.prefix(limit)), "prefix \(prefix), after \(after ?? "-"), limit \(limit)")
        }
        var paged: [String] = []
        repeat { paged += try await subject.keys(after: paged.last, limit: 7) } while paged.count < sorted.count
        #expect(paged == sorted)
    }

    @Test(arguments: StoreKind.allCases)
    func aFolderLargerThanAPageIsListedInPages(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let names = (0..<300).map { "f/" + String($0 * 7 % 300) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { _ = try await subject.store.put(key(name), [], condition: .always) } }
            try await group.waitForAll()
        }
        var paged: [String] = []
        repeat { paged += try await subject.keys("f/", after: paged.last, limit: 100) } while paged.count < names.count
        #expect(paged == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
}
