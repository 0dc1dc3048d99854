import Foundation
import LakeCore
import LakeStorage
import Testing

@testable import LakeVector

@Suite struct GenerationBuilderTests {
    private let scratch: ScratchFolder
    private let store = MemoryObjectStore()
    private let pool = TestIndex.pool()

    init() throws { scratch = try ScratchFolder() }

    private func segment(_ rows: Range<Int>, dimensions: Int = 4, digest: String = "sha256:0011") throws -> Segment {
        var random = SplitMix64(seed: UInt64(rows.lowerBound))
        let made = try TestIndex.segment(random.vectors(rows.count, dimensions), dimensions, from: rows.lowerBound)
        return try Segment(
            records: made.records,
            vectors: made.vectors,
            dimensions: dimensions,
            start: made.start,
            next: made.next,
            modelDigest: digest
        )
    }

    private func assemble(_ objects: [[UInt8]]) async throws -> BuiltGeneration {
        var keys: [ObjectKey] = []
        for (number, bytes) in objects.enumerated() {
            let key = try ObjectKey(validating: "segments/\(number)")
            _ = try await store.put(key, bytes, condition: .always)
            keys.append(key)
        }
        return try await GenerationBuilder.assemble(
            segments: keys,
            of: store,
            into: scratch.path + "/g",
            dimensions: 4,
            source: TestIndex.source,
            pool: pool
        )
    }

    private func expectFailure(_ objects: [[UInt8]], _ matches: @escaping (VectorError) -> Bool) async throws {
        await #expect {
            try await assemble(objects)
        } throws: {
            ($0 as? VectorError).map(matches) ?? false
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/g"), "half a generation was left")
    }

    private func isWrong(_ error: VectorError) -> Bool {
        if case .wrongSegment(file: "segments/1", _) = error { return true }
        return false
    }

    @Test func aLostSegmentIsNoticed() async throws {
        try await expectFailure([segment(0..<3), segment(4..<6)].map(SegmentV1.encode), isWrong)
    }

    @Test func aRepeatedSegmentIsNoticed() async throws {
        try await expectFailure([segment(0..<3), segment(0..<3)].map(SegmentV1.encode), isWrong)
    }

    @Test func aLostFirstSegmentIsNoticed() async throws {
        try await expectFailure([SegmentV1.encode(segment(3..<4))]) {
            if case .wrongSegment = $0 { true } else { false }
        }
    }

    @Test func aSegmentOfAnotherModelIsNoticed() async throws {
        try await expectFailure([segment(0..<3), segment(3..<6, digest: "other")].map(SegmentV1.encode), isWrong)
    }

    @Test func aSegmentOfOtherDimensionsIsNoticed() async throws {
        try await expectFailure([segment(0..<3), segment(3..<6, dimensions: 5)].map(SegmentV1.encode), isWrong)
    }

    @Test func aRecordOfAnUnknownFileIsNoticed() async throws {
        let record = ChunkRecord(id: "", fileIndex: 2, row: 0, column: 0, start: 0, end: 0, text: "")
        let foreign = try Segment(
            records: [record],
            vectors: [1, 0, 0, 0],
            dimensions: 4,
            start: .init(file: 0, row: 3),
            next: .init(file: 0, row: 4),
            modelDigest: "sha256:0011"
        )
        try await expectFailure([segment(0..<3), foreign].map(SegmentV1.encode), isWrong)
    }

    @Test func aTornSegmentIsNamed() async throws {
        let torn = Array(SegmentV1.encode(try segment(3..<6)).dropLast())
        try await expectFailure([SegmentV1.encode(segment(0..<3)), torn]) {
            if case .corrupt(file: "segments/1", _) = $0 { true } else { false }
        }
    }

    @Test func aMissingSegmentIsNamed() async throws {
        let key = try ObjectKey(validating: "segments/none")
        await #expect(throws: VectorError.storage(.noSuchObject(key))) {
            try await GenerationBuilder.assemble(
                segments: [key],
                of: store,
                into: scratch.path + "/g",
                dimensions: 4,
                source: TestIndex.source,
                pool: pool
            )
        }
    }

    @Test func afterAFailureTheFolderCanBeBuilt() async throws {
        try await expectFailure([segment(0..<3), segment(4..<6)].map(SegmentV1.encode), isWrong)
        let built = try await assemble([segment(0..<3), segment(3..<6)].map(SegmentV1.encode))
        #expect(built.manifest.chunks == 6)
    }

    @Test func aFolderThatExistsIsNotTouched() async throws {
        try FileManager.default.createDirectory(atPath: scratch.path + "/g", withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: URL(filePath: scratch.path + "/g/vectors.f32"))
        await #expect(throws: VectorError.self) { try await assemble([SegmentV1.encode(segment(0..<3))]) }
        #expect(try String(contentsOfFile: scratch.path + "/g/vectors.f32", encoding: .utf8) == "mine")
    }

    @Test func buildingStopsWhenItsTaskIsCancelled() async throws {
        let objects = try [SegmentV1.encode(segment(0..<3))]
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await assemble(objects)
        }
        await #expect(throws: VectorError.cancelled) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/g"))
    }

    @Test func segmentsWithoutChunksMoveThePosition() async throws {
        let empty = try segment(3..<3)
        let moved = try Segment(
            records: [],
            vectors: [],
            dimensions: 4,
            start: empty.start,
            next: .init(file: 1, row: 0),
            modelDigest: empty.modelDigest
        )
        let built = try await assemble([segment(0..<3), moved].map(SegmentV1.encode))
        #expect(built.manifest.chunks == 3)
    }
}
