import LakeCore
import Tracing

/// A span that has ended, as it is exported.
struct FinishedSpan: Sendable {
    var name: String
    var kind: SpanKind
    var place: TraceParent
    /// The span it is part of; nil for the first of a trace.
    var parentID: String?
    var startNanoseconds: UInt64
    var endNanoseconds: UInt64
    var attributes: [JSONMember]
    var events: [Event]
    /// Nil when nobody said.
    var isOK: Bool?

    /// Something that happened meanwhile.
    struct Event: Sendable {
        var name: String
        var nanoseconds: UInt64
        var attributes: [JSONMember]
    }
}

extension SpanAttributes {
    /// As OTLP's JSON has them, by name; at most so many.
    func members(limit: Int) -> [JSONMember] {
        var members: [JSONMember] = []
        forEach { name, value in
            if let json = value.json { members.append(JSONMember(name, json)) }
        }
        return Array(members.sorted { $0.name < $1.name }.prefix(limit))
    }
}

extension SpanAttribute {
    /// The value as OTLP's JSON has it; nil for kinds that nothing here uses.
    fileprivate var json: JSONValue? {
        switch self {
        case .int32(let value): .object(("intValue", .string(String(value))))
        case .int64(let value): .object(("intValue", .string(String(value))))
        case .double(let value): value.isFinite ? .object(("doubleValue", .number(String(value)))) : nil
        case .bool(let value): .object(("boolValue", .boolean(value)))
        case .string(let value): .object(("stringValue", .string(String(value.prefix(256)))))
        case .stringConvertible(let value):
            .object(("stringValue", .string(String(value.description.prefix(256)))))
        default: nil
        }
    }
}
