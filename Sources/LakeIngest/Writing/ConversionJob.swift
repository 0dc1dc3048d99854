import LakeCore
import LakeSQL

/// What every conversion of one file needs.
struct ConversionJob: Sendable {
    /// Of the file to read: the caller's, or a copy of it in UTF-8.
    var path: String
    var options: IngestOptions
    /// Where a copy goes that the SQL engine reads instead; the caller removes it.
    var scratch: String
    /// Of the Parquet file.
    var output: String
    var session: TrustedSession
    var progress: (@Sendable (Double) -> Void)?

    var fileName: String { options.fileName }

    /// The share of the first pass over a file in the whole work.
    private static let firstPass = 0.25

    /// Runs a pass over the file on a thread of its own; `body` calls what it is given between two pieces.
    func pass<Value: Sendable>(
        isFirst: Bool = true,
        _ body: @escaping @Sendable (_ pause: (Double) throws(IngestError) -> Void) throws(IngestError) -> Value
    ) async throws(IngestError) -> Value {
        try await BlockingWork.run { [progress] flag throws(IngestError) in
            try body { (done: Double) throws(IngestError) in
                try flag.check()
                if isFirst { progress?(done * Self.firstPass) }
            }
        }
    }

    /// Writes the table, fitted to the expected schema if there is one.
    func write(_ source: TableSource) async throws(IngestError) -> ParquetWriter.Result {
        var fitted = SchemaFit.Fitted(
            source: source,
            schema: options.expectedSchema,
            fileColumns: source.columns.map(\.name)
        )
        if let schema = options.expectedSchema {
            let fit = SchemaFit(
                source: source,
                fileName: fileName,
                session: session,
                nextFieldID: options.nextFieldID
            )
            fitted = try await fit.fitted(to: schema)
        }
        let writer = ParquetWriter(session: session, fileName: fileName)
        var written = try await writer.write(fitted.source, schema: fitted.schema, to: output) { [progress] done in
            progress?(Self.firstPass + done * (1 - Self.firstPass))
        }
        written.fileColumns = fitted.fileColumns
        return written
    }
}
