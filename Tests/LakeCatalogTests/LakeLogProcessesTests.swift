import Foundation
import LakeCatalog
import LakeCore
import LakeStorage
import LakeTesting
import Testing

/// Several processes on one lake, each a closure of this test program run on its own.
@Suite struct LakeLogProcessesTests {
    private let folder: TemporaryFolder
    private let store: LocalObjectStore

    init() throws {
        folder = try TemporaryFolder()
        store = try LocalObjectStore(root: folder.path("lake"))
    }

    static func append(_ file: String) -> Transaction {
        let files = [Samples.file(file)]
        let dataset = DatasetID(rawValue: "id-a")
        return Samples.transaction(
            .filesAdded(dataset: dataset, files: files, expectedSchema: SchemaDigest(Samples.schema)),
            id: file
        )
    }

    private func makeDataset() async throws {
        let log = try await LakeLog.open(store: store)
        _ = try await log.commit(Samples.transaction(.datasetCreated(Samples.dataset("a"))))
        await log.close()
    }

    private func append(inAnotherProcess writer: Int, count: Int) async {
        let root = folder.path("lake")
        await #expect(processExitsWith: .success) {
            [root = root as String, writer = writer as Int, count = count as Int] in
            let log = try await LakeLog.open(store: LocalObjectStore(root: root))
            for number in 0..<count {
                let state = try await log.commit(LakeLogProcessesTests.append("\(writer)-\(number)"))
                #expect(state.datasets.values.first?.files.last?.key == "datasets/\(writer)-\(number)")
            }
            await log.close()
        }
    }

    @Test func twoProcessesLoseNoneOfFourHundredCommits() async throws {
        try await makeDataset()
        await withTaskGroup(of: Void.self) { group in
            for writer in 1...2 { group.addTask { await append(inAnotherProcess: writer, count: 200) } }
        }
        let state = try await LakeLog.open(store: store).state()
        let files = state.datasets.values.first?.files ?? []
        #expect(state.version == 401)
        #expect(files.map(\.addedAt) == Array(2...401))
        for writer in 1...2 {
            let mine = files.map(\.key).filter { $0.hasPrefix("datasets/\(writer)-") }
            #expect(mine == (0..<200).map { "datasets/\(writer)-\($0)" })
        }
        let report = try await LogVerification(store: store).run()
        #expect(report.commits == 401 && report.checkpoints >= 4 && report.problems == [])
        #expect(try await store.list(prefix: "staging/", after: nil, limit: 10) == [])
    }

    @Test func aReaderSeesEveryVersionOfTwoWritersOnce() async throws {
        try await makeDataset()
        let log = try await LakeLog.open(store: store)
        await withTaskGroup(of: Void.self) { group in
            for writer in 1...2 { group.addTask { await append(inAnotherProcess: writer, count: 50) } }
            group.addTask {
                var last = 1
                while last < 101, !Task.isCancelled {
                    guard let state = try? await log.state() else { return }
                    #expect(state.version >= last)
                    #expect(state.datasets.values.first?.files.count == state.version - 1)
                    last = state.version
                }
            }
        }
        #expect(try await log.state().version == 101)
    }

    /// A process is killed while several of its commits are under way, and again, and again.
    @Test func aKilledProcessLosesNothingItAcknowledged() async throws {
        try await makeDataset()
        let root = folder.path("lake")
        let notes = folder.path("acknowledged")
        for round in 1...6 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, notes = notes as String, round = round as Int] in
                var settings = LogSettings()
                settings.checkpointInterval = 3
                let log = try await LakeLog.open(store: LocalObjectStore(root: root), settings: settings)
                let acknowledged = try LocalObjectStore(root: notes)
                await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<4 {
                        group.addTask {
                            for number in 0... {
                                let name = "\(round)-\(writer)-\(number)"
                                let state = try await log.commit(LakeLogProcessesTests.append(name))
                                let note = try ObjectKey(validating: "notes/" + name)
                                _ = try await acknowledged.put(
                                    note,
                                    Array(String(state.version).utf8),
                                    condition: .ifAbsent
                                )
                                if writer == 0, number == round { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                }
            }
        }
        let state = try await LakeLog.open(store: store).state()
        let versions = Dictionary(
            uniqueKeysWithValues: (state.datasets.values.first?.files ?? []).map { ($0.key, $0.addedAt) }
        )
        let acknowledged = try LocalObjectStore(root: notes)
        let found = try await acknowledged.list(prefix: "notes/", after: nil, limit: 10_000)
        #expect(found.count > 20)
        for note in found {
            let version = Int(String(decoding: try await acknowledged.get(note.key), as: UTF8.self))
            #expect(versions["datasets/" + note.key.rawValue.dropFirst("notes/".count)] == version)
        }
        #expect(try await LogVerification(store: store).run().problems == [])
    }
}
