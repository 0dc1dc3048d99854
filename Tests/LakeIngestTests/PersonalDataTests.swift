import LakeCore
import LakeTesting
import Testing

@testable import LakeIngest

/// Columns that hold something of people, and columns that only look so.
@Suite struct PersonalDataTests {
    private func found(_ name: String, _ type: String = "VARCHAR", _ values: [String]) -> [PersonalData] {
        PersonalDataDetector(name: name, type: type, values: values).findings
    }

    /// What speaks for a kind with or without a name that does.
    static let telling: [(String, String, PersonalData.Kind, [String])] = [
        ("contact", "VARCHAR", .email, ["ada@example.com", "grace.hopper+lists@navy.mil", "e.dijkstra@cs.utexas.edu"]),
        ("x", "VARCHAR", .email, (0..<20).map { "user\($0)@mail\($0 % 3).example.org" }),
        (
            "account", "VARCHAR", .iban,
            ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "FR1420041010050500013M02606"]
        ),
        ("c7", "VARCHAR", .card, Self.cards.map { $0 }),
        ("payment_card", "BIGINT", .card, Self.cards),
        ("pan", "VARCHAR", .card, ["4111 1111 1111 1111", "5500-0000-0000-0004", "3782 822463 10005"]),
        ("number", "VARCHAR", .ssn, ["123-45-6789", "078-05-1120", "219-09-9999", "457-55-5462", "001-01-0001"]),
        ("ssn", "INTEGER", .ssn, ["123456789", "219099999"]),
        ("client", "VARCHAR", .ip, (0..<20).map { "192.168.\($0).\(250 - $0)" }),
        ("client_ip", "VARCHAR", .ip, ["10.0.0.1", "10.0.0.2", "2001:db8::ff00:42:8329", "::1"]),
        ("c3", "VARCHAR", .phone, (0..<10).map { "(415) 555-01\(10 + $0)" }),
        ("mobile", "BIGINT", .phone, ["4155550100", "4155550101"]),
        ("telephone", "VARCHAR", .phone, ["+44 20 7946 0958", "+49 (0)30 901820", "0301 234567"]),
        ("annual_salary", "DECIMAL(12,2)", .salary, ["85000.00", "91250.50"]),
        ("grossPay", "DOUBLE", .salary, ["5100.5", "4200.0"]),
        (
            "place", "VARCHAR", .address,
            ["12 Main Street", "7 Rue de Rivoli", "Hauptstraße 5", "221B Baker St", "5 Elm Ave"]
        ),
        ("street_address", "VARCHAR", .address, ["12 Main Street, Springfield", "PO Box 12"]),
        ("dob", "DATE", .dateOfBirth, ["1815-12-10", "1906-12-09", "1930-05-11"]),
        ("birthDate", "VARCHAR", .dateOfBirth, ["10.12.1985", "1990/01/02"]),
        ("first_name", "VARCHAR", .personName, ["Ada", "Grace", "Łukasz", "Nguyễn"]),
        (
            "who", "VARCHAR", .personName,
            ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Barbara Liskov", "Frank Zappa"]
        ),
        ("diagnosis", "VARCHAR", .medical, ["Type 2 diabetes", "Fracture of the wrist"]),
        ("code", "VARCHAR", .medical, ["E11.9", "I10", "J45.909", "M54.5", "S52.501A"]),
        ("remark", "VARCHAR", .medical, ["has asthma", "takes insulin", "well", "hypertension since 2010"]),
    ]

    private static let cards = [
        "4111111111111111", "4012888888881881", "4222222222222220", "5555555555554444", "5105105105105100",
        "378282246310005",
        "371449635398431", "6011111111111117", "6011000990139424", "3530111333300000", "3566002020360505",
        "4000056655665556",
    ].filter { NumberChecks.isCard($0[...]) }

    @Test(arguments: telling.indices)
    func whatPeopleAreKnownByIsFound(_ number: Int) throws {
        let (name, type, kind, values) = Self.telling[number]
        let finding = try #require(found(name, type, values).first, "\(name): nothing was found")
        #expect(finding.kind == kind && finding.confidence >= 0.5, "\(name): \(finding)")
        #expect(finding.sampled == values.count && finding.matches > values.count / 2)
    }

    /// What only looks like it.
    static let innocent: [(String, String, [String])] = [
        ("order_number", "BIGINT", (0..<200).map { "\(4_000_000_000_000_000 + $0 * 7)" }),
        ("reference", "VARCHAR", (0..<200).map { "\(4_000_001_234_560_000 + $0 * 13)" }),
        ("invoice_id", "VARCHAR", cards),
        ("created", "BIGINT", (0..<50).map { "\(1_700_000_000 + $0 * 61)" }),
        ("created_ms", "BIGINT", (0..<50).map { "\(1_700_000_000_000 + $0 * 61_001)" }),
        ("at", "VARCHAR", (10..<60).map { "2024-03-\($0 % 18 + 10) 12:\($0):00" }),
        ("day", "VARCHAR", (10..<30).map { "2024-03-\($0)" }),
        ("app_version", "VARCHAR", (0..<30).map { "\(10 + $0).\($0 % 5).0.\(200 + $0)" }),
        ("ver", "VARCHAR", (0..<30).map { "1.2.\($0).0" }),
        ("value", "VARCHAR", (0..<30).map { "2.0.\($0).\($0 * 3)" }),
        ("library", "VARCHAR", (0..<30).map { "10.0.19041.\($0)" }),
        ("isbn", "VARCHAR", ["978-3-16-148410-0", "978-0-306-40615-7", "0-306-40615-2"]),
        ("zip", "VARCHAR", []), ("plus_four", "VARCHAR", ["94105-1234", "10001-0001", "60601-7777"]),
        ("part", "VARCHAR", (0..<40).map { "\(100 + $0)-\(10 + $0)-\(1000 + $0)A" }),
        ("sku", "VARCHAR", (0..<40).map { "\(100 + $0)-\(10 + $0)-\(1000 + $0)" }),
        ("uuid", "VARCHAR", ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "0195510a-8c00-7000-8000-000000000001"]),
        ("hash", "VARCHAR", ["9dd4e461268c8034f5c8564e155c67a6", "d41d8cd98f00b204e9800998ecf8427e"]),
        ("mac", "VARCHAR", ["00:1B:44:11:3A:B7", "02:00:5e:10:00:00"]),
        ("clock", "VARCHAR", ["12:30:45", "23:59:59"]),
        ("handle", "VARCHAR", ["@ada", "ada@", "a@b", "not an email", "user@localhost"]),
        ("package", "VARCHAR", ["npm@10.2.4", "left-pad@1.3.0", "react@18.2.0"]),
        ("company", "VARCHAR", ["Acme Corp", "Globex", "Initech Ltd"]),
        ("product_name", "VARCHAR", ["Alice Chair", "Grace Lamp", "Oliver Desk"]),
        ("city", "VARCHAR", ["San Francisco", "New York", "Łódź"]),
        ("card_type", "VARCHAR", ["visa", "amex"]),
        ("email_verified", "BOOLEAN", []), ("salary_date", "DATE", ["2024-01-31"]),
        ("ip_count", "BIGINT", ["4", "12"]), ("birth_place", "VARCHAR", ["London", "New York"]),
        ("patient_id", "BIGINT", ["1001", "1002"]), ("pan_european", "VARCHAR", ["yes", "no"]),
        ("coordinates", "VARCHAR", ["52.5200,13.4050", "48.8566,2.3522"]),
        ("amount", "DOUBLE", ["4111111111111111.0"]),
        ("iban", "VARCHAR", ["DE00 3704 0044 0532 0130 00", "GB82WEST12345698765431", "XX1420041010050500013M02606"]),
        ("model", "VARCHAR", ["A10.5", "X220", "T480s", "E11.9 pro", "Q35", "Z9"]),
        (
            "note", "VARCHAR",
            ["see order 4000001234567899 soon", "order 4000001234567907", "call about order 4000001234567915"]
        ),
    ]

    @Test(arguments: innocent.indices)
    func whatOnlyLooksLikeItIsLeftAlone(_ number: Int) {
        let (name, type, values) = Self.innocent[number]
        let sure = found(name, type, values).filter { $0.confidence >= 0.5 }
        #expect(sure.isEmpty, "\(name): \(sure)")
    }

    @Test func aFewAmongManyWordsAreFound() throws {
        let notes = (0..<50).map { "Called on Monday, wants offer \($0)." }
        let told = notes + ["Write to ada@example.com.", "IBAN: DE89370400440532013000", "SSN 219-09-9999, call back"]
        let kinds = found("notes", "VARCHAR", told)
        #expect(Set(kinds.map(\.kind)) == [.email, .iban, .ssn])
        #expect(kinds.allSatisfy { $0.matches == 1 && $0.sampled == 53 && $0.confidence >= 0.5 && $0.confidence < 0.6 })
        #expect(found("notes", "VARCHAR", notes).isEmpty)
    }

    @Test func nothingButANameIsLittle() {
        #expect(found("email", "VARCHAR", []).map(\.confidence) == [0.4])
        #expect(found("email", "VARCHAR", ["yes", "no"]).isEmpty)
        #expect(found("ssn", "VARCHAR", ["", "  "]).map(\.sampled) == [0])
    }

    @Test func checksumsAreChecked() {
        #expect(NumberChecks.isCard("4111111111111111") && !NumberChecks.isCard("4111111111111112"))
        #expect(!NumberChecks.isCard("1111111111111117") && !NumberChecks.isCard("4111"))
        #expect(NumberChecks.isIBAN("NL91ABNA0417164300") && !NumberChecks.isIBAN("NL91ABNA0417164301"))
        #expect(!NumberChecks.isIBAN("NL91ABNA04171643") && !NumberChecks.isIBAN(""))
        #expect(
            !NumberChecks.isSSN("000-12-3456") && !NumberChecks.isSSN("666-12-3456")
                && !NumberChecks.isSSN("900-12-3456")
        )
        #expect(!NumberChecks.isSSN("123-00-4567") && !NumberChecks.isSSN("123-45-0000"))
        #expect(NumberChecks.ipv4("255.255.255.255") != nil && NumberChecks.ipv4("256.1.1.1") == nil)
        #expect(NumberChecks.ipv4("01.2.3.4") == nil && NumberChecks.ipv4("1.2.3") == nil)
        #expect(
            NumberChecks.isIPv6("2001:db8::1") && !NumberChecks.isIPv6("2001:db8::1::2") && !NumberChecks.isIPv6("::")
        )
    }

    @Test func wordsOfNamesAreFound() {
        #expect(ColumnHint.words("emailAddress2") == ["email", "address"])
        #expect(ColumnHint.words("E-Mail 1") == ["e", "mail"])
        #expect(ColumnHint("home_phone_2").kinds == [.phone])
        #expect(ColumnHint("IP").kinds == [.ip] && ColumnHint("ip_version").kinds.isEmpty)
        #expect(ColumnHint("shipping").kinds.isEmpty && ColumnHint("ship_address").kinds == [.address])
    }

    @Test func anIngestTellsWhatItsColumnsSeemToHold() async throws {
        let rows = (0..<300).map { "\($0),person\($0)@example.org,\($0 * 3)\n" }.joined()
        let table = try await Lab.convert("id,mail,n\n" + rows).table
        #expect(table.personalData.keys.sorted() == ["mail"])
        #expect(table.personalData["mail"]?.first?.kind == .email)
        #expect(table.personalData["mail"]?.first?.matches == 300)
    }

    @Test func rowsFarDownAreLookedAtToo() async throws {
        let rows = (0..<5_000).map { $0 < 3_000 ? "\($0),\n" : "\($0),person\($0)@example.org\n" }.joined()
        let table = try await Lab.convert("file_row_numbers,who\n" + rows).table
        #expect(table.personalData["who"]?.first?.kind == .email)
        let hidden = try await Lab.convert("file_row_number,who\n" + rows).table
        #expect(hidden.rows == 5_000)
    }
}
