import LakeCore
import LakeSQL

/// Turns JSON into a table: one pass of our own to know all of it, one of the SQL engine to write it.
struct JSONConversion {
    let job: ConversionJob
    let format: FileFormat

    /// What the first pass has found out.
    private struct Profile: Sendable {
        var members: [JSONShape.Member]
        var rows: Int
        var longestRecord: Int
        var isArray: Bool
        /// Whether the engine's reader can take the file as it is.
        var isPlain: Bool
        var bytes: Int
    }

    func run() async throws(IngestError) -> ConvertedTable {
        let profile = try await job.pass { [self] pause throws(IngestError) in try measure(pause) }
        var path = job.path
        var isArray = profile.isArray
        if !profile.isPlain {
            try await job.pass(isFirst: false) { [self] pause throws(IngestError) in
                try copy(.structure(profile.members), pause)
            }
            path = job.scratch
            isArray = false
        }
        let written = try await job.write(source(profile, path, isArray: isArray))
        return ConvertedTable(
            format: format,
            schema: written.schema,
            rows: written.rows,
            bytes: written.bytes,
            notes: notes(profile),
            fileColumns: written.fileColumns
        )
    }

    private func measure(_ pause: (Double) throws(IngestError) -> Void) throws(IngestError) -> Profile {
        let file = try InputFile(path: job.path, name: job.fileName)
        var reader = try JSONReader(file, name: job.fileName, format: format)
        var gauge = JSONGauge()
        try reader.read(into: &gauge, pause: pause)
        let expected = job.options.expectedSchema?.columns.compactMap { column in
            ColumnType(column.type).map { ColumnType.Field(name: column.name, type: $0) }
        }
        guard case .structure(let members) = JSONShape(gauge.root, expected: expected.map { .structure($0) }) else {
            throw .malformed(
                file: job.fileName,
                format: format,
                problem: reader.rows == 0 ? "there is no object in it" : "its objects have no keys"
            )
        }
        let isPlain = !JSONShape.structure(members).needsCopy && !reader.hasByteOrderMark
        return Profile(
            members: members,
            rows: reader.rows,
            longestRecord: reader.longestRecord,
            isArray: reader.isArray,
            isPlain: isPlain && (reader.isArray || reader.isByLine),
            bytes: file.size
        )
    }

    private func copy(
        _ shape: JSONShape,
        _ pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        let file = try InputFile(path: job.path, name: job.fileName)
        var reader = try JSONReader(file, name: job.fileName, format: format)
        let writer = try ScratchWriter(path: job.scratch, for: job.fileName)
        var sink = JSONCopy(writer, shape)
        try reader.read(into: &sink, pause: pause)
        if let failure = sink.failure { throw failure }
        try writer.flush()
    }

    private func source(_ profile: Profile, _ path: String, isArray: Bool) -> TableSource {
        let columns = profile.members.map { member in
            "\(SQLText.quoteLiteral(member.name)): \(SQLText.quoteLiteral(member.shape.readAs.sql))"
        }
        // Of what the engine buffers a multiple of this; the default is far more than most objects need.
        let objectBytes = max(2 << 20, profile.longestRecord + 1024)
        let relation =
            "read_json(\(SQLText.quoteLiteral(path)), auto_detect = false, "
            + "columns = {\(columns.joined(separator: ", "))}, "
            + "format = '\(isArray ? "array" : "newline_delimited")', compression = 'uncompressed', "
            + "ignore_errors = false, maximum_object_size = \(objectBytes))"
        return TableSource(
            relation: relation,
            columns: profile.members.map { member in
                let (name, type, readAs) = (
                    SQLText.quoteIdentifier(member.name), member.shape.type, member.shape.readAs
                )
                return SourceColumn(
                    name: member.name,
                    type: type.sql,
                    expression: type == readAs ? name : "CAST(\(name) AS \(type.sql))",
                    isAllNull: member.isAllNull
                )
            },
            rows: profile.rows,
            bytes: profile.bytes
        )
    }

    private func notes(_ profile: Profile) -> [String] {
        profile.members.compactMap { member in
            guard member.shape == .json else { return nil }
            return "The column \(member.name) holds values of several types; it was kept as JSON text."
        }
    }
}
