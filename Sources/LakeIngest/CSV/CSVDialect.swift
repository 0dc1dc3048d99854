/// How the fields of a CSV are told apart.
struct CSVDialect: Hashable, Sendable {
    var delimiter: UInt8
    /// Whether each of the sample's records, the first one included, has the same number of fields, two or more.
    var isRegular: Bool
    /// How many records the sample has.
    var records: Int

    /// What separates the fields of a file that has but one: a character that texts do not have.
    static let noDelimiter: UInt8 = 0x1F

    /// Finds the delimiter from the first bytes of a file.
    ///
    /// Of the candidates, that one wins by which the largest share of records has the most common number of fields;
    /// among equals the one that is rarer in prose.
    ///
    /// The sample has no byte order mark; `isWhole` says that the file ends with it.
    static func detect(_ sample: [UInt8], isWhole: Bool) -> CSVDialect {
        var best = CSVDialect(delimiter: noDelimiter, isRegular: false, records: 0)
        var bestShare = 0.0
        for delimiter in [0x09, 0x7C, 0x3B, 0x2C] as [UInt8] {
            let counts = fieldCounts(sample, delimiter, isWhole: isWhole)
            guard let first = counts.first, let width = commonest(counts), width > 1 else { continue }
            let share = Double(counts.count { $0 == width }) / Double(counts.count)
            // A title above the table is no reason to miss the table; prose with commas is.
            guard first == width || share >= 0.9, share > bestShare else { continue }
            best = CSVDialect(delimiter: delimiter, isRegular: share == 1, records: counts.count)
            bestShare = share
        }
        return best
    }

    /// The number of fields that most records have; among equals the first record's, then the largest.
    private static func commonest(_ counts: [Int]) -> Int? {
        var frequency: [Int: Int] = [:]
        for count in counts { frequency[count, default: 0] += 1 }
        guard let most = frequency.values.max() else { return nil }
        if let first = counts.first, frequency[first] == most { return first }
        return frequency.filter { $0.value == most }.keys.max()
    }

    /// The number of fields of each record that is whole in `sample`.
    private static func fieldCounts(_ sample: [UInt8], _ delimiter: UInt8, isWhole: Bool) -> [Int] {
        var scanner = CSVScanner(delimiter: delimiter)
        defer { scanner.deallocate() }
        let padded = sample + [UInt8](repeating: 0, count: 8)
        return padded.withUnsafeBufferPointer { bytes in
            guard let text = bytes.baseAddress else { return [] }
            var counts: [Int] = []
            var place = 0
            while place < sample.count {
                switch scanner.scan(text, from: place, to: sample.count, isFinal: isWhole) {
                case .record:
                    if !scanner.isBlank { counts.append(scanner.fieldCount) }
                    place = scanner.next
                case .incomplete:
                    // Only a sample without any whole record judges by a part of one.
                    if counts.isEmpty { counts.append(scanner.fieldCount) }
                    return counts
                case .textBehindQuote, .openQuote:
                    let isLineEnd: (Int) -> Bool = { text[$0] == 0x0A || text[$0] == 0x0D }
                    place = ((place..<sample.count).first(where: isLineEnd) ?? sample.count) + 1
                }
            }
            return counts
        }
    }
}
