import LakeCore
import Testing

@Suite struct WallClockTests {
    @Test(
        arguments: [
            ("1970-01-02", 86_400_000), ("1970-01-01 00:01", 60_000), ("1970-01-01T00:00:01.5Z", 1_500),
            ("1970-01-01 02:00:00+02", 0), ("1970-01-01 00:00:00.0019 -01:30", 5_400_001),
            ("2024-02-29", 1_709_164_800_000),
        ] as [(String, Int64)]
    )
    func timesAsPeopleWriteThem(_ text: String, _ milliseconds: Int64) {
        #expect(WallClock.milliseconds(written: text) == milliseconds)
    }

    @Test(arguments: [
        "", "2024", "2023-02-29", "2024-01-01 25:00", "2024-01-01 10", "yesterday", "2024-01-01 10:00+25",
    ])
    func whatIsNoTime(_ text: String) {
        #expect(WallClock.milliseconds(written: text) == nil)
    }

    @Test func timesAreRFC3339InUTCAndReadBack() {
        #expect(WallClock.rfc3339(milliseconds: 1_772_366_400_123) == "2026-03-01T12:00:00.123Z")
        #expect(WallClock.milliseconds(rfc3339: "2026-03-01T12:00:00.123Z") == 1_772_366_400_123)
        #expect(WallClock.milliseconds(rfc3339: "yesterday") == nil)
    }
}
