import Tracing

/// Where in a trace something happens, as W3C Trace Context carries it from process to process.
struct TraceParent: Sendable, Equatable {
    /// 32 lowercase hexadecimal digits, not all zero.
    var traceID: String
    /// 16 lowercase hexadecimal digits, not all zero.
    var spanID: String
    /// Whether who made it exports the trace.
    var isSampled: Bool
    /// What other tracing systems want passed along, as it came.
    var state: String?

    init(traceID: String, spanID: String, isSampled: Bool, state: String? = nil) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
    }

    /// The one a header says; nil for what the recommendation calls invalid, which is to be treated as absent.
    init?(header: String, state: String? = nil) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), parts[1].contains(where: { $0 != "0" }),
            Self.isHex(parts[2], 16), parts[2].contains(where: { $0 != "0" }),
            Self.isHex(parts[3], 2), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: parts[1], spanID: parts[2], isSampled: flags & 1 == 1, state: Self.sane(state))
    }

    /// The header's value.
    var header: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// A random number of so many hexadecimal digits, not zero.
    static func freshID(digits: Int) -> String {
        let halves = stride(from: 0, to: digits, by: 16).map { _ in
            let text = String(UInt64.random(in: 1 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return halves.joined()
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// `state` if it can be sent on as it is.
    private static func sane(_ state: String?) -> String? {
        guard let state, (1...512).contains(state.utf8.count), state.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return state
    }
}

/// Keeps the present place in a trace in the task's context.
private enum TraceParentKey: ServiceContextKey {
    typealias Value = TraceParent
    static let nameOverride: String? = "trace-parent"
}

/// Keeps the present request's name in the task's context.
private enum RequestIDKey: ServiceContextKey {
    typealias Value = String
    static let nameOverride: String? = "request-id"
}

extension ServiceContext {
    /// The present place in a trace.
    var traceParent: TraceParent? {
        get { self[TraceParentKey.self] }
        set { self[TraceParentKey.self] = newValue }
    }

    /// The request that is being answered.
    var requestID: String? {
        get { self[RequestIDKey.self] }
        set { self[RequestIDKey.self] = newValue }
    }
}
