import LakeCore

/// What somebody says happened to something, as it stands in the journal `events`.
struct EventEntry: Codable, Sendable, Equatable {
    var entity: String
    var field: String
    var old: AnyJSON?
    var new: AnyJSON?
    /// The principal's name.
    var actor: String
    /// Where the news comes from, in the caller's words.
    var source: String
    var workspace: String?
    /// The lake's version when it was told.
    var version: Int
}

/// That somebody asked for something and was let or refused, as it stands in the journal `audit`.
struct AuditEntry: Codable, Sendable, Equatable {
    /// How it was answered.
    enum Outcome: String, Codable, Sendable {
        case allowed, refused
    }

    var principal: String
    var role: String
    var action: String
    /// The entities it is about; absent where it is about none in particular.
    var entities: [String]?
    var outcome: Outcome
    /// The least role that may.
    var needs: String
    var requestID: String?
    /// Of a caller whom nobody knows: where they are.
    var address: String?
    /// Of such a caller: the refusal's code.
    var reason: String?
    /// Of such a caller: for how many refusals this stands.
    var count: Int?

    enum CodingKeys: String, CodingKey {
        case principal, role, action, entities, outcome, needs, address, reason, count
        case requestID = "request_id"
    }
}
