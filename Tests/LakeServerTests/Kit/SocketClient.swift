import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Asks a server on this machine through sockets, as many at once as there are callers, and waits as long as a test may take.
struct SocketClient: Sendable {
    let port: Int

    private static let patience = TimeAmount.minutes(3)
    private static let largestAnswer = 256 << 20

    func answer(
        to method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields,
        body: [UInt8]?
    ) async throws -> TestAnswer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = HTTPMethod(rawValue: method.rawValue)
        for field in headers { request.headers.add(name: field.name.rawName, value: field.value) }
        request.body = body.map { .bytes(ByteBuffer(bytes: $0)) }
        let response = try await HTTPClient.shared.execute(request, timeout: Self.patience)
        var fields = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let bytes = try await response.body.collect(upTo: Self.largestAnswer)
        return TestAnswer(status: Int(response.status.code), headers: fields, body: bytes)
    }
}
