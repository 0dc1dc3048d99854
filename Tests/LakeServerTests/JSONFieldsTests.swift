import LakeCore
import Testing

@testable import LakeServer

@Suite struct JSONFieldsTests {
    private func fields(_ text: String, allowed: [String] = ["name", "k", "texts", "vector", "chunk"]) throws
        -> JSONFields
    {
        try JSONFields(try JSONValue(parsing: Array(text.utf8)), allowed: allowed)
    }

    @Test func fieldsAreReadByNameAndType() throws {
        let fields = try fields(#"{"name":"a","k":3,"texts":["x","y"],"vector":[1,-2.5],"chunk":{"size":7}}"#)
        #expect(try fields.string("name") == "a")
        #expect(try fields.integer("k") == 3)
        #expect(try fields.strings("texts") == ["x", "y"])
        #expect(try fields.optionalFloats("vector") == [1, -2.5])
        #expect(try fields.optionalFields("chunk", allowed: ["size"])?.integer("size") == 7)
    }

    @Test func nullCountsAsAbsent() throws {
        let fields = try fields(#"{"name":null}"#)
        #expect(try fields.optionalString("name") == nil)
        #expect(throws: ServerError.missingField(name: "name")) { try fields.string("name") }
    }

    @Test func unknownFieldIsRefusedWithTheNearest() throws {
        let error = #expect(throws: ServerError.self) { try fields(#"{"nane":"a"}"#) }
        #expect(error?.detail == "There is no field 'nane'; did you mean 'name'?")
        let nested = try fields(#"{"chunk":{"sise":1}}"#)
        let deep = #expect(throws: ServerError.self) { try nested.optionalFields("chunk", allowed: ["size"]) }
        #expect(deep?.detail == "There is no field 'chunk.sise'; did you mean 'chunk.size'?")
    }

    @Test(arguments: [
        (#"{"k":1.5}"#, "'k' must be a whole number within 64 bits, not 1.5."),
        (#"{"k":1e30}"#, "'k' must be a whole number within 64 bits, not 1e30."),
        (#"{"k":"1"}"#, "'k' must be a whole number within 64 bits, not a string."),
        (#"{"k":99999999999999999999}"#, "'k' must be a whole number within 64 bits, not 99999999999999999999."),
    ])
    func numberThatIsNotWholeIsRefused(_ text: String, _ detail: String) throws {
        let fields = try fields(text)
        let error = #expect(throws: ServerError.self) { try fields.integer("k") }
        #expect(error?.detail == detail)
    }

    @Test func elementOfAnArrayIsNamed() throws {
        let fields = try fields(#"{"texts":["a",1],"vector":[1,1e60]}"#)
        let text = #expect(throws: ServerError.self) { try fields.strings("texts") }
        #expect(text?.detail == "'texts[1]' must be a string, not 1.")
        let number = #expect(throws: ServerError.self) { try fields.optionalFloats("vector") }
        #expect(number?.detail == "'vector[1]' must be a number a 32-bit float can hold, not 1e60.")
    }

    @Test func bodyThatIsNoObjectIsRefused() {
        #expect(throws: ServerError.invalidField(name: "body", reason: "must be an object, not an array")) {
            try fields("[]")
        }
    }
}
