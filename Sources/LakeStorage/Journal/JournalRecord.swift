internal import Foundation

/// An entry as it stands in a journal.
public struct JournalRecord<Entry: Codable & Sendable>: Sendable {
    public var place: JournalPlace
    public var writer: String
    /// Counts the writer's entries from 1.
    public var seq: Int
    /// RFC 3339.
    public var at: String
    public var entry: Entry

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - line: As it was written, without its end.
    ///   - place: Where it stands.
    /// - Throws: `SealedJSON.Broken` when it is damaged.
    public init(line: [UInt8], at place: JournalPlace) throws {
        let fields = try SealedJSON.open(line, as: Fields.self)
        self.place = place
        writer = fields.writer
        seq = fields.seq
        at = fields.at
        entry = fields.entry
    }

    private struct Fields: Decodable {
        var at: String
        var entry: Entry
        var seq: Int
        var writer: String
    }
}

/// The entries of one segment, newest first.
public struct JournalBatch<Entry: Codable & Sendable>: Sendable {
    public var segment: JournalSegmentName
    public var records: [JournalRecord<Entry>]
    /// Lines that are not what was written; the verification names them.
    public var damagedLines: Int
}

extension Journal {
    /// The entries of the segments of a snapshot, newest first, a segment at a time.
    ///
    /// - Parameters:
    ///   - snapshot: From ``files``.
    ///   - place: Only what stands before it; nil for all.
    /// - Returns: A sequence that throws ``StorageError/noSuchObject(_:)`` when a segment was compacted and removed since the snapshot.
    public func newestFirst(in snapshot: JournalFiles.Snapshot, before place: JournalPlace? = nil) -> JournalBatches<
        Entry
    > {
        let segments = snapshot.segments.filter { segment in place.map { segment <= $0.segment } ?? true }
        return JournalBatches(files: files, segments: segments, before: place)
    }
}

/// Segments read one after the other, from the newest to the oldest.
public struct JournalBatches<Entry: Codable & Sendable>: AsyncSequence {
    public typealias Element = JournalBatch<Entry>

    let files: JournalFiles
    let segments: [JournalSegmentName]
    let before: JournalPlace?

    public func makeAsyncIterator() -> Iterator { Iterator(files: files, rest: segments, before: before) }

    /// Reads the next segment when it is asked for.
    public struct Iterator: AsyncIteratorProtocol {
        let files: JournalFiles
        var rest: [JournalSegmentName]
        let before: JournalPlace?

        public mutating func next() async throws -> JournalBatch<Entry>? {
            guard let segment = rest.popLast() else { return nil }
            return batch(segment, try await files.bytes(of: segment))
        }

        private func batch(_ segment: JournalSegmentName, _ bytes: [UInt8]) -> JournalBatch<Entry> {
            var batch = JournalBatch<Entry>(segment: segment, records: [], damagedLines: 0)
            for line in JournalLineV1.split(bytes).dropFirst().reversed() {
                let place = JournalPlace(segment: segment, line: line.number)
                if let before, place >= before { continue }
                if let record = try? JournalRecord<Entry>(line: line.bytes, at: place) {
                    batch.records.append(record)
                } else {
                    batch.damagedLines += 1
                }
            }
            return batch
        }
    }
}
