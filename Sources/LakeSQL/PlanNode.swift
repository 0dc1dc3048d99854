/// One step of the plan by which the engine would carry a query out, and the steps it takes its rows from.
public struct PlanNode: Sendable, Codable, Equatable {
    /// What is done, as the engine calls it: `HASH_GROUP_BY`, `READ_PARQUET`.
    public var step: String
    /// How many rows the engine expects of it.
    public var estimatedRows: Int?
    /// What it works with, in the words of the query.
    public var details: [String: [String]]
    public var inputs: [PlanNode]

    /// What of the engine's description leaves it: expressions over columns, never names of files.
    private static let shown = [
        "Projections": "projections", "Filters": "filters", "Conditions": "conditions", "Join Type": "join_type",
        "Groups": "groups", "Aggregates": "aggregates", "Order By": "order_by", "Top": "top", "Limit": "limit",
        "Offset": "offset", "Expression": "expression", "CTE Name": "with",
    ]

    /// Reads what `EXPLAIN (FORMAT json)` says of a plan.
    ///
    /// - Parameters:
    ///   - tree: One step of it.
    ///   - translate: What a text of the engine's is for the user.
    init(_ tree: JSONTree, _ translate: (String) -> String) {
        step = (tree["name"]?.string ?? "").split(separator: " ").joined(separator: " ")
        inputs = (tree["children"]?.array ?? []).map { PlanNode($0, translate) }
        let info = tree["extra_info"]
        estimatedRows = info?["Estimated Cardinality"]?.string.flatMap { Int($0) }
        details = [:]
        for (key, name) in Self.shown {
            guard let value = info?[key] else { continue }
            let texts = (value.string.map { [$0] } ?? value.array.compactMap(\.string))
                .filter { !$0.contains(KeptFunction.name) && !$0.isEmpty }.map(translate)
            if !texts.isEmpty { details[name] = texts }
        }
    }
}
