import Foundation
import HTTPTypes
import Hummingbird
import LakeEngine
import NIOCore

/// Ways to answer with JSON.
enum Reply {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // Sorted, for otherwise the order differs from one answer to the next.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()

    /// The JSON of `value`, its property names in `snake_case`.
    static func bytes(_ value: some Encodable) throws -> [UInt8] { Array(try encoder.encode(value)) }

    /// A whole JSON answer.
    ///
    /// - Parameters:
    ///   - value: What to answer.
    ///   - status: The status.
    ///   - version: The lake version it was read at, if it was.
    /// - Returns: The answer.
    /// - Throws: What encoding `value` throws.
    static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        version: Int? = nil
    ) throws -> Response {
        json(bytes: try bytes(value), status: status, version: version)
    }

    /// A whole JSON answer that is encoded already.
    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok, version: Int? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.lakeVersion] = version.map(String.init)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A whole JSON answer that says the version it was read at.
    static func json(_ versioned: Versioned<some Encodable>) throws -> Response {
        try json(versioned.value, version: versioned.version)
    }
}

/// A list that is all there is.
struct ItemList<Item: Encodable & Sendable>: Encodable, Sendable {
    var items: [Item]
}
