import Foundation
public import LakeCore

/// How a local model is run.
public struct LocalModelSettings: Sendable {
    public var precision = EmbeddingPrecision.bf16
    /// Kernel threads of its own.
    public var threads = ProcessInfo.processInfo.activeProcessorCount
    /// Nil: the best one of this processor.
    public var instructionSet: InstructionSet?
    /// Groups of texts that may wait for a thread; one more is refused.
    public var queueLimit = 1024
    /// Reads the files through for their digests even when these are remembered.
    public var ignoresRememberedDigests = false

    public init() {}
}
