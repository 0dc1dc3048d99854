import Foundation
import LakeCore
import LakeIngest
import Synchronization
import Testing

struct WorkTests {
    private static func lines(_ count: Int) -> [UInt8] {
        var bytes = Array("id,text\n".utf8)
        for id in 0..<count { bytes += Array("\(id),some text that is long enough to count \(id)\n".utf8) }
        return bytes
    }

    @Test func progressRisesToOne() async throws {
        let seen = Mutex<[Double]>([])
        try await Lab.withFile(Self.lines(100_000)) { file in
            try await Lab.withConverted(
                file,
                IngestOptions(fileName: "t.csv"),
                progress: { done in seen.withLock { $0.append(done) } },
                { _, _ in }
            )
        }
        let values = seen.withLock { $0 }
        #expect(values.count > 3)
        #expect(values.last == 1)
        #expect(values.allSatisfy { (0...1).contains($0) })
        #expect(values == values.sorted())
    }

    @Test(arguments: [0.05, 0.3])
    func aCancelledIngestStopsAndLeavesNothingBehind(_ share: Double) async throws {
        let output = try await Lab.path("parquet")
        let database = try await Lab.database
        try await Lab.withFile(Self.lines(400_000)) { file in
            let reached = AsyncStream<Void>.makeStream()
            let task = Task {
                try await FileConverter(database: database).convert(
                    file: file,
                    options: IngestOptions(fileName: "t.csv"),
                    output: output
                ) { done in
                    if done >= share { reached.continuation.yield() }
                }
            }
            for await _ in reached.stream { break }
            task.cancel()
            // Whoever is done before the cancellation arrives is done.
            do {
                _ = try await task.value
            } catch {
                #expect(error as? IngestError == .cancelled)
            }
        }
        let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
        let name = URL(fileURLWithPath: output).lastPathComponent
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasPrefix(name) && $0 != name
        }
        #expect(left.isEmpty)
        try? FileManager.default.removeItem(atPath: output)
    }

    @Test func aTaskThatIsCancelledBeforeItStartsConvertsNothing() async throws {
        let output = try await Lab.path("parquet")
        let database = try await Lab.database
        try await Lab.withFile(Self.lines(10)) { file in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await FileConverter(database: database).convert(
                    file: file,
                    options: IngestOptions(fileName: "t.csv"),
                    output: output
                )
            }
            await #expect(throws: IngestError.cancelled) { try await task.value }
        }
    }

    @Test func severalFilesAtOnceDoNotMix() async throws {
        try await withThrowingTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let outcome = try await Lab.convert("n,t\n" + String(repeating: "\(number),x\n", count: 1_000))
                    #expect(outcome.column(0) == Array(repeating: .integer(Int64(number)), count: 1_000))
                }
            }
            try await group.waitForAll()
        }
    }
}

struct FuzzTests {
    private static let seeds = [
        "id,name,note\n1,Ann,\"x, \"\"y\"\"\"\n2,Bo,\"a\nb\"\n3,,\n", "a;b\n1,5;2024-01-31\n2,5;31.01.2024\n",
        "[{\"a\":1,\"b\":[{\"c\":\"x\\u00e9\"}]},{\"a\":2.5e3,\"b\":null}]", "{\"a\":1}\n{\"b\":{\"c\":[1,2]}}\n",
        "# Title\n\nText\n\n```\ncode\n```\n", "plain text\n\nmore", "\u{FEFF}x\ty\r\n1\t2\r\n",
    ]

    private static func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let special = Array("\"\n\r,;\t|{}[]:\\#`0eE-.\u{0}é ".utf8) + [0xFF, 0xC3, 0xED]
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(special.randomElement(using: &random) ?? 0, at: place)
            case 1: if place < bytes.count { bytes.remove(at: place) }
            case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            case 3: bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &random))
            default:
                let end = Int.random(in: place...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<30)
    func anyBytesAreConvertedOrRefused(_ seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        for round in 0..<10 {
            let bytes =
                round == 0
                ? (0..<Int.random(in: 1...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                : Self.mutated(Array(Self.seeds[(seed + round) % Self.seeds.count].utf8), &random)
            let name = ["a.csv", "a.json", "a.md", "a.txt", "a"].randomElement(using: &random) ?? "a"
            let format = FileFormat.allCases.filter { $0 != .parquet }.randomElement(using: &random)
            let isTold = Bool.random(using: &random)
            try await check(bytes, IngestOptions(fileName: name, format: isTold ? format : nil))
        }
    }

    @Test func damagedParquetIsConvertedOrRefused() async throws {
        let path = try await Lab.path("parquet")
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await Lab.execute(
            "COPY (SELECT i, 'text ' || i AS t, [i] AS l FROM range(500) r(i)) TO '\(path)' (FORMAT parquet)"
        )
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SplitMix64(seed: 1)
        for _ in 0..<60 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 4..<(bytes.count - 8), using: &random)] = UInt8.random(
                    in: 0...255,
                    using: &random
                )
            }
            try await check(damaged, IngestOptions(fileName: "a.parquet"))
        }
    }

    /// Anything but a table or a well-worded refusal fails the test.
    private func check(_ bytes: [UInt8], _ options: IngestOptions) async throws {
        do {
            let outcome = try await Lab.convert(bytes, options)
            #expect(outcome.table.rows == outcome.rows.count)
        } catch let error as IngestError {
            #expect(error.kind != .internal, "\(error) for \(bytes)")
            #expect(!error.detail.contains(NSTemporaryDirectory()))
        }
    }
}
