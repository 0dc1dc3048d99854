/// Counts and digests the pieces of an object that is being put, and compares them with what was announced.
struct ContentCheck: Sendable {
    private let key: ObjectKey
    private let announced: AnnouncedContent
    private var hash: ContentHash?
    private(set) var size = 0

    init(_ key: ObjectKey, _ announced: AnnouncedContent) {
        self.key = key
        self.announced = announced
        hash = announced.sha256 == nil ? nil : ContentHash()
    }

    /// - Throws: ``StorageError/notAsAnnounced(_:)`` when there is more than was announced.
    mutating func update(_ chunk: [UInt8]) throws(StorageError) {
        size += chunk.count
        if let announced = announced.size, size > announced { throw .notAsAnnounced(key) }
        hash?.update(chunk)
    }

    /// - Throws: ``StorageError/notAsAnnounced(_:)`` when the content is not the announced one.
    consuming func finish() throws(StorageError) {
        if let announced = announced.size, size != announced { throw .notAsAnnounced(key) }
        if let hash, hash.finish() != announced.sha256 { throw .notAsAnnounced(key) }
    }
}
