import LakeCore
import LakeEngine

/// Finds out who shows a secret, and whether anybody has to.
///
/// Once a key exists every caller needs one. Before that, only a server that nobody but this machine can reach answers, and its
/// callers are the machine's user.
struct Callers: Sendable {
    let lakehouse: Lakehouse
    let reach: ServerSettings.Reach

    /// Who asks.
    ///
    /// - Parameters:
    ///   - secret: What the caller shows as a key.
    ///   - address: Where the caller is, for the audit should they be turned away.
    ///   - check: Refuses a caller without a key that is not this machine's user after all.
    /// - Returns: The key's principal, or the machine's user.
    /// - Throws: `ServerError.credentialsUnknown`, `ServerError.credentialsMissing`; what `check` throws.
    func principal(
        showing secret: String?,
        from address: String?,
        check: () throws -> Void = {}
    ) async throws -> Principal {
        do {
            return try await identify(secret, check)
        } catch let refusal as ServerError {
            await lakehouse.noteStranger(from: address, reason: refusal.code)
            throw refusal
        }
    }

    private func identify(_ secret: String?, _ check: () throws -> Void) async throws -> Principal {
        if reach == .owner { return .local }
        if let secret {
            if let principal = try await lakehouse.authenticate(secret: secret) { return principal }
            throw ServerError.credentialsUnknown
        }
        guard try await !lakehouse.hasKeys(), reach == .machine else { throw ServerError.credentialsMissing }
        try check()
        return .local
    }

    /// The secret of `Bearer …`.
    static func bearer(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingPrefix(while: { $0 == " " }).description
    }
}
