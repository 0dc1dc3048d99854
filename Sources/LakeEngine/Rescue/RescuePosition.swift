import Foundation
import LakeCore
import LakeStorage

/// How much of the log the rescue bucket has: version 1 of `_rescue/position.json`; see docs/formats/rescue.md.
struct RescuePosition: Codable, Equatable, Sendable {
    var format = 1
    /// Every object that this version refers to is there, and the log up to it.
    var version: Int
    /// When that was so (RFC 3339).
    var at: String

    init(version: Int, at: String) {
        self.version = version
        self.at = at
    }

    static func key() throws(StorageError) -> ObjectKey { try ObjectKey(validating: "_rescue/position.json") }

    func encoded() throws -> [UInt8] { try JSONBytes.encode(self) }

    /// The position of a rescue bucket; nil when it has none.
    static func read(from rescue: any ObjectStore) async throws -> RescuePosition? {
        do {
            return decode(try await rescue.get(try key()))
        } catch StorageError.noSuchObject {
            return nil
        }
    }

    /// Nil when the bytes are not a position.
    static func decode(_ bytes: [UInt8]) -> RescuePosition? {
        try? JSONDecoder().decode(RescuePosition.self, from: Data(bytes))
    }
}

/// How far the copy in the rescue bucket is.
struct RescueProgress: Sendable {
    /// The version of the lake that was seen last.
    var newest = 0
    /// The version that the rescue bucket has.
    private(set) var version = 0
    /// Since when it is behind; nil when it is not.
    private(set) var behindSince: ContinuousClock.Instant?
    private(set) var objects = 0
    private(set) var bytes = 0
    /// Why it does not go on, in one sentence.
    var lastError: String?

    mutating func reached(_ version: Int) {
        self.version = version
        if version >= newest { behindSince = nil } else { behindSince = behindSince ?? .now }
    }

    mutating func sees(_ newest: Int) {
        self.newest = newest
        if newest > version { behindSince = behindSince ?? .now }
    }

    mutating func copied(_ bytes: Int) {
        guard bytes > 0 else { return }
        objects += 1
        self.bytes += bytes
    }
}
