internal import Foundation

/// Where a lake's objects are: its buckets, and what is told of them all.
public struct StorageSettings: Hashable, Sendable {
    /// The buckets by name; one named `primary` is made from the lake's folder when the list has none.
    public var buckets: [BucketSettings] = []
    /// The bucket that holds a copy of the lake, read from when another cannot be reached.
    public var rescueBucket: String?
    /// The folder in which the buckets of profiles are made, each a folder of its own.
    public var profileRoot: String?
    /// The file that `file:NAME` references are looked up in.
    public var secretsFile: String?
    /// A PEM file of the authorities that are trusted for S3 in place of the system's, by every bucket and the SQL engine.
    public var authorities: String?
    /// How often each bucket is looked at, give or take a fifth.
    public var probeInterval = Duration.seconds(5)
    /// What copies of remote objects may take on the local disk, in bytes.
    public var cacheBytes = 16 << 30

    public init() {}

    /// Every bucket, the primary one among them.
    ///
    /// - Parameter lakeFolder: The primary bucket's folder when the list does not name that bucket.
    /// - Returns: The buckets, the primary one first.
    public func all(lakeFolder: String) -> [BucketSettings] {
        let primary = buckets.first(where: \.isPrimary)
        let standard = BucketSettings(name: BucketSettings.primaryName, place: .folder(lakeFolder))
        return [primary ?? standard] + buckets.filter { !$0.isPrimary }
    }

    /// What is wrong with the buckets taken together: the setting, and what it must be.
    ///
    /// - Parameter lakeFolder: As for ``all(lakeFolder:)``.
    /// - Returns: The first thing that is wrong; nil when they fit.
    public func problem(lakeFolder: String) -> (setting: String, given: String, rule: String)? {
        var seen: [BucketSettings] = []
        for bucket in all(lakeFolder: lakeFolder) {
            for other in seen {
                if other.name == bucket.name {
                    return ("storage.buckets", bucket.name, "a list in which each name stands once")
                }
                if other.place.overlaps(bucket.place) {
                    let pair = "\(other.name) and \(bucket.name)"
                    return (
                        "storage.buckets", pair, "a list of places none of which is another or in the lake's part of it"
                    )
                }
            }
            if case .s3(let place) = bucket.place, case .file = place.credentials, secretsFile == nil {
                return ("storage.secrets_file", "", "the file that the credentials of \(bucket.name) are in")
            }
            seen.append(bucket)
        }
        guard let rescueBucket else { return nil }
        guard seen.contains(where: { $0.name == rescueBucket && !$0.isPrimary }) else {
            return ("storage.rescue_bucket", rescueBucket, "the name of a bucket other than primary")
        }
        return nil
    }
}

/// A bucket: a named place for objects.
public struct BucketSettings: Hashable, Sendable {
    /// Of the bucket that holds the log.
    public static let primaryName = "primary"
    /// What SQL calls the places of the lake's own tables; no bucket has such a name.
    public static let reservedNames = ["system", "information_schema"]

    public var name: String
    public var place: BucketPlace

    public init(name: String, place: BucketPlace) {
        self.name = name
        self.place = place
    }

    /// Whether it holds the log.
    public var isPrimary: Bool { name == Self.primaryName }

    /// What a name must be, as it stands after "must be".
    public static let nameRule =
        "1 to 63 lowercase letters, digits, '-' and '_', starting with a letter; not \(reservedNames.joined(separator: " or "))"

    /// Whether `name` is one a bucket may have.
    public static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (97...122).contains(first), name.utf8.count <= 63,
            !reservedNames.contains(name)
        else { return false }
        return name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
    }
}

/// What a bucket is made of.
public enum BucketPlace: Hashable, Sendable {
    /// A folder of this machine.
    case folder(String)
    /// A bucket of an S3 service, or the part of it below a prefix.
    case s3(S3Place)

    /// `local` or `s3`.
    public var kind: String {
        switch self {
        case .folder: "local"
        case .s3: "s3"
        }
    }

    /// Whether an object of one could be an object of the lake's in the other.
    func overlaps(_ other: BucketPlace) -> Bool {
        switch (self, other) {
        case (.folder(let a), .folder(let b)): Self.overlap(Self.standard(a), Self.standard(b))
        // Whatever their endpoints: the SQL engine tells buckets by name and prefix alone.
        case (.s3(let a), .s3(let b)): a.bucket == b.bucket && Self.overlap(a.prefix, b.prefix)
        default: false
        }
    }

    private static func standard(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    private static func overlap(_ a: String, _ b: String) -> Bool {
        let (a, b) = (a.split(separator: "/"), b.split(separator: "/"))
        let (outer, inner) = a.count <= b.count ? (a, b) : (b, a)
        guard inner.starts(with: outer) else { return false }
        return inner.count == outer.count || LakeFolder(rawValue: String(inner[outer.count])) != nil
    }
}

/// What the keys of the lake's own objects begin with; nobody else writes there.
public enum LakeFolder: String, Sendable, CaseIterable {
    case log = "_lake"
    case rescue = "_rescue"
    /// What a server keeps for itself and can make again.
    case local = "_local"
    case datasets, indexes, journals, jobs, quarantine, staging

    /// The folder of the lake that a key lies in; nil for everybody's.
    public init?(of key: String) {
        self.init(rawValue: String(key.prefix { $0 != "/" }))
    }
}

/// A bucket of an S3 service and how to reach it.
public struct S3Place: Hashable, Sendable {
    /// `https://host` or `http://host:port`; nil: the service of Amazon in the region.
    public var endpoint: String?
    public var region = "us-east-1"
    /// The bucket's name at the service.
    public var bucket: String
    /// What the keys of its objects begin with there; no slash at either end.
    public var prefix = ""
    /// Whether the bucket is named in the path of a request rather than in its host.
    public var isPathStyle = false
    /// Where the access key is.
    public var credentials: SecretReference
    /// Whether an `http:` endpoint of another machine is accepted: rows and signatures can be read on the way.
    public var allowsPlainHTTP = false
    /// How long connecting may take.
    public var connectTimeout = Duration.seconds(3)
    /// How long the service may take to begin its answer.
    public var answerTimeout = Duration.seconds(10)
    /// How long an answer or a body may stand still.
    public var idleTimeout = Duration.seconds(20)
    /// How long one operation may take with all its attempts, beside what its bytes need.
    public var totalTimeout = Duration.seconds(60)
    /// Content of at most so many bytes is one request; longer content goes in parts of this size.
    public var partBytes = 8 << 20
    /// How often a request is sent before it has failed.
    public var attempts = 4
    /// How many retries all requests together may make beyond what successes earn.
    public var retryBudget = 100
    /// A folder for content that must be sent in one request and is too long for memory; nil: the system's.
    public var spoolFolder: String?

    public init(bucket: String, credentials: SecretReference) {
        self.bucket = bucket
        self.credentials = credentials
    }
}

/// Names a secret without holding it.
public enum SecretReference: Hashable, Sendable {
    /// An entry of the secrets file.
    case file(name: String)
    /// Variables of the environment that begin with this and an underscore.
    case environment(prefix: String)

    /// Reads `file:NAME` or `env:PREFIX`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "file": self = .file(name: parts[1])
        case "env": self = .environment(prefix: parts[1])
        default: return nil
        }
    }

    /// As it is written in the configuration.
    public var text: String {
        switch self {
        case .file(let name): "file:\(name)"
        case .environment(let prefix): "env:\(prefix)"
        }
    }
}
