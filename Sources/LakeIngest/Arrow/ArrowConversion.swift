import Foundation
import LakeCore
import LakeSQL

/// Turns an Arrow stream or file into a table: our own reader checks each of its parts and hands the rows on as JSON.
struct ArrowConversion {
    let job: ConversionJob

    /// What the first pass has found out.
    private struct Profile: Sendable {
        var fields: [ArrowField] = []
        var rows = 0
        var longestRow = 0
        var bytes = 0
    }

    /// JSON takes at most so many times what Arrow does, unless many values are the same one.
    private static let growthMost = 64

    func run() async throws(IngestError) -> ConvertedTable {
        let profile = try await job.pass { [self] pause throws(IngestError) in try copy(pause) }
        let written: ParquetWriter.Result
        do throws(IngestError) {
            written = try await job.write(source(profile))
        } catch {
            // The lines are ours and well formed, so what cannot be read of them is what the file says of its values.
            guard case .engine(.internal, _, _) = error else { throw error }
            throw malformed("some of its values do not fit their types")
        }
        let texts = profile.fields.filter(\.becomesText).map(\.name)
        return ConvertedTable(
            format: .arrow,
            schema: written.schema,
            rows: written.rows,
            bytes: written.bytes,
            notes: texts.map {
                "The column \($0) holds values of a type that the lake has not; they were kept as text."
            },
            fileColumns: written.fileColumns
        )
    }

    /// Writes the rows as lines of JSON.
    private func copy(_ pause: (Double) throws(IngestError) -> Void) throws(IngestError) -> Profile {
        let mapped: Data
        do {
            mapped = try Data(contentsOf: URL(fileURLWithPath: job.path), options: .alwaysMapped)
        } catch {
            throw .fileAccess(file: job.fileName, reason: "it cannot be mapped")
        }
        let writer = try ScratchWriter(path: job.scratch, for: job.fileName)
        // Closures of this kind throw errors of no type.
        let outcome: Result<Profile, IngestError> = mapped.withUnsafeBytes { bytes in
            do throws(IngestError) {
                return .success(try copy(ArrowBytes(bytes), to: writer, pause))
            } catch {
                return .failure(error)
            }
        }
        let profile = try outcome.get()
        try writer.flush()
        return profile
    }

    private func copy(
        _ bytes: ArrowBytes,
        to writer: ScratchWriter,
        _ pause: (Double) throws(IngestError) -> Void
    ) throws(IngestError) -> Profile {
        var profile = Profile()
        profile.bytes = bytes.count
        var dictionaries: [Int64: ArrowColumn] = [:]
        var left = bytes.count * Self.growthMost + (64 << 20)
        var messages = try read { () throws(ArrowFault) in try ArrowMessages(bytes) }
        while let message = try read({ () throws(ArrowFault) in try messages.next() }) {
            try pause(messages.fraction)
            switch message {
            case .schema(let table):
                guard profile.fields.isEmpty else { throw malformed("it has a second schema") }
                profile.fields = try read { () throws(ArrowFault) in try Self.fields(table) }
            case .dictionary(let table, let body):
                try read { () throws(ArrowFault) in
                    let (id, column) = try Self.dictionary(table, body, profile.fields, dictionaries)
                    dictionaries[id] = column
                }
            case .batch(let table, let body):
                let (rows, columns) = try read { () throws(ArrowFault) -> (Int, [ArrowColumn]) in
                    var batch = try ArrowBatch(table, body)
                    var columns: [ArrowColumn] = []
                    for field in profile.fields { columns.append(try ArrowColumn(field, &batch, dictionaries)) }
                    return (batch.rows, columns)
                }
                try write(rows, columns, &profile, &left, to: writer, pause, messages.fraction)
            }
        }
        guard !profile.fields.isEmpty else { throw malformed("it has no columns") }
        return profile
    }

    private func write(
        _ rows: Int,
        _ columns: [ArrowColumn],
        _ profile: inout Profile,
        _ left: inout Int,
        to writer: ScratchWriter,
        _ pause: (Double) throws(IngestError) -> Void,
        _ fraction: Double
    ) throws(IngestError) {
        var line: [UInt8] = []
        for row in 0..<rows {
            if row & 0xFFF == 0xFFF { try pause(fraction) }
            line.removeAll(keepingCapacity: true)
            try read { () throws(ArrowFault) in
                for (place, column) in columns.enumerated() {
                    line += (place == 0 ? "{\"c\(place)\":" : ",\"c\(place)\":").utf8
                    try column.append(row, to: &line)
                }
            }
            line += "}\n".utf8
            profile.longestRow = max(profile.longestRow, line.count)
            left -= line.count
            guard left > 0 else {
                throw .tooLarge(
                    file: job.fileName,
                    what: "rows that take more than \(Self.growthMost) times its size",
                    limit: "that"
                )
            }
            try writer.write { $0 += line }
        }
        profile.rows += rows
    }

    private static func fields(_ schema: FlatTable) throws(ArrowFault) -> [ArrowField] {
        guard try schema.number(0, default: Int16(0)) == 0 else { throw ArrowFault("its numbers are big-endian") }
        var fields: [ArrowField] = []
        var left = CSVScanner.fieldLimit
        for table in try schema.tables(1) { fields.append(try ArrowField(table, left: &left)) }
        return fields
    }

    /// The values of a dictionary.
    private static func dictionary(
        _ table: FlatTable,
        _ body: ArrowBytes,
        _ fields: [ArrowField],
        _ known: [Int64: ArrowColumn]
    ) throws(ArrowFault) -> (Int64, ArrowColumn) {
        let id = try table.number(0, default: Int64(0))
        guard try table.number(2, default: UInt8(0)) == 0 else {
            throw ArrowFault("a dictionary grows on the way; write it with dictionaries as plain values")
        }
        guard let data = try table.table(1), var field = find(id, in: fields) else {
            throw ArrowFault("a dictionary belongs to no column")
        }
        field.dictionary = nil
        var batch = try ArrowBatch(data, body)
        return (id, try ArrowColumn(field, &batch, known))
    }

    private static func find(_ id: Int64, in fields: [ArrowField]) -> ArrowField? {
        for field in fields {
            if field.dictionary?.id == id { return field }
            if let found = find(id, in: field.children) { return found }
        }
        return nil
    }

    private func source(_ profile: Profile) -> TableSource {
        let names = ColumnNames.unique(profile.fields.map(\.name))
        let places = profile.fields.indices.map { "c\($0)" }
        let read = zip(places, profile.fields).map { place, field in
            "\(place): \(SQLText.quoteLiteral(field.type.withoutBytes.sql))"
        }
        let relation =
            "read_json(\(SQLText.quoteLiteral(job.scratch)), auto_detect = false, columns = {\(read.joined(separator: ", "))}, "
            + "format = 'newline_delimited', compression = 'uncompressed', ignore_errors = false, "
            + "maximum_object_size = \(max(2 << 20, profile.longestRow + 1024)))"
        let columns = zip(places, zip(names, profile.fields)).map { place, column in
            let type = column.1.type
            return SourceColumn(
                name: column.0,
                type: type.sql,
                expression: type == type.withoutBytes ? place : "CAST(\(place) AS \(type.sql))"
            )
        }
        return TableSource(relation: relation, columns: columns, rows: profile.rows, bytes: profile.bytes)
    }

    /// Does a step of the reading; what breaks the format's rules is the file's fault.
    private func read<Value>(_ step: () throws(ArrowFault) -> Value) throws(IngestError) -> Value {
        do throws(ArrowFault) {
            return try step()
        } catch {
            throw malformed(error.problem)
        }
    }

    private func malformed(_ problem: String) -> IngestError {
        .malformed(file: job.fileName, format: .arrow, problem: problem)
    }
}
