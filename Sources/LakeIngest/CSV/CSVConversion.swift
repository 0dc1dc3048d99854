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
            notes: profile.notes
        )
    }

    private func write(_ profile: CSVProfile) async throws(IngestError) -> ParquetWriter.Result {
        if profile.isPlain {
            do throws(IngestError) {
                return try await write(profile, from: job.path, hasHeader: profile.hasHeader)
            } catch {
                // The engine's reader saw the file differently after all: it gets a copy that leaves no choice.
                guard case .engine(.internal, _) = error else { throw error }
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
        return try await write(profile, from: job.scratch, hasHeader: false)
    }

    private func write(
        _ profile: CSVProfile,
        from path: String,
        hasHeader: Bool
    ) async throws(IngestError) -> ParquetWriter.Result {
        let columns = profile.columns.map { column in
            // What is text in the table is read as the text it is.
            let isText = job.options.expectedSchema?.column(named: column.name)?.type == "VARCHAR"
            return (column, isText ? CSVColumnType.text : column.type)
        }
        let relation = CSVSource.relation(
            path: path,
            types: columns.map(\.1.readAs),
            delimiter: delimiter,
            hasHeader: hasHeader,
            longestRecord: profile.longestRecord
        )
        return try await job.write(
            TableSource(
                relation: relation,
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
enum CSVSource {
    /// What stands behind FROM; the columns are called `c1` and so on.
    static func relation(
        path: String,
        types: [String],
        delimiter: UInt8,
        hasHeader: Bool,
        longestRecord: Int
    ) -> String {
        let columns = types.enumerated().map { "'c\($0 + 1)': '\($1)'" }.joined(separator: ", ")
        let lineBytes = max(2 << 20, longestRecord + 1024)
        // A buffer holds two records of the longest kind; small ones keep the memory of all threads small.
        return "read_csv(\(SQLText.quoteLiteral(path)), auto_detect = false, columns = {\(columns)}, "
            + "delim = \(SQLText.quoteLiteral(String(UnicodeScalar(delimiter)))), quote = '\"', escape = '\"', "
            + "header = \(hasHeader), nullstr = '', strict_mode = true, null_padding = false, ignore_errors = false, "
            + "compression = 'none', max_line_size = \(lineBytes), buffer_size = \(max(8 << 20, 2 * lineBytes)))"
    }
}
