import LakeEngine
import Testing

@Suite struct DemoTablesTests {
    /// `2026-06-28` gives `0000-00-00`.
    private func shape(_ text: String) -> String {
        String(decoding: text.utf8.map { (48...57).contains($0) ? 48 : $0 }, as: UTF8.self)
    }

    @Test(arguments: DemoTable.allCases)
    func everyTableHasItsRowsAndItsColumns(_ table: DemoTable) async throws {
        let demo = try await DemoFiles.small.value
        guard table != .resumes else {
            #expect(demo.resumes.count == DemoPlan.rows(table, .small))
            return
        }
        #expect(demo.rows(table).count == DemoPlan.rows(table, .small))
        #expect(demo.rows(table).allSatisfy { $0.width == table.columns.count })
    }

    @Test(
        arguments: [
            (.candidates, "candidate_id"), (.clients, "client_id"), (.jobOrders, "job_order_id"),
            (.placements, "placement_id"), (.timesheets, "timesheet_id"), (.callLog, "call_id"),
            (.emailLog, "email_id"), (.clients, "name"), (.candidates, "email"),
        ] as [(DemoTable, String)]
    )
    func keysAreUnique(_ table: DemoTable, _ column: String) async throws {
        let values = try await DemoFiles.small.value.values(table, column).filter { !$0.isEmpty }
        #expect(Set(values).count == values.count)
        #expect(values.count > DemoPlan.rows(table, .small) * 9 / 10)
    }

    @Test(
        arguments: [
            (.jobOrders, "client_id", .clients), (.placements, "job_order_id", .jobOrders),
            (.placements, "candidate_id", .candidates), (.placements, "client_id", .clients),
            (.timesheets, "placement_id", .placements), (.timesheets, "candidate_id", .candidates),
            (.callLog, "candidate_id", .candidates), (.callLog, "client_id", .clients),
            (.emailLog, "candidate_id", .candidates), (.emailLog, "job_order_id", .jobOrders),
        ] as [(DemoTable, String, DemoTable)]
    )
    func referencesHoldButForTheDocumentedOrphans(_ table: DemoTable, _ column: String, _ target: DemoTable)
        async throws
    {
        let demo = try await DemoFiles.small.value
        let known = Set(demo.values(target, target.columns[0]))
        let missing = demo.rows(table).enumerated().filter { _, row in
            row[column].map { !known.contains($0) } ?? false
        }
        if let orphans = DemoPlan.orphans(table), orphans.column == column {
            let expected = stride(from: orphans.remainder, to: DemoPlan.rows(table, .small), by: orphans.every)
            #expect(missing.map(\.offset) == Array(expected))
            #expect(!missing.isEmpty)
        } else {
            #expect(missing.isEmpty)
        }
    }

    @Test func placementsAgreeWithTheirJobOrders() async throws {
        let demo = try await DemoFiles.small.value
        let orders = Dictionary(uniqueKeysWithValues: demo.rows(.jobOrders).map { ($0["job_order_id"], $0) })
        let people = Dictionary(uniqueKeysWithValues: demo.rows(.candidates).map { ($0["candidate_id"], $0) })
        var filled: [String?: Int] = [:]
        for placement in demo.rows(.placements) {
            let order = try #require(orders[placement["job_order_id"]])
            filled[placement["job_order_id"], default: 0] += 1
            #expect(placement["client_id"] == order["client_id"])
            #expect(placement["title"] == order["title"])
            let (start, opened) = try (#require(placement["start_on"]), #require(order["opened_on"]))
            #expect(opened < start)
            // Nobody is placed in another line of work, or before registering.
            guard let person = people[placement["candidate_id"]] else { continue }
            #expect(person["field"] == order["field"])
            #expect(try #require(person["registered_at"]) < start)
            #expect((placement["end_on"] == nil) == (placement["status"] == "active"))
        }
        for order in demo.rows(.jobOrders) {
            let count = filled[order["job_order_id"]] ?? 0
            #expect(order["filled"] == String(count))
            #expect((order["filled"] == order["openings"]) == (order["status"] == "filled"))
        }
    }

    @Test func timeSheetsCoverThePlacementWeekByWeek() async throws {
        let demo = try await DemoFiles.small.value
        let placements = Dictionary(
            uniqueKeysWithValues: demo.rows(.placements).map { ($0["placement_id"], $0) }
        )
        let sheets = Dictionary(grouping: demo.rows(.timesheets)) { $0["placement_id"] }
        var cutShort = 0
        for (id, placement) in placements {
            let weeks = try #require(sheets[id]).compactMap { $0["week_ending"] }
            #expect((1...40).contains(weeks.count))
            #expect(weeks == weeks.sorted())
            #expect(Set(weeks).count == weeks.count)
            let (first, last) = try (#require(weeks.first), #require(weeks.last))
            #expect(try #require(placement["start_on"]) < first)
            if let end = placement["end_on"] { cutShort += end > last ? 1 : 0 } else { #expect(last == "2026-06-28") }
        }
        // A placement whose last sheet is one of the five orphans seems to end late.
        #expect(cutShort <= 5)
    }

    @Test func payIsHoursTimesRateToTheCent() async throws {
        let demo = try await DemoFiles.small.value
        let placements = Dictionary(
            uniqueKeysWithValues: demo.rows(.placements).map { ($0["placement_id"], $0) }
        )
        func hundredths(_ row: DemoFiles.Row, _ column: String) throws -> Int {
            let amount = try #require(row[column])
            return try #require(Int(amount.replacing(".", with: "")))
        }
        for sheet in demo.rows(.timesheets) {
            guard let placement = placements[sheet["placement_id"]] else { continue }
            let (hours, overtime) = try (hundredths(sheet, "hours"), hundredths(sheet, "overtime_hours"))
            for (amount, rate) in [("pay_amount", "pay_rate"), ("bill_amount", "bill_rate")] {
                let exact = try (hours * 2 + overtime * 3) * hundredths(placement, rate)
                #expect(try abs(hundredths(sheet, amount) * 200 - exact) <= 100)
            }
        }
    }

    @Test func datesAndTimesAreWellFormedAndInThePast() async throws {
        let demo = try await DemoFiles.small.value
        for (table, column) in [
            (.candidates, "born_on"), (.clients, "client_since"), (.jobOrders, "opened_on"),
            (.timesheets, "week_ending"),
        ] as [(DemoTable, String)] {
            let values = demo.values(table, column)
            #expect(Set(values.map(shape)) == ["0000-00-00"])
            #expect(values.allSatisfy { $0 <= "2026-06-28" })
        }
        for (table, column) in [
            (.candidates, "registered_at"), (.placements, "signed_at"), (.timesheets, "submitted_at"),
            (.callLog, "started_at"), (.emailLog, "sent_at"),
        ] as [(DemoTable, String)] {
            let values = demo.values(table, column)
            #expect(values.count == DemoPlan.rows(table, .small))
            let moments = ["Z", "+00:00", "-00:00"].map { "0000-00-00T00:00:00" + $0 }
            #expect(Set(values.map(shape)).isSubset(of: moments))
            #expect(values.allSatisfy { $0 < "2026-06-30" })
            // More than one zone, so that a reader has to heed them.
            #expect(Set(values.map { $0.dropFirst(19) }).count > 1)
        }
    }

    @Test func awkwardValuesAreThere() async throws {
        let demo = try await DemoFiles.small.value
        let notes = demo.values(.candidates, "notes")
        for awkward in ["😀", "\n", "\"quotes\"", "=SUM(A1:A9)", "\t", "田中", "👩🏽‍🔧", "C:\\Users"] {
            #expect(notes.contains { $0.contains(awkward) }, "\(awkward)")
        }
        #expect(notes.contains("NULL"))
        #expect(notes.contains(""))
        #expect(notes.contains { $0.count > 3_000 })
        #expect(demo.rows(.candidates).contains { $0["notes"] == nil })
        #expect(demo.values(.candidates, "postcode").contains { $0.hasPrefix("0") && $0.allSatisfy(\.isNumber) })
        #expect(demo.values(.candidates, "phone").contains { $0.hasPrefix("0") })
        #expect(demo.values(.candidates, "desk").contains("007"))
        #expect(demo.values(.candidates, "address").contains { $0.contains("'") })
        #expect(demo.values(.candidates, "name").contains("Jennifer Null"))
        #expect(demo.values(.candidates, "salary_expectation").contains("9999999.00"))
        #expect(demo.values(.candidates, "available_from").contains("9999-12-31"))
        #expect(demo.values(.clients, "name").contains("The \"Corner\" Bakery"))
        #expect(demo.values(.clients, "name").contains("株式会社さくら物流"))
        #expect(demo.values(.clients, "notes").contains { $0.contains("\r\n") })
        #expect(demo.values(.emailLog, "subject").contains { $0.contains(";") })
        #expect(demo.values(.timesheets, "hours").contains("168.00"))
    }

    @Test func peopleWhoRegisteredTwiceShareANumberAndDifferInSpelling() async throws {
        let people = try await DemoFiles.small.value.rows(.candidates).filter { $0["phone"] != nil }
        let twice = Dictionary(grouping: people) { $0["phone"] }.values.filter { $0.count > 1 }
        #expect(twice.count >= 10)
        for pair in twice {
            #expect(pair.count == 2)
            #expect(pair[0]["name"] != pair[1]["name"])
            #expect(pair[0]["email"] != pair[1]["email"])
            #expect(pair[0]["born_on"] == pair[1]["born_on"])
        }
    }

    @Test func addressesOfMailArePlainLettersUnderReservedDomains() async throws {
        let demo = try await DemoFiles.small.value
        for (table, column) in [
            (.candidates, "email"), (.emailLog, "from_address"), (.emailLog, "to_address"),
        ] as [(DemoTable, String)] {
            let addresses = demo.values(table, column).filter { !$0.isEmpty }
            #expect(addresses.allSatisfy { $0.utf8.allSatisfy { $0 < 128 && $0 > 32 } })
            for address in addresses {
                let parts = address.split(separator: "@")
                #expect(parts.count == 2 && parts[0].split(separator: ".").count == 2, "\(address)")
                let isReserved = parts.last?.hasSuffix(".example") == true || parts.last?.hasPrefix("example.") == true
                #expect(isReserved, "\(address)")
            }
        }
    }
}
