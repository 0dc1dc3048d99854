import LakeCore
import LakeSQL

/// Makes the columns of a file those of a table that has rows already.
struct SchemaFit {
    let source: TableSource
    let fileName: String
    let session: TrustedSession
    /// Nil: the file must have the columns of the table, and no value may need a wider type.
    var nextFieldID: Int?

    /// A file that has the columns of a table.
    struct Fitted {
        var source: TableSource
        /// The table's, with what the file brought; nil for a fresh one.
        var schema: Schema?
        /// The file's columns in its order, as the table names them.
        var fileColumns: [String]
    }

    /// A column of the table out of one of the file.
    private struct Fitting {
        var expression: String
        /// Holds for a row whose value does not fit; nil when all do.
        var misfit: String?
    }

    /// The source with the columns of `schema` in its order, and those that it has beyond them.
    ///
    /// - Throws: ``IngestError/columnsDiffer(file:problem:)`` or
    ///   ``IngestError/valueDoesNotFit(column:expected:found:row:)``.
    func fitted(to schema: Schema) async throws(IngestError) -> Fitted {
        try compareNames(schema)
        var fitted = source
        fitted.columns = []
        fitted.nulls = source.nulls.map { _ in [] }
        var columns: [Column] = []
        for column in schema.columns {
            guard let index = source.columns.firstIndex(where: { $0.name.lowercased() == column.name.lowercased() })
            else {
                fitted.columns.append(try missing(column))
                fitted.nulls = fitted.nulls.map { $0 + [column.fallback == nil ? source.rows ?? 0 : 0] }
                columns.append(column)
                continue
            }
            let (taken, type) = try await self.fitted(source.columns[index], to: column)
            fitted.columns.append(taken)
            fitted.nulls = fitted.nulls.map { $0 + [source.nulls?[index] ?? 0] }
            columns.append(column)
            columns[columns.count - 1].type = type
        }
        let names = source.columns.map { schema.column(named: $0.name)?.name ?? $0.name }
        guard let nextFieldID else { return Fitted(source: fitted, schema: schema, fileColumns: names) }
        let further = source.columns.enumerated().filter { schema.column(named: $1.name) == nil }
        let types = try await describedTypes(further.map(\.element))
        for ((place, (index, found)), type) in zip(further.enumerated(), types) {
            fitted.columns.append(found)
            fitted.nulls = fitted.nulls.map { $0 + [source.nulls?[index] ?? 0] }
            columns.append(Column(name: found.name, type: type, fieldID: nextFieldID + place))
        }
        return Fitted(source: fitted, schema: Schema(columns: columns), fileColumns: names)
    }

    /// A column of the file as one of the table, and the type that the table's has from here on.
    private func fitted(
        _ found: SourceColumn,
        to column: Column
    ) async throws(IngestError) -> (column: SourceColumn, type: String) {
        if !column.nullable {
            let row = try await Engine.step("checking the values of \(fileName)", session) { _ throws(SQLError) in
                try await firstRow(where: "(\(found.expression)) IS NULL")
            }
            if let row {
                throw .valueDoesNotFit(column: column.name, expected: "NOT NULL", found: "NULL", row: row)
            }
        }
        var problem: IngestError?
        var expression = found.expression
        if let fitting = Self.fitting(found, column.type) {
            expression = fitting.expression
            if let condition = fitting.misfit {
                let row = try await Engine.step("checking the values of \(fileName)", session) { _ throws(SQLError) in
                    try await firstRow(where: condition)
                }
                if let row { problem = misfit(found, column, at: row) }
            }
        } else {
            problem = misfit(found, column, at: nil)
        }
        guard let problem else {
            return (SourceColumn(name: column.name, type: column.type, expression: expression), column.type)
        }
        guard nextFieldID != nil, let wide = TypeWidening.common(column.type, found.type), wide != column.type,
            TypeWidening(from: found.type, to: wide) == .always
        else {
            if case .valueDoesNotFit(_, _, _, nil) = problem {
                throw misfit(found, column, at: await firstText(found, thatIsNo: column.type))
            }
            throw problem
        }
        let cast = found.type == wide ? found.expression : "CAST(\(found.expression) AS \(wide))"
        return (SourceColumn(name: column.name, type: wide, expression: cast), wide)
    }

    /// What rows get in a column that the file does not have.
    private func missing(_ column: Column) throws(IngestError) -> SourceColumn {
        guard column.nullable || column.fallback != nil else {
            throw .columnsDiffer(
                file: fileName,
                problem: "the column \(column.name) (\(column.type)), which every row has, is missing in the file"
            )
        }
        let value = column.fallback.map(SQLText.quoteLiteral) ?? "NULL"
        return SourceColumn(name: column.name, type: column.type, expression: "CAST(\(value) AS \(column.type))")
    }

    /// The types as the engine spells them.
    private func describedTypes(_ columns: [SourceColumn]) async throws(IngestError) -> [String] {
        guard !columns.isEmpty else { return [] }
        let select = columns.enumerated().map { "\($1.expression) AS c\($0)" }.joined(separator: ", ")
        let rows = try await Engine.step("binding the columns of \(fileName)", session) { session throws(SQLError) in
            try await session.rows("SELECT column_type FROM (DESCRIBE SELECT \(select) FROM \(source.relation))")
        }
        return rows.compactMap { row in if case .text(let type)? = row.first { type } else { nil } }
    }

    private func compareNames(_ schema: Schema) throws(IngestError) {
        let names = Set(source.columns.map { $0.name.lowercased() })
        if nextFieldID != nil {
            guard schema.columns.contains(where: { names.contains($0.name.lowercased()) }) else {
                throw .columnsDiffer(file: fileName, problem: "they have no name in common")
            }
            return
        }
        if let missing = schema.columns.first(where: { !names.contains($0.name.lowercased()) }) {
            throw .columnsDiffer(
                file: fileName,
                problem: "the column \(missing.name) (\(missing.type)) is missing in the file"
            )
        }
        if let extra = source.columns.first(where: { schema.column(named: $0.name) == nil }) {
            throw .columnsDiffer(
                file: fileName,
                problem: "the file's column \(extra.name) (\(extra.type)) is not in the table"
            )
        }
    }

    /// How the column becomes one of type `type`; nil when it cannot.
    private static func fitting(_ found: SourceColumn, _ type: String) -> Fitting? {
        if found.type == type { return Fitting(expression: found.expression) }
        if found.isAllNull { return Fitting(expression: "CAST(NULL AS \(type))") }
        let cast = "TRY_CAST(\(found.expression) AS \(type))"
        if type == "VARCHAR" {
            let isNested = ColumnType(found.type)?.isNested ?? true
            return Fitting(
                expression: "CAST(\(isNested ? "to_json(\(found.expression))" : found.expression) AS VARCHAR)"
            )
        }
        guard let expected = ColumnType(type), let given = ColumnType(found.type), canHold(expected, given) else {
            return nil
        }
        // Decimals are near what they are written as in either precision; anything else must survive the way and back.
        let misfit =
            type == "FLOAT" && found.type == "DOUBLE"
            ? "\(cast) IS NULL AND \(found.expression) IS NOT NULL"
            : "CAST(\(cast) AS \(found.type)) IS DISTINCT FROM \(found.expression)"
        return Fitting(expression: cast, misfit: misfit)
    }

    /// Whether values of the type `found` can be values of the type `expected`, each looked at.
    private static func canHold(_ expected: ColumnType, _ found: ColumnType) -> Bool {
        switch (expected, found) {
        case (.plain(let expected), .plain(let found)):
            expected == found || isNumeric(expected) && isNumeric(found)
                || isLocalTimestamp(expected) && (found == "DATE" || isLocalTimestamp(found))
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
        type.hasPrefix("DECIMAL") || type.hasSuffix("INT") || ["INTEGER", "UINTEGER", "FLOAT", "DOUBLE"].contains(type)
    }

    private static func isLocalTimestamp(_ type: String) -> Bool {
        type.hasPrefix("TIMESTAMP") && !type.hasSuffix("ZONE")
    }

    private func misfit(_ found: SourceColumn, _ column: Column, at row: Int?) -> IngestError {
        .valueDoesNotFit(column: column.name, expected: column.type, found: found.type, row: row)
    }

    /// The first row whose text is no `type`; nil when that cannot be asked or is not what is wrong.
    private func firstText(_ found: SourceColumn, thatIsNo type: String) async -> Int? {
        let condition = "\(found.expression) IS NOT NULL AND TRY_CAST(\(found.expression) AS \(type)) IS NULL"
        do {
            return try await firstRow(where: condition)
        } catch {
            return nil
        }
    }

    private func firstRow(where condition: String) async throws(SQLError) -> Int? {
        let rows = try await session.rows(
            "SELECT min(place) FROM (SELECT row_number() OVER () AS place, \(condition) AS bad "
                + "FROM \(source.relation)) WHERE bad"
        )
        guard case .integer(let row)? = rows.first?.first else { return nil }
        return Int(row)
    }
}
