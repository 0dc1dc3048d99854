import Foundation
import Testing

@testable import LakeVector

/// Files as version 1 wrote them: they never change, and whatever comes later must still read them.
@Suite struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden").path()
    private static let vectors: [[Float]] = [[1, 0, 0], [3, 4, 0], [-2, -3, 6], [0.25, 0.5, -0.125], [0, 0, -9]]

    private static func segments() throws -> [Segment] {
        [
            try TestIndex.segment(Array(vectors[..<2]), 3, from: 0),
            try TestIndex.segment(Array(vectors[2...]), 3, from: 2),
        ]
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }

    @Test(arguments: [0, 1])
    func segmentsOfVersionOneAreRead(number: Int) throws {
        let golden = try Self.bytes("segment-v1-\(number).bin")
        #expect(try SegmentV1.decode(golden, file: "golden") == Self.segments()[number])
        #expect(try SegmentV1.encode(Self.segments()[number]) == golden)
    }

    @Test func generationsOfVersionOneAreRead() async throws {
        let pool = TestIndex.pool()
        let generation = try await VectorGeneration.open(
            folder: Self.folder + "/generation-v1",
            expecting: "6af4c52a0356fdb841156aaa24a9cc5137341988cf908950aaba20c4527cbacc",
            pool: pool
        )
        try await generation.verify()
        #expect(generation.manifest.source == TestIndex.source)
        #expect(try await generation.records(Array(0..<5)) == Self.segments().flatMap(\.records))
        for method in ExactScan.Method.allCases {
            let hits = try await generation.search([3, 4, 0.5], k: 3, among: nil, method: method)
            #expect(hits.map(\.ordinal) == [1, 3, 0])
        }
    }

    @Test func generationsAreWrittenAsVersionOneWas() async throws {
        let index = try await TestIndex(try Self.segments(), dimensions: 3)
        for name in index.built.fileNames {
            let written = Array(try Data(contentsOf: URL(filePath: index.folder + "/" + name)))
            #expect(try written == Self.bytes("generation-v1/" + name), "\(name)")
        }
    }
}
