import LakeCore
import LakeSQL

/// Where a row stands: the position of its file in the dataset's list, and its position in the file.
struct RowPosition: Hashable, Sendable {
    var file: Int
    var row: Int
}

/// Fetches rows by where they stand in their files.
actor RowLookup {
    private let session: TrustedSession

    init(_ session: TrustedSession) { self.session = session }

    /// Whether its database is of no more use.
    nonisolated var isBroken: Bool { session.isBroken }

    /// The number of rows a Parquet file says it has.
    func rowCount(ofFile path: String) async throws -> Int? {
        let rows = try await session.rows("SELECT num_rows FROM parquet_file_metadata(\(SQLText.quoteLiteral(path)))")
        guard case .integer(let count)? = rows.first?.first else { return nil }
        return Int(count)
    }

    /// The rows at the given positions; those that are not there are left out.
    ///
    /// Cost: reads the row groups that hold the rows, of as many files as are named.
    func rows(
        _ wanted: [Int: Set<Int>],
        of relation: Relation
    ) async throws -> [RowPosition: [(name: String, value: SQLValue)]] {
        var found: [RowPosition: [(name: String, value: SQLValue)]] = [:]
        let names = relation.schema.columns.map(\.name)
        for (file, rows) in wanted.sorted(by: { $0.key < $1.key }) where relation.files.indices.contains(file) {
            let values = try await session.rows(SQLText.rowsSQL(rows.sorted(), ofFile: file, of: relation))
            for row in values {
                guard case .integer(let number) = row[0] else { continue }
                found[RowPosition(file: file, row: Int(number))] = zip(names, row.dropFirst()).map { ($0, $1) }
            }
        }
        return found
    }
}
