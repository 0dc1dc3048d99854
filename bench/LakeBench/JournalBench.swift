import LakeStorage

extension LakeBench {
    /// An entry as an audit has it.
    private struct Entry: Codable, Sendable {
        var principal = "ada"
        var action = "query"
        var entities = ["dataset:orders"]
        var number: Int
    }

    /// Durable appends a second by so many writers at once, each waiting for its own.
    static func journal(_ arguments: [String]) async throws {
        let store = try LocalObjectStore(root: arguments[0])
        let writers = Int(arguments[1]) ?? 1
        let duration = Duration.seconds(Double(arguments[2]) ?? 1)
        let journal = Journal<Entry>(name: "bench", store: store)
        try await journal.append(Entry(number: 0))
        let begun = ContinuousClock.now
        let appended = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<writers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - begun < duration {
                        try await journal.append(Entry(number: count))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (ContinuousClock.now - begun) / .seconds(1)
        await journal.close()
        let stats = await journal.stats()
        try say(["appends_per_second": Double(appended) / seconds, "segments": stats.segments])
    }
}
