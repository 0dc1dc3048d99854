import LakeCore
import LakeSQL
import LakeStorage
import LakeVector
import Tracing

extension Lakehouse {
    /// Does the work of a use case under a span of its own, and counts and times it, however it ends.
    func observed<Value>(_ useCase: UseCase, _ body: () async throws -> Value) async throws -> Value {
        let started = ContinuousClock.now
        do {
            let value = try await spanned(useCase.rawValue, body)
            metrics.useCaseEnded(useCase, after: ContinuousClock.now - started, .ok)
            return value
        } catch {
            metrics.useCaseEnded(useCase, after: ContinuousClock.now - started, .failed(error))
            throw error
        }
    }

    /// Does `body` under a span; one that fails says the failure's code, never its text, for that may name things.
    func spanned<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        try await telemetry.tracer.withSpan("lake.\(name)") { span in
            do {
                return try await body()
            } catch {
                if let failure = error as? any LakeFailure {
                    span.attributes["error.code"] = SpanAttribute.string(failure.code)
                }
                throw error
            }
        }
    }

    /// Every memory pool, with what the SQL engines hold at this moment.
    func memoryUsage() async -> [MemoryAccountant.Usage] {
        if let engine = await sql.ifMade(), let bytes = try? await engine.memoryUsed() {
            memory.note(bytes, in: .queries)
        }
        if let engine = await trusted.ifMade(), let bytes = try? await engine.memoryUsed() {
            memory.note(bytes, in: .ingest)
        }
        return memory.usage
    }

    /// Sets the gauges that are read rather than counted; call before the numbers are shown.
    public func refreshGauges() async {
        let open = await generations.statistics
        metrics.stands(
            queries: queries.list().count,
            generations: open.generations,
            mappedBytes: open.bytes,
            version: try? await version()
        )
        for pool in await memoryUsage() { metrics.stands(pool) }
        for bucket in buckets.configured {
            metrics.stands(bucket: bucket.name, isReachable: bucket.status(isRescue: false).isReachable)
        }
        if let rescueHealth { metrics.stands(rescueHealth) }
    }
}
