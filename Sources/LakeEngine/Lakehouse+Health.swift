import Foundation
import LakeCatalog
import LakeCore
import LakeModels
import LakeSQL
import LakeStorage

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
}
