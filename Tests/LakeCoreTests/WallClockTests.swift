import LakeCore
import Testing

@Suite struct WallClockTests {
    @Test func timesAreRFC3339InUTCAndReadBack() {
        #expect(WallClock.rfc3339(milliseconds: 1_772_366_400_123) == "2026-03-01T12:00:00.123Z")
        #expect(WallClock.milliseconds(rfc3339: "2026-03-01T12:00:00.123Z") == 1_772_366_400_123)
        #expect(WallClock.milliseconds(rfc3339: "yesterday") == nil)
    }
}
