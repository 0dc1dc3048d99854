import Synchronization

/// How the engine reaches the objects below one address.
public struct RemoteAccess: Hashable, Sendable {
    /// Names it; a later one of the same name takes its place.
    public var name: String
    /// What the addresses begin with: `s3://bucket/prefix/`.
    public var scope: String
    /// Host and perhaps port; nil: the service of Amazon.
    public var endpoint: String?
    public var usesTLS = true
    public var isPathStyle = false
    public var region: String
    private let keyID: String
    private let secret: String
    private let sessionToken: String?

    public init(
        name: String,
        scope: String,
        region: String,
        keyID: String,
        secret: String,
        sessionToken: String? = nil
    ) {
        self.name = name
        self.scope = scope
        self.region = region
        self.keyID = keyID
        self.secret = secret
        self.sessionToken = sessionToken
    }

    /// The statement that tells the engine.
    fileprivate var statement: String {
        var parts = [
            "TYPE s3", "PROVIDER config", "SCOPE \(SQLText.quoteLiteral(scope))",
            "REGION \(SQLText.quoteLiteral(region))", "URL_STYLE '\(isPathStyle ? "path" : "vhost")'",
            "USE_SSL \(usesTLS)", "KEY_ID \(SQLText.quoteLiteral(keyID))", "SECRET \(SQLText.quoteLiteral(secret))",
        ]
        if let endpoint { parts.append("ENDPOINT \(SQLText.quoteLiteral(endpoint))") }
        if let sessionToken { parts.append("SESSION_TOKEN \(SQLText.quoteLiteral(sessionToken))") }
        let name = SQLText.quoteIdentifier("lakehouse_" + name)
        return "CREATE OR REPLACE TEMPORARY SECRET \(name) (\(parts.joined(separator: ", ")))"
    }
}

extension RemoteAccess: CustomStringConvertible, CustomReflectable {
    public var description: String { "RemoteAccess(\(name))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What an instance that reads remote files needs.
public struct RemoteSettings: Hashable, Sendable {
    /// What the addresses of files it may read begin with.
    public var folders: [String]
    /// Where the signed extensions lie.
    public var extensionFolder: String
    /// How long an answer may stand still.
    public var timeout: Duration
    /// A PEM file of the authorities that are trusted in place of the system's.
    public var authorities: String?

    public init(folders: [String], extensionFolder: String, timeout: Duration, authorities: String? = nil) {
        self.authorities = authorities
        self.folders = folders
        self.extensionFolder = extensionFolder
        self.timeout = timeout
    }

    var options: [(name: String, value: String)] { [("extension_directory", extensionFolder)] }

    /// Run before the instance is locked.
    var statements: [String] {
        [
            "SET GLOBAL allow_persistent_secrets = false", "LOAD httpfs",
            "SET GLOBAL http_timeout = \(max(1, timeout.components.seconds))",
            "SET GLOBAL http_retries = 2", "SET GLOBAL http_retry_wait_ms = 50",
            // Files never change, so what was learnt of one holds.
            "SET GLOBAL enable_http_metadata_cache = true",
        ] + (authorities.map { ["SET GLOBAL ca_cert_file = \(SQLText.quoteLiteral($0))"] } ?? [])
    }
}

/// What an instance was told of remote places, so that it is told again only when something has changed.
final class RemoteSecrets: Sendable {
    private let told = Mutex<[String: RemoteAccess]>([:])

    /// Tells the instance of `connection` what it does not know.
    func tell(_ accesses: [RemoteAccess], on connection: Connection) async throws(SQLError) {
        for access in accesses where told.withLock({ $0[access.name] != access }) {
            do {
                try await connection.execute(access.statement)
            } catch {
                // Not what the engine says: it quotes the statement.
                throw .unavailable("The SQL engine did not take the credentials of the bucket \(access.name).")
            }
            told.withLock { $0[access.name] = access }
        }
    }
}
