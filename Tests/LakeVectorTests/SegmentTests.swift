import LakeCore
import Testing

@testable import LakeVector

@Suite struct SegmentTests {
    private let record = ChunkRecord(id: "1", fileIndex: 0, row: 0, column: 0, start: 0, end: 1, text: "a")

    private func segment(
        _ vectors: [Float],
        records: [ChunkRecord]? = nil,
        dimensions: Int = 2,
        next: UInt64 = 1
    ) throws(VectorError) -> Segment {
        try Segment(
            records: records ?? [record],
            vectors: vectors,
            dimensions: dimensions,
            start: .init(file: 0, row: 1),
            next: .init(file: 0, row: next),
            modelDigest: "m"
        )
    }

    @Test(
        arguments: [
            ([3, 4], [0.6, 0.8]), ([-1e-30, 0], [-1, 0]), ([0, 1e38], [0, 1]),
            ([.leastNonzeroMagnitude, .leastNonzeroMagnitude], [0.707_106_77, 0.707_106_77]),
        ] as [([Float], [Float])]
    )
    func vectorsAreScaledToLengthOne(given: [Float], stored: [Float]) throws {
        #expect(try segment(given).vectors == stored)
    }

    @Test func vectorsOfLengthOneKeepTheirBits() throws {
        let once = try segment([0.123, 0.456]).vectors
        #expect(try segment(once).vectors == once)
    }

    @Test(
        arguments: [[0, 0], [.nan, 1], [.infinity, 1], [1], [1, 0, 0]] as [[Float]]
    )
    func vectorsThatCannotBeStoredAreRefused(vectors: [Float]) {
        #expect { try segment(vectors) } throws: { ($0 as? VectorError)?.kind == .invalid }
    }

    @Test(arguments: [-1, 0, 65_537, .max])
    func dimensionsOutOfRangeAreRefused(dimensions: Int) {
        #expect { try segment([1, 0], dimensions: dimensions) } throws: { ($0 as? VectorError)?.kind == .invalid }
    }

    @Test func positionsThatGoBackwardsAreRefused() {
        #expect { try segment([1, 0], next: 0) } throws: { ($0 as? VectorError)?.kind == .invalid }
    }

    @Test(
        arguments: [
            ChunkRecord(id: "", fileIndex: -1, row: 0, column: 0, start: 0, end: 0, text: ""),
            ChunkRecord(id: "", fileIndex: 0, row: -1, column: 0, start: 0, end: 0, text: ""),
            ChunkRecord(id: "", fileIndex: 0, row: 0, column: 1 << 32, start: 0, end: 0, text: ""),
            ChunkRecord(id: "", fileIndex: 0, row: 0, column: 0, start: 0, end: 1 << 32, text: ""),
            ChunkRecord(id: "", fileIndex: 0, row: 0, column: 0, start: 2, end: 1, text: ""),
        ]
    )
    func recordsThatCannotBeStoredAreRefused(record: ChunkRecord) {
        #expect { try segment([1, 0], records: [record]) } throws: { ($0 as? VectorError)?.kind == .invalid }
    }

    @Test func positionsAreOrderedByFileThenRow() {
        let sorted = [SourcePosition.start, .init(file: 0, row: 9), .init(file: 1, row: 0), .init(file: 1, row: 1)]
        #expect(sorted.shuffled().sorted() == sorted)
    }
}
