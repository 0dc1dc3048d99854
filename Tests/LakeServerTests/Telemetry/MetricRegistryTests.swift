import CoreMetrics
import Testing

@testable import LakeServer

@Suite struct MetricRegistryTests {
    private let registry = MetricRegistry(descriptions: ["things_total": "Things."])

    @Test func countersAddUpPerCombinationOfLabels() {
        for (kind, count) in [("a", 2), ("b", 3), ("a", 5)] {
            Counter(label: "things_total", dimensions: [("kind", kind)], factory: registry).increment(by: count)
        }
        let text = Exposition(String(decoding: PrometheusText.encode(registry.snapshot()), as: UTF8.self))
        #expect(text.value("things_total", ["kind": "a"]) == 7)
        #expect(text.value("things_total", ["kind": "b"]) == 3)
    }

    @Test func theOrderOfLabelsDoesNotMatter() {
        Counter(label: "things_total", dimensions: [("x", "1"), ("y", "2")], factory: registry).increment()
        Counter(label: "things_total", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
        #expect(registry.snapshot().first?.series.count == 1)
    }

    @Test func metersAndGaugesGoUpAndDown() {
        let meter = Meter(label: "depth", factory: registry)
        meter.increment()
        meter.increment()
        meter.decrement()
        Gauge(label: "level", factory: registry).record(4)
        Gauge(label: "level", factory: registry).record(2.5)
        let families = registry.snapshot()
        #expect(families.map(\.kind) == [.gauge, .gauge])
        #expect(families.map(\.series.first?.value) == [.number(1), .number(2.5)])
    }

    @Test func timersFallIntoBucketsOfSeconds() throws {
        let timer = Timer(label: "wait_seconds", factory: registry)
        for milliseconds in [0.5, 1, 1.1, 400, 70000] { timer.recordNanoseconds(Int64(milliseconds * 1e6)) }
        let family = try #require(registry.snapshot().first)
        guard case .distribution(let distribution)? = family.series.first?.value else {
            Issue.record("not a histogram")
            return
        }
        #expect(distribution.count == 5)
        #expect(abs(distribution.sum - 70.4026) < 1e-9)
        // A value on a bound belongs below it.
        #expect(distribution.counts.first == 2)
        #expect(distribution.counts.last == 1)
    }

    @Test func aNameIsOfOneKind() {
        Counter(label: "things_total", factory: registry).increment()
        Gauge(label: "things_total", factory: registry).record(99)
        #expect(registry.snapshot().map(\.kind) == [.counter])
        #expect(registry.snapshot().first?.series.first?.value == .number(1))
    }

    @Test func seriesOfAMetricAreBounded() {
        for number in 0..<(MetricRegistry.seriesMax + 10) {
            Counter(label: "things_total", dimensions: [("n", String(number))], factory: registry).increment()
        }
        #expect(registry.snapshot().first?.series.count == MetricRegistry.seriesMax)
    }

    @Test func textIsEscapedAsTheFormatWants() {
        let family = MetricFamily(
            name: "odd",
            help: "back\\slash\nline \"quoted\"",
            kind: .gauge,
            series: [.init(labels: [MetricLabel(name: "l", value: "a\\b\"c\nd")], value: .number(.infinity))]
        )
        let text = String(decoding: PrometheusText.encode([family]), as: UTF8.self)
        #expect(
            text == "# HELP odd back\\\\slash\\nline \"quoted\"\n# TYPE odd gauge\nodd{l=\"a\\\\b\\\"c\\nd\"} +Inf\n"
        )
    }

    @Test(arguments: [(1.0, "1"), (0.25, "0.25"), (-3, "-3"), (1e300, "1e+300"), (.nan, "NaN"), (-.infinity, "-Inf")])
    func numbersAreWrittenAsTheFormatWants(number: Double, text: String) {
        #expect(PrometheusText.form(number) == text)
    }

    @Test func everyMetricOfTheProgramIsDescribed() {
        let telemetry = ServerTelemetry()
        for family in telemetry.registry.snapshot() { #expect(family.help != family.name, "\(family.name)") }
    }
}
