internal import Foundation
internal import LakeCore

/// What it takes to read and to write the lake: `_lake/format.json`.
///
/// Written when the lake is made, and again when a newer Lakehouse first commits to it.
struct FormatFileV1: Codable, Equatable, Sendable {
    /// The format that this Lakehouse reads and writes.
    static let known = 4
    /// The release that first knew it.
    static let release = "0.4.0"

    /// The format of what was written last.
    var format = known
    /// The oldest format whose readers understand the lake.
    var minReader = known
    /// The oldest format whose writers keep the lake whole.
    var minWriter = known
    /// The first release that reads the lake; for messages.
    var minReaderRelease: String? = release
    /// The first release that writes to the lake; for messages.
    var minWriterRelease: String? = release
    var lakeID: String

    enum CodingKeys: String, CodingKey {
        case format
        case minReader = "min_reader"
        case minWriter = "min_writer"
        case minReaderRelease = "min_reader_release"
        case minWriterRelease = "min_writer_release"
        case lakeID = "lake_id"
    }

    /// Whether this Lakehouse may commit to the lake.
    var isWritable: Bool { minWriter <= Self.known }

    /// The same lake once this Lakehouse has committed to it.
    var raised: FormatFileV1 {
        FormatFileV1(
            format: max(format, Self.known),
            minReader: max(minReader, Self.known),
            minWriter: max(minWriter, Self.known),
            minReaderRelease: minReader > Self.known ? minReaderRelease : Self.release,
            minWriterRelease: minWriter > Self.known ? minWriterRelease : Self.release,
            lakeID: lakeID
        )
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return Array(try encoder.encode(self))
    }

    /// - Throws: ``CatalogError/lakeTooNew(needsReader:has:release:)`` or ``CatalogError/corruptFormatFile(reason:)``.
    static func decode(_ bytes: [UInt8]) throws(CatalogError) -> FormatFileV1 {
        // First what decides who may read the rest.
        guard let reader = try? JSONDecoder().decode(Reader.self, from: Data(bytes)) else {
            throw .corruptFormatFile(reason: "it is not JSON with a field min_reader")
        }
        guard reader.minReader <= known else {
            throw .lakeTooNew(needsReader: reader.minReader, has: known, release: reader.release)
        }
        guard let file = try? JSONDecoder().decode(FormatFileV1.self, from: Data(bytes)) else {
            throw .corruptFormatFile(reason: "a field is missing or not as it should be")
        }
        return file
    }

    /// The fields that every format keeps.
    private struct Reader: Decodable {
        var minReader: Int
        var release: String?

        enum CodingKeys: String, CodingKey {
            case minReader = "min_reader"
            case release = "min_reader_release"
        }
    }
}
