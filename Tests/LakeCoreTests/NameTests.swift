import LakeCore
import Testing

@Suite struct NameTests {
    @Test(arguments: ["a", "orders", "_x", "t_2024", String(repeating: "a", count: 63)])
    func namesAreTakenAsTheyStand(text: String) throws {
        #expect(try #require(DatasetName(text)).rawValue == text)
    }

    @Test(arguments: ["", "2024", "Orders", "a b", "a-b", "é", "a.b", String(repeating: "a", count: 64)])
    func whatIsNotANameIsRefused(text: String) {
        #expect(DatasetName(text) == nil)
    }

    @Test(arguments: [
        ("Q3 Report (final).csv", "q3_report_final"), ("2024.csv", "t_2024"), ("archive.tar.gz", "archive"),
        ("résumés.ndjson", "r_sum_s"), ("???.csv", "data"), ("/some/where/people.CSV", "people"),
        ("a__b--c.txt", "a_b_c"),
    ])
    func aFileNameGivesADatasetName(file: String, name: String) {
        #expect(DatasetName(fileName: file).rawValue == name)
        #expect(DatasetName(DatasetName(fileName: file).rawValue) != nil)
    }

    @Test func namesNearInSpellingAreFound() {
        let tables = ["candidates", "clients", "placements", "call_log"]
        #expect(nearestNames(to: "candidate", in: tables) == ["candidates"])
        #expect(nearestNames(to: "clietns", in: tables) == ["clients"])
        #expect(nearestNames(to: "call", in: tables) == ["call_log"])
        #expect(nearestNames(to: "zzzz", in: tables).isEmpty)
        #expect(nearestNames(to: "", in: tables).isEmpty)
    }
}
