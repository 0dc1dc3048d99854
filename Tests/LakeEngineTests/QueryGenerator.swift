import LakeCore

/// A dataset that generated queries are about.
struct DifferentialTable: Sendable {
    /// What may be done with a column.
    enum Kind: CaseIterable, Sendable {
        case whole, decimal, double, text, date, time, boolean, list
    }

    struct Column: Sendable {
        var name: String
        var kind: Kind
        /// Its value for the row `i`.
        var sql: String
    }

    var name: String
    var rows: Int
    var files: Int
    /// Which rows are deleted, by `id`.
    var deleted: String?
    var columns: [Column]

    static let all = [
        DifferentialTable(
            name: "orders",
            rows: 1_500,
            files: 2,
            columns: [
                Column(name: "id", kind: .whole, sql: "i"),
                Column(
                    name: "customer",
                    kind: .whole,
                    sql: "CASE WHEN i % 13 = 0 THEN NULL ELSE (hash(i) % 90)::INTEGER END"
                ),
                Column(
                    name: "amount",
                    kind: .decimal,
                    sql: "CASE WHEN i % 17 = 0 THEN NULL ELSE ((hash(i, 1) % 100000) / 100 - 200)::DECIMAL(9,2) END"
                ),
                Column(name: "day", kind: .date, sql: "DATE '2023-11-01' + (hash(i, 2) % 200)::INTEGER"),
                Column(
                    name: "state",
                    kind: .text,
                    sql: "['new', 'paid', 'sent', NULL, 'Zürich', ''][1 + (hash(i, 3) % 6)::INTEGER]"
                ),
            ]
        ),
        DifferentialTable(
            name: "customers",
            rows: 100,
            files: 1,
            columns: [
                Column(name: "id", kind: .whole, sql: "i::INTEGER"),
                Column(name: "name", kind: .text, sql: "'Customer ' || (hash(i, 4) % 60)"),
                Column(
                    name: "score",
                    kind: .double,
                    sql:
                        "CASE WHEN i % 9 = 0 THEN NULL WHEN i % 31 = 0 THEN 'inf'::DOUBLE ELSE (hash(i, 5) % 1000) / 8 END"
                ),
                Column(
                    name: "active",
                    kind: .boolean,
                    sql: "CASE hash(i, 6) % 3 WHEN 0 THEN true WHEN 1 THEN false END"
                ),
                Column(
                    name: "tags",
                    kind: .list,
                    sql: "CASE WHEN i % 5 = 0 THEN NULL ELSE ['a', 'b', 'c'][:(hash(i, 7) % 4)::INTEGER] END"
                ),
            ]
        ),
        DifferentialTable(
            name: "events",
            rows: 3_000,
            files: 5,
            deleted: "id % 7 = 3 OR id BETWEEN 600 AND 1300",
            columns: [
                Column(name: "id", kind: .whole, sql: "i"),
                Column(name: "customer", kind: .whole, sql: "(hash(i, 8) % 110)::SMALLINT"),
                Column(
                    name: "made",
                    kind: .time,
                    sql: "TIMESTAMP '2023-12-30 22:00:00' + INTERVAL ((hash(i, 9) % 5000)::INTEGER) MINUTE"
                ),
                Column(
                    name: "kind",
                    kind: .text,
                    sql: "CASE WHEN i % 8 = 0 THEN NULL ELSE 'k' || hash(i, 10) % 12 END"
                ),
                Column(
                    name: "size",
                    kind: .double,
                    sql: "CASE WHEN i % 19 = 0 THEN NULL ELSE (hash(i, 11) % 4000) / 16 - 20 END"
                ),
            ]
        ),
        DifferentialTable(
            name: "limits",
            rows: 40,
            files: 2,
            deleted: "id % 5 = 1",
            columns: [
                Column(name: "id", kind: .whole, sql: "i::UTINYINT"),
                Column(
                    name: "big",
                    kind: .whole,
                    sql:
                        "CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 9223372036854775807 WHEN 2 THEN -9223372036854775808 ELSE i - 20 END"
                ),
                Column(
                    name: "exact",
                    kind: .decimal,
                    sql:
                        "CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 99999999999999999999.999999::DECIMAL(26,6) ELSE -i END"
                ),
                Column(name: "flag", kind: .boolean, sql: "i % 2 = 0"),
            ]
        ),
    ]
}

/// Makes queries whose result does not depend on the order of rows: the same seed, the same queries.
struct QueryGenerator {
    struct Query {
        var sql: String
        /// Whether the order of its rows is fixed.
        var isOrdered: Bool
    }

    /// A column as a query names it.
    private struct Named {
        var sql: String
        var kind: DifferentialTable.Kind
    }

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func next() -> Query {
        switch roll(10) {
        case 0...2: rows()
        case 3...5: groups()
        case 6: windows()
        case 7: sets()
        case 8: subqueries()
        default: commons()
        }
    }

    // MARK: Kinds of queries

    private mutating func rows() -> Query {
        let (from, columns) = source()
        var items = (0...roll(4)).map { _ in expression(columns, depth: 2).sql }
        if chance(4) { items.append("*") }
        let distinct = chance(5) ? "DISTINCT " : ""
        return finished("SELECT \(distinct)\(named(items)) FROM \(from)\(filter(columns))")
    }

    private mutating func groups() -> Query {
        let (from, columns) = source()
        var keys = (0..<roll(3)).map { _ in one(of: columns).sql }
        if chance(4) { keys.append(expression(columns, depth: 1).sql) }
        let aggregates = (0...roll(3)).map { _ in aggregate(columns) }
        var sql = "SELECT \(named(keys + aggregates)) FROM \(from)\(filter(columns))"
        if !keys.isEmpty {
            let list = keys.joined(separator: ", ")
            switch roll(6) {
            case 0: sql += " GROUP BY ROLLUP (\(list))"
            case 1: sql += " GROUP BY CUBE (\(list))"
            case 2: sql += " GROUP BY GROUPING SETS ((\(list)), ())"
            default: sql += " GROUP BY \(list)"
            }
            if chance(3) { sql += " HAVING count(*) > \(roll(6))" }
        }
        return finished(sql)
    }

    private mutating func windows() -> Query {
        let table = one(of: DifferentialTable.all)
        let columns = table.columns.map { Named(sql: $0.name, kind: $0.kind) }
        let part = chance(3) ? "" : "PARTITION BY \(one(of: columns).sql) "
        // The number of a row is unique, so that every window has one order.
        let order = "ORDER BY \(chance(2) ? "\(one(of: columns).sql) \(direction()), " : "")id"
        let frame = [
            "", " ROWS BETWEEN \(roll(5)) PRECEDING AND CURRENT ROW",
            " ROWS BETWEEN UNBOUNDED PRECEDING AND \(roll(4)) FOLLOWING",
        ]
        let value = one(of: columns).sql
        let function = [
            "row_number()", "rank()", "dense_rank()", "ntile(\(1 + roll(5)))", "lag(\(value), \(1 + roll(3)))",
            "lead(\(value))",
            "first_value(\(value))", "count(\(value))", "max(\(value))", "min(\(value))",
        ]
        let over = "\(one(of: function)) OVER (\(part)\(order)\(one(of: frame)))"
        let plain = "SELECT id, \(over) AS w, \(value) AS v FROM \(table.name)\(filter(columns))"
        return finished(chance(3) ? plain + " QUALIFY w IS NOT NULL" : plain)
    }

    private mutating func sets() -> Query {
        let kind = one(of: [DifferentialTable.Kind.whole, .text])
        let halves = (0..<2 + roll(2)).map { _ in
            let table = one(of: DifferentialTable.all)
            let columns = table.columns.map { Named(sql: $0.name, kind: $0.kind) }
            let items = (0..<2).map { _ in value(of: kind, columns, depth: 1) }
            return "SELECT \(named(items)) FROM \(table.name)\(filter(columns))"
        }
        let operators = ["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL", "INTERSECT ALL"]
        return finished("(" + halves.joined(separator: ") \(one(of: operators)) (") + ")")
    }

    private mutating func subqueries() -> Query {
        let condition = [
            "EXISTS (SELECT 1 FROM events e WHERE e.customer = c.id AND e.size > \(roll(200)))",
            "c.id IN (SELECT customer FROM orders WHERE amount > \(roll(700)))",
            "c.id NOT IN (SELECT customer FROM orders WHERE customer IS NOT NULL AND id > \(roll(1500)))",
            "c.score > (SELECT avg(size) FROM events e WHERE e.customer = c.id)",
            "(SELECT count(*) FROM orders o WHERE o.customer = c.id AND o.state = 'paid') > \(roll(4))",
        ]
        let table = one(of: ["customers", "(SELECT * FROM customers WHERE id < \(roll(100)))"])
        let lateral =
            "(SELECT count(*) AS n, max(e.id) AS last FROM events e WHERE e.customer = c.id AND e.id > \(roll(3000)))"
        let from = chance(2) ? "\(table) c" : "\(table) c, LATERAL \(lateral) l"
        return finished("SELECT * FROM \(from) WHERE \(one(of: condition))")
    }

    private mutating func commons() -> Query {
        let (from, columns) = source()
        let items = (0..<2).map { _ in one(of: columns).sql }
        let inner = "SELECT \(named(items)) FROM \(from)\(filter(columns))"
        let outer = [
            "SELECT c0, count(*) AS n, count(DISTINCT c1) AS d FROM w GROUP BY c0",
            "SELECT a.c0, b.n FROM (SELECT DISTINCT c0 FROM w) a JOIN (SELECT c0, count(*) AS n FROM w GROUP BY c0) b ON a.c0 = b.c0",
            "SELECT count(*) AS n FROM w WHERE c0 IS DISTINCT FROM c1",
            "SELECT * FROM w",
        ]
        return finished("WITH w AS \(one(of: ["", "MATERIALIZED ", "NOT MATERIALIZED "]))(\(inner)) \(one(of: outer))")
    }

    /// With or without an order; a limit only under a total one.
    private mutating func finished(_ sql: String) -> Query {
        switch roll(4) {
        case 0: return Query(sql: sql, isOrdered: false)
        case 1: return Query(sql: "SELECT * FROM (\(sql)) q ORDER BY ALL \(direction())", isOrdered: true)
        default:
            let limit = "LIMIT \(roll(60))\(chance(3) ? " OFFSET \(roll(30))" : "")"
            return Query(sql: "SELECT * FROM (\(sql)) q ORDER BY ALL \(direction()) \(limit)", isOrdered: true)
        }
    }

    // MARK: Parts

    /// One dataset, or two joined.
    private mutating func source() -> (String, [Named]) {
        guard chance(3) else {
            let table = one(of: DifferentialTable.all)
            return (table.name, table.columns.map { Named(sql: $0.name, kind: $0.kind) })
        }
        let left = DifferentialTable.all[chance(2) ? 0 : 2]
        let right = DifferentialTable.all[1]
        let join = one(of: ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
        let columns =
            left.columns.map { Named(sql: "l.\($0.name)", kind: $0.kind) }
            + right.columns.map { Named(sql: "r.\($0.name)", kind: $0.kind) }
        return ("\(left.name) l \(join) \(right.name) r ON l.customer = r.id", columns)
    }

    private mutating func filter(_ columns: [Named]) -> String {
        guard !chance(4) else { return "" }
        let parts = (0...roll(3)).map { _ in condition(columns) }
        return " WHERE " + parts.joined(separator: chance(3) ? " OR " : " AND ")
    }

    private mutating func condition(_ columns: [Named]) -> String {
        let column = one(of: columns)
        let compared = one(of: ["=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM"])
        switch roll(7) {
        case 0: return "\(column.sql) IS \(chance(2) ? "NOT " : "")NULL"
        case 1: return "\(column.sql) BETWEEN \(literal(column.kind)) AND \(literal(column.kind))"
        case 2: return "\(column.sql) IN (\(literal(column.kind)), \(literal(column.kind)), \(literal(column.kind)))"
        case 3: return "NOT (\(column.sql) \(compared) \(literal(column.kind)))"
        default: return "\(column.sql) \(compared) \(literal(column.kind))"
        }
    }

    private mutating func expression(_ columns: [Named], depth: Int) -> Named {
        let kind = one(of: columns).kind
        return Named(sql: value(of: kind, columns, depth: depth), kind: kind)
    }

    /// An expression of a kind; some of them fail for some rows.
    private mutating func value(of kind: DifferentialTable.Kind, _ columns: [Named], depth: Int) -> String {
        let fitting = columns.filter { $0.kind == kind }
        let leaf = fitting.isEmpty || chance(8) ? literal(kind) : one(of: fitting).sql
        guard depth > 0, chance(2) else { return leaf }
        let other = value(of: kind, columns, depth: depth - 1)
        switch (kind, roll(6)) {
        case (_, 0): return "coalesce(\(leaf), \(literal(kind)))"
        case (_, 1): return "CASE WHEN \(condition(columns)) THEN \(leaf) ELSE \(other) END"
        case (.whole, 2): return "(\(leaf) + \(other))"
        case (.whole, 3): return "(\(leaf) % \(1 + roll(9)))"
        case (.whole, 4): return chance(6) ? "CAST(\(leaf) AS TINYINT)" : "abs(\(leaf) // \(1 + roll(7)))"
        case (.decimal, 2): return "round(\(leaf), 1)"
        case (.decimal, 3): return "(\(leaf) * \(roll(4)))"
        case (.double, 2): return "(\(leaf) / \(1 + roll(5)))"
        case (.double, 3): return "greatest(\(leaf), \(other))"
        case (.text, 2): return "upper(\(leaf))"
        case (.text, 3): return "(\(leaf) || \(other))"
        case (.text, 4): return "substring(\(leaf), \(1 + roll(4)), \(roll(5)))"
        case (.text, 5): return chance(6) ? "CAST(\(leaf) AS INTEGER)::VARCHAR" : "replace(\(leaf), 'a', 'ß')"
        case (.date, 2): return "(\(leaf) + \(roll(40)))"
        case (.date, 3): return "date_trunc('month', \(leaf))::DATE"
        case (.time, 2): return "(\(leaf) + INTERVAL \(roll(50)) HOUR)"
        case (.time, 3): return "date_trunc('day', \(leaf))"
        case (.list, 2): return "list_reverse(\(leaf))"
        case (.list, 3): return "list_transform(\(leaf), lambda x: x || '!')"
        case (.boolean, 2): return "(NOT \(leaf))"
        case (.boolean, 3): return "(\(leaf) AND \(other))"
        default: return leaf
        }
    }

    private mutating func aggregate(_ columns: [Named]) -> String {
        let column = one(of: columns)
        let keep = chance(5) ? " FILTER (WHERE \(condition(columns)))" : ""
        let plain = [
            "count(*)", "count(\(column.sql))", "count(DISTINCT \(column.sql))", "min(\(column.sql))",
            "max(\(column.sql))",
        ]
        let call =
            switch column.kind {
            case .whole, .decimal: one(of: plain + ["sum", "avg", "median"].map { "\($0)(\(column.sql))" })
            case .double: one(of: plain + ["sum(\(column.sql))", "avg(\(column.sql))"])
            case .text: one(of: plain + ["string_agg(\(column.sql), ',' ORDER BY \(column.sql))"])
            case .boolean: one(of: plain + ["bool_or(\(column.sql))", "bool_and(\(column.sql))"])
            default: one(of: plain)
            }
        return call + keep
    }

    private mutating func literal(_ kind: DifferentialTable.Kind) -> String {
        switch kind {
        case .whole: one(of: ["\(roll(120))", "\(roll(3000))", "-\(roll(50))", "0", "NULL"])
        case .decimal: one(of: ["\(roll(900)).\(10 + roll(90))", "-\(roll(90)).5", "0"])
        case .double: one(of: ["\(roll(200)).25::DOUBLE", "-1.5::DOUBLE", "0::DOUBLE"])
        case .text: one(of: ["'paid'", "'k\(roll(12))'", "'Customer \(roll(60))'", "''", "'Zürich'", "'a%'"])
        case .date: "DATE '2024-0\(1 + roll(6))-\(10 + roll(18))'"
        case .time: "TIMESTAMP '2023-12-31 \(10 + roll(14)):\(10 + roll(50)):00'"
        case .boolean: one(of: ["true", "false", "NULL"])
        case .list: one(of: ["['a', 'b']", "[]::VARCHAR[]", "['c']"])
        }
    }

    /// The items as a list whose columns have names of their own.
    private func named(_ items: [String]) -> String {
        items.enumerated().map { $1 == "*" ? "*" : "\($1) AS c\($0)" }.joined(separator: ", ")
    }

    private mutating func direction() -> String {
        one(of: ["ASC", "DESC"]) + one(of: ["", " NULLS FIRST", " NULLS LAST"])
    }

    private mutating func one<Item>(of items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }

    private mutating func roll(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    /// True once in so many times.
    private mutating func chance(_ times: Int) -> Bool { roll(times) == 0 }
}
