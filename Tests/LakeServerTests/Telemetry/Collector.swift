import HTTPTypes
import Hummingbird
import LakeCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import LakeServer

/// A collector on loopback that keeps what it is sent, as parsed JSON.
final class Collector: Sendable {
    private struct State {
        var batches: [String: [JSONValue]] = [:]
        var answers: [HTTPResponse.Status] = []
        var authorizations: Set<String> = []
        var asked = 0
    }

    private let state = Mutex(State())

    /// What was sent and taken, by path.
    func batches(_ path: String) -> [JSONValue] { state.withLock { $0.batches[path] ?? [] } }

    /// What it was shown as authorization.
    var authorizations: Set<String> { state.withLock { $0.authorizations } }

    /// How often it was asked for anything.
    var asked: Int { state.withLock { $0.asked } }

    /// Answers the next requests with these statuses, one each; the others 200.
    func answer(_ statuses: [HTTPResponse.Status]) { state.withLock { $0.answers = statuses } }

    /// Runs `body` with a collector and its address.
    static func run(_ body: @Sendable (Collector, String) async throws -> Void) async throws {
        let collector = Collector()
        let router = Router()
        router.post("/v1/:signal") { request, context in try await collector.take(request, context) }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: TestServer.silent
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [server], logger: TestServer.silent)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(collector, "http://127.0.0.1:\(port)")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func take(_ request: Request, _ context: BasicRequestContext) async throws -> HTTPResponse.Status {
        let body = try await request.body.collect(upTo: 16 << 20)
        let status = state.withLock { state in
            state.asked += 1
            if let shown = request.headers[.authorization] { state.authorizations.insert(shown) }
            return state.answers.isEmpty ? HTTPResponse.Status.ok : state.answers.removeFirst()
        }
        guard status == .ok else { return status }
        #expect(request.headers[.contentType] == "application/json")
        let json = try JSONValue(parsing: Array(body.readableBytesView))
        state.withLock { $0.batches[request.uri.path, default: []].append(json) }
        return .ok
    }
}

/// Runs an exporter while `body` does something worth exporting, then stops it as a server does.
func exporting(
    _ server: TestServer,
    logger: Logger = TestServer.silent,
    _ body: @Sendable () async throws -> Void
) async throws {
    let exporter = try #require(server.telemetry.exporter(of: server.lakehouse, logger: logger))
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [exporter], logger: TestServer.silent)
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        try await body()
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// Polls a condition for at most a minute.
func eventually(_ what: String, _ condition: @Sendable () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("gave up: \(what)")
}
