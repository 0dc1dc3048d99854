public import LakeCore

/// An API key as the lake keeps it: its digest, never the key.
public struct APIKeyRecord: Hashable, Sendable, Codable, Identifiable {
    public var id: KeyID
    public var name: String
    public var role: Principal.Role
    /// Of the key's text.
    public var sha256: String
    public var createdAt: String
    public var revokedAt: String?

    public init(
        id: KeyID = .fresh(),
        name: String,
        role: Principal.Role,
        sha256: String,
        createdAt: String = WallClock.now(),
        revokedAt: String? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.sha256 = sha256
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, role, sha256
        case createdAt = "created_at"
        case revokedAt = "revoked_at"
    }
}
