/// What one metric stands at, with all its series.
struct MetricFamily: Sendable, Equatable {
    /// What a metric is to those who read it.
    enum Kind: String, Sendable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// How often a value fell below each bound.
        case histogram
    }

    /// One combination of labels.
    struct Series: Sendable, Equatable {
        var labels: [MetricLabel]
        var value: Value
    }

    /// Where a series stands.
    enum Value: Sendable, Equatable {
        case number(Double)
        case distribution(Distribution)
    }

    /// How often values fell between bounds.
    struct Distribution: Sendable, Equatable {
        /// Ascending; the last bucket has none.
        var bounds: [Double]
        /// One more than bounds; not cumulative.
        var counts: [Int]
        var sum = 0.0

        init(bounds: [Double]) {
            self.bounds = bounds
            counts = [Int](repeating: 0, count: bounds.count + 1)
        }

        var count: Int { counts.reduce(0, +) }

        mutating func add(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }
    }

    var name: String
    var help: String
    var kind: Kind
    var series: [Series]

    /// A family of one series without labels.
    static func single(_ name: String, _ help: String, _ kind: Kind, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: kind, series: [Series(labels: [], value: .number(value))])
    }
}

/// A label of a series.
struct MetricLabel: Sendable, Hashable {
    var name: String
    var value: String
}
