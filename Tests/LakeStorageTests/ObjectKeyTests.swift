import Foundation
import LakeCore
import LakeStorage
import Testing

@Suite struct ObjectKeyTests {
    @Test(arguments: ["a", "a/b", "…/é", ".hidden", "a..b/...", "a b/c\td", String(repeating: "k", count: 255)])
    func keysAreKeptAsTheyAre(text: String) throws {
        #expect(try ObjectKey(validating: text).rawValue == text)
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a/..", "./a", "a/./b", "a\0b",
        String(repeating: "k", count: 256), String(repeating: "é", count: 128),
        Array(repeating: "part", count: 205).joined(separator: "/") + "/x",
    ])
    func whatIsNotAKeyIsRefused(text: String) {
        let error = #expect(throws: StorageError.self) { try ObjectKey(validating: text) }
        #expect(error?.kind == .invalid)
    }

    @Test func theLongestKeyHas1024Bytes() throws {
        let parts = Array(repeating: String(repeating: "k", count: 127), count: 8).joined(separator: "/")
        #expect(parts.utf8.count == 1023)
        #expect(try ObjectKey(validating: parts + "k").rawValue.utf8.count == 1024)
        #expect(throws: StorageError.self) { try ObjectKey(validating: parts + "kk") }
    }

    @Test func aPartIsAppended() throws {
        let key = try ObjectKey(validating: "datasets/1")
        #expect(try key.appending("data/x.parquet").rawValue == "datasets/1/data/x.parquet")
        #expect(throws: StorageError.self) { try key.appending("..") }
        #expect(throws: StorageError.self) { try key.appending("") }
    }

    @Test func keysOfDifferentBytesAreDifferentKeys() throws {
        let composed = try ObjectKey(validating: "caf\u{E9}")
        let decomposed = try ObjectKey(validating: "cafe\u{301}")
        #expect(composed.rawValue == decomposed.rawValue)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
    }

    @Test func aDecodedKeyIsChecked() throws {
        let keys = try JSONDecoder().decode([ObjectKey].self, from: Data(#"["a/b"]"#.utf8))
        #expect(keys.map(\.description) == ["a/b"])
        #expect(throws: StorageError.self) { try JSONDecoder().decode([ObjectKey].self, from: Data(#"["../b"]"#.utf8)) }
    }
}
