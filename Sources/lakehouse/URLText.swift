import Foundation

/// Texts as parts of URLs.
enum URLText {
    private static let plain = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )

    /// `text` percent-encoded, slashes too.
    static func encode(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? text }
}
