import LakeCore

/// Walks the parser's tree of a statement and refuses whatever is not known to be harmless.
///
/// Everything is visited, also what this code has no name for; node types and functions are matched against lists of
/// what is allowed, so that a construct of a later version is refused until someone has looked at it.
struct StatementChecker {
    /// A name that stands for a dataset, as the tree has it.
    struct Found {
        var reference: TableReference
        var alias: String
        /// Where the version's number, or the time, stands.
        var pinOffset: Int?
    }

    private let sql: String
    /// In the order of the text.
    private(set) var tables: [Found] = []
    private(set) var parameters: Set<String> = []
    /// Whether nothing in it gives something else each time.
    private(set) var isStable = true

    /// How many tables the statement reads once every common table expression stands where it is named.
    ///
    /// The engine plans it in that form and cannot be interrupted meanwhile: twenty definitions that each name the one
    /// before twice are a million tables.
    private var expandedTables = 0
    private static let mostExpandedTables = 1_000

    /// The engine's binder takes twice as long for every subquery inside a subquery and cannot be interrupted.
    private static let deepestSubquery = 12

    /// Names of common table expressions that are visible, in lower case.
    private struct Scope {
        /// With how many tables each reads.
        var names: [String: Int] = [:]
        /// Those of recursive ones inside their own definition.
        var recurring: Set<String> = []
        /// How many subqueries are around this place.
        var depth = 0
    }

    /// Checks the tree of one statement of `sql`.
    init(_ statement: JSONTree, sql: String) throws(SQLError) {
        self.sql = sql
        try visit(statement, Scope())
        tables.sort { ($0.reference.position ?? 0) < ($1.reference.position ?? 0) }
    }

    private mutating func visit(_ tree: JSONTree, _ scope: Scope) throws(SQLError) {
        switch tree {
        case .array(let elements): for element in elements { try visit(element, scope) }
        case .object(let members):
            if tree["sample_size"] != nil { isStable = false }
            if let kind = tree["class"]?.string {
                try visitExpression(tree, kind, scope)
            } else if let type = tree["type"]?.string {
                try visitNode(tree, type, scope)
            } else {
                try visitMembers(members, scope)
            }
        default: break
        }
    }

    private mutating func visitMembers(
        _ members: [JSONTree.Member],
        except: Set<String> = [],
        _ scope: Scope
    ) throws(SQLError) {
        for member in members where !except.contains(member.key) { try visit(member.value, scope) }
    }

    // MARK: Queries and tables

    private mutating func visitNode(_ tree: JSONTree, _ type: String, _ scope: Scope) throws(SQLError) {
        guard case .object(let members) = tree else { return }
        switch type {
        case "SELECT_NODE", "SET_OPERATION_NODE":
            let inner = try visitCommonTables(tree, scope)
            try visitMembers(members, except: ["cte_map"], inner)
        case "RECURSIVE_CTE_NODE": try visitRecursion(tree, members, scope)
        case "BASE_TABLE": try visitTable(tree, scope)
        case "TABLE_FUNCTION":
            let function = tree["function"]
            guard function?["class"]?.string == "FUNCTION" else { throw refused("This kind of table function", tree) }
            let name = function?["function_name"]?.string ?? ""
            if name.lowercased() == ChangesCall.name {
                try visitChanges(tree, function ?? .null)
                return try visitMembers(members, except: ["function"], scope)
            }
            guard AllowedFunctions.tables.contains(name.lowercased()) else {
                throw unknownFunction(name, AllowedFunctions.tables, tree)
            }
            try visitArguments(of: function ?? .null, scope)
            try visitMembers(members, except: ["function"], scope)
        case "SHOW_REF":
            guard tree["query"] != nil, ["DESCRIBE", "SUMMARY"].contains(tree["show_type"]?.string) else {
                throw .notAllowed(
                    what: "SHOW",
                    hint: "write DESCRIBE with the name of a dataset, or SELECT from information_schema.tables.",
                    position: nil
                )
            }
            try visitMembers(members, scope)
        case "PIVOT":
            let usesEnum = tree["pivots"]?.array.contains { $0["pivot_enum"]?.string?.isEmpty == false } ?? false
            if usesEnum { throw refused("PIVOT over an ENUM type", tree, hint: "list the values after IN.") }
            try visitMembers(members, scope)
        default:
            guard Self.plainNodes.contains(type) || type.hasSuffix("_TYPE_INFO") else {
                throw refused("This construct (\(type.lowercased()))", tree)
            }
            try visitMembers(members, scope)
        }
    }

    /// Visits the definitions of a WITH clause; each sees those before it.
    private mutating func visitCommonTables(_ node: JSONTree, _ scope: Scope) throws(SQLError) -> Scope {
        var scope = scope
        for entry in node["cte_map"]?["map"]?.array ?? [] {
            guard case .object(let value) = entry["value"], let name = entry["key"]?.string else { continue }
            let around = expandedTables
            expandedTables = 0
            try visitMembers(value, scope)
            scope.names[name.lowercased()] = max(expandedTables, 1)
            expandedTables = around
        }
        return scope
    }

    /// The second half of a recursive definition sees its own name.
    private mutating func visitRecursion(
        _ tree: JSONTree,
        _ members: [JSONTree.Member],
        _ scope: Scope
    ) throws(SQLError) {
        let outer = try visitCommonTables(tree, scope)
        guard let name = tree["cte_name"]?.string?.lowercased() else { throw refused("This recursion", tree) }
        let isNameTaken = tree["cte_map"]?["map"]?.array.contains { $0["key"]?.string?.lowercased() == name } ?? false
        if isNameTaken { throw refused("A second \(name) inside WITH RECURSIVE \(name)", tree, hint: "rename one.") }
        var inner = outer
        inner.names[name] = 1
        inner.recurring.insert(name)
        try visit(tree["left"] ?? .null, outer)
        try visit(tree["right"] ?? .null, inner)
        try visitMembers(members, except: ["cte_map", "left", "right"], outer)
    }

    private mutating func visitTable(_ tree: JSONTree, _ scope: Scope) throws(SQLError) {
        guard let name = tree["table_name"]?.string, let offset = location(tree) else {
            throw refused("This kind of table", tree)
        }
        let bucket = tree["schema_name"]?.string ?? ""
        let isCommon =
            bucket.isEmpty
            ? scope.names[name.lowercased()] != nil
            : bucket.lowercased() == "recurring" && scope.recurring.contains(name.lowercased())
        let version = tree["at_clause"]
        try count(isCommon ? scope.names[name.lowercased()] ?? 1 : 1, tree)
        if isCommon, tree["catalog_name"]?.string?.isEmpty != false {
            if version != nil { throw refused("AT on \(name), which WITH defines,", tree) }
            return try visit(tree["sample"] ?? .null, scope)
        }
        if Self.looksLikeFile(name) || Self.looksLikeFile(bucket) {
            throw .fileAsTable(name: name, position: position(tree))
        }
        guard tree["catalog_name"]?.string?.isEmpty != false else {
            throw refused("A name of three parts", tree, hint: "write dataset or bucket.dataset.")
        }
        let pin = try version.map { clause throws(SQLError) in try self.pin(clause) }
        let reference = TableReference(
            bucket: bucket.isEmpty ? nil : bucket,
            name: name,
            version: pin?.version,
            time: pin?.time,
            tag: pin?.tag,
            position: offset
        )
        tables.append(
            Found(
                reference: reference,
                alias: tree["alias"]?.string ?? "",
                pinOffset: version?["expr"].flatMap(location)
            )
        )
        try visit(tree["sample"] ?? .null, scope)
    }

    private mutating func visitChanges(_ tree: JSONTree, _ function: JSONTree) throws(SQLError) {
        guard let call = ChangesCall(function), let offset = location(function) else {
            throw refused("This way to call changes", tree, hint: ChangesCall.hint)
        }
        try count(2, tree)
        let reference = TableReference(name: call.dataset, changes: call.span, position: offset)
        tables.append(Found(reference: reference, alias: tree["alias"]?.string ?? ""))
    }

    private mutating func count(_ more: Int, _ tree: JSONTree) throws(SQLError) {
        expandedTables += more
        guard expandedTables <= Self.mostExpandedTables else {
            throw refused(
                "Naming tables more than \(Self.mostExpandedTables) times, counted through WITH,",
                tree,
                hint: "name each definition fewer times."
            )
        }
    }

    /// What of the lake's past `AT` asks for: the number of a version, its name, or a time in milliseconds.
    private func pin(_ clause: JSONTree) throws(SQLError) -> (version: Int?, time: Int64?, tag: String?) {
        let expression = clause["expr"]
        let constant = expression?["class"]?.string == "CONSTANT" ? expression?["value"]?["value"] : nil
        switch clause["unit"]?.string?.uppercased() {
        case "VERSION":
            if let version = constant?.integer, version >= 0 { return (version, nil, nil) }
            if let tag = constant?.string { return (nil, nil, tag) }
        case "TIMESTAMP":
            if let time = constant?.string.flatMap(WallClock.milliseconds(written:)) { return (nil, time, nil) }
        default: break
        }
        throw refused(
            "This AT clause",
            expression ?? clause,
            hint:
                "write AT (VERSION => 12) with a whole number, AT (TAG => 'name'), or AT (TIMESTAMP => '2026-01-31 12:00:00'), in UTC "
                + "unless it says another offset."
        )
    }

    private static func looksLikeFile(_ name: String) -> Bool {
        name.contains { "./\\:*?".contains($0) }
    }

    // MARK: Expressions

    private mutating func visitExpression(_ tree: JSONTree, _ kind: String, _ scope: Scope) throws(SQLError) {
        guard case .object(let members) = tree else { return }
        switch kind {
        // Data, not structure.
        case "CONSTANT": return
        case "FUNCTION", "WINDOW":
            try checkFunction(tree)
            try visitArguments(of: tree, scope)
        case "COLUMN_REF":
            // The time can be asked for without brackets.
            let names = tree["column_names"]?.array.compactMap(\.string) ?? []
            if names.count == 1, AllowedFunctions.volatile.contains(names[0].lowercased()) { isStable = false }
        case "PARAMETER":
            if let name = tree["identifier"]?.string { parameters.insert(name) }
        case "SUBQUERY":
            var inner = scope
            inner.depth += 1
            guard inner.depth <= Self.deepestSubquery else {
                throw refused("A subquery inside more than \(Self.deepestSubquery) others", tree, hint: "use WITH.")
            }
            try visitMembers(members, inner)
        case "OPERATOR":
            guard Self.operators.contains(tree["type"]?.string ?? "") else { throw refused("This operator", tree) }
            try visitMembers(members, scope)
        default:
            guard Self.expressions.contains(kind) else {
                throw refused("This expression (\(kind.lowercased()))", tree)
            }
            try visitMembers(members, scope)
        }
    }

    private mutating func visitArguments(of tree: JSONTree, _ scope: Scope) throws(SQLError) {
        guard case .object(let members) = tree else { return }
        try visitMembers(members, scope)
    }

    private mutating func checkFunction(_ tree: JSONTree) throws(SQLError) {
        let name = tree["function_name"]?.string?.lowercased() ?? ""
        // What stands before the name is no matter: a schema, or the column of `name.upper()`; a function is
        // allowed or not by its own name, wherever it lies.
        guard AllowedFunctions.expressions.contains(name) else {
            throw unknownFunction(name, AllowedFunctions.expressions, tree)
        }
        if AllowedFunctions.volatile.contains(name) { isStable = false }
        if BoundedFunctions.isGoneRound(tree, name: name) {
            throw refused("\(BoundedFunctions.engineSchema).\(name)", tree, hint: "write \(name) alone.")
        }
        guard WrittenSize.of(tree) > Double(AllowedFunctions.largestSize) else { return }
        throw .notAllowed(
            what: "\(name) of this size",
            hint: "the largest is \(AllowedFunctions.largestSize); FROM range(…) has no limit.",
            position: position(tree)
        )
    }

    // MARK: Places and messages

    private func location(_ tree: JSONTree) -> Int? {
        guard let offset = tree["query_location"]?.integer, offset < sql.utf8.count else { return nil }
        return offset
    }

    private func position(_ tree: JSONTree) -> SourcePosition? {
        location(tree).map { SourcePosition(offset: $0, in: sql) }
    }

    private func refused(_ what: String, _ tree: JSONTree, hint: String = "write the query without it.") -> SQLError {
        .notAllowed(what: what, hint: hint, position: position(tree))
    }

    private func unknownFunction(_ name: String, _ allowed: Set<String>, _ tree: JSONTree) -> SQLError {
        .functionNotAllowed(name: name, nearest: nearestNames(to: name, in: allowed), position: position(tree))
    }

    // MARK: What is known to be harmless

    private static let plainNodes: Set<String> = [
        "JOIN", "SUBQUERY", "EXPRESSION_LIST", "EMPTY",
        "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER",
        "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
    ]

    private static let expressions: Set<String> = [
        "BETWEEN", "CASE", "CAST", "COLLATE", "COMPARISON", "CONJUNCTION", "LAMBDA", "LAMBDA_REF",
        "POSITIONAL_REFERENCE", "STAR", "TYPE",
    ]

    private static let operators: Set<String> = [
        "ARRAY_CONSTRUCTOR", "ARRAY_EXTRACT", "ARRAY_SLICE", "STRUCT_EXTRACT", "COMPARE_IN", "COMPARE_NOT_IN",
        "GROUPING_FUNCTION", "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE",
        "OPERATOR_NULLIF", "OPERATOR_TRY", "OPERATOR_UNPACK",
    ]
}
