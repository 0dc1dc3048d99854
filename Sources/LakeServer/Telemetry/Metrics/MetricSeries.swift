import CoreMetrics
import Synchronization

/// A number that is counted up, or set.
final class NumberSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let number = Mutex(0.0)

    var value: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { number.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { number.withLock { $0 += amount } }
    func decrement(by amount: Double) { number.withLock { $0 -= amount } }
    func set(_ value: Int64) { number.withLock { $0 = Double(value) } }
    func set(_ value: Double) { number.withLock { $0 = value } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }
}

/// Values sorted into buckets.
final class DistributionSeries: TimerHandler, RecorderHandler {
    private let distribution: Mutex<MetricFamily.Distribution>

    init(bounds: [Double]) { distribution = Mutex(MetricFamily.Distribution(bounds: bounds)) }

    var value: MetricFamily.Distribution { distribution.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { distribution.withLock { $0.add(value) } }
}
