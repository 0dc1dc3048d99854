internal import Foundation
public import LakeStorage

/// An S3 store on loopback for the tests of one process; it ends with the process, however that ends.
///
/// With `LAKE_TEST_S3_ENDPOINT`, `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` set it is the one that runs there.
public actor S3TestServer {
    public static let shared = S3TestServer()

    /// The store could not be started or does not do what it should.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private var started: (endpoint: String, process: Process, requests: FileHandle, answers: FileHandle)?

    public static let credentials = S3Credentials(
        accessKeyID: ProcessInfo.processInfo.environment["AWS_ACCESS_KEY_ID"] ?? "test",
        secretAccessKey: ProcessInfo.processInfo.environment["AWS_SECRET_ACCESS_KEY"] ?? "test"
    )

    /// The endpoint of a real store that the environment names; nil when there is none.
    public static let realEndpoint = ProcessInfo.processInfo.environment["LAKE_TEST_S3_ENDPOINT"]

    /// Whether the store honours the conditions of puts; one that the environment names may not.
    public static let hasConditions = ProcessInfo.processInfo.environment["LAKE_TEST_S3_CONDITIONS"] != "none"

    /// Settings of a fresh bucket, with short waits.
    ///
    /// Blocks for as long as the store takes, at first about two seconds.
    public func bucket() throws -> S3Settings {
        let server = try started ?? start()
        started = server
        let name = "lake-" + UUID().uuidString.lowercased()
        try server.requests.write(contentsOf: Data((name + "\n").utf8))
        guard Self.line(server.answers) == "ok" else { throw Failure(description: "the test store made no bucket") }
        var settings = S3Settings(bucket: name)
        settings.endpoint = server.endpoint
        settings.allowsPlainHTTP = true
        settings.addressing = .path
        settings.retries.pause = .milliseconds(5)
        return settings
    }

    /// The endpoint of the same store with TLS; its authority's certificate is written to a file.
    ///
    /// Not for a store that the environment names.
    public func secureEndpoint(authority path: String) throws -> String {
        let server = try started ?? start()
        started = server
        try server.requests.write(contentsOf: Data("tls \(path)\n".utf8))
        guard let endpoint = Self.line(server.answers) else { throw Failure(description: "the test store has no TLS") }
        return endpoint
    }

    private func start() throws -> (String, Process, FileHandle, FileHandle) {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let python = root.appending(path: ".native/tests/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Failure(description: "the test store is not installed: run scripts/setup-tests")
        }
        let process = Process()
        let (requests, answers) = (Pipe(), Pipe())
        process.executableURL = python
        process.arguments =
            [root.appending(path: "scripts/s3_test_server.py").path] + (Self.realEndpoint.map { [$0] } ?? [])
        process.standardInput = requests
        process.standardOutput = answers
        try process.run()
        guard let endpoint = Self.line(answers.fileHandleForReading) else {
            throw Failure(description: "the test store did not start")
        }
        return (endpoint, process, requests.fileHandleForWriting, answers.fileHandleForReading)
    }

    /// The next line; nil at the end.
    private static func line(_ handle: FileHandle) -> String? {
        var bytes: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
