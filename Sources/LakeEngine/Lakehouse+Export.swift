import LakeCatalog
public import LakeCore
import LakeSQL
import LakeStorage
import Synchronization

extension Lakehouse {
    /// Says how a query would be carried out, without running it.
    ///
    /// - Throws: As ``query(_:for:)``.
    public func explain(_ request: QueryRequest, for principal: Principal) async throws -> QueryPlan {
        try await observed(.explain) {
            let asked = try await prepare(request, longest: settings.queryTimeout, for: principal)
            let engine = try await sql.get()
            return try await withTables(of: asked.query, at: asked.state, for: principal) { tables in
                let plan = try await engine.explain(
                    asked.query,
                    relations: tables.relations,
                    parameters: request.parameters,
                    limits: asked.limits
                )
                let read = tables.relations.map { QueryPlan.Table($0.key, $0.value) }
                    .sorted { ($0.name, $0.files) < ($1.name, $1.files) }
                return QueryPlan(version: asked.state.version, plan: plan, tables: read)
            }
        }
    }

    /// Runs a query to its end and gives its rows as a Parquet file.
    ///
    /// - Throws: As ``query(_:for:)``; `EngineError.answerTooLarge`.
    public func parquet(_ request: QueryRequest, for principal: Principal) async throws -> ParquetAnswer {
        try await observed(.query) {
            try await export(request, longest: settings.queryTimeout, inTurn: true, for: principal)
        }
    }

    /// Runs a query and writes its rows as a Parquet file in staging.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - id: What it is called while it runs; nil: something fresh.
    ///   - longest: How long it may run at the most.
    ///   - inTurn: Whether it counts among the queries that the caller may have at once.
    ///   - principal: Who asks.
    /// - Returns: The answer.
    /// - Throws: As ``parquet(_:for:)``.
    func export(
        _ request: QueryRequest,
        id: String? = nil,
        longest: Duration,
        inTurn: Bool = false,
        for principal: Principal
    ) async throws -> ParquetAnswer {
        var asked = try await prepare(request, longest: longest, for: principal)
        let place = inTurn ? try await enter(&asked, for: principal) : nil
        defer { withExtendedLifetime(place) {} }
        let engine = try await sql.get()
        let held = try memory.reserve(WorkingMemory.query, from: .queries)
        defer { withExtendedLifetime(held) {} }
        let path = workspace.stagingFile(suffix: ".parquet")
        var limits = asked.limits
        let wanted = limits.maxRows ?? .max
        // One more than may be given tells whether there are more.
        limits.maxRows = wanted == .max ? nil : wanted + 1
        do {
            let (state, query, counted) = (asked.state, asked.query, limits)
            let (written, name) = try await withTables(of: query, at: state, for: principal) { tables in
                let work = Task {
                    try await self.spanned("sql") {
                        try await engine.export(
                            query,
                            to: path,
                            relations: tables.relations,
                            parameters: request.parameters,
                            limits: counted
                        )
                    }
                }
                let name = queries.begin(
                    { work.cancel() },
                    sql: request.sql,
                    principal: principal.name,
                    version: state.version,
                    oldestVersion: tables.oldestVersion,
                    id: id
                )
                defer { queries.end(name) }
                let written = try await withTaskCancellationHandler {
                    try await work.value
                } onCancel: {
                    work.cancel()
                }
                return (written, name)
            }
            if written.rows > wanted { try await cut(path, to: wanted) }
            let answer = ParquetAnswer(
                version: state.version,
                queryID: name,
                columns: written.columns,
                rowCount: min(written.rows, wanted),
                hasMore: written.rows > wanted,
                bytes: try await size(path),
                file: StagedResult(path: path, workspace: workspace)
            )
            guard answer.bytes <= asked.maxBytes else {
                throw EngineError.answerTooLarge(bytes: answer.bytes, limit: asked.maxBytes)
            }
            return answer
        } catch {
            await workspace.removeStaged(path: path)
            throw error
        }
    }

    /// Leaves the first rows of a Parquet file.
    private func cut(_ path: String, to rows: Int) async throws {
        let shorter = workspace.stagingFile(suffix: ".parquet")
        let (source, target) = (SQLText.quoteLiteral(path), SQLText.quoteLiteral(shorter))
        do {
            let statement =
                "COPY (FROM read_parquet(\(source)) LIMIT \(rows)) TO \(target) (FORMAT parquet, COMPRESSION zstd)"
            try await trusted.get().withSession { try await $0.execute(statement) }
        } catch {
            await workspace.removeStaged(path: shorter)
            throw error
        }
        try await workspace.replaceStaged(path: path, with: shorter)
    }

    private func size(_ path: String) async throws -> Int {
        try await workspace.head(try workspace.key(ofStaged: path))?.size ?? 0
    }
}

/// The rows of a query as a Parquet file.
public struct ParquetAnswer: Sendable {
    /// The lake version every table of the query was read at.
    public var version: Int
    public var queryID: String
    /// Those of the query.
    public var columns: [ResultColumn]
    public var rowCount: Int
    /// Whether a limit cut the result.
    public var hasMore: Bool
    public var bytes: Int
    let file: StagedResult

    /// The file, piece by piece; it is gone when this answer is.
    public func chunks() async throws -> ResultChunks { ResultChunks(chunks: try await file.open(), file: file) }
}

/// The pieces of a file in staging, which stays as long as these are read.
public struct ResultChunks: Sendable {
    let chunks: ObjectChunks
    let file: StagedResult?

    /// The next piece; nil after the last.
    public func next() async throws -> [UInt8]? { try await chunks.next() }
}

/// A file in staging that goes with whoever holds it.
final class StagedResult: Sendable {
    private let path: String
    private let workspace: LocalObjectStore
    private let isKept = Mutex(false)

    init(path: String, workspace: LocalObjectStore) {
        self.path = path
        self.workspace = workspace
    }

    deinit {
        if !isKept.withLock(\.self) { workspace.removeStagedSoon(path: path) }
    }

    /// Leaves the file, and its removal, to the caller.
    func keep() -> String {
        isKept.withLock { $0 = true }
        return path
    }

    /// Opens it from a byte on.
    func open(from start: Int = 0) async throws -> ObjectChunks {
        let range: ObjectRange = start == 0 ? .whole : .from(start)
        return try await workspace.open(try workspace.key(ofStaged: path), range: range, ifMatch: nil).chunks
    }
}
