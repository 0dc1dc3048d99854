/// A place that keeps objects under keys: a folder, a bucket, memory.
///
/// A reader sees the whole of an object or none of it, and a put is durable when it returns. A put that throws anything but
/// ``StorageError/conditionFailed(_:)``, ``StorageError/invalidKey(reason:)``, ``StorageError/notAsAnnounced(_:)`` or
/// ``StorageError/cancelled`` may have happened.
public protocol ObjectStore: Sendable {
    /// Writes the whole object.
    func put(_ key: ObjectKey, _ bytes: [UInt8], condition: PutCondition) async throws(StorageError) -> ObjectInfo

    /// Writes the whole object from pieces as they come, holding a few of them at a time.
    ///
    /// The next piece is asked for when the store has room for it. What is announced is checked before the object is there.
    ///
    /// - Throws: `StorageError`; what `chunks` throws. Nothing was written then.
    func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8]

    /// Makes a finished local file the object; the file is gone when this returns.
    ///
    /// A store on the same file system takes the file itself, others copy it. When this throws, the file is still there, and it may
    /// be there still after a crash. Nobody may write to it any more.
    ///
    /// - Throws: ``StorageError/noSuchFile`` when there is no plain file at the path.
    func put(_ key: ObjectKey, file path: String, condition: PutCondition) async throws(StorageError) -> ObjectInfo

    /// The whole object.
    func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8]

    /// A part of the object, from an offset up to but not including another.
    ///
    /// - Throws: ``StorageError/rangeOutside(_:size:)`` when the object does not hold all of it.
    func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8]

    /// The object, or a part of it, to be read piece by piece.
    ///
    /// All pieces are of the one object that was there when this returned, whatever happens to its key. With an etag it must be the
    /// object that has it.
    ///
    /// - Throws: ``StorageError/rangeOutside(_:size:)`` when the object has none of the bytes;
    ///   ``StorageError/conditionFailed(_:)`` when it has another etag.
    func open(_ key: ObjectKey, range: ObjectRange, ifMatch etag: String?) async throws(StorageError) -> OpenObject

    /// What is known of the object without reading it; nil when it is absent.
    func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo?

    /// Up to `limit` objects whose keys start with `prefix` and come after `after`, in the order of their keys' bytes.
    ///
    /// The next page starts after the last key of this one; a page with fewer than `limit` objects is the last.
    func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo]

    /// Gives an object that never changes another key; should something have that key, it stays as it is.
    ///
    /// Cut off, the object may have both keys.
    ///
    /// - Throws: ``StorageError/noSuchObject(_:)``.
    func move(_ key: ObjectKey, to destination: ObjectKey) async throws(StorageError)

    /// Removes the object; nothing happens when it is absent.
    func delete(_ key: ObjectKey) async throws(StorageError)

    /// Removes what writes that were cut off have left and no listing shows.
    ///
    /// - Parameters:
    ///   - age: What is younger may belong to a write under way.
    ///   - dryRun: Only count it.
    /// - Returns: How many files or uploads that is.
    /// - Throws: What keeps the store from looking; what cannot be removed is left for the next time.
    func sweepLeftovers(olderThan age: Duration, dryRun: Bool) async throws(StorageError) -> Int
}

extension ObjectStore {
    /// None: a store whose writes leave nothing.
    public func sweepLeftovers(olderThan age: Duration, dryRun: Bool) async throws(StorageError) -> Int { 0 }
}

/// What a store knows of an object.
public struct ObjectInfo: Hashable, Sendable {
    public var key: ObjectKey
    /// In bytes.
    public var size: Int
    /// Another one whenever the content is another; without quotation marks.
    public var etag: String
    /// Unix time in milliseconds; some stores know only the second, and a put may give this machine's time for the store's.
    public var modifiedAt: Int64
    /// The content's SHA-256, 64 lowercase hexadecimal digits, where the store keeps it; never in listings.
    public var sha256: String?

    public init(key: ObjectKey, size: Int, etag: String, modifiedAt: Int64, sha256: String? = nil) {
        self.key = key
        self.size = size
        self.etag = etag
        self.modifiedAt = modifiedAt
        self.sha256 = sha256
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

/// What the sender of an object says of its content before it is all there.
public struct AnnouncedContent: Hashable, Sendable {
    /// In bytes.
    public var size: Int?
    /// 64 lowercase hexadecimal digits.
    public var sha256: String?

    public init(size: Int? = nil, sha256: String? = nil) {
        self.size = size
        self.sha256 = sha256
    }
}

/// Which bytes of an object, as HTTP's `Range` has it: what lies behind the object's end is left out.
public enum ObjectRange: Hashable, Sendable {
    case whole
    /// From an offset up to but not including another.
    case bounds(Range<Int>)
    /// From an offset to the end.
    case from(Int)
    /// So many bytes at the end.
    case last(Int)

    /// The bytes of an object of that size; nil when it has none of them.
    public func resolved(size: Int) -> Range<Int>? {
        switch self {
        case .whole: return 0..<size
        case .bounds(let range):
            guard range.lowerBound >= 0, range.lowerBound < size, !range.isEmpty else { return nil }
            return range.lowerBound..<min(range.upperBound, size)
        case .from(let start):
            guard start >= 0, start < size else { return nil }
            return start..<size
        case .last(let count):
            guard count > 0, size > 0 else { return nil }
            return max(0, size - count)..<size
        }
    }
}
