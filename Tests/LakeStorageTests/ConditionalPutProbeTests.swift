import LakeTesting
import Synchronization
import Testing

@testable import LakeStorage

@Suite struct ConditionalPutProbeTests {
    @Test(arguments: StoreKind.allCases)
    func storesThatHoldTheLogAreRecognised(kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let support = try await subject.store.probeConditionalPut()
        #expect((support == .supported) == S3TestServer.hasConditions, "\(support)")
        #expect(try await subject.keys() == [])
    }

    /// A store in memory that treats conditions as it is told to.
    private struct LaxStore: ObjectStore {
        enum Way { case ignores, forgetsReplacing, refuses, isDown, letsAllFail }

        let way: Way
        let base = MemoryObjectStore()

        func put(_ key: ObjectKey, _ bytes: [UInt8], condition: PutCondition) async throws(StorageError) -> ObjectInfo {
            switch (way, condition) {
            case (.ignores, _): return try await base.put(key, bytes, condition: .always)
            case (.forgetsReplacing, .ifMatch): return try await base.put(key, bytes, condition: .always)
            case (.refuses, .ifAbsent): throw .notSupported(.write, reason: "it answered 501 NotImplemented")
            case (.isDown, .ifAbsent): throw .unreachable(.write, reason: "nobody accepts connections there")
            case (.letsAllFail, .ifAbsent): throw .conditionFailed(key)
            default: return try await base.put(key, bytes, condition: condition)
            }
        }

        func put<Chunks: AsyncSequence & Sendable>(
            _ key: ObjectKey,
            chunks: Chunks,
            announced: AnnouncedContent,
            condition: PutCondition
        ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
            try await base.put(key, chunks: chunks, announced: announced, condition: condition)
        }

        func put(_ key: ObjectKey, file path: String, condition: PutCondition) async throws(StorageError) -> ObjectInfo
        {
            try await base.put(key, file: path, condition: condition)
        }

        func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] { try await base.get(key) }

        func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
            try await base.get(key, range: range)
        }

        func open(_ key: ObjectKey, range: ObjectRange, ifMatch etag: String?) async throws(StorageError) -> OpenObject
        {
            try await base.open(key, range: range, ifMatch: etag)
        }

        func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? { try await base.head(key) }

        func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
            try await base.list(prefix: prefix, after: after, limit: limit)
        }

        func delete(_ key: ObjectKey) async throws(StorageError) { try await base.delete(key) }
    }

    @Test func storesThatCannotHoldTheLogAreNamed() async throws {
        let reasons: [(LaxStore.Way, String)] = [
            (.ignores, "of 8 that created one object at once, 8 succeeded in place of 1"),
            (.letsAllFail, "of 8 that created one object at once, none succeeded in place of 1"),
            (.forgetsReplacing, "an object was replaced by who did not know it"),
            (.refuses, "the store refuses to put on a condition: it answered 501 NotImplemented"),
        ]
        for (way, reason) in reasons {
            let store = LaxStore(way: way)
            #expect(try await store.probeConditionalPut() == .missing(reason: reason))
            #expect(try await store.list(prefix: "", after: nil, limit: 10) == [])
        }
    }

    @Test func aStoreThatIsDownTellsNothing() async throws {
        let error = StorageError.unreachable(.write, reason: "nobody accepts connections there")
        await #expect(throws: error) { try await LaxStore(way: .isDown).probeConditionalPut() }
    }
}
