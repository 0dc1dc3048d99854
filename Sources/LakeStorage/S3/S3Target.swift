internal import Foundation

/// The address of a bucket, checked, and those of its objects.
struct S3Target: Sendable {
    /// Of every request: the host with its port unless that is the scheme's own.
    let host: String
    private let scheme: String
    /// `/bucket` when the host does not say it.
    private let bucketPath: String

    /// - Throws: ``StorageError/invalidSettings(reason:)``.
    init(_ settings: S3Settings) throws(StorageError) {
        try Self.check(settings.bucket, "the bucket's name", 3...63, also: ".-_")
        try Self.check(settings.region, "the region's name", 1...64, also: "-_")
        if !settings.prefix.isEmpty { _ = try ObjectKey(validating: settings.prefix) }
        let text = settings.endpoint ?? "https://s3.\(settings.region).amazonaws.com"
        guard let parts = URLComponents(string: text), let host = parts.encodedHost, !host.isEmpty,
            ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil, parts.user == nil,
            parts.password == nil, let scheme = parts.scheme?.lowercased()
        else { throw .invalidSettings(reason: "an endpoint is a scheme, a host and perhaps a port, nothing else") }
        switch scheme {
        case "https": break
        case "http" where settings.allowsPlainHTTP || ["localhost", "127.0.0.1", "[::1]"].contains(host): break
        case "http": throw .invalidSettings(reason: "an endpoint without TLS must be allowed explicitly")
        default: throw .invalidSettings(reason: "an endpoint begins with https://")
        }
        self.scheme = scheme
        let port = parts.port.map { $0 == (scheme == "https" ? 443 : 80) ? "" : ":\($0)" } ?? ""
        switch settings.addressing {
        case .path:
            self.host = host + port
            bucketPath = "/" + settings.bucket
        case .virtualHost:
            self.host = settings.bucket + "." + host + port
            bucketPath = ""
        }
    }

    /// The path of an object, or of the bucket for nil, as it is sent and signed.
    func path(_ key: String?) -> String {
        guard let key else { return bucketPath.isEmpty ? "/" : bucketPath }
        return bucketPath + "/" + S3Encoding.encode(key, keepingSlashes: true)
    }

    func url(_ path: String, query: String) -> String {
        scheme + "://" + host + path + (query.isEmpty ? "" : "?" + query)
    }

    private static func check(
        _ text: String,
        _ what: String,
        _ length: ClosedRange<Int>,
        also: String
    ) throws(StorageError) {
        let isFine = text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || also.utf8.contains($0)
        }
        guard isFine, length.contains(text.utf8.count) else {
            throw .invalidSettings(reason: "\(what) is missing or has characters that it cannot have")
        }
    }
}
