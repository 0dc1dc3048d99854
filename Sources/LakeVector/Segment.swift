/// One batch of an indexing job: chunks with their vectors, and the stretch of the source they cover.
///
/// Its file is the job's checkpoint: a job resumes at ``next`` of its last intact segment.
public struct Segment: Hashable, Sendable {
    public let records: [ChunkRecord]
    /// `[records × dimensions]`, row-major; each vector has length 1.
    public let vectors: [Float]
    public let dimensions: Int
    /// The first source position the batch covers, and the first one after it.
    public let start: SourcePosition
    public let next: SourcePosition
    /// The digest of the model that made the vectors.
    public let modelDigest: String

    /// The most dimensions that every kernel and format can hold.
    public static let dimensionsMax = 65_536

    /// Vectors that are not of length 1 are scaled to it.
    ///
    /// - Throws: ``VectorError/invalidBatch(reason:)`` for shapes that do not fit, positions that go backwards, and vectors of
    ///   length 0 or with a NaN or an infinity.
    public init(
        records: [ChunkRecord],
        vectors: [Float],
        dimensions: Int,
        start: SourcePosition,
        next: SourcePosition,
        modelDigest: String
    ) throws(VectorError) {
        guard (1...Self.dimensionsMax).contains(dimensions) else {
            throw .invalidBatch(reason: "\(dimensions) dimensions; 1 to \(Self.dimensionsMax) can be stored")
        }
        let (size, overflow) = records.count.multipliedReportingOverflow(by: dimensions)
        guard !overflow, vectors.count == size else {
            throw .invalidBatch(
                reason: "\(records.count) chunks of \(dimensions) dimensions came with \(vectors.count) values"
            )
        }
        guard start <= next else { throw .invalidBatch(reason: "the next position lies before the first") }
        for (index, record) in records.enumerated() {
            if let flaw = record.flaw { throw .invalidBatch(reason: "chunk \(index): \(flaw)") }
        }
        self.records = records
        self.vectors = try Self.normalized(vectors, dimensions: dimensions)
        self.dimensions = dimensions
        self.start = start
        self.next = next
        self.modelDigest = modelDigest
    }

    /// The vectors, each of length 1 within ``UnitLength/tolerance``; those that are already keep their bits, so that writing and
    /// reading again changes nothing.
    private static func normalized(_ vectors: [Float], dimensions: Int) throws(VectorError) -> [Float] {
        var result = vectors
        for first in stride(from: 0, to: vectors.count, by: dimensions) {
            let range = first..<(first + dimensions)
            let length = UnitLength.length(of: vectors[range])
            guard length.isFinite, length > 0 else {
                throw .invalidBatch(
                    reason: "vector \(first / dimensions) has length 0 or a value that is not finite"
                )
            }
            guard !UnitLength.accepts(length) else { continue }
            for i in range { result[i] = Float(Double(vectors[i]) / length) }
        }
        return result
    }
}

/// What counts as length 1 after rounding to f32.
enum UnitLength {
    /// Scaling in double and rounding to f32 leaves an error below 1e-7.
    static let tolerance = 1e-6

    static func accepts(_ length: Double) -> Bool { abs(length - 1) <= tolerance }

    /// Not finite when a value is not.
    static func length(of values: some Sequence<Float>) -> Double {
        var sum = 0.0
        for value in values { sum += Double(value) * Double(value) }
        return sum.squareRoot()
    }
}
