internal import LakeCore
internal import NIOHTTP1

extension S3ObjectStore {
    /// Ends uploads in parts of the lake's own objects that were begun so long ago and never ended.
    ///
    /// What others keep in the bucket is theirs to end. A store that does not list uploads has none to show.
    public func sweepLeftovers(olderThan age: Duration, dryRun: Bool) async throws(StorageError) -> Int {
        let horizon = WallClock.nowMilliseconds() - age.components.seconds * 1000
        var count = 0
        var marker: UploadPage.Marker?
        repeat {
            let page: UploadPage
            do throws(S3Fault) {
                page = try await uploads(after: marker)
            } catch {
                guard case .notSupported = error.error else { throw error.error }
                return count
            }
            for upload in page.uploads where upload.begunAt < horizon && LakeFolder(of: upload.key.rawValue) != nil {
                if !dryRun { try await end(upload) }
                count += 1
            }
            // A store that does not go on would be asked for ever.
            marker = page.next == marker ? nil : page.next
        } while marker != nil
        return count
    }

    private func uploads(after marker: UploadPage.Marker?) async throws(S3Fault) -> UploadPage {
        let base = settings.prefix.isEmpty ? "" : settings.prefix + "/"
        var request = S3Request(method: .GET, operation: .list)
        request.query = [("uploads", ""), ("encoding-type", "url"), ("max-uploads", "1000"), ("prefix", base)]
        if let marker { request.query += [("key-marker", marker.key), ("upload-id-marker", marker.id)] }
        return try await client.send(request) { answer in
            guard let page = UploadPage(try await answer.document(limit: 16 << 20), base) else {
                throw S3Fault(error: .unavailable(.list, reason: "its list of uploads is not one of an object store"))
            }
            return page
        }
    }

    private func end(_ upload: UploadPage.Upload) async throws(StorageError) {
        let query = [("uploadId", upload.id)]
        let request = S3Request(method: .DELETE, operation: .delete, objectKey: upload.key, query: query)
        do throws(S3Fault) {
            try await client.send(request) { try await $0.finish() }
        } catch {
            // Ended by somebody else.
            if case .noSuchObject = error.error { return }
            throw error.error
        }
    }

    /// One page of the uploads that were begun and not ended.
    struct UploadPage {
        struct Upload {
            var key: ObjectKey
            var id: String
            /// Unix time in milliseconds.
            var begunAt: Int64
        }

        /// Where the next page begins.
        struct Marker: Equatable {
            var key: String
            var id: String
        }

        var uploads: [Upload] = []
        var next: Marker?

        /// Nil when the document is not a list of uploads under `base`.
        init?(_ document: XMLElement, _ base: String) {
            guard document.name == "ListMultipartUploadsResult" else { return nil }
            func decoded(_ text: String) -> String? {
                document.text("EncodingType") == "url" ? S3Encoding.decode(text) : text
            }
            for entry in document.all("Upload") {
                guard let key = entry.text("Key").flatMap(decoded), let id = entry.text("UploadId"),
                    let begun = entry.text("Initiated").flatMap(S3ObjectStore.Page.time)
                else { return nil }
                // Some stores list the uploads of other prefixes too.
                guard key.utf8.starts(with: base.utf8) else { continue }
                let name = String(decoding: key.utf8.dropFirst(base.utf8.count), as: UTF8.self)
                guard let key = try? ObjectKey(validating: name) else { continue }
                uploads.append(Upload(key: key, id: id, begunAt: begun))
            }
            guard document.text("IsTruncated") == "true", let key = document.text("NextKeyMarker").flatMap(decoded)
            else { return }
            next = Marker(key: key, id: document.text("NextUploadIdMarker") ?? "")
        }
    }
}
