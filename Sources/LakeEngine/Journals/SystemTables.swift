import LakeCatalog
import LakeCore
import LakeSQL
import LakeStorage

/// What administrators find in SQL under `system`, beside the datasets.
enum SystemTable: String, CaseIterable {
    case journal, audit
    case bucketErrors = "bucket_errors"

    /// What stands before the dot.
    static let bucket = "system"
    /// The same with what else is no bucket: what is there changes without a new version of the lake.
    static let buckets = BucketSettings.reservedNames

    /// The journal's name in the lake.
    var journalName: String {
        switch self {
        case .journal: "events"
        case .audit: "audit"
        case .bucketErrors: "bucket_errors"
        }
    }

    var schema: Schema {
        let fields: [(String, String)] =
            switch self {
            case .journal:
                [
                    ("entity", "VARCHAR"), ("field", "VARCHAR"), ("old", "JSON"), ("new", "JSON"),
                    ("actor", "VARCHAR"), ("source", "VARCHAR"), ("workspace", "VARCHAR"), ("version", "BIGINT"),
                ]
            case .audit:
                [
                    ("principal", "VARCHAR"), ("role", "VARCHAR"), ("action", "VARCHAR"), ("entities", "VARCHAR[]"),
                    ("outcome", "VARCHAR"), ("needs", "VARCHAR"), ("request_id", "VARCHAR"), ("address", "VARCHAR"),
                    ("reason", "VARCHAR"), ("count", "BIGINT"),
                ]
            case .bucketErrors: ["bucket", "operation", "key", "code", "detail"].map { ($0, "VARCHAR") }
            }
        let columns = [("recorded_at", "TIMESTAMP")] + fields + [("writer", "VARCHAR"), ("seq", "BIGINT")]
        return Schema(
            columns: columns.enumerated().map { Column(name: $1.0, type: $1.1, fieldID: $0 + 1, nullable: true) }
        )
    }
}

extension Lakehouse {
    /// A table of the system, for administrators; for anybody else there is none.
    ///
    /// What was acknowledged before the query is in it, and of what other servers have in memory all but the last second.
    /// `system.journal` has the events of commits and those that were told.
    func systemRelation(_ table: TableReference, for principal: Principal) async throws -> Relation {
        guard let found = SystemTable(rawValue: table.name.lowercased()), table.isOfNow,
            let files = journals.files.first(where: { $0.journal == found.journalName }), principal.role == .admin
        else {
            // The refusal is written down; the answer does not say that there is something to be refused.
            if principal.role < .admin {
                try? await authorise(principal, .admin, "read system tables", on: ["system.\(table.name)"])
            }
            let own = principal.role == .admin ? SystemTable.allCases.map { "system.\($0.rawValue)" } : []
            let names = own + CatalogTable.allCases.map(\.rawValue)
            throw EngineError.unknownTable(
                name: "\(SystemTable.bucket).\(table.name)",
                nearest: nearestNames(to: "system.\(table.name.lowercased())", in: names),
                position: table.position
            )
        }
        try await journals.flush()
        let snapshot = try await files.snapshot()
        let archive = try await archive.get()
        var segments: [String] = []
        for segment in snapshot.segments { segments.append(try await archive.path(of: files.key(of: segment))) }
        var compacted: [String] = []
        for file in snapshot.manifest?.files ?? [] { compacted.append(try await archive.path(of: file.key)) }
        if found == .journal { segments += try await commitEvents.files(through: log.state().version) }
        return Relation(journal: segments, compacted: compacted, schema: found.schema)
    }
}
