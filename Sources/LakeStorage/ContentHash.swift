internal import Crypto

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
        Self.hexadecimal(function.finalize())
    }

    /// Bytes as pairs of lowercase hexadecimal digits.
    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The digest of bytes that are all there, as 64 lowercase hexadecimal digits.
    public static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        var hash = ContentHash()
        hash.update(bytes)
        return hash.finish()
    }
}
