internal import CVectorKernels
internal import LakeCore

/// The f32 kernels of one instruction set.
///
/// A pair of vectors has the same score, to the bit, in every function here and for every split of the rows.
// Unchecked: the table's functions keep no state and may be called from any thread.
struct FloatKernels: @unchecked Sendable {
    private let table: lake_kernels

    /// Fails when this processor lacks the set.
    init(_ instructionSet: InstructionSet) throws(VectorError) {
        guard let table = instructionSet.table?.pointee else { throw .instructionSetMissing(instructionSet) }
        self.table = table
    }

    /// The dot product of two vectors of `dimensions` values.
    func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, dimensions: Int) -> Float {
        table.dot_f32(a, b, dimensions)
    }

    /// The dot products of `query` with `rows [count × dimensions]`, written to `scores [count]`.
    func dot(
        _ query: UnsafePointer<Float>,
        rows: UnsafePointer<Float>,
        count: Int,
        dimensions: Int,
        into scores: UnsafeMutablePointer<Float>
    ) {
        table.dot_rows_f32(query, rows, count, dimensions, scores)
    }

    /// Writes the indices of the scores above `threshold`, ascending, to `indices`, which has room for `count`.
    ///
    /// - Returns: How many there are. NaN is never above.
    func indices(
        of scores: UnsafePointer<Float>,
        count: Int,
        above threshold: Float,
        into indices: UnsafeMutablePointer<UInt32>
    ) -> Int {
        table.scan_above_f32(scores, count, threshold, indices)
    }

    /// `query` scaled to length 1.
    func normalized(query: [Float]) throws(VectorError) -> [Float] {
        var result = query
        let length = result.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { table.normalize_f32($0, buffer.count) } ?? 0
        }
        guard length.isFinite else { throw .queryNotFinite }
        guard length > 0 else { throw .zeroQuery }
        return result
    }
}
