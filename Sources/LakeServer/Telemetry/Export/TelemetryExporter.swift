import Foundation
import LakeCore
import Logging
import ServiceLifecycle
import Tracing

/// Sends what was measured, again and again; what cannot be sent is dropped and counted.
///
/// Nothing waits for it: requests only put spans into a bounded queue.
struct TelemetryExporter: Service {
    /// Spans in one batch.
    static let batchMax = 512
    /// How often a batch is tried.
    static let attempts = 3
    /// How long the last export may take when the server stops.
    static let farewell = Duration.seconds(2)

    let output: any TelemetryOutput
    let telemetry: ServerTelemetry
    let resource: OTLP.Resource
    let interval: Duration
    let logger: Logger
    /// Sets the gauges that are read rather than counted.
    let refresh: @Sendable () async -> Void

    func run() async throws {
        let started = DefaultTracerClock.now.nanosecondsSinceEpoch
        let health = ExporterHealth()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: interval) } catch { return }
                await export(since: started, health)
            }
        }
        // What the last requests left; a collector that hangs must not hold up the stop.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await export(since: started, health) }
            group.addTask { try? await Task.sleep(for: Self.farewell) }
            await group.next()
            group.cancelAll()
        }
        await output.close()
    }

    private func export(since start: UInt64, _ health: ExporterHealth) async {
        while case let spans = telemetry.spans.take(upTo: Self.batchMax), !spans.isEmpty {
            if await !send(OTLP.traces(spans, from: resource), .traces, health) {
                telemetry.metrics.spansDropped(spans.count)
            }
        }
        telemetry.metrics.spansDropped(telemetry.spans.takeDropped())
        await refresh()
        let families = await telemetry.families()
        let now = DefaultTracerClock.now.nanosecondsSinceEpoch
        _ = await send(OTLP.metrics(families, since: start, at: now, from: resource), .metrics, health)
    }

    /// Sends a batch, more than once if that may help; false when it was not taken.
    private func send(_ batch: [UInt8], _ signal: TelemetrySignal, _ health: ExporterHealth) async -> Bool {
        for attempt in 1...Self.attempts {
            do throws(TelemetryFailure) {
                try await output.send(batch, signal)
                telemetry.metrics.exported(signal, isTaken: true)
                if await health.isNews(isWell: true) { logger.notice("Telemetry is exported again") }
                return true
            } catch {
                guard error.mayPass, attempt < Self.attempts, !Task.isCancelled, await !health.isIll else {
                    telemetry.metrics.exported(signal, isTaken: false)
                    if await health.isNews(isWell: false) {
                        logger.warning("Telemetry is not exported", metadata: [LogKey.cause: .string(error.reason)])
                    }
                    return false
                }
                let longest = Duration.milliseconds(200 << attempt)
                do { try await Task.sleep(for: longest * Double.random(in: 0.5...1)) } catch { return false }
            }
        }
        return false
    }
}

/// Whether the last batch was taken, so that the log says each change once and a collector that is gone is not asked thrice.
private actor ExporterHealth {
    private(set) var isIll = false

    func isNews(isWell: Bool) -> Bool {
        defer { isIll = !isWell }
        return isIll == isWell
    }
}
