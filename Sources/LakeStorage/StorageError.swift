public import LakeCore

/// Everything this room throws.
public enum StorageError: LakeFailure, Equatable {
    /// The text is not an object key; the reason says why.
    case invalidKey(reason: String)
    /// No object has this key.
    case noSuchObject(ObjectKey)
    /// A conditional put found another object, or none, under its key. Nothing was written.
    case conditionFailed(ObjectKey)
    /// The bytes asked for are not all inside the object.
    case rangeOutside(ObjectKey, size: Int)
    /// The content that was sent is not of the size or the SHA-256 that its sender announced. Nothing was written.
    case notAsAnnounced(ObjectKey)
    /// A folder store cannot hold `a` and `a/b` at once.
    case keyInTheWay(ObjectKey)
    /// A file that was to be read or taken in is missing or not a plain file.
    case noSuchFile
    /// The disk or the quota is full.
    case noSpace
    /// The operating system does not let this process do it.
    case notPermitted(StorageOperation)
    /// The lake's folder is not there or is not a folder.
    case notAFolder
    /// The settings of a store cannot be meant so.
    case invalidSettings(reason: String)
    /// Nobody answers at the store's address.
    case unreachable(StorageOperation, reason: String)
    /// The store took too long; a write may have happened.
    case timedOut(StorageOperation, StoragePhase)
    /// The store does not accept the credentials, or they do not allow it; the store's own word for it.
    case credentialsRefused(StorageOperation, code: String)
    /// The bucket is not there.
    case noSuchBucket(String)
    /// The store does not do such a thing at all.
    case notSupported(StorageOperation, reason: String)
    /// The content is too long for one request, which the condition asks for.
    case tooLarge(ObjectKey, limit: Int)
    /// What was read is not what was put, or the store kept something else than what was sent.
    case damaged(ObjectKey)
    /// A secret is not there or must not be used as it is kept.
    case secretUnavailable(name: String, reason: String)
    /// The bucket failed several times in a row and is left alone for a moment. Nothing was written.
    case bucketResting(String)
    /// Anything else the system below reported; a write may have happened.
    case unavailable(StorageOperation, reason: String)
    /// Too many entries wait to be written to a journal.
    case journalFull(journal: String, waiting: Int)
    /// An entry of a journal is too large or is not JSON.
    case invalidEntry(journal: String, reason: String)
    /// An entry of a journal may or may not have been written.
    case journalUncertain(journal: String)
    /// The journal was closed.
    case journalClosed(journal: String)
    /// What says which objects count in a journal is damaged.
    case corruptJournal(ObjectKey, reason: String)
    /// The caller's task was cancelled before the work began. Nothing was written.
    case cancelled

    public var kind: FailureKind {
        switch self {
        case .invalidKey, .rangeOutside, .notAsAnnounced, .keyInTheWay, .invalidSettings, .notSupported, .invalidEntry:
            .invalid
        case .noSuchObject, .noSuchFile: .notFound
        case .conditionFailed: .conflict
        case .noSpace, .journalFull: .exhausted
        case .notPermitted, .notAFolder, .secretUnavailable, .bucketResting, .unreachable, .timedOut,
            .credentialsRefused, .noSuchBucket, .unavailable, .journalUncertain, .journalClosed:
            .unavailable
        case .tooLarge: .tooLarge
        case .damaged, .corruptJournal: .corrupt
        case .cancelled: .cancelled
        }
    }

    public var code: String {
        switch self {
        case .noSpace: "no_space"
        default: kind.rawValue
        }
    }

    public var detail: String {
        switch self {
        case .invalidKey(let reason): "This is not an object key: \(reason)."
        case .noSuchObject(let key): "There is no object \(key)."
        case .conditionFailed(let key): "Object \(key) is not as expected: someone wrote or removed it; read it again."
        case .rangeOutside(let key, let size): "Object \(key) has \(size) bytes; ask for a range inside them."
        case .notAsAnnounced(let key):
            "What was sent for object \(key) is not of the announced size or checksum; send it again."
        case .keyInTheWay(let key):
            "Key \(key) cannot be used: a part of it is an object, or it is the folder of one; choose another key."
        case .noSuchFile: "The file to read is missing or is not a plain file."
        case .noSpace: "The lake's disk or quota is full; free some space and retry."
        case .notPermitted(let operation):
            "The server may not \(operation.rawValue) in the lake's folder; check its owner and mode."
        case .notAFolder: "The lake's folder is missing or is not a folder; check the configured place."
        case .invalidSettings(let reason): "The bucket's settings do not fit: \(reason)."
        case .unreachable(let operation, let reason):
            "The store could not be reached to \(operation.rawValue): \(reason); check its address and that it runs."
        case .timedOut(let operation, let phase):
            "The store took too long to \(operation.rawValue) (\(phase.rawValue)); retry, or allow more time."
        case .credentialsRefused(let operation, let code):
            "The store does not let these credentials \(operation.rawValue) (\(code)); check them, their rights and the clock."
        case .noSuchBucket(let bucket): "There is no bucket \(bucket) at the configured endpoint."
        case .notSupported(let operation, let reason): "The store cannot \(operation.rawValue) that way: \(reason)."
        case .tooLarge(let key, let limit): "What was sent for object \(key) has more than \(limit) bytes."
        case .damaged(let key):
            "The bytes of object \(key) are not what was written; restore it from another copy."
        case .secretUnavailable(let name, let reason): "The secret '\(name)' cannot be used: \(reason)."
        case .bucketResting(let name): "Bucket '\(name)' cannot be reached; it is tried again in a moment."
        case .unavailable(let operation, let reason): "The store could not \(operation.rawValue): \(reason)."
        case .journalFull(let journal, let waiting):
            "Already \(waiting) entries wait to be written to the journal \(journal); retry later."
        case .invalidEntry(let journal, let reason): "The entry cannot be written to the journal \(journal): \(reason)."
        case .journalUncertain(let journal):
            "The entry may or may not be in the journal \(journal); read it before writing it again."
        case .journalClosed(let journal): "The journal \(journal) takes no more entries: the server is stopping."
        case .corruptJournal(let key, let reason): "\(key) is damaged: \(reason); restore it from a copy of the lake."
        case .cancelled: "The work was cancelled before it began."
        }
    }
}

/// What a store was asked to do, for messages.
public enum StorageOperation: String, Sendable {
    case write, read, list, delete
}

/// The part of a request that took too long.
public enum StoragePhase: String, Sendable {
    case connect = "connecting"
    case firstByte = "waiting for the answer"
    case idle = "between two pieces of a body"
    case whole = "as a whole"
}
