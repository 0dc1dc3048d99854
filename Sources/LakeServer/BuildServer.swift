import Hummingbird
import HummingbirdCore
import LakeEngine
import Logging
import NIOCore

/// Builds the doors of a lake; run it as a service.
///
/// - Parameters:
///   - lakehouse: The open lake.
///   - settings: Where to listen, and the limits.
///   - telemetry: What is measured and traced.
///   - logger: Told of each request.
///   - onListening: Told once the server answers.
/// - Returns: The HTTP server.
func buildServer(
    lakehouse: Lakehouse,
    settings: ServerSettings,
    telemetry: ServerTelemetry,
    logger: Logger,
    onListening: @escaping @Sendable (any Channel) async -> Void = { _ in }
) -> Application<RouterResponder<LakeRequestContext>> {
    let router = Router(context: LakeRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestEnvelope(telemetry: telemetry, logger: logger))
    router.add(middleware: RescueHeaders())
    router.add(middleware: Admission(permits: Permits(limit: settings.requestsMax)))
    router.add(middleware: Authentication(callers: Callers(lakehouse: lakehouse, reach: settings.reach)))
    router.add(middleware: VersionGate(lakehouse: lakehouse, patience: settings.versionWait))
    router.add(middleware: IdempotencyGate())
    RouteTable.register(on: router, doors: Doors(lakehouse: lakehouse, settings: settings, telemetry: telemetry))
    let quiet = LakeServer.quiet(logger)
    let address: BindAddress =
        if let socket = settings.socket { .unixDomainSocket(path: socket) } else {
            .hostname(settings.host, port: settings.port)
        }
    return Application(
        router: router,
        server: .http1(configuration: connections(settings)),
        configuration: ApplicationConfiguration(
            address: address,
            availableConnectionsDelegate: .maximum(settings.connectionsMax, logger: quiet)
        ),
        onServerRunning: { channel in
            // First, so that it hears of what goes wrong before the loop that accepts does.
            try? await channel.pipeline.addHandler(AcceptGuard(logger: logger), position: .first)
            await onListening(channel)
        },
        logger: quiet
    )
}

private func connections(_ settings: ServerSettings) -> HTTP1Channel.Configuration {
    let patience = ConnectionPatience(
        readWindow: TimeAmount(settings.readTimeout),
        writeStall: TimeAmount(settings.writeTimeout)
    )
    return HTTP1Channel.Configuration(
        additionalChannelHandlers: [ConnectionGuard(patience: patience)],
        idleTimeout: TimeAmount(settings.idleTimeout),
        httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: settings.headerBytesMax,
            maxHeaderListSize: settings.headerBytesMax,
            maxHeaderFieldCount: 128
        )
    )
}
