internal import LakeCore
internal import NIOHTTP1
public import Tracing

/// Objects in a bucket of a store that speaks S3.
///
/// Requests are signed with Signature Version 4, the body's SHA-256 included, and tried again while that may help. Content goes in
/// one request where it can; a put with a condition always does, since some stores ignore the condition when parts are joined.
/// Copies share their connections.
public struct S3ObjectStore: ObjectStore {
    /// What one request can carry.
    static let requestBytesMax = 5 << 30

    let client: S3Client
    var settings: S3Settings { client.settings }

    /// Opens no connection yet.
    ///
    /// - Parameters:
    ///   - settings: Where the bucket is, and how it is spoken to.
    ///   - tracer: Makes a span of each request and sends its place along.
    ///   - credentials: Asked for before each request.
    /// - Throws: ``StorageError/invalidSettings(reason:)``, ``StorageError/invalidKey(reason:)`` for the prefix.
    public init(
        settings: S3Settings,
        tracer: any Tracer = NoOpTracer(),
        credentials: @escaping S3CredentialsSource
    ) throws(StorageError) {
        try self.init(settings: settings, credentials: credentials, addresses: [:], tracer: tracer)
    }

    init(
        settings: S3Settings,
        credentials: @escaping S3CredentialsSource,
        addresses: [String: String],
        tracer: any Tracer = NoOpTracer()
    ) throws(StorageError) {
        client = try S3Client(settings, credentials, addresses: addresses, tracer: tracer)
    }

    public func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] {
        try await open(key, range: .whole, ifMatch: nil).bytes()
    }

    public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        if range.isEmpty {
            guard let size = try await head(key)?.size else { throw .noSuchObject(key) }
            guard range.lowerBound >= 0, range.upperBound <= size else { throw .rangeOutside(key, size: size) }
            return []
        }
        let open = try await open(key, range: .bounds(range), ifMatch: nil)
        guard open.range == range else { throw .rangeOutside(key, size: open.info.size) }
        return try await open.bytes()
    }

    public func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject {
        try check(key)
        do throws(S3Fault) {
            return try await S3Download.begin(client, key, range, ifMatch: etag)
        } catch {
            guard case .rangeOutside(_, let size) = error.error, size < 0 else { throw error.error }
            // Not all stores say the size along with the refusal.
            guard let size = try await head(key)?.size else { throw .noSuchObject(key) }
            throw .rangeOutside(key, size: size)
        }
    }

    public func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? {
        try check(key)
        do throws(S3Fault) {
            return try await headers(of: key) { $0.info(key, size: $1) }
        } catch {
            guard case .noSuchObject = error.error else { throw error.error }
            // The same bare answer is given when the bucket is not there.
            try await checkThere()
            return nil
        }
    }

    private func checkThere() async throws(StorageError) {
        do throws(S3Fault) {
            try await client.send(S3Request(method: .HEAD, operation: .read)) { _ in }
        } catch {
            // Who may not look at the bucket must believe that it is there.
            guard !error.blamesCredentials else { return }
            throw error.error
        }
    }

    /// Looks at an object; the second value that `read` gets is its size.
    func headers<Answer>(of key: ObjectKey, _ read: (S3Answer, Int) -> Answer) async throws(S3Fault) -> Answer {
        try await client.send(S3Request(method: .HEAD, operation: .read, objectKey: key)) { answer in
            guard let size = answer["content-length"].flatMap({ Int($0) }) else {
                throw S3Fault(error: .unavailable(.read, reason: "its answer does not say the object's size"))
            }
            return read(answer, size)
        }
    }

    public func delete(_ key: ObjectKey) async throws(StorageError) {
        try check(key)
        do throws(S3Fault) {
            try await client.send(S3Request(method: .DELETE, operation: .delete, objectKey: key)) {
                try await $0.finish()
            }
        } catch {
            if case .noSuchObject = error.error { return }
            throw error.error
        }
    }

    /// - Throws: ``StorageError/invalidKey(reason:)`` when the key is too long behind the prefix.
    func check(_ key: ObjectKey) throws(StorageError) {
        guard settings.prefix.utf8.count + 1 + key.rawValue.utf8.count <= 1024 + (settings.prefix.isEmpty ? 1 : 0)
        else {
            throw .invalidKey(reason: "with the bucket's prefix it has more than 1,024 bytes")
        }
    }
}
