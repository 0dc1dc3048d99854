public import LakeCore
public import LakeStorage

/// Everything this room throws.
public enum VectorError: LakeFailure, Equatable {
    /// The bytes of this file are not what was written: torn, cut short or altered.
    case corrupt(file: String, reason: String)
    /// The file is of a format version that this program does not know.
    case unknownFormat(file: String, version: UInt32)
    /// A segment is intact but does not belong where it was put.
    case wrongSegment(file: String, reason: String)
    /// A batch of chunks that cannot be stored as it stands.
    case invalidBatch(reason: String)
    /// The query has another number of dimensions than the index.
    case dimensionsDiffer(expected: Int, got: Int)
    /// The query has length 0, so it points nowhere.
    case zeroQuery
    /// The query holds a NaN or an infinity.
    case queryNotFinite
    /// Fewer than one hit was asked for.
    case invalidCount(Int)
    /// The filter was made for an index with another number of chunks.
    case filterDiffers(expected: Int, got: Int)
    /// No chunk has this ordinal.
    case noSuchChunk(Int, chunks: Int)
    /// The instruction set named in the settings is not of this processor.
    case instructionSetMissing(InstructionSet)
    /// As many searches as are allowed are running or waiting.
    case busy(limit: Int)
    /// The caller's task was cancelled.
    case cancelled
    /// The store or the disk below.
    case storage(StorageError)
    /// The memory for it was not given.
    case memory(MemoryError)

    public var kind: FailureKind {
        switch self {
        case .corrupt: .corrupt
        case .unknownFormat: .unsupported
        case .wrongSegment: .conflict
        case .invalidBatch, .dimensionsDiffer, .zeroQuery, .queryNotFinite, .invalidCount, .filterDiffers: .invalid
        case .noSuchChunk: .notFound
        case .instructionSetMissing: .unsupported
        case .busy: .exhausted
        case .cancelled: .cancelled
        case .storage(let error): error.kind
        case .memory(let error): error.kind
        }
    }

    public var code: String {
        switch self {
        case .storage(let error): error.code
        case .memory(let error): error.code
        default: kind.rawValue
        }
    }

    public var detail: String {
        switch self {
        case .corrupt(let file, let reason): "File \(file) is damaged: \(reason); build the index again."
        case .unknownFormat(let file, let version):
            "File \(file) has format version \(version), which this program cannot read; use a newer one."
        case .wrongSegment(let file, let reason): "Segment \(file) does not fit: \(reason); start the job again."
        case .invalidBatch(let reason): "The chunks cannot be stored: \(reason)."
        case .dimensionsDiffer(let expected, let got):
            "The query has \(got) dimensions, the index has \(expected); embed it with the index's model."
        case .zeroQuery: "The query vector has length 0; cosine similarity needs a direction."
        case .queryNotFinite: "The query vector holds a NaN or an infinity; every value must be finite."
        case .invalidCount(let count): "\(count) hits were asked for; ask for at least one."
        case .filterDiffers(let expected, let got):
            "The filter is over \(got) chunks, the index has \(expected); make it from the same generation."
        case .noSuchChunk(let ordinal, let chunks): "There is no chunk \(ordinal); the index has \(chunks)."
        case .instructionSetMissing(let set): "This processor has no \(set.rawValue); leave the setting out."
        case .busy(let limit): "\(limit) searches are running or waiting; retry in a moment."
        case .cancelled: "The work was cancelled."
        case .storage(let error): error.detail
        case .memory(let error): error.detail
        }
    }
}
