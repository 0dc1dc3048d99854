/// Version 1 of `codes.u8`: the header, a row of one-byte codes for each vector, then step and error of each row, the trailer.
///
/// ``CodeKernel`` says what the numbers mean. A search reads these in place of the vectors, which are four times as large, and
/// looks at a vector only if its score can be among the best.
struct CodesV1: Sendable {
    static let fileName = "codes.u8"
    /// Bytes of step and error.
    static let factorsSize = 8

    static func frame(dimensions: Int) -> FrameV1 {
        FrameV1(
            magic: Array("LAKECODE".utf8),
            stride: CodeKernel.stride(dimensions: dimensions),
            dimensions: dimensions
        )
    }

    /// Bytes from one row to the next.
    let stride: Int
    private let count: Int
    private let table: Int
    private let file: MappedFile

    /// Checks the shape; reads the first and the last page only.
    init(_ file: MappedFile, count: Int, dimensions: Int) throws(VectorError) {
        let frame = Self.frame(dimensions: dimensions)
        let found = try frame.check(file)
        let (body, overflow) = found.count.multipliedReportingOverflow(by: frame.stride + Self.factorsSize)
        guard found.count == count, !overflow, body == file.size - 2 * FrameV1.size,
            found.table == FrameV1.size + count * frame.stride
        else { throw .corrupt(file: file.name, reason: "it does not hold the codes of \(count) vectors") }
        self.count = count
        stride = frame.stride
        table = found.table
        self.file = file
    }

    /// Hands out the codes, `[count × stride]`, and the steps and errors, `[count × 2]`; valid inside `body` only.
    func withCodes<Answer, Failure: Error>(
        _ body: (UnsafeRawPointer, UnsafePointer<Float>) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        // Header and rows are multiples of 64 bytes, so the factors are aligned; `init` saw that the file holds all of
        // both.
        try file.withAddress { (start) throws(Failure) in
            try body(
                start.advanced(by: FrameV1.size),
                start.advanced(by: table).bindMemory(to: Float.self, capacity: 2 * count)
            )
        }
    }
}
