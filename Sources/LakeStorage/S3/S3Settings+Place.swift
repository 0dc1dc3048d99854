public import LakeCore

extension S3Settings {
    /// As the configuration says it.
    init(_ place: S3Place, authorities: String?) {
        self.init(bucket: place.bucket)
        prefix = place.prefix
        endpoint = place.endpoint
        region = place.region
        addressing = place.isPathStyle ? .path : .virtualHost
        allowsPlainHTTP = place.allowsPlainHTTP
        timeouts.connect = place.connectTimeout
        timeouts.firstByte = place.answerTimeout
        timeouts.idle = place.idleTimeout
        timeouts.whole = place.totalTimeout
        partBytes = place.partBytes
        retries.attempts = place.attempts
        retries.budget = place.retryBudget
        spoolFolder = place.spoolFolder
        self.authorities = authorities
    }
}

extension S3Credentials {
    /// What the secret holds now.
    ///
    /// - Throws: ``StorageError/secretUnavailable(name:reason:)``.
    public init(_ reference: SecretReference, _ secrets: SecretsProvider) async throws(StorageError) {
        let fields = try await secrets.secret(
            reference,
            fields: ["access_key_id", "secret_access_key", "session_token"]
        )
        guard let id = fields["access_key_id"], let key = fields["secret_access_key"] else {
            throw .secretUnavailable(
                name: reference.text,
                reason: "it must have an access_key_id and a secret_access_key"
            )
        }
        self.init(
            accessKeyID: id.reveal(),
            secretAccessKey: key.reveal(),
            sessionToken: fields["session_token"]?.reveal()
        )
    }
}
