internal import Synchronization

/// One search over the vectors of a generation, by any number of workers.
///
/// The ordinals are cut into blocks. Each worker takes the next block that nobody has taken and keeps its own best hits, so every
/// worker sees ordinals in rising order, and the best of all workers' hits do not depend on who took which block.
final class ExactScan: Sendable {
    /// How the vectors are gone through; the hits are the same.
    enum Method: Sendable, CaseIterable {
        /// Compares every vector.
        case vectors
        /// Reads the codes of every vector, and the vector itself when its score may be among the best.
        case codes

        /// Below this many values, 8 MiB, the vectors lie in the processor's caches and the codes save nothing.
        private static let valuesForCodes = 1 << 21

        static func fastest(candidates: Int, dimensions: Int) -> Method {
            candidates * dimensions >= valuesForCodes ? .codes : .vectors
        }
    }

    /// Bytes of vectors or codes that a worker takes at once: a fraction of a millisecond, after which cancelling takes effect.
    private static let blockBytes = 1 << 19
    /// Values below which a second worker costs more than it saves.
    private static let valuesPerWorker = 1 << 18

    private let generation: VectorGeneration
    private let query: [Float]
    private let coded: CodedQuery
    private let limit: Int
    private let allowed: OrdinalSet?
    private let method: Method
    private let rowsPerBlock: Int
    private let nextBlock = Atomic(0)

    /// Prepares a scan for `query`, which is of length 1.
    init(generation: VectorGeneration, query: [Float], limit: Int, allowed: OrdinalSet?, method: Method) {
        self.generation = generation
        self.query = query
        coded = CodedQuery(query)
        self.limit = limit
        self.allowed = allowed
        self.method = method
        let rowBytes =
            switch method {
            case .vectors: query.count * MemoryLayout<Float>.size
            case .codes: generation.codes.stride
            }
        rowsPerBlock = max(1, Self.blockBytes / rowBytes)
    }

    func worthwhileWorkers(candidates: Int) -> Int {
        let blocks = (generation.count + rowsPerBlock - 1) / rowsPerBlock
        return max(1, min(blocks, candidates * query.count / Self.valuesPerWorker))
    }

    func run(workers: Int, on executor: KernelExecutor) async throws(VectorError) -> [SearchHit] {
        if workers == 1 { return try await executor.run { () throws(VectorError) in try self.work() }.sorted() }
        let parts = await withTaskGroup(of: Result<TopHits, VectorError>.self) { group in
            for _ in 0..<workers {
                group.addTask(executorPreference: executor) {
                    Result { () throws(VectorError) in try self.work() }
                }
            }
            var parts: [Result<TopHits, VectorError>] = []
            for await part in group { parts.append(part) }
            return parts
        }
        var best = TopHits(limit: limit)
        for part in parts { best.insert(try part.get()) }
        return best.sorted()
    }

    /// Takes blocks until none is left.
    private func work() throws(VectorError) -> TopHits {
        var best = TopHits(limit: limit)
        var scratch = Scratch(rows: method == .vectors ? min(rowsPerBlock, generation.count) : 0)
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            let start = nextBlock.add(1, ordering: .relaxed).oldValue * rowsPerBlock
            guard start < generation.count else { return best }
            let end = min(start + rowsPerBlock, generation.count)
            guard let allowed else {
                scan(start..<end, into: &best, scratch: &scratch)
                continue
            }
            var ordinal = start
            while let run = allowed.run(from: ordinal, to: end) {
                scan(run, into: &best, scratch: &scratch)
                ordinal = run.upperBound
            }
        }
    }

    private func scan(_ ordinals: Range<Int>, into best: inout TopHits, scratch: inout Scratch) {
        switch method {
        case .vectors: scanVectors(ordinals, into: &best, scratch: &scratch)
        case .codes: scanCodes(ordinals, into: &best)
        }
    }

    private func scanVectors(_ ordinals: Range<Int>, into best: inout TopHits, scratch: inout Scratch) {
        let kernels = generation.pool.kernels
        let dimensions = query.count
        // The pointers stay inside the closures. `ordinals` lies within a block, so the scratch has room, and below the count, so
        // the rows are in the mapping.
        generation.vectors.withRows { rows in
            query.withUnsafeBufferPointer { query in
                scratch.withBuffers { scores, indices in
                    guard let query = query.baseAddress else { return }
                    kernels.dot(
                        query,
                        rows: rows + ordinals.lowerBound * dimensions,
                        count: ordinals.count,
                        dimensions: dimensions,
                        into: scores
                    )
                    // Ordinals rise, so an equal score comes too late: only what is above the threshold can get in.
                    let found = kernels.indices(
                        of: scores,
                        count: ordinals.count,
                        above: best.threshold,
                        into: indices
                    )
                    for index in 0..<found {
                        let row = Int(indices[index])
                        best.insert(SearchHit(ordinal: ordinals.lowerBound + row, score: scores[row]))
                    }
                }
            }
        }
    }

    private func scanCodes(_ ordinals: Range<Int>, into best: inout TopHits) {
        let kernels = generation.pool.kernels
        let dimensions = query.count
        let stride = generation.codes.stride
        var threshold = Double(best.threshold)
        // As in `scanVectors`.
        generation.vectors.withRows { rows in
            generation.codes.withCodes { codes, factors in
                query.withUnsafeBufferPointer { query in
                    guard let query = query.baseAddress else { return }
                    for ordinal in ordinals {
                        let sum = coded.sum(codes + ordinal &* stride)
                        let bound = coded.bound(
                            sum: sum,
                            step: factors[2 &* ordinal],
                            error: factors[2 &* ordinal &+ 1]
                        )
                        guard bound > threshold else { continue }
                        let score = kernels.dot(query, rows + ordinal &* dimensions, dimensions: dimensions)
                        guard score > best.threshold else { continue }
                        best.insert(SearchHit(ordinal: ordinal, score: score))
                        threshold = Double(best.threshold)
                    }
                }
            }
        }
    }
}

/// A worker's memory for the scores of one block and for the rows that pass.
private struct Scratch {
    private var scores: [Float]
    private var indices: [UInt32]

    init(rows: Int) {
        scores = [Float](repeating: 0, count: rows)
        indices = [UInt32](repeating: 0, count: rows)
    }

    mutating func withBuffers(_ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<UInt32>) -> Void) {
        scores.withUnsafeMutableBufferPointer { scores in
            indices.withUnsafeMutableBufferPointer { indices in
                guard let scores = scores.baseAddress, let indices = indices.baseAddress else { return }
                body(scores, indices)
            }
        }
    }
}
