import LakeCatalog
import LakeCore
import LakeSQL

/// The keys of rows that are to be hidden.
enum KeyList: Sendable {
    /// One value for each part of each key.
    case values([[SQLValue]])
    /// A Parquet file with a column for each part, and how many keys it has.
    case file(String, count: Int)

    /// How many there are.
    var count: Int {
        switch self {
        case .values(let keys): keys.count
        case .file(_, let count): count
        }
    }

    /// The most that may stand in a request; more come as a file.
    static let valuesMax = 10_000

    /// A relation with the columns `k1`, `k2`… of the key's own types.
    ///
    /// - Throws: `EngineError.invalid` naming the first value that is none of its column.
    func relation(_ columns: [Column], _ session: TrustedSession) async throws -> String {
        switch self {
        case .file(let path, _):
            let parts = columns.enumerated().map { "\(SQLText.quoteIdentifier($1.name)) AS k\($0 + 1)" }
            return "(SELECT \(parts.joined(separator: ", ")) FROM read_parquet(\(SQLText.quoteLiteral(path))))"
        case .values(let keys):
            let texts = try keys.enumerated().map { place, key in
                guard key.count == columns.count else {
                    throw Self.invalid(place, "must have \(columns.count) parts, not \(key.count)")
                }
                return try zip(key, columns).map { try Self.text($0, of: $1, place) }
            }
            let names = columns.indices.map { "k\($0 + 1)" }
            let rows = texts.enumerated().map { place, key in
                "(\(place), \(key.map(SQLText.quoteLiteral).joined(separator: ", ")))"
            }
            let given = "(VALUES \(rows.joined(separator: ", "))) given(place, \(names.joined(separator: ", ")))"
            let cast = zip(names, columns).map { "TRY_CAST(\($0) AS \($1.type))" }
            let isWrong = zip(names, cast).map { "\($1) IS NULL OR \(Self.isOther($0, $1, columns))" }
            let wrong = try await session.rows(
                "SELECT place FROM \(given) WHERE \(isWrong.joined(separator: " OR ")) ORDER BY place LIMIT 1"
            )
            if case .integer(let place)? = wrong.first?.first {
                let types = columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
                throw Self.invalid(Int(place), "is no value of \(types)")
            }
            let parts = zip(names, cast).map { "\($1) AS \($0)" }
            return "(SELECT \(parts.joined(separator: ", ")) FROM \(given))"
        }
    }

    /// A value that only becomes one of the column's by rounding, or is not written as the column writes it, is another one: 007 is not 7.
    private static func isOther(_ name: String, _ cast: String, _ columns: [Column]) -> String {
        let type = columns[(Int(name.dropFirst()) ?? 1) - 1].type
        if type.hasSuffix("INT") || type.hasSuffix("INTEGER") { return "CAST(\(cast) AS VARCHAR) <> \(name)" }
        if type.hasPrefix("DECIMAL") { return "TRY_CAST(\(name) AS DOUBLE) IS DISTINCT FROM CAST(\(cast) AS DOUBLE)" }
        if type == "DATE" { return "TRY_CAST(\(name) AS TIMESTAMP) IS DISTINCT FROM CAST(\(cast) AS TIMESTAMP)" }
        return "false"
    }

    private static func text(_ value: SQLValue, of column: Column, _ place: Int) throws -> String {
        switch value {
        case .text(let text): return text
        case .null: throw invalid(place, "is null; a row without a key cannot be named by it")
        case _ where column.type == "VARCHAR": throw invalid(place, "must be text, as '\(column.name)' is")
        case .integer(let number): return String(number)
        case .bigInteger(let digits), .decimal(let digits): return digits
        case .double(let number): return String(number)
        case .boolean(let value): return String(value)
        default: throw invalid(place, "must be a single value")
        }
    }

    private static func invalid(_ place: Int, _ reason: String) -> EngineError {
        .invalid(field: "row_key_values[\(place)]", reason: reason)
    }
}
