import Foundation
import LakeCore
import Testing

@Suite struct JSONBytesTests {
    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONBytes.encode(value), as: UTF8.self)
    }

    private func byFoundation(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private struct Sample: Codable, Equatable {
        var zebra = "z/\"\\\u{8}\u{c}\n\r\t\u{1}\u{1f} é 😀"
        var apple: Int? = nil
        var mango: [Int8] = [-128, 0, 127]
        var numbers: [Double] = [0, -0.0, 1, 1.5, 1e21, 1e-7, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        var float: Float = 0.1
        var large: UInt64 = .max
        var small: Int64 = .min
        var nested: [String: [String: Bool]] = ["b": ["y": true, "x": false], "a": [:]]
        var lists: [[String]] = [[], ["one"], ["one", "two"]]
        var optionals: [Int?] = [1, nil, 3]
        var text: [String?] = [nil]
    }

    @Test func valuesReadLikeThoseOfFoundation() throws {
        #expect(try text(Sample()) == byFoundation(Sample()))
        #expect(try text([Sample(), Sample(apple: 7)]) == byFoundation([Sample(), Sample(apple: 7)]))
        #expect(try JSONDecoder().decode(Sample.self, from: Data(JSONBytes.encode(Sample()))) == Sample())
        #expect(try text("alone") == #""alone""#)
        #expect(try text([Int]()) == "[]")
        #expect(try text([String: Int]()) == "{}")
        #expect(try text(Int?.none) == "null")
    }

    @Test(arguments: 0..<200) func anyNestingReadsLikeThatOfFoundation(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = Self.value(depth: 5, &random)
        #expect(try text([value]) == byFoundation([value]))
    }

    private static func value(depth: Int, _ random: inout SplitMix64) -> AnyJSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .boolean(.random(using: &random))
        case 2: return .integer(.random(in: -1000...1000, using: &random))
        case 3: return .number(.random(in: -1e9...1e9, using: &random))
        case 4: return .text(name(&random))
        case 5: return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            let members = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                (name(&random), value(depth: depth - 1, &random))
            }
            return .object(Dictionary(members) { first, _ in first })
        }
    }

    private static func name(_ random: inout SplitMix64) -> String {
        String(
            (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                "abcAB_10.é\u{7}\"".randomElement(using: &random) ?? "a"
            }
        )
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func numbersThatJSONLacksAreRefused(number: Double) {
        #expect(throws: EncodingError.self) { try JSONBytes.encode([number]) }
        #expect(throws: EncodingError.self) { try JSONBytes.encode(["a": Float(number)]) }
    }

    /// Writes in the ways that compilers do not write by themselves.
    private struct ByHand: Encodable {
        enum Key: String, CodingKey { case list, object, empty, rest, again }
        struct Nothing: Encodable { func encode(to encoder: any Encoder) {} }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            try list.encode(1)
            var inner = list.nestedContainer(keyedBy: Key.self)
            try inner.encode("b", forKey: .rest)
            try inner.encodeNil(forKey: .empty)
            var innermost = list.nestedUnkeyedContainer()
            try innermost.encodeNil()
            try list.encode(2)
            var object = container.nestedContainer(keyedBy: Key.self, forKey: .object)
            try object.encode(true, forKey: .rest)
            try container.encode(Nothing(), forKey: .empty)
            var rest = container.superEncoder(forKey: .rest).singleValueContainer()
            try rest.encode("last")
            var again = encoder.container(keyedBy: Key.self)
            try again.encode(0, forKey: .again)
        }
    }

    @Test func containersWithinContainersCloseInOrder() throws {
        let expected =
            #"{"again":0,"empty":{},"list":[1,{"empty":null,"rest":"b"},[null],2],"object":{"rest":true},"rest":"last"}"#
        #expect(try text(ByHand()) == expected)
    }
}
