public import LakeCore

/// Writes the rows of a result straight from the engine's memory.
public struct RowEncoder: Sendable {
    /// How rows are written.
    public enum Format: Sendable {
        /// `[1,"a"]` per row and commas between them: what stands inside the array of all rows.
        case json
        /// `[1,"a"]` and a line feed per row.
        case lines
        /// `{"id":1,"name":"a"}` and a line feed per row.
        case ndjson
        /// RFC 4180: fields, carriage return and line feed per row.
        case csv
    }

    private let format: Format
    private let columns: [ResultColumn]
    private let maxBytes: Int?
    /// `"name":` of each column, with what stands before it.
    private let keys: [[UInt8]]
    /// How many rows and bytes have been written.
    public private(set) var rowCount = 0
    public private(set) var byteCount = 0
    /// Whether the limit left rows out.
    public private(set) var isCut = false

    /// - Parameters:
    ///   - format: How rows are written.
    ///   - columns: Those of the result.
    ///   - maxBytes: How many bytes may be written in all; the row that would pass it and those after it are left out.
    public init(_ format: Format, columns: [ResultColumn], maxBytes: Int? = nil) {
        self.format = format
        self.columns = columns
        self.maxBytes = maxBytes
        keys = Self.keys(of: columns)
    }

    /// Appends what comes before the first row: the names, for CSV.
    public mutating func appendHeader(to bytes: inout [UInt8]) {
        guard format == .csv else { return }
        let before = bytes.count
        for (index, column) in columns.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            RowEncoding.appendCSV(.text(column.name), to: &bytes)
        }
        RowEncoding.append("\r\n", to: &bytes)
        byteCount += bytes.count - before
    }

    /// Appends rows of `batch` from `row` on until `bytes` has grown to `enough`, the batch is at its end or the limit
    /// is reached.
    ///
    /// - Returns: The first row that was not written.
    public mutating func append(
        _ batch: ResultBatch,
        from row: Int = 0,
        to bytes: inout [UInt8],
        enough: Int = .max
    ) -> Int {
        let readers = batch.chunk.columns
        var row = row
        while row < batch.rowCount, bytes.count < enough, !isCut {
            let before = bytes.count
            append(row, of: readers, to: &bytes)
            let size = bytes.count - before
            if let maxBytes, byteCount + size > maxBytes {
                bytes.removeSubrange(before...)
                isCut = true
            } else {
                byteCount += size
                rowCount += 1
                row += 1
            }
        }
        return row
    }

    private func append(_ row: Int, of readers: [VectorReader], to bytes: inout [UInt8]) {
        switch format {
        case .json:
            if rowCount > 0 { bytes.append(UInt8(ascii: ",")) }
            RowEncoding.appendArray(readers.indices, to: &bytes) { readers[$0].appendJSON(row, to: &$1) }
        case .lines:
            RowEncoding.appendArray(readers.indices, to: &bytes) { readers[$0].appendJSON(row, to: &$1) }
            RowEncoding.append("\n", to: &bytes)
        case .ndjson:
            for index in readers.indices {
                bytes.append(contentsOf: keys[index])
                readers[index].appendJSON(row, to: &bytes)
            }
            RowEncoding.append("}\n", to: &bytes)
        case .csv:
            for index in readers.indices {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                readers[index].appendCSV(row, to: &bytes)
            }
            RowEncoding.append("\r\n", to: &bytes)
        }
    }

    private static func keys(of columns: [ResultColumn]) -> [[UInt8]] {
        ResultColumn.distinctNames(columns).enumerated().map { index, name in
            var key = [index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            JSONString.append(name, to: &key)
            key.append(UInt8(ascii: ":"))
            return key
        }
    }
}

extension ResultColumn {
    /// Names made distinct, where a result may not have one twice: `a`, `a_2`, `a_3`.
    static func distinctNames(_ columns: [ResultColumn]) -> [String] {
        var taken = Set(columns.map(\.name))
        var seen: Set<String> = []
        return columns.map { column in
            var name = column.name
            var number = 2
            while seen.contains(name) {
                let candidate = "\(column.name)_\(number)"
                number += 1
                if !taken.contains(candidate) { name = candidate }
            }
            taken.insert(name)
            seen.insert(name)
            return name
        }
    }
}
