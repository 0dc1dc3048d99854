/// What one pass over a whole CSV has found out.
struct CSVProfile: Sendable {
    /// One column of the file.
    struct Column: Sendable {
        var name: String
        /// What every value could be.
        var kinds: TextKinds
        /// Empty fields.
        var nulls: Int
        var isAllNull: Bool

        var type: CSVColumnType { CSVColumnType(kinds, isAllNull: isAllNull) }

        /// Whether the values are dates of which nobody can say what is the month.
        var isAmbiguousDate: Bool {
            !isAllNull && kinds.contains(.monthFirstDate) && kinds.contains(.dayFirstDate)
        }
    }

    var columns: [Column]
    var rows: Int
    /// Of the file.
    var bytes: Int
    var hasHeader: Bool
    var rejects: RejectLog
    /// Line end included.
    var longestRecord: Int
    /// Whether the SQL engine's reader, told the dialect, sees exactly the same records.
    var isPlain: Bool
    /// Whether records end with CRLF.
    var hasCRLF: Bool
    /// Whether quotes hold line ends.
    var hasInnerLines: Bool

    /// Reads the file once.
    static func measure(
        _ path: String,
        options: IngestOptions,
        delimiter: UInt8,
        pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) -> CSVProfile {
        let file = try InputFile(path: path, name: options.fileName)
        var reader = try CSVReader(file, name: options.fileName, delimiter: delimiter)
        var gauge = CSVGauge(header: options.header)
        defer { gauge.deallocate() }
        try reader.read(into: &gauge, pause: pause)
        if gauge.width == 0 {
            guard let first = reader.rejects.samples.first else { throw .empty(file: options.fileName) }
            throw .everyRowRejected(file: options.fileName, rejected: reader.rejects.count, first: first)
        }
        if gauge.rows == 0, let first = reader.rejects.samples.first {
            throw .everyRowRejected(file: options.fileName, rejected: reader.rejects.count, first: first)
        }
        // An empty line is skipped by both readers, except where it could be an empty value.
        let blank: CSVTraits = gauge.width > 1 ? .hasBlankLines : []
        let isRegular =
            reader.traits.isSubset(of: blank.union([.endsWithLF, .hasInnerLines]))
            || reader.traits.isSubset(of: blank.union(.endsWithCRLF))
        return CSVProfile(
            columns: (0..<gauge.width).map { index in
                Column(
                    name: gauge.names[index],
                    kinds: TextKinds(rawValue: gauge.kinds[index]),
                    nulls: gauge.nulls[index],
                    isAllNull: gauge.nulls[index] == gauge.rows
                )
            },
            rows: gauge.rows,
            bytes: file.size,
            hasHeader: gauge.hasHeader,
            rejects: reader.rejects,
            longestRecord: reader.longestRecord,
            isPlain: reader.rejects.count == 0 && isRegular,
            hasCRLF: reader.traits.contains(.endsWithCRLF),
            hasInnerLines: reader.traits.contains(.hasInnerLines)
        )
    }
}

/// Gathers a ``CSVProfile`` record by record.
private struct CSVGauge: CSVSink {
    private(set) var names: [String] = []
    private(set) var width = 0
    private(set) var rows = 0
    private(set) var hasHeader = false
    let kinds: UnsafeMutablePointer<UInt64>
    let nulls: UnsafeMutablePointer<Int>
    private let wantsHeader: Bool?

    init(header: Bool?) {
        wantsHeader = header
        kinds = .allocate(capacity: CSVScanner.fieldLimit)
        kinds.initialize(repeating: .max, count: CSVScanner.fieldLimit)
        nulls = .allocate(capacity: CSVScanner.fieldLimit)
        nulls.initialize(repeating: 0, count: CSVScanner.fieldLimit)
    }

    func deallocate() {
        kinds.deallocate()
        nulls.deallocate()
    }

    mutating func first(_ record: CSVRecord) throws(IngestError) {
        width = record.fields.count
        hasHeader = wantsHeader ?? !record.fields.contains { looksLikeData($0, record.text) }
        guard !hasHeader else {
            names = ColumnNames.unique((0..<width).map(record.value))
            return
        }
        names = ColumnNames.numbered(width)
        try next(record)
    }

    mutating func next(_ record: CSVRecord) throws(IngestError) {
        rows &+= 1
        for index in 0..<width {
            let field = record.fields[index]
            if field.length == 0 {
                nulls[index] &+= 1
            } else if kinds[index] != 0 {
                kinds[index] &= TypeClassifier.kinds(of: record.text + field.start, field.length).rawValue
            }
        }
    }

    private func looksLikeData(_ field: CSVField, _ text: UnsafePointer<UInt8>) -> Bool {
        field.length > 0 && !TypeClassifier.kinds(of: text + field.start, field.length).isEmpty
    }
}
