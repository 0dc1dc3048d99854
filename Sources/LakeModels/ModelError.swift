public import LakeCore

/// What can go wrong with models and text.
public enum ModelError: LakeFailure, Equatable {
    /// A file of the model folder is not there or cannot be read; by its base name.
    case missingFile(String)
    /// A file of the model folder is not what a model of this kind has; `problem` completes "The model file … ".
    case damagedFile(String, problem: String)
    /// One tensor of the weights is not as it should be.
    case damagedTensor(String, file: String, problem: String)
    /// A sound model of a kind that the encoder does not run.
    case unsupportedModel(String, reason: String)
    /// The processor does not have the instruction set that the settings ask for.
    case unsupportedInstructionSet(InstructionSet)
    /// There is nothing to embed in the text at this position of the request.
    case emptyText(index: Int)
    /// The model gave no usable vector for the text at this position.
    case unusableVector(index: Int)
    /// Too much waits for the encoder already.
    case busy(limit: Int)
    /// The caller's task was cancelled.
    case cancelled
    /// A chunk size outside what the model can read.
    case invalidChunkSize(Int, allowed: ClosedRange<Int>)
    /// An overlap of half a chunk or more, or below zero.
    case invalidChunkOverlap(Int, sizeTokens: Int)
    /// The encoder refused what it was handed.
    case encoderFailed(status: UInt32)

    public var kind: FailureKind {
        switch self {
        case .missingFile: .unavailable
        case .damagedFile, .damagedTensor: .corrupt
        case .unsupportedModel, .unsupportedInstructionSet: .unsupported
        case .emptyText, .invalidChunkSize, .invalidChunkOverlap: .invalid
        case .busy: .exhausted
        case .cancelled: .cancelled
        case .unusableVector, .encoderFailed: .internal
        }
    }

    public var code: String {
        switch self {
        case .missingFile: "model_file_missing"
        case .damagedFile, .damagedTensor: "model_file_damaged"
        case .unsupportedModel: "model_unsupported"
        case .unsupportedInstructionSet: "instruction_set_unsupported"
        case .emptyText: "empty_text"
        case .unusableVector: "unusable_vector"
        case .busy: "encoder_busy"
        case .cancelled: "cancelled"
        case .invalidChunkSize: "invalid_chunk_size"
        case .invalidChunkOverlap: "invalid_chunk_overlap"
        case .encoderFailed: "encoder_failed"
        }
    }

    public var detail: String {
        switch self {
        case .missingFile(let file):
            "The model file \(file) is missing or cannot be read; fetch the model with `make setup`."
        case .damagedFile(let file, let problem):
            "The model file \(file) \(problem); fetch the model again with `make setup`."
        case .damagedTensor(let name, let file, let problem):
            "The tensor \(name) in the model file \(file) \(problem); fetch the model again with `make setup`."
        case .unsupportedModel(let model, let reason):
            "The model \(model) cannot be run because \(reason); use a BERT encoder such as all-MiniLM-L6-v2."
        case .unsupportedInstructionSet(let set):
            "This processor does not have the instruction set \(set.rawValue); leave the setting out to use the best one."
        case .emptyText(let index):
            "Text \(index) has nothing to embed; leave out texts that are empty or blank."
        case .unusableVector(let index):
            "The model gave no usable vector for text \(index); check the model with `make setup`."
        case .busy(let limit):
            "The encoder has \(limit) requests waiting; try again in a moment."
        case .cancelled:
            "The embedding was cancelled before it was done."
        case .invalidChunkSize(let size, let allowed):
            "A chunk size of \(size) tokens is not possible; choose \(allowed.lowerBound) to \(allowed.upperBound)."
        case .invalidChunkOverlap(let overlap, let size):
            "An overlap of \(overlap) tokens is not possible; choose 0 to \((size - 1) / 2) for chunks of \(size)."
        case .encoderFailed(let status):
            "The encoder refused its input with status \(status); this is a bug."
        }
    }
}
