import LakeCore
import LakeTesting
import Testing

@testable import LakeSQL

/// A statement over datasets means what the same text means over tables.
@Suite struct FaithfulnessTests {
    @Test func everyStatementGivesWhatPlainViewsGive() async throws {
        let lab = try await SQLLab.withTables()
        for (name, relation) in lab.relations {
            let view = "CREATE VIEW \(SQLText.quoteIdentifier(name)) AS \(SQLText.relationSQL(relation))"
            try await lab.session.execute(view)
        }
        let statements = try CaseFile.lines("faithful.sql").dropFirst().filter { !$0.isEmpty }
        #expect(statements.count > 140)
        for sql in statements {
            do {
                let plain = try await lab.session.batches(sql)
                let plainRows = try await plain.allRows()
                let ours = try await lab.start(sql)
                let rows = try await ours.allRows()
                #expect(ours.columns == plain.columns, "\(sql)")
                #expect(Self.sorted(rows) == Self.sorted(plainRows), "\(sql)")
                if sql.contains("ORDER BY ALL") || sql.hasSuffix("ORDER BY id") { #expect(rows == plainRows, "\(sql)") }
            } catch {
                Issue.record("\(sql): \((error as? SQLError)?.detail ?? "\(error)")")
            }
        }
    }

    private static func sorted(_ rows: [[SQLValue]]) -> [String] {
        rows.map { $0.map(\.words).joined(separator: "|") }.sorted()
    }

    /// Random edits of good statements: whatever comes of it, it is an answer or an error of ours, in bounded time.
    @Test func noTextBringsTheEngineDown() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let lab = try await SQLLab.withTables()
        let good = try Array(CaseFile.lines("faithful.sql").dropFirst() + CaseFile.lines("hostile.sql").dropFirst())
        let pieces = good.flatMap { $0.split(separator: " ").map(String.init) }
        var answered = 0
        for _ in 0..<500 {
            let sql = Self.mutated(good, pieces, &random)
            do {
                _ = try await lab.start(sql, limits: QueryLimits(maxRows: 50, timeout: .seconds(2))).allRows()
                answered += 1
            } catch let error as SQLError {
                #expect(error.kind != .internal, "seed \(seed): \(sql): \(error.detail)")
                #expect(!error.detail.contains(lab.folder.path), "seed \(seed): \(sql): \(error.detail)")
            }
        }
        #expect(answered > 20, "seed \(seed)")
        #expect(try await lab.rows("SELECT count(*) FROM people") == [[.integer(5)]])
    }

    private static func mutated(_ good: [String], _ pieces: [String], _ random: inout SplitMix64) -> String {
        var words = (good.randomElement(using: &random) ?? "").split(separator: " ").map(String.init)
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0...words.count, using: &random)
            switch Int.random(in: 0...5, using: &random) {
            case 0: words.insert(pieces.randomElement(using: &random) ?? "", at: place)
            case 1: if place < words.count { words.remove(at: place) }
            case 2: if place < words.count { words[place] = pieces.randomElement(using: &random) ?? "" }
            case 3: words.insert(String(UnicodeScalar(UInt8.random(in: 1...255, using: &random))), at: place)
            case 4:
                words =
                    Array(words.prefix(place))
                    + (good.randomElement(using: &random) ?? "").split(separator: " ").map(String.init)
            default: if place < words.count { words[place] = String(words[place].shuffled(using: &random)) }
            }
        }
        return words.joined(separator: " ")
    }

    @Test func randomBytesAreNoStatement() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let lab = try await SQLLab()
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let sql = String(decoding: bytes, as: UTF8.self)
            do {
                _ = try await lab.engine.parse(sql)
            } catch {
                #expect(error.kind == .invalid, "seed \(seed): \(sql.debugDescription): \(error.detail)")
            }
        }
    }
}
