import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let journalRoutes = [
        Route(
            method: .post,
            path: "/journal/event",
            name: "recordEvent",
            summary: "Records that one field of something changed; durable when it is answered.",
            role: .writer,
            body: .json(
                ObjectSchema(name: "EventRequest", fields: [entity] + change + [source, workspace], isClosed: true)
            ),
            answers: [.json("Event", "The event as it was recorded.", status: 201)],
            handle: { call in
                let fields = try await call.fields()
                let request = EventRequest(
                    entity: try fields.string("entity"),
                    changes: [try fields.change()],
                    source: try fields.optionalString("source"),
                    workspace: try fields.optionalString("workspace")
                )
                let events = try await call.lakehouse.record(request, for: call.principal)
                return try Reply.json(events.first, status: .created)
            }
        ),
        Route(
            method: .post,
            path: "/journal/update",
            name: "recordUpdate",
            summary: "Records changes of several fields of one thing: all of them or none.",
            role: .writer,
            body: .json(
                ObjectSchema(
                    name: "UpdateRequest",
                    fields: [
                        entity, Field("changes", SchemaText.array(changeSchema.json), "1 to 100."), source, workspace,
                    ],
                    isClosed: true
                )
            ),
            answers: [.list("Event", "The events as they were recorded.", status: 201)],
            handle: { call in
                let fields = try await call.fields()
                let request = EventRequest(
                    entity: try fields.string("entity"),
                    changes: try fields.objects("changes", allowed: change.map(\.name)).map { try $0.change() },
                    source: try fields.optionalString("source"),
                    workspace: try fields.optionalString("workspace")
                )
                let events = try await call.lakehouse.record(request, for: call.principal)
                return try Reply.json(ItemList(items: events), status: .created)
            }
        ),
        Route(
            method: .post,
            path: "/journal/flush",
            name: "flushJournals",
            summary: "Makes durable what waits in this server's journals.",
            role: .writer,
            answers: [.list("JournalStatus", "The journals.")],
            handle: { call in
                try Reply.json(ItemList(items: try await call.lakehouse.flushJournals(for: call.principal)))
            }
        ),
        Route(
            method: .get,
            path: "/journal/history/{entity_id}",
            name: "entityHistory",
            summary: "What happened to one thing, newest first, one page: told events and those of commits.",
            role: .reader,
            query: [.limit, .cursor],
            answers: [.json("JournalPage", "One page of events.", saysVersion: true)],
            handle: { call in
                let page = try await call.lakehouse.history(
                    of: try call.path("entity_id"),
                    limit: try call.queryInteger("limit") ?? 100,
                    cursor: call.query["cursor"],
                    for: call.principal
                )
                return try Reply.json(page)
            }
        ),
        Route(
            method: .get,
            path: "/journal/recent",
            name: "recentEvents",
            summary: "What happened to anything, newest first, one page.",
            role: .reader,
            query: [.limit, .cursor],
            answers: [.json("JournalPage", "One page of events.", saysVersion: true)],
            handle: { call in
                let page = try await call.lakehouse.recentEvents(
                    limit: try call.queryInteger("limit") ?? 100,
                    cursor: call.query["cursor"],
                    for: call.principal
                )
                return try Reply.json(page)
            }
        ),
        Route(
            method: .get,
            path: "/journal/stats",
            name: "journalStats",
            summary: "What there is of each journal, and what this server has written to it.",
            role: .admin,
            answers: [.list("JournalStatus", "The journals.")],
            handle: { call in
                try Reply.json(ItemList(items: try await call.lakehouse.journalStats(for: call.principal)))
            }
        ),
        Route(
            method: .post,
            path: "/journal/verify",
            name: "verifyJournals",
            summary: "Checks the chains of all journals; changes nothing.",
            role: .writer,
            answers: [.list("JournalCheck", "What was found in each journal.")],
            handle: { call in
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let checks = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.verifyJournals(for: principal)
                }
                return try Reply.json(ItemList(items: checks))
            }
        ),
    ]

    private static let entity = Field("entity", SchemaText.string, "What changed, such as candidate:4711.")
    private static let source = Field(
        "source",
        SchemaText.string,
        "Where the news comes from; api if not given.",
        optional: true
    )
    private static let workspace = Field("workspace", SchemaText.string, optional: true)
    private static let change = [
        Field("field", SchemaText.string, "What of it changed."),
        Field("old", SchemaText.anything, "What it was.", optional: true),
        Field("new", SchemaText.anything, "What it is.", optional: true),
    ]
    private static let changeSchema = ObjectSchema(name: "", fields: change, isClosed: true)
}

extension JSONFields {
    fileprivate func change() throws(ServerError) -> EntityChange {
        EntityChange(field: try string("field"), old: try value("old"), new: try value("new"))
    }

    /// A field of any JSON.
    private func value(_ name: String) throws(ServerError) -> AnyJSON? {
        guard let value = self[name] else { return nil }
        guard let kept = AnyJSON(value) else {
            throw .invalidField(name: name, reason: "holds a number that 64 bits cannot hold; send it as a string")
        }
        return kept
    }
}

extension AnyJSON {
    /// Nil when a number would not be kept.
    fileprivate init?(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .string(let text): self = .text(text)
        case .number(let digits):
            if let number = Int64(digits) {
                self = .integer(number)
            } else if let number = UInt64(digits) {
                self = .unsigned(number)
            } else if let number = Double(digits), number.isFinite {
                self = .number(number)
            } else {
                return nil
            }
        case .array(let items):
            var kept: [Self] = []
            for item in items {
                guard let item = Self(item) else { return nil }
                kept.append(item)
            }
            self = .array(kept)
        case .object(let members):
            var kept: [String: Self] = [:]
            for member in members {
                guard let value = Self(member.value) else { return nil }
                kept[member.name] = value
            }
            self = .object(kept)
        }
    }
}
