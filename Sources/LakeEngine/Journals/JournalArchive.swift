import Foundation
import LakeCore
import LakeSQL
import LakeStorage

/// Reads and writes compacted files of journals.
struct JournalArchive: Sendable {
    private let store: any ObjectStore
    private let workspace: LocalObjectStore
    private let isElsewhere: Bool
    private let database: TrustedDatabase

    /// Files of `store`, which lie in the folder of `workspace` unless they are elsewhere.
    init(store: any ObjectStore, workspace: LocalObjectStore, isElsewhere: Bool, database: TrustedDatabase) {
        self.store = store
        self.workspace = workspace
        self.isElsewhere = isElsewhere
        self.database = database
    }

    /// Whether its database is of no more use.
    var isBroken: Bool { database.isBroken }

    /// Where an object of a journal is a file of this machine.
    ///
    /// Of a lake that is elsewhere a copy is made and kept: it never changes.
    func path(of key: ObjectKey) async throws -> String {
        if isElsewhere, try await workspace.head(key) == nil {
            do {
                _ = try await workspace.put(key, try await store.get(key), condition: .ifAbsent)
            } catch StorageError.conditionFailed {
                // Another query was faster.
            }
        }
        return workspace.path(of: key)
    }

    /// A line of a segment.
    struct Line: Sendable {
        var place: JournalPlace
        /// Without its end.
        var text: String
    }

    /// The newest lines of entries, newest first.
    ///
    /// - Parameters:
    ///   - files: Where to look.
    ///   - place: Only what stands before it; nil for all.
    ///   - entity: Only entries about it; nil for all.
    ///   - limit: How many.
    /// - Returns: Fewer than `limit` when there are no more.
    /// - Throws: What the database throws.
    func lines(
        of files: [JournalManifestV1.CompactedFile],
        before place: JournalPlace?,
        entity: String?,
        limit: Int
    ) async throws -> [Line] {
        guard !files.isEmpty else { return [] }
        var conditions = ["line > 1"]
        var parameters: [SQLValue] = []
        if let place {
            conditions.append("(segment < ? OR segment = ? AND line < ?)")
            parameters += [.text(place.segment.rawValue), .text(place.segment.rawValue), .integer(Int64(place.line))]
        }
        if let entity {
            conditions.append("json_extract_string(text, '$.entry.entity') = ?")
            parameters.append(.text(entity))
        }
        let source = try await source(files.map(\.key))
        let statement = """
            SELECT segment, line, text FROM (\(source))
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY segment DESC, line DESC LIMIT \(limit)
            """
        return try await database.withSession { session in
            try await session.rows(statement, parameters: parameters.isEmpty ? .none : .positional(parameters))
                .map(Self.line)
        }
    }

    /// Gives every segment of a compacted file with its bytes.
    func forEachSegment(of key: ObjectKey, _ body: (JournalSegmentName, [UInt8]) throws -> Void) async throws {
        try await forEachSegment(try await source([key]), body)
    }

    /// The names of the segments in a compacted file.
    func segmentNames(in key: ObjectKey) async throws -> Set<String> {
        let statement = "SELECT DISTINCT segment FROM (\(try await source([key])))"
        return try await database.withSession { session in
            Set(try await session.rows(statement).compactMap { if case .text(let name) = $0[0] { name } else { nil } })
        }
    }

    private func forEachSegment(
        _ statement: String,
        _ body: (JournalSegmentName, [UInt8]) throws -> Void
    ) async throws {
        try await database.withSession { session in
            // The file is written in this order, so that nothing is sorted.
            let query = try await session.batches(statement)
            var name: JournalSegmentName?
            var bytes: [UInt8] = []
            while let batch = try await query.next() {
                for row in 0..<batch.rowCount {
                    let line = try Self.line(batch.row(row))
                    if line.place.segment != name {
                        if let name { try body(name, bytes) }
                        name = line.place.segment
                        bytes = []
                    }
                    bytes += line.text.utf8
                    bytes.append(UInt8(ascii: "\n"))
                }
            }
            if let name { try body(name, bytes) }
        }
    }

    // MARK: Writing

    /// Makes one compacted file of segments and of smaller files, durable and checked, and not yet counting.
    ///
    /// - Parameters:
    ///   - segments: With their bytes, which must be sound.
    ///   - plan: Says what else goes in.
    ///   - files: The journal's.
    /// - Returns: The file.
    /// - Throws: What the store or the database throws; `EngineError.corruptCompactedFile` when what is read back is not what was written.
    func write(
        _ segments: [(name: JournalSegmentName, bytes: [UInt8])],
        merging plan: JournalCompaction.Plan,
        of files: JournalFiles
    ) async throws -> JournalManifestV1.CompactedFile {
        let lines = try await workspace.stagedFile(suffix: ".jsonl")
        let output = workspace.stagingFile(suffix: ".parquet")
        do {
            for (name, bytes) in segments { try await lines.write(try JournalLines.encode(name, bytes)) }
            let staged = await lines.finish()
            try await copy(staged.path, plan.merging.map(\.key), to: output)
            let count = segments.count + plan.merging.reduce(0) { $0 + $1.segments }
            let file = try await describe(output, files, expecting: count)
            _ = try await store.put(file.key, file: output, condition: .ifAbsent)
            await lines.discard()
            return file
        } catch {
            await lines.discard()
            await workspace.removeStaged(path: output)
            throw error
        }
    }

    private func copy(_ lines: String, _ merging: [ObjectKey], to output: String) async throws {
        let columns = "columns = {segment: 'VARCHAR', line: 'BIGINT', text: 'VARCHAR'}"
        var sources = [
            "SELECT * FROM read_json(\(SQLText.quoteLiteral(lines)), format = 'newline_delimited', \(columns))"
        ]
        if !merging.isEmpty { sources.append(try await source(merging)) }
        let statement = """
            COPY (SELECT * FROM (\(sources.joined(separator: " UNION ALL "))) ORDER BY segment, line)
            TO \(SQLText.quoteLiteral(output)) (FORMAT parquet, COMPRESSION zstd)
            """
        try await database.withSession { try await $0.execute(statement) }
    }

    /// Reads the file back: what takes the place of other objects must hold what they held.
    private func describe(
        _ path: String,
        _ files: JournalFiles,
        expecting segments: Int
    ) async throws -> JournalManifestV1.CompactedFile {
        var verification = JournalVerification(journal: files.journal)
        var (first, last, lines, digest) = ("", "", 0, "")
        try await forEachSegment(SQLText.relationSQL(relation([path]))) { name, bytes in
            verification.check(name, bytes)
            first = first.isEmpty ? name.rawValue : first
            last = name.rawValue
            lines += bytes.count { $0 == UInt8(ascii: "\n") }
            digest = SealedJSON.digest(of: bytes.dropLast()) ?? ""
        }
        let report = verification.soFar
        guard report.problemCount == 0, report.segments == segments else {
            throw EngineError.corruptCompactedFile
        }
        let whole = try await FileDigest.sha256(ofFile: path)
        return JournalManifestV1.CompactedFile(
            key: try files.compactedKey(UUIDv7.string()),
            bytes: whole.size,
            sha256: whole.sha256,
            segments: segments,
            lines: lines,
            firstSegment: first,
            lastSegment: last,
            lastDigest: digest
        )
    }

    private func source(_ keys: [ObjectKey]) async throws -> String {
        var paths: [String] = []
        for key in keys { paths.append(try await path(of: key)) }
        return SQLText.relationSQL(relation(paths))
    }

    private func relation(_ paths: [String]) -> Relation {
        let columns = [("segment", "VARCHAR"), ("line", "BIGINT"), ("text", "VARCHAR")]
        let schema = Schema(columns: columns.enumerated().map { Column(name: $1.0, type: $1.1, fieldID: $0 + 1) })
        return Relation(files: paths, schema: schema)
    }

    private static func line(_ row: [SQLValue]) throws -> Line {
        guard row.count == 3, case .text(let name) = row[0], let segment = JournalSegmentName(name),
            case .integer(let number) = row[1], case .text(let text) = row[2]
        else { throw EngineError.corruptCompactedFile }
        return Line(place: JournalPlace(segment: segment, line: Int(number)), text: text)
    }
}

/// The lines of a segment as rows of JSON, for the database to read.
enum JournalLines {
    private struct Row: Encodable {
        var segment: String
        var line: Int
        var text: String
    }

    static func encode(_ name: JournalSegmentName, _ bytes: [UInt8]) throws -> [UInt8] {
        var rows: [UInt8] = []
        for (number, line) in bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            rows += try JSONBytes.encode(
                Row(segment: name.rawValue, line: number + 1, text: String(decoding: line, as: UTF8.self))
            )
            rows.append(UInt8(ascii: "\n"))
        }
        return rows
    }
}
