/// What a request is signed with.
public struct S3Credentials: Hashable, Sendable {
    public var accessKeyID: String
    public var secretAccessKey: String
    /// Of temporary credentials.
    public var sessionToken: String?

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "S3Credentials" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Gives the credentials that hold now.
///
/// Asked before every attempt, so that new ones count at once; whoever reads them from afar keeps them for a while.
public typealias S3CredentialsSource = @Sendable () async throws -> S3Credentials
