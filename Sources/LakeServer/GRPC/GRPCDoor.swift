import GRPCCore
import GRPCNIOTransportHTTP2
import LakeCore
import LakeEngine
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The gRPC server of a lake, beside HTTP's.
struct GRPCDoor: Service {
    /// The largest message taken; what is asked here is small.
    private static let messageMax = 1 << 20
    /// Calls at once on one connection.
    private static let streamsMax = 100

    private let server: GRPCServer<HTTP2ServerTransport.Posix>
    private let transport: HTTP2ServerTransport.Posix
    private let address: String

    /// Nil when the settings want none.
    ///
    /// - Throws: `ServerError.cannotListen` for a host that has no address.
    init?(lakehouse: Lakehouse, settings: ServerSettings, telemetry: ServerTelemetry, logger: Logger) async throws {
        guard let port = settings.grpcListeningPort else { return nil }
        address = "\(settings.host):\(port)"
        var config = HTTP2ServerTransport.Posix.Config.defaults
        config.rpc.maxRequestPayloadSize = Self.messageMax
        config.http2.maxConcurrentStreams = Self.streamsMax
        config.connection.keepalive.clientBehavior.allowWithoutCalls = true
        config.channelDebuggingCallbacks = Self.callbacks(settings, logger)
        transport = HTTP2ServerTransport.Posix(
            address: try await Self.resolve(settings.host, port),
            transportSecurity: .plaintext,
            config: config
        )
        let doors = GRPCDoors(
            lakehouse: lakehouse,
            callers: Callers(lakehouse: lakehouse, reach: settings.reach),
            telemetry: telemetry,
            permits: Permits(limit: settings.requestsMax),
            readiness: ReadinessProbe(lakehouse: lakehouse),
            logger: logger
        )
        server = GRPCServer(
            transport: transport,
            services: [
                CatalogDoor(doors: doors), HealthDoor(readiness: doors.readiness),
                ReflectionDoor(doors: doors, files: try ProtoFiles(descriptorSet: ProtoDescriptors.set)),
            ]
        )
    }

    func run() async throws {
        do {
            try await withGracefulShutdownHandler {
                try await server.serve()
            } onGracefulShutdown: {
                server.beginGracefulShutdown()
            }
        } catch let error as RuntimeError {
            switch error.cause {
            case let cause as IOError: throw ServerError.cannotListen(address: address, reason: cause.reasonInWords)
            case is CancellationError: throw CancellationError()
            default: throw error
            }
        }
    }

    /// The port it listens on, once it does; nil when it does not come to that.
    func listeningPort() async -> Int? {
        guard let address = try? await transport.listeningAddress else { return nil }
        return address.ipv4?.port ?? address.ipv6?.port
    }

    /// Keeps the accepting loop alive, and more connections out than there may be.
    private static func callbacks(
        _ settings: ServerSettings,
        _ logger: Logger
    ) -> HTTP2ServerTransport.Config.ChannelDebuggingCallbacks {
        let places = Permits(limit: settings.connectionsMax)
        return HTTP2ServerTransport.Config.ChannelDebuggingCallbacks(
            onBindTCPListener: { channel in channel.pipeline.addHandler(AcceptGuard(logger: logger), position: .first)
            },
            onAcceptTCPConnection: { channel in
                guard let place = places.take() else { return channel.close() }
                channel.closeFuture.whenComplete { _ in withExtendedLifetime(place) {} }
                return channel.eventLoop.makeSucceededVoidFuture()
            },
            onAcceptHTTP2Stream: nil
        )
    }

    private static func resolve(_ host: String, _ port: Int) async throws -> GRPCNIOTransportCore.SocketAddress {
        let found: NIOCore.SocketAddress
        do {
            found = try await NIOThreadPool.singleton.runIfActive {
                try NIOCore.SocketAddress.makeAddressResolvingHost(host, port: port)
            }
        } catch {
            throw ServerError.cannotListen(address: "\(host):\(port)", reason: "the host has no address")
        }
        let text = found.ipAddress ?? host
        if case .v6 = found { return .ipv6(host: text, port: port) }
        return .ipv4(host: text, port: port)
    }
}

extension IOError {
    /// What the system says of it.
    var reasonInWords: String { String(cString: strerror(errnoCode)).lowercased() }
}
