import LakeCore
import LakeSQL

/// Takes a Parquet file over: the same columns and rows, in our compression and with our field ids.
struct ParquetConversion {
    let job: ConversionJob

    /// The most lists and maps within one another.
    private static let repetitionLimit = 12

    func run() async throws(IngestError) -> ConvertedTable {
        let bytes = try await job.pass { [job] _ throws(IngestError) in
            let file = try InputFile(path: job.path, name: job.fileName)
            let end = try file.bytes(at: max(0, file.size - 4), 4)
            if end == Array("PARE".utf8) { throw Self.encrypted(job.fileName) }
            guard file.size >= 12, end == Array("PAR1".utf8) else {
                throw Self.malformed(job.fileName, "its end is missing or damaged")
            }
            return file.size
        }
        let relation = "read_parquet(\(SQLText.quoteLiteral(job.path)))"
        let described = try await read("its description of the columns is damaged") { session throws(SQLError) in
            try await session.rows("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(relation))")
        }
        let metadata = try await read("its description of the rows is damaged") { session throws(SQLError) in
            try await session.rows("SELECT num_rows FROM parquet_file_metadata(\(SQLText.quoteLiteral(job.path)))")
        }
        guard case .integer(let rows)? = metadata.first?.first, rows >= 0 else {
            throw Self.malformed(job.fileName, "its description of the rows is damaged")
        }
        let found = described.compactMap { row -> (String, String)? in
            guard case .text(let name)? = row.first, case .text(let type)? = row.last else { return nil }
            return (name, type)
        }
        guard found.count <= CSVScanner.fieldLimit else {
            throw .tooLarge(file: job.fileName, what: "\(found.count) columns", limit: "\(CSVScanner.fieldLimit)")
        }
        // The time to read a list doubles with each list around it.
        if let deep = found.first(where: { ColumnType($0.1)?.repetitions ?? 0 > Self.repetitionLimit }) {
            throw .tooLarge(
                file: job.fileName,
                what: "more lists within lists in the column \(deep.0)",
                limit: "\(Self.repetitionLimit) levels"
            )
        }
        let names = ColumnNames.unique(found.map(\.0))
        let source = TableSource(
            relation: relation,
            columns: zip(names, found).map { name, column in Self.column(name, column.0, column.1) },
            rows: Int(rows),
            bytes: bytes
        )
        let written: ParquetWriter.Result
        do throws(IngestError) {
            written = try await job.write(source)
        } catch {
            // Binding has succeeded, so what goes wrong now lies in the file's pages.
            guard case .engine(.internal, _, _) = error else { throw error }
            throw Self.malformed(job.fileName, "some of its rows are damaged")
        }
        return ConvertedTable(
            format: .parquet,
            schema: written.schema,
            rows: written.rows,
            bytes: written.bytes,
            fileColumns: written.fileColumns
        )
    }

    /// How a column is taken over: what only this engine or a file format knows becomes text.
    private static func column(_ name: String, _ raw: String, _ spelling: String) -> SourceColumn {
        let column = SQLText.quoteIdentifier(raw)
        guard let type = ColumnType(spelling) else {
            return SourceColumn(name: name, type: "VARCHAR", expression: "CAST(\(column) AS VARCHAR)")
        }
        guard type.atRest != type else { return SourceColumn(name: name, type: spelling, expression: column) }
        let value = type == .plain("VARIANT") ? "CAST(\(column) AS JSON)" : column
        return SourceColumn(
            name: name,
            type: type.atRest.sql,
            expression: "CAST(\(value) AS \(type.atRest.sql))"
        )
    }

    /// Asks the engine about the file; its refusal is the file's fault.
    private func read<Value: Sendable>(
        _ problem: String,
        _ body: (TrustedSession) async throws(SQLError) -> Value
    ) async throws(IngestError) -> Value {
        do throws(SQLError) {
            return try await body(job.session)
        } catch {
            switch error {
            case .statement(let failure):
                throw failure.rawMessage.lowercased().contains("encrypt")
                    ? Self.encrypted(job.fileName) : Self.malformed(job.fileName, problem)
            default: throw Engine.error(error, "opening \(job.fileName)")
            }
        }
    }

    private static func malformed(_ fileName: String, _ problem: String) -> IngestError {
        .malformed(file: fileName, format: .parquet, problem: problem)
    }

    private static func encrypted(_ fileName: String) -> IngestError {
        .unsupported(file: fileName, seems: "encrypted Parquet", advice: "send it unencrypted")
    }
}
