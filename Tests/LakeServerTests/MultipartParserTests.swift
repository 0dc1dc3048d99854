import LakeCore
import Testing

@testable import LakeServer

@Suite struct MultipartParserTests {
    private static let form = [
        "--B0undary", "Content-Disposition: form-data; name=\"dataset\"", "", "people", "--B0undary",
        "content-disposition:form-data; filename=\"a b.csv\"; name=\"file\"", "Content-Type: text/csv", "",
        "i\r\n1\r\n--B0undar\r\n\r\n--\r\n2", "--B0undary", "Content-Disposition: form-data; name=empty", "", "",
        "--B0undary--", "",
    ].joined(separator: "\r\n")

    private static let expected = [
        Part(head: MultipartHead(name: "dataset"), content: "people"),
        Part(head: MultipartHead(name: "file", fileName: "a b.csv"), content: "i\r\n1\r\n--B0undar\r\n\r\n--\r\n2"),
        Part(head: MultipartHead(name: "empty"), content: ""),
    ]

    struct Part: Equatable {
        var head: MultipartHead
        var content: String
    }

    /// Parses `pieces` in their order.
    private func parts(_ pieces: [ArraySlice<UInt8>], boundary: String = "B0undary") throws -> [Part] {
        var parser = try MultipartParser(boundary: boundary)
        var parts: [Part] = []
        var content: [UInt8] = []
        for piece in pieces {
            for event in try parser.feed(piece) {
                switch event {
                case .part(let head): parts.append(Part(head: head, content: ""))
                case .bytes(let bytes): content += bytes
                case .partEnd:
                    parts[parts.count - 1].content = String(decoding: content, as: UTF8.self)
                    content = []
                }
            }
        }
        try parser.finish()
        return parts
    }

    private func parts(_ text: String) throws -> [Part] { try parts([Array(text.utf8)[...]]) }

    @Test func formIsTakenApart() throws {
        #expect(try parts(Self.form) == Self.expected)
    }

    @Test func formSplitAtAnyByteIsTheSame() throws {
        let bytes = Array(Self.form.utf8)
        for place in 0...bytes.count {
            #expect(try parts([bytes[..<place], bytes[place...]]) == Self.expected, "split at \(place)")
        }
        #expect(try parts(bytes.indices.map { bytes[$0...$0] }) == Self.expected)
    }

    @Test func formCutOffAnywhereIsRefused() {
        let bytes = Array(Self.form.utf8)
        // The last line end may be missing.
        for place in 0..<(bytes.count - 2) {
            #expect(throws: ServerError.self, "cut at \(place)") { try parts([bytes[..<place]]) }
        }
    }

    @Test(arguments: [
        "preamble\r\n--B0undary--\r\n", "\r\n--B0undary--\r\n", "--B0undary--\r\nepilogue", "--B0undary-- x",
        "--B0undaryX\r\n\r\n\r\n--B0undary--", "--B0undary\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Type: text/plain\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: form-data; name=\"a\"\r\n folded\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--B0undary--",
        "--B0undary\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--B0undary--",
        "--B0undary\nContent-Disposition: form-data; name=\"a\"\n\nx\n--B0undary--",
    ])
    func malformedFormIsRefused(_ text: String) {
        #expect(throws: ServerError.self) { try parts(text) }
    }

    @Test func partsAndHeadersAreBounded() {
        let part = "--B0undary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
        let many = String(repeating: part, count: MultipartParser.partsMax)
        #expect(throws: Never.self) { try parts(many + "--B0undary--") }
        #expect(throws: ServerError.self) { try parts(many + part + "--B0undary--") }
        let long = "--B0undary\r\nX: " + String(repeating: "x", count: MultipartParser.headBytesMax)
        #expect(throws: ServerError.self) { try parts([Array(long.utf8)[...]]) }
    }

    @Test(arguments: ["", " ", "a ", String(repeating: "a", count: 71), "a\r\nb", "é", "a\"b"])
    func boundaryThatIsNoneIsRefused(_ boundary: String) {
        #expect(throws: ServerError.self) { try MultipartParser(boundary: boundary) }
    }

    @Test(arguments: [
        (#"form-data; name="f"; filename="C:\data\a.csv""#, "a.csv"),
        (#"form-data; name="f"; filename="x/y/b.csv""#, "b.csv"),
        (#"form-data; name="f"; filename="say %22hi%22.csv""#, "say \"hi\".csv"),
        (#"form-data; name="f"; filename="say \"hi\".csv""#, "say \"hi\".csv"),
        (#"form-data; name="f"; filename="größe.csv""#, "größe.csv"), (#"form-data; name="f"; filename="""#, ""),
        (#"form-data; name="f"; filename="../..""#, ".."),
    ])
    func fileNameIsReadWithoutFolders(_ disposition: String, _ name: String) throws {
        let head = try MultipartHead(Array("Content-Disposition: \(disposition)".utf8)[...])
        #expect(head.fileName == name)
    }

    /// Random forms with contents that look like boundaries, fed in random pieces, come out as they went in.
    @Test func randomFormsComeOutAsTheyWentIn() throws {
        var random = SplitMix64(seed: 42)
        let alphabet = Array("\r\n-aB".utf8)
        for round in 0..<2000 {
            let boundary = String(
                decoding: (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    Array("aB-".utf8).randomElement(using: &random) ?? 0
                },
                as: UTF8.self
            )
            let delimiter = "\r\n--" + boundary
            var expected: [Part] = []
            var text = ""
            for number in 0..<Int.random(in: 0...4, using: &random) {
                let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? 0
                }
                let content = String(decoding: bytes, as: UTF8.self)
                // What holds the delimiter cannot be sent with this boundary.
                if ("\r\n" + content + delimiter).utf8.firstRange(of: Array(delimiter.utf8)) != nil,
                    Array(("\r\n" + content + delimiter).utf8).firstRange(of: Array(delimiter.utf8))?.lowerBound
                        != content.utf8.count + 2
                {
                    continue
                }
                expected.append(Part(head: MultipartHead(name: "f\(number)"), content: content))
                text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"f\(number)\"\r\n\r\n\(content)\r\n"
            }
            text += "--\(boundary)--\r\n"
            var rest = Array(text.utf8)[...]
            var pieces: [ArraySlice<UInt8>] = []
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...16, using: &random))
                pieces.append(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(try parts(pieces, boundary: boundary) == expected, "seed 42, round \(round)")
        }
    }

    @Test func damagedFormsNeverTrap() {
        let bytes = Array(Self.form.utf8)
        var random = SplitMix64(seed: 11)
        for place in bytes.indices {
            for byte: UInt8 in [0, 0x0A, 0x0D, 0x20, 0x22, 0x2D, 0x3A, 0x3B, 0x3D, 0x5C, 0xFF] {
                var damaged = bytes
                damaged[place] = byte
                let split = Int.random(in: 0...damaged.count, using: &random)
                _ = try? parts([damaged[..<split], damaged[split...]])
            }
        }
    }
}

@Suite struct HeaderParametersTests {
    @Test func valueAndParametersAreRead() throws {
        let header = try #require(HeaderParameters("Multipart/Form-Data; Boundary=abc; x=\"a;b\\\"c\" ; y=1"))
        #expect(header.value == "multipart/form-data")
        #expect(header.parameters == ["boundary": "abc", "x": "a;b\"c", "y": "1"])
    }

    @Test(arguments: [
        "", ";", "a;", "a; ", "a; b", "a; b=", "a; b=\"", "a; b=\"x", "a; b=\"x\" y", "a; b=1; b=2", "a b; c=d",
        "a; =x",
    ])
    func malformedHeaderIsRefused(_ text: String) {
        #expect(HeaderParameters(text) == nil)
    }
}
