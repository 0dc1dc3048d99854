import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

/// What every object store must do with content that comes and goes in pieces.
@Suite struct ObjectStreamConformanceTests {
    private func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    private struct Broken: Error {}

    @Test(arguments: StoreKind.allCases, [0, 1, 100_000, 1 << 20, 20_000_001])
    func whatFlowsInFlowsOut(kind: StoreKind, size: Int) async throws {
        let subject = try await StoreUnderTest(kind)
        let content = TestContent(size: size)
        let announced = AnnouncedContent(size: size, sha256: content.sha256)
        let info = try await subject.store.put(key("a/k"), chunks: content, announced: announced, condition: .always)
        #expect(info.size == size)
        let open = try await subject.store.open(key("a/k"), range: .whole, ifMatch: info.etag)
        #expect(open.info.isOfOneObject(with: info))
        #expect(open.range == 0..<size)
        var hash = ContentHash()
        for try await chunk in open.chunks {
            #expect(!chunk.isEmpty)
            hash.update(chunk)
        }
        #expect(hash.finish() == content.sha256)
        #expect(try await open.chunks.next() == nil)
        if let known = try await subject.store.head(key("a/k"))?.sha256 { #expect(known == content.sha256) }
    }

    @Test(arguments: StoreKind.allCases)
    func theSizeNeedNotBeKnown(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        for size in [0, 7, 18_000_000] {
            let content = TestContent(size: size)
            let info = try await subject.store.put(
                key("k\(size)"),
                chunks: content,
                announced: AnnouncedContent(),
                condition: .always
            )
            #expect(info.size == size)
            #expect(try await ContentHash.sha256(subject.store.get(key("k\(size)"))) == content.sha256)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func rangesAreThoseOfHTTP(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let bytes = Array(UInt8(0)..<100)
        _ = try await subject.store.put(key("k"), bytes, condition: .always)
        let cases: [(ObjectRange, Range<Int>)] = [
            (.whole, 0..<100), (.bounds(0..<100), 0..<100), (.bounds(10..<20), 10..<20), (.bounds(90..<200), 90..<100),
            (.from(0), 0..<100), (.from(99), 99..<100), (.last(1), 99..<100), (.last(100), 0..<100),
            (.last(500), 0..<100),
        ]
        for (range, expected) in cases {
            let open = try await subject.store.open(key("k"), range: range, ifMatch: nil)
            #expect(open.range == expected)
            #expect(open.info.size == 100)
            #expect(try await open.bytes() == Array(bytes[expected]))
        }
        let outside: [ObjectRange] = [
            .bounds(100..<101), .bounds(5..<5), .bounds(-1..<5), .from(100), .from(-1), .last(0), .last(-1),
        ]
        for range in outside {
            await #expect(throws: StorageError.rangeOutside(try key("k"), size: 100), "\(range)") {
                try await subject.store.open(key("k"), range: range, ifMatch: nil)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func anEmptyObjectHasNoRanges(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        _ = try await subject.store.put(key("k"), [], condition: .always)
        let open = try await subject.store.open(key("k"), range: .whole, ifMatch: nil)
        #expect(open.range == 0..<0)
        #expect(try await open.bytes() == [])
        for range in [ObjectRange.from(0), .last(1), .bounds(0..<1)] {
            await #expect(throws: StorageError.rangeOutside(try key("k"), size: 0)) {
                try await subject.store.open(key("k"), range: range, ifMatch: nil)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func onlyTheObjectThatIsMeantIsOpened(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let info = try await subject.store.put(key("k"), [1], condition: .always)
        _ = try await subject.store.put(key("k"), [2], condition: .always)
        await #expect(throws: StorageError.conditionFailed(try key("k"))) {
            try await subject.store.open(key("k"), range: .whole, ifMatch: info.etag)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsNotAsAnnouncedIsNotWritten(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let other = TestContent(size: 9, salt: 1).sha256
        for size in [100, 17_000_000] {
            let content = TestContent(size: size)
            for wrong in [
                AnnouncedContent(size: size + 1), AnnouncedContent(size: size - 1), AnnouncedContent(sha256: other),
                AnnouncedContent(size: size, sha256: other),
            ] {
                await #expect(throws: StorageError.notAsAnnounced(try key("k"))) {
                    try await subject.store.put(key("k"), chunks: content, announced: wrong, condition: .always)
                }
            }
        }
        #expect(try await subject.store.head(key("k")) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func aSenderThatFailsWritesNothing(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        _ = try await subject.store.put(key("k"), [1], condition: .always)
        for size in [100_000, 17_000_000] {
            let content = TestContent(size: size, failure: Broken())
            await #expect(throws: Broken.self) {
                try await subject.store.put(
                    key("k"),
                    chunks: content,
                    announced: AnnouncedContent(size: size),
                    condition: .always
                )
            }
        }
        #expect(try await subject.store.get(key("k")) == [1])
        #expect(try await subject.keys() == ["k"])
    }

    @Test(.enabled(if: S3TestServer.hasConditions), arguments: StoreKind.allCases, [10, 17_000_000])
    func conditionsHoldForStreamsAndFiles(kind: StoreKind, size: Int) async throws {
        let subject = try await StoreUnderTest(kind)
        let content = TestContent(size: size)
        let file = try await content.write(to: subject.folder.path("file"))
        func put(_ condition: PutCondition) async throws -> ObjectInfo {
            try await subject.store.put(key("k"), chunks: content, announced: AnnouncedContent(), condition: condition)
        }
        let first = try await put(.ifAbsent)
        await #expect(throws: StorageError.conditionFailed(try key("k"))) { try await put(.ifAbsent) }
        await #expect(throws: StorageError.conditionFailed(try key("k"))) {
            try await subject.store.put(key("k"), file: file, condition: .ifAbsent)
        }
        _ = try await subject.store.put(key("k"), [1], condition: .ifMatch(etag: first.etag))
        await #expect(throws: StorageError.conditionFailed(try key("k"))) { try await put(.ifMatch(etag: first.etag)) }
        await #expect(throws: StorageError.conditionFailed(try key("k"))) {
            try await subject.store.put(key("k"), file: file, condition: .ifMatch(etag: first.etag))
        }
        #expect(try await subject.store.get(key("k")) == [1])
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test(arguments: StoreKind.allCases, [0, 10, 17_000_000])
    func aFileBecomesAnObject(kind: StoreKind, size: Int) async throws {
        let subject = try await StoreUnderTest(kind)
        let content = TestContent(size: size)
        let conditions: [PutCondition] = S3TestServer.hasConditions ? [.ifAbsent, .always] : [.always]
        for (number, condition) in conditions.enumerated() {
            let file = try await content.write(to: subject.folder.path("file"))
            let info = try await subject.store.put(key("a/\(number)"), file: file, condition: condition)
            #expect(info.size == size)
            #expect(info.isOfOneObject(with: try await subject.store.head(key("a/\(number)"))))
            #expect(try await ContentHash.sha256(subject.store.get(key("a/\(number)"))) == content.sha256)
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsNotAPlainFileBecomesNothing(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        for path in [subject.folder.path, subject.folder.path("no"), "/dev/zero"] {
            await #expect(throws: StorageError.noSuchFile) {
                try await subject.store.put(key("a/b"), file: path, condition: .always)
            }
        }
        #expect(try await subject.store.head(key("a/b")) == nil)
    }

    /// Somebody who stops reading leaves nothing that hinders others.
    @Test(arguments: StoreKind.allCases)
    func aReaderMayStopEarly(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let content = TestContent(size: 17_000_000)
        _ = try await subject.store.put(key("k"), chunks: content, announced: .init(), condition: .always)
        for _ in 0..<8 * kind.effort {
            let open = try await subject.store.open(key("k"), range: .whole, ifMatch: nil)
            #expect(try await open.chunks.next()?.isEmpty == false)
        }
        #expect(try await subject.store.get(key("k"), range: 16_999_999..<17_000_000).count == 1)
    }
}
