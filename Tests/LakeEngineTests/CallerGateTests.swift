import LakeCore
import LakeSQL
import Testing

@testable import LakeEngine

/// How many queries a caller may have at once.
@Suite(.timeLimit(.minutes(1))) struct CallerGateTests {
    @Test func withoutALimitNobodyWaits() async throws {
        let gate = CallerGate(limit: nil, queueLimit: 0)
        #expect(try await gate.enter("ann", patience: .seconds(1)) == nil)
    }

    @Test func eachCallerHasPlacesOfTheirOwn() async throws {
        let gate = CallerGate(limit: 1, queueLimit: 0)
        var ann = try await gate.enter("ann", patience: .seconds(60))
        let bob = try await gate.enter("bob", patience: .seconds(60))
        await #expect(throws: EngineError.tooManyQueries(running: 1, waiting: 0)) {
            try await gate.enter("ann", patience: .seconds(60))
        }
        #expect(ann != nil && bob != nil)
        ann = nil
        ann = try await gate.enter("ann", patience: .seconds(60))
        #expect(ann != nil)
    }

    @Test func whoWaitsGetsThePlaceOrGivesUp() async throws {
        let gate = CallerGate(limit: 1, queueLimit: 1)
        var first = try await gate.enter("ann", patience: .seconds(60))
        await #expect(throws: SQLError.timedOut) { try await gate.enter("ann", patience: .milliseconds(1)) }
        let leaving = Task { try await gate.enter("ann", patience: .seconds(60)) }
        leaving.cancel()
        await #expect(throws: SQLError.cancelled) { try await leaving.value }
        for round in 0..<100 {
            let second = Task { try await gate.enter("ann", patience: .seconds(60)) }
            // Some rounds find it in the line and some do not.
            for _ in 0..<round { await Task.yield() }
            #expect(first != nil)
            first = nil
            first = try await second.value
        }
    }
}
