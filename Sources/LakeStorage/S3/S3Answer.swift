internal import AsyncHTTPClient
internal import LakeCore
internal import NIOCore
internal import NIOHTTP1

/// What a store answered; the body is still to be read.
struct S3Answer: Sendable {
    let status: Int
    let body: HTTPClientResponse.Body
    private let headers: HTTPHeaders
    private let operation: StorageOperation
    private let deadline: ContinuousClock.Instant
    private let hasBody: Bool

    init(_ response: HTTPClientResponse, _ request: S3Request, _ deadline: ContinuousClock.Instant) {
        status = Int(response.status.code)
        body = response.body
        headers = response.headers
        operation = request.operation
        hasBody = request.method != .HEAD
        self.deadline = deadline
    }

    subscript(_ name: String) -> String? { headers.first(name: name) }

    var etag: String? { self["etag"].map(S3Encoding.unquoted) }

    /// Whether the etag of content that came in one request is its MD5: not where the store encrypts with a key of the caller's.
    var hasMD5s: Bool {
        let encryption = self["x-amz-server-side-encryption"]
        return (encryption == nil || encryption == "AES256")
            && self["x-amz-server-side-encryption-customer-algorithm"] == nil
    }

    /// The size of the object when the answer says that a range lies outside it.
    var sizeOutside: Int? {
        guard status == 416, let range = self["content-range"], range.hasPrefix("bytes */") else { return nil }
        return Int(range.dropFirst(8))
    }

    /// What the headers tell of an object of that size.
    func info(_ key: ObjectKey, size: Int) -> ObjectInfo {
        ObjectInfo(
            key: key,
            size: size,
            etag: etag ?? "",
            modifiedAt: self["last-modified"].flatMap(S3Encoding.rfc3339(httpDate:))
                .flatMap(WallClock.milliseconds(rfc3339:)) ?? WallClock.nowMilliseconds(),
            sha256: self[S3Header.sha256]
        )
    }

    /// The body as a document; one longer than so many bytes is refused.
    func document(limit: Int) async throws -> XMLElement {
        guard let document = XMLElement.parse(try await bytes(limit: limit)) else {
            throw S3Fault(error: .unavailable(operation, reason: "its answer is not one of an object store"))
        }
        // An error can come after a success has begun.
        guard document.name != "Error" else {
            let code = document.text("Code") ?? ""
            throw S3Fault(
                error: .unavailable(operation, reason: "it gave up after it had begun to answer"),
                mayPass: true,
                mayHaveHappened: true,
                code: code
            )
        }
        return document
    }

    /// Reads what is left, so that the connection can be used again.
    func finish() async throws { _ = try await bytes(limit: 1 << 20) }

    /// The store's word for its refusal; empty when it gave none that can be read.
    func refusal() async -> String {
        guard hasBody, let bytes = try? await bytes(limit: 1 << 16) else { return "" }
        return XMLElement.parse(bytes)?.text("Code") ?? ""
    }

    private func bytes(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in body {
            bytes += buffer.readableBytesView
            guard bytes.count <= limit else {
                throw S3Fault(error: .unavailable(operation, reason: "its answer is longer than such answers are"))
            }
            guard ContinuousClock.now < deadline else {
                throw S3Fault(error: .timedOut(operation, .whole), mayHaveHappened: true)
            }
        }
        return bytes
    }
}

/// Headers of this program's own, kept with an object.
enum S3Header {
    /// The content's SHA-256.
    static let sha256 = "x-amz-meta-lake-sha256"
    /// Tells a conditional put from all others, so that one that may have happened is known again.
    static let put = "x-amz-meta-lake-put"
}
