internal import Foundation

/// The first line of a segment.
struct JournalHeaderV1: Codable, Equatable, Sendable {
    /// What the line before has for `previous` at the start of a journal.
    static let noDigest = String(repeating: "0", count: 64)

    var format = 1
    var journal: String
    var writer: String
    /// Counts the writer's segments, from 1.
    var segment: Int
    /// Of the first entry; the writer's first has 1.
    var firstSeq: Int
    /// The lines that follow.
    var entries: Int
    /// The writer's segment before this one; for a writer's first, the newest that it found.
    var previousSegment: String?
    /// The digest of the last line of that segment.
    var previous: String

    enum CodingKeys: String, CodingKey {
        case format, journal, writer, segment, entries, previous
        case firstSeq = "first_seq"
        case previousSegment = "previous_segment"
    }
}

/// The fields around an entry: `{"at":…,"entry":{…},"previous":…,"seq":…,"writer":…,"sha256":…}`.
struct JournalEnvelopeV1: Decodable, Equatable, Sendable {
    var at: String
    /// The digest of the line before.
    var previous: String
    var seq: Int
    var writer: String

    /// A sealed line, without its end; the entry is a JSON object.
    static func line(entry: [UInt8], at: String, previous: String, seq: Int, writer: String) -> [UInt8] {
        let start = #"{"at":"\#(at)","entry":"#
        let end = #","previous":"\#(previous)","seq":\#(seq),"writer":"\#(writer)"}"#
        return SealedJSON.seal(object: Array(start.utf8) + entry + Array(end.utf8))
    }
}

/// A line of a segment as it was found, without its end.
struct JournalLineV1: Sendable {
    /// From 1.
    var number: Int
    var bytes: [UInt8]

    /// The lines of a segment's bytes.
    ///
    /// What stands after the last line end is a line as well: one that was cut.
    static func split(_ bytes: [UInt8]) -> [JournalLineV1] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.enumerated().map { JournalLineV1(number: $0 + 1, bytes: Array($1)) }
    }

    /// The line as a header.
    func header() throws -> JournalHeaderV1 { try SealedJSON.open(bytes, as: JournalHeaderV1.self) }

    /// The line as an entry, without what the entry says.
    func envelope() throws -> JournalEnvelopeV1 { try SealedJSON.open(bytes, as: JournalEnvelopeV1.self) }
}
