import LakeCore
import LakeSQL

/// Turns a text into a table of its passages.
struct TextConversion {
    let job: ConversionJob
    let format: FileFormat

    /// What the passages come to.
    private struct Profile: Sendable {
        var rows = 0
        var bytes = 0
        var bareRows = 0
        var longest = 0
    }

    func run() async throws(IngestError) -> ConvertedTable {
        let profile = try await job.pass { [self] pause throws(IngestError) in try split(pause) }
        // Passages are full of line ends.
        let source = CSVSource(path: job.scratch, delimiter: 0x2C, isParallel: false)
        var columns = [
            SourceColumn(name: "id", type: "BIGINT", expression: "c1"),
            SourceColumn(name: "source", type: "VARCHAR", expression: SQLText.quoteLiteral(job.fileName)),
        ]
        if format == .markdown {
            let isBare = profile.bareRows == profile.rows
            columns.append(SourceColumn(name: "heading", type: "VARCHAR", expression: "c2", isAllNull: isBare))
        }
        columns.append(SourceColumn(name: "text", type: "VARCHAR", expression: "c3"))
        let written = try await job.write(
            TableSource(
                relation: source.relation(
                    types: ["BIGINT", "VARCHAR", "VARCHAR"],
                    longestRecord: profile.longest
                ),
                columns: columns,
                rows: profile.rows,
                nulls: format == .markdown ? [0, 0, profile.bareRows, 0] : [0, 0, 0],
                bytes: profile.bytes
            )
        )
        return ConvertedTable(
            format: format,
            schema: written.schema,
            rows: written.rows,
            bytes: written.bytes,
            fileColumns: written.fileColumns
        )
    }

    /// Writes the passages as records that the SQL engine reads.
    private func split(_ pause: (Double) throws(IngestError) -> Void) throws(IngestError) -> Profile {
        format == .markdown && job.options.split == .paragraph
            ? try split(MarkdownSplitter(), pause) : try split(TextSplitter(job.options.split), pause)
    }

    private func split(
        _ cutter: some PassageCutter,
        _ pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) -> Profile {
        let file = try InputFile(path: job.path, name: job.fileName)
        let lines = try TextLines(file, name: job.fileName, format: format)
        let writer = try ScratchWriter(path: job.scratch, for: job.fileName)
        var profile = Profile()
        var cutter = cutter
        try lines.read(pause: pause) { line throws(IngestError) in
            for passage in cutter.add(line) { try write(passage, writer, &profile) }
            guard cutter.pendingBytes <= RecordLimit.bytes else { throw tooLong }
        }
        for passage in cutter.finish() { try write(passage, writer, &profile) }
        try writer.flush()
        return profile
    }

    private var tooLong: IngestError {
        let limit = "\(RecordLimit.bytes >> 20) MiB for one row"
        return job.options.split == .document
            ? .tooLarge(
                file: job.fileName,
                what: "more text than fits into one row",
                limit: limit + ", or split it by paragraph"
            )
            : .tooLarge(file: job.fileName, what: "a longer paragraph", limit: limit)
    }

    private func write(_ passage: Passage, _ writer: ScratchWriter, _ profile: inout Profile) throws(IngestError) {
        profile.rows += 1
        var length = 0
        try writer.write { [rows = profile.rows] output in
            let start = output.count
            output.append(contentsOf: "\(rows),".utf8)
            if !passage.heading.isEmpty { CSVText.appendQuoted(passage.heading.utf8, to: &output) }
            output.append(0x2C)
            CSVText.appendQuoted(passage.text, to: &output)
            output.append(0x0A)
            length = output.count - start
        }
        if passage.heading.isEmpty { profile.bareRows += 1 }
        profile.longest = max(profile.longest, length)
        profile.bytes += length
    }
}
