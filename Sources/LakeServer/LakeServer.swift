import Foundation
import Hummingbird
import LakeCore
public import LakeEngine
public import Logging
import NIOCore
import ServiceLifecycle
public import UnixSignals

/// The server: opens a lake and serves it until it is told to stop.
public enum LakeServer {
    /// The program's version.
    public static let version = "0.2.0"

    /// A logger as the settings want it.
    public static func logger(_ settings: ServerSettings) -> Logger {
        var logger = Logger(label: "lakehouse") { _ in
            var log = StandardErrorLog(format: settings.logFormat)
            log.metadataProvider = ServerTelemetry.logMetadata
            return log
        }
        logger.logLevel = settings.logLevel
        return logger
    }

    /// Serves a lake until a signal or the end of the task.
    ///
    /// - Parameters:
    ///   - settings: What to serve, and how.
    ///   - logger: Nil: as the settings want it.
    ///   - stopSignals: Signals that stop it gracefully: no new connections, work in progress may end within the grace.
    ///   - demo: Loads the demo while it serves, unless the lake has it.
    ///   - progress: Told how the start comes along.
    /// - Throws: `ServerError.keysNeeded`, `ServerError.cannotListen`, and what opening the lake throws.
    public static func run(
        _ settings: ServerSettings,
        logger: Logger? = nil,
        stopSignals: [UnixSignal] = [.sigterm, .sigint],
        demo: DemoScale? = nil,
        progress: @escaping @Sendable (StartProgress) -> Void = { _ in }
    ) async throws {
        let logger = logger ?? Self.logger(settings)
        let settings = OpenFileLimit.fit(settings, logger)
        let telemetry = ServerTelemetry(settings.telemetry)
        let lakehouse = try await Lakehouse.open(settings.lake, logger: logger, telemetry: telemetry.forEngine)
        let held = HeldLock()
        do {
            try await checkReach(settings, lakehouse)
            let grpc = try await GRPCDoor(
                lakehouse: lakehouse,
                settings: settings,
                telemetry: telemetry,
                logger: logger
            )
            let server = buildServer(
                lakehouse: lakehouse,
                settings: settings,
                telemetry: telemetry,
                logger: logger
            ) { channel in
                let url = ListeningURL.of(channel, settings)
                let grpcPort = await grpc?.listeningPort()
                let ports = grpcPort.map { [LogKey.grpcPort: Logger.MetadataValue.stringConvertible($0)] } ?? [:]
                logger.notice("Server listening", metadata: ports.merging([LogKey.address: .string(url)]) { $1 })
                await held.take(lakeFolder: settings.lake.lakeFolder, url: url, grpcPort: grpcPort, logger: logger)
                progress(.listening(url: url))
            }
            // Stopped in reverse order: the exporter after the server, so that it sends what the last requests left.
            var services: [any Service] = [lakehouse]
            if let exporter = telemetry.exporter(of: lakehouse, logger: logger) { services.append(exporter) }
            if let grpc { services.append(grpc) }
            services.append(server)
            if let demo { services.append(DemoLoader(lakehouse: lakehouse, scale: demo, progress: progress)) }
            var group = ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: stopSignals,
                logger: quiet(logger)
            )
            group.maximumGracefulShutdownDuration = settings.shutdownGrace
            try await run(ServiceGroup(configuration: group), settings)
        } catch {
            await close(lakehouse, held, logger)
            throw error
        }
        await close(lakehouse, held, logger)
    }

    private static func run(_ group: ServiceGroup, _ settings: ServerSettings) async throws {
        do {
            try await group.run()
        } catch is CancellationError {
            // Work that outlived the grace was cancelled: the stop was asked for.
        } catch let error as any LakeFailure {
            throw error
        } catch let error as IOError {
            throw ServerError.cannotListen(
                address: settings.socket ?? "\(settings.host):\(settings.port)",
                reason: String(cString: strerror(error.errnoCode)).lowercased()
            )
        }
    }

    private static func close(_ lakehouse: Lakehouse, _ held: HeldLock, _ logger: Logger) async {
        await held.release()
        await lakehouse.close()
        logger.notice("Server stopped")
    }

    /// Refuses to listen where others can reach it while nobody has to say who they are.
    static func checkReach(_ settings: ServerSettings, _ lakehouse: Lakehouse) async throws {
        guard settings.reach == .network else { return }
        guard try await lakehouse.hasKeys() else { throw ServerError.keysNeeded(host: settings.host) }
    }

    /// `logger` for what libraries say: their messages hold paths, and only their trouble is of interest.
    static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }
}

/// The lock a running server holds, from when it listens to when it has stopped.
private actor HeldLock {
    private var lock: ServerLock?

    func take(lakeFolder: String, url: String, grpcPort: Int?, logger: Logger) async {
        do {
            lock = try await ServerLock.acquire(lakeFolder: lakeFolder, url: url, grpcPort: grpcPort)
            if lock == nil { logger.notice("Another server runs on this lake") }
        } catch {
            let code = (error as? any LakeFailure)?.code ?? FailureKind.internal.rawValue
            logger.warning("Server lock failed", metadata: [LogKey.errorCode: .string(code)])
        }
    }

    func release() { lock = nil }
}

/// How clients reach a channel that listens.
enum ListeningURL {
    static func of(_ channel: any Channel, _ settings: ServerSettings) -> String {
        if let socket = settings.socket { return forSocket(socket) }
        let port = channel.localAddress?.port ?? settings.port
        // What listens on every address is reached by this machine through loopback.
        let host = ["0.0.0.0", "::", ""].contains(settings.host) ? "127.0.0.1" : settings.host
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// `http+unix://` and the path, percent-encoded.
    static func forSocket(_ path: String) -> String {
        let encoded = path.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            if isPlain { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "http+unix://" + encoded.joined()
    }
}
