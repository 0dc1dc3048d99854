import Foundation
import LakeCatalog
public import LakeCore
import LakeStorage

extension Lakehouse {
    /// The principal a secret stands for; nil when it is unknown or revoked.
    ///
    /// Only the SHA-256 of a secret is kept. The secret has 256 random bits, so a plain hash is as good as a slow one, and looking
    /// it up by that hash tells an attacker who times it nothing about the secret.
    public func authenticate(secret: String) async throws -> Principal? {
        let digest = ContentHash.sha256(secret.utf8)
        return try await log.state().key(sha256: digest).map { Principal(name: $0.name, role: $0.role) }
    }

    /// Whether callers have to show a key: true once one exists that is not revoked.
    public func hasKeys() async throws -> Bool {
        try await log.state().keys.values.contains { $0.revokedAt == nil }
    }

    /// Makes a key; the answer is the only time its secret is seen.
    ///
    /// - Throws: `EngineError.invalid` for a name that cannot be printed.
    public func createKey(name: String, role: Principal.Role, for principal: Principal) async throws -> CreatedKey {
        try await observed(.createKey) { try await makeKey(name: name, role: role, for: principal) }
    }

    private func makeKey(name: String, role: Principal.Role, for principal: Principal) async throws -> CreatedKey {
        try await authorise(principal, .admin, "create keys")
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...100).contains(name.utf8.count),
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw EngineError.invalid(field: "name", reason: "must be 1 to 100 printable bytes") }
        let ticket = try Self.ticket("create key", [name, role.rawValue], by: principal)
        if let ticket, let earlier: KeyManifest = try ticket.earlierAnswer(in: try await log.newestState()) {
            throw EngineError.secretNotKept(id: earlier.id)
        }
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let secret =
            "lk_"
            + Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let record = APIKeyRecord(
            id: .fresh(),
            name: name,
            role: role,
            sha256: ContentHash.sha256(secret.utf8),
            createdAt: WallClock.now(),
            revokedAt: nil
        )
        _ = try await commit(
            [.keyCreated(record)],
            "create key \(name)",
            by: principal,
            note: try ticket?.note(KeyManifest(record))
        )
        return CreatedKey(key: KeyManifest(record), secret: secret)
    }

    /// All keys, oldest first, without their secrets.
    public func keys(for principal: Principal) async throws -> [KeyManifest] {
        try await authorise(principal, .admin, "list keys", reading: true)
        return try await log.state().keys.values.sorted { $0.id < $1.id }.map(KeyManifest.init)
    }

    /// Ends a key; the next request that shows it is refused.
    ///
    /// - Throws: `EngineError.notFound`.
    public func revokeKey(id: String, for principal: Principal) async throws -> KeyManifest {
        try await observed(.revokeKey) { try await endKey(id: id, for: principal) }
    }

    private func endKey(id: String, for principal: Principal) async throws -> KeyManifest {
        try await authorise(principal, .admin, "revoke keys", on: ["key:\(id)"])
        return try await once("revoke key", id, by: principal) { ticket in
            let id = KeyID(rawValue: id)
            guard var key = try await log.state().keys[id] else {
                throw EngineError.notFound(kind: "key", name: id.rawValue, nearest: [])
            }
            if key.revokedAt != nil { return KeyManifest(key) }
            let now = WallClock.now()
            key.revokedAt = now
            let answer = KeyManifest(key)
            let note = try ticket?.note(answer)
            _ = try await commit([.keyRevoked(id, at: now)], "revoke key \(key.name)", by: principal, note: note)
            return answer
        }
    }
}

extension KeyManifest {
    init(_ record: APIKeyRecord) {
        self.init(
            id: record.id.rawValue,
            name: record.name,
            role: record.role,
            createdAt: record.createdAt,
            revokedAt: record.revokedAt
        )
    }
}
