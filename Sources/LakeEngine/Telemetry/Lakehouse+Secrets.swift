public import LakeCore
import LakeStorage

extension Lakehouse {
    /// The field `value` of a secret as it is now, for a door that has to show it to another service.
    ///
    /// - Throws: `StorageError.secretUnavailable`, which names the secret and does not show it.
    public func secretValue(of reference: SecretReference) async throws -> String {
        let fields = try await buckets.secrets.secret(reference, fields: ["value"])
        guard let secret = fields["value"] else {
            throw StorageError.secretUnavailable(name: reference.text, reason: "it has no field 'value'")
        }
        return secret.reveal()
    }
}
