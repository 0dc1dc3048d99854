internal import LakeCore
internal import NIOHTTP1

extension S3ObjectStore {
    public func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        guard limit > 0, ObjectKey.canStart(with: prefix) else { return [] }
        var found: [ObjectInfo] = []
        var after = after
        while found.count < limit {
            let page = try await page(prefix, after, limit: min(limit - found.count, 1000))
            found += page.objects
            guard !page.isLast, let last = page.last, last != after else { break }
            after = last
        }
        return found
    }

    private func page(_ prefix: String, _ after: String?, limit: Int) async throws(StorageError) -> Page {
        let base = settings.prefix.isEmpty ? "" : settings.prefix + "/"
        var request = S3Request(method: .GET, operation: .list)
        request.query = [
            ("list-type", "2"), ("encoding-type", "url"), ("max-keys", String(limit)), ("prefix", base + prefix),
        ]
        if let after, !after.isEmpty { request.query.append(("start-after", base + after)) }
        do throws(S3Fault) {
            return try await client.send(request) { answer in
                guard let page = Page(try await answer.document(limit: 16 << 20), base) else {
                    throw S3Fault(error: .unavailable(.list, reason: "its listing is not one of an object store"))
                }
                return page
            }
        } catch {
            throw error.error
        }
    }

    /// One answer.
    struct Page {
        var objects: [ObjectInfo] = []
        /// The last key there was, without the prefix of the store, be it a key of this program's or not.
        var last: String?
        var isLast: Bool

        /// Nil when the document is not a listing of objects under `base`.
        init?(_ document: XMLElement, _ base: String) {
            guard document.name == "ListBucketResult" else { return nil }
            isLast = document.text("IsTruncated") != "true"
            let isEncoded = document.text("EncodingType") == "url"
            for entry in document.all("Contents") {
                guard let written = entry.text("Key"), let key = isEncoded ? S3Encoding.decode(written) : written,
                    key.utf8.starts(with: base.utf8), let size = entry.text("Size").flatMap({ Int($0) }),
                    let etag = entry.text("ETag")
                else { return nil }
                let name = String(decoding: key.utf8.dropFirst(base.utf8.count), as: UTF8.self)
                last = name
                // Others may keep in the bucket what this program would not.
                guard let key = try? ObjectKey(validating: name) else { continue }
                objects.append(
                    ObjectInfo(
                        key: key,
                        size: size,
                        etag: S3Encoding.unquoted(etag),
                        modifiedAt: entry.text("LastModified").flatMap(Self.time) ?? 0
                    )
                )
            }
        }

        /// RFC 3339 with or without a fraction.
        static func time(_ text: String) -> Int64? {
            let seconds = text.prefix { $0 != "." && $0 != "Z" }
            let fraction = (text.dropFirst(seconds.count + 1).prefix { $0.isNumber } + "000").prefix(3)
            return WallClock.milliseconds(rfc3339: "\(seconds).\(fraction)Z")
        }
    }
}
