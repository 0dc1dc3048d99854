import LakeCatalog
import LakeCore
import LakeSQL

extension Lakehouse {
    /// The rows that only one of two versions of a dataset has, for `changes` in a query.
    ///
    /// - Throws: `CatalogError.versionNotKept` for a version that cannot be read any more; `EngineError.invalid`.
    func changedRows(
        of table: TableReference,
        _ span: VersionSpan,
        below state: LakeState,
        _ plan: inout ReadPlan
    ) async throws -> Relation {
        let to = span.to ?? state.version
        guard span.from <= to else {
            let reason = "cannot go from version \(span.from) back to \(to); name the earlier one first"
            throw EngineError.invalid(field: "changes", reason: reason)
        }
        let (old, new) = (try await lake(at: span.from), try await lake(at: to))
        let after = try dataset(of: table, in: new)
        for version in [span.from, to] { try await check(version, of: after) }
        var before = old.datasets[after.id] ?? after
        if old.datasets[after.id]?.droppedAt != nil || old.datasets[after.id] == nil { before.files = [] }
        for column in before.schema.columns + after.schema.columns
        where column.name.lowercased() == RelationChange.column {
            let reason = "cannot be told of '\(after.name)', which has a column '\(column.name)' of its own"
            throw EngineError.invalid(field: "changes", reason: reason)
        }
        var difference = VersionDifference(before, after)
        if difference.mayHaveMoved {
            for commit in try await log.commits(after: span.from, limit: to - span.from) {
                difference.note(commit)
            }
        }
        // Two bits for a row, while they are made.
        let held = try memory.reserve((difference.rows + 3) / 4, from: .queries)
        defer { withExtendedLifetime(held) {} }
        let vectors = try await deletedRows(of: difference.vectors, &plan)
        let (inserted, deleted) = try difference.rows(vectors)
        let (came, went) = (try await relation(inserted, &plan), try await relation(deleted, &plan))
        let isByValue = difference.isByValue
        return Relation(
            changes: [
                RelationChange(.insert, came, except: isByValue ? [went] : []),
                RelationChange(.delete, went, except: isByValue ? [came] : []),
            ],
            schema: after.schema
        )
    }

    private func deletedRows(
        of vectors: [VersionDifference.Vector],
        _ plan: inout ReadPlan
    ) async throws -> [VersionDifference.Vector: DeletedRows] {
        var found: [VersionDifference.Vector: DeletedRows] = [:]
        for vector in vectors {
            let file = DataFile(key: vector.file, rows: vector.rows, bytes: 0)
            found[vector] = try await deletions.rows(of: file, vector.deletions, &plan)
        }
        return found
    }

    private func relation(_ part: VersionDifference.Part, _ plan: inout ReadPlan) async throws -> Relation {
        if !part.hidden.isEmpty { try part.dataset.checkPlaces() }
        var relation = try await plan.relation(part.dataset)
        if !part.hidden.isEmpty { relation.deletions = DeletionSet(part.hidden) }
        return relation
    }
}
