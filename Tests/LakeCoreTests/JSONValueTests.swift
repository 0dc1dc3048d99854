import LakeCore
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1", "-12.5e+3", "1E9", #""""#, #""a""#, "[]", "{}", "[1,[2,[3]]]",
        #"{"a":1,"b":{"c":[null,true]}}"#, "  {\"a\"\t:\r\n 1 } ", #""\u00e9\ud83d\ude00\n\/\b\f\r\t\"\\""#,
        "12345678901234567890123",
    ])
    func validTextIsRead(_ text: String) throws {
        _ = try JSONValue(parsing: text.utf8)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "truefalse", "+1", "01", "1.", ".5", "1e", "-", "[1,]", "[1 2]", "[", "]", "{",
        #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{"a":1 "b":2}"#, #"{"a":1,"a":2}"#, #"""#, #""\x""#,
        #""\u12g4""#, #""\u12"#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\ude00""#, "\"a\nb\"", "1 1",
        "[1]]", "NaN", "'a'", "\u{FEFF}1", "// c\n1",
    ])
    func invalidTextIsRefused(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xFF]] {
            #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test func whatIsWrongIsSaidWithItsPlace() throws {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: "{\n  \"a\": tru\n}".utf8) }
        #expect(error?.reason == "a value is expected here")
        #expect([error?.line, error?.column] == [2, 8])
    }

    @Test func numbersKeepTheirDigits() throws {
        let value = try JSONValue(parsing: "[12345678901234567890123, 1.10, 1e3]".utf8)
        #expect(value == .array([.number("12345678901234567890123"), .number("1.10"), .number("1e3")]))
    }

    @Test func depthIsBounded() throws {
        let limit = JSONValue.depthMax
        let atLimit = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        _ = try JSONValue(parsing: atLimit.utf8)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: ("[" + atLimit + "]").utf8) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [UInt8](repeating: 0x5B, count: 1_000_000)) }
    }

    @Test func escapesAreUndone() throws {
        let value = try JSONValue(parsing: #""\u00e9\ud83d\ude00\n\/""#.utf8)
        #expect(value == .string("é😀\n/"))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let value = JSONValue.object(
            ("text", "é\u{1}\"\\\n😀\u{2028}"),
            ("list", .array([.null, .boolean(true), .number("1.50")])),
            ("empty", .object([]))
        )
        #expect(try JSONValue(parsing: value.encoded) == value)
        #expect(try JSONValue(parsing: value.pretty.utf8) == value)
    }

    @Test func peopleReadItOnManyLines() {
        let value = JSONValue.object(("a", .array([1, "b", .null])), ("c", .object([])), ("d", .array([])))
        #expect(value.pretty == "{\n  \"a\": [\n    1,\n    \"b\",\n    null\n  ],\n  \"c\": {},\n  \"d\": []\n}")
        #expect(value.compact == #"{"a":[1,"b",null],"c":{},"d":[]}"#)
        #expect([value["a"]?.display, value["e"]?.display] == [#"[1,"b",null]"#, nil])
        #expect((value["a"]?.array ?? []).map(\.display) == ["1", "b", ""])
    }

    /// Damages a valid text in every way one byte allows, and at random in more; the parser must answer or refuse, never trap.
    @Test func damagedTextNeverTraps() {
        let text = Array(#"{"a":[1,-2.5e3,"\u00e9\ud83d\ude00",null,true,{"b":"c"}],"d":{}}"#.utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = text
                damaged[place] = byte
                _ = try? JSONValue(parsing: damaged)
            }
            _ = try? JSONValue(parsing: Array(text[..<place]))
            _ = try? JSONValue(parsing: Array(text[place...]))
        }
        var random = SplitMix64(seed: 7)
        for _ in 0..<20000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                Array(#"{}[]",:\u0123eE+-.tfn d8"#.utf8).randomElement(using: &random) ?? 0
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONValue(parsing: value.encoded)) == value)
        }
    }
}
