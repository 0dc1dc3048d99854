/// What a lake is asked to do, as metrics and spans call it: a closed set, so that no caller can add a series.
enum UseCase: String, CaseIterable, Sendable {
    case query
    case submitQuery = "submit_query"
    case explain
    case ingest
    case register
    case search
    case ask
    case embed
    case changeRows = "change_rows"
    case compact
    case pin
    case tombstone
    case restoreVersion = "restore_version"
    case changeSchema = "change_schema"
    case keepVersions = "keep_versions"
    case dropDataset = "drop_dataset"
    case describeDataset = "describe_dataset"
    case searchCatalog = "search_catalog"
    case createIndex = "create_index"
    case refreshIndexes = "refresh_indexes"
    case dropIndex = "drop_index"
    case seeBuckets = "see_buckets"
    case listObjects = "list_objects"
    case headObject = "head_object"
    case readObject = "read_object"
    case writeObject = "write_object"
    case deleteObject = "delete_object"
    case recordEvents = "record_events"
    case readHistory = "read_history"
    case flushJournals = "flush_journals"
    case verifyJournals = "verify_journals"
    case planRepair = "plan_repair"
    case resyncMissing = "resync_missing"
    case migrate
    case verify
    case repair
    case sweep
    case createKey = "create_key"
    case revokeKey = "revoke_key"
}
