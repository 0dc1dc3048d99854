import LakeTesting
import Testing

@testable import LakeStorage

@Suite struct JournalVerificationTests {
    private typealias Segments = [(name: JournalSegmentName, bytes: [UInt8])]

    /// Two writers by turns, two segments each, three entries a segment.
    private func segments() async throws -> Segments {
        let lab = JournalLab()
        let writers = [lab.journal(), lab.journal()]
        for round in 0..<4 {
            try await writers[round % 2].append((0..<3).map { Note(text: "é", number: $0) })
        }
        var segments: Segments = []
        for name in try await lab.files.snapshot().segments {
            segments.append((name, try await lab.files.bytes(of: name)))
        }
        return segments
    }

    private func report(_ segments: Segments) -> JournalReport {
        var verification = JournalVerification(journal: "notes")
        for (name, bytes) in segments { verification.check(name, bytes) }
        return verification.finish()
    }

    @Test func whatWasWrittenIsSound() async throws {
        let segments = try await segments()
        let report = report(segments)
        #expect(report.problems == [] && report.segments == 4 && report.entries == 12)
        #expect(report.heads.map(\.seq) == [6, 6])
        #expect(self.report(segments.reversed()).problems == [])
    }

    @Test func everyAlteredByteIsNamedBySegmentAndLine() async throws {
        let segments = try await segments()
        for (place, segment) in segments.enumerated() {
            var line = 1
            for offset in segment.bytes.indices {
                var altered = segments
                altered[place].bytes[offset] ^= UInt8(1 << (offset % 8))
                let problems = report(altered).problems
                if !problems.contains(where: { $0.segment == segment.name.rawValue && $0.line == line }) {
                    Issue.record("byte \(offset) of segment \(place), line \(line): \(problems)")
                    return
                }
                if segment.bytes[offset] == UInt8(ascii: "\n") { line += 1 }
            }
        }
    }

    @Test func everyLineTakenAwayIsMissed() async throws {
        let segments = try await segments()
        for place in segments.indices {
            for line in 0..<4 {
                var altered = segments
                var lines = JournalLineV1.split(segments[place].bytes).map { $0.bytes + [UInt8(ascii: "\n")] }
                lines.remove(at: line)
                altered[place].bytes = Array(lines.joined())
                #expect(report(altered).problems.contains { $0.segment == segments[place].name.rawValue })
            }
        }
    }

    @Test func everySegmentTakenAwayBeforeAnotherIsMissed() async throws {
        let segments = try await segments()
        for place in segments.indices {
            var altered = segments
            altered.remove(at: place)
            // The newest of a writer leaves no trace but for the head that somebody kept.
            #expect(report(altered).problems.isEmpty == (place == 3 || place == 2))
            #expect((report(altered).heads == report(segments).heads) == (place < 2))
        }
    }

    @Test func aSegmentWrittenAnewDoesNotFit() async throws {
        var segments = try await segments()
        // Whoever rewrites a segment with digests that are right in themselves is caught by the one that follows.
        let header = try JournalLineV1.split(segments[0].bytes)[0].header()
        var forged = JournalChain(journal: "notes", after: nil)
        let entry = JournalChain.Pending(
            json: Array(#"{"number":0,"text":"forged"}"#.utf8),
            at: "2026-03-01T12:00:00.000Z"
        )
        let segment = try forged.segment(of: [entry, entry, entry], now: 1)
        forged.advance(past: segment)
        let text = String(decoding: segment.bytes, as: UTF8.self).replacing(forged.writer, with: header.writer)
        var lines: [UInt8] = []
        var previous: String?
        for line in JournalLineV1.split(Array(text.utf8)) {
            var body = String(decoding: line.bytes.dropLast(77), as: UTF8.self) + "}"
            if let previous, let old = body.firstRange(of: #""previous":""#) {
                let start = old.upperBound
                body.replaceSubrange(start..<body.index(start, offsetBy: 64), with: previous)
            }
            let sealed = SealedJSON.seal(object: Array(body.utf8))
            previous = SealedJSON.digest(of: sealed)
            lines += sealed + [UInt8(ascii: "\n")]
        }
        segments[0].bytes = lines
        let problems = report(segments).problems
        #expect(problems.allSatisfy { $0.segment != segments[0].name.rawValue })
        #expect(problems.contains { $0.segment == segments[1].name.rawValue && $0.line == 1 })
        #expect(problems.contains { $0.segment == segments[2].name.rawValue && $0.line == 1 })
    }

    @Test func emptyAndForeignObjectsAreNamed() async throws {
        var segments = try await segments()
        segments[3].bytes = []
        #expect(report(segments).problems.map(\.detail).contains("The segment is empty."))
        segments[3].bytes = Array("\n\n".utf8)
        #expect(report(segments).problems.contains { $0.line == 1 })
        var other = JournalVerification(journal: "others")
        other.check(segments[0].name, segments[0].bytes)
        #expect(other.finish().problems.map(\.detail) == ["The segment is of the journal notes."])
    }
}
