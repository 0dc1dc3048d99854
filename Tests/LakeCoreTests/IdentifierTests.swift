import Foundation
import LakeCore
import Testing

@Suite struct IdentifierTests {
    @Test func freshIdentifiersAreVersion7AndSortByTime() throws {
        let earlier = DatasetID.fresh(milliseconds: 1_700_000_000_000)
        let later = DatasetID.fresh(milliseconds: 1_700_000_000_001)
        #expect(earlier < later)
        #expect(UUID(uuidString: earlier.rawValue) != nil)
        let digits = Array(earlier.rawValue)
        #expect(digits[14] == "7")
        #expect("89ab".contains(digits[19]))
        #expect(Int64(earlier.rawValue.prefix(13).replacing("-", with: ""), radix: 16) == 1_700_000_000_000)
    }

    @Test func thoseOfOneMillisecondSortInTheOrderOfTheirMaking() {
        let made = (0..<2000).map { _ in UUIDv7.string() }
        #expect(made == made.sorted())
        // An older time is left as it is.
        #expect(UUIDv7.string(milliseconds: WallClock.nowMilliseconds() - 1000) < made[0])
    }

    @Test func identifiersAreDistinct() {
        #expect(Set((0..<10_000).map { _ in UUIDv7.string(milliseconds: 1) }).count == 10_000)
    }

    @Test func anIdentifierIsPlainTextInJSONAlsoAsAKey() throws {
        let id = JobID(rawValue: "0190-a")
        let bytes = try JSONEncoder().encode([id: [id]])
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"0190-a":["0190-a"]}"#)
        #expect(try JSONDecoder().decode([JobID: [JobID]].self, from: bytes) == [id: [id]])
    }
}
