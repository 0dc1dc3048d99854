import Foundation
import LakeClient
import LakeCore
import Testing

/// The server beside programs that others wrote, started as they are in the field.
@Suite(
    .serialized,
    .enabled(if: Peer.isThere, "what tests run beside the program is not installed: scripts/setup-tests")
)
struct PeersTests {
    @Test func aProgramInAnotherLanguageReadsTheCatalogByGRPC() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake)
        defer { server.kill() }
        let port = try #require(server.grpcPort)
        let key = try await server.client { client in
            _ = try await client.json(.get, "/ready")
            for name in ["one", "two"] { try await client.ingest("id\n1\n2\n", as: name) }
            let answer = try await client.json(
                .post,
                "/access/keys",
                .object([.init("name", .string("peer")), .init("role", .string("reader"))])
            )
            return try #require(answer["secret"]?.string)
        }
        let seen = try await Peer.run("grpc_client.py", [String(port), key])
        #expect(seen["health"]?.string == "SERVING")
        #expect(
            seen["services"]?.array?.compactMap(\.string) == [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "lakehouse.v1.CatalogService",
            ]
        )
        #expect(seen["datasets"]?["one"]?.int == 2)
        #expect(seen["datasets"]?["two"]?.int == 2)
        #expect(seen["commits"]?.array?.compactMap(\.int) == [1, 2, 3])
        #expect(seen["unknown"]?["code"]?.string == "NOT_FOUND")
        #expect(seen["unknown"]?["reason"]?.string == "not_found")
        #expect(seen["unknown"]?["domain"]?.string == "lakehouse")
        #expect(seen["without_key"]?["code"]?.string == "UNAUTHENTICATED")
        #expect(seen["without_key"]?["reason"]?.string == "credentials_missing")
        #expect(server.stop() == 0)
    }

    @Test func analystsLibrariesReadAnswersOfEveryType() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake)
        defer { server.kill() }
        let seen = try await Peer.run("arrow_reader.py", [server.url])
        let problems = seen["problems"]?.array?.compactMap(\.string) ?? ["nothing was said"]
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
        #expect(seen["checks"]?.int ?? 0 > 250)
        #expect(server.stop() == 0)
    }

    @Test func aCollectorThatKnowsTheProtocolTakesWhatIsExported() async throws {
        let place = try Workplace()
        let collector = try Peer.start("otlp_collector.py", output: place.path + "/collected")
        defer { collector.process.terminate() }
        let port = try await collector.line { $0.hasPrefix("port ") }.dropFirst(5)
        let server = try await ServerProcess(
            lake: place.lake,
            environment: [
                "LAKEHOUSE_TELEMETRY_EXPORTER": "otlp",
                "LAKEHOUSE_TELEMETRY_ENDPOINT": "http://127.0.0.1:\(port)",
                "LAKEHOUSE_TELEMETRY_INTERVAL": "100ms",
            ]
        )
        defer { server.kill() }
        try await server.client { client in try await client.ingest("id\n1\n", as: "one") }
        // The request's own span ends last, and may come in a batch of its own.
        for span in ["lake.commit", "lake.ingest", "POST /ingest/file"] {
            _ = try await collector.line { $0.hasPrefix("traces ") && $0.contains("\"\(span)\"") }
        }
        let metrics = try await collector.line {
            $0.hasPrefix("metrics ") && $0.contains("lake_engine_ingested_rows_total")
        }
        #expect(metrics.contains("\"process_resident_memory_bytes\""))
        #expect(server.stop() == 0)
        let refused = try collector.lines().filter { $0.hasPrefix("refused") }
        #expect(refused.isEmpty, "\(refused.first ?? "")")
    }
}

/// A program that others wrote, or that is made of their libraries.
final class Peer {
    let process = Process()
    private let output: String

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let python = root.appending(path: ".native/tests/bin/python3").path

    /// Whether its libraries are installed.
    static let isThere: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            "-c", "import grpc, grpc_reflection, grpc_health, opentelemetry.proto, pyarrow, polars, duckdb",
        ]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Runs one to its end and gives the JSON it prints.
    static func run(_ script: String, _ arguments: [String]) async throws -> JSONValue {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lakehouse-peer-\(UUID().uuidString)").path
        let peer = try start(script, arguments, output: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let deadline = ContinuousClock.now + .seconds(300)
        while peer.process.isRunning, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        let lines = try peer.lines()
        #expect(
            peer.process.isRunning == false && peer.process.terminationStatus == 0,
            "\(lines.joined(separator: "\n"))"
        )
        return try JSONValue(parsing: Data((lines.last ?? "").utf8))
    }

    /// Starts one whose lines go to the file `output`.
    static func start(_ script: String, _ arguments: [String] = [], output: String) throws -> Peer {
        let peer = Peer(output: output)
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        peer.process.executableURL = URL(filePath: python)
        let path = root.appending(path: "Tests/EndToEndTests/Peers/\(script)").path
        peer.process.arguments = [path] + arguments
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        peer.process.standardOutput = file
        peer.process.standardError = file
        peer.process.standardInput = FileHandle.nullDevice
        try peer.process.run()
        return peer
    }

    private init(output: String) { self.output = output }

    /// What it has printed so far.
    func lines() throws -> [String] {
        try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// The first line that is as wanted, waited for.
    func line(where isWanted: (String) -> Bool) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            if let found = try lines().first(where: isWanted) { return found }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NothingCame(printed: try lines().suffix(5).joined(separator: "\n"))
    }

    struct NothingCame: Error, CustomStringConvertible {
        let printed: String
        var description: String { "the wanted line did not come; the last ones: \(printed.prefix(2000))" }
    }
}
