/// Takes `multipart/form-data` (RFC 7578, RFC 2046 section 5.1.1) apart as it comes in, holding no more than a header at a time.
///
/// Strict: nothing before the first boundary, nothing but a line end behind the last.
struct MultipartParser: Sendable {
    /// What the parser finds, in order.
    enum Event: Equatable, Sendable {
        case part(MultipartHead)
        case bytes([UInt8])
        case partEnd
    }

    /// The most bytes the header of one part may have.
    static let headBytesMax = 8 << 10
    /// The most parts there may be.
    static let partsMax = 64

    private enum State {
        case opening, afterBoundary, head, body, closed
    }

    /// A line end, two dashes and the boundary.
    private let delimiter: [UInt8]
    private var state = State.opening
    /// What has come in and could not be judged yet.
    private var pending: [UInt8] = []
    private var partCount = 0

    /// A parser of the parts between `boundary`.
    ///
    /// - Parameter boundary: As `Content-Type` gives it: 1 to 70 characters.
    /// - Throws: `ServerError.malformedMultipart`.
    init(boundary: String) throws(ServerError) {
        let others = Set("'()+_,-./:=? ".utf8)
        let isBoundary = boundary.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || others.contains(byte)
        }
        guard (1...70).contains(boundary.utf8.count), isBoundary, !boundary.hasSuffix(" ") else {
            throw .malformedMultipart(reason: "its boundary is not 1 to 70 characters of those it may have")
        }
        delimiter = Array("\r\n--".utf8) + boundary.utf8
    }

    /// Takes in the next bytes.
    ///
    /// - Returns: What they complete.
    mutating func feed(_ bytes: some Collection<UInt8>) throws(ServerError) -> [Event] {
        pending.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// Says that no more bytes come.
    func finish() throws(ServerError) {
        guard state == .closed else { throw .malformedMultipart(reason: "it ends before its last boundary") }
        guard pending.isEmpty || pending == Array("\r\n".utf8) else {
            throw .malformedMultipart(reason: "something follows its last boundary")
        }
    }

    /// Goes one step on.
    ///
    /// - Returns: False when more bytes are needed for the next.
    private mutating func step(_ events: inout [Event]) throws(ServerError) -> Bool {
        switch state {
        case .opening: try opening()
        case .afterBoundary: try afterBoundary()
        case .head: try head(&events)
        case .body: body(&events)
        case .closed: try closed()
        }
    }

    private mutating func opening() throws(ServerError) -> Bool {
        let first = delimiter.dropFirst(2)
        guard pending.prefix(first.count).elementsEqual(first.prefix(pending.count)) else {
            throw .malformedMultipart(reason: "it does not begin with its boundary")
        }
        guard pending.count >= first.count else { return false }
        pending.removeFirst(first.count)
        state = .afterBoundary
        return true
    }

    private mutating func afterBoundary() throws(ServerError) -> Bool {
        guard pending.count >= 2 else { return false }
        if pending.starts(with: "--".utf8) {
            pending.removeFirst(2)
            state = .closed
            return true
        }
        // White space may pad the line of a boundary.
        let padding = pending.prefix { $0 == 0x20 || $0 == 0x09 }.count
        guard padding <= 64 else { throw .malformedMultipart(reason: "a boundary is padded with too much white space") }
        guard pending.count >= padding + 2 else { return false }
        guard pending[padding...].starts(with: "\r\n".utf8) else {
            throw .malformedMultipart(reason: "a boundary is not followed by a line end")
        }
        partCount += 1
        guard partCount <= Self.partsMax else {
            throw .malformedMultipart(reason: "it has more than \(Self.partsMax) parts")
        }
        pending.removeFirst(padding + 2)
        state = .head
        return true
    }

    private mutating func head(_ events: inout [Event]) throws(ServerError) -> Bool {
        guard let end = pending.firstRange(of: "\r\n\r\n".utf8) else {
            guard pending.count <= Self.headBytesMax else { throw Self.headTooLong }
            return false
        }
        guard end.lowerBound <= Self.headBytesMax else { throw Self.headTooLong }
        events.append(.part(try MultipartHead(pending[..<end.lowerBound])))
        pending.removeFirst(end.upperBound)
        state = .body
        return true
    }

    private static var headTooLong: ServerError {
        .malformedMultipart(reason: "the header of a part is longer than \(headBytesMax) bytes")
    }

    private mutating func body(_ events: inout [Event]) -> Bool {
        let (content, isWhole) = content(of: pending)
        if content > 0 { events.append(.bytes(Array(pending[..<content]))) }
        guard isWhole else {
            pending.removeFirst(content)
            return false
        }
        events.append(.partEnd)
        pending.removeFirst(content + delimiter.count)
        state = .afterBoundary
        return true
    }

    /// How many bytes at the front of `bytes` are the part's own, and whether the delimiter stands behind them.
    ///
    /// What could be the delimiter's beginning is neither.
    private func content(of bytes: [UInt8]) -> (count: Int, isWhole: Bool) {
        var at = 0
        while let lineEnd = bytes[at...].firstIndex(of: delimiter[0]) {
            let rest = bytes[lineEnd...].prefix(delimiter.count)
            if rest.elementsEqual(delimiter.prefix(rest.count)) { return (lineEnd, rest.count == delimiter.count) }
            at = lineEnd + 1
        }
        return (bytes.count, false)
    }

    private mutating func closed() throws(ServerError) -> Bool {
        guard pending.count <= 2 else { throw .malformedMultipart(reason: "something follows its last boundary") }
        return false
    }
}

/// The header of one part.
struct MultipartHead: Equatable, Sendable {
    /// The form field's name.
    var name: String
    /// The file's name without folders; nil when the part is no file.
    var fileName: String?

    init(name: String, fileName: String? = nil) {
        self.name = name
        self.fileName = fileName
    }

    /// Reads header lines, without the empty one behind them.
    init(_ bytes: ArraySlice<UInt8>) throws(ServerError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformedMultipart(reason: "the header of a part is not UTF-8")
        }
        var disposition: HeaderParameters?
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":"), line.first != " ", line.first != "\t",
                !line.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F })
            else { throw .malformedMultipart(reason: "the header of a part has a line that is none") }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard disposition == nil, let parsed = HeaderParameters(value) else { throw Self.badDisposition }
                disposition = parsed
            case "content-transfer-encoding":
                let encoding = value.lowercased().filter { $0 != " " }
                guard ["binary", "8bit", "7bit"].contains(encoding) else {
                    throw .malformedMultipart(reason: "a part is encoded; send it as it is")
                }
            default: break
            }
        }
        guard let disposition, disposition.value == "form-data", let name = disposition.parameters["name"] else {
            throw Self.badDisposition
        }
        self.name = Self.decoded(name)
        fileName = disposition.parameters["filename"].map { name in
            let last = Self.decoded(name).split { $0 == "/" || $0 == "\\" }.last
            return last.map(String.init) ?? ""
        }
    }

    private static var badDisposition: ServerError {
        .malformedMultipart(reason: "a part has no Content-Disposition of the form 'form-data; name=\"…\"'")
    }

    /// Browsers write the three characters a quoted name cannot hold in percent form, and no others.
    private static func decoded(_ name: String) -> String {
        name.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }
}
