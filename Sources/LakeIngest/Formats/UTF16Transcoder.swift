/// Brings UTF-16 to UTF-8, in pieces.
enum UTF16Transcoder {
    /// Writes the characters behind the byte order mark of the file at `path` to `copy`.
    ///
    /// - Throws: ``IngestError/malformed(file:format:problem:)`` at half a pair of surrogates or half a unit.
    static func write(
        _ path: String,
        to copy: String,
        bigEndian: Bool,
        fileName: String,
        pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        let buffer = try PieceBuffer(try InputFile(path: path, name: fileName))
        let writer = try ScratchWriter(path: copy, for: fileName)
        let (high, low) = bigEndian ? (0, 1) : (1, 0)
        var pending: UInt32?
        var isStart = true
        while true {
            while buffer.count >= 2 {
                let place = buffer.start
                let unit = UInt32(buffer.bytes[place + high]) << 8 | UInt32(buffer.bytes[place + low])
                let offset = buffer.offset
                buffer.consume(to: place + 2)
                if isStart {
                    isStart = false
                    continue
                }
                if let first = pending {
                    guard unit & 0xFC00 == 0xDC00 else { throw broken(fileName, offset - 2) }
                    try append((first & 0x3FF) << 10 + (unit & 0x3FF) + 0x10000, to: writer)
                    pending = nil
                } else if unit & 0xFC00 == 0xD800 {
                    pending = unit
                } else {
                    guard unit & 0xFC00 != 0xDC00 else { throw broken(fileName, offset) }
                    try append(unit, to: writer)
                }
            }
            if buffer.isFinal { break }
            try pause(buffer.file.fraction)
            try buffer.fill()
        }
        guard pending == nil, buffer.count == 0 else { throw broken(fileName, buffer.offset) }
        try writer.flush()
    }

    private static func append(_ scalar: UInt32, to writer: ScratchWriter) throws(IngestError) {
        try writer.write { output in
            guard scalar >= 0x80 else { return output.append(UInt8(scalar)) }
            output.append(
                contentsOf: UTF8.encode(UnicodeScalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter
            )
        }
    }

    private static func broken(_ fileName: String, _ offset: Int) -> IngestError {
        .malformed(file: fileName, format: .text, problem: "its UTF-16 breaks at byte \(offset)")
    }
}
