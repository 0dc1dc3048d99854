import Foundation
import LakeCore
import LakeTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import LakeStorage

/// What an S3 store makes of servers that misbehave: each fault typed, bounded in time, tried again or not.
@Suite struct S3FailureTests {
    private typealias Reply = HostileServer.Reply

    private func key() throws -> ObjectKey { try ObjectKey(validating: "a/k") }

    private func settings(port: Int, scheme: String = "http") -> S3Settings {
        var settings = S3Settings(bucket: "bucket")
        settings.endpoint = "\(scheme)://127.0.0.1:\(port)"
        settings.allowsPlainHTTP = true
        settings.addressing = .path
        settings.timeouts.connect = .milliseconds(500)
        settings.timeouts.firstByte = .milliseconds(300)
        settings.timeouts.idle = .milliseconds(300)
        settings.timeouts.whole = .seconds(5)
        settings.retries.attempts = 3
        settings.retries.pause = .milliseconds(2)
        return settings
    }

    private func store(
        _ server: HostileServer,
        _ change: (inout S3Settings) -> Void = { _ in },
        credentials: @escaping S3CredentialsSource = { S3Credentials(accessKeyID: "id", secretAccessKey: "hush") }
    ) throws -> S3ObjectStore {
        var settings = settings(port: server.port)
        change(&settings)
        return try S3ObjectStore(settings: settings, credentials: credentials)
    }

    /// Fails after ten seconds, which is far more than any of these may take.
    private func inTime<Answer: Sendable>(_ work: @escaping @Sendable () async throws -> Answer) async throws -> Answer
    {
        let start = ContinuousClock.now
        defer { #expect(ContinuousClock.now - start < .seconds(10)) }
        return try await work()
    }

    private static func error(_ code: String) -> String {
        "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>key id, secret</Message></Error>"
    }

    private static func md5(_ text: String) -> String { ContentDigests(Array(text.utf8)).md5 }

    // MARK: Not there at all

    @Test func aRefusedConnectionIsUnreachable() async throws {
        let server = try await HostileServer.start { _ in .hang }
        let store = try S3ObjectStore(
            settings: settings(port: 1),
            credentials: { .init(accessKeyID: "", secretAccessKey: "") }
        )
        _ = server
        let key = try key()
        for operation in [StorageOperation.read, .write, .list, .delete] {
            await #expect(throws: StorageError.unreachable(operation, reason: "nobody accepts connections there")) {
                try await inTime {
                    switch operation {
                    case .read: _ = try await store.get(key)
                    case .write: _ = try await store.put(key, [1], condition: .always)
                    case .list: _ = try await store.list(prefix: "", after: nil, limit: 1)
                    case .delete: try await store.delete(key)
                    }
                }
            }
        }
    }

    @Test func aNameThatLeadsNowhereIsUnreachable() async throws {
        var settings = settings(port: 1)
        settings.endpoint = "http://no-such-host.invalid:9000"
        let store = try S3ObjectStore(settings: settings, credentials: { .init(accessKeyID: "", secretAccessKey: "") })
        let key = try key()
        let error = await #expect(throws: StorageError.self) { try await inTime { try await store.get(key) } }
        #expect(error?.kind == .unavailable)
    }

    // MARK: Silence

    @Test func silenceBeforeTheAnswerEndsInTime() async throws {
        let server = try await HostileServer.start { _ in .hang }
        let store = try store(server)
        let key = try key()
        await #expect(throws: StorageError.timedOut(.read, .firstByte)) {
            try await inTime { try await store.get(key) }
        }
        #expect(server.requests.count == 3)
        await #expect(throws: StorageError.self) {
            try await inTime { try await store.put(key, [1, 2], condition: .always) }
        }
        #expect(server.requests.count == 6)
    }

    @Test func aHandshakeThatDoesNotComeEndsInTime() async throws {
        let server = try await HostileServer.start { _ in .hang }
        let store = try S3ObjectStore(
            settings: settings(port: server.port, scheme: "https"),
            credentials: { .init(accessKeyID: "", secretAccessKey: "") }
        )
        let key = try key()
        let error = await #expect(throws: StorageError.self) { try await inTime { try await store.get(key) } }
        #expect(error?.kind == .unavailable)
        #expect(server.requests.isEmpty)
    }

    @Test func silenceWithinABodyIsResumedFromThere() async throws {
        let etag = Self.md5("0123456789")
        let server = try await HostileServer.start { request in
            switch request.headers.first(name: "range") {
            case nil: .part(200, ["etag": "\"\(etag)\""], "0123", of: 10, thenCloses: false)
            case "bytes=4-9":
                .part(206, ["etag": "\"\(etag)\"", "content-range": "bytes 4-9/10"], "456", of: 6, thenCloses: true)
            default: .answer(206, ["etag": "\"\(etag)\"", "content-range": "bytes 7-9/10"], "789")
            }
        }
        let store = try store(server)
        let key = try key()
        #expect(try await inTime { try await store.get(key) } == Array("0123456789".utf8))
        #expect(server.requests.map { $0.headers.first(name: "range") } == [nil, "bytes=4-9", "bytes=7-9"])
        #expect(server.requests.map { $0.headers.first(name: "if-match") } == [nil, etag, etag])
    }

    @Test func aBodyThatNeverGoesOnEndsInTime() async throws {
        let server = try await HostileServer.start { request in
            request.headers.contains(name: "range")
                ? .part(206, ["etag": "x", "content-range": "bytes 4-9/10"], "", of: 6, thenCloses: false)
                : .part(200, ["etag": "x"], "0123", of: 10, thenCloses: false)
        }
        let store = try store(server)
        let key = try key()
        await #expect(throws: StorageError.timedOut(.read, .idle)) { try await inTime { try await store.get(key) } }
        #expect(server.requests.count == 3)
    }

    @Test func aBodyThatDripsEndsInTime() async throws {
        let server = try await HostileServer.start { _ in .drip(["etag": "x"], bytes: 100_000, every: .milliseconds(20))
        }
        let store = try store(server) {
            $0.timeouts.firstByte = .seconds(5)
            $0.timeouts.idle = .seconds(5)
            $0.timeouts.whole = .milliseconds(700)
        }
        let key = try key()
        await #expect(throws: StorageError.timedOut(.read, .whole)) { try await inTime { try await store.get(key) } }
        await #expect(throws: StorageError.timedOut(.list, .whole)) {
            try await inTime { try await store.list(prefix: "", after: nil, limit: 1) }
        }
    }

    // MARK: Broken connections

    @Test func aBodyCutShortIsNeverTakenForWhole() async throws {
        let server = try await HostileServer.start { request in
            request.headers.contains(name: "range")
                ? .answer(412, [:], Self.error("PreconditionFailed"))
                : .part(200, ["etag": "x"], "0123", of: 10, thenCloses: true)
        }
        let store = try store(server)
        let key = try key()
        let replaced = StorageError.unavailable(.read, reason: "object a/k was replaced while it was read")
        await #expect(throws: replaced) { try await inTime { try await store.get(key) } }
    }

    @Test func aDroppedConnectionIsTriedAgain() async throws {
        let server = try await HostileServer.start { $0.number < 2 ? .drop : .answer(200, ["etag": "x"], "text") }
        let store = try store(server)
        #expect(try await store.get(key()) == Array("text".utf8))
        #expect(server.requests.count == 3)
    }

    @Test func aPageThatIsCutShortIsTriedAgain() async throws {
        let page =
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key><Size>1</Size><ETag>e</ETag>"
            + "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>"
        let server = try await HostileServer.start { request in
            request.number == 0
                ? .part(200, [:], String(page.prefix(60)), of: page.utf8.count, thenCloses: true)
                : .answer(200, [:], page)
        }
        let found = try await store(server).list(prefix: "", after: nil, limit: 10)
        #expect(found.map(\.key.rawValue) == ["k"])
        #expect(found.first?.modifiedAt == 1_767_225_600_000)
    }

    // MARK: Refusals

    static let refusals: [(Int, String, StorageError, Int)] = [
        (500, "InternalError", .unavailable(.read, reason: "it answered 500 InternalError"), 3),
        (503, "SlowDown", .unavailable(.read, reason: "it answered 503 SlowDown"), 3),
        (502, "", .unavailable(.read, reason: "it answered 502"), 3),
        (429, "", .unavailable(.read, reason: "it answered 429"), 3),
        (403, "AccessDenied", .credentialsRefused(.read, code: "403 AccessDenied"), 1),
        (403, "SignatureDoesNotMatch", .credentialsRefused(.read, code: "403 SignatureDoesNotMatch"), 1),
        (404, "NoSuchBucket", .noSuchBucket("bucket"), 1),
        (501, "NotImplemented", .notSupported(.read, reason: "it answered 501 NotImplemented"), 1),
        (507, "", .noSpace, 1),
        (400, "InvalidRequest", .unavailable(.read, reason: "it answered 400 InvalidRequest"), 1),
        (400, "<script>", .unavailable(.read, reason: "it answered 400"), 1),
        (
            301, "PermanentRedirect",
            .unavailable(
                .read,
                reason: "it answered 301 PermanentRedirect: the bucket is elsewhere; check the endpoint and the region"
            ), 1
        ),
    ]

    @Test(arguments: refusals)
    func refusalsAreTyped(status: Int, code: String, error: StorageError, requests: Int) async throws {
        let other = try await HostileServer.start { _ in .answer(200, ["etag": "x"], "") }
        let location = "http://127.0.0.1:\(other.port)/bucket/a/k"
        let server = try await HostileServer.start { _ in
            .answer(status, ["location": location], code.isEmpty ? "busy" : Self.error(code))
        }
        let store = try store(server)
        let key = try key()
        await #expect(throws: error) { try await inTime { try await store.get(key) } }
        #expect(server.requests.count == requests)
        // A redirection would take the signature elsewhere.
        #expect(other.requests.isEmpty)
        #expect(!error.detail.contains("hush") && !error.detail.contains("secret,"))
    }

    @Test func serversThatRecoverAreForgiven() async throws {
        let server = try await HostileServer.start { request in
            request.number < 2
                ? .answer(503, [:], Self.error("SlowDown")) : .answer(200, ["etag": Self.md5("text")], "")
        }
        let info = try await store(server).put(key(), Array("text".utf8), condition: .always)
        #expect(info.etag == Self.md5("text"))
        #expect(server.requests.map { $0.body } == Array(repeating: Array("text".utf8), count: 3))
    }

    @Test func theBudgetForRetriesIsShared() async throws {
        let server = try await HostileServer.start { _ in .answer(503) }
        let store = try store(server) { $0.retries.budget = 5 }
        for _ in 0..<10 { _ = try? await store.get(key()) }
        #expect(server.requests.count == 15)
    }

    @Test func anAnswerOfAnotherKindOfServerIsRefused() async throws {
        let server = try await HostileServer.start { _ in .answer(200, [:], "<html><p>Welcome</html>") }
        let store = try store(server)
        await #expect(throws: StorageError.self) { try await store.list(prefix: "", after: nil, limit: 1) }
        #expect(server.requests.count == 1)
    }

    @Test func aPartThatWasNotAskedForIsRefused() async throws {
        let server = try await HostileServer.start { _ in
            .answer(206, ["etag": "x", "content-range": "bytes 0-3/10"], "0123")
        }
        let store = try store(server)
        await #expect(throws: StorageError.unavailable(.read, reason: "its answer is not for what was asked")) {
            try await store.get(key(), range: 4..<8)
        }
    }

    @Test func anAbsentBucketIsNotAnAbsentObject() async throws {
        let status = Mutex(404)
        let server = try await HostileServer.start { request in
            .answer(request.uri == "/bucket" ? status.withLock { $0 } : 404)
        }
        let store = try store(server)
        let key = try key()
        await #expect(throws: StorageError.noSuchBucket("bucket")) { try await store.head(key) }
        for other in [200, 403] {
            status.withLock { $0 = other }
            #expect(try await store.head(key) == nil)
        }
        status.withLock { $0 = 503 }
        let error = await #expect(throws: StorageError.self) { try await store.head(key) }
        #expect(error?.kind == .unavailable)
    }

    // MARK: Lies

    @Test func bytesThatDoNotMatchTheirChecksumAreDamaged() async throws {
        let server = try await HostileServer.start { request in
            switch request.uri {
            case "/bucket/md5": .answer(200, ["etag": "\"\(Self.md5("text"))\""], "tent")
            case "/bucket/sha256": .answer(200, ["etag": "x", S3Header.sha256: ContentHash.sha256([])], "tent")
            default: .answer(200, ["etag": Self.md5("text"), "x-amz-server-side-encryption": "aws:kms"], "tent")
            }
        }
        let store = try store(server)
        for name in ["md5", "sha256"] {
            let key = try ObjectKey(validating: name)
            let error = await #expect(throws: StorageError.damaged(key)) { try await store.get(key) }
            #expect(error?.kind == .corrupt)
        }
        // An etag that is no digest of the content accuses nobody.
        #expect(try await store.get(ObjectKey(validating: "kms")) == Array("tent".utf8))
    }

    @Test func aStoreThatKeptSomethingElseIsCaught() async throws {
        let server = try await HostileServer.start { _ in .answer(200, ["etag": "\"\(Self.md5("other"))\""]) }
        let store = try store(server)
        let key = try key()
        await #expect(throws: StorageError.damaged(key)) { try await store.put(key, [1], condition: .always) }
    }

    @Test(arguments: [PutCondition.ifAbsent, .ifMatch(etag: "old")])
    func aPutThatSucceededAndFailedIsRecognised(condition: PutCondition) async throws {
        let mark = Mutex("")
        let server = try await HostileServer.start { request in
            switch (request.method, request.number) {
            case ("PUT", 0):
                mark.withLock { $0 = request.headers.first(name: S3Header.put) ?? "" }
                return .answer(500)
            case ("PUT", _): return .answer(412, [:], Self.error("PreconditionFailed"))
            default:
                return .answer(200, ["etag": "\"new\"", "content-length": "1", S3Header.put: mark.withLock { $0 }])
            }
        }
        let info = try await store(server).put(key(), [1], condition: condition)
        #expect(info.etag == "new")
        #expect(server.requests.map(\.method) == ["PUT", "PUT", "HEAD"])
    }

    @Test func aPutThatFailedAndLostIsNotTakenForSuccess() async throws {
        let server = try await HostileServer.start { request in
            switch (request.method, request.number) {
            case ("PUT", 0): .drop
            case ("PUT", _): .answer(412, [:], Self.error("PreconditionFailed"))
            default: .answer(200, ["etag": "other", "content-length": "1", S3Header.put: "somebody else"])
            }
        }
        let key = try key()
        await #expect(throws: StorageError.conditionFailed(key)) {
            try await store(server).put(key, [1], condition: .ifAbsent)
        }
    }

    @Test func aConflictOfTwoConditionsIsTriedAgain() async throws {
        let server = try await HostileServer.start { request in
            request.number == 0
                ? .answer(409, [:], Self.error("ConditionalRequestConflict"))
                : .answer(412, [:], Self.error("PreconditionFailed"))
        }
        let key = try key()
        await #expect(throws: StorageError.conditionFailed(key)) {
            try await store(server).put(key, [1], condition: .ifAbsent)
        }
        #expect(server.requests.count == 2)
    }

    // MARK: Parts

    /// Answers a put in parts, the joining as told.
    private func partServer(
        joining: @escaping @Sendable (Int, HostileServer.Request) -> Reply
    ) async throws -> HostileServer {
        let joins = Mutex(0)
        return try await HostileServer.start { request in
            if request.uri.hasSuffix("?uploads=") {
                let id = "<InitiateMultipartUploadResult><UploadId>u&amp;1</UploadId></InitiateMultipartUploadResult>"
                return .answer(200, [:], id)
            }
            switch request.method {
            case "PUT": return .answer(200, ["etag": "\"\(ContentDigests(request.body).md5)\""])
            case "POST":
                return joining(
                    joins.withLock {
                        $0 += 1; return $0
                    },
                    request
                )
            default: return .answer(204)
            }
        }
    }

    private static func joined(_ etag: String) -> String {
        "<CompleteMultipartUploadResult><ETag>&quot;\(etag)&quot;</ETag></CompleteMultipartUploadResult>"
    }

    private func putLarge(_ server: HostileServer, failure: (any Error)? = nil) async throws -> ObjectInfo {
        try await store(server) { $0.partBytes = 5 << 20 }.put(
            key(),
            chunks: TestContent(size: 11 << 20, failure: failure),
            announced: AnnouncedContent(),
            condition: .always
        )
    }

    @Test func joiningThatFailsAfterItsSuccessBeganIsTriedAgain() async throws {
        let server = try await partServer { number, _ in
            .answer(200, [:], number == 1 ? Self.error("InternalError") : Self.joined("opaque"))
        }
        let info = try await putLarge(server)
        #expect(info.etag == "opaque")
        #expect(info.size == 11 << 20)
        let parts = server.requests.filter { $0.method == "PUT" }
        #expect(parts.map(\.body.count).sorted() == [1 << 20, 5 << 20, 5 << 20])
        #expect(parts.allSatisfy { $0.uri.hasSuffix("&uploadId=u%261") })
    }

    @Test func wrongJoiningIsCaughtAndAbandoned() async throws {
        let server = try await partServer { _, _ in .answer(200, [:], Self.joined(Self.md5("x") + "-3")) }
        await #expect(throws: StorageError.damaged(try key())) { try await putLarge(server) }
        #expect(server.requests.last?.method == "DELETE")
    }

    @Test func partsOfASenderThatFailedAreAbandoned() async throws {
        struct Broken: Error {}
        let server = try await partServer { _, _ in .answer(500) }
        await #expect(throws: Broken.self) { try await putLarge(server, failure: Broken()) }
        #expect(server.requests.last?.method == "DELETE")
        #expect(!server.requests.contains { $0.method == "POST" && !$0.uri.hasSuffix("?uploads=") })
    }

    @Test func partsOfACancelledPutAreAbandoned() async throws {
        let server = try await partServer { _, _ in .hang }
        let task = Task { try await putLarge(server) }
        while !server.requests.contains(where: { $0.method == "POST" && $0.uri.contains("uploadId") }) {
            await Task.yield()
        }
        task.cancel()
        await #expect(throws: StorageError.self) { try await inTime { try await task.value } }
        #expect(server.requests.last?.method == "DELETE")
    }

    // MARK: Credentials

    @Test func newCredentialsCountAtOnce() async throws {
        let current = Mutex("old")
        let server = try await HostileServer.start { request in
            let authorization = request.headers.first(name: "authorization") ?? ""
            if authorization.contains("Credential=new/") { return .answer(200, ["etag": "x"], "text") }
            current.withLock { $0 = "new" }
            return .answer(403, [:], Self.error("ExpiredToken"))
        }
        let store = try store(
            server,
            credentials: {
                S3Credentials(accessKeyID: current.withLock { $0 }, secretAccessKey: "hush", sessionToken: "token")
            }
        )
        #expect(try await store.get(key()) == Array("text".utf8))
        #expect(server.requests.count == 2)
        #expect(server.requests.allSatisfy { $0.headers.first(name: "x-amz-security-token") == "token" })
        #expect(
            server.requests.allSatisfy {
                $0.headers.first(name: "authorization")?.contains("x-amz-security-token") == true
            }
        )
    }

    @Test func credentialsThatCannotBeReadSayNothing() async throws {
        struct Leak: Error, CustomStringConvertible { let description = "hush" }
        let server = try await HostileServer.start { _ in .hang }
        let store = try store(server, credentials: { throw Leak() })
        let error = await #expect(throws: StorageError.self) { try await store.get(key()) }
        #expect(error == .credentialsRefused(.read, code: "they could not be read"))
        #expect(server.requests.isEmpty)
    }

    // MARK: TLS

    @Test func trustedServersAreSpokenToInTLS() async throws {
        let folder = try TemporaryFolder()
        let server = try await HostileServer.start(tls: TestCertificate.serverConfiguration()) { _ in
            .answer(200, ["etag": "x"], "text")
        }
        var settings = settings(port: server.port, scheme: "https")
        settings.allowsPlainHTTP = false
        settings.authorities = try folder.write("authorities.pem", TestCertificate.certificate)
        let credentials = S3Credentials(accessKeyID: "id", secretAccessKey: "hush")
        let trusting = try S3ObjectStore(settings: settings, credentials: { credentials })
        #expect(try await trusting.get(key()) == Array("text".utf8))
        settings.authorities = nil
        let doubting = try S3ObjectStore(settings: settings, credentials: { credentials })
        let error = await #expect(throws: StorageError.self) { try await doubting.get(key()) }
        #expect(error == .unreachable(.read, reason: "the TLS connection failed"))
        #expect(server.requests.count == 1)
    }
}
