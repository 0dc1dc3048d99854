import LakeCatalog
import LakeCore

/// One commit of the log as callers see it.
public struct LogEntry: Sendable, Codable, Equatable {
    public var version: Int
    public var at: String
    /// In the order in which they were applied.
    public var transactions: [LogTransaction]
}

/// Changes that one caller made together.
public struct LogTransaction: Sendable, Codable, Equatable {
    public var id: String
    public var actor: String
    public var reason: String
    public var at: String
    public var changes: [LogChange]
}

/// One change: what kind, and of what.
public struct LogChange: Sendable, Codable, Equatable {
    /// As the log calls it: `files_added`.
    public var kind: String
    public var dataset: LogSubject?
    public var index: LogSubject?
    public var key: LogSubject?
    /// Data files that came.
    public var filesAdded: Int?
    /// Data files that went, where the change names them.
    public var filesRemoved: Int?
    /// Rows in the files that came.
    public var rows: Int?
    /// Rows of the files that were named that are deleted from here on.
    public var rowsDeleted: Int?
    /// The identifier of the tombstone that came or went.
    public var tombstone: String?
    /// The generation that serves from here on.
    public var generation: Int?
    /// The oldest version that can be read from here on.
    public var oldestVersion: Int?
}

/// What a change is about.
public struct LogSubject: Sendable, Codable, Equatable {
    public var id: String
    /// Nil when the lake has forgotten it.
    public var name: String?
}

/// A part of the log.
public struct LogPage: Sendable, Codable, Equatable {
    /// Oldest first.
    public var items: [LogEntry]
    /// Where to go on: the version of the last item, or what was asked for when there is none.
    public var nextSince: Int
}

extension LogEntry {
    /// Names are those of `state` where the commit has none itself.
    init(_ commit: LoggedCommit, namesFrom state: LakeState) {
        self.init(
            version: commit.version,
            at: commit.at,
            transactions: commit.transactions.map { transaction in
                LogTransaction(
                    id: transaction.id.rawValue,
                    actor: transaction.actor,
                    reason: transaction.reason,
                    at: transaction.at,
                    changes: transaction.actions.map { LogChange($0, namesFrom: state) }
                )
            }
        )
    }
}

extension LogChange {
    init(_ action: Action, namesFrom state: LakeState) {
        func subject(_ id: DatasetID) -> LogSubject {
            LogSubject(id: id.rawValue, name: state.datasets[id]?.name.rawValue)
        }
        func subject(_ id: IndexID) -> LogSubject {
            LogSubject(id: id.rawValue, name: state.indexes[id]?.name.rawValue)
        }
        self.init(kind: action.name)
        switch action {
        case .datasetCreated(let made):
            dataset = LogSubject(id: made.id.rawValue, name: made.name.rawValue)
            if !made.files.isEmpty { take(Array(made.files)) }
        case .filesAdded(let id, let files, _), .filesReplaced(let id, let files, _, _, _):
            dataset = subject(id)
            take(files)
        case .filesExchanged(let id, let removing, let files, _):
            dataset = subject(id)
            take(files)
            filesRemoved = removing.count
        case .deletionsChanged(let id, let changes, _):
            dataset = subject(id)
            rowsDeleted = changes.reduce(0) { $0 + ($1.deletions?.rows ?? 0) }
        case .tombstoneAdded(let made):
            dataset = subject(made.dataset)
            tombstone = made.id.rawValue
        case .tombstoneRemoved(let id): tombstone = id.rawValue
        case .datasetDropped(let id, _), .datasetRestored(let id, _), .datasetPurged(let id), .rowsMoved(let id, _),
            .datasetPinned(let id, _), .datasetDescribed(let id, _, _), .datasetProfiled(let id, _, _),
            .schemaChanged(let id, _, _, _), .versionTagged(let id, _, _),
            .retentionSet(let id, _), .versionsTrimmed(let id, _), .clusteringSet(let id, _):
            dataset = subject(id)
        case .ingestRecorded(let receipt):
            dataset = subject(receipt.dataset)
            rows = receipt.rows
        case .indexCreated(let made):
            index = LogSubject(id: made.id.rawValue, name: made.name.rawValue)
            dataset = subject(made.dataset)
        case .indexDropped(let id): index = subject(id)
        case .generationPromoted(let id, let promoted, _):
            index = subject(id)
            generation = promoted.number
        case .keyCreated(let made): key = LogSubject(id: made.id.rawValue, name: made.name)
        case .keyRevoked(let id, _): key = LogSubject(id: id.rawValue, name: state.keys[id]?.name)
        case .historyTrimmed(let version): oldestVersion = version
        }
    }

    private mutating func take(_ files: [DataFile]) {
        filesAdded = files.count
        rows = files.reduce(0) { $0 + $1.rows }
    }
}
