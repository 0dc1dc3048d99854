import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import NIOCore

extension RouteTable {
    static let healthRoutes = [
        Route(
            method: .get,
            path: "/health",
            name: "health",
            summary: "Whether the process lives.",
            role: nil,
            answers: [.json("Health", "It does.")],
            handle: { _ in Reply.json(bytes: JSONValue.object(("status", "ok")).encoded) }
        ),
        Route(
            method: .get,
            path: "/ready",
            name: "ready",
            summary: "Whether every part can do its work, and why not.",
            role: nil,
            answers: [
                .json("Readiness", "All parts are ready."), .json("Readiness", "Some part is not.", status: 503),
            ],
            handle: { call in
                let readiness = await call.doors.readiness.current()
                return try Reply.json(readiness, status: readiness.ready ? .ok : .serviceUnavailable)
            }
        ),
        Route(
            method: .get,
            path: "/metrics",
            name: "metrics",
            summary: "What the server counts and times, for Prometheus.",
            role: .reader,
            answers: [
                Route.Answer(
                    status: 200,
                    description: "Prometheus' text format 0.0.4.",
                    content: [(PrometheusText.contentType, SchemaText.string)],
                    saysVersion: false
                )
            ],
            handle: { call in
                await call.lakehouse.refreshGauges()
                let text = PrometheusText.encode(await call.doors.telemetry.families())
                let headers: HTTPFields = [.contentType: PrometheusText.contentType]
                return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
            }
        ),
        Route(
            method: .get,
            path: "/version",
            name: "version",
            summary: "What runs here.",
            role: nil,
            answers: [.json("Version", "The program's name and version.")],
            handle: { _ in
                let version = JSONValue.object(("name", "lakehouse"), ("version", .string(LakeServer.version)))
                return Reply.json(bytes: version.encoded)
            }
        ),
        Route(
            method: .get,
            path: "/openapi.json",
            name: "openapi",
            summary: "This API as an OpenAPI 3.1 document.",
            role: .reader,
            answers: [
                Route.Answer(
                    status: 200,
                    description: "The document.",
                    content: [("application/json", SchemaText.map(SchemaText.anything))],
                    saysVersion: false
                )
            ],
            handle: { _ in Reply.json(bytes: OpenAPIDocument.bytes) }
        ),
    ]
}

/// Answers how ready the lake is without asking it more than once a second, for anybody may ask.
actor ReadinessProbe {
    private let lakehouse: Lakehouse
    private var last: (at: ContinuousClock.Instant, check: Task<Readiness, Never>)?

    init(lakehouse: Lakehouse) { self.lakehouse = lakehouse }

    func current() async -> Readiness {
        if let last, ContinuousClock.now - last.at < .seconds(1) { return await last.check.value }
        // A task of its own: it is shared, and must not stop because the first who asked has gone.
        let check = Task { [lakehouse] in await lakehouse.readiness() }
        last = (.now, check)
        return await check.value
    }
}
