import LakeCore
import Synchronization
import Tracing

/// A span under way; when it ends it goes to the queue, if its trace is one of those that are exported.
final class LakeSpan: Span {
    static let attributesMax = 32
    static let eventsMax = 8

    let context: ServiceContext
    private let place: TraceParent
    private let parentID: String?
    private let kind: SpanKind
    private let start: UInt64
    private let queue: SpanQueue?
    private let state: Mutex<State>

    private struct State {
        var name: String
        var attributes = SpanAttributes([:])
        var events: [FinishedSpan.Event] = []
        var isOK: Bool?
        var isEnded = false
    }

    init(
        _ name: String,
        at place: TraceParent,
        under parentID: String?,
        in context: ServiceContext,
        kind: SpanKind,
        start: UInt64,
        queue: SpanQueue?
    ) {
        var context = context
        context.traceParent = place
        self.context = context
        self.place = place
        self.parentID = parentID
        self.kind = kind
        self.start = start
        self.queue = place.isSampled ? queue : nil
        state = Mutex(State(name: name))
    }

    var isRecording: Bool { queue != nil }

    var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    func setStatus(_ status: SpanStatus) { state.withLock { $0.isOK = status.code == .ok } }

    func addEvent(_ event: SpanEvent) {
        guard isRecording else { return }
        let kept = FinishedSpan.Event(
            name: event.name,
            nanoseconds: event.nanosecondsSinceEpoch,
            attributes: event.attributes.members(limit: Self.attributesMax)
        )
        state.withLock { state in
            if state.events.count < Self.eventsMax { state.events.append(kept) }
        }
    }

    /// Notes what kind of error it was, never its text: that may hold names, places and values.
    func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        var attributes = attributes
        attributes["exception.type"] = SpanAttribute.string(
            (error as? any LakeFailure)?.code ?? String(describing: type(of: error))
        )
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
    }

    func addLink(_ link: SpanLink) {}

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let queue else { return }
        let finished: State? = state.withLock { state in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        guard let finished else { return }
        queue.offer(
            FinishedSpan(
                name: finished.name,
                kind: kind,
                place: place,
                parentID: parentID,
                startNanoseconds: start,
                endNanoseconds: max(start, instant().nanosecondsSinceEpoch),
                attributes: finished.attributes.members(limit: Self.attributesMax),
                events: finished.events,
                isOK: finished.isOK
            )
        )
    }
}
