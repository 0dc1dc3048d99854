import Foundation
import LakeCatalog
public import LakeCore
import LakeSQL
import LakeStorage
import LakeVector

extension Lakehouse {
    /// Reads the whole lake and reports what is not as it was written; changes nothing.
    ///
    /// The log is replayed from its first commit; every data file must be there with its size, its digest where the log has one and
    /// its number of rows; every generation must have the digests in its manifest.
    public func verify(
        for principal: Principal,
        progress: (@Sendable (Double) -> Void)? = nil
    ) async throws -> VerificationReport {
        try await observed(.verify) {
            try await authorise(principal, .writer, "verify the lake")
            var report = try await examine(progress: progress).report
            for check in try await checkJournals() {
                report.objects += check.segments
                report.problems += check.problems.map {
                    LakeProblem(kind: .journal, subject: check.journal, detail: $0)
                }
            }
            return report
        }
    }

    /// What an examination found, as a repair needs it.
    struct Examination: Sendable {
        var report: VerificationReport
        var state: LakeState
        /// Data files that are missing or damaged, with their datasets.
        var files: [(dataset: Dataset, file: DataFile)] = []
        /// Indexes whose serving generation is damaged.
        var indexes: [VectorIndex] = []
        /// Checkpoints that are damaged or belong to no version.
        var checkpoints: [Int] = []
    }

    func examine(progress: (@Sendable (Double) -> Void)? = nil) async throws -> Examination {
        let history = try await LogVerification(store: store).run()
        let state = try await log.state()
        let report = VerificationReport(
            version: state.version,
            commits: history.commits,
            objects: 0,
            bytes: 0,
            problems: history.problems.map { problem in
                LakeProblem(kind: problem.isCheckpoint ? .checkpoint : .log, detail: problem.detail)
            },
            unreferenced: 0,
            unreferencedObjects: []
        )
        var found = Examination(report: report, state: state)
        found.checkpoints = history.problems.filter(\.isCheckpoint).map(\.version)
        let datasets = state.datasets.values.sorted { $0.id < $1.id }
        let indexes = state.indexes.values.sorted { $0.id < $1.id }
        let steps = Double(max(1, datasets.reduce(indexes.count) { $0 + $1.files.count }))
        var done = 0.0
        var vectors: Set<String> = []
        for dataset in datasets {
            for file in dataset.files {
                try await examine(file, of: dataset, &found)
                if let vector = file.deletions, vectors.insert(vector.key).inserted {
                    try await examine(vector, of: dataset, &found)
                }
                done += 1
                progress?(done / steps)
            }
        }
        for index in indexes {
            try await examine(index, &found)
            done += 1
            progress?(done / steps)
        }
        try await findUnreferenced(history.referenced, &found.report)
        return found
    }

    private func examine(_ file: DataFile, of dataset: Dataset, _ found: inout Examination) async throws {
        try Task.checkCancellation()
        found.report.objects += 1
        found.report.bytes += file.bytes
        guard let fault = try await fault(of: file) else { return }
        found.files.append((dataset, file))
        let problem = LakeProblem(
            kind: fault == .missing ? .missing : .damaged,
            object: file.key,
            subject: dataset.name.rawValue,
            detail: "\(file.key): \(fault.text)"
        )
        found.report.problems.append(problem)
    }

    /// Without its deletions a file would show rows that are gone; so they count as much as the file.
    private func examine(_ vector: DeletionVector, of dataset: Dataset, _ found: inout Examination) async throws {
        found.report.objects += 1
        found.report.bytes += vector.bytes
        let (bucket, key) = (try bucket(named: vector.bucket), try ObjectKey(validating: vector.key))
        let fault: FileFault?
        if let info = try await bucket.head(key) {
            let isWhole = try await bucket.digest(of: key).sha256 == vector.sha256
            fault = info.size != vector.bytes ? .size(info.size, expected: vector.bytes) : isWhole ? nil : .digest
        } else {
            fault = .missing
        }
        guard let fault else { return }
        let problem = LakeProblem(
            kind: fault == .missing ? .missing : .damaged,
            object: vector.key,
            subject: dataset.name.rawValue,
            detail: "\(vector.key): \(fault.text)"
        )
        found.report.problems.append(problem)
    }

    private func examine(_ index: VectorIndex, _ found: inout Examination) async throws {
        try Task.checkCancellation()
        guard let serving = index.serving else { return }
        found.report.objects += 1
        found.report.bytes += serving.bytes
        guard let detail = await fault(of: serving) else { return }
        found.indexes.append(index)
        let problem = LakeProblem(
            kind: .generation,
            object: serving.prefix,
            subject: index.name.rawValue,
            detail: "\(serving.prefix): \(detail)"
        )
        found.report.problems.append(problem)
    }

    /// What can be wrong with a data file.
    enum FileFault: Equatable {
        case missing
        case size(Int, expected: Int)
        case digest
        case rows(Int, expected: Int)
        case unreadable

        /// Said of the object, after its key.
        var text: String {
            switch self {
            case .missing: "it is missing"
            case .size(let found, let expected): "it has \(found) bytes, not \(expected)"
            case .digest: "its content is not what was written"
            case .rows(let found, let expected): "it has \(found) rows, not \(expected)"
            case .unreadable: "it is not readable Parquet"
            }
        }
    }

    /// What is wrong with an object as the content of `file`; nil when nothing is.
    ///
    /// - Parameters:
    ///   - file: What it should be.
    ///   - place: The object; nil: the file's own.
    /// - Returns: The fault.
    /// - Throws: What the bucket throws.
    func fault(of file: DataFile, at place: ObjectPlace? = nil) async throws -> FileFault? {
        let bucket = if let place { place.bucket } else { bucket(holding: file.bucket) }
        let key = if let place { place.key } else { try ObjectKey(validating: file.key) }
        guard let info = try await bucket.head(key) else { return .missing }
        guard info.size == file.bytes else { return .size(info.size, expected: file.bytes) }
        if let expected = file.sha256 {
            let found = try await bucket.digest(of: key).sha256
            guard found == expected else { return .digest }
        }
        do {
            var plan = ReadPlan(self)
            let address = try await plan.address(of: key, in: bucket.name, size: file.bytes)
            try await trusted.get().use(try await plan.accesses())
            let rows = try await lookup.get().rowCount(ofFile: address)
            return rows == file.rows ? nil : .rows(rows ?? 0, expected: file.rows)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .unreadable
        }
    }

    /// An object in a bucket.
    struct ObjectPlace: Sendable {
        var bucket: BucketStore
        var key: ObjectKey
    }

    /// What is wrong with a generation; nil when nothing is.
    func fault(of serving: Generation) async -> String? {
        do {
            let generation = try await VectorGeneration.open(
                folder: try await generationFolders.folder(of: serving),
                expecting: serving.manifestSHA256,
                pool: pool
            )
            try await generation.verify()
            return nil
        } catch let failure as any LakeFailure {
            return failure.detail
        } catch {
            return "it cannot be read"
        }
    }

    /// The data files and generation files that no version of the lake has ever referred to.
    private func findUnreferenced(_ referenced: Set<String>, _ report: inout VerificationReport) async throws {
        for prefix in ["datasets/", "indexes/"] {
            var after: String?
            repeat {
                let page = try await store.list(prefix: prefix, after: after, limit: 1000)
                for info in page {
                    let key = info.key.rawValue
                    let folder = key.split(separator: "/").dropLast().joined(separator: "/")
                    if referenced.contains(key) || referenced.contains(folder) { continue }
                    report.unreferenced += 1
                    if report.unreferencedObjects.count < 100 { report.unreferencedObjects.append(key) }
                }
                after = page.count == 1000 ? page.last?.key.rawValue : nil
            } while after != nil
        }
    }
}
