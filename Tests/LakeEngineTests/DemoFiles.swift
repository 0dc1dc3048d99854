import Foundation
import LakeEngine

/// The small demo, read back from the bytes of its files with a reader of our own.
struct DemoFiles: Sendable {
    /// One record of CSV.
    struct Row: Sendable {
        fileprivate var values: [String: String] = [:]
        /// Fields in the record.
        fileprivate(set) var width = 0

        /// Nil for NULL: a field of nothing, not even quotes.
        subscript(column: String) -> String? { values[column] }
    }

    /// As written.
    let files: [DemoTable: [UInt8]]
    let tables: [DemoTable: [Row]]
    let resumes: [Resume]

    /// One line of the résumés.
    struct Resume: Decodable {
        var candidateID: String
        var name: String
        var title: String
        var city: String?
        var years: Int
        var skills: [String]
        var updatedOn: String
        var text: String

        enum CodingKeys: String, CodingKey {
            case name, title, city, skills
            case candidateID = "candidate_id"
            case years = "years_experience"
            case updatedOn = "updated_on"
            case text = "resume_text"
        }
    }

    /// Made once for all tests.
    static let small = Task { try await DemoFiles(DemoGenerator(scale: .small)) }

    private init(_ generator: DemoGenerator) async throws {
        var files: [DemoTable: [UInt8]] = [:]
        for table in DemoTable.allCases {
            await generator.write(table) { piece, _ in files[table, default: []] += piece }
        }
        self.files = files
        tables = Dictionary(
            uniqueKeysWithValues: files.filter { $0.key != .resumes }.map { table, bytes in
                (table, Self.csv(bytes, delimiter: UInt8(ascii: table == .emailLog ? ";" : ",")))
            }
        )
        let lines = files[.resumes, default: []].split(separator: 10)
        resumes = try lines.map { try JSONDecoder().decode(Resume.self, from: Data($0)) }
    }

    func rows(_ table: DemoTable) -> [Row] { tables[table] ?? [] }

    /// All values of a column that are not NULL.
    func values(_ table: DemoTable, _ column: String) -> [String] { rows(table).compactMap { $0[column] } }

    /// RFC 4180; the first record names the columns.
    static func csv(_ bytes: [UInt8], delimiter: UInt8) -> [Row] {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        let records = content.withUnsafeBufferPointer { Self.records(in: $0, delimiter: delimiter) }
        guard let header = records.first?.compactMap({ $0 }) else { return [] }
        return records.dropFirst().map { record in
            var row = Row(width: record.count)
            for (name, value) in zip(header, record) { row.values[name] = value }
            return row
        }
    }

    private static func records(in content: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> [[String?]] {
        let quote = UInt8(ascii: "\"")
        var records: [[String?]] = []
        var record: [String?] = []
        var position = 0
        while position < content.count {
            var field: [UInt8] = []
            let isQuoted = content[position] == quote
            if isQuoted {
                position += 1
                // The last byte of a sound file ends a row, so there is a byte after each closing quote.
                while position + 2 < content.count, content[position] != quote || content[position + 1] == quote {
                    if content[position] == quote { position += 1 }
                    field.append(content[position])
                    position += 1
                }
                position += 1
            } else {
                while content[position] != delimiter, content[position] != 10, content[position] != 13 {
                    field.append(content[position])
                    position += 1
                }
            }
            record.append(field.isEmpty && !isQuoted ? nil : String(decoding: field, as: UTF8.self))
            if content[position] == 13 { position += 1 }
            if content[position] == 10 {
                records.append(record)
                record = []
            }
            position += 1
        }
        return records
    }
}
