import Foundation
import LakeCore
import LakeStorage

@testable import LakeVector

/// A folder that is gone when nobody holds this.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/lake-vector-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A generation in a scratch folder, with the vectors it was made of.
struct TestIndex {
    let scratch: ScratchFolder
    let folder: String
    let built: BuiltGeneration
    let segments: [Segment]
    let pool: KernelPool

    /// Builds one from segments.
    init(_ segments: [Segment], dimensions: Int, pool: KernelPool = TestIndex.pool()) async throws {
        let store = MemoryObjectStore()
        scratch = try ScratchFolder()
        folder = scratch.path + "/generation"
        var keys: [ObjectKey] = []
        for (number, segment) in segments.enumerated() {
            let key = try ObjectKey(validating: "segments/\(number)")
            _ = try await store.put(key, SegmentV1.encode(segment), condition: .ifAbsent)
            keys.append(key)
        }
        built = try await GenerationBuilder.assemble(
            segments: keys,
            of: store,
            into: folder,
            dimensions: dimensions,
            source: Self.source,
            pool: pool
        )
        self.segments = segments
        self.pool = pool
    }

    /// Builds one from vectors, in segments of up to `segmentSize` chunks.
    init(
        vectors: [[Float]],
        dimensions: Int,
        segmentSize: Int = 100,
        pool: KernelPool = TestIndex.pool()
    ) async throws {
        let segments = try stride(from: 0, to: vectors.count, by: segmentSize).map { first in
            try Self.segment(Array(vectors[first..<min(first + segmentSize, vectors.count)]), dimensions, from: first)
        }
        try await self.init(segments, dimensions: dimensions, pool: pool)
    }

    func open() async throws -> VectorGeneration {
        let generation = try await VectorGeneration.open(folder: folder, expecting: built.manifestSHA256, pool: pool)
        return withExtendedLifetime(scratch) { generation }
    }

    /// The stored vectors.
    var vectors: [[Float]] {
        segments.flatMap { segment in
            segment.records.indices.map {
                Array(segment.vectors[($0 * segment.dimensions)..<(($0 + 1) * segment.dimensions)])
            }
        }
    }

    static func pool(threads: Int = 2, _ instructionSet: InstructionSet? = nil) -> KernelPool {
        var settings = KernelPool.Settings()
        settings.threads = threads
        settings.instructionSet = instructionSet
        do { return try KernelPool(settings: settings) } catch { preconditionFailure("\(error)") }
    }

    static let source = GenerationManifest.Source(
        version: 7,
        rows: 1_000,
        dataFiles: ["datasets/d/data/a.parquet", "datasets/d/data/b.parquet"],
        textColumns: ["title", "body"],
        chunking: .init(sizeTokens: 200, overlapTokens: 20),
        model: .init(id: "test-model", digest: "sha256:0011", precision: "f32")
    )

    /// One chunk a row; the texts grow and are not only ASCII.
    static func segment(_ vectors: [[Float]], _ dimensions: Int, from first: Int) throws -> Segment {
        let records = (first..<(first + vectors.count)).map { row in
            ChunkRecord(
                id: "row-\(row)",
                fileIndex: row % 2,
                row: row,
                column: row / 2 % 2,
                start: row,
                end: row + 5,
                text: String(repeating: "wörd ", count: row % 7)
            )
        }
        return try Segment(
            records: records,
            vectors: vectors.flatMap(\.self),
            dimensions: dimensions,
            start: SourcePosition(file: 0, row: UInt64(first)),
            next: SourcePosition(file: 0, row: UInt64(first + vectors.count)),
            modelDigest: source.model.digest
        )
    }
}

extension SplitMix64 {
    /// About normally distributed.
    mutating func value() -> Float {
        (0..<6).reduce(into: Float(-3)) { sum, _ in sum += Float.random(in: 0..<1, using: &self) }
    }

    mutating func vector(_ dimensions: Int) -> [Float] { (0..<dimensions).map { _ in value() } }

    mutating func vectors(_ count: Int, _ dimensions: Int) -> [[Float]] {
        (0..<count).map { _ in vector(dimensions) }
    }
}

/// Cosine similarity in double, one vector after the other: slow and plain.
struct Oracle {
    let scores: [Double]
    let tolerance: Double

    init(_ query: [Float], _ vectors: [[Float]]) {
        let length = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        scores = vectors.map { zip(query, $0).reduce(0.0) { $0 + Double($1.0) / length * Double($1.1) } }
        // What a sum of that many products may lose in f32.
        tolerance = Double(query.count + 8) * 0x1p-24
    }

    /// Why `hits` are not the best `k` of `candidates`; nil when they are, but for what rounding may swap.
    func complaint(_ hits: [SearchHit], k: Int, candidates: [Int]) -> String? {
        guard hits.count == min(k, candidates.count) else { return "\(hits.count) hits" }
        let found = Set(hits.map(\.ordinal))
        guard found.count == hits.count, found.isSubset(of: candidates) else { return "ordinals \(hits)" }
        for hit in hits where abs(Double(hit.score) - scores[hit.ordinal]) > tolerance {
            return "chunk \(hit.ordinal) has score \(hit.score), not \(scores[hit.ordinal])"
        }
        for (a, b) in zip(hits, hits.dropFirst()) where !a.isBetter(than: b) { return "order of \(a) and \(b)" }
        guard let last = hits.last else { return nil }
        for ordinal in candidates where !found.contains(ordinal) && scores[ordinal] > Double(last.score) + tolerance {
            return "chunk \(ordinal) with \(scores[ordinal]) is missing; the last has \(last.score)"
        }
        return nil
    }
}
