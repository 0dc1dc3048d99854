import LakeCore
import Testing

@Suite struct SQLValueTests {
    @Test func valuesAreEqualByContentAtEveryDepth() {
        let value = SQLValue.record([("a", .list([.integer(1), .null])), ("b", .map([(.text("k"), .double(2))]))])
        let same = SQLValue.record([("a", .list([.integer(1), .null])), ("b", .map([(.text("k"), .double(2))]))])
        #expect(value == same)
        #expect(Set([value, same]).count == 1)
        #expect(value != .record([("a", .list([.integer(1), .null])), ("c", .map([(.text("k"), .double(2))]))]))
        #expect(SQLValue.text("1") != .integer(1))
        #expect(SQLValue.decimal("1.0") != .decimal("1.00"))
    }
}
