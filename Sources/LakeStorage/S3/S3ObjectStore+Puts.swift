internal import LakeCore
internal import NIOHTTP1

extension S3ObjectStore {
    public func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try await put(key, .of(bytes), condition)
    }

    /// Puts content in one request.
    func put(
        _ key: ObjectKey,
        _ body: S3Body,
        _ condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try check(key)
        guard body.digests.size <= Self.requestBytesMax else { throw .tooLarge(key, limit: Self.requestBytesMax) }
        var request = S3Request(method: .PUT, operation: .write, objectKey: key, body: body)
        request.headers = [(S3Header.sha256, body.digests.sha256)]
        let mark = UUIDv7.string()
        switch condition {
        case .always: break
        case .ifAbsent: request.headers += [("if-none-match", "*"), (S3Header.put, mark)]
        // Without quotation marks: all stores take it so, and not all take it with them.
        case .ifMatch(let etag): request.headers += [("if-match", etag), (S3Header.put, mark)]
        }
        do throws(S3Fault) {
            return try await client.send(request) { answer in
                let info = try Self.checked(answer, key, body.digests)
                try await answer.finish()
                return info
            }
        } catch {
            return try await settle(error, key, mark, condition)
        }
    }

    /// What a failed conditional put comes to: an attempt that seemed to fail may be the reason why the next one did.
    private func settle(
        _ fault: S3Fault,
        _ key: ObjectKey,
        _ mark: String,
        _ condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        switch fault.error {
        case .noSuchObject where condition != .always && fault.code != "NoSuchBucket":
            // So some stores answer a put that must replace an object where there is none.
            throw .conditionFailed(key)
        case .conditionFailed where fault.isAfterUnknown:
            let found: ObjectInfo?
            do throws(S3Fault) {
                found = try await headers(of: key) { $0[S3Header.put] == mark ? $0.info(key, size: $1) : nil }
            } catch {
                throw .unavailable(.write, reason: "an attempt may have succeeded, and the store does not tell")
            }
            guard let found else { throw fault.error }
            return found
        default: throw fault.error
        }
    }

    /// What the store says of content it took in one request, compared with what was sent.
    static func checked(_ answer: S3Answer, _ key: ObjectKey, _ digests: ContentDigests) throws(S3Fault) -> ObjectInfo {
        guard let etag = answer.etag else {
            throw S3Fault(error: .unavailable(.write, reason: "its answer has no etag"), mayHaveHappened: true)
        }
        if answer.hasMD5s, ContentDigests.isMD5(etag), etag != digests.md5 { throw S3Fault(error: .damaged(key)) }
        return ObjectInfo(
            key: key,
            size: digests.size,
            etag: etag,
            modifiedAt: WallClock.nowMilliseconds(),
            sha256: digests.sha256
        )
    }
}
