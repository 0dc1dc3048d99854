/// Writes records one to a line, keys renamed and mixed values as text, as a ``JSONShape`` says.
///
/// The bytes were read once already: what is valid is not asked again.
struct JSONCopy: JSONSink {
    private let writer: ScratchWriter
    private let root: Plan
    private var record: [UInt8] = []
    /// Raised when the disk fails; the sink's own errors are about the text.
    private(set) var failure: IngestError?

    /// A ``JSONShape`` in which keys are quickly found.
    private indirect enum Plan {
        case plain
        case json
        case structure([[UInt8]: (name: [UInt8], plan: Plan)])
        case list(Plan)

        init(_ shape: JSONShape) {
            switch shape {
            case .plain: self = .plain
            case .json: self = .json
            case .list(let element): self = .list(Plan(element))
            case .structure(let members):
                var fields: [[UInt8]: (name: [UInt8], plan: Plan)] = [:]
                for member in members {
                    var name: [UInt8] = []
                    JSONText.appendString(member.name.utf8, to: &name)
                    fields[member.key] = (name, Plan(member.shape))
                }
                self = .structure(fields)
            }
        }
    }

    init(_ writer: ScratchWriter, _ shape: JSONShape) {
        self.writer = writer
        root = Plan(shape)
    }

    mutating func record(_ cursor: inout JSONCursor) throws(JSONFault) {
        record.removeAll(keepingCapacity: true)
        try copy(&cursor, root)
        record.append(0x0A)
        do throws(IngestError) {
            try writer.write { $0.append(contentsOf: record) }
        } catch {
            failure = failure ?? error
        }
    }

    private mutating func copy(_ cursor: inout JSONCursor, _ plan: Plan) throws(JSONFault) {
        let first = try cursor.peek()
        switch plan {
        case .structure(let fields) where first == 0x7B: try copyObject(&cursor, fields)
        case .list(let element) where first == 0x5B: try copyArray(&cursor, element)
        case .json where first != 0x6E:
            let start = cursor.place
            try JSONText.skip(&cursor)
            JSONText.appendString(
                UnsafeBufferPointer(start: cursor.text + start, count: cursor.place - start),
                to: &record
            )
        default:
            let start = cursor.place
            try JSONText.skip(&cursor)
            record.append(contentsOf: UnsafeBufferPointer(start: cursor.text + start, count: cursor.place - start))
        }
    }

    private mutating func copyObject(
        _ cursor: inout JSONCursor,
        _ fields: [[UInt8]: (name: [UInt8], plan: Plan)]
    ) throws(JSONFault) {
        cursor.step()
        record.append(0x7B)
        var isFirst = true
        while true {
            cursor.skipSpace()
            guard try cursor.peek() == 0x22 else { break }
            let key = try cursor.string().decoded
            try cursor.expect(0x3A, "a colon")
            cursor.skipSpace()
            if let field = fields[key] {
                if !isFirst { record.append(0x2C) }
                isFirst = false
                record.append(contentsOf: field.name)
                record.append(0x3A)
                try copy(&cursor, field.plan)
            } else {
                try JSONText.skip(&cursor)
            }
            cursor.skipSpace()
            if try cursor.peek() == 0x2C { cursor.step() }
        }
        cursor.step()
        record.append(0x7D)
    }

    private mutating func copyArray(_ cursor: inout JSONCursor, _ element: Plan) throws(JSONFault) {
        cursor.step()
        record.append(0x5B)
        while true {
            cursor.skipSpace()
            guard try cursor.peek() != 0x5D else { break }
            try copy(&cursor, element)
            cursor.skipSpace()
            guard try cursor.peek() == 0x2C else { break }
            cursor.step()
            record.append(0x2C)
        }
        cursor.step()
        record.append(0x5D)
    }
}

/// Small steps over JSON that is known to be valid.
enum JSONText {
    /// Steps over one value.
    static func skip(_ cursor: inout JSONCursor) throws(JSONFault) {
        var depth = 0
        repeat {
            switch try cursor.peek() {
            case 0x22: _ = try cursor.string()
            case 0x7B, 0x5B:
                depth += 1
                cursor.step()
            case 0x7D, 0x5D:
                depth -= 1
                cursor.step()
            case 0x2D, 0x30...0x39: _ = try cursor.number()
            case 0x74: try cursor.word("true")
            case 0x66: try cursor.word("false")
            case 0x6E: try cursor.word("null")
            // Commas, colons and white space inside of something.
            default: cursor.step()
            }
        } while depth > 0
    }

    /// Appends `bytes`, UTF-8, as a JSON string.
    static func appendString(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        output.append(0x22)
        for byte in bytes {
            switch byte {
            case 0x22, 0x5C: output.append(contentsOf: [0x5C, byte])
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: output.append(byte)
            }
        }
        output.append(0x22)
    }
}
