import ArgumentParser
import Foundation
import LakeClient
import LakeCore
import LakeEngine
import LakeServer

/// The options of every command that talks to a server.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server; LAKEHOUSE_URL otherwise.", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("A lake's folder, opened here when no server runs on it.", valueName: "dir"))
    var lake: String?

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func validate() throws {
        if url != nil, lake != nil { throw ValidationError("give --url or --lake, not both") }
    }

    /// Runs `body` with a client, and ends the program with the right exit code when it fails.
    func withClient(_ body: @Sendable (LakeClient) async throws -> Void) async throws {
        do {
            try await connect(body)
        } catch let error as ClientError {
            Terminal.fail(error.message)
            throw Self.exitCode(of: error)
        } catch let error as any LakeFailure {
            Terminal.fail(error.detail)
            throw ExitCode.failure
        }
    }

    private func connect(_ body: @Sendable (LakeClient) async throws -> Void) async throws {
        let environment = ProcessInfo.processInfo.environment
        let key = environment["LAKEHOUSE_API_KEY"]
        guard let lake else {
            let url = url ?? environment["LAKEHOUSE_URL"] ?? "http://127.0.0.1:3100"
            return try await Self.use(LakeClient(url: url, apiKey: key), body)
        }
        if let url = ServerLock.running(lakeFolder: lake) {
            return try await Self.use(LakeClient(url: url, apiKey: key), body)
        }
        // The server itself, in this process and on a socket only this user can reach: one way to do each thing.
        try await EmbeddedServer.with(lakeFolder: lake) { url in
            try await Self.use(LakeClient(url: url, apiKey: nil), body)
        }
    }

    private static func use(_ client: LakeClient, _ body: @Sendable (LakeClient) async throws -> Void) async throws {
        do {
            try await body(client)
            await client.shutdown()
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private static func exitCode(of error: ClientError) -> ExitCode {
        switch error {
        case .unreachable: ExitCode(69)
        case .refused(let status, _, _, _) where status == 401 || status == 403: ExitCode(77)
        default: .failure
        }
    }
}
