/// What the demo holds, and what to try with it.
public enum DemoPlan {
    /// The seed of the demo: one seed, one set of bytes.
    public static let seed: UInt64 = 20_260_628

    /// Rows of one table.
    public static func rows(_ table: DemoTable, _ scale: DemoScale) -> Int {
        switch (table, scale) {
        case (.candidates, .small), (.resumes, .small): 2_000
        case (.clients, .small): 300
        case (.jobOrders, .small): 1_500
        case (.placements, .small): 1_200
        case (.timesheets, .small): 25_000
        case (.callLog, .small): 12_000
        case (.emailLog, .small): 8_000
        case (.candidates, .full), (.resumes, .full): 100_000
        case (.clients, .full): 5_000
        case (.jobOrders, .full): 62_500
        case (.placements, .full): 50_000
        case (.timesheets, .full): 1_000_000
        case (.callLog, .full): 700_000
        case (.emailLog, .full): 452_500
        }
    }

    /// Rows of all tables.
    public static func rows(_ scale: DemoScale) -> Int { DemoTable.allCases.reduce(0) { $0 + rows($1, scale) } }

    /// Which rows refer to something that is not there.
    ///
    /// - Returns: The column that misses its target; the rows are those whose position, from 0, leaves `remainder` when
    ///   divided by `every`. Nil for a table without such rows.
    public static func orphans(_ table: DemoTable) -> (column: String, every: Int, remainder: Int)? {
        switch table {
        case .placements: ("candidate_id", 400, 200)
        case .timesheets: ("placement_id", 5_000, 2_500)
        case .callLog: ("candidate_id", 2_000, 1_000)
        case .emailLog: ("job_order_id", 2_000, 1_500)
        case .candidates, .clients, .jobOrders, .resumes: nil
        }
    }

    /// The index of the résumés.
    public static let index = "resumes"

    /// A query to begin with: where the agency earns most.
    public static let sampleQuery = """
        SELECT c.industry, count(DISTINCT p.placement_id) AS placements, \
        round(sum(t.bill_amount - t.pay_amount)) AS margin \
        FROM timesheets t JOIN placements p USING (placement_id) JOIN clients c USING (client_id) \
        GROUP BY c.industry ORDER BY margin DESC LIMIT 5
        """

    /// Words to search the résumés for.
    public static let sampleSearch = "night shifts in intensive care with ventilated patients"

    /// A question the résumés answer.
    public static let sampleQuestion = "Who has run Kubernetes in production?"
}
