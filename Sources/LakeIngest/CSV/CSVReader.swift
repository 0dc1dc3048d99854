/// The longest record of any format; a whole one is held in memory.
enum RecordLimit {
    static let bytes = 16 << 20
}

/// A record that a ``CSVReader`` hands out; valid until the next one.
struct CSVRecord {
    let text: UnsafePointer<UInt8>
    let fields: UnsafeBufferPointer<CSVField>

    /// The value of field `index`, quotes undone.
    func value(_ index: Int) -> String {
        let field = fields[index]
        let bytes = UnsafeBufferPointer(start: text + field.start, count: field.length)
        let value = String(decoding: bytes, as: UTF8.self)
        return field.isQuoted ? value.replacing("\"\"", with: "\"") : value
    }
}

/// Receives the records of a CSV.
protocol CSVSink {
    /// The first record that can be read at all; it decides how many fields the others must have.
    mutating func first(_ record: CSVRecord) throws(IngestError)
    /// Every further record with that many fields.
    mutating func next(_ record: CSVRecord) throws(IngestError)
}

/// Reads a CSV file record by record, and keeps account of those that cannot be kept.
///
/// A record whose quotes make no sense ends with its first line, and reading goes on behind that: a lost quote costs
/// one line.
struct CSVReader {
    private(set) var rejects = RejectLog()
    /// Of the records handed out, line end included.
    private(set) var longestRecord = 0
    private(set) var traits: CSVTraits = []
    private let buffer: PieceBuffer
    private let fileName: String
    private let delimiter: UInt8
    private var line = 1
    private var width: Int?
    /// Bytes that were read again behind records with broken quotes.
    private var reread = 0

    /// Reads `file` from its start.
    init(_ file: InputFile, name: String, delimiter: UInt8) throws(IngestError) {
        buffer = try PieceBuffer(file)
        fileName = name
        self.delimiter = delimiter
    }

    /// Hands every record to `sink`.
    ///
    /// Between two pieces `pause` is told how much of the file has been read.
    mutating func read(
        into sink: inout some CSVSink,
        pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) {
        var scanner = CSVScanner(delimiter: delimiter)
        defer { scanner.deallocate() }
        while buffer.count > 0 || !buffer.isFinal {
            let text = UnsafePointer(buffer.bytes)
            let start = buffer.start
            switch scanner.scan(text, from: start, to: buffer.end, isFinal: buffer.isFinal) {
            case .record: try take(scanner, text, into: &sink)
            case .incomplete where buffer.count < RecordLimit.bytes:
                try pause(buffer.file.fraction)
                try buffer.fill()
            case .incomplete: try rejectFirstLine(.tooLong, pause)
            case .openQuote: try rejectFirstLine(.openQuote, pause, searchedTo: scanner.next)
            case .textBehindQuote: try rejectFirstLine(.textBehindQuote, pause, searchedTo: scanner.next)
            }
        }
        traits.formUnion(scanner.traits)
    }

    /// Hands out the scanner's record, or notes why not.
    @inline(__always)
    private mutating func take(
        _ scanner: CSVScanner,
        _ text: UnsafePointer<UInt8>,
        into sink: inout some CSVSink
    ) throws(IngestError) {
        let length = scanner.next &- buffer.start
        defer {
            line &+= 1 &+ scanner.innerLines
            buffer.consume(to: scanner.next)
        }
        if scanner.isBlank {
            traits.insert(width == nil ? .startsLate : .hasBlankLines)
            return
        }
        if let fault = scanner.fault { return rejects.add(line, fault.reason) }
        if length > RecordLimit.bytes { return rejects.add(line, CSVFault.tooLong.reason) }
        let found = scanner.fieldCount
        guard found == width ?? found else {
            return rejects.add(line, CSVFault.fields(found: found, expected: width ?? found).reason)
        }
        longestRecord = max(longestRecord, length)
        let isFirst = width == nil
        if isFirst, found > CSVScanner.fieldLimit {
            throw .tooLarge(file: fileName, what: "\(found) columns", limit: "\(CSVScanner.fieldLimit)")
        }
        let record = CSVRecord(text: text, fields: UnsafeBufferPointer(start: scanner.fields, count: found))
        guard isFirst else { return try sink.next(record) }
        width = found
        try sink.first(record)
    }

    /// Gives up the line at the start of the buffer and goes on behind it.
    private mutating func rejectFirstLine(
        _ fault: CSVFault,
        _ pause: (Double) throws(IngestError) -> Void,
        searchedTo: Int? = nil
    ) throws(IngestError) {
        let searched = (searchedTo ?? buffer.end) - buffer.start
        var isLong = false
        while true {
            let place = lineEnd()
            isLong = isLong || place == nil
            buffer.consume(to: place ?? buffer.end)
            if let place {
                let isPair = buffer.bytes[place] == 0x0D && buffer.bytes[place + 1] == 0x0A
                if isPair || buffer.bytes[place] == 0x0A || place + 1 < buffer.end || buffer.isFinal {
                    buffer.consume(to: place + (isPair ? 2 : 1))
                    break
                }
            } else if buffer.isFinal {
                break
            }
            try pause(buffer.file.fraction)
            try buffer.fill()
        }
        rejects.add(line, (fault == .tooLong && !isLong ? CSVFault.openQuote : fault).reason)
        line += 1
        if !isLong { reread += searched }
        // A file that opens quotes over and over would be read over and over.
        guard reread <= 4 * RecordLimit.bytes + 2 * buffer.file.size else {
            throw .malformed(file: fileName, format: .csv, problem: "its quotes open and close without any order")
        }
    }

    /// The first line end in the buffer.
    private func lineEnd() -> Int? {
        (buffer.start..<buffer.end).first { buffer.bytes[$0] == 0x0A || buffer.bytes[$0] == 0x0D }
    }
}

/// The records that were left out: how many, and the first of them.
struct RejectLog: Sendable {
    private(set) var count = 0
    private(set) var samples: [RejectedRow] = []

    mutating func add(_ line: Int, _ reason: String) {
        count += 1
        if samples.count < ConvertedTable.sampleLimit { samples.append(RejectedRow(line: line, reason: reason)) }
    }
}
