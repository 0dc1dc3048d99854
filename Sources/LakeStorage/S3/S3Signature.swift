internal import Crypto
internal import Foundation
internal import LakeCore

/// AWS Signature Version 4 of a request to S3, in the `Authorization` header.
///
/// S3 differs from other services: the path is encoded once, and the payload's digest is a header too.
struct S3Signature: Sendable {
    var method: String
    /// Encoded, as it is sent.
    var path: String
    /// Encoded and sorted, as it is sent.
    var query: String
    /// All that are signed: lowercase names, each once.
    var headers: [(name: String, value: String)]
    /// SHA-256 of the body, 64 lowercase hexadecimal digits.
    var payload: String
    var region: String
    /// `20130524T000000Z`.
    var time: String

    static let algorithm = "AWS4-HMAC-SHA256"

    /// The time of a signature made now.
    static func now() -> String {
        WallClock.now().filter { $0 != "-" && $0 != ":" }.prefix(15) + "Z"
    }

    var canonicalRequest: String {
        let lines = headers.sorted { $0.name < $1.name }.map { $0.name + ":" + Self.trimmed($0.value) + "\n" }
        return [method, path, query, lines.joined(), signedHeaders, payload].joined(separator: "\n")
    }

    var stringToSign: String {
        [Self.algorithm, time, scope, ContentHash.sha256(canonicalRequest.utf8)].joined(separator: "\n")
    }

    /// The header's value.
    func authorization(_ credentials: S3Credentials) -> String {
        "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope),SignedHeaders=\(signedHeaders),"
            + "Signature=\(signature(credentials))"
    }

    func signature(_ credentials: S3Credentials) -> String {
        var key = SymmetricKey(data: Data(("AWS4" + credentials.secretAccessKey).utf8))
        for part in scope.split(separator: "/") {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        return Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Data(stringToSign.utf8), using: key))
    }

    private var signedHeaders: String { headers.map(\.name).sorted().joined(separator: ";") }

    private var scope: String { "\(time.prefix(8))/\(region)/s3/aws4_request" }

    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
