internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Why a request failed, with what decides whether it is made again.
struct S3Fault: Error {
    var error: StorageError
    /// Whether another attempt may go better.
    var mayPass = false
    /// Whether the store may have done what was asked all the same.
    var mayHaveHappened = false
    /// No connection was free in time.
    var isForWantOfConnections = false
    /// The store's own word, such as `NoSuchKey`; empty when it gave none.
    var code = ""
    /// An earlier attempt of the same request may have happened.
    var isAfterUnknown = false

    /// Whether other credentials could make the difference.
    var blamesCredentials: Bool { if case .credentialsRefused = error { true } else { false } }
}

extension S3Fault {
    /// What went wrong between this machine and the store.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - operation: For the message.
    ///   - deadline: What took too long when the deadline has passed.
    ///   - silence: What took too long when the store fell silent.
    init(
        _ error: any Error,
        _ operation: StorageOperation,
        deadline: StoragePhase = .whole,
        silence: StoragePhase = .idle
    ) {
        switch error {
        case let fault as S3Fault: self = fault
        case let error as StorageError: self.init(error: error)
        case let error as HTTPClientError: self.init(error, operation, deadline, silence)
        case is CancellationError: self = .cancelled(operation)
        case is NIOConnectionError:
            self.init(error: .unreachable(operation, reason: "nobody accepts connections there"), mayPass: true)
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            self.init(error: .unreachable(operation, reason: "nobody accepts connections there"), mayPass: true)
        case ChannelError.connectTimeout: self.init(error: .timedOut(operation, .connect), mayPass: true)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(error: .unreachable(operation, reason: "the TLS connection failed"))
        default:
            self.init(
                error: .unavailable(operation, reason: "the connection broke"),
                mayPass: true,
                mayHaveHappened: true
            )
        }
    }

    private init(
        _ error: HTTPClientError,
        _ operation: StorageOperation,
        _ deadline: StoragePhase,
        _ silence: StoragePhase
    ) {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout:
            self.init(error: .timedOut(operation, .connect), mayPass: true)
        case .getConnectionFromPoolTimeout:
            self.init(error: .timedOut(operation, .connect), mayPass: true, isForWantOfConnections: true)
        case .readTimeout:
            self.init(error: .timedOut(operation, silence), mayPass: true, mayHaveHappened: true)
        case .writeTimeout:
            self.init(error: .timedOut(operation, .idle), mayPass: true, mayHaveHappened: true)
        case .deadlineExceeded:
            self.init(error: .timedOut(operation, deadline), mayPass: true, mayHaveHappened: true)
        case .cancelled: self = .cancelled(operation)
        default:
            self.init(
                error: .unavailable(operation, reason: "the connection broke"),
                mayPass: true,
                mayHaveHappened: true
            )
        }
    }

    /// The caller gave up; of a write nobody knows the outcome.
    private static func cancelled(_ operation: StorageOperation) -> S3Fault {
        switch operation {
        case .read, .list: S3Fault(error: .cancelled)
        case .write, .delete:
            S3Fault(error: .unavailable(operation, reason: "the work was cancelled on the way"), mayHaveHappened: true)
        }
    }

    /// What the store's refusal means.
    ///
    /// - Parameters:
    ///   - status: Of the answer.
    ///   - code: The word in the answer's document, if there is one.
    ///   - request: What was asked.
    ///   - bucket: For the message.
    ///   - size: Of the object, when the answer says it.
    init(status: Int, code: String, _ request: S3Request, bucket: String, size: Int?) {
        let operation = request.operation
        if let key = request.objectKey, status == 412 || (status == 404 && code != "NoSuchBucket") {
            self.init(error: status == 412 ? .conditionFailed(key) : .noSuchObject(key), code: code)
            return
        }
        if let key = request.objectKey, status == 416 {
            self.init(error: .rangeOutside(key, size: size ?? -1), code: code)
            return
        }
        // A store's word goes into messages: nothing else than a word may.
        let isWord = !code.isEmpty && code.utf8.count <= 64 && code.allSatisfy { $0.isASCII && $0.isLetter }
        let answer = isWord ? "\(status) \(code)" : "\(status)"
        func unavailable(_ reason: String, mayPass: Bool = false, mayHaveHappened: Bool = false) -> S3Fault {
            let error = StorageError.unavailable(operation, reason: reason)
            return S3Fault(error: error, mayPass: mayPass, mayHaveHappened: mayHaveHappened, code: code)
        }
        switch (status, code) {
        case (404, _), (_, "NoSuchBucket"): self.init(error: .noSuchBucket(bucket), code: code)
        case (507, _), (_, "QuotaExceeded"): self.init(error: .noSpace, code: code)
        case (401, _), (403, _), (400, "ExpiredToken"), (400, "InvalidToken"), (400, "InvalidAccessKeyId"):
            self.init(error: .credentialsRefused(operation, code: answer), code: code)
        case (301, _), (302, _), (307, _), (308, _):
            self = unavailable("it answered \(answer): the bucket is elsewhere; check the endpoint and the region")
        case (501, _):
            self.init(error: .notSupported(operation, reason: "it answered \(answer)"), code: code)
        case (409, "ConditionalRequestConflict"), (409, "OperationAborted"), (429, _), (503, "SlowDown"),
            (400, "RequestTimeout"), (400, "BadDigest"), (400, "XAmzContentSHA256Mismatch"):
            self = unavailable("it answered \(answer)", mayPass: true)
        case (500..., _): self = unavailable("it answered \(answer)", mayPass: true, mayHaveHappened: true)
        default: self = unavailable("it answered \(answer)")
        }
    }
}
