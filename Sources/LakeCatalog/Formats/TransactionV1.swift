internal import LakeCore

/// A transaction at rest is an object of its fields; `events` is absent when there are none, as in commits of before there were.
extension Transaction {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try fields.decode(TransactionID.self, forKey: .id),
            actor: try fields.decode(String.self, forKey: .actor),
            reason: try fields.decode(String.self, forKey: .reason),
            at: try fields.decode(String.self, forKey: .at),
            actions: try fields.decode([Action].self, forKey: .actions),
            request: try fields.decodeIfPresent(RequestNote.self, forKey: .request)
        )
        events = try fields.decodeIfPresent([EntityEvent].self, forKey: .events) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(actor, forKey: .actor)
        try fields.encode(reason, forKey: .reason)
        try fields.encode(at, forKey: .at)
        try fields.encode(actions, forKey: .actions)
        if !events.isEmpty { try fields.encode(events, forKey: .events) }
        try fields.encodeIfPresent(request, forKey: .request)
    }
}
