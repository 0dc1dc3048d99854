import Foundation
import LakeCore
import LakeModels
import LakeStorage
import LakeVector

/// What `bench.py` measures inside this program, without the server around it; prints one JSON object.
@main
struct LakeBench {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("embed", 5): try await embed(Array(arguments.dropFirst()))
        case ("search", 5): try await search(Array(arguments.dropFirst()))
        case ("commits", 4): try say(try await LogBench.commits(Array(arguments.dropFirst())))
        case ("make-lake", 5): try await LogBench.makeLake(Array(arguments.dropFirst()))
        case ("open-lake", 2): try say(try await LogBench.openLake(Array(arguments.dropFirst())))
        case ("journal", 4): try await journal(Array(arguments.dropFirst()))
        default:
            FileHandle.standardError.write(
                Data(
                    """
                    usage: lake-bench embed MODEL TEXTS THREADS PRECISION | search VECTORS QUERIES DIMENSIONS FOLDER \
                    | commits FOLDER WRITERS SECONDS | make-lake FOLDER DATASETS FILES RECEIPTS | open-lake FOLDER \
                    | journal FOLDER WRITERS SECONDS

                    """.utf8
                )
            )
            exit(64)
        }
    }

    /// Texts a second, text in and vector out, in batches of 32: the best of four rounds.
    private static func embed(_ arguments: [String]) async throws {
        let texts = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(filePath: arguments[1])))
        var settings = LocalModelSettings()
        settings.threads = Int(arguments[2]) ?? 1
        settings.precision = EmbeddingPrecision(rawValue: arguments[3]) ?? .bf16
        let model = try await LocalEmbeddingModel.open(folder: arguments[0], settings: settings) { _ in "bench" }
        var best = 0.0
        var vectors: [[Float]] = []
        for _ in 0..<4 {
            let begun = ContinuousClock.now
            // Several batches at once, as an indexing job and its readers have them.
            vectors = try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
                for first in stride(from: 0, to: texts.count, by: 32) {
                    group.addTask {
                        let part = Array(texts[first..<min(first + 32, texts.count)])
                        let batch = try await model.embed(part, as: .document)
                        return (first, (0..<batch.count).map { Array(batch[$0]) })
                    }
                }
                var parts: [(Int, [[Float]])] = []
                for try await part in group { parts.append(part) }
                return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
            }
            best = max(best, Double(texts.count) / ((ContinuousClock.now - begun) / .seconds(1)))
        }
        try say(["texts_per_second": best, "vectors": vectors])
    }

    /// Median milliseconds of one search, with one thread and with all, and what was found.
    private static func search(_ arguments: [String]) async throws {
        let dimensions = Int(arguments[2]) ?? 0
        let vectors = try floats(arguments[0])
        let queries = try floats(arguments[1])
        let store = try LocalObjectStore(root: arguments[3])
        var segments: [ObjectKey] = []
        let count = vectors.count / dimensions
        let step = 5000
        for first in stride(from: 0, to: count, by: step) {
            let rows = first..<min(first + step, count)
            let segment = try Segment(
                records: rows.map {
                    ChunkRecord(id: "\($0)", fileIndex: 0, row: $0, column: 0, start: 0, end: 1, text: "x")
                },
                vectors: Array(vectors[rows.lowerBound * dimensions..<rows.upperBound * dimensions]),
                dimensions: dimensions,
                start: SourcePosition(file: 0, row: UInt64(rows.lowerBound)),
                next: SourcePosition(file: 0, row: UInt64(rows.upperBound)),
                modelDigest: "bench"
            )
            let key = try ObjectKey(validating: "segments/\(1_000_000 + first)")
            _ = try await store.put(key, SegmentV1.encode(segment), condition: .ifAbsent)
            segments.append(key)
        }
        let folder = arguments[3] + "/generation"
        let all = ProcessInfo.processInfo.activeProcessorCount
        _ = try await GenerationBuilder.assemble(
            segments: segments,
            of: store,
            into: folder,
            dimensions: dimensions,
            source: .init(
                version: 1,
                rows: count,
                dataFiles: ["x"],
                textColumns: ["x"],
                chunking: .init(sizeTokens: 200, overlapTokens: 40),
                model: .init(id: "bench", digest: "bench", precision: "f32")
            ),
            pool: try KernelPool()
        )
        var medians: [String: Double] = [:]
        var found: [[Int]] = []
        var openMilliseconds = 0.0
        for threads in Set([1, all]) {
            var settings = KernelPool.Settings()
            settings.threads = threads
            let pool = try KernelPool(settings: settings)
            let opening = ContinuousClock.now
            let generation = try await VectorGeneration.open(folder: folder, expecting: nil, pool: pool)
            openMilliseconds = (ContinuousClock.now - opening) / .milliseconds(1)
            var times: [Double] = []
            found = []
            for first in stride(from: 0, to: queries.count, by: dimensions) {
                let query = Array(queries[first..<first + dimensions])
                let begun = ContinuousClock.now
                let hits = try await generation.search(query, k: 10)
                times.append((ContinuousClock.now - begun) / .milliseconds(1))
                found.append(hits.map(\.ordinal))
            }
            medians["\(threads)"] = times.sorted()[times.count / 2]
        }
        try say(["p50_ms": medians, "found": found, "open_ms": openMilliseconds])
    }

    private static func floats(_ path: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(filePath: path))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    static func say(_ values: [String: Any]) throws {
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: values))
    }
}
