import Foundation
import LakeCatalog
public import LakeCore
import LakeModels
import LakeSQL
import LakeStorage
import LakeVector

extension Lakehouse {
    /// Whether each part can do its work, found out by using it.
    public func readiness() async -> Readiness {
        let parts = [
            await part("log") { "version \(try await self.log.state().version)" },
            await part("storage") {
                try await self.workspace.probe()
                return nil
            },
            await part("sql") {
                _ = try await self.sql.get().parse("SELECT 1")
                return nil
            },
            await part("ingest") {
                _ = try await self.trusted.get()
                return nil
            },
            await part("model") {
                let identity = try await self.embeddingModel().identity
                return "\(identity.id) \(identity.precision)"
            },
            Readiness.Part(name: "jobs", ready: true, reason: runner.isActive ? nil : "another process runs them"),
        ]
        return Readiness(ready: parts.allSatisfy(\.ready), parts: parts)
    }

    private func part(_ name: String, _ check: () async throws -> String?) async -> Readiness.Part {
        do {
            return Readiness.Part(name: name, ready: true, reason: try await check())
        } catch let failure as any LakeFailure {
            return Readiness.Part(name: name, ready: false, reason: failure.detail)
        } catch {
            return Readiness.Part(name: name, ready: false, reason: "it failed")
        }
    }

    /// Reads the whole lake and reports what is not as it was written; changes nothing.
    ///
    /// The log is replayed from its first commit; every data file must be there with its size and its number of rows; every
    /// generation must have the digests in its manifest.
    public func verify(
        for principal: Principal,
        progress: (@Sendable (Double) -> Void)? = nil
    ) async throws -> VerificationReport {
        try authorise(principal, .writer, "verify the lake")
        let history = try await LogVerification(store: store).run()
        let state = try await log.state()
        var report = VerificationReport(
            version: state.version,
            commits: history.commits,
            objects: 0,
            bytes: 0,
            problems: history.problems.map(\.detail),
            unreferenced: 0
        )
        let files = state.datasets.values.flatMap(\.files)
        let indexes = state.indexes.values.sorted { $0.id < $1.id }
        let steps = Double(max(1, files.count + indexes.count))
        var done = 0.0
        for file in files {
            try Task.checkCancellation()
            report.objects += 1
            report.bytes += file.bytes
            if let problem = try await problem(of: file) { report.problems.append(problem) }
            done += 1
            progress?(done / steps)
        }
        for index in indexes {
            if let serving = index.serving {
                report.objects += 1
                report.bytes += serving.bytes
                if let problem = await problem(of: serving, in: index) { report.problems.append(problem) }
            }
            done += 1
            progress?(done / steps)
        }
        report.unreferenced = try await unreferenced(history.referenced, state)
        return report
    }

    private func problem(of file: DataFile) async throws -> String? {
        let key = try ObjectKey(validating: file.key)
        guard let info = try await store.head(key) else { return "\(file.key): it is missing" }
        guard info.size == file.bytes else { return "\(file.key): it has \(info.size) bytes, not \(file.bytes)" }
        do {
            let rows = try await lookup.get().rowCount(ofFile: workspace.path(of: key))
            return rows == file.rows ? nil : "\(file.key): it has \(rows ?? 0) rows, not \(file.rows)"
        } catch {
            return "\(file.key): it is not readable Parquet"
        }
    }

    private func problem(of serving: Generation, in index: VectorIndex) async -> String? {
        do {
            let generation = try await VectorGeneration.open(
                folder: try path(serving.prefix),
                expecting: serving.manifestSHA256,
                pool: pool
            )
            try await generation.verify()
            return nil
        } catch let failure as any LakeFailure {
            return "\(serving.prefix): \(failure.detail)"
        } catch {
            return "\(serving.prefix): it cannot be read"
        }
    }

    /// How many data files and generation files no version of the lake has ever referred to.
    private func unreferenced(_ referenced: Set<String>, _ state: LakeState) async throws -> Int {
        var count = 0
        for prefix in ["datasets/", "indexes/"] {
            var after: String?
            while true {
                let page = try await store.list(prefix: prefix, after: after, limit: 1000)
                count += page.count { info in
                    let key = info.key.rawValue
                    let folder = key.split(separator: "/").dropLast().joined(separator: "/")
                    return !referenced.contains(key) && !referenced.contains(folder)
                }
                guard page.count == 1000, let last = page.last else { break }
                after = last.key.rawValue
            }
        }
        return count
    }
}
