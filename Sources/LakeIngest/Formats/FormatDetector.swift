import Foundation

/// Says what a file of text is, by what is in it; its name decides only where that leaves a choice.
struct FormatDetector {
    /// The format and, for a CSV, its delimiter.
    struct Finding: Hashable, Sendable {
        var format: FileFormat
        var delimiter: UInt8 = CSVDialect.noDelimiter
    }

    /// The first bytes, without a byte order mark.
    let sample: [UInt8]
    /// Whether they are the whole file.
    let isWhole: Bool
    let options: IngestOptions

    /// How much of a file is looked at.
    static let sampleBytes = 1 << 20

    func find() throws(IngestError) -> Finding {
        let format = if let told = options.format { told } else { try format() }
        guard format == .csv else { return Finding(format: format) }
        guard let delimiter = options.delimiter else {
            return Finding(format: .csv, delimiter: CSVDialect.detect(sample, isWhole: isWhole).delimiter)
        }
        guard let byte = delimiter.asciiValue, byte != 0x22, byte != 0x0A, byte != 0x0D, byte != 0 else {
            throw .invalidOption("The delimiter must be one ASCII character other than a quote and a line end.")
        }
        return Finding(format: .csv, delimiter: byte)
    }

    private func format() throws(IngestError) -> FileFormat {
        if options.delimiter != nil { return .csv }
        let ending = options.fileName.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if ["md", "markdown"].contains(ending) { return .markdown }
        let isCalledJSON = ["json", "ndjson", "jsonl", "geojson"].contains(ending)
        if let json = JSONProbe.format(sample, isWhole: isWhole, isTrusted: isCalledJSON) { return json }
        if ["csv", "tsv", "psv", "tab"].contains(ending) { return .csv }
        if let markup, !Self.plainEndings.contains(ending) {
            throw .unsupported(
                file: options.fileName,
                seems: markup,
                advice: "convert it to CSV, JSON, Markdown or plain text"
            )
        }
        let dialect = CSVDialect.detect(sample, isWhole: isWhole)
        // Two lines with a comma each are as likely prose.
        if dialect.isRegular, dialect.records >= (dialect.delimiter == 0x2C ? 3 : 2) { return .csv }
        if isCalledJSON { return .json }
        return looksLikeMarkdown && !Self.plainEndings.contains(ending) ? .markdown : .text
    }

    /// Endings of names that promise plain text.
    private static let plainEndings: Set<String> = ["txt", "text", "log"]

    /// The language of the tags that the text starts with.
    private var markup: String? {
        let start = String(decoding: sample.prefix(256), as: UTF8.self).lowercased().drop(while: \.isWhitespace)
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "HTML" }
        return start.hasPrefix("<?xml") ? "XML" : nil
    }

    /// Whether a line is a heading or opens a block of code.
    private var looksLikeMarkdown: Bool {
        sample.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).contains { line in
            let marks = line.prefix { $0 == 0x23 }.count
            return (1...6).contains(marks) && line.dropFirst(marks).first == 0x20
                || line.starts(with: [0x60, 0x60, 0x60])
        }
    }
}
