import LakeCore
import Synchronization
import Testing

@testable import LakeModels

@Suite struct LaneQueueTests {
    @Test func lanesAreGrantedUntilNoneIsFree() {
        var queue = LaneQueue<String>(lanes: 2, limit: 1)
        #expect(queue.request(ticket: 1, isInteractive: false, "a") == .granted(lane: 0))
        #expect(queue.request(ticket: 2, isInteractive: false, "b") == .granted(lane: 1))
        #expect(queue.request(ticket: 3, isInteractive: false, "c") == .waiting)
        #expect(queue.request(ticket: 4, isInteractive: true, "d") == .refused)
        #expect(queue.release(lane: 1) == "c")
        #expect(queue.release(lane: 0) == nil)
        #expect(queue.request(ticket: 5, isInteractive: true, "e") == .granted(lane: 0))
    }

    @Test func whatSomebodyWaitsForGoesFirst() {
        var queue = LaneQueue<String>(lanes: 1, limit: 10)
        _ = queue.request(ticket: 0, isInteractive: false, "running")
        for (ticket, name) in ["d1", "d2", "q1", "d3", "q2"].enumerated() {
            #expect(queue.request(ticket: ticket + 1, isInteractive: name.hasPrefix("q"), name) == .waiting)
        }
        #expect((0..<6).map { _ in queue.release(lane: 0) } == ["q1", "q2", "d1", "d2", "d3", nil])
    }

    @Test(arguments: [true, false])
    func requestsCanBeTakenBackOnce(interactive: Bool) {
        var queue = LaneQueue<String>(lanes: 1, limit: 2)
        _ = queue.request(ticket: 0, isInteractive: false, "running")
        _ = queue.request(ticket: 1, isInteractive: interactive, "a")
        _ = queue.request(ticket: 2, isInteractive: interactive, "b")
        #expect(queue.cancel(ticket: 1) == "a")
        #expect(queue.cancel(ticket: 1) == nil)
        #expect(queue.waiting == 1)
        #expect(queue.release(lane: 0) == "b")
        #expect(queue.cancel(ticket: 2) == nil)
    }

    @Test func noLaneIsLostOrLentTwice() {
        var random = SplitMix64(seed: 3)
        var queue = LaneQueue<Int>(lanes: 3, limit: 5)
        var waiting: Set<Int> = []
        var lent: [Int: Int] = [:]
        for ticket in 0..<5000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0...2:
                switch queue.request(ticket: ticket, isInteractive: .random(using: &random), ticket) {
                case .granted(let lane):
                    #expect(lent[lane] == nil && waiting.isEmpty)
                    lent[lane] = ticket
                case .waiting: waiting.insert(ticket)
                case .refused: #expect(waiting.count == 5)
                }
            case 3:
                guard let lane = lent.keys.min() else { continue }
                lent[lane] = queue.release(lane: lane)
                if let next = lent[lane] { #expect(waiting.remove(next) != nil) }
            default:
                guard let ticket = waiting.min() else { continue }
                #expect(queue.cancel(ticket: ticket) == ticket)
                waiting.remove(ticket)
            }
            #expect(queue.waiting == waiting.count)
        }
    }
}

/// Names in the order in which they came.
private final class Record: Sendable {
    private let state = Mutex<[String]>([])

    var names: [String] { state.withLock { $0 } }

    func add(_ name: String) { state.withLock { $0.append(name) } }
}

@Suite struct EncoderPoolTests {
    /// Lets other tasks run until `isTrue`.
    private func until(_ isTrue: () -> Bool) async { while !isTrue() { await Task.yield() } }

    /// Holds the only lane until `body` has returned.
    private func whileBusy(_ pool: EncoderPool, _ body: () async throws -> Void) async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let held = Record()
        async let holder: Void = pool.withLane(interactive: false) { _ in
            held.add("holder")
            for await _ in gate {}
        }
        await until { !held.names.isEmpty }
        try await body()
        open.finish()
        try await holder
    }

    @Test func questionsGoAheadOfDocuments() async throws {
        let pool = EncoderPool(threads: 1, queueLimit: 10)
        let order = Record()
        try await withThrowingTaskGroup { group in
            try await whileBusy(pool) {
                for (count, name) in ["d1", "d2", "q1", "q2"].enumerated() {
                    group.addTask {
                        try await pool.withLane(interactive: name.hasPrefix("q")) { _ in order.add(name) }
                    }
                    await until { pool.waiting == count + 1 }
                }
            }
            try await group.waitForAll()
        }
        #expect(order.names == ["q1", "q2", "d1", "d2"])
    }

    @Test func moreThanTheLimitIsRefused() async throws {
        let pool = EncoderPool(threads: 1, queueLimit: 0)
        try await whileBusy(pool) {
            await #expect(throws: ModelError.busy(limit: 0)) { try await pool.withLane(interactive: true) { _ in } }
        }
        try await pool.withLane(interactive: true) { _ in }
    }

    @Test func aCancelledRequestStopsWaiting() async throws {
        let pool = EncoderPool(threads: 1, queueLimit: 10)
        try await whileBusy(pool) {
            let waiting = Task { try await pool.withLane(interactive: false) { _ in } }
            await until { pool.waiting == 1 }
            waiting.cancel()
            await #expect(throws: ModelError.cancelled) { try await waiting.value }
            #expect(pool.waiting == 0)
        }
    }

    @Test func aRequestOfACancelledTaskIsRefusedEvenWhenALaneIsFree() async throws {
        let pool = EncoderPool(threads: 1, queueLimit: 10)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate {}
            try await pool.withLane(interactive: false) { _ in }
        }
        task.cancel()
        open.finish()
        await #expect(throws: ModelError.cancelled) { try await task.value }
    }

    @Test func aLaneComesBackAfterAnError() async throws {
        struct Broken: Error {}
        let pool = EncoderPool(threads: 1, queueLimit: 0)
        await #expect(throws: Broken.self) { try await pool.withLane(interactive: true) { _ in throw Broken() } }
        try await pool.withLane(interactive: true) { _ in }
    }
}
