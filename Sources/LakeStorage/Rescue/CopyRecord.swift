internal import Foundation
internal import LakeCore

/// What the rescue bucket knows of a copy it holds: version 1 of `_rescue/copies/{digest}.json`; see docs/formats/rescue.md.
///
/// Written when the copy was read back and found to be what the original is. A copy that is not as its record says is not used.
public struct CopyRecord: Hashable, Sendable, Codable {
    var format = 1
    /// The bucket of the original.
    public var bucket: String
    public var key: ObjectKey
    /// Of both.
    public var bytes: Int
    /// Of both, 64 lowercase hexadecimal digits.
    public var sha256: String
    /// Of the copy, in the rescue bucket.
    public var etag: String
    /// When it was checked (RFC 3339).
    public var at: String

    public init(bucket: String, key: ObjectKey, bytes: Int, sha256: String, etag: String, at: String) {
        self.bucket = bucket
        self.key = key
        self.bytes = bytes
        self.sha256 = sha256
        self.etag = etag
        self.at = at
    }

    /// The record's own key.
    public static func key(ofCopyOf key: ObjectKey, in bucket: String) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: "_rescue/copies/\(ContentHash.sha256("\(bucket)\n\(key)".utf8)).json")
    }

    public func encoded() -> [UInt8] { (try? JSONBytes.encode(self)) ?? [] }

    /// Nil when the bytes are not a record.
    public static func decode(_ bytes: [UInt8]) -> CopyRecord? {
        try? JSONDecoder().decode(CopyRecord.self, from: Data(bytes))
    }

    /// The record of a copy; nil when there is none.
    public static func read(
        ofCopyOf key: ObjectKey,
        in bucket: String,
        from rescue: any ObjectStore
    ) async throws(StorageError) -> CopyRecord? {
        let recordKey = try Self.key(ofCopyOf: key, in: bucket)
        do throws(StorageError) {
            return decode(try await rescue.get(recordKey))
        } catch {
            guard case .noSuchObject = error else { throw error }
            return nil
        }
    }
}
