import Foundation
import LakeClient
import LakeCore
import Testing

/// The real program, run as a user runs it.
enum Program {
    /// Where the build put it: beside the bundle that holds these tests.
    static let path: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let arguments = CommandLine.arguments + [Bundle.main.executablePath ?? ""]
        let bundle = arguments.first { $0.contains("lakehousePackageTests.xctest") }
        let folder = bundle.map { path -> URL in
            var url = URL(filePath: path)
            while !url.lastPathComponent.hasSuffix(".xctest"), url.path != "/" { url.deleteLastPathComponent() }
            return url.deletingLastPathComponent()
        }
        return (folder ?? root.appending(path: ".build/debug")).appending(path: "lakehouse").path
    }()

    /// What a run of it printed and how it ended.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files rather than pipes: nothing has to read while the program runs, so it can never block on us.
        let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        await withCheckedContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume() }
        }
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }
}

/// A folder that goes away with the test.
final class Workplace: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "lakehouse-e2e-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var lake: String { path + "/lake" }

    /// Writes a file and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}

/// A running server and a client of it.
final class ServerProcess: Sendable {
    let process = Process()
    let url: String
    let log: String

    /// Starts a server on a free port and waits until it answers.
    ///
    /// - Parameters:
    ///   - lake: Its folder.
    ///   - arguments: More of them.
    ///   - environment: Variables beside those of the tests.
    ///   - limits: What a shell does before it becomes the server, such as `ulimit -n 64`.
    /// - Throws: `StartFailure`.
    init(
        lake: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        limits: String? = nil
    ) async throws {
        log = lake + ".log-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let command = [Program.path, "serve", "--lake", lake, "--port", "0"] + arguments
        let shell = limits.map { ["/bin/bash", "-c", "\($0) && exec \"$0\" \"$@\""] } ?? []
        process.executableURL = URL(filePath: (shell + command)[0])
        process.arguments = Array((shell + command).dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var found: String?
        for _ in 0..<600 where found == nil {
            try await Task.sleep(for: .milliseconds(50))
            guard process.isRunning else { break }
            // Of several servers on a lake one writes where it is into the lake; each says so in its log.
            found = Self.address(lake: lake, pid: process.processIdentifier) ?? Self.address(inLog: log)
        }
        guard let found else {
            let wasKilled = !process.isRunning && process.terminationReason == .uncaughtSignal
            if process.isRunning { process.terminate() }
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw StartFailure(log: text, wasKilled: wasKilled)
        }
        url = found
    }

    struct StartFailure: Error, CustomStringConvertible {
        let log: String
        /// Whether a signal ended it, as it does when the process kills itself.
        let wasKilled: Bool
        var description: String { "the server did not start: \(log)" }
    }

    /// Runs `body` with a client of this server.
    func client<Answer>(
        key: String? = nil,
        _ body: (LakeClient) async throws -> Answer
    ) async throws -> Answer {
        let client = LakeClient(url: url, apiKey: key)
        do {
            let answer = try await body(client)
            await client.shutdown()
            return answer
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// `kill -9`: the process gets no chance to do anything.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to stop, as an operator does, and gives its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The port it says it serves gRPC on.
    var grpcPort: Int? {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.firstMatch(of: /server\.grpc_port=([0-9]+)/).flatMap { Int($0.1) }
    }

    /// Where the server says in its log that it listens.
    private static func address(inLog path: String) -> String? {
        let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.contains("Server listening") && $0.contains("http://") }
        guard let line, let start = line.range(of: "http://")?.lowerBound else { return nil }
        return String(line[start...].prefix { $0.isLetter || $0.isNumber || ":/.".contains($0) })
    }

    /// What the server wrote into its lock file, if it is this process's.
    private static func address(lake: String, pid: Int32) -> String? {
        guard let bytes = FileManager.default.contents(atPath: lake + "/_lake/server.lock"),
            let note = try? JSONValue(parsing: bytes), note["pid"]?.int == Int(pid)
        else { return nil }
        return note["url"]?.string
    }
}

extension LakeClient {
    /// Ingests `text` as a CSV file.
    func ingest(_ text: String, as dataset: String) async throws {
        let piece = AsyncStream { continuation in
            continuation.yield(Array(text.utf8))
            continuation.finish()
        }
        let path = "/ingest/file?name=\(dataset).csv&dataset=\(dataset)"
        _ = try await upload(.post, path, length: text.utf8.count, piece)
    }
}
