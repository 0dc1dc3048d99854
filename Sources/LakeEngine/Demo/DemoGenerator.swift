/// Makes the staffing demo: the same seed gives the same bytes on every machine.
///
/// Nothing is kept: each row follows from the seed and its own number, so memory is bounded by the piece.
public struct DemoGenerator: Sendable {
    public let scale: DemoScale
    private let world: DemoWorld

    public init(scale: DemoScale, seed: UInt64 = DemoPlan.seed) {
        self.scale = scale
        world = DemoWorld(scale: scale, seed: seed)
    }

    /// Writes one table as a file: CSV with a header, or NDJSON for the résumés.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - pieceBytes: About how many bytes to hand over at a time; a piece ends with a row.
    ///   - sink: Takes a piece and the number of rows written so far.
    /// - Throws: What `sink` throws.
    public func write(
        _ table: DemoTable,
        pieceBytes: Int = 1 << 20,
        to sink: (_ piece: [UInt8], _ rows: Int) async throws -> Void
    ) async rethrows {
        var rows = DemoRows(world: world, table: table)
        rows.appendHeader()
        let count = DemoPlan.rows(table, scale)
        for index in 0..<count {
            rows.append(index)
            guard rows.row.bytes.count >= pieceBytes || index == count - 1 else { continue }
            try await sink(rows.row.bytes, index + 1)
            rows.row.bytes.removeAll(keepingCapacity: true)
        }
    }
}
