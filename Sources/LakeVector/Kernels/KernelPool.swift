internal import Foundation
public import LakeCore
internal import Synchronization

/// The threads that scan vectors, and the kernels they run; one for the process.
public final class KernelPool: Sendable {
    /// What a pool is made with.
    public struct Settings: Sendable, Hashable {
        /// Scanning threads; a large index is scanned by all of them at once.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        /// Searches that may run or wait at the same time.
        public var searchesMax = 256
        /// Nil: the fastest of this processor.
        public var instructionSet: InstructionSet?

        public init() {}
    }

    public let settings: Settings
    /// The instruction set in use.
    public let instructionSet: InstructionSet
    let kernels: FloatKernels
    /// Runs searches and everything else that somebody waits for.
    let scans: KernelExecutor
    /// Runs builds, which wait for the disk and must not delay a search.
    let builds: KernelExecutor
    private let searches = Atomic(0)

    /// - Throws: ``VectorError/instructionSetMissing(_:)``.
    public init(settings: Settings = Settings()) throws(VectorError) {
        precondition(settings.threads > 0 && settings.searchesMax > 0, "a pool needs threads and room for searches")
        self.settings = settings
        instructionSet = settings.instructionSet ?? .best
        kernels = try FloatKernels(instructionSet)
        scans = KernelExecutor(threads: settings.threads, name: "lake-scan")
        builds = KernelExecutor(threads: 1, name: "lake-build")
    }

    deinit {
        scans.stop()
        builds.stop()
    }

    /// Runs a search if fewer than ``Settings/searchesMax`` are under way.
    func admitted<Answer>(
        _ search: () async throws(VectorError) -> Answer
    ) async throws(VectorError) -> Answer {
        defer { searches.subtract(1, ordering: .relaxed) }
        guard searches.add(1, ordering: .relaxed).newValue <= settings.searchesMax else {
            throw .busy(limit: settings.searchesMax)
        }
        return try await search()
    }
}
