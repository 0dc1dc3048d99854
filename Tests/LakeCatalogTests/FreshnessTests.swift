import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

/// How often a log looks for the commits of other processes.
@Suite struct FreshnessTests {
    private let store = MemoryObjectStore()

    private func create(_ name: String) -> Transaction { Samples.transaction(.datasetCreated(Samples.dataset(name))) }

    private func log(freshness: Duration) async throws -> LakeLog {
        var settings = LogSettings()
        settings.freshness = freshness
        return try await LakeLog.open(store: store, settings: settings)
    }

    @Test func aLookCountsForAsLongAsItIsFresh() async throws {
        let writer = try await LakeLog.open(store: store)
        let reader = try await log(freshness: .seconds(3600))
        #expect(try await reader.state().version == 0)
        _ = try await writer.commit(create("a"))
        #expect(try await reader.state().version == 0)
        // Whoever asks for a version, or for the newest, looks.
        #expect(try await reader.state(atLeast: 1, within: .zero).version == 1)
        _ = try await writer.commit(create("b"))
        #expect(try await reader.newestState().version == 2)
        #expect(try await reader.state().version == 2)
    }

    @Test func itsOwnCommitsAreThereAtOnce() async throws {
        let writer = try await LakeLog.open(store: store)
        let other = try await log(freshness: .seconds(3600))
        #expect(try await other.state().version == 0)
        _ = try await writer.commit(create("a"))
        // A commit is made on the newest version, whatever was known.
        #expect(try await other.commit(create("b")).version == 2)
        #expect(try await other.state().datasets.count == 2)
        await #expect(throws: CatalogError.self) { try await other.commit(create("a")) }
    }

    @Test func whatIsStaleIsLookedAtAgain() async throws {
        let writer = try await LakeLog.open(store: store)
        let reader = try await log(freshness: .milliseconds(50))
        #expect(try await reader.state().version == 0)
        _ = try await writer.commit(create("a"))
        let deadline = ContinuousClock.now + .seconds(120)
        while try await reader.state().version == 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await reader.state().version == 1)
    }

    @Test func whoFollowsTheLogIsFresh() async throws {
        let writer = try await LakeLog.open(store: store)
        let reader = try await log(freshness: .seconds(3600))
        let following = Task { await reader.follow() }
        _ = try await writer.commit(create("a"))
        let deadline = ContinuousClock.now + .seconds(120)
        while try await reader.state().version == 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await reader.state().version == 1)
        following.cancel()
        await following.value
    }
}
