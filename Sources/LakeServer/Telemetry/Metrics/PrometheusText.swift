/// Metrics in Prometheus' text format 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func encode(_ families: [MetricFamily]) -> [UInt8] {
        var text = ""
        for family in families where !family.series.isEmpty {
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for series in family.series { append(series, of: family.name, to: &text) }
        }
        return Array(text.utf8)
    }

    private static func append(_ series: MetricFamily.Series, of name: String, to text: inout String) {
        switch series.value {
        case .number(let number): text += "\(name)\(braced(series.labels)) \(form(number))\n"
        case .distribution(let distribution):
            var below = 0
            for (bound, count) in zip(distribution.bounds + [.infinity], distribution.counts) {
                below += count
                let labels = series.labels + [MetricLabel(name: "le", value: form(bound))]
                text += "\(name)_bucket\(braced(labels)) \(below)\n"
            }
            text += "\(name)_sum\(braced(series.labels)) \(form(distribution.sum))\n"
            text += "\(name)_count\(braced(series.labels)) \(below)\n"
        }
    }

    private static func braced(_ labels: [MetricLabel]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? escaped.replacing("\"", with: "\\\"") : escaped
    }

    /// A number as the format writes it: whole ones without a point.
    static func form(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        return Int(exactly: number).map(String.init) ?? String(number)
    }
}
