import Foundation
import LakeCore
import Tracing

/// Spans and metrics as OTLP's JSON has them (OpenTelemetry Protocol 1.x).
///
/// The mapping is Protocol Buffers' own, but for identifiers, which are hexadecimal.
enum OTLP {
    /// Who the numbers are from.
    struct Resource: Sendable {
        var serviceName: String
        var instanceID: String

        fileprivate var json: JSONValue {
            .object(
                (
                    "attributes",
                    .array([
                        attribute("service.name", serviceName), attribute("service.version", LakeServer.version),
                        attribute("service.instance.id", instanceID),
                    ])
                )
            )
        }
    }

    private static let scope = JSONValue.object(("name", "lakehouse"), ("version", .string(LakeServer.version)))

    static func traces(_ spans: [FinishedSpan], from resource: Resource) -> [UInt8] {
        let scoped = JSONValue.object(("scope", scope), ("spans", .array(spans.map(span))))
        let all = JSONValue.object(("resource", resource.json), ("scopeSpans", .array([scoped])))
        return JSONValue.object(("resourceSpans", .array([all]))).encoded
    }

    static func metrics(_ families: [MetricFamily], since start: UInt64, at now: UInt64, from resource: Resource)
        -> [UInt8]
    {
        let metrics = families.map { metric($0, since: start, at: now) }
        let scoped = JSONValue.object(("scope", scope), ("metrics", .array(metrics)))
        let all = JSONValue.object(("resource", resource.json), ("scopeMetrics", .array([scoped])))
        return JSONValue.object(("resourceMetrics", .array([all]))).encoded
    }

    private static func span(_ span: FinishedSpan) -> JSONValue {
        var members = [
            JSONMember("traceId", .string(span.place.traceID)),
            JSONMember("spanId", .string(span.place.spanID)),
            JSONMember("name", .string(span.name)),
            JSONMember("kind", .integer(number(of: span.kind))),
            JSONMember("startTimeUnixNano", .string(String(span.startNanoseconds))),
            JSONMember("endTimeUnixNano", .string(String(span.endNanoseconds))),
            JSONMember("attributes", attributes(span.attributes)),
            JSONMember("events", .array(span.events.map(event))),
        ]
        if let parent = span.parentID { members.append(JSONMember("parentSpanId", .string(parent))) }
        if let state = span.place.state { members.append(JSONMember("traceState", .string(state))) }
        if let isOK = span.isOK {
            members.append(JSONMember("status", .object(("code", .integer(isOK ? 1 : 2)))))
        }
        return .object(members)
    }

    private static func event(_ event: FinishedSpan.Event) -> JSONValue {
        .object(
            ("name", .string(event.name)),
            ("timeUnixNano", .string(String(event.nanoseconds))),
            ("attributes", attributes(event.attributes))
        )
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func metric(_ family: MetricFamily, since start: UInt64, at now: UInt64) -> JSONValue {
        let points = JSONValue.array(family.series.map { point($0, since: start, at: now) })
        let data: (String, JSONValue) =
            switch family.kind {
            case .gauge: ("gauge", .object(("dataPoints", points)))
            case .counter:
                (
                    "sum",
                    .object(
                        ("dataPoints", points),
                        ("aggregationTemporality", .integer(2)),
                        ("isMonotonic", .boolean(true))
                    )
                )
            case .histogram:
                ("histogram", .object(("dataPoints", points), ("aggregationTemporality", .integer(2))))
            }
        return .object(("name", .string(family.name)), ("description", .string(family.help)), data)
    }

    private static func point(_ series: MetricFamily.Series, since start: UInt64, at now: UInt64) -> JSONValue {
        var members = [
            JSONMember("startTimeUnixNano", .string(String(start))),
            JSONMember("timeUnixNano", .string(String(now))),
            JSONMember("attributes", .array(series.labels.map { attribute($0.name, $0.value) })),
        ]
        switch series.value {
        case .number(let number): members.append(JSONMember("asDouble", double(number)))
        case .distribution(let distribution):
            members += [
                JSONMember("count", .string(String(distribution.count))),
                JSONMember("sum", double(distribution.sum)),
                JSONMember("bucketCounts", .strings(distribution.counts.map(String.init))),
                JSONMember("explicitBounds", .array(distribution.bounds.map(double))),
            ]
        }
        return .object(members)
    }

    private static func double(_ number: Double) -> JSONValue {
        number.isFinite
            ? .number(String(number)) : .string(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    }

    private static func attributes(_ members: [JSONMember]) -> JSONValue {
        .array(members.map { .object(("key", .string($0.name)), ("value", $0.value)) })
    }

    private static func attribute(_ key: String, _ value: String) -> JSONValue {
        .object(("key", .string(key)), ("value", .object(("stringValue", .string(value)))))
    }
}
