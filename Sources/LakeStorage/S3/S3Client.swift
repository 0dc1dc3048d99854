internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import Tracing

/// Sends requests to one bucket: signed, in time, and again when that may help.
final class S3Client: Sendable {
    let settings: S3Settings
    private let target: S3Target
    private let credentials: S3CredentialsSource
    private let http: HTTPClient
    private let budget: RetryBudget
    /// How many requests are being sent or wait to be.
    private let atWork = Atomic(0)

    /// With addresses of hosts, the system is not asked for those; the tracer makes a span of each request and sends its place along.
    init(
        _ settings: S3Settings,
        _ credentials: @escaping S3CredentialsSource,
        addresses: [String: String],
        tracer: any Tracer
    ) throws(StorageError) {
        try settings.validate()
        self.settings = settings
        target = try S3Target(settings)
        self.credentials = credentials
        budget = RetryBudget(settings.retries.budget)
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(
            connect: TimeAmount(settings.timeouts.connect),
            read: TimeAmount(settings.timeouts.idle),
            write: TimeAmount(settings.timeouts.idle)
        )
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = addresses
        configuration.tracing.tracer = tracer
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connections
        // Stores close what idles, and a request on a closed connection has an unknown outcome.
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        if let authorities = settings.authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authorities)
            configuration.tlsConfiguration = tls
        }
        http = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }

    deinit {
        // The client must be shut down before it goes; it stays until it is.
        http.shutdown { _ in }
    }

    /// Sends a request until it succeeds or nothing more is to be hoped for; what `read` throws is the attempt's failure.
    ///
    /// Throws the last attempt's failure.
    func send<Answer>(
        _ request: S3Request,
        read: (S3Answer) async throws -> Answer
    ) async throws(S3Fault) -> Answer {
        let deadline =
            ContinuousClock.now + settings.timeouts.whole
            + settings.timeouts.allowance(bytes: request.body.digests.size)
        atWork.add(1, ordering: .relaxed)
        defer { atWork.subtract(1, ordering: .relaxed) }
        var isAfterUnknown = false
        var refused: S3Credentials?
        var attempt = 1
        while true {
            let credentials = try await currentCredentials(request.operation)
            do throws(S3Fault) {
                let answer = try await self.attempt(request, credentials, deadline, read)
                budget.succeeded()
                return answer
            } catch {
                var fault = error
                fault.isAfterUnknown = isAfterUnknown
                isAfterUnknown = isAfterUnknown || fault.mayHaveHappened
                if fault.isForWantOfConnections, atWork.load(ordering: .relaxed) > settings.connections {
                    // Others have them all: this one has not been tried yet.
                    guard ContinuousClock.now < deadline, !Task.isCancelled else { throw fault }
                    continue
                }
                if fault.blamesCredentials, refused == nil {
                    // They may have been replaced a moment ago.
                    refused = credentials
                    guard try await currentCredentials(request.operation) != credentials else { throw fault }
                } else {
                    try await pause(before: attempt + 1, after: fault, until: deadline)
                }
                attempt += 1
            }
        }
    }

    /// Waits before another attempt.
    ///
    /// - Throws: The fault when there shall be none.
    func pause(
        before attempt: Int,
        after fault: S3Fault,
        until deadline: ContinuousClock.Instant
    ) async throws(S3Fault) {
        guard fault.mayPass, attempt <= settings.retries.attempts, !Task.isCancelled else { throw fault }
        let longest = min(settings.retries.pause * (1 << min(attempt - 2, 16)), settings.retries.longestPause)
        let pause = longest * Double.random(in: 0...1)
        guard ContinuousClock.now + pause < deadline, budget.take() else { throw fault }
        do { try await Task.sleep(for: pause) } catch { throw fault }
    }

    private func attempt<Answer>(
        _ request: S3Request,
        _ credentials: S3Credentials,
        _ deadline: ContinuousClock.Instant,
        _ read: (S3Answer) async throws -> Answer
    ) async throws(S3Fault) -> Answer {
        if request.isWriting, let plan = FaultPlan.current {
            _ = plan.answer(.request(method: request.method.rawValue, key: request.objectKey?.rawValue ?? ""))
        }
        let times = settings.timeouts
        let left = ContinuousClock.now.duration(to: deadline)
        let forHead = times.connect + times.firstByte + times.allowance(bytes: request.body.digests.size)
        var hasBegun = false
        do {
            let response = try await http.execute(
                signed(request, credentials),
                deadline: .now() + TimeAmount(min(left, forHead))
            )
            hasBegun = true
            let answer = S3Answer(response, request, deadline)
            guard (200..<300).contains(answer.status) else {
                throw S3Fault(
                    status: answer.status,
                    code: await answer.refusal(),
                    request,
                    bucket: settings.bucket,
                    size: answer.sizeOutside
                )
            }
            return try await read(answer)
        } catch {
            throw S3Fault(
                error,
                request.operation,
                deadline: left < forHead ? .whole : .firstByte,
                silence: hasBegun ? .idle : .firstByte
            )
        }
    }

    private func currentCredentials(_ operation: StorageOperation) async throws(S3Fault) -> S3Credentials {
        do {
            return try await credentials()
        } catch let error as StorageError {
            throw S3Fault(error: error)
        } catch {
            // What it says may hold what must not be said.
            throw S3Fault(error: .credentialsRefused(operation, code: "they could not be read"))
        }
    }

    private func signed(_ request: S3Request, _ credentials: S3Credentials) -> HTTPClientRequest {
        let path = target.path(request.objectKey.map { settings.prefix.isEmpty ? "\($0)" : "\(settings.prefix)/\($0)" })
        let query = S3Encoding.query(request.query)
        let time = S3Signature.now()
        var headers = request.headers
        headers.append(("host", target.host))
        headers.append(("x-amz-content-sha256", request.body.digests.sha256))
        headers.append(("x-amz-date", time))
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let signature = S3Signature(
            method: request.method.rawValue,
            path: path,
            query: query,
            headers: headers,
            payload: request.body.digests.sha256,
            region: settings.region,
            time: time
        )
        var signed = HTTPClientRequest(url: target.url(path, query: query))
        signed.method = request.method
        for header in headers { signed.headers.add(name: header.name, value: header.value) }
        signed.headers.add(name: "authorization", value: signature.authorization(credentials))
        signed.headers.add(name: "user-agent", value: "lakehouse")
        switch request.body {
        case .none: break
        case .bytes(let buffer, _): signed.body = .bytes(buffer)
        case .file(let file, let digests):
            signed.body = .stream(FileBody(file: file, size: digests.size), length: .known(Int64(digests.size)))
        }
        return signed
    }
}

/// A file as the body of a request, from its start for every iterator.
private struct FileBody: AsyncSequence, Sendable {
    let file: OpenFile
    let size: Int

    func makeAsyncIterator() -> Iterator { Iterator(file: file, walk: ChunkWalk(0..<size)) }

    struct Iterator: AsyncIteratorProtocol {
        let file: OpenFile
        let walk: ChunkWalk

        func next() async throws -> ByteBuffer? {
            guard let part = walk.next() else { return nil }
            return try await blocking(.read) { [file] in ByteBuffer(bytes: try file.read(part)) }
        }
    }
}
