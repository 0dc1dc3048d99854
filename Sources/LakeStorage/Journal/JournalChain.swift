internal import LakeCore

/// Where a writer stands: what its next segment follows; no I/O.
struct JournalChain: Sendable {
    let journal: String
    let writer: String
    private(set) var segments = 0
    private(set) var entries = 0
    private var previousSegment: String?
    private var previous: String
    /// Of the newest name given.
    private var milliseconds: Int64

    /// A new writer.
    ///
    /// - Parameters:
    ///   - journal: The journal's name.
    ///   - newest: The newest segment there is and the digest of its last line.
    init(journal: String, after newest: (segment: JournalSegmentName, digest: String)?) {
        self.journal = journal
        writer = UUIDv7.string()
        previousSegment = newest?.segment.rawValue
        previous = newest?.digest ?? JournalHeaderV1.noDigest
        milliseconds = 0
    }

    /// An entry that waits: its JSON and when it was given.
    struct Pending: Sendable {
        var json: [UInt8]
        var at: String
    }

    /// The writer's next segment, sealed.
    func segment(of entries: [Pending], now: Int64) throws -> JournalSealedSegment {
        // Its own names never go back, whatever the clock does: their order is that of the chain.
        let time = max(now, milliseconds + 1)
        let header = JournalHeaderV1(
            journal: journal,
            writer: writer,
            segment: segments + 1,
            firstSeq: self.entries + 1,
            entries: entries.count,
            previousSegment: previousSegment,
            previous: previous
        )
        var line = try SealedJSON.seal(header)
        var bytes = line + [UInt8(ascii: "\n")]
        for (offset, entry) in entries.enumerated() {
            line = JournalEnvelopeV1.line(
                entry: entry.json,
                at: entry.at,
                previous: SealedJSON.digest(of: line) ?? "",
                seq: self.entries + 1 + offset,
                writer: writer
            )
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        return JournalSealedSegment(
            name: "\(WallClock.rfc3339(milliseconds: time).prefix(10))/\(UUIDv7.string(milliseconds: time))",
            milliseconds: time,
            firstSeq: self.entries + 1,
            entries: entries.count,
            digest: SealedJSON.digest(of: line) ?? "",
            bytes: bytes
        )
    }

    /// Goes on after a segment that is written, or will be.
    mutating func advance(past segment: JournalSealedSegment) {
        segments += 1
        entries += segment.entries
        previousSegment = segment.name
        previous = segment.digest
        milliseconds = segment.milliseconds
    }
}

/// A segment ready to be written.
struct JournalSealedSegment: Sendable {
    /// Its `JournalSegmentName`.
    var name: String
    /// Of the name.
    var milliseconds: Int64
    var firstSeq: Int
    var entries: Int
    /// Of the last line.
    var digest: String
    var bytes: [UInt8]
}
