public import LakeCore

/// Everything this room throws of its own; what a store throws passes through.
public enum CatalogError: LakeFailure, Equatable {
    // A transaction that can never be applied.
    /// Something in the transaction contradicts itself or the rules.
    case invalidTransaction(reason: String)

    // A transaction that does not apply to the state as it is now.
    /// A live dataset has the name.
    case nameTaken(DatasetName)
    /// An index has the name.
    case indexNameTaken(DatasetName)
    /// Something already has the identifier, or a key of the lake the digest.
    case identifierTaken(String)
    /// The dataset is not there or was dropped.
    case datasetGone(DatasetID)
    /// The index is not there.
    case indexGone(IndexID)
    /// The key is not there or was revoked.
    case keyGone(KeyID)
    /// The dataset has other columns than the transaction expects.
    case schemaChanged(DatasetName)
    /// The dataset has a tag of that name, or none.
    case tagTaken(DatasetName, tag: String)
    case tagGone(DatasetName, tag: String)
    /// Something else needs the column that was to go.
    case columnInUse(DatasetName, column: String, by: String)
    /// The dataset was changed after the version the transaction expects.
    case replacedMeanwhile(DatasetName, expected: Int, found: Int)
    /// Somebody else has described the dataset since.
    case describedMeanwhile(DatasetName)
    /// The dataset must not be dropped.
    case protected(DatasetName)
    /// The dataset no longer has all the files that were to be exchanged.
    case filesGone(DatasetName)
    /// The tombstone is not there: it was undone, or its rows are gone for good.
    case tombstoneGone(TombstoneID)
    /// The request that brought the transaction about was carried out before.
    case alreadyDone(version: Int)
    /// The dataset already holds what this source brings.
    case alreadyIngested(DatasetName)
    /// The index serves another generation than the transaction expects.
    case generationReplaced(DatasetName, expected: Int?, found: Int?)
    /// Others kept committing first.
    case conflict(attempts: Int)

    // The log.
    case noSuchVersion(Int, newest: Int)
    /// Files that only this version had may be gone.
    case versionNotKept(Int, oldest: Int)
    /// A commit's bytes are not what was written.
    case corruptCommit(version: Int, reason: String)
    /// A commit is missing though a later one, or a checkpoint of it, is there.
    case missingCommit(version: Int)
    case corruptFormatFile(reason: String)
    /// A newer Lakehouse wrote this lake in a way that this one cannot read.
    case lakeTooNew(needsReader: Int, has: Int, release: String?)
    /// A newer Lakehouse wrote this lake in a way that this one must not write to.
    case lakeNotWritable(needsWriter: Int, has: Int, release: String?)
    /// A commit holds a kind of action that this Lakehouse does not know.
    case unknownAction(kind: String, version: Int)
    /// The store failed such that the transaction may or may not have been committed.
    case outcomeUnknown(TransactionID)
    /// More transactions wait than are accepted.
    case tooManyWaiting(limit: Int)
    /// Where a copy of a lake was to be is something else, or nothing is where it was to come from.
    case otherLake(reason: String)
    /// The log was closed.
    case closed

    public var kind: FailureKind {
        switch self {
        case .invalidTransaction: .invalid
        case .nameTaken, .indexNameTaken, .identifierTaken, .datasetGone, .indexGone, .keyGone, .schemaChanged,
            .tagTaken, .tagGone, .columnInUse, .replacedMeanwhile, .describedMeanwhile, .protected, .filesGone,
            .tombstoneGone, .alreadyDone,
            .alreadyIngested, .generationReplaced,
            .conflict,
            .otherLake:
            .conflict
        case .noSuchVersion, .versionNotKept: .notFound
        case .corruptCommit, .missingCommit, .corruptFormatFile: .corrupt
        case .lakeTooNew, .lakeNotWritable, .unknownAction: .unsupported
        case .outcomeUnknown, .closed: .unavailable
        case .tooManyWaiting: .exhausted
        }
    }

    public var code: String {
        switch self {
        case .invalidTransaction: "invalid_transaction"
        case .nameTaken, .indexNameTaken: "name_taken"
        case .identifierTaken: "identifier_taken"
        case .datasetGone: "dataset_gone"
        case .indexGone: "index_gone"
        case .keyGone: "key_gone"
        case .schemaChanged: "schema_changed"
        case .columnInUse: "column_in_use"
        case .tagTaken: "tag_taken"
        case .tagGone: "tag_gone"
        case .replacedMeanwhile: "replaced_meanwhile"
        case .describedMeanwhile: "described_meanwhile"
        case .protected: "protected"
        case .filesGone: "files_gone"
        case .tombstoneGone: "tombstone_gone"
        case .alreadyDone: "already_done"
        case .alreadyIngested: "already_ingested"
        case .generationReplaced: "generation_replaced"
        case .conflict: "conflict"
        case .noSuchVersion: "no_such_version"
        case .versionNotKept: "version_not_kept"
        case .corruptCommit, .missingCommit, .corruptFormatFile: "corrupt_log"
        case .lakeTooNew, .lakeNotWritable, .unknownAction: "lake_too_new"
        case .outcomeUnknown: "outcome_unknown"
        case .tooManyWaiting: "too_many_waiting"
        case .otherLake: "other_lake"
        case .closed: "closed"
        }
    }

    public var detail: String {
        switch self {
        case .invalidTransaction(let reason): "The change cannot be made: \(reason)."
        case .nameTaken(let name): "A dataset is already named \(name); choose another name or drop that one."
        case .indexNameTaken(let name): "An index is already named \(name); choose another name or drop that one."
        case .identifierTaken(let identifier): "The identifier \(identifier) is already in use; take a fresh one."
        case .datasetGone(let id): "Dataset \(id) does not exist or was dropped; look its name up again."
        case .indexGone(let id): "Index \(id) does not exist or was dropped; look its name up again."
        case .keyGone(let id): "API key \(id) does not exist or was revoked already."
        case .schemaChanged(let name): "The columns of \(name) changed meanwhile; read its schema again and retry."
        case .tagTaken(let name, let tag): "The dataset \(name) has a version '\(tag)' already; choose another name."
        case .tagGone(let name, let tag): "The dataset \(name) has no version '\(tag)'."
        case .columnInUse(let name, let column, let user):
            "The column \(column) of \(name) cannot go: \(user) needs it; drop or undo that first."
        case .replacedMeanwhile(let name, let expected, let found):
            "Dataset \(name) changed at version \(found), after the expected version \(expected); read it and retry."
        case .describedMeanwhile(let name):
            "Dataset \(name) was described by somebody else meanwhile; read it and retry."
        case .protected(let name):
            "Dataset \(name) is protected from being dropped; take its delete protection back first."
        case .filesGone(let name):
            "The files of \(name) that were to be changed are others meanwhile; read it and retry."
        case .tombstoneGone(let id):
            "Tombstone \(id) does not exist: it was undone, or its rows were erased when their files were rewritten."
        case .alreadyDone(let version): "This request was carried out before, with version \(version)."
        case .alreadyIngested(let name): "Dataset \(name) already holds the rows of this file."
        case .generationReplaced(let name, let expected, let found):
            "Index \(name) serves \(Self.generation(found)), not \(Self.generation(expected)) as expected; build on that."
        case .conflict(let attempts): "Others committed first \(attempts) times in a row; retry later."
        case .noSuchVersion(let version, let newest): "There is no version \(version); the newest is \(newest)."
        case .versionNotKept(let version, let oldest):
            "Version \(version) is no longer kept; the oldest that can be read is \(oldest)."
        case .corruptCommit(let version, let reason):
            "Version \(version) of the log is damaged (\(reason)); restore this file from a copy of the lake."
        case .missingCommit(let version):
            "Version \(version) of the log is missing though later ones exist; restore this file from a copy of the lake."
        case .corruptFormatFile(let reason):
            "The lake's format file is missing or damaged (\(reason)); restore it from a copy of the lake."
        case .lakeTooNew(let needed, let has, let release):
            "A newer Lakehouse wrote this lake: reading it needs \(Self.format(needed, release)) and this one knows format "
                + "\(has); upgrade."
        case .lakeNotWritable(let needed, let has, let release):
            "A newer Lakehouse wrote this lake: writing to it needs \(Self.format(needed, release)) and this one knows "
                + "format \(has); upgrade."
        case .unknownAction(let kind, let version):
            "A newer Lakehouse wrote version \(version) of the log, with a change of kind '\(kind)'; upgrade this one."
        case .outcomeUnknown(let id):
            "The store failed while transaction \(id) was written and may have kept it; look before you retry."
        case .tooManyWaiting(let limit): "More than \(limit) changes are waiting to be written; retry later."
        case .otherLake(let reason): "The lake cannot be copied: \(reason)."
        case .closed: "The server is stopping and takes no more changes; retry once it is back."
        }
    }

    private static func format(_ number: Int, _ release: String?) -> String {
        release.map { "Lakehouse \($0) or later (format \(number))" } ?? "format \(number)"
    }

    private static func generation(_ number: Int?) -> String { number.map { "generation \($0)" } ?? "no generation" }
}
