import LakeSQL

/// The type that a column of texts gets, and how the SQL engine makes it out of them.
enum CSVColumnType: Hashable {
    case text
    /// A type whose text the engine's CSV reader takes as it is.
    case direct(String)
    /// A date in a layout of its own.
    case date(layout: String)

    /// The one type for all of a column's values.
    ///
    /// - Parameters:
    ///   - kinds: What every value could be.
    ///   - isAllNull: Whether there is no value.
    init(_ kinds: TextKinds, isAllNull: Bool) {
        let types: [(TextKinds, CSVColumnType)] = [
            (.integer, .direct("BIGINT")), (.double, .direct("DOUBLE")), (.boolean, .direct("BOOLEAN")),
            (.date, .direct("DATE")), (.timestamp, .direct("TIMESTAMP")),
            (.zonedTimestamp, .direct("TIMESTAMP WITH TIME ZONE")), (.time, .direct("TIME")),
            (.slashedDate, .date(layout: "%Y/%m/%d")), (.dottedDate, .date(layout: "%d.%m.%Y")),
        ]
        if isAllNull {
            self = .text
        } else if let type = types.first(where: { kinds.contains($0.0) }) {
            self = type.1
        } else if kinds.contains(.monthFirstDate) != kinds.contains(.dayFirstDate) {
            self = .date(layout: kinds.contains(.monthFirstDate) ? "%m/%d/%Y" : "%d/%m/%Y")
        } else {
            self = .text
        }
    }

    /// What the column becomes.
    var sql: String {
        switch self {
        case .text: "VARCHAR"
        case .direct(let type): type
        case .date: "DATE"
        }
    }

    /// What the engine's CSV reader is told.
    var readAs: String {
        if case .direct(let type) = self { type } else { "VARCHAR" }
    }

    /// The value, from the reader's `column`.
    func expression(_ column: String) -> String {
        if case .date(let layout) = self {
            "CAST(strptime(\(column), \(SQLText.quoteLiteral(layout))) AS DATE)"
        } else {
            column
        }
    }
}
