public import LakeEngine
public import Logging

/// What a server is run with: plain values, each with its default; `load` reads them from the outside.
public struct ServerSettings: Sendable {
    /// What the lake is opened with.
    public var lake = LakehouseSettings(lakeFolder: "lake", modelFolder: ".native/model/all-MiniLM-L6-v2")
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port = 3100
    /// The port for gRPC.
    var grpcPort = GRPCPort.afterHTTP
    /// A unix domain socket to listen on instead of host and port.
    public var socket: String?
    /// Open connections; more wait to be accepted.
    public var connectionsMax = 1024
    /// Requests at work at once; more are refused.
    public var requestsMax = 256
    /// The largest JSON body.
    public var jsonBytesMax = 4 << 20
    /// The largest header of a request, in all.
    public var headerBytesMax = 64 << 10
    /// How long a connection may be idle.
    public var idleTimeout = Duration.seconds(60)
    /// The time in which a request that is being sent must bring at least a kilobyte.
    public var readTimeout = Duration.seconds(30)
    /// How long a client may take nothing of an answer.
    public var writeTimeout = Duration.seconds(60)
    /// How long `If-Version-At-Least` waits.
    public var versionWait = Duration.seconds(2)
    /// How long work in progress may go on after the server is told to stop.
    public var shutdownGrace = Duration.seconds(10)
    /// The least important messages that are logged.
    public var logLevel = Logger.Level.info
    /// How a line of the log looks.
    public var logFormat = StandardErrorLog.Format.text
    /// What is exported of traces and metrics.
    var telemetry = TelemetrySettings()
    /// Set by the embedded server alone: whoever can reach the socket owns the lake's folder.
    var isOwnersOnly = false

    public init() {}

    /// Where gRPC is served.
    enum GRPCPort: Sendable, Equatable {
        /// The port after HTTP's; a free one where HTTP takes a free one.
        case afterHTTP
        case number(Int)
        /// Not at all.
        case off
    }

    /// The port to listen on for gRPC; nil: not at all.
    var grpcListeningPort: Int? {
        if socket != nil { return nil }
        return switch grpcPort {
        case .off: nil
        case .number(let port): port
        case .afterHTTP: port == 0 ? 0 : port < 65535 ? port + 1 : nil
        }
    }

    /// Who can reach the server.
    enum Reach: Sendable {
        /// Who owns the lake's folder, and nobody else.
        case owner
        /// Whoever can run a program on this machine.
        case machine
        /// Anybody on the network.
        case network
    }

    var reach: Reach {
        if isOwnersOnly { return .owner }
        let isLocal = socket != nil || LocalRequests.isLocal(host.contains(":") ? "[\(host)]" : host)
        return isLocal ? .machine : .network
    }
}
