import Foundation
import LakeCore
import Testing

@testable import LakeCatalog

@Suite struct SharedDictionaryTests {
    /// Random changes of several copies, compared with Swift's own dictionary.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func copiesChangeLikeDictionaries(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var copies = Array(repeating: (SharedDictionary<String, [Int]>(), [String: [Int]]()), count: 3)
        for step in 0..<3000 {
            let place = Int.random(in: 0..<copies.count, using: &random)
            let key = String(Int.random(in: 0..<700, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0: copies[place] = copies[Int.random(in: 0..<copies.count, using: &random)]
            case 1, 2:
                copies[place].0[key] = nil
                copies[place].1[key] = nil
            case 3...6:
                copies[place].0[key] = [step]
                copies[place].1[key] = [step]
            default:
                copies[place].0.update(key) { $0?.append(step) }
                copies[place].1[key]?.append(step)
            }
        }
        for (shared, plain) in copies {
            #expect(shared.count == plain.count && shared.count > 200)
            #expect(Dictionary(uniqueKeysWithValues: shared.map { ($0.key, $0.value) }) == plain)
            #expect(Set(shared.values) == Set(plain.values))
            #expect((0..<700).allSatisfy { shared[String($0)] == plain[String($0)] })
            #expect(shared == SharedDictionary(plain))
            let bytes = try JSONEncoder().encode(shared)
            #expect(try JSONDecoder().decode([String: [Int]].self, from: bytes) == plain)
            #expect(try JSONDecoder().decode(SharedDictionary<String, [Int]>.self, from: bytes) == shared)
        }
        #expect(copies[0].0 != copies[1].0)
    }

    @Test func anEmptyOneIsEmpty() {
        var dictionary = SharedDictionary<String, Int>()
        #expect(dictionary.isEmpty && dictionary.count == 0)
        dictionary["a"] = 1
        #expect(!dictionary.isEmpty)
        dictionary["a"] = nil
        #expect(dictionary == SharedDictionary())
    }
}
