import LakeCore
import LakeSQL

/// Turns a CSV into a table: one pass of our own to know all of it, one of the SQL engine to write it.
struct CSVConversion {
    let job: ConversionJob
    let delimiter: UInt8

    func run() async throws(IngestError) -> ConvertedTable {
        let profile = try await job.pass { [job, delimiter] pause throws(IngestError) in
            try CSVProfile.measure(job.path, options: job.options, delimiter: delimiter, pause: pause)
        }
        let written = try await write(profile)
        return ConvertedTable(
            format: .csv,
            schema: written.schema,
            rows: written.rows,
            bytes: written.bytes,
            rejectedRows: profile.rejects.count,
            rejectedSamples: profile.rejects.samples,
            notes: profile.notes,
            fileColumns: written.fileColumns
        )
    }

    private func write(_ profile: CSVProfile) async throws(IngestError) -> ParquetWriter.Result {
        if profile.isPlain {
            do throws(IngestError) {
                return try await write(
                    profile,
                    from: CSVSource(
                        path: job.path,
                        delimiter: delimiter,
                        hasHeader: profile.hasHeader,
                        hasCRLF: profile.hasCRLF
                    )
                )
            } catch {
                // Several threads that start inside of quotes notice that they did, and give up.
                guard case .engine(.internal, _, _) = error else { throw error }
            }
        }
        try await job.pass(isFirst: false) { [job, delimiter] pause throws(IngestError) in
            try CSVCopy.write(
                job.path,
                to: job.scratch,
                fileName: job.fileName,
                delimiter: delimiter,
                skipsFirst: profile.hasHeader,
                pause: pause
            )
        }
        let copy = CSVSource(path: job.scratch, delimiter: delimiter, isParallel: !profile.hasInnerLines)
        return try await write(profile, from: copy)
    }

    private func write(
        _ profile: CSVProfile,
        from source: CSVSource
    ) async throws(IngestError) -> ParquetWriter.Result {
        let columns = profile.columns.map { column in
            // What is text in the table is read as the text it is.
            let isText = job.options.expectedSchema?.column(named: column.name)?.type == "VARCHAR"
            return (column, isText ? CSVColumnType.text : column.type)
        }
        return try await job.write(
            TableSource(
                relation: source.relation(types: columns.map(\.1.readAs), longestRecord: profile.longestRecord),
                columns: columns.enumerated().map { index, column in
                    SourceColumn(
                        name: column.0.name,
                        type: column.1.sql,
                        expression: column.1.expression("c\(index + 1)"),
                        isAllNull: column.0.isAllNull
                    )
                },
                rows: profile.rows,
                nulls: profile.columns.map(\.nulls),
                bytes: profile.bytes
            )
        )
    }
}

extension CSVProfile {
    /// What a person should know of the types.
    fileprivate var notes: [String] {
        columns.filter(\.isAmbiguousDate).map {
            "The column \($0.name) holds dates that could be day/month or month/day; it was kept as text."
        }
    }
}

/// A CSV file as the SQL engine reads it, with nothing left for it to guess.
struct CSVSource {
    var path: String
    var delimiter: UInt8
    var hasHeader = false
    var hasCRLF = false
    var isParallel = true

    /// What stands behind FROM; the columns are called `c1` and so on.
    func relation(types: [String], longestRecord: Int) -> String {
        let columns = types.enumerated().map { "'c\($0 + 1)': '\($1)'" }.joined(separator: ", ")
        let lineBytes = max(2 << 20, longestRecord + 1024)
        // A buffer holds two records of the longest kind; small ones keep the memory of all threads small.
        return "read_csv(\(SQLText.quoteLiteral(path)), auto_detect = false, columns = {\(columns)}, "
            + "delim = \(SQLText.quoteLiteral(String(UnicodeScalar(delimiter)))), quote = '\"', escape = '\"', "
            + "header = \(hasHeader), nullstr = '', strict_mode = true, null_padding = false, ignore_errors = false, "
            // Without this a CR inside of quotes stops the reader; with it for CRLF the reader fails on every file.
            + (hasCRLF ? "" : "new_line = '\\n', ")
            + "parallel = \(isParallel), compression = 'none', max_line_size = \(lineBytes), "
            + "buffer_size = \(max(8 << 20, 2 * lineBytes)))"
    }
}
