internal import LakeCore

/// What makes a repeated request find the first one's answer: kept with the transaction that the first one brought about.
public struct RequestNote: Hashable, Sendable, Codable {
    /// Stands for the caller and the key they chose; what they chose is not kept.
    public var key: String
    /// Of what was asked.
    public var digest: String
    /// What was answered, as JSON, but for the version.
    public var answer: String

    public init(key: String, digest: String, answer: String) {
        self.key = key
        self.digest = digest
        self.answer = answer
    }
}

/// A request that was carried out.
public struct RequestRecord: Hashable, Sendable, Codable {
    public var note: RequestNote
    /// The version of the log that carried it out.
    public var version: Int
    public var at: String

    public init(note: RequestNote, version: Int, at: String) {
        self.note = note
        self.version = version
        self.at = at
    }
}

/// The requests of late that came with a key of their own.
///
/// Bounded by their number and by their age against the newest of them, so that every reader of the log forgets the same ones.
public struct RequestLedger: Equatable, Sendable {
    /// At most this many are kept.
    static let limit = 4096
    /// None is kept that is older than a day.
    static let age: Int64 = 86_400_000

    private var records = SharedDictionary<String, RequestRecord>()
    /// Their keys, oldest first.
    private var order: [String] = []

    init() {}

    public var count: Int { order.count }

    /// The request of that key.
    public subscript(key: String) -> RequestRecord? { records[key] }

    mutating func add(_ record: RequestRecord) {
        records[record.note.key] = record
        order.append(record.note.key)
        let oldest = WallClock.milliseconds(rfc3339: record.at).map { $0 - Self.age }
        let kept = order.suffix(Self.limit).drop { key in
            guard let oldest, let record = records[key], let at = WallClock.milliseconds(rfc3339: record.at) else {
                return false
            }
            return at < oldest
        }
        guard kept.count < order.count else { return }
        for key in order.prefix(order.count - kept.count) { records[key] = nil }
        order = Array(kept)
    }
}

extension RequestLedger: Codable {
    public init(from decoder: any Decoder) throws {
        for record in try [RequestRecord](from: decoder) {
            records[record.note.key] = record
            order.append(record.note.key)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        try order.compactMap { records[$0] }.encode(to: encoder)
    }
}
