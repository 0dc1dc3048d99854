public import LakeStorage

/// Where objects wait that nothing was found to refer to: `quarantine/{milliseconds:016}/{key}`.
public struct Quarantine: Sendable {
    static let prefix = "quarantine/"

    /// An object that waits.
    public struct Entry: Sendable {
        public var info: ObjectInfo
        /// What it was called, and is called again if it is needed.
        public var original: ObjectKey
        /// When it was moved here, in Unix milliseconds.
        public var since: Int64
    }

    private let store: any ObjectStore

    public init(store: any ObjectStore) { self.store = store }

    /// Tells of all that waits, the oldest first.
    public func forEach(_ body: (Entry) async throws -> Void) async throws {
        var after: String?
        repeat {
            let page = try await page(after: after)
            for entry in page.entries { try await body(entry) }
            after = page.last
        } while after != nil
    }

    /// Moves an object here.
    func take(_ key: ObjectKey, at now: Int64) async throws {
        try await move(key, to: try Self.key(key, at: now))
    }

    /// Moves an object back to where it was; nothing happens when there is one.
    func giveBack(_ entry: Entry) async throws {
        if try await store.head(entry.original) == nil {
            try await move(entry.info.key, to: entry.original)
        } else {
            try await store.delete(entry.info.key)
        }
    }

    /// All that waits, a page at a time.
    func page(after: String?) async throws -> (entries: [Entry], last: String?) {
        let page = try await store.list(prefix: Self.prefix, after: after, limit: 1000)
        return (page.compactMap(Self.entry), page.count == 1000 ? page.last?.key.rawValue : nil)
    }

    private func move(_ key: ObjectKey, to destination: ObjectKey) async throws {
        do {
            try await store.move(key, to: destination)
        } catch StorageError.noSuchObject {
            // Another sweep was faster.
        }
    }

    static func key(_ original: ObjectKey, at now: Int64) throws(StorageError) -> ObjectKey {
        let digits = String(max(0, now))
        let stamp = String(repeating: "0", count: max(0, 16 - digits.count)) + digits
        return try ObjectKey(validating: "\(prefix)\(stamp)/\(original.rawValue)")
    }

    private static func entry(_ info: ObjectInfo) -> Entry? {
        let parts = info.key.rawValue.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, let since = Int64(parts[1]), let key = try? ObjectKey(validating: String(parts[2]))
        else {
            return nil
        }
        return Entry(info: info, original: key, since: since)
    }
}
