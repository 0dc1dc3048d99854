import CoreMetrics
import Synchronization

/// Keeps the numbers of one server: what the façade's counters, gauges and timers write to, and what the doors read.
///
/// Timers become histograms of seconds. A name belongs to one kind of metric: what would make it another is kept out.
final class MetricRegistry: MetricsFactory {
    /// From a millisecond to a minute: what people wait for.
    static let secondBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    /// From a kibibyte to a gibibyte.
    static let sizeBounds = stride(from: 10, through: 30, by: 4).map { Double(1 << $0) }
    /// Series of one metric; more are kept out.
    ///
    /// Labels come from closed sets, so that this is never met.
    static let seriesMax = 2000

    private let descriptions: [String: String]
    private let families = Mutex<[String: Family]>([:])

    private struct Family {
        var kind: MetricFamily.Kind
        var series: [[MetricLabel]: Entry] = [:]
    }

    private enum Entry {
        case number(NumberSeries)
        case distribution(DistributionSeries)
    }

    /// - Parameter descriptions: What each metric means, by its name.
    init(descriptions: [String: String]) { self.descriptions = descriptions }

    /// Where every metric stands, by name, its series by their labels.
    func snapshot() -> [MetricFamily] {
        let families = families.withLock { $0 }
        return families.sorted { $0.key < $1.key }.map { name, family in
            let series = family.series.map { labels, entry in
                MetricFamily.Series(labels: labels, value: Self.value(of: entry))
            }
            let sorted = series.sorted { a, b in
                a.labels.map(\.value).lexicographicallyPrecedes(b.labels.map(\.value))
            }
            return MetricFamily(name: name, help: descriptions[name] ?? name, kind: family.kind, series: sorted)
        }
    }

    private static func value(of entry: Entry) -> MetricFamily.Value {
        switch entry {
        case .number(let series): .number(series.value)
        case .distribution(let series): .distribution(series.value)
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        number(label, dimensions, .counter)
    }

    func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        number(label, dimensions, .counter)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        number(label, dimensions, .gauge)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return distribution(label, dimensions, bounds: Self.sizeBounds) }
        return number(label, dimensions, .gauge)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        distribution(label, dimensions, bounds: Self.secondBounds)
    }

    // Series live as long as the server: a counter that went and came again would look like a restart.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private func number(_ name: String, _ dimensions: [(String, String)], _ kind: MetricFamily.Kind) -> NumberSeries {
        let entry = entry(name, dimensions, kind) { .number(NumberSeries()) }
        if case .number(let series)? = entry { return series }
        return NumberSeries()
    }

    private func distribution(
        _ name: String,
        _ dimensions: [(String, String)],
        bounds: [Double]
    ) -> DistributionSeries {
        let entry = entry(name, dimensions, .histogram) { .distribution(DistributionSeries(bounds: bounds)) }
        if case .distribution(let series)? = entry { return series }
        return DistributionSeries(bounds: bounds)
    }

    /// The series of these labels, made if there is none; nil when it is kept out.
    private func entry(
        _ name: String,
        _ dimensions: [(String, String)],
        _ kind: MetricFamily.Kind,
        make: () -> Entry
    ) -> Entry? {
        let labels = dimensions.map { MetricLabel(name: $0.0, value: $0.1) }.sorted { $0.name < $1.name }
        return families.withLock { families in
            let family = families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return nil }
            if let entry = family.series[labels] { return entry }
            guard family.series.count < Self.seriesMax else { return nil }
            let made = make()
            families[name, default: family].series[labels] = made
            return made
        }
    }
}
