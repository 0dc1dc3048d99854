internal import NIOHTTP1

/// Content on its way to a bucket in parts; an object only when the parts are joined.
struct S3Upload: Sendable {
    /// A part that the store has.
    struct Part: Sendable {
        let number: Int
        let etag: String
        let md5: String
    }

    /// How many parts a store takes.
    private static let partsMax = 10_000

    private let store: S3ObjectStore
    private let key: ObjectKey
    private let id: String
    private let sha256: String?

    private var client: S3Client { store.client }

    /// How long a part is; longer than set where that would make too many.
    static func partBytes(_ settings: S3Settings, _ announced: AnnouncedContent) -> Int {
        max(settings.partBytes, ((announced.size ?? 0) + partsMax - 1) / partsMax)
    }

    /// Opens an upload at the store.
    static func begin(
        _ store: S3ObjectStore,
        _ key: ObjectKey,
        _ announced: AnnouncedContent
    ) async throws(StorageError) -> S3Upload {
        try store.check(key)
        var request = S3Request(method: .POST, operation: .write, objectKey: key, query: [("uploads", "")])
        if let sha256 = announced.sha256 { request.headers = [(S3Header.sha256, sha256)] }
        do throws(S3Fault) {
            let id = try await store.client.send(request) { answer in
                let document = try await answer.document(limit: 1 << 16)
                guard document.name == "InitiateMultipartUploadResult", let id = document.text("UploadId"), !id.isEmpty
                else { throw S3Fault(error: .unavailable(.write, reason: "its answer has no upload in it")) }
                return id
            }
            return S3Upload(store: store, key: key, id: id, sha256: announced.sha256)
        } catch {
            throw error.error
        }
    }

    func send(_ bytes: [UInt8], number: Int) async throws(StorageError) -> Part {
        guard number <= Self.partsMax else { throw .tooLarge(key, limit: (number - 1) * bytes.count) }
        let body = try await S3Body.of(bytes)
        let query = [("partNumber", String(number)), ("uploadId", id)]
        let request = S3Request(method: .PUT, operation: .write, objectKey: key, query: query, body: body)
        do throws(S3Fault) {
            return try await client.send(request) { answer in
                let info = try S3ObjectStore.checked(answer, key, body.digests)
                try await answer.finish()
                return Part(number: number, etag: info.etag, md5: body.digests.md5)
            }
        } catch {
            throw error.error
        }
    }

    /// Makes the parts the object.
    func join(_ parts: [Part], size: Int) async throws(StorageError) -> ObjectInfo {
        let parts = parts.sorted { $0.number < $1.number }
        let list = parts.map { "<Part><PartNumber>\($0.number)</PartNumber><ETag>&quot;\($0.etag)&quot;</ETag></Part>" }
        let text = "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>"
        var request = S3Request(method: .POST, operation: .write, objectKey: key, query: [("uploadId", id)])
        request.body = try await .of(Array(text.utf8))
        let expected = ContentDigests.etag(ofParts: parts.map(\.md5))
        do throws(S3Fault) {
            return try await client.send(request) { answer in
                let document = try await answer.document(limit: 1 << 16)
                guard document.name == "CompleteMultipartUploadResult", let etag = document.text("ETag") else {
                    throw S3Fault(error: .unavailable(.write, reason: "its answer has no etag"), mayHaveHappened: true)
                }
                var info = answer.info(key, size: size)
                info.etag = S3Encoding.unquoted(etag)
                info.sha256 = sha256
                let isTelling = answer.hasMD5s && ContentDigests.isMD5(String(info.etag.prefix { $0 != "-" }))
                if isTelling, info.etag != expected { throw S3Fault(error: .damaged(key)) }
                return info
            }
        } catch {
            return try await settle(error, expected, size)
        }
    }

    /// Looks whether parts that seem not to be joined are: an attempt that seemed to fail may have done it.
    private func settle(_ fault: S3Fault, _ expected: String, _ size: Int) async throws(StorageError) -> ObjectInfo {
        guard fault.isAfterUnknown, case .noSuchObject = fault.error else { throw fault.error }
        let found = try await store.head(key)
        guard let found, found.etag == expected, found.size == size else {
            throw .unavailable(.write, reason: "the parts are gone and the object is not there")
        }
        return found
    }

    /// Lets the store forget the parts, even when the task is cancelled.
    func abort() async {
        let request = S3Request(method: .DELETE, operation: .delete, objectKey: key, query: [("uploadId", id)])
        // A task of its own, waited for: only so is it spared the cancellation of this one.
        await Task { try? await client.send(request) { try await $0.finish() } }.value
    }
}
