import Foundation
import LakeTesting
import Synchronization
import Testing

@testable import LakeModels

@Suite struct DigestCacheTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = try TinyModel().write(to: folder)
    }

    /// Opens the model; returns its digest and the files whose digest was asked for.
    private func open(fresh: Bool = false) async throws -> (digest: String, asked: [String]) {
        let asked = Mutex<[String]>([])
        var settings = LocalModelSettings()
        settings.threads = 1
        settings.ignoresRememberedDigests = fresh
        let model = try await LocalEmbeddingModel.open(folder: path, settings: settings) { path in
            let name = String(path.split(separator: "/").last ?? "")
            asked.withLock { $0.append(name) }
            return "\(name.first ?? "-")\(try Data(contentsOf: URL(filePath: path)).count)"
        }
        return (model.identity.digest, asked.withLock { $0 })
    }

    @Test func digestsAreComputedOnceForAFile() async throws {
        let first = try await open()
        #expect(first.asked == ["model.safetensors", "vocab.txt"])
        let second = try await open()
        #expect(second.asked.isEmpty)
        #expect(second.digest == first.digest)
        #expect(try await open(fresh: true).asked == first.asked)
    }

    @Test func aChangedFileIsReadAgain() async throws {
        let first = try await open()
        _ = try folder.write("tiny/vocab.txt", TinyModel.vocabulary.dropLast().joined(separator: "\n"))
        let second = try await open()
        #expect(second.asked == ["vocab.txt"])
        #expect(second.digest != first.digest)
    }

    @Test func aFileOfTheSameSizeInItsPlaceIsReadAgain() async throws {
        _ = try await open()
        let weights = URL(filePath: path + "/model.safetensors")
        try Data(contentsOf: weights).write(to: weights, options: .atomic)
        #expect(try await open().asked == ["model.safetensors"])
    }

    @Test(arguments: ["", "{", "[]", #"{"vocab.txt": {"size": "x"}}"#])
    func anUnreadableMemoryIsAnEmptyOne(content: String) async throws {
        _ = try await open()
        _ = try folder.write("tiny/" + DigestCache.fileName, content)
        #expect(try await open().asked.count == 2)
        #expect(try await open().asked.isEmpty)
    }

    @Test func aFailedDigestFailsTheOpening() async throws {
        struct Unreadable: Error {}
        await #expect(throws: Unreadable.self) {
            try await LocalEmbeddingModel.open(folder: path) { _ in throw Unreadable() }
        }
        #expect(try await open().asked.count == 2)
    }
}
