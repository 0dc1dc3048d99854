internal import Crypto
internal import LakeCore

/// SHA-256 of bytes that arrive in pieces.
public struct ContentHash: Sendable {
    private var function = SHA256()

    public init() {}

    /// Takes in the next bytes.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable { function.update(bufferPointer: .init($0)) }
        if contiguous == nil { function.update(data: Array(bytes)) }
    }

    /// The digest of everything taken in, as 64 lowercase hexadecimal digits.
    public consuming func finish() -> String {
        Hexadecimal.text(function.finalize())
    }

    /// The digest of bytes that are all there, as 64 lowercase hexadecimal digits.
    public static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        var hash = ContentHash()
        hash.update(bytes)
        return hash.finish()
    }
}
