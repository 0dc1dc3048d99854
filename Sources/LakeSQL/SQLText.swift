import LakeCore

/// Puts names and texts into statements so that they cannot be read as anything else.
public enum SQLText {
    /// `name` in double quotes.
    public static func quoteIdentifier(_ name: String) -> String {
        quote(name, with: "\"")
    }

    /// `text` in single quotes.
    public static func quoteLiteral(_ text: String) -> String {
        quote(text, with: "'")
    }

    /// An expression for the latest day or time in a column: RFC 3339 in UTC, NULL where there is none.
    public static func latestTime(of column: String) -> String {
        let times = "CAST(\(quoteIdentifier(column)) AS TIMESTAMP)"
        return "strftime(max(\(times)) FILTER (isfinite(\(times))), '%Y-%m-%dT%H:%M:%S.%gZ')"
    }

    /// The names by which the engine says where a row stands; a column of a table that is called so hides them.
    public static let placeColumns = ["file_index", "file_row_number"]

    /// A query that gives the rows of `relation`.
    ///
    /// Columns are found by name. Finding them by field id, as `read_parquet` can with its `schema` argument, costs
    /// the statistics of the files: on ten million rows `min` and `max` took 245 ms instead of 1, a filter 40 % more.
    public static func relationSQL(_ relation: Relation) -> String {
        if let changes = relation.changes { return changesSQL(changes) }
        if let values = relation.values { return valuesSQL(values, relation.schema) }
        guard !relation.hot.isEmpty else { return coldSQL(relation) }
        let names = relation.schema.columns.map { quoteIdentifier($0.name) }.joined(separator: ", ")
        var parts = relation.hot.map { "SELECT \(names) FROM \($0.name)" }
        if !relation.files.isEmpty { parts.append(coldSQL(relation)) }
        return parts.joined(separator: " UNION ALL ")
    }

    /// Columns that only some of the parts have are NULL in the others, and types become what holds all of them.
    private static func changesSQL(_ changes: [RelationChange]) -> String {
        changes.map { change in
            let kind = quoteLiteral(change.kind.rawValue)
            let rows = ([change.rows] + change.except).map { "(\(relationSQL($0)))" }.joined(separator: " EXCEPT ALL ")
            return "SELECT \(kind) AS \(RelationChange.column), * FROM (\(rows))"
        }.joined(separator: " UNION ALL BY NAME ")
    }

    /// A query that gives the rows of the files of `relation`.
    private static func coldSQL(_ relation: Relation) -> String {
        let columns = relation.schema.columns
        guard !relation.files.isEmpty || relation.segments?.isEmpty == false else {
            var nulls = columns.map { "CAST(NULL AS \($0.type)) AS \(quoteIdentifier($0.name))" }
            if relation.isPlaced {
                nulls = ["CAST(0 AS UBIGINT) AS file_index", "CAST(0 AS BIGINT) AS file_row_number"] + nulls
            }
            return "SELECT \(nulls.joined(separator: ", ")) WHERE false"
        }
        if let segments = relation.segments { return journalSQL(segments, relation) }
        let spans = relation.spans.isEmpty ? [relation.wholeSpan] : relation.spans
        return spans.map { scanSQL($0, of: relation) }.joined(separator: " UNION ALL ")
    }

    /// The rows of some of the files; of a placed relation with where they stand: `file_index`, the file's place in the
    /// relation's list, and `file_row_number`, both from 0.
    private static func scanSQL(_ span: FileSpan, of relation: Relation) -> String {
        var columns = relation.schema.columns.map(span.expression)
        let start = span.files.lowerBound
        let file = start == 0 ? "file_index" : "CAST(file_index + \(start) AS UBIGINT)"
        if relation.isPlaced { columns = ["\(file) AS file_index", "file_row_number"] + columns }
        let kept = relation.deletions.map { " WHERE \(KeptFunction.name)(\($0.number), \(file), file_row_number)" }
        return """
            SELECT \(columns.joined(separator: ", "))
            FROM read_parquet(\(list(Array(relation.files[span.files]))), hive_partitioning = false)\(kept ?? "")
            """
    }

    /// A query that gives rows of one file of `relation` by their positions, which stand before the columns.
    public static func rowsSQL(_ positions: some Sequence<Int>, ofFile place: Int, of relation: Relation) -> String {
        let span = relation.spans.first { $0.files.contains(place) } ?? relation.wholeSpan
        let columns = relation.schema.columns.map(span.expression).joined(separator: ", ")
        return """
            SELECT file_row_number, \(columns)
            FROM read_parquet(\(quoteLiteral(relation.files[place])), file_row_number = true)
            WHERE file_row_number IN (\(positions.map(String.init).joined(separator: ", ")))
            """
    }

    /// A value of one type as one of another that can hold it; what has parts becomes JSON in a column of text.
    public static func converted(_ value: String, from type: String, to wider: String) -> String {
        let isNested = type.hasSuffix("]") || type.hasPrefix("STRUCT(") || type.hasPrefix("MAP(")
        return "CAST(\(isNested && wider == "VARCHAR" ? "to_json(\(value))" : value) AS \(wider))"
    }

    private static func valuesSQL(_ values: String, _ schema: Schema) -> String {
        let columns = schema.columns.map { "\(field($0, "$.\($0.name)")) AS \(quoteIdentifier($0.name))" }
        let lines = "SELECT unnest(json_extract(CAST(\(quoteLiteral(values)) AS JSON), '$[*]')) AS line"
        return "SELECT \(columns.joined(separator: ", ")) FROM (\(lines))"
    }

    /// A line that is not JSON is passed over here; the verification of the journal names it.
    private static func journalSQL(_ segments: [String], _ relation: Relation) -> String {
        var lines: [String] = []
        if !segments.isEmpty {
            lines.append("SELECT json AS line FROM read_ndjson_objects(\(list(segments)), ignore_errors = true)")
        }
        if !relation.files.isEmpty {
            let files = list(relation.files)
            lines.append("SELECT TRY_CAST(text AS JSON) AS line FROM read_parquet(\(files), hive_partitioning = false)")
        }
        let columns = relation.schema.columns.map { "\(journalField($0)) AS \(quoteIdentifier($0.name))" }
        return """
            SELECT \(columns.joined(separator: ", ")) FROM (\(lines.joined(separator: " UNION ALL ")))
            WHERE json_exists(line, '$.entry')
            """
    }

    private static func journalField(_ column: Column) -> String {
        // `at` would have to be quoted in every query: it is a word of the grammar.
        let ofLine = ["recorded_at": "$.at", "writer": "$.writer", "seq": "$.seq"]
        return field(column, ofLine[column.name] ?? "$.entry.\(column.name)")
    }

    /// A member of the JSON in `line` as a column.
    private static func field(_ column: Column, _ path: String) -> String {
        let path = quoteLiteral(path)
        return switch column.type {
        case "JSON": "json_extract(line, \(path))"
        case "VARCHAR": "json_extract_string(line, \(path))"
        case "VARCHAR[]": "TRY_CAST(json_extract(line, \(path)) AS VARCHAR[])"
        default: "TRY_CAST(json_extract_string(line, \(path)) AS \(column.type))"
        }
    }

    private static func list(_ paths: [String]) -> String {
        "[\(paths.map { quoteLiteral(withoutPattern($0)) }.joined(separator: ", "))]"
    }

    /// `path` so that the engine's file patterns match it and nothing else.
    private static func withoutPattern(_ path: String) -> String {
        path.reduce(into: "") { pattern, character in
            pattern += "*?[".contains(character) ? "[\(character)]" : String(character)
        }
    }

    /// Whether `text` can stand between parentheses without closing them: brackets that match, and no end of the statement.
    public static func isEnclosed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var depth = 0
        for token in SQLLexer(bytes).tokens where token.kind == .sign {
            switch bytes[token.range.lowerBound] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: ";"): return false
            default: break
            }
            if depth < 0 { return false }
        }
        return depth == 0
    }

    /// `name`, quoted only when a bare word would mean something else.
    static func identifier(_ name: String) -> String {
        guard let first = name.utf8.first else { return "\"\"" }
        let letters = (97...122) as ClosedRange<UInt8>
        let digits = (48...57) as ClosedRange<UInt8>
        let isPlain =
            (letters.contains(first) || first == 95)
            && name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == 95 }
        return isPlain && !reservedWords.contains(name) ? name : quoteIdentifier(name)
    }

    private static func quote(_ text: String, with mark: Character) -> String {
        var quoted = String(mark)
        for character in text.unicodeScalars {
            if character.value == 0 { continue }
            if Character(character) == mark { quoted.append(mark) }
            quoted.unicodeScalars.append(character)
        }
        quoted.append(mark)
        return quoted
    }

    /// Words that the parser never takes for a name.
    private static let reservedWords: Set<String> = [
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check",
        "collate", "column", "constraint", "create", "default", "deferrable", "desc", "describe", "distinct", "do",
        "else", "end", "except", "false", "fetch", "for", "foreign", "from", "group", "having", "in", "initially",
        "intersect", "into", "lambda", "lateral", "leading", "limit", "not", "null", "offset", "on", "only", "or",
        "order", "pivot", "pivot_longer", "pivot_wider", "placing", "primary", "qualify", "references", "returning",
        "select", "show", "some", "summarize", "symmetric", "table", "then", "to", "trailing", "true", "union",
        "unique", "unpivot", "using", "variadic", "when", "where", "window", "with",
    ]
}
