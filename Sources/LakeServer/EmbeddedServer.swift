import Foundation
import Hummingbird
import LakeCore
import LakeEngine
public import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A server within this process, for a lake that no server runs on.
public enum EmbeddedServer {
    /// Opens a lake, serves it on a socket that only this user can reach while `body` runs, and closes it again.
    ///
    /// Who may use the lake's folder may do everything to it, so the callers are its administrator.
    ///
    /// - Parameters:
    ///   - lakeFolder: The lake's folder; the other settings are those of the environment and the file.
    ///   - logger: Nil: standard error, warnings and worse.
    ///   - body: Given the server's URL, `http+unix://…`.
    /// - Returns: What `body` returns.
    /// - Throws: What opening the lake or `body` throws.
    public static func with<Value: Sendable>(
        lakeFolder: String,
        logger: Logger? = nil,
        _ body: @Sendable (_ url: String) async throws -> Value
    ) async throws -> Value {
        var settings = try await ServerSettings.load(
            flags: ["lake.folder": lakeFolder],
            environment: ProcessInfo.processInfo.environment
        )
        settings.logLevel = max(settings.logLevel, .warning)
        let folder = try privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        settings.socket = folder + "/http"
        settings.isOwnersOnly = true
        return try await serve(settings, logger ?? LakeServer.logger(settings), body)
    }

    private static func serve<Value: Sendable>(
        _ settings: ServerSettings,
        _ logger: Logger,
        _ body: @Sendable (_ url: String) async throws -> Value
    ) async throws -> Value {
        let telemetry = ServerTelemetry()
        let lakehouse = try await Lakehouse.open(settings.lake, logger: logger, telemetry: telemetry.forEngine)
        do {
            let value = try await serve(lakehouse, settings, telemetry, logger, body)
            await lakehouse.close()
            return value
        } catch {
            await lakehouse.close()
            throw error
        }
    }

    private static func serve<Value: Sendable>(
        _ lakehouse: Lakehouse,
        _ settings: ServerSettings,
        _ telemetry: ServerTelemetry,
        _ logger: Logger,
        _ body: @Sendable (_ url: String) async throws -> Value
    ) async throws -> Value {
        let (listening, listens) = AsyncThrowingStream<String, any Error>.makeStream()
        let server = buildServer(
            lakehouse: lakehouse,
            settings: settings,
            telemetry: telemetry,
            logger: logger
        ) { channel in
            listens.yield(ListeningURL.of(channel, settings))
        }
        // There is nobody to be graceful to: who interrupts the program is its only client.
        var configuration = ServiceGroupConfiguration(
            services: [lakehouse, server],
            cancellationSignals: [.sigint, .sigterm],
            logger: LakeServer.quiet(logger)
        )
        configuration.maximumGracefulShutdownDuration = .seconds(1)
        let group = ServiceGroup(configuration: configuration)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                    listens.finish()
                } catch {
                    listens.finish(throwing: error)
                }
            }
            for try await url in listening {
                let outcome: Result<Value, any Error>
                do { outcome = .success(try await body(url)) } catch { outcome = .failure(error) }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return try outcome.get()
            }
            throw ServerError.stopping
        }
    }

    /// A fresh folder that nobody else can enter.
    private static func privateFolder() throws(ServerError) -> String {
        // The path of a socket must fit into about a hundred bytes, so a long temporary folder will not do.
        let parent = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let base = parent.utf8.count <= 60 ? parent : "/tmp"
        var template = Array("\(base.hasSuffix("/") ? base : base + "/")lakehouse-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .cannotListen(address: "a private socket", reason: "the temporary folder cannot be written")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
