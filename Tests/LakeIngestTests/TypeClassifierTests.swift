import Testing

@testable import LakeIngest

struct TypeClassifierTests {
    private func kinds(_ text: String) -> TextKinds {
        TextKinds(rawValue: Array(text.utf8).withUnsafeBufferPointer { TypeClassifier.mask(of: $0) })
    }

    @Test(arguments: [
        "0", "7", "-7", "42", "9007199254740992", "-9007199254740992", "123456789012345",
    ])
    func integersThatADoubleHoldsAreBoth(_ text: String) {
        #expect(kinds(text) == [.integer, .double])
    }

    @Test(arguments: [
        "9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808", "1000000000000000000",
    ])
    func integersThatADoubleWouldChangeAreIntegersOnly(_ text: String) {
        #expect(kinds(text) == .integer)
    }

    @Test(arguments: [
        "1.5", "-1.5", "0.1", "-0.0", "-0", "1e5", "1E-7", "1.25e+10", "0.0", "0e0", "1.2e-100", "12e5", "1e307",
        "1e-307",
        "123456789012345678901.5", "0.000000000000000000000000000001", "1.5e-12",
    ])
    func decimalsAreDoubles(_ text: String) {
        #expect(kinds(text) == .double)
    }

    @Test(arguments: [
        "", " ", "007", "+5", "00", "01.5", "-", "--1", "1.", ".5", "1e", "1e+", "1.5.2", "1,5", "1 ", " 1", "1_000",
        "0x10", "1f",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1e308", "1e-308", "1e99999", "-01",
        "NaN", "inf",
        "١", "1e5.5", "12-34", "1234-567",
    ])
    func whateverWouldLoseSomethingAsANumberIsText(_ text: String) {
        #expect(kinds(text).isEmpty)
    }

    @Test(arguments: ["true", "false", "TRUE", "False", "tRuE"])
    func trueAndFalseInAnyCaseAreBooleans(_ text: String) {
        #expect(kinds(text) == .boolean)
    }

    @Test(arguments: ["t", "f", "yes", "no", "truer", "fals", "truefalse", "on"])
    func otherWordsAreText(_ text: String) {
        #expect(kinds(text).isEmpty)
    }

    @Test(
        arguments: [
            ("2024-02-29", TextKinds.date), ("0001-01-01", .date), ("9999-12-31", .date), ("2000-02-29", .date),
            ("2024/02/29", .slashedDate), ("29.02.2024", .dottedDate), ("12/31/2024", .monthFirstDate),
            ("31/12/2024", .dayFirstDate), ("01/02/2024", [.monthFirstDate, .dayFirstDate]),
            ("2024-02-29T23:59:59", .timestamp), ("2024-02-29 00:00:00", .timestamp),
            ("2024-02-29T23:59:59.1", .timestamp),
            ("2024-02-29T23:59:59.123456", .timestamp), ("2024-02-29T23:59:59.123456000", .timestamp),
            ("2024-02-29T23:59:59Z", .zonedTimestamp), ("2024-02-29 23:59:59.5+05:30", .zonedTimestamp),
            ("2024-02-29T23:59:59-0800", .zonedTimestamp), ("2024-02-29T23:59:59+00", .zonedTimestamp),
            ("23:59:59", .time), ("00:00:00.000001", .time),
        ] as [(String, TextKinds)]
    )
    func datesAndTimesAreKnownByTheirLayout(_ text: String, _ expected: TextKinds) {
        #expect(kinds(text) == expected)
    }

    @Test(arguments: [
        "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "2024-04-31", "0000-01-01", "2024-1-1",
        "24-01-01",
        "2024-01-01T", "2024-01-01T24:00:00", "2024-01-01T10:60:00", "2024-01-01T10:00:60", "2024-01-01T10:00",
        "2024-01-01t10:00:00", "2024-01-01  10:00:00", "2024-01-01T10:00:00.", "2024-01-01T10:00:00.1234567",
        "2024-01-01T10:00:00.1234560001", "2024-01-01T10:00:00z", "2024-01-01T10:00:00 Z", "2024-01-01T10:00:00+5",
        "2024-01-01T10:00:00+05:60", "2024-01-01T10:00:00+16:00", "2024-01-01Z", "1/2/2024", "32/01/2024", "13/13/2024",
        "1.2.2024", "30.02.2024", "2024/2/1", "10:00", "24:00:00", "10:00:00Z", "10:00:00.", "2024-01-0110:00:00",
    ])
    func whatIsNoDayOrTimeIsText(_ text: String) {
        #expect(kinds(text).isEmpty)
    }

    @Test func everyTextOfUpToFiveLettersOfNumbersAgreesWithTheGrammar() {
        let letters = Array("01-+.eE")
        var texts = letters.map { [$0] }
        for length in 1...5 {
            for text in texts where text.count == length && length < 5 { texts += letters.map { text + [$0] } }
        }
        let integer = /-?(0|[1-9][0-9]*)/
        let decimal = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
        for letters in texts {
            let text = String(letters)
            let isInteger = (try? integer.wholeMatch(in: text)) != nil && text != "-0"
            #expect(kinds(text).contains(.integer) == isInteger, "\(text)")
            guard (try? decimal.wholeMatch(in: text)) != nil else {
                #expect(kinds(text).isEmpty, "\(text)")
                continue
            }
            // The grammar says nothing of the range; the value does.
            let value = Double(text) ?? .infinity
            let isZero = !text.prefix { $0 != "e" && $0 != "E" }.contains("1")
            let fits = isZero ? true : value.isFinite && abs(value) >= 1e-307 && abs(value) < 1e308
            #expect(kinds(text).contains(.double) == fits, "\(text)")
        }
    }
}
