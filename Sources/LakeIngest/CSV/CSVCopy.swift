/// Writes the records that are kept so that every reader of CSV takes them the same way.
///
/// No header, LF ends, no loose quotes; the delimiter stays. Only files that need it are copied.
enum CSVCopy {
    /// Copies the records of the file at `path` to `copy`.
    static func write(
        _ path: String,
        to copy: String,
        fileName: String,
        delimiter: UInt8,
        skipsFirst: Bool,
        pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        var reader = try CSVReader(try InputFile(path: path, name: fileName), name: fileName, delimiter: delimiter)
        let writer = try ScratchWriter(path: copy, for: fileName)
        var sink = CSVCopySink(writer: writer, delimiter: delimiter, skipsFirst: skipsFirst)
        try reader.read(into: &sink, pause: pause)
        try writer.flush()
    }
}

/// Writes each record it gets.
private struct CSVCopySink: CSVSink {
    let writer: ScratchWriter
    let delimiter: UInt8
    let skipsFirst: Bool

    mutating func first(_ record: CSVRecord) throws(IngestError) {
        if !skipsFirst { try next(record) }
    }

    mutating func next(_ record: CSVRecord) throws(IngestError) {
        try writer.write { output in
            for (index, field) in record.fields.enumerated() {
                if index > 0 { output.append(delimiter) }
                let bytes = UnsafeBufferPointer(start: record.text + field.start, count: field.length)
                if field.isQuoted {
                    output.append(0x22)
                    output.append(contentsOf: bytes)
                    output.append(0x22)
                } else if bytes.contains(0x22) {
                    CSVText.appendQuoted(bytes, to: &output)
                } else {
                    output.append(contentsOf: bytes)
                }
            }
            output.append(0x0A)
        }
    }
}

/// CSV as this room writes it for the SQL engine.
enum CSVText {
    /// Appends a field in quotes, those in it doubled.
    static func appendQuoted(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        output.append(0x22)
        for byte in bytes {
            if byte == 0x22 { output.append(0x22) }
            output.append(byte)
        }
        output.append(0x22)
    }
}
