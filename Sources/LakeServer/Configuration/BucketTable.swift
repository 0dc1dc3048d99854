import LakeCore

/// One `[[storage.buckets]]` table: its keys as they were given, read into a bucket's settings.
struct BucketTable: Sendable {
    /// The keys there are, each with what it may be.
    static let keys: [(name: String, rule: String, description: String)] = [
        ("name", BucketSettings.nameRule, "Names the bucket; `primary` holds the log."),
        ("kind", "local or s3", "What it is made of; local if not given."),
        ("root", "a folder", "The folder, made when absent; local only."),
        (
            "endpoint", "https://, a host and perhaps a port; http:// on this machine or with plain_http",
            "The service; Amazon's of the region if not given."
        ),
        ("region", "some text", "us-east-1 if not given."),
        ("bucket", "some text", "The bucket's name at the service."),
        ("prefix", "a key without '*', '?', '[' and a slash at its ends", "What its keys begin with at the service."),
        ("path_style", "true or false", "Whether the bucket is named in the path of a request; false if not given."),
        ("credentials", "file:NAME or env:PREFIX", "Where the access key is."),
        ("plain_http", "true or false", "Accepts an http: endpoint of another machine; false if not given."),
        ("connect_timeout", timeoutRule, "How long connecting may take; 3s if not given."),
        ("answer_timeout", timeoutRule, "How long the service may take to begin its answer; 10s if not given."),
        ("idle_timeout", timeoutRule, "How long an answer or a body may stand still; 20s if not given."),
        ("total_timeout", timeoutRule, "How long an operation may take with all its attempts; 60s if not given."),
        ("part_size", "a size from 5MiB to 1GiB", "Longer content goes in parts of this size; 8MiB if not given."),
        (
            "attempts", "a whole number from 1 to 20",
            "How often a request is sent before it has failed; 4 if not given."
        ),
        (
            "retry_budget", "a whole number from 0 to 10000",
            "Retries of all requests together beyond what successes earn; 100 if not given."
        ),
        (
            "spool_folder", "a folder",
            "For content that must go in one request and is too long for memory; the system's if not given."
        ),
    ]

    private static let timeoutRule = "a time from 100ms to 10m"
    private static let timeouts = Duration.milliseconds(100)...Duration.seconds(600)

    private let values: [String: String]
    /// How messages call the table.
    private let place: String
    private let source: String

    init(_ values: [String: String], place: String, source: String) throws(ServerError) {
        let known = Self.keys.map(\.name)
        for key in values.keys.sorted() where !known.contains(key) {
            throw .unknownSetting(
                name: "\(place).\(key)",
                source: source,
                nearest: nearestNames(to: key, in: known).map { "\(place).\($0)" }
            )
        }
        self.values = values
        self.place = place
        self.source = source
    }

    /// The bucket the table describes.
    func settings() throws(ServerError) -> BucketSettings {
        let name = values["name"] ?? ""
        guard BucketSettings.isName(name) else { throw wrong("name") }
        switch values["kind"] ?? "local" {
        case "local":
            for (key, _, _) in Self.keys.dropFirst(3) where values[key] != nil {
                throw wrong(key, "left out: the kind is local")
            }
            guard let root = values["root"], !root.isEmpty else { throw wrong("root") }
            return BucketSettings(name: name, place: .folder(root))
        case "s3":
            if values["root"] != nil { throw wrong("root", "left out: the kind is s3") }
            return BucketSettings(name: name, place: .s3(try s3()))
        default: throw wrong("kind")
        }
    }

    /// The place of S3 that the table describes.
    func s3() throws(ServerError) -> S3Place {
        guard let bucket = values["bucket"], !bucket.isEmpty, !bucket.contains("/") else { throw wrong("bucket") }
        guard let credentials = values["credentials"].flatMap(SecretReference.init) else {
            // Not what was given: it may be the secret itself.
            let given = values["credentials"] == nil ? "" : "…"
            throw .invalidSetting(
                name: "\(place).credentials",
                source: source,
                given: given,
                wanted: rule("credentials")
            )
        }
        var s3 = S3Place(bucket: bucket, credentials: credentials)
        s3.allowsPlainHTTP = try flag("plain_http") ?? false
        s3.isPathStyle = try flag("path_style") ?? false
        if let endpoint = values["endpoint"] {
            guard isEndpoint(endpoint, allowingPlainHTTP: s3.allowsPlainHTTP) else { throw wrong("endpoint") }
            s3.endpoint = endpoint
        }
        if let region = values["region"] {
            guard !region.isEmpty else { throw wrong("region") }
            s3.region = region
        }
        if let prefix = values["prefix"] {
            guard Self.isPrefix(prefix) else { throw wrong("prefix") }
            s3.prefix = prefix
        }
        s3.connectTimeout = try timeout("connect_timeout") ?? s3.connectTimeout
        s3.answerTimeout = try timeout("answer_timeout") ?? s3.answerTimeout
        s3.idleTimeout = try timeout("idle_timeout") ?? s3.idleTimeout
        s3.totalTimeout = try timeout("total_timeout") ?? s3.totalTimeout
        if let text = values["part_size"] {
            guard let bytes = SizeText.read(text), (5 << 20...1 << 30).contains(bytes) else { throw wrong("part_size") }
            s3.partBytes = bytes
        }
        s3.attempts = try number("attempts", 1...20) ?? s3.attempts
        s3.retryBudget = try number("retry_budget", 0...10_000) ?? s3.retryBudget
        if let folder = values["spool_folder"] {
            guard !folder.isEmpty else { throw wrong("spool_folder") }
            s3.spoolFolder = folder
        }
        return s3
    }

    private func number(_ key: String, _ range: ClosedRange<Int>) throws(ServerError) -> Int? {
        guard let text = values[key] else { return nil }
        guard let number = Int(text), range.contains(number) else { throw wrong(key) }
        return number
    }

    private func flag(_ key: String) throws(ServerError) -> Bool? {
        guard let text = values[key] else { return nil }
        guard let flag = Bool(text) else { throw wrong(key) }
        return flag
    }

    private func timeout(_ key: String) throws(ServerError) -> Duration? {
        guard let text = values[key] else { return nil }
        guard let duration = DurationText.read(text), Self.timeouts.contains(duration) else { throw wrong(key) }
        return duration
    }

    private func isEndpoint(_ text: String, allowingPlainHTTP: Bool) -> Bool {
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let host = text.dropFirst(scheme.count)
            // Neither a path nor a user, who would come with a password.
            guard !host.isEmpty,
                host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]_".contains($0)) })
            else { return false }
            return scheme == "https://" || allowingPlainHTTP || LocalRequests.isLocal(String(host))
        }
        return false
    }

    private static func isPrefix(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 512 && !text.contains { "*?[".contains($0) || $0 == "\0" }
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    private func rule(_ key: String) -> String { Self.keys.first { $0.name == key }?.rule ?? "" }

    private func wrong(_ key: String, _ rule: String? = nil) -> ServerError {
        .invalidSetting(
            name: "\(place).\(key)",
            source: source,
            given: String((values[key] ?? "").prefix(64)),
            wanted: rule ?? self.rule(key)
        )
    }
}
