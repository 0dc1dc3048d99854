import Foundation
import Testing

/// Prometheus' text format as the strictest reader takes it: records an issue for whatever the format does not allow.
struct Exposition {
    struct Sample { var name: String, labels: [String: String], value: Double }

    private(set) var samples: [Sample] = []
    private(set) var kinds: [String: String] = [:]
    private var helped: Set<String> = []
    private var ended: Set<String> = []
    private var current = ""

    init(_ text: String) {
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") { read(String(line)) }
        checkHistograms()
    }

    /// The value of the one sample that has this name and these labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = samples.filter { $0.name == name && $0.labels == labels }
        #expect(found.count < 2, "\(name) \(labels) is there twice")
        return found.first?.value
    }

    /// Every value a label has.
    func values(ofLabel label: String) -> Set<String> { Set(samples.compactMap { $0.labels[label] }) }

    private mutating func read(_ line: String) {
        if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
            begin(String(match.1))
            #expect(helped.insert(current).inserted, "\(current) has two helps")
            #expect(match.2 != match.1, "\(current) has no description")
        } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
            #expect(String(match.1) == current, "the type of \(match.1) does not follow its help")
            #expect(kinds.updateValue(String(match.2), forKey: current) == nil)
            if match.2 == "counter" { #expect(current.hasSuffix("_total"), "\(current)") }
        } else if let match = line.wholeMatch(
            of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\})? ([0-9.eE+-]+|NaN|[+-]Inf)/
        ) {
            add(String(match.1), match.2.map(String.init) ?? "", String(match.3))
        } else {
            Issue.record("not of the format: \(line)")
        }
    }

    private mutating func begin(_ family: String) {
        if !current.isEmpty { ended.insert(current) }
        current = family
        #expect(!ended.contains(family), "\(family) is in two places")
    }

    private mutating func add(_ name: String, _ labels: String, _ number: String) {
        let suffixes = kinds[current] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        #expect(suffixes.contains { current + $0 == name }, "\(name) stands under \(current)")
        var parsed: [String: String] = [:]
        var rest = labels[...]
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[n"\\])*)",?/) else {
                Issue.record("labels of \(name): \(labels)")
                break
            }
            #expect(parsed.updateValue(String(match.2), forKey: String(match.1)) == nil, "a label of \(name) twice")
            rest = rest[match.range.upperBound...]
        }
        let value = number.hasSuffix("Inf") ? (number.hasPrefix("-") ? -Double.infinity : .infinity) : Double(number)
        samples.append(Sample(name: name, labels: parsed, value: value ?? .nan))
    }

    private func checkHistograms() {
        for (family, kind) in kinds where kind == "histogram" {
            let counts = samples.filter { $0.name == family + "_count" }
            #expect(!counts.isEmpty)
            for count in counts {
                let buckets = samples.filter { sample in
                    sample.name == family + "_bucket" && sample.labels.filter { $0.key != "le" } == count.labels
                }
                #expect(buckets.last?.labels["le"] == "+Inf")
                #expect(buckets.last?.value == count.value)
                #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }, "\(family)")
                #expect(value(family + "_sum", count.labels) != nil)
            }
        }
    }
}
