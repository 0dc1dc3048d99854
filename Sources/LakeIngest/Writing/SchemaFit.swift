import LakeCore
import LakeSQL

/// Makes the columns of a file those of a table that has rows already.
enum SchemaFit {
    /// The source with the table's columns in the table's order.
    ///
    /// - Throws: ``IngestError/columnsDiffer(file:problem:)`` or ``IngestError/valueDoesNotFit(column:expected:found:row:)``.
    static func fit(
        _ source: TableSource,
        to schema: Schema,
        fileName: String,
        session: TrustedSession
    ) async throws(IngestError) -> TableSource {
        try compareNames(source.columns, schema, fileName)
        var fitted = source
        fitted.columns = []
        fitted.nulls = source.nulls.map { _ in [] }
        var checks: [(column: Column, found: String, isBad: String)] = []
        for column in schema.columns {
            guard let index = source.columns.firstIndex(where: { $0.name.lowercased() == column.name.lowercased() })
            else { continue }
            let found = source.columns[index]
            var result = SourceColumn(name: column.name, type: column.type, expression: found.expression)
            let cast = "TRY_CAST(\(found.expression) AS \(column.type))"
            if found.type == column.type {
            } else if found.isAllNull {
                result.expression = "CAST(NULL AS \(column.type))"
            } else if column.type == "VARCHAR" {
                let isNested = ColumnType(found.type)?.isNested ?? true
                result.expression = "CAST(\(isNested ? "to_json(\(found.expression))" : found.expression) AS VARCHAR)"
            } else if canHold(column.type, found.type) {
                result.expression = cast
                // A value that changes on the way there and back does not fit.
                let back = "CAST(\(cast) AS \(found.type))"
                checks.append((column, found.type, "\(back) IS DISTINCT FROM \(found.expression)"))
            } else {
                let row = await firstRow(of: source, where: "\(found.expression) IS NOT NULL AND \(cast) IS NULL", session)
                throw .valueDoesNotFit(column: column.name, expected: column.type, found: found.type, row: row)
            }
            fitted.columns.append(result)
            fitted.nulls = fitted.nulls.map { $0 + [source.nulls?[index] ?? 0] }
        }
        for check in checks {
            if let row = try await Engine.step("checking the values", session, { session throws(SQLError) in
                try await row(of: source, where: check.isBad, session)
            }) {
                throw .valueDoesNotFit(
                    column: check.column.name,
                    expected: check.column.type,
                    found: check.found,
                    row: row
                )
            }
        }
        return fitted
    }

    private static func compareNames(_ found: [SourceColumn], _ schema: Schema, _ fileName: String) throws(IngestError) {
        let names = Set(found.map { $0.name.lowercased() })
        if let missing = schema.columns.first(where: { !names.contains($0.name.lowercased()) }) {
            throw .columnsDiffer(
                file: fileName,
                problem: "the column \(missing.name) (\(missing.type)) is missing in the file"
            )
        }
        if let extra = found.first(where: { schema.column(named: $0.name) == nil }) {
            throw .columnsDiffer(
                file: fileName,
                problem: "the file's column \(extra.name) (\(extra.type)) is not in the table"
            )
        }
    }

    /// Whether values of the type `found` can be values of the type `expected`, one by one looked at.
    static func canHold(_ expected: String, _ found: String) -> Bool {
        guard let expected = ColumnType(expected), let found = ColumnType(found) else { return false }
        return canHold(expected, found)
    }

    private static func canHold(_ expected: ColumnType, _ found: ColumnType) -> Bool {
        switch (expected, found) {
        case (.plain(let expected), .plain(let found)):
            expected == found || isNumeric(expected) && isNumeric(found)
                || expected.hasPrefix("TIMESTAMP") && !expected.hasSuffix("ZONE")
                    && (found == "DATE" || found.hasPrefix("TIMESTAMP") && !found.hasSuffix("ZONE"))
        case (.list(let expected), .list(let found)): canHold(expected, found)
        case (.map(let expectedKey, let expectedValue), .map(let key, let value)):
            canHold(expectedKey, key) && canHold(expectedValue, value)
        case (.structure(let expected), .structure(let found)):
            found.allSatisfy { field in
                expected.contains { $0.name.lowercased() == field.name.lowercased() && canHold($0.type, field.type) }
            }
        default: false
        }
    }

    private static func isNumeric(_ type: String) -> Bool {
        type.hasPrefix("DECIMAL") || type.hasSuffix("INT") || type == "INTEGER" || type == "UINTEGER" || type == "FLOAT"
            || type == "DOUBLE"
    }

    /// The first such row if the condition can be asked at all.
    private static func firstRow(of source: TableSource, where condition: String, _ session: TrustedSession) async -> Int? {
        do {
            return try await row(of: source, where: condition, session)
        } catch {
            return nil
        }
    }

    private static func row(
        of source: TableSource,
        where condition: String,
        _ session: TrustedSession
    ) async throws(SQLError) -> Int? {
        let rows = try await session.rows(
            "SELECT min(place) FROM (SELECT row_number() OVER () AS place, \(condition) AS bad FROM \(source.relation)) "
                + "WHERE bad"
        )
        guard case .integer(let row)? = rows.first?.first else { return nil }
        return Int(row)
    }
}
