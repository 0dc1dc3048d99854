internal import Foundation
internal import LakeStorage

/// JSON objects at rest whose last field, `sha256`, is the digest of the object without it.
///
/// The digest is over the very bytes: it also vouches for fields that this version does not know, and needs no canonical form.
enum SealedJSON {
    private static let start = Array(#","sha256":""#.utf8)
    private static let end = Array(#""}"#.utf8)

    /// Why bytes were not taken for what they should be.
    struct Broken: Error, Equatable {
        let reason: String
    }

    /// The object with its keys sorted and its digest at the end.
    static func seal(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(value)
        return Array(body.dropLast()) + start + Array(ContentHash.sha256(body).utf8) + end
    }

    /// - Throws: ``Broken`` for bytes that are not what was sealed, and what the value's own decoding throws but for decoding errors.
    static func open<Value: Decodable>(_ bytes: [UInt8], as type: Value.Type) throws -> Value {
        let length = start.count + 64 + end.count
        let seal = bytes.suffix(length)
        guard bytes.count > length, seal.starts(with: start), seal.suffix(end.count).elementsEqual(end) else {
            throw Broken(reason: "it is cut short or was edited")
        }
        let body = bytes.dropLast(length) + [UInt8(ascii: "}")]
        guard seal.dropFirst(start.count).prefix(64).elementsEqual(ContentHash.sha256(body).utf8) else {
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
