import LakeSQL
import LakeTesting
import Testing

/// The behaviour of SQL as users see it; see the files in `Cases`.
@Suite struct CaseFileTests {
    @Test(arguments: ["select.test", "tables.test", "scopes.test", "functions.test", "errors.test"])
    func statementsDoWhatTheFileSays(_ name: String) async throws {
        let lab = try await SQLLab.withTables()
        let cases = try CaseFile.cases(name)
        #expect(cases.count > 5)
        for item in cases { try await check(item, in: lab) }
    }

    private func check(_ item: CaseFile.Case, in lab: SQLLab) async throws {
        let rows: [String]
        do {
            rows = try await lab.rows(item.sql).map { $0.map(\.words).joined(separator: "|") }
        } catch let error as SQLError {
            guard case .error(let code, let words) = item.expectation else {
                Issue.record("\(item) threw \(error.detail)")
                return
            }
            #expect(error.code == code, "\(item): \(error.detail)")
            for part in words { #expect(error.detail.contains(part), "\(item): \(error.detail)") }
            return
        }
        guard case .rows(let expected, let anyOrder) = item.expectation else {
            Issue.record("\(item) gave rows: \(rows.prefix(3))")
            return
        }
        #expect(anyOrder ? rows.sorted() == expected.sorted() : rows == expected, "\(item) gave \(rows)")
    }
}
