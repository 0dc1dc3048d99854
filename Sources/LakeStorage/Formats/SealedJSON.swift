internal import Foundation
internal import LakeCore

/// JSON objects at rest whose last field, `sha256`, is the digest of the object without it.
///
/// The digest is over the very bytes: it also vouches for fields that this version does not know, and needs no canonical form.
public enum SealedJSON {
    private static let start = Array(#","sha256":""#.utf8)
    private static let end = Array(#""}"#.utf8)
    /// Of the seal: the field, its 64 digits, and the brace.
    private static let length = start.count + 64 + end.count

    /// Why bytes were not taken for what they should be.
    public struct Broken: Error, Equatable {
        public let reason: String
    }

    /// The object with its keys sorted and its digest at the end.
    public static func seal(_ value: some Encodable) throws -> [UInt8] {
        seal(object: try JSONBytes.encode(value))
    }

    /// The object, written already and with at least one field, with its digest at the end.
    public static func seal(object body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + length)
        bytes += body[..<(body.endIndex - 1)]
        bytes += start
        bytes += ContentHash.sha256(body).utf8
        bytes += end
        return bytes
    }

    /// The digest that sealed bytes say they have, without checking it; nil for bytes that are not sealed.
    public static func digest(of bytes: some BidirectionalCollection<UInt8>) -> String? {
        let seal = Array(bytes.suffix(length))
        guard seal.count == length, seal.starts(with: start), seal.suffix(end.count).elementsEqual(end) else {
            return nil
        }
        return String(decoding: seal.dropFirst(start.count).prefix(64), as: UTF8.self)
    }

    /// - Throws: ``Broken`` for bytes that are not what was sealed, and what the value's own decoding throws but for decoding errors.
    public static func open<Value: Decodable>(_ bytes: [UInt8], as type: Value.Type) throws -> Value {
        guard bytes.count > length, let digest = digest(of: bytes) else {
            throw Broken(reason: "it is cut short or was edited")
        }
        let body = bytes.dropLast(length) + [UInt8(ascii: "}")]
        guard digest.utf8.elementsEqual(ContentHash.sha256(body).utf8) else {
            throw Broken(reason: "its digest does not match its content")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch let error as DecodingError {
            throw Broken(reason: reason(of: error))
        }
    }

    private static func reason(of error: DecodingError) -> String {
        let path: [any CodingKey]
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        @unknown default: path = []
        }
        guard !path.isEmpty else { return "it is not JSON" }
        let place = path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return "its field \(place) is missing or not as it should be"
    }
}
