import Tracing

/// Makes spans and carries their places from process to process (W3C Trace Context).
///
/// Every request has a place in a trace, so that lines of the log can be told apart by it, also when nothing is exported.
struct LakeTracer: Tracer {
    typealias Span = LakeSpan

    static let parentHeader = "traceparent"
    static let stateHeader = "tracestate"

    /// Where sampled spans go when they end; nil: nowhere.
    let queue: SpanQueue?
    /// Of a hundred traces that begin here, how many are exported; others' traces are exported when they say so.
    let sampledPercent: Int

    init(queue: SpanQueue? = nil, sampledPercent: Int = 100) {
        self.queue = queue
        self.sampledPercent = sampledPercent
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> LakeSpan {
        let context = context()
        let parent = context.traceParent
        let place = TraceParent(
            traceID: parent?.traceID ?? TraceParent.freshID(digits: 32),
            spanID: TraceParent.freshID(digits: 16),
            isSampled: parent?.isSampled ?? (queue != nil && Int.random(in: 0..<100) < sampledPercent),
            state: parent?.state
        )
        return LakeSpan(
            operationName,
            at: place,
            under: parent?.spanID,
            in: context,
            kind: kind,
            start: instant().nanosecondsSinceEpoch,
            queue: queue
        )
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: Self.parentHeader, from: carrier) else { return }
        let state = extractor.extract(key: Self.stateHeader, from: carrier)
        context.traceParent = TraceParent(header: header, state: state)
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let parent = context.traceParent else { return }
        injector.inject(parent.header, forKey: Self.parentHeader, into: &carrier)
        if let state = parent.state { injector.inject(state, forKey: Self.stateHeader, into: &carrier) }
    }
}
