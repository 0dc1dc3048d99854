public import LakeCatalog
public import LakeCore

/// Everything the use cases themselves refuse; what a room below refuses passes through as that room's error.
public enum EngineError: LakeFailure, Equatable {
    case notAllowed(action: String, needs: Principal.Role)
    case notFound(kind: String, name: String, nearest: [String])
    case unknownTable(name: String, nearest: [String], position: Int?)
    case invalid(field: String, reason: String)
    case nameTaken(kind: String, name: String)
    case indexNotReady(name: String)
    case modelMismatch(index: String, built: String, serving: String)
    case jobIsFinal(id: String, state: String)
    case jobIsRunning(id: String, state: String)
    case uploadTooLarge(limit: Int)
    case versionNotReached(wanted: Int, have: Int)
    case modelUnavailable(reason: String)
    case corruptJob(key: String)
    /// The lake is not as it was when the plan was made.
    case planOutdated(id: String)
    /// The plan takes rows away, which was not agreed to.
    case lossNotAccepted(rows: Int)
    /// Something else was asked with this key before.
    case requestKeyReused(key: String)
    /// The request made an API key before, whose secret only its first answer had.
    case secretNotKept(id: String)
    case corruptCompactedFile
    case rowsOutOfOrder(dataset: String)
    case deletionsUnreadable(file: String)
    case compactionRuns(dataset: String)
    /// A file seems to have a column of the dataset under another name.
    case renameLikely(dataset: String, diff: SchemaDiff)
    /// Values that are there would be others in the wider type.
    case cannotWiden(dataset: String, column: String, from: String, to: String)
    /// Columns that are to go are needed.
    case columnsNeeded(dataset: String, by: [ColumnUse])
    case cacheTooSmall(dataset: String, needs: Int, has: Int)
    case bucketNotConfigured(name: String)
    case bucketsUnreachable(names: String)
    case bucketCannotHoldLog(name: String, reason: String)
    case primaryIsEmpty(rescue: String)
    case rescueHoldsAnotherLake(name: String)
    case preconditionFailed(key: String)
    case datasetChanged(name: String)
    case rangeNotSatisfiable(key: String, size: Int)
    case reservedKey(key: String, folder: String)
    case queryNotDone(id: String, state: String, reason: String?)
    case resultsFull(limit: Int)
    case tooManyQueries(running: Int, waiting: Int)
    case answerTooLarge(bytes: Int, limit: Int)

    public var kind: FailureKind {
        switch self {
        case .notAllowed, .reservedKey: .forbidden
        case .notFound: .notFound
        case .unknownTable, .invalid, .rangeNotSatisfiable: .invalid
        case .nameTaken, .indexNotReady, .modelMismatch, .jobIsFinal, .jobIsRunning, .versionNotReached,
            .preconditionFailed, .datasetChanged, .queryNotDone, .requestKeyReused, .secretNotKept, .compactionRuns,
            .renameLikely, .cannotWiden, .columnsNeeded, .planOutdated, .lossNotAccepted:
            .conflict
        case .uploadTooLarge, .answerTooLarge: .tooLarge
        case .resultsFull, .cacheTooSmall, .tooManyQueries: .exhausted
        case .bucketCannotHoldLog: .unsupported
        case .primaryIsEmpty, .rescueHoldsAnotherLake: .conflict
        case .modelUnavailable, .bucketNotConfigured, .bucketsUnreachable: .unavailable
        case .corruptJob, .corruptCompactedFile, .deletionsUnreadable: .corrupt
        case .rowsOutOfOrder: .internal
        }
    }

    public var code: String {
        switch self {
        case .notAllowed: "not_allowed"
        case .notFound: "not_found"
        case .unknownTable: "unknown_table"
        case .invalid: "invalid_value"
        case .nameTaken: "name_taken"
        case .indexNotReady: "index_not_ready"
        case .modelMismatch: "model_mismatch"
        case .jobIsFinal: "job_is_final"
        case .jobIsRunning: "job_is_running"
        case .uploadTooLarge: "upload_too_large"
        case .versionNotReached: "version_not_reached"
        case .modelUnavailable: "model_unavailable"
        case .corruptJob: "corrupt_job"
        case .planOutdated: "plan_outdated"
        case .lossNotAccepted: "loss_not_accepted"
        case .requestKeyReused: "idempotency_key_reused"
        case .secretNotKept: "secret_not_kept"
        case .corruptCompactedFile: "corrupt_journal"
        case .rowsOutOfOrder: "rows_out_of_order"
        case .deletionsUnreadable: "deletions_unreadable"
        case .compactionRuns: "compaction_runs"
        case .renameLikely: "rename_likely"
        case .cannotWiden: "cannot_widen"
        case .columnsNeeded: "columns_needed"
        case .cacheTooSmall: "cache_too_small"
        case .bucketNotConfigured: "bucket_not_configured"
        case .bucketsUnreachable: "buckets_unreachable"
        case .bucketCannotHoldLog: "bucket_cannot_hold_log"
        case .primaryIsEmpty: "primary_is_empty"
        case .rescueHoldsAnotherLake: "rescue_holds_another_lake"
        case .preconditionFailed, .datasetChanged: "precondition_failed"
        case .rangeNotSatisfiable: "range_not_satisfiable"
        case .reservedKey: "reserved_key"
        case .queryNotDone: "query_not_done"
        case .resultsFull: "results_full"
        case .tooManyQueries: "too_many_queries"
        case .answerTooLarge: "answer_too_large"
        }
    }

    public var detail: String {
        switch self {
        case .notAllowed(let action, let needs): "You may not \(action): it needs the role \(needs.rawValue)."
        case .notFound(let kind, let name, let nearest):
            "No \(kind) is named '\(name)'.\(Self.suggestion(nearest))"
        case .unknownTable(let name, let nearest, let position):
            "No dataset is named '\(name)'\(position.map { " (at character \($0 + 1))" } ?? "").\(Self.suggestion(nearest))"
        case .invalid(let field, let reason): "'\(field)' \(reason)."
        case .nameTaken(let kind, let name): "There is a \(kind) named '\(name)' already; choose another name."
        case .indexNotReady(let name):
            "Index '\(name)' has no generation to search yet; its job is in GET /vectors/jobs."
        case .modelMismatch(let index, let built, let serving):
            "Index '\(index)' was built with \(built), but this server embeds with \(serving); refresh the index."
        case .jobIsFinal(let id, let state): "Job \(id) is \(state) and cannot be cancelled."
        case .jobIsRunning(let id, let state): "Job \(id) is \(state); only a failed or cancelled job can be resumed."
        case .uploadTooLarge(let limit): "The file is larger than the limit of \(limit) bytes."
        case .versionNotReached(let wanted, let have): "The lake is at version \(have), not yet at \(wanted)."
        case .modelUnavailable(let reason): "The embedding model is not available: \(reason)"
        case .planOutdated(let id):
            "The plan '\(id)' is not what would mend the lake now; ask for a new one."
        case .lossNotAccepted(let rows):
            "The plan gives \(rows) rows up; approve it with 'accept_loss' or restore their files from a backup first."
        case .requestKeyReused(let key):
            "The Idempotency-Key '\(key)' was used for another request before; take a fresh one."
        case .secretNotKept(let id):
            "This request made API key \(id) before, and its secret is not kept; revoke it and make another."
        case .corruptJob(let key): "The job record \(key) is damaged; restore it from a copy of the lake."
        case .bucketNotConfigured(let name):
            "Data lies in the bucket '\(name)', which this server has no settings for; add it to storage.buckets."
        case .bucketsUnreachable(let names): "Buckets that cannot be reached: \(names)."
        case .bucketCannotHoldLog(let name, let reason):
            "The bucket '\(name)' cannot hold a lake's log, only data: \(reason). Make another bucket the primary one."
        case .primaryIsEmpty(let rescue):
            "The primary bucket is empty, but the bucket '\(rescue)' holds the copy of a lake: make sure that the right one is there, or "
                + "copy the lake back."
        case .rescueHoldsAnotherLake(let name):
            "The bucket '\(name)' holds the copy of another lake, which is not written over; name another rescue bucket."
        case .datasetChanged(let name): "Dataset '\(name)' has another etag than the condition wants; read it again."
        case .preconditionFailed(let key): "Object '\(key)' is not as the condition wants it; read it again."
        case .rangeNotSatisfiable(let key, let size): "Object '\(key)' has \(size) bytes and none of those asked for."
        case .reservedKey(let key, let folder):
            "Object '\(key)' cannot be written: the lake keeps its own objects under '\(folder)/'; choose another key."
        case .queryNotDone(let id, let state, let reason):
            "Query \(id) is \(state) and has no result\(reason.map { ": \($0)" } ?? ".")"
        case .answerTooLarge(let bytes, let limit):
            "The answer has \(bytes) bytes; at most \(limit) are given: ask for fewer rows or columns."
        case .resultsFull(let limit):
            "The results that are kept may have \(limit) bytes together, and this one is too large for what is left; drop others, or ask "
                + "for less."
        case .tooManyQueries(let running, let waiting):
            "You have \(running) queries that run and \(waiting) that wait, as many as one caller may (sql.queries_per_caller, "
                + "sql.queue_per_caller); ask again when one has ended."
        case .corruptCompactedFile: "A compacted file of a journal does not hold what it should; verify the journals."
        case .cacheTooSmall(let dataset, let needs, let has):
            "The rows of '\(dataset)' take \(needs) bytes of memory and pinned datasets may have \(has); raise sql.hot_memory or evict others."
        case .compactionRuns(let dataset): "The files of '\(dataset)' are being merged already; wait for that to end."
        case .renameLikely(let dataset, let diff):
            "The file seems to have columns of '\(dataset)' under other names: "
                + diff.renamed.map { "'\($0.from)' as '\($0.to)'" }.joined(separator: ", ")
                + "; rename them with …/schema/migrate first, or send it with schema_changes=no_renames."
        case .cannotWiden(let dataset, let column, let from, let to):
            "The column '\(column)' of '\(dataset)' has values of \(from) that are none of \(to)."
        case .columnsNeeded(let dataset, let uses):
            "Columns of '\(dataset)' are needed: " + uses.map(\.words).joined(separator: ", ")
                + "; drop or undo that first."
        case .deletionsUnreadable(let file):
            "What says which rows of '\(file)' are deleted does not hold what it should; verify the lake."
        case .rowsOutOfOrder(let dataset): "Rows of '\(dataset)' came out of order; this is a bug."
        }
    }

    private static func suggestion(_ nearest: [String]) -> String {
        nearest.isEmpty ? "" : " Did you mean \(nearest.map { "'\($0)'" }.joined(separator: " or "))?"
    }
}
