/// What a lake is asked to do, as metrics and spans call it: a closed set, so that no caller can add a series.
enum UseCase: String, CaseIterable, Sendable {
    case query
    case ingest
    case search
    case ask
    case embed
    case dropDataset = "drop_dataset"
    case createIndex = "create_index"
    case refreshIndexes = "refresh_indexes"
    case dropIndex = "drop_index"
    case verify
    case repair
    case sweep
    case createKey = "create_key"
    case revokeKey = "revoke_key"
}
