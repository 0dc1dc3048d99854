import LakeCatalog
import LakeCore
import LakeIngest
import LakeSQL
import LakeStorage

extension Lakehouse {
    /// Puts the rows of a table file in the place of those with the same keys, in one commit.
    ///
    /// Of several rows of the file with one key the last counts.
    ///
    /// - Throws: `EngineError.invalid` naming the key column in which a row has no value.
    func upsert(
        _ ingested: Ingested,
        output: String,
        for principal: Principal,
        ticket: RequestTicket?
    ) async throws -> IngestResult {
        var ingested = ingested
        let columns = try Self.rowKey(ingested.request.rowKey, of: ingested.table.schema)
        try ingested.table.schema.checkPlaces()
        let (output, repeated) = try await keepLast(columns, in: output, of: ingested.table)
        if repeated > 0 {
            ingested.table.rows -= repeated
            ingested.table.notes.append("\(repeated) rows had a key that came again; the last row of each key counts.")
        }
        let id = ingested.existing?.id ?? DatasetID.fresh()
        let file: DataFile
        do {
            file = try await place(ingested, output: output, of: id)
        } catch {
            await workspace.removeStaged(path: output)
            throw error
        }
        do {
            return try await retrying(alsoOfColumns: false) {
                try await upsert(ingested, file, of: id, columns, for: principal, ticket)
            }
        } catch {
            if !error.leavesOutcomeOpen { await discard(file) }
            throw error
        }
    }

    /// Hides the rows with the keys of a table file that is in the lake, and commits both.
    private func upsert(
        _ ingested: Ingested,
        _ file: DataFile,
        of id: DatasetID,
        _ columns: [Column],
        for principal: Principal,
        _ ticket: RequestTicket?
    ) async throws -> IngestResult {
        guard ingested.existing != nil else {
            return try await record(ingested, file, of: id, for: principal, ticket: ticket)
        }
        guard let dataset = try await log.state().datasets[id], dataset.droppedAt == nil else {
            throw CatalogError.datasetGone(id)
        }
        let found = workspace.stagingFile(suffix: ".rows.parquet")
        do {
            var plan = ReadPlan(self)
            var relation = try await plan.relation(dataset)
            relation.isPlaced = true
            let keys = KeyList.file(try await plan.address(of: file), count: file.rows)
            try await find(keys, columns, of: dataset, relation, plan, into: found)
            let hider = RowHider(lake: self, dataset: dataset)
            let hidden = try await hider.hide(found, &plan)?.hidden
            await workspace.removeStaged(path: found)
            do {
                // Two that bring the same fresh key must not both find that nobody has it.
                let change = Action.deletionsChanged(
                    dataset: id,
                    changes: hidden?.changes ?? [],
                    expectedVersion: dataset.version
                )
                return try await record(ingested, file, of: id, after: [change], for: principal, ticket: ticket)
            } catch {
                if let hidden, !error.leavesOutcomeOpen { await hider.discard(hidden) }
                throw error
            }
        } catch {
            await workspace.removeStaged(path: found)
            throw error
        }
    }

    private static func rowKey(_ names: [String], of schema: Schema) throws -> [Column] {
        try names.map { name in
            if let column = schema.column(named: name) { return column }
            let nearest = nearestNames(to: name, in: schema.columns.map(\.name))
            let hint = nearest.first.map { "; did you mean '\($0)'?" } ?? ""
            throw EngineError.invalid(field: "row_key", reason: "names no column of the file: '\(name)'\(hint)")
        }
    }

    /// Leaves only the last row of each key in a table file.
    ///
    /// - Returns: The file to go on with, and how many rows were left out.
    private func keepLast(
        _ columns: [Column],
        in path: String,
        of table: ConvertedTable
    ) async throws -> (path: String, repeated: Int) {
        try await trusted.get().withSession { session in
            let source = "read_parquet(\(SQLText.quoteLiteral(path)))"
            let names = columns.map { SQLText.quoteIdentifier($0.name) }
            for (column, name) in zip(columns, names) {
                let missing = try await session.rows("SELECT count(*) FROM \(source) WHERE \(name) IS NULL")
                guard case .integer(0)? = missing.first?.first else {
                    throw EngineError.invalid(
                        field: "row_key",
                        reason: "names '\(column.name)', which some rows do not have"
                    )
                }
            }
            let keys = names.joined(separator: ", ")
            let counted = try await session.rows(
                "SELECT CAST(coalesce(sum(n - 1), 0) AS BIGINT) FROM (SELECT count(*) AS n FROM \(source) GROUP BY \(keys))"
            )
            guard case .integer(let repeated)? = counted.first?.first, repeated > 0 else {
                return (path, 0)
            }
            let all = table.schema.columns.map { SQLText.quoteIdentifier($0.name) }.joined(separator: ", ")
            let query = """
                SELECT \(all) FROM \(source)
                WHERE file_row_number IN (SELECT max(file_row_number) FROM \(source) GROUP BY \(keys))
                """
            let kept = workspace.stagingFile(suffix: ".parquet")
            let writer = TableWriter(session: session)
            do {
                _ = try await writer.write(query, schema: table.schema, bytes: table.bytes, rows: table.rows, to: kept)
            } catch {
                await workspace.removeStaged(path: kept)
                throw error
            }
            await workspace.removeStaged(path: path)
            return (kept, Int(repeated))
        }
    }
}
