/// Reads a text line by line: LF, CRLF and CR end a line, and all of it is UTF-8 without NUL.
struct TextLines {
    private let buffer: PieceBuffer
    private let fileName: String
    private let format: FileFormat

    init(_ file: InputFile, name: String, format: FileFormat) throws(IngestError) {
        buffer = try PieceBuffer(file)
        fileName = name
        self.format = format
    }

    /// Hands every line to `body`, without its end; a last line end opens no further line.
    ///
    /// Between two pieces `pause` is told how much of the file has been read.
    func read(
        pause: (Double) throws(IngestError) -> Void,
        _ body: (UnsafeBufferPointer<UInt8>) throws(IngestError) -> Void
    ) throws(IngestError) {
        while buffer.count > 0 || !buffer.isFinal {
            guard let line = line() else {
                guard buffer.count <= RecordLimit.bytes else {
                    throw .tooLarge(
                        file: fileName,
                        what: "a longer line",
                        limit: "\(RecordLimit.bytes >> 20) MiB for one line"
                    )
                }
                try pause(buffer.file.fraction)
                try buffer.fill()
                continue
            }
            let text = UnsafePointer(buffer.bytes + buffer.start)
            let valid = UTF8Check.validPrefix(text, line.count)
            guard valid == line.count else { throw malformed("byte \(buffer.offset + valid) is not UTF-8") }
            let bytes = UnsafeBufferPointer(start: text, count: line.count)
            if let place = bytes.firstIndex(of: 0) { throw malformed("byte \(buffer.offset + place) is NUL") }
            try body(bytes)
            buffer.consume(to: line.next)
        }
    }

    /// The length of the next line and where the one behind it starts; nil when its end is not in the buffer.
    private func line() -> (count: Int, next: Int)? {
        let bytes = buffer.bytes
        for place in buffer.start..<buffer.end where bytes[place] == 0x0A || bytes[place] == 0x0D {
            guard bytes[place] == 0x0D else { return (place - buffer.start, place + 1) }
            if place + 1 == buffer.end, !buffer.isFinal { return nil }
            return (place - buffer.start, place + (bytes[place + 1] == 0x0A ? 2 : 1))
        }
        return buffer.isFinal ? (buffer.count, buffer.end) : nil
    }

    private func malformed(_ problem: String) -> IngestError {
        .malformed(file: fileName, format: format, problem: problem)
    }
}
