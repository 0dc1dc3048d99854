/// Receives the records of a JSON file.
protocol JSONSink {
    /// Reads the object at the cursor and leaves the cursor behind it.
    ///
    /// Called again for the same object, with more bytes, after ``JSONFault/incomplete``.
    mutating func record(_ cursor: inout JSONCursor) throws(JSONFault)
}

/// Goes through the objects of an array, or through objects that follow one another.
struct JSONReader {
    private(set) var rows = 0
    /// Without what separates it from the next.
    private(set) var longestRecord = 0
    private(set) var isArray = false
    /// Whether every object has a line for itself.
    private(set) var isByLine = true
    private(set) var hasByteOrderMark: Bool
    private let buffer: PieceBuffer
    private let fileName: String
    private let format: FileFormat
    private var line = 1

    /// Starts at the beginning of `file`; messages call it `name` and its format `format`.
    init(_ file: InputFile, name: String, format: FileFormat) throws(IngestError) {
        buffer = try PieceBuffer(file)
        hasByteOrderMark = buffer.offset > 0
        fileName = name
        self.format = format
    }

    /// Hands every record to `sink`; a fault anywhere refuses the whole file.
    ///
    /// Between two pieces `pause` is told how much of the file has been read.
    mutating func read(
        into sink: inout some JSONSink,
        pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        isArray = try next(pause) == 0x5B
        if isArray {
            buffer.consume(to: buffer.start + 1)
            try readArray(into: &sink, pause)
            if try next(pause) != nil { throw malformed("text stands behind the array") }
            return
        }
        while try next(pause) != nil {
            let before = line
            try read(&sink, pause)
            if line > before { isByLine = false }
            let end = line
            if try next(pause) != nil, line == end { isByLine = false }
        }
    }

    private mutating func readArray(
        into sink: inout some JSONSink,
        _ pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        guard try next(pause) != 0x5D else { return buffer.consume(to: buffer.start + 1) }
        while true {
            guard try next(pause) != nil else { throw malformed("the array is not closed") }
            try read(&sink, pause)
            let separator = try next(pause)
            guard separator == 0x2C || separator == 0x5D else {
                throw malformed(separator == nil ? "the array is not closed" : "a comma is missing between two objects")
            }
            buffer.consume(to: buffer.start + 1)
            if separator == 0x5D { return }
        }
    }

    /// Steps over white space; the byte behind it, nil at the end.
    private mutating func next(_ pause: (Double) throws(IngestError) -> Void) throws(IngestError) -> UInt8? {
        while true {
            var place = buffer.start
            while place < buffer.end, WhiteSpace.contains(buffer.bytes[place]) {
                if buffer.bytes[place] == 0x0A { line += 1 }
                place += 1
            }
            buffer.consume(to: place)
            if place < buffer.end { return buffer.bytes[place] }
            if buffer.isFinal { return nil }
            try pause(buffer.file.fraction)
            try buffer.fill()
        }
    }

    /// Reads the record at the start of the buffer.
    private mutating func read(
        _ sink: inout some JSONSink,
        _ pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        while true {
            let text = UnsafePointer(buffer.bytes)
            var cursor = JSONCursor(text, from: buffer.start, to: buffer.end, isFinal: buffer.isFinal)
            do throws(JSONFault) {
                if text[buffer.start] != 0x7B {
                    throw .invalid(
                        "\(JSONValueName.of(text[buffer.start])) stands where an object should be",
                        place: buffer.start
                    )
                }
                try sink.record(&cursor)
            } catch {
                switch error {
                case .incomplete where buffer.count < RecordLimit.bytes:
                    try pause(buffer.file.fraction)
                    try buffer.fill()
                    continue
                case .incomplete: throw tooLong
                case .invalid(let problem, let place):
                    line += lineEnds(to: place)
                    throw malformed(problem)
                }
            }
            rows += 1
            let length = cursor.place - buffer.start
            if length > RecordLimit.bytes { throw tooLong }
            longestRecord = max(longestRecord, length)
            line += lineEnds(to: cursor.place)
            return buffer.consume(to: cursor.place)
        }
    }

    private func lineEnds(to place: Int) -> Int {
        (buffer.start..<place).count { buffer.bytes[$0] == 0x0A }
    }

    private var tooLong: IngestError {
        .tooLarge(
            file: fileName,
            what: "an object on line \(line) that is longer than that",
            limit: "\(RecordLimit.bytes >> 20) MiB for one object"
        )
    }

    private func malformed(_ problem: String) -> IngestError {
        .malformed(file: fileName, format: format, problem: "line \(line): \(problem)")
    }
}

/// What a value is called in a message.
enum JSONValueName {
    static func of(_ first: UInt8) -> String {
        switch first {
        case 0x22: "a string"
        case 0x5B: "an array"
        case 0x74, 0x66: "true or false"
        case 0x6E: "null"
        case 0x2D, 0x30...0x39: "a number"
        default: "something that is not JSON"
        }
    }
}
