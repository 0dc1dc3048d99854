import LakeCore
import Testing

@testable import LakeEngine

/// How much is kept, and what makes way.
@Suite struct ResultCacheTests {
    private func key(_ name: String) -> ResultKey {
        var key = ResultKey()
        key.add(name)
        return key
    }

    private func result(_ size: Int) -> KeptResult {
        KeptResult(columns: [], rowCount: 1, hasMore: false, bytes: [UInt8](repeating: 1, count: size))
    }

    @Test func whatWasNotAskedForMakesWay() {
        var limits = MemoryLimits()
        limits[.queries] = 1 << 20
        let memory = MemoryAccountant(limits: limits)
        let cache = ResultCache(budget: 100_000, memory: memory)
        cache.keep(result(60_000), for: key("too large"))
        #expect(cache.statistics().entries == 0)
        cache.keep(result(1_000), for: key("used"))
        for number in 0..<500 {
            cache.keep(result(1_000), for: key("\(number)"))
            #expect(cache.find(key("used")) != nil, "\(number)")
            let (statistics, held) = (cache.statistics(), memory.usage.first { $0.pool == .queries }?.used)
            #expect(statistics.usedBytes <= 100_000 && held == statistics.usedBytes)
        }
        #expect(cache.find(key("0")) == nil && cache.find(key("499"))?.bytes.count == 1_000)
        #expect(cache.statistics().entries > 20)
        // The same again takes the place of what there is.
        let before = cache.statistics()
        cache.keep(result(1_000), for: key("499"))
        #expect(cache.statistics().usedBytes == before.usedBytes)
    }

    @Test func nothingIsKeptWithoutMemory() {
        var limits = MemoryLimits()
        limits[.queries] = 2_000
        let cache = ResultCache(budget: 100_000, memory: MemoryAccountant(limits: limits))
        cache.keep(result(1_000), for: key("a"))
        cache.keep(result(1_000), for: key("b"))
        #expect(cache.find(key("a")) != nil && cache.find(key("b")) == nil)
    }

    @Test func partsOfAKeyAreToldApart() {
        var (one, other) = (ResultKey(), ResultKey())
        for part in ["ab", "c"] { one.add(part) }
        for part in ["a", "bc"] { other.add(part) }
        #expect(one != other)
    }
}
