import Foundation
import LakeCatalog
import LakeCore
import LakeModels
import LakeSQL
import LakeStorage

extension Lakehouse {
    /// Whether each part can do its work, found out by using it.
    public func readiness() async -> Readiness {
        let parts =
            [
                await part("log") { "version \(try await self.log.state().version)" },
                await part("storage") {
                    try await self.workspace.probe()
                    try await self.buckets.primary.probe()
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
                await memoryPart(),
                await part("journal") {
                    try await self.journals.check()
                    return nil
                },
                await part("buckets") { try self.othersAreThere() },
                Readiness.Part(name: "jobs", ready: true, reason: runner.isActive ? nil : "another process runs them"),
            ] + rescueParts
        return Readiness(ready: parts.allSatisfy(\.ready), parts: parts)
    }

    /// How far the copy is behind; a copy that is late stops nobody.
    private var rescueParts: [Readiness.Part] {
        rescueHealth.map { rescue in
            let lag = "\(rescue.lagVersions) versions and \(Int(rescue.lagSeconds)) s behind"
            return [Readiness.Part(name: "rescue", ready: true, reason: rescue.lagVersions == 0 ? nil : lag)]
        } ?? []
    }

    /// Not ready while nothing new is begun for want of memory; says what holds some.
    private func memoryPart() async -> Readiness.Part {
        if let pressure = memory.pressure {
            let reason = "the process holds \(pressure.held) bytes, more than the \(pressure.limit) it may"
            return Readiness.Part(name: "memory", ready: false, reason: reason)
        }
        let pools = await memoryUsage().filter { $0.used > 0 }
        let reason = pools.map { "\($0.pool.rawValue) \($0.used) of \($0.limit) bytes" }.joined(separator: ", ")
        return Readiness.Part(name: "memory", ready: true, reason: reason.isEmpty ? nil : reason)
    }

    /// Says which of the other buckets cannot be reached; one whose copy is read in its place is not missed.
    private func othersAreThere() throws -> String? {
        let gone = buckets.status().filter { !$0.isPrimary && !$0.isReachable && $0.lastError != nil }.map(\.name)
        guard !gone.isEmpty else { return nil }
        let names = gone.joined(separator: ", ")
        guard let rescue = buckets.rescue, !gone.contains(rescue.name) else {
            throw EngineError.bucketsUnreachable(names: names)
        }
        return "\(names) cannot be reached; \(rescue.name) is read instead"
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
}
