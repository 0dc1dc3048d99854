import Synchronization

/// The name of one thing of kind `Subject`, unique in a lake for all time.
///
/// Fresh ones are UUIDs of version 7 (RFC 9562): they sort by the millisecond in which they were made.
public struct Identifier<Subject>: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    /// A new identifier.
    ///
    /// - Parameter milliseconds: Unix time; the caller's clock, so that tests can fix it.
    /// - Returns: One that nothing else has.
    public static func fresh(milliseconds: Int64 = WallClock.nowMilliseconds()) -> Self {
        Self(rawValue: UUIDv7.string(milliseconds: milliseconds))
    }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension Identifier: CodingKeyRepresentable {
    public var codingKey: any CodingKey { rawValue.codingKey }

    public init?(codingKey: some CodingKey) { rawValue = codingKey.stringValue }
}

extension Identifier: Comparable {
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Marks identifiers of datasets.
public enum DatasetSubject {}
/// Marks identifiers of vector indexes.
public enum IndexSubject {}
/// Marks identifiers of background jobs.
public enum JobSubject {}
/// Marks identifiers of API keys.
public enum KeySubject {}
/// Marks identifiers of tombstones.
public enum TombstoneSubject {}
/// Marks identifiers of transactions of the log.
public enum TransactionSubject {}

public typealias DatasetID = Identifier<DatasetSubject>
public typealias IndexID = Identifier<IndexSubject>
public typealias JobID = Identifier<JobSubject>
public typealias KeyID = Identifier<KeySubject>
public typealias TombstoneID = Identifier<TombstoneSubject>
public typealias TransactionID = Identifier<TransactionSubject>

/// UUIDs of version 7 (RFC 9562, section 5.7).
public enum UUIDv7 {
    /// The newest milliseconds and the twelve bits behind them.
    private static let newest = Mutex<UInt64>(0)

    /// A fresh UUID in its 36-character lowercase form; of those of one process and millisecond a later one sorts behind.
    public static func string(milliseconds: Int64 = WallClock.nowMilliseconds()) -> String {
        let now = UInt64(truncatingIfNeeded: milliseconds) << 12
        // Counted on from a random start (section 6.2, method 2); a full millisecond runs over into the next.
        let place = newest.withLock { newest in
            // Two milliseconds behind is another time, not the same.
            if newest >= now, newest - now <= 0x2000 {
                newest += 1
                return newest
            }
            let start = now | UInt64.random(in: 0...0x7FF)
            newest = max(newest, start)
            return start
        }
        let high = (place >> 12) << 16 | 0x7000 | place & 0xFFF
        let low = UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let bytes = [high, low].flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { Hexadecimal.text(bytes[$0]) }.joined(separator: "-")
    }
}
