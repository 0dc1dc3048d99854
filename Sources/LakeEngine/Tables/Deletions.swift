import LakeCatalog
import LakeCore
import LakeSQL

/// The deleted rows of data files, read once from their deletion vectors and kept for the queries that follow.
actor Deletions {
    /// A data file with deleted rows, and its place in a relation.
    struct Part: Hashable, Sendable {
        var place: Int
        var file: DataFile
        var vector: DeletionVector
    }

    /// The deleted rows of one file as one vector has them.
    private struct Key: Hashable {
        var vector: String
        var file: String
    }

    private let trusted: Once<TrustedDatabase>
    private var rows: [Key: DeletedRows] = [:]
    /// The same set for the same files, so that a statement's macro need not be defined anew.
    private var sets: [[Part]: DeletionSet] = [:]
    private var bytes = 0

    /// What is kept; beyond it everything is dropped and read again when needed.
    private static let bytesMax = 64 << 20
    private static let setsMax = 256

    init(_ trusted: Once<TrustedDatabase>) { self.trusted = trusted }

    /// The deleted rows of some files, for a relation.
    ///
    /// - Throws: `EngineError.deletionsUnreadable`: without them, rows that are deleted would be shown.
    func set(_ parts: [Part], _ plan: inout ReadPlan) async throws -> DeletionSet {
        if let known = sets[parts] { return known }
        var files: [Int: DeletedRows] = [:]
        for part in parts {
            files[part.place] = try await rows(of: part.file, part.vector, &plan)
        }
        let set = DeletionSet(files)
        if sets.count >= Self.setsMax { sets.removeAll() }
        sets[parts] = set
        return set
    }

    /// The deleted rows of one file.
    func rows(of file: DataFile, _ vector: DeletionVector, _ plan: inout ReadPlan) async throws -> DeletedRows {
        let key = Key(vector: vector.key, file: file.key)
        if let known = rows[key] { return known }
        let source = try await plan.address(of: vector)
        let database = try await trusted.get()
        try await database.use(try await plan.accesses())
        let read = try await Self.read(source, of: file, database)
        guard read.count == vector.rows else { throw EngineError.deletionsUnreadable(file: file.key) }
        bytes += read.bytes
        if bytes > Self.bytesMax {
            rows.removeAll()
            sets.removeAll()
            bytes = read.bytes
        }
        rows[key] = read
        return read
    }

    private static func read(
        _ source: String,
        of file: DataFile,
        _ database: TrustedDatabase
    ) async throws -> DeletedRows {
        try await database.withSession { session in
            let key = SQLText.quoteLiteral(file.key)
            let batches = try await session.batches("SELECT position FROM \(table(source)) WHERE file = \(key)")
            var deleted = DeletedRows(of: file.rows)
            while let batch = try await batches.next() {
                for row in 0..<batch.rowCount {
                    if case .integer(let position) = batch.value(column: 0, row: row) { deleted.insert(Int(position)) }
                }
            }
            return deleted
        }
    }

    private static func table(_ source: String) -> String { "read_parquet(\(SQLText.quoteLiteral(source)))" }
}
