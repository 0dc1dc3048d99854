public import LakeCore

extension SQLEngine {
    /// How a query would be carried out; nothing of it runs.
    ///
    /// - Parameters:
    ///   - query: What ``parse(_:)`` gave.
    ///   - relations: What each of its tables stands for.
    ///   - parameters: The values of its placeholders.
    ///   - limits: How long it may take.
    /// - Returns: The last step, with those before it inside.
    /// - Throws: As ``run(_:relations:parameters:limits:)``.
    public func explain(
        _ query: ParsedQuery,
        relations: [TableReference: Relation],
        parameters: Parameters = .none,
        limits: QueryLimits = QueryLimits()
    ) async throws(SQLError) -> PlanNode {
        let around = ("EXPLAIN (FORMAT json) FROM (", "\n) AS answer")
        let running = try await start(query, wrapped: around, relations, parameters, limits)
        var plan: PlanNode?
        while let batch = try await running.next() {
            for row in 0..<batch.rowCount {
                guard case .text(let text) = batch.value(column: 1, row: row),
                    let tree = try? JSONTree(parsing: text, maxDepth: 10_000), let root = tree.array.first
                else { continue }
                plan = PlanNode(root) { query.filled.originalText(of: $0) }
            }
        }
        guard let plan else { throw .unavailable("The SQL engine gave no plan.") }
        return plan
    }

    /// Runs a query and writes its rows as a Parquet file, with the types that Parquet has.
    ///
    /// What Parquet would make a DOUBLE of becomes DECIMAL(38,0), and what it would move to another time zone becomes text.
    ///
    /// - Parameters:
    ///   - query: What ``parse(_:)`` gave.
    ///   - path: The file, in a folder that the engine was allowed; what it holds after an error is undefined.
    ///   - relations: What each of its tables stands for.
    ///   - parameters: The values of its placeholders.
    ///   - limits: How many rows are written at the most, and how long it may take.
    /// - Returns: The columns as the query has them, and how many rows were written.
    /// - Throws: As ``run(_:relations:parameters:limits:)``.
    public func export(
        _ query: ParsedQuery,
        to path: String,
        relations: [TableReference: Relation],
        parameters: Parameters = .none,
        limits: QueryLimits = QueryLimits()
    ) async throws(SQLError) -> (columns: [ResultColumn], rows: Int) {
        let described = try await start(
            query,
            wrapped: ("FROM (", "\n) AS answer LIMIT 0"),
            relations,
            parameters,
            limits
        )
        await described.close()
        let names = ResultColumn.distinctNames(described.columns).map(SQLText.quoteIdentifier)
        var (values, places) = ([String](), [String]())
        for (index, column) in described.typedColumns.enumerated() {
            let (place, type) = ("c\(index)", column.type.inParquet)
            let value = type == column.type ? place : "CAST(\(place) AS \(type.name))"
            values.append("\(value) AS \(names[index])")
            places.append(place)
        }
        let select = "SELECT \(values.joined(separator: ", ")) FROM ("
        let limit = limits.maxRows.map { " LIMIT \($0)" } ?? ""
        let after = "\n) AS answer(\(places.joined(separator: ", ")))\(limit)"
        var unlimited = limits
        unlimited.maxRows = nil
        let rows = try await write(
            query,
            to: path,
            relations: relations,
            parameters: parameters,
            limits: unlimited,
            around: (select, after)
        )
        return (described.columns, rows)
    }
}

extension SQLType {
    /// The type that Parquet keeps the values in without loss; itself where it does so anyway.
    var inParquet: SQLType {
        switch self {
        case .hugeint, .uhugeint: .decimal(width: 38, scale: 0)
        case .timeTZ, .timeNS: .varchar
        case .list(let element): .list(element.inParquet)
        case .array(let element, let count): .array(element.inParquet, count: count)
        case .record(let fields): .record(fields.map { Field(name: $0.name, type: $0.type.inParquet) })
        case .map(let key, let value): .map(key: key.inParquet, value: value.inParquet)
        default: self
        }
    }
}
