import AsyncHTTPClient
import Foundation
public import LakeCore
import NIOCore
import NIOHTTP1

/// A connection to one server.
public struct LakeClient: Sendable {
    /// What a request does.
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Where the server is: `http://host:port`, `https://…` or `http+unix://` with the percent-encoded path of a socket.
    public let url: String
    private let apiKey: String?
    private let http: HTTPClient

    /// A client; `shutdown()` must be called when it is no longer used.
    public init(url: String, apiKey: String?) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.apiKey = apiKey
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.redirectConfiguration = .disallow
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    public func shutdown() async { try? await http.shutdown() }

    /// Asks and reads the whole answer as JSON.
    ///
    /// - Parameters:
    ///   - method: `GET`, `POST` or `DELETE`.
    ///   - path: Percent-encoded where it must be, with its query.
    ///   - body: Sent as JSON.
    ///   - headers: Sent beside the usual ones.
    /// - Returns: The answer; null when it has no body.
    /// - Throws: `ClientError`.
    public func json(
        _ method: Method,
        _ path: String,
        _ body: JSONValue? = nil,
        headers: [String: String] = [:]
    ) async throws -> JSONValue {
        var request = request(method, path)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.compact))
        }
        let response = try await answer(to: request)
        let bytes = try await collect(response.body)
        return bytes.isEmpty ? .null : try Self.value(bytes)
    }

    /// Asks and hands on the answer as it arrives.
    ///
    /// - Parameters:
    ///   - method: `GET` or `POST`.
    ///   - path: As for `json`.
    ///   - body: Sent as JSON.
    ///   - accept: The media type wanted.
    ///   - piece: Told each piece of the answer.
    /// - Throws: `ClientError`; what `piece` throws.
    public func stream(
        _ method: Method,
        _ path: String,
        _ body: JSONValue? = nil,
        accept: String,
        piece: (ArraySlice<UInt8>) async throws -> Void
    ) async throws {
        var request = request(method, path)
        request.headers.replaceOrAdd(name: "Accept", value: accept)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.compact))
        }
        let response = try await answer(to: request)
        do {
            for try await buffer in response.body { try await piece(ArraySlice(Array(buffer: buffer))) }
        } catch let error as HTTPClientError {
            throw ClientError.incomplete(reason: "it was cut off (\(error.shortDescription))")
        } catch let error as HTTPParserError {
            throw ClientError.incomplete(reason: "it was cut off (\(error))")
        }
    }

    /// Asks for a stream of JSON lines.
    ///
    /// - Parameters:
    ///   - method: `GET` or `POST`.
    ///   - path: As for `json`.
    ///   - body: Sent as JSON.
    ///   - line: Told each line.
    /// - Throws: `ClientError`; what `line` throws.
    public func lines(
        _ method: Method,
        _ path: String,
        _ body: JSONValue? = nil,
        line: (JSONValue) async throws -> Void
    ) async throws {
        var rest: [UInt8] = []
        try await stream(method, path, body, accept: "application/x-ndjson") { piece in
            rest += piece
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let text = rest[..<end]
                rest.removeSubrange(...end)
                if !text.isEmpty { try await line(try Self.value(text)) }
            }
        }
        if !rest.isEmpty { try await line(try Self.value(rest)) }
    }

    /// Sends a body that is drawn piece by piece, so that it is never in memory whole.
    ///
    /// - Parameters:
    ///   - method: `POST` or `PUT`.
    ///   - path: As for `json`.
    ///   - headers: Sent beside the usual ones.
    ///   - length: Bytes the body has; nil when that is not known.
    ///   - pieces: The body.
    /// - Returns: The answer.
    /// - Throws: `ClientError`.
    public func upload<Pieces: AsyncSequence & Sendable>(
        _ method: Method,
        _ path: String,
        headers: [String: String] = [:],
        length: Int?,
        _ pieces: Pieces
    ) async throws -> JSONValue where Pieces.Element == [UInt8] {
        var request = request(method, path)
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let buffers = pieces.map { ByteBuffer(bytes: $0) }
        request.body = .stream(buffers, length: length.map { .known(Int64($0)) } ?? .unknown)
        let response = try await answer(to: request)
        return try Self.value(try await collect(response.body))
    }

    private func request(_ method: Method, _ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method.rawValue)
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "lakehouse-cli")
        if let apiKey { request.headers.add(name: "X-API-Key", value: apiKey) }
        return request
    }

    /// Sends a request; an answer of 400 and above is thrown.
    private func answer(to request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, deadline: .distantFuture)
        } catch let error as ClientError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ClientError.unreachable(url: url, reason: Self.reason(error))
        }
        guard response.status.code >= 400 else { return response }
        let bytes = try await collect(response.body)
        let problem = (try? JSONValue(parsing: bytes)) ?? .null
        throw ClientError.refused(
            status: Int(response.status.code),
            code: problem["code"]?.string ?? "",
            detail: problem["detail"]?.string ?? "the server answered \(response.status.code)",
            requestID: problem["request_id"]?.string
        )
    }

    private static func value(_ text: some Collection<UInt8>) throws(ClientError) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: text)
        } catch {
            throw .unexpectedAnswer(reason: "it is not JSON")
        }
    }

    /// Answers of the management calls are small; what is large is streamed.
    private func collect(_ body: HTTPClientResponse.Body) async throws -> [UInt8] {
        do {
            return Array(buffer: try await body.collect(upTo: 256 << 20))
        } catch {
            throw ClientError.unexpectedAnswer(reason: "it was cut off")
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription.lowercased() }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)).lowercased() }
        return "connection refused or broken"
    }
}
