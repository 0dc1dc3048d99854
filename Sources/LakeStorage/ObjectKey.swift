/// The name of an object in a store: parts joined by `/`, such as `datasets/0195…/data/x.parquet`.
///
/// Two keys are the same when their UTF-8 bytes are, and sort by those bytes; Swift's strings would take two spellings of `é`
/// for one, where a file system and S3 see two objects.
public struct ObjectKey: Sendable, CustomStringConvertible {
    public let rawValue: String

    /// - Throws: ``StorageError/invalidKey(reason:)`` unless `text` has 1 to 1,024 bytes, no NUL, and its parts have 1 to 255 bytes
    ///   and are neither `.` nor `..`. So a key starts and ends with no `/` and cannot point outside its store.
    public init(validating text: String) throws(StorageError) {
        let bytes = text.utf8
        guard !bytes.isEmpty else { throw .invalidKey(reason: "it is empty") }
        guard bytes.count <= 1024 else { throw .invalidKey(reason: "it has more than 1,024 bytes") }
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            try Self.check(part)
        }
        rawValue = text
    }

    /// This key with one or more parts after it.
    public func appending(_ part: String) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: rawValue + "/" + part)
    }

    /// Whether a key can start with the text.
    static func canStart(with prefix: String) -> Bool {
        let folder = prefix.utf8.lastIndex(of: UInt8(ascii: "/")).map { prefix[..<$0] } ?? ""
        return prefix.isEmpty
            || (prefix.utf8.first != UInt8(ascii: "/") && !prefix.utf8.contains(0)
                && (folder.isEmpty || (try? ObjectKey(validating: String(folder))) != nil))
    }

    public var description: String { rawValue }

    private static func check(_ part: Substring.UTF8View) throws(StorageError) {
        guard !part.isEmpty else { throw .invalidKey(reason: "it starts or ends with a slash or has two in a row") }
        guard part.count <= 255 else { throw .invalidKey(reason: "one of its parts has more than 255 bytes") }
        guard !part.contains(0) else { throw .invalidKey(reason: "it holds a NUL") }
        guard !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8) else {
            throw .invalidKey(reason: "one of its parts is '.' or '..'")
        }
    }
}

extension ObjectKey: Hashable, Comparable {
    public static func == (a: Self, b: Self) -> Bool { a.rawValue.utf8.elementsEqual(b.rawValue.utf8) }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8) }

    public func hash(into hasher: inout Hasher) {
        var text = rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension ObjectKey: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(validating: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
