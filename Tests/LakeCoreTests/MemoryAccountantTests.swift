import LakeCore
import Synchronization
import Testing

@Suite struct MemoryAccountantTests {
    private static func accountant(queries: Int) -> MemoryAccountant {
        var limits = MemoryLimits()
        limits[.queries] = queries
        return MemoryAccountant(limits: limits)
    }

    private func used(_ pool: MemoryPool, _ accountant: MemoryAccountant) -> Int? {
        accountant.usage.first { $0.pool == pool }?.used
    }

    @Test func whatIsReservedComesBackWhenNothingHoldsItAnyMore() throws {
        let accountant = Self.accountant(queries: 100)
        do {
            let reservation = try accountant.reserve(60, from: .queries)
            #expect(used(.queries, accountant) == 60)
            #expect(reservation.bytes == 60)
        }
        #expect(used(.queries, accountant) == 0)
    }

    @Test func aRefusalNamesThePoolAndTakesNothing() throws {
        let refused = SharedNumber(0)
        var limits = MemoryLimits()
        limits[.queries] = 100
        let accountant = MemoryAccountant(limits: limits, onRefusal: { _ in refused.value += 1 })
        let held = try accountant.reserve(60, from: .queries)
        let refusal = #expect(throws: MemoryError.self) { _ = try accountant.reserve(41, from: .queries) }
        #expect(refusal == .poolFull(.queries, wanted: 41, left: 40))
        #expect(refusal?.kind == .exhausted)
        #expect(refusal?.detail.contains("'queries'") == true)
        #expect(used(.queries, accountant) == 60)
        #expect(refused.value == 1)
        _ = try accountant.reserve(40, from: .queries)
        withExtendedLifetime(held) {}
    }

    @Test func poolsDoNotStarveEachOther() throws {
        let accountant = Self.accountant(queries: 10)
        let held = try accountant.reserve(10, from: .queries)
        _ = try accountant.reserve(1 << 40, from: .ingest)
        withExtendedLifetime(held) {}
    }

    @Test func aReservationGrowsAndShrinks() throws {
        let accountant = Self.accountant(queries: 100)
        let reservation = try accountant.reserve(10, from: .queries)
        try reservation.grow(to: 90)
        try reservation.grow(to: 50)
        #expect(reservation.bytes == 90)
        #expect(throws: MemoryError.poolFull(.queries, wanted: 11, left: 10)) { try reservation.grow(to: 101) }
        #expect(used(.queries, accountant) == 90)
        reservation.shrink(to: 20)
        reservation.shrink(to: 30)
        #expect(used(.queries, accountant) == 20)
    }

    @Test func whatComponentsHoldIsShownAndLimitsNobody() throws {
        let accountant = Self.accountant(queries: 100)
        accountant.note(95, in: .queries)
        let held = try accountant.reserve(50, from: .queries)
        #expect(used(.queries, accountant) == 145)
        accountant.note(0, in: .queries)
        #expect(used(.queries, accountant) == 50)
        withExtendedLifetime(held) {}
    }

    @Test func aProcessThatHoldsTooMuchBeginsNothing() throws {
        var limits = MemoryLimits()
        limits.process = 100
        let shared = SharedNumber(50)
        let accountant = MemoryAccountant(limits: limits, resident: { shared.value })
        _ = try accountant.reserve(1000, from: .vectors)
        shared.value = 101
        let refusal = #expect(throws: MemoryError.self) { _ = try accountant.reserve(1, from: .vectors) }
        #expect(refusal == .processFull(.vectors, limit: 100))
        #expect(refusal?.kind == .unavailable)
        #expect(accountant.pressure?.held == 101)
        shared.value = 100
        _ = try accountant.reserve(1, from: .vectors)
    }

    @Test func manyAtOnceNeverHoldMoreThanThereIs() async throws {
        let accountant = Self.accountant(queries: 1000)
        let most = SharedNumber(0)
        await withTaskGroup(of: Void.self) { group in
            for seed in 0..<8 {
                group.addTask {
                    for step in 0..<2000 {
                        guard let held = try? accountant.reserve(1 + (seed * 131 + step * 17) % 400, from: .queries)
                        else { continue }
                        let now = accountant.usage.first { $0.pool == .queries }?.used ?? 0
                        most.raise(to: now)
                        withExtendedLifetime(held) {}
                    }
                }
            }
        }
        #expect(most.value <= 1000)
        #expect(used(.queries, accountant) == 0)
    }
}

/// A number that tasks share.
private final class SharedNumber: Sendable {
    private let number: Mutex<Int>

    init(_ value: Int) { number = Mutex(value) }

    var value: Int {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }

    func raise(to value: Int) { number.withLock { $0 = max($0, value) } }
}
