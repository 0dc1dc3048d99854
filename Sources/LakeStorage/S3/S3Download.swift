internal import AsyncHTTPClient
internal import Crypto
internal import LakeCore
internal import NIOCore
internal import NIOHTTP1

/// One object, or a part of it, on its way here.
///
/// When the connection breaks, the rest is asked for, of the same object. A whole object is compared with its checksum at the end.
actor S3Download {
    private let client: S3Client
    private let key: ObjectKey
    private let info: ObjectInfo
    private let start: Int
    private let end: Int
    private var place: Int
    private var body: HTTPClientResponse.Body.AsyncIterator?
    private var check: Check
    /// Faults since the last byte came.
    private var faults = 0
    /// How long the store was waited for.
    private var waited = Duration.zero

    /// Asks for the object and returns when the answer has begun.
    static func begin(
        _ client: S3Client,
        _ key: ObjectKey,
        _ range: ObjectRange,
        ifMatch etag: String?
    ) async throws(S3Fault) -> OpenObject {
        var header: String?
        switch range {
        case .whole: break
        case .bounds(let bounds):
            guard bounds.lowerBound >= 0, !bounds.isEmpty else { throw outside(key) }
            header = "bytes=\(bounds.lowerBound)-\(bounds.upperBound - 1)"
        case .from(let start):
            guard start >= 0 else { throw outside(key) }
            header = "bytes=\(start)-"
        case .last(let count):
            guard count > 0 else { throw outside(key) }
            header = "bytes=-\(count)"
        }
        return try await client.send(request(key, range: header, ifMatch: etag)) { answer in
            let (found, size) = try extent(of: answer)
            guard let wanted = range.resolved(size: size) else {
                throw S3Fault(error: .rangeOutside(key, size: size))
            }
            guard found == wanted else { throw Self.misunderstood }
            let info = answer.info(key, size: size)
            let check = range == .whole ? Check(answer, info) : .none
            let download = S3Download(client, info, found, answer, check)
            return OpenObject(
                info: info,
                range: found,
                chunks: ObjectChunks { () async throws(StorageError) in try await download.next() }
            )
        }
    }

    private init(_ client: S3Client, _ info: ObjectInfo, _ range: Range<Int>, _ answer: S3Answer, _ check: Check) {
        self.client = client
        key = info.key
        self.info = info
        start = range.lowerBound
        place = range.lowerBound
        end = range.upperBound
        body = answer.body.makeAsyncIterator()
        self.check = check
    }

    private func next() async throws(StorageError) -> [UInt8]? {
        while true {
            do throws(S3Fault) {
                let chunk = try await receive()
                guard let chunk else {
                    guard place < end else { return nil }
                    throw Self.broken
                }
                guard place + chunk.count <= end else { throw Self.misunderstood }
                place += chunk.count
                faults = 0
                check.update(chunk)
                if place == end { guard check.holds() else { throw S3Fault(error: .damaged(key)) } }
                return chunk
            } catch {
                body = nil
                try await resume(after: error)
            }
        }
    }

    /// The next bytes of this answer; nil when it has ended.
    private func receive() async throws(S3Fault) -> [UInt8]? {
        let began = ContinuousClock.now
        do {
            guard var iterator = body else { return nil }
            while let buffer = try await iterator.next(isolation: self) {
                body = iterator
                waited += ContinuousClock.now - began
                let times = client.settings.timeouts
                guard waited < times.whole + times.allowance(bytes: place - start) else {
                    throw S3Fault(error: .timedOut(.read, .whole))
                }
                if buffer.readableBytes > 0 { return [UInt8](buffer: buffer) }
            }
            body = nil
            return nil
        } catch {
            throw S3Fault(error, .read)
        }
    }

    /// Asks for the rest.
    private func resume(after fault: S3Fault) async throws(StorageError) {
        do throws(S3Fault) {
            faults += 1
            let deadline = ContinuousClock.now + client.settings.timeouts.whole
            try await client.pause(before: faults + 1, after: fault, until: deadline)
            let (rest, size) = (place..<end, info.size)
            let request = Self.request(key, range: "bytes=\(place)-\(end - 1)", ifMatch: info.etag)
            let answer = try await client.send(request) { answer in
                guard try Self.extent(of: answer) == (rest, size) else { throw Self.misunderstood }
                return answer.body
            }
            body = answer.makeAsyncIterator()
        } catch {
            switch error.error {
            case .conditionFailed, .noSuchObject:
                throw .unavailable(.read, reason: "object \(key) was replaced while it was read")
            default: throw error.error
            }
        }
    }

    private static func request(_ key: ObjectKey, range: String?, ifMatch etag: String?) -> S3Request {
        var request = S3Request(method: .GET, operation: .read, objectKey: key)
        if let range { request.headers.append(("range", range)) }
        if let etag { request.headers.append(("if-match", etag)) }
        return request
    }

    /// Which bytes an answer brings, and of how many.
    private static func extent(of answer: S3Answer) throws(S3Fault) -> (Range<Int>, Int) {
        guard answer.status == 206 else {
            guard let size = answer["content-length"].flatMap({ Int($0) }) else { throw misunderstood }
            return (0..<size, size)
        }
        // bytes 10-19/100
        let numbers = answer["content-range"]?.split(whereSeparator: { " -/".contains($0) }) ?? []
        guard numbers.count == 4, numbers[0] == "bytes", let first = Int(numbers[1]), let last = Int(numbers[2]),
            let size = Int(numbers[3]), first <= last, last < size
        else { throw misunderstood }
        return (first..<last + 1, size)
    }

    private static let broken = S3Fault(
        error: .unavailable(.read, reason: "the connection broke"),
        mayPass: true
    )

    private static let misunderstood = S3Fault(
        error: .unavailable(.read, reason: "its answer is not for what was asked")
    )

    private static func outside(_ key: ObjectKey) -> S3Fault { S3Fault(error: .rangeOutside(key, size: -1)) }

    /// What a whole object is compared with.
    private enum Check {
        case none
        case sha256(ContentHash, String)
        case md5(Insecure.MD5, String)

        init(_ answer: S3Answer, _ info: ObjectInfo) {
            if let sha256 = info.sha256 {
                self = .sha256(ContentHash(), sha256)
            } else if answer.hasMD5s, ContentDigests.isMD5(info.etag) {
                self = .md5(Insecure.MD5(), info.etag)
            } else {
                self = .none
            }
        }

        mutating func update(_ bytes: [UInt8]) {
            switch self {
            case .none: break
            case .sha256(var hash, let expected):
                self = .none
                hash.update(bytes)
                self = .sha256(hash, expected)
            case .md5(var hash, let expected):
                self = .none
                bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
                self = .md5(hash, expected)
            }
        }

        func holds() -> Bool {
            switch self {
            case .none: true
            case .sha256(let hash, let expected): hash.finish() == expected
            case .md5(let hash, let expected): Hexadecimal.text(hash.finalize()) == expected
            }
        }
    }
}
