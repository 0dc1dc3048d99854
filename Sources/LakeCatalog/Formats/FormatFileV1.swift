internal import Foundation
internal import LakeCore

/// What it takes to read and to write the lake: `_lake/format.json`.
///
/// Written once, when the lake is made.
struct FormatFileV1: Codable, Equatable, Sendable {
    /// The format that this Lakehouse reads and writes.
    static let known = 1

    /// The format the lake was made in.
    var format = known
    /// The oldest format whose readers understand the lake.
    var minReader = known
    /// The oldest format whose writers keep the lake whole.
    var minWriter = known
    var lakeID: String

    enum CodingKeys: String, CodingKey {
        case format
        case minReader = "min_reader"
        case minWriter = "min_writer"
        case lakeID = "lake_id"
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return Array(try encoder.encode(self))
    }

    /// - Throws: ``CatalogError/lakeTooNew(needsReader:has:)`` or ``CatalogError/corruptFormatFile(reason:)``.
    static func decode(_ bytes: [UInt8]) throws(CatalogError) -> FormatFileV1 {
        // First what decides who may read the rest.
        guard let reader = try? JSONDecoder().decode(Reader.self, from: Data(bytes)) else {
            throw .corruptFormatFile(reason: "it is not JSON with a field min_reader")
        }
        guard reader.minReader <= known else { throw .lakeTooNew(needsReader: reader.minReader, has: known) }
        guard let file = try? JSONDecoder().decode(FormatFileV1.self, from: Data(bytes)) else {
            throw .corruptFormatFile(reason: "a field is missing or not as it should be")
        }
        return file
    }

    /// The one field that every format keeps.
    private struct Reader: Decodable {
        var minReader: Int

        enum CodingKeys: String, CodingKey {
            case minReader = "min_reader"
        }
    }
}
