import AsyncHTTPClient
import Foundation
import LakeCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// What is exported.
enum TelemetrySignal: String, Sendable {
    case traces, metrics
}

/// Where batches go.
protocol TelemetryOutput: Sendable {
    /// Sends one batch of OTLP's JSON.
    ///
    /// - Throws: `TelemetryFailure`.
    func send(_ batch: [UInt8], _ signal: TelemetrySignal) async throws(TelemetryFailure)

    /// Lets go of what it holds.
    func close() async
}

/// Why a batch was not taken; for the log and the metrics, never for a caller.
struct TelemetryFailure: Error {
    /// Whether the same batch may be taken later.
    var mayPass: Bool
    var reason: String
}

/// A collector that speaks OTLP over HTTP.
struct CollectorOutput: TelemetryOutput {
    /// What a collector wants to see before it takes anything.
    struct Credentials: Sendable {
        var header: String
        /// Asked before every batch, so that another secret counts at once.
        var value: @Sendable () async throws -> String
    }

    private let endpoint: String
    private let credentials: Credentials?
    private let timeout: TimeAmount
    private let http: HTTPClient

    init(endpoint: String, credentials: Credentials? = nil, timeout: Duration) {
        self.credentials = credentials
        self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        self.timeout = TimeAmount(timeout)
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = min(self.timeout, .seconds(5))
        configuration.redirectConfiguration = .disallow
        // Trying again is the exporter's part, which knows when to give up.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Its own requests are not traced, or each export would make the next one.
        configuration.tracing.tracer = nil
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func send(_ batch: [UInt8], _ signal: TelemetrySignal) async throws(TelemetryFailure) {
        var request = HTTPClientRequest(url: "\(endpoint)/v1/\(signal.rawValue)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: batch))
        if let credentials {
            do {
                request.headers.replaceOrAdd(name: credentials.header, value: try await credentials.value())
            } catch {
                // What the failure says of the secret is no more than its name.
                let reason = (error as? any LakeFailure)?.detail ?? "its credentials cannot be read"
                throw TelemetryFailure(mayPass: false, reason: reason)
            }
        }
        let status: UInt
        do {
            let response = try await http.execute(request, timeout: timeout)
            // Read to its end, or the connection is not used again; an answer is a few bytes.
            _ = try await response.body.collect(upTo: 64 << 10)
            status = response.status.code
        } catch let error as HTTPClientError {
            throw TelemetryFailure(mayPass: true, reason: error.shortDescription)
        } catch {
            throw TelemetryFailure(mayPass: true, reason: "\(type(of: error))")
        }
        guard !(200..<300).contains(status) else { return }
        throw TelemetryFailure(mayPass: [429, 502, 503, 504].contains(status), reason: "status \(status)")
    }

    func close() async { try? await http.shutdown() }
}

/// Standard output, for trying it out and for platforms that collect what programs print.
struct StandardOutput: TelemetryOutput {
    func send(_ batch: [UInt8], _ signal: TelemetrySignal) async throws(TelemetryFailure) {
        do {
            try await NIOThreadPool.singleton.runIfActive {
                try FileHandle.standardOutput.write(contentsOf: Data(batch + [0x0A]))
            }
        } catch {
            throw TelemetryFailure(mayPass: false, reason: "standard output does not take it")
        }
    }

    func close() async {}
}
