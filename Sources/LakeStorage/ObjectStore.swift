/// A place that keeps objects under keys: a folder, memory, later S3.
///
/// A reader sees the whole of an object or none of it, and a put is durable when it returns. A put that throws anything but
/// ``StorageError/conditionFailed(_:)``, ``StorageError/invalidKey(reason:)`` or ``StorageError/cancelled`` may have happened.
public protocol ObjectStore: Sendable {
    /// Writes the whole object.
    func put(_ key: ObjectKey, _ bytes: [UInt8], condition: PutCondition) async throws(StorageError) -> ObjectInfo

    /// The whole object.
    func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8]

    /// A part of the object, from an offset up to but not including another.
    ///
    /// - Throws: ``StorageError/rangeOutside(_:size:)`` when the object does not hold all of it.
    func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8]

    /// What is known of the object without reading it; nil when it is absent.
    func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo?

    /// Up to `limit` objects whose keys start with `prefix` and come after `after`, in the order of their keys' bytes.
    ///
    /// The next page starts after the last key of this one; a page with fewer than `limit` objects is the last.
    func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo]

    /// Removes the object; nothing happens when it is absent.
    func delete(_ key: ObjectKey) async throws(StorageError)
}

/// What a store knows of an object.
public struct ObjectInfo: Hashable, Sendable {
    public var key: ObjectKey
    /// In bytes.
    public var size: Int
    /// Another one after every put.
    public var etag: String
    /// Unix time in milliseconds.
    public var modifiedAt: Int64

    public init(key: ObjectKey, size: Int, etag: String, modifiedAt: Int64) {
        self.key = key
        self.size = size
        self.etag = etag
        self.modifiedAt = modifiedAt
    }
}

/// What must hold for a put to happen.
public enum PutCondition: Hashable, Sendable {
    case always
    /// No object has the key yet. Of several such puts at once, from any process, exactly one succeeds.
    case ifAbsent
    /// The object under the key still has this etag.
    case ifMatch(etag: String)
}
