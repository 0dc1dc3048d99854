import Foundation
import LakeClient
import LakeCore

/// A real server process.
final class TortureServer: @unchecked Sendable {
    // Unchecked: the process is started before anybody else has this value, and its methods used here may be called from any thread.
    private let process = Process()
    private let log: String
    let client: LakeClient

    /// Starts a server on a lake; it may be dead before it answers, which is no error here.
    ///
    /// - Parameters:
    ///   - program: What is run.
    ///   - lake: Where.
    ///   - place: Another number for each server that runs at the same time.
    ///   - faults: For `LAKEHOUSE_FAULTS`.
    /// - Throws: `TortureError`, and what starting a process does.
    init(program: String, lake: TortureLake, place: Int = 0, faults: String) throws {
        let port = try Self.freePort()
        client = LakeClient(url: "http://127.0.0.1:\(port)", apiKey: nil)
        process.executableURL = URL(filePath: program)
        process.arguments = [
            "serve", "--lake", lake.folder(ofServer: place), "--config", lake.configuration, "--host", "127.0.0.1",
            "--port", "\(port)",
        ]
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LAKEHOUSE_") }
        // Only HTTP's port is known to be free.
        environment["LAKEHOUSE_GRPC_PORT"] = "off"
        if !faults.isEmpty { environment["LAKEHOUSE_FAULTS"] = faults }
        process.environment = environment
        log = lake.log(ofServer: place)
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Whether it ended without being killed.
    var hasGivenUp: Bool { !process.isRunning && process.terminationReason == .exit }

    /// What it wrote last, which says why it gave up.
    var lastWords: String {
        let mark = "lakehouse: "
        return lines.last { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) } ?? "it did not say why"
    }

    /// The step before which it died of its faults; nil when it did not.
    var step: String? {
        let mark = "LAKEHOUSE_FAULTS: died before step "
        return lines.last { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }

    private var lines: [String] {
        (FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? "")
            .split(separator: "\n").map(String.init)
    }

    /// Waits until it answers; false when it died or took too long.
    func answers(within limit: Duration = .seconds(120)) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while process.isRunning, ContinuousClock.now < deadline {
            if (try? await client.json(.get, "/health")) != nil { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Kills it, if it is not dead already, and waits for its end.
    func end() async {
        if process.isRunning {
            signal(SIGCONT)
            signal(SIGKILL)
        }
        while process.isRunning { try? await Task.sleep(for: .milliseconds(2)) }
        await client.shutdown()
    }

    /// Asks the system for a port that nobody has.
    private static func freePort() throws -> UInt16 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(handle, raw, length) == 0 && getsockname(handle, raw, &length) == 0
            }
        }
        guard isBound else { throw TortureError.noPort }
        return UInt16(bigEndian: address.sin_port)
    }
}
