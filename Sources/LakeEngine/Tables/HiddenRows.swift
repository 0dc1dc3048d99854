import LakeCatalog
import LakeCore
import LakeSQL
import LakeStorage

/// Rows that are to be deleted, written down where readers will find them and not yet committed.
struct HiddenRows: Sendable {
    var changes: [DeletionChange]
    /// How many rows are deleted now that were not before.
    var rows: Int
    /// The objects that were written.
    var written: [DeletionVector]
}

/// Makes deletion vectors out of positions that a statement found.
///
/// Everything happens in the SQL engine, which holds no more than its memory: a million positions are a file like any other.
struct RowHider {
    let lake: Lakehouse
    let dataset: Dataset

    /// Adds positions to those that are deleted already.
    ///
    /// - Parameters:
    ///   - hits: A Parquet file with the columns `file_index` and `file_row_number`; none of the rows is deleted yet.
    ///   - plan: Where files are read from.
    ///   - keepingHits: Whether the positions by themselves are written as an object, too, for a tombstone.
    /// - Returns: What is to be committed, and the object with the positions; nil when there is no position.
    /// - Throws: What the engine and the store throw.
    func hide(
        _ hits: String,
        _ plan: inout ReadPlan,
        keepingHits: Bool = false
    ) async throws -> (hidden: HiddenRows, hits: DeletionVector?)? {
        let source = "read_parquet(\(SQLText.quoteLiteral(hits)))"
        return try await database(&plan).withSession { session in
            let affected = try await affected(source, session)
            guard !affected.isEmpty else {
                return nil
            }
            let names = affected.map { "(\($0.place), \(SQLText.quoteLiteral(dataset.files[$0.place].key)))" }
            let new = """
                SELECT named.file AS file, found.file_row_number AS position FROM \(source) found
                JOIN (VALUES \(names.joined(separator: ", "))) named(place, file) ON found.file_index = named.place
                """
            let counts = affected.map { (file: dataset.files[$0.place], rows: $0.rows) }
            let all = try await withEarlier(counts.map(\.file), new, &plan)
            let vector = try await write(all, session)
            let own = keepingHits ? try await write(new, session) : nil
            let changes = counts.map { file, rows in
                DeletionChange(
                    file: file.key,
                    deletions: vector.with(rows: rows + (file.deletions?.rows ?? 0)),
                    replacing: file.deletions?.key
                )
            }
            let rows = counts.reduce(0) { $0 + $1.rows }
            let hidden = HiddenRows(changes: changes, rows: rows, written: [vector] + [own].compactMap(\.self))
            return (hidden, own?.with(rows: rows))
        }
    }

    /// Takes the positions of a tombstone out of those that are deleted, in the files that still have them.
    func show(_ tombstone: Tombstone, _ plan: inout ReadPlan) async throws -> HiddenRows {
        try await database(&plan).withSession { session in
            let files = dataset.files.filter { tombstone.files.contains($0.key) && $0.deletions != nil }
            let own = "read_parquet(\(SQLText.quoteLiteral(try await plan.address(of: tombstone.object))))"
            let earlier = try await withEarlier(files, nil, &plan)
            let left = "SELECT file, position FROM (\(earlier)) ANTI JOIN \(own) USING (file, position)"
            let found = try await session.rows("SELECT file, CAST(count(*) AS BIGINT) FROM (\(left)) GROUP BY file")
            var counts: [String: Int] = [:]
            for row in found {
                if case .text(let file) = row[0], case .integer(let rows) = row[1] { counts[file] = Int(rows) }
            }
            let vector = counts.isEmpty ? nil : try await write(left, session)
            let changes = files.map { file in
                DeletionChange(
                    file: file.key,
                    deletions: counts[file.key].flatMap { vector?.with(rows: $0) },
                    replacing: file.deletions?.key
                )
            }
            let rows = files.reduce(0) { $0 + ($1.deletions?.rows ?? 0) - (counts[$1.key] ?? 0) }
            return HiddenRows(changes: changes, rows: rows, written: [vector].compactMap(\.self))
        }
    }

    /// Takes away what was written, when no commit can refer to it.
    func discard(_ hidden: HiddenRows) async {
        for vector in hidden.written {
            // The sweeper takes what is left.
            guard let key = try? ObjectKey(validating: vector.key) else { continue }
            try? await lake.bucket(named: vector.bucket).delete(key)
        }
    }

    private func database(_ plan: inout ReadPlan) async throws -> TrustedDatabase {
        let database = try await lake.trusted.get()
        try await database.use(try await plan.accesses())
        return database
    }

    /// The files that positions were found in, by their place in the dataset, with how many.
    private func affected(
        _ source: String,
        _ session: TrustedSession
    ) async throws -> [(place: Int, rows: Int)] {
        let found = try await session.rows(
            """
            SELECT CAST(file_index AS BIGINT) AS place, CAST(count(*) AS BIGINT), CAST(count(DISTINCT file_row_number) AS BIGINT)
            FROM \(source) GROUP BY place ORDER BY place
            """
        )
        guard found.allSatisfy({ $0[1] == $0[2] }) else {
            throw EngineError.invalid(field: "set", reason: "makes more than one row of a row")
        }
        return found.compactMap { row in
            guard case .integer(let place) = row[0], case .integer(let rows) = row[1] else { return nil }
            return (Int(place), Int(rows))
        }
    }

    /// A query for `new` pairs and those that the files' vectors have.
    private func withEarlier(_ files: [DataFile], _ new: String?, _ plan: inout ReadPlan) async throws -> String {
        var pairs: [(String, String)] = []
        for file in files {
            guard let vector = file.deletions else { continue }
            pairs.append((try await plan.address(of: vector), file.key))
        }
        try await lake.trusted.get().use(try await plan.accesses())
        guard !pairs.isEmpty else { return new ?? "SELECT '' AS file, CAST(0 AS BIGINT) AS position WHERE false" }
        let paths = Set(pairs.map(\.0)).sorted().map(SQLText.quoteLiteral).joined(separator: ", ")
        let earlier = """
            SELECT old.file AS file, old.position AS position
            FROM read_parquet([\(paths)], filename = 'lakehouse_vector') old
            JOIN (VALUES \(Self.values(pairs))) known(path, file) ON old.lakehouse_vector = known.path AND old.file = known.file
            """
        return new.map { "\($0) UNION ALL \(earlier)" } ?? earlier
    }

    /// Writes pairs as an object beside the dataset's files; its rows are for the caller to say.
    private func write(_ pairs: String, _ session: TrustedSession) async throws -> DeletionVector {
        let output = lake.workspace.stagingFile(suffix: ".deletes")
        do {
            let target = SQLText.quoteLiteral(output)
            try await session.execute(
                "COPY (SELECT file, position FROM (\(pairs)) ORDER BY file, position) TO \(target) "
                    + "(FORMAT parquet, COMPRESSION zstd)"
            )
            let digest = try await FileDigest.sha256(ofFile: output)
            let bucket = try lake.dataBucket(named: dataset.bucket)
            let key = try ObjectKey(validating: "datasets/\(dataset.id)/deletes/\(UUIDv7.string()).parquet")
            _ = try await bucket.put(key, file: output, condition: .always)
            return DeletionVector(
                key: key.rawValue,
                bucket: bucket === lake.store ? nil : bucket.name,
                rows: 0,
                bytes: digest.size,
                sha256: digest.sha256
            )
        } catch {
            await lake.workspace.removeStaged(path: output)
            throw error
        }
    }

    private static func values(_ pairs: [(String, String)]) -> String {
        pairs.map { "(\(SQLText.quoteLiteral($0.0)), \(SQLText.quoteLiteral($0.1)))" }.joined(separator: ", ")
    }
}

extension DeletionVector {
    fileprivate func with(rows: Int) -> DeletionVector {
        var vector = self
        vector.rows = rows
        return vector
    }
}

extension Dataset {
    /// That no column hides where rows stand.
    func checkPlaces() throws(EngineError) { try schema.checkPlaces() }
}

extension Schema {
    /// That no column hides where rows stand.
    func checkPlaces() throws(EngineError) {
        let taken = columns.first { SQLText.placeColumns.contains($0.name.lowercased()) }
        guard let taken else { return }
        throw .invalid(
            field: "dataset",
            reason: "has a column '\(taken.name)', whose name the engine needs for its own"
        )
    }
}
