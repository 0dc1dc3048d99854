import Foundation
import LakeCore
import LakeStorage
import Testing

@testable import LakeVector

@Suite struct GenerationTests {
    private func index(_ count: Int = 23, _ dimensions: Int = 5, segmentSize: Int = 10) async throws -> TestIndex {
        var random = SplitMix64(seed: 11)
        return try await TestIndex(
            vectors: random.vectors(count, dimensions),
            dimensions: dimensions,
            segmentSize: segmentSize
        )
    }

    @Test func generationsHoldTheirSegments() async throws {
        let index = try await index()
        let generation = try await index.open()
        #expect(generation.count == 23)
        #expect(generation.dimensions == 5)
        #expect(generation.manifest == index.built.manifest)
        #expect(generation.manifest.source == TestIndex.source)
        #expect(try await generation.records(Array(0..<23)) == index.segments.flatMap(\.records))
        #expect(try await generation.records([22, 0, 22]).map(\.row) == [22, 0, 22])
        let stored = generation.vectors.withRows { Array(UnsafeBufferPointer(start: $0, count: 23 * 5)) }
        #expect(stored == index.vectors.flatMap(\.self))
        try await generation.verify()
        let sizes = try index.built.fileNames.map {
            try #require(FileManager.default.attributesOfItem(atPath: index.folder + "/" + $0)[.size] as? Int)
        }
        #expect(index.built.bytes == sizes.reduce(0, +))
        #expect(index.built.fileNames.last == "manifest.json")
    }

    @Test func theSameSegmentsGiveTheSameBytes() async throws {
        let first = try await index()
        let second = try await index()
        #expect(first.built == second.built)
        for name in first.built.fileNames {
            let bytes = try [first, second].map { try Data(contentsOf: URL(filePath: $0.folder + "/" + name)) }
            #expect(bytes[0] == bytes[1], "\(name)")
        }
    }

    @Test func theCutIntoSegmentsDoesNotMatter() async throws {
        #expect(try await index(segmentSize: 1).built.manifest == index(segmentSize: 23).built.manifest)
    }

    @Test func anEmptyGenerationCanBeOpened() async throws {
        let index = try await TestIndex([], dimensions: 8)
        let generation = try await index.open()
        #expect(generation.count == 0)
        try await generation.verify()
        #expect(try await generation.search([1, 0, 0, 0, 0, 0, 0, 0], k: 3).isEmpty)
        await #expect(throws: VectorError.noSuchChunk(0, chunks: 0)) { try await generation.records([0]) }
    }

    @Test(arguments: [-1, 23])
    func recordsThatAreNotThereAreRefused(ordinal: Int) async throws {
        let generation = try await index().open()
        await #expect(throws: VectorError.noSuchChunk(ordinal, chunks: 23)) { try await generation.records([ordinal]) }
    }

    @Test func everyByteOfTheDataFilesIsGuarded() async throws {
        let index = try await index(4, 3, segmentSize: 2)
        for name in index.built.fileNames.dropLast() {
            let path = index.folder + "/" + name
            let bytes = try Data(contentsOf: URL(filePath: path))
            for place in bytes.indices {
                var altered = bytes
                altered[place] ^= 0x10
                try altered.write(to: URL(filePath: path))
                await expectRefusal(name) { try await index.open().verify() }
            }
            try bytes.write(to: URL(filePath: path))
        }
        try await index.open().verify()
    }

    /// Records are what users see: they are checked at every read, not only by `verify()`.
    @Test func everyByteOfARecordIsCheckedWhenItIsRead() async throws {
        let index = try await index(2, 3, segmentSize: 2)
        let path = index.folder + "/chunks.bin"
        let bytes = try Data(contentsOf: URL(filePath: path))
        let records = index.segments[0].records
        let recordsEnd = 64 + records.reduce(0) { $0 + 12 + $1.id.utf8.count + $1.text.utf8.count }
        for place in Array(64..<recordsEnd) + Array((bytes.count - 128)..<(bytes.count - 64)) {
            var altered = bytes
            altered[place] ^= 0x10
            try altered.write(to: URL(filePath: path))
            let generation = try await index.open()
            await expectRefusal("chunks.bin") { _ = try await generation.records([0, 1]) }
        }
    }

    @Test func filesCutShortAreRefusedWhenTheyAreOpened() async throws {
        let index = try await index(4, 3, segmentSize: 2)
        for name in index.built.fileNames {
            let path = index.folder + "/" + name
            let bytes = try Data(contentsOf: URL(filePath: path))
            for length in 0..<bytes.count {
                try bytes.prefix(length).write(to: URL(filePath: path))
                await expectRefusal(name) { _ = try await index.open() }
            }
            try FileManager.default.removeItem(atPath: path)
            await expectRefusal(name) { _ = try await index.open() }
            try bytes.write(to: URL(filePath: path))
        }
    }

    /// The manifest names the sizes: files of another generation do not pass for this one's.
    @Test func filesOfAnotherShapeAreRefused() async throws {
        let index = try await index(4, 3)
        for other in [try await self.index(5, 3), try await self.index(4, 4), try await self.index(3, 4)] {
            for name in index.built.fileNames.dropLast() {
                let bytes = try Data(contentsOf: URL(filePath: index.folder + "/" + name))
                let foreign = try Data(contentsOf: URL(filePath: other.folder + "/" + name))
                try foreign.write(to: URL(filePath: index.folder + "/" + name))
                if foreign != bytes { await expectRefusal(name) { try await index.open().verify() } }
                try bytes.write(to: URL(filePath: index.folder + "/" + name))
            }
        }
    }

    @Test func aManifestThatWasNotCommittedIsRefused() async throws {
        let index = try await index()
        let path = URL(filePath: index.folder + "/manifest.json")
        let text = try String(contentsOf: path, encoding: .utf8)
        try text.replacing("test-model", with: "else-model").write(to: path, atomically: true, encoding: .utf8)
        await expectRefusal("manifest.json") { _ = try await index.open() }
    }

    @Test(
        arguments: [
            ("\"chunks\" : 23", "\"chunks\" : 22"), ("\"chunks\" : 23", "\"chunks\" : -1"),
            ("\"dimensions\" : 5", "\"dimensions\" : 6"), ("\"dimensions\" : 5", "\"dimensions\" : 0"),
            ("\"dimensions\" : 5", "\"dimensions\" : 9223372036854775807"), ("vectors.f32", "../vectors.f32"),
            ("cosine", "euclid"), ("lakehouse-vector-generation", "something"), ("\"size\" : ", "\"size\" : 9"),
        ]
    )
    func manifestsThatDoNotFitTheirFilesAreRefused(from: String, to: String) async throws {
        let index = try await index()
        let path = URL(filePath: index.folder + "/manifest.json")
        let text = try String(contentsOf: path, encoding: .utf8)
        let altered = text.replacing(from, with: to)
        #expect(altered != text)
        try altered.write(to: path, atomically: true, encoding: .utf8)
        await #expect {
            try await VectorGeneration.open(folder: index.folder, expecting: nil, pool: index.pool)
        } throws: {
            ($0 as? VectorError)?.kind == .corrupt
        }
    }

    @Test func manifestsOfLaterVersionsAreNamed() async throws {
        let index = try await index()
        let path = URL(filePath: index.folder + "/manifest.json")
        let text = try String(contentsOf: path, encoding: .utf8)
        try text.replacing("\"version\" : 1", with: "\"version\" : 2")
            .write(to: path, atomically: true, encoding: .utf8)
        await #expect(throws: VectorError.unknownFormat(file: "manifest.json", version: 2)) {
            try await VectorGeneration.open(folder: index.folder, expecting: nil, pool: index.pool)
        }
    }

    @Test func unknownFieldsOfAManifestAreNoObstacle() async throws {
        let index = try await index()
        let path = URL(filePath: index.folder + "/manifest.json")
        let text = try String(contentsOf: path, encoding: .utf8)
        try text.replacing("{\n  \"", with: "{\n  \"added_later\" : [1],\n  \"").write(
            to: path,
            atomically: true,
            encoding: .utf8
        )
        let generation = try await VectorGeneration.open(folder: index.folder, expecting: nil, pool: index.pool)
        #expect(generation.manifest == index.built.manifest)
    }

    private func expectRefusal(
        _ file: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        await #expect(sourceLocation: sourceLocation) {
            try await body()
        } throws: { error in
            guard case .corrupt(file, _) = error as? VectorError else { return false }
            return true
        }
    }
}
