import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LakeCore
import LakeEngine
import LakeTesting
import Logging
import NIOCore
import Testing

@testable import LakeServer

/// The doors of a fresh lake, asked in process.
///
/// Every answer is held against what the API's document says of its route.
struct TestServer: Sendable {
    let lakehouse: Lakehouse
    let telemetry: ServerTelemetry
    let settings: ServerSettings
    private let client: Client

    /// How the server is asked.
    enum Door: Sendable {
        case router
        case socket
    }

    private enum Client: Sendable {
        case router(any TestClientProtocol)
        case socket(SocketClient)
    }

    /// Runs `body` with a server on a fresh lake.
    static func run(
        over door: Door = .router,
        _ change: (inout ServerSettings) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        var settings = TestServer.settings(folder)
        change(&settings)
        let telemetry = ServerTelemetry(settings.telemetry)
        let lakehouse = try await Lakehouse.open(
            settings.lake,
            logger: TestServer.silent,
            telemetry: telemetry.forEngine
        )
        do {
            let server = buildServer(lakehouse: lakehouse, settings: settings, telemetry: telemetry, logger: silent)
            try await server.test(door == .socket ? .live : .router) { [settings] client in
                let client: Client =
                    if let port = client.port { .socket(SocketClient(port: port)) } else { .router(client) }
                try await body(
                    TestServer(lakehouse: lakehouse, telemetry: telemetry, settings: settings, client: client)
                )
            }
        } catch {
            await lakehouse.close()
            throw error
        }
        await lakehouse.close()
        withExtendedLifetime(folder) {}
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Settings for a lake in `folder`, modest enough for many at once.
    static func settings(_ folder: TemporaryFolder) -> ServerSettings {
        var settings = ServerSettings()
        settings.port = 0
        settings.lake.lakeFolder = folder.path("lake")
        settings.lake.modelFolder = Repository.modelFolder
        settings.lake.sqlMemoryBytes = 256 << 20
        settings.lake.ingestMemoryBytes = 256 << 20
        return settings
    }

    func get(_ path: String, key: String? = nil, headers: HTTPFields = [:]) async throws -> TestAnswer {
        try await send(.get, path, key: key, headers: headers)
    }

    func delete(_ path: String, key: String? = nil) async throws -> TestAnswer {
        try await send(.delete, path, key: key)
    }

    func post(
        _ path: String,
        _ json: String? = nil,
        key: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var headers = headers
        if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await send(.post, path, key: key, headers: headers, body: json.map { Array($0.utf8) })
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        key: String? = nil,
        headers: HTTPFields = [:],
        body: [UInt8]? = nil
    ) async throws -> TestAnswer {
        var headers = headers
        if let key { headers[.apiKey] = key }
        let answer = try await answer(to: method, path, headers: headers, body: body)
        try APIDocument.check(answer, to: method, path)
        return answer
    }

    private func answer(
        to method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields,
        body: [UInt8]?
    ) async throws -> TestAnswer {
        switch client {
        case .socket(let client): return try await client.answer(to: method, path, headers: headers, body: body)
        case .router(let client):
            let response = try await client.executeRequest(
                uri: path,
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(bytes: $0) }
            )
            return TestAnswer(status: response.status.code, headers: response.headers, body: response.body)
        }
    }

    /// Ingests `text` as a CSV file.
    @discardableResult func ingest(_ text: String, as dataset: String) async throws -> TestAnswer {
        let path = "/ingest/file?dataset=\(dataset)"
        let answer = try await send(.post, path, headers: [.contentType: "text/csv"], body: Array(text.utf8))
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    /// Ingests a Parquet file.
    func ingest(
        _ parquet: [UInt8],
        as dataset: String,
        _ more: String = "",
        headers: HTTPFields = [:]
    ) async throws {
        let path = "/ingest/file?dataset=\(dataset)&name=\(dataset).parquet\(more)"
        var headers = headers
        headers[.contentType] = "application/vnd.apache.parquet"
        let answer = try await send(.post, path, headers: headers, body: parquet)
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// Runs a query and gives its rows.
    func rows(_ sql: String, _ more: String = "") async throws -> JSONValue? {
        let answer = try await post("/query/sql", #"{"sql":"\#(sql)"\#(more)}"#)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json["rows"]
    }
}

/// What a server answered.
struct TestAnswer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: ByteBuffer

    var text: String { String(buffer: body) }
    var json: JSONValue { get throws { try JSONValue(parsing: Array(body.readableBytesView)) } }
    var code: String? { get throws { try json["code"]?.text } }
    var detail: String { get throws { try json["detail"]?.text ?? "" } }
}

extension JSONValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
    var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
}

extension Repository {
    static var modelFolder: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".native/model/all-MiniLM-L6-v2").path(percentEncoded: false)
    }
}
