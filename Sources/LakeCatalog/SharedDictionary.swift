/// A dictionary whose copies share what they do not change.
///
/// The entries are spread over a fixed number of small dictionaries; a change copies only the one it falls into. With Swift's own
/// dictionary every commit would copy the whole catalog, since somebody always holds the version before.
public struct SharedDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private static var partCount: Int { 256 }

    private var parts = Array(repeating: [Key: Value](), count: partCount)

    init() {}

    init(_ entries: [Key: Value]) {
        for (key, value) in entries { self[key] = value }
    }

    /// Cost: O(1).
    public internal(set) subscript(key: Key) -> Value? {
        get { parts[part(of: key)][key] }
        set { parts[part(of: key)][key] = newValue }
    }

    /// How many entries there are.
    public var count: Int { parts.reduce(0) { $0 + $1.count } }

    /// Whether there is no entry.
    public var isEmpty: Bool { parts.allSatisfy(\.isEmpty) }

    /// The entries' values, in no particular order.
    public var values: [Value] { parts.flatMap(\.values) }

    /// Changes a value where it is; through the subscript a collection in it would be copied.
    mutating func update(_ key: Key, _ change: (inout Value?) -> Void) {
        change(&parts[part(of: key)][key])
    }

    private func part(of key: Key) -> Int { key.hashValue & (Self.partCount - 1) }
}

extension SharedDictionary: Sequence {
    /// Goes through the entries in no particular order.
    public func makeIterator() -> some IteratorProtocol<(key: Key, value: Value)> {
        parts.lazy.flatMap { $0.lazy.map { (key: $0.key, value: $0.value) } }.makeIterator()
    }
}

extension SharedDictionary: Equatable where Value: Equatable {}

extension SharedDictionary: Encodable where Key: Encodable, Value: Encodable {
    public func encode(to encoder: any Encoder) throws {
        try Dictionary(uniqueKeysWithValues: map { ($0.key, $0.value) }).encode(to: encoder)
    }
}

extension SharedDictionary: Decodable where Key: Decodable, Value: Decodable {
    public init(from decoder: any Decoder) throws {
        self.init(try [Key: Value](from: decoder))
    }
}
