import LakeCore
import LakeSQL

/// Looks at some rows of a table file for personal data.
struct PersonalDataScan {
    let session: TrustedSession
    /// Of the Parquet file.
    let path: String
    let rows: Int
    /// How many rows to look at.
    let most: Int

    /// Values in all: a very wide table is looked at in fewer rows.
    private static let mostValues = 50_000
    /// Of a value, what is looked at.
    private static let mostCharacters = 300
    /// Places of the file that rows are taken from.
    private static let places = 4

    /// What was found, by the names of the columns; those with nothing are left out.
    func run(_ schema: Schema) async throws(IngestError) -> [String: [PersonalData]] {
        let columns = schema.columns.filter { $0.type != "BLOB" && $0.type != "BOOLEAN" }
        guard !columns.isEmpty, rows > 0 else { return [:] }
        let sample = max(50, min(most, Self.mostValues / columns.count))
        let texts = columns.map {
            "left(CAST(\(SQLText.quoteIdentifier($0.name)) AS VARCHAR), \(Self.mostCharacters))"
        }
        let select = "SELECT \(texts.joined(separator: ", ")) FROM read_parquet(\(SQLText.quoteLiteral(path))"
        // Row groups that are not asked for are not read; a column of that name leaves no way to say which.
        let query =
            schema.column(named: "file_row_number") != nil
            ? "\(select)) LIMIT \(sample)"
            : ranges(sample).map {
                "\(select), file_row_number = true) WHERE file_row_number BETWEEN \($0.lowerBound) AND \($0.upperBound)"
            }.joined(separator: " UNION ALL ")
        let found = try await Engine.step("looking for personal data", session) { session throws(SQLError) in
            try await session.rows(query)
        }
        return try await BlockingWork.run { flag throws(IngestError) in
            var findings: [String: [PersonalData]] = [:]
            for (place, column) in columns.enumerated() {
                try flag.check()
                let values = found.compactMap { row in if case .text(let text) = row[place] { text } else { nil } }
                let found = PersonalDataDetector(name: column.name, type: column.type, values: values).findings
                if !found.isEmpty { findings[column.name] = found }
            }
            return findings
        }
    }

    /// The first rows, and as many from places further on.
    private func ranges(_ sample: Int) -> [ClosedRange<Int>] {
        guard rows > sample else { return [0...rows - 1] }
        let part = max(1, sample / Self.places)
        return (0..<Self.places).map { place in
            let start = place * (rows - part) / max(1, Self.places - 1)
            return start...start + part - 1
        }
    }
}
