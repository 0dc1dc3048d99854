/// Version 1 of `vectors.f32`: the header, the vectors row by row as f32, the trailer.
struct VectorsV1: Sendable {
    static let fileName = "vectors.f32"

    static func frame(dimensions: Int) -> FrameV1 {
        FrameV1(
            magic: Array("LAKEVECS".utf8),
            stride: dimensions * MemoryLayout<Float>.size,
            dimensions: dimensions
        )
    }

    let count: Int
    let dimensions: Int
    private let file: MappedFile

    /// Checks the shape; reads the first and the last page only.
    init(_ file: MappedFile, count: Int, dimensions: Int) throws(VectorError) {
        let frame = Self.frame(dimensions: dimensions)
        let found = try frame.check(file)
        let (body, overflow) = found.count.multipliedReportingOverflow(by: frame.stride)
        guard found.count == count, !overflow, body == file.size - 2 * FrameV1.size,
            found.table == file.size - FrameV1.size
        else { throw .corrupt(file: file.name, reason: "it does not hold \(count) vectors of the index's dimensions") }
        self.count = count
        self.dimensions = dimensions
        self.file = file
    }

    /// Hands out the rows, `[count × dimensions]`, 64-byte aligned; valid inside `body` only.
    func withRows<Answer, Failure: Error>(
        _ body: (UnsafePointer<Float>) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        // The mapping starts on a page, so the rows start on a multiple of 64 bytes; `init` saw that the file holds all of them.
        try file.withAddress { (start) throws(Failure) in
            try body(start.advanced(by: FrameV1.size).bindMemory(to: Float.self, capacity: count * dimensions))
        }
    }
}
