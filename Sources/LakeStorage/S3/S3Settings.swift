/// Where a bucket is and how it is spoken to; the credentials come apart.
public struct S3Settings: Hashable, Sendable {
    public var bucket: String
    /// Put before every key, with a `/` between; empty for none.
    public var prefix = ""
    /// Scheme, host and port, such as `https://s3.example.org:9000`; nil for the region's endpoint at AWS.
    public var endpoint: String?
    public var region = "us-east-1"
    public var addressing = S3Addressing.virtualHost
    /// Without it an `http:` endpoint of another machine is refused: rows and signatures would be readable on the way.
    public var allowsPlainHTTP = false
    /// A PEM file of the authorities that are trusted for TLS in place of the system's.
    public var authorities: String?
    /// Content of at most so many bytes is one request; longer content goes in parts of this size or more.
    public var partBytes = 8 << 20
    /// How many parts of one object are under way at once.
    public var partsAtOnce = 2
    /// How many connections are open at once; further requests wait for as long as ``S3Timeouts/whole``.
    public var connections = 64
    /// A folder for content that must be sent in one request and is too long for memory; nil for the system's.
    public var spoolFolder: String?
    public var timeouts = S3Timeouts()
    public var retries = S3Retries()

    public init(bucket: String) { self.bucket = bucket }

    /// Finds out whether the values make sense, without asking anybody.
    ///
    /// - Throws: ``StorageError/invalidSettings(reason:)``.
    public func validate() throws(StorageError) {
        _ = try S3Target(self)
        func require(_ holds: Bool, _ reason: String) throws(StorageError) {
            guard holds else { throw .invalidSettings(reason: reason) }
        }
        try require((5 << 20...1 << 30).contains(partBytes), "a part has 5 MiB to 1 GiB")
        try require((1...16).contains(partsAtOnce), "1 to 16 parts of one object may be under way at once")
        try require((1...1024).contains(connections), "there may be 1 to 1,024 connections")
        try require((1...20).contains(retries.attempts), "a request is tried 1 to 20 times")
        try require((0...10_000).contains(retries.budget), "a budget has 0 to 10,000 retries")
        let times = [timeouts.connect, timeouts.firstByte, timeouts.idle, timeouts.whole]
        try require(
            times.allSatisfy { $0 > .zero && $0 <= .seconds(3600) },
            "time-outs are more than 0 and at most an hour"
        )
    }
}

/// Where the name of a bucket goes in a request.
public enum S3Addressing: String, Hashable, Sendable, CaseIterable {
    /// `https://host/bucket/key`
    case path
    /// `https://bucket.host/key`
    case virtualHost = "virtual-host"
}

/// How long each phase of a request may take.
public struct S3Timeouts: Hashable, Sendable {
    /// From wanting a connection until it is there, TLS included.
    public var connect: Duration = .seconds(3)
    /// From the end of that until the answer begins; the time to send a body comes on top.
    public var firstByte: Duration = .seconds(10)
    /// Between two pieces of a body, either way.
    public var idle: Duration = .seconds(20)
    /// One operation with all its attempts, and as much again for every 16 MiB that it carries.
    public var whole: Duration = .seconds(60)

    public init() {}

    /// The share of a body of so many bytes.
    func allowance(bytes: Int) -> Duration { whole * (Double(bytes) / Double(16 << 20)) }
}

/// How often and when a failed request is tried again.
public struct S3Retries: Hashable, Sendable {
    /// The first one included.
    public var attempts = 4
    /// The longest wait before the second attempt; it doubles with each further one.
    public var pause: Duration = .milliseconds(100)
    public var longestPause: Duration = .seconds(3)
    /// How many retries all requests of a store may make at once beyond what successes earn.
    public var budget = 100

    public init() {}
}
