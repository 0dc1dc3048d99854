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
    /// A folder store cannot hold `a` and `a/b` at once.
    case keyInTheWay(ObjectKey)
    /// A file that was to be read or taken in is missing or not a plain file.
    case noSuchFile
    /// A file that was to be taken in lies on another file system than the lake.
    case fileElsewhere
    /// The disk or the quota is full.
    case noSpace
    /// The operating system does not let this process do it.
    case notPermitted(StorageOperation)
    /// The lake's folder is not there or is not a folder.
    case notAFolder
    /// Anything else the system below reported; a write may have happened.
    case unavailable(StorageOperation, reason: String)
    /// The caller's task was cancelled before the work began. Nothing was written.
    case cancelled

    public var kind: FailureKind {
        switch self {
        case .invalidKey, .rangeOutside, .keyInTheWay, .fileElsewhere: .invalid
        case .noSuchObject, .noSuchFile: .notFound
        case .conditionFailed: .conflict
        case .noSpace: .exhausted
        case .notPermitted, .notAFolder, .unavailable: .unavailable
        case .cancelled: .cancelled
        }
    }

    public var detail: String {
        switch self {
        case .invalidKey(let reason): "This is not an object key: \(reason)."
        case .noSuchObject(let key): "There is no object \(key)."
        case .conditionFailed(let key): "Object \(key) is not as expected: someone wrote or removed it; read it again."
        case .rangeOutside(let key, let size): "Object \(key) has \(size) bytes; ask for a range inside them."
        case .keyInTheWay(let key):
            "Key \(key) cannot be used: a part of it is an object, or it is the folder of one; choose another key."
        case .noSuchFile: "The file to read is missing or is not a plain file."
        case .fileElsewhere:
            "The file lies on another file system than the lake; write it to the lake's staging folder."
        case .noSpace: "The lake's disk or quota is full; free some space and retry."
        case .notPermitted(let operation):
            "The server may not \(operation.rawValue) in the lake's folder; check its owner and mode."
        case .notAFolder: "The lake's folder is missing or is not a folder; check the configured place."
        case .unavailable(let operation, let reason): "The store could not \(operation.rawValue): \(reason)."
        case .cancelled: "The work was cancelled before it began."
        }
    }
}

/// What a store was asked to do, for messages.
public enum StorageOperation: String, Sendable {
    case write, read, list, delete
}
