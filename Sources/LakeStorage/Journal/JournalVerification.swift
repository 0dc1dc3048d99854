/// Checks a journal's chains: that every line is what was written and that none is missing between two others.
///
/// Takes the segments in any order, from wherever they are kept; holds a few words for each. What cannot be seen from the journal
/// alone is that its newest segments were taken away with nothing written since: for that, keep the report's heads elsewhere.
public struct JournalVerification: Sendable {
    private let journal: String
    private var report = JournalReport()
    private var segments: [String: Segment] = [:]

    /// What later segments are compared with.
    private struct Segment {
        var writer: String
        var number: Int
        var firstSeq: Int
        var entries: Int
        var previousSegment: String?
        var previous: String
        /// Of the last line, as it says itself.
        var digest: String
    }

    public init(journal: String) { self.journal = journal }

    /// Checks one segment.
    public mutating func check(_ name: JournalSegmentName, _ bytes: [UInt8]) {
        report.segments += 1
        let lines = JournalLineV1.split(bytes)
        guard segments[name.rawValue] == nil else { return report.add(name, nil, "The segment is there twice.") }
        if bytes.last != UInt8(ascii: "\n") {
            report.add(name, lines.isEmpty ? nil : lines.count, "The last line is cut off.")
        }
        var header: JournalHeaderV1?
        do {
            header = try lines.first?.header()
        } catch {
            report.add(name, 1, "The header is damaged: \(Self.reason(error)).")
        }
        if let header, header.journal != journal {
            report.add(name, 1, "The segment is of the journal \(header.journal).")
        }
        checkEntries(name, lines, header)
        guard let header, let last = lines.last, let digest = SealedJSON.digest(of: last.bytes) else {
            if lines.isEmpty { report.add(name, nil, "The segment is empty.") }
            report.damaged.insert(name.rawValue)
            return
        }
        segments[name.rawValue] = Segment(
            writer: header.writer,
            number: header.segment,
            firstSeq: header.firstSeq,
            entries: header.entries,
            previousSegment: header.previousSegment,
            previous: header.previous,
            digest: digest
        )
    }

    private mutating func checkEntries(_ name: JournalSegmentName, _ lines: [JournalLineV1], _ header: JournalHeaderV1?)
    {
        for (before, line) in zip(lines, lines.dropFirst()) {
            report.entries += 1
            do {
                let envelope = try line.envelope()
                if envelope.previous != SealedJSON.digest(of: before.bytes) {
                    report.add(name, line.number, "The line does not follow the one before it.")
                }
                if let header, envelope.writer != header.writer || envelope.seq != header.firstSeq + line.number - 2 {
                    report.add(name, line.number, "The line is entry \(envelope.seq) of writer \(envelope.writer).")
                }
            } catch {
                report.add(name, line.number, "The line is damaged: \(Self.reason(error)).")
            }
        }
        if let header, header.entries != lines.count - 1 {
            report.add(name, lines.count, "The segment has \(lines.count - 1) entries, not \(header.entries).")
        }
    }

    /// What was found in the segments themselves, before they are compared with each other.
    public var soFar: JournalReport { report }

    /// Takes note of a compacted file that is not as it should be.
    public mutating func note(_ file: JournalManifestV1.CompactedFile, _ detail: String) {
        report.add(file.key.rawValue, nil, detail)
    }

    /// Compares the segments with each other.
    public consuming func finish() -> JournalReport {
        for (name, segment) in segments.sorted(by: { $0.key < $1.key }) {
            guard let previous = segment.previousSegment else { continue }
            if let found = segments[previous] {
                if found.digest != segment.previous {
                    report.add(name, 1, "The segment does not follow \(previous) as that is now.")
                }
            } else if !report.damaged.contains(previous) {
                report.add(name, 1, "The segment before it, \(previous), is missing.")
            }
        }
        for (writer, found) in Dictionary(grouping: segments, by: { $0.value.writer }).sorted(by: { $0.key < $1.key }) {
            checkWriter(writer, found.sorted { $0.value.number < $1.value.number }.map { ($0.key, $0.value) })
        }
        return report
    }

    private mutating func checkWriter(_ writer: String, _ found: [(name: String, segment: Segment)]) {
        var (number, seq) = (1, 1)
        for (name, segment) in found {
            if segment.number > number {
                report.add(name, 1, "Segments \(number) to \(segment.number - 1) of writer \(writer) are missing.")
            } else if segment.number < number {
                report.add(name, 1, "Segment \(segment.number) of writer \(writer) is there twice.")
            } else if segment.firstSeq != seq {
                report.add(name, 1, "Entries \(seq) to \(segment.firstSeq - 1) of writer \(writer) are missing.")
            }
            (number, seq) = (segment.number + 1, segment.firstSeq + segment.entries)
        }
        if let last = found.last {
            report.heads.append(
                JournalReport.Head(writer: writer, segment: last.name, seq: seq - 1, digest: last.segment.digest)
            )
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? SealedJSON.Broken)?.reason ?? "it cannot be read"
    }
}

/// What a ``JournalVerification`` found.
public struct JournalReport: Hashable, Sendable {
    public internal(set) var segments = 0
    public internal(set) var entries = 0
    /// The first hundred.
    public internal(set) var problems: [Problem] = []
    /// All of them.
    public internal(set) var problemCount = 0
    /// Where each writer's chain ends.
    public internal(set) var heads: [Head] = []
    /// Segments of which too little is left to compare others with.
    var damaged: Set<String> = []

    /// Something that is not as it was written.
    public struct Problem: Hashable, Sendable {
        public let segment: String
        /// From 1; nil for what concerns the whole segment.
        public let line: Int?
        public let detail: String
    }

    /// The end of a writer's chain.
    public struct Head: Hashable, Sendable {
        public let writer: String
        public let segment: String
        /// Of its last entry.
        public let seq: Int
        public let digest: String
    }

    mutating func add(_ segment: JournalSegmentName, _ line: Int?, _ detail: String) {
        add(segment.rawValue, line, detail)
    }

    mutating func add(_ segment: String, _ line: Int?, _ detail: String) {
        problemCount += 1
        if problems.count < 100 { problems.append(Problem(segment: segment, line: line, detail: detail)) }
    }
}
