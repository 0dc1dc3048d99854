import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeModels

@Suite struct LocalEmbeddingModelTests {
    private struct Example: Decodable {
        var text: String
        /// With marks.
        var tokens: Int
        /// The first numbers of its vector.
        var vector: [Float]
    }

    private static let texts = [
        "The cat sat on the mat.", "Kubernetes clusters are described in Terraform.", "42",
        "Wie hoch ist der Eiffelturm? 你好, wörld!", String(repeating: "A lake holds water and stories. ", count: 40),
        "Who may read the table?", "x", "Rates rose. Nobody was surprised by that, except for the papers.",
    ]

    @Test(arguments: EmbeddingPrecision.allCases)
    func everyPrecisionConforms(precision: EmbeddingPrecision) async throws {
        let model = try await SharedModel.model(precision)
        #expect(model.dimensions == 384 && model.maxTokens == 254)
        #expect(model.identity.precision == precision.rawValue)
        try await expectConformance(of: model)
    }

    @Test(arguments: [(EmbeddingPrecision.f32, Float(1e-4)), (.bf16, 2e-2)])
    func vectorsAreThoseOfTheReference(precision: EmbeddingPrecision, tolerance: Float) async throws {
        let examples = try Samples.golden("embeddings.json", as: [Example].self)
        #expect(examples.count == 5)
        let batch = try await SharedModel.model(precision).embed(examples.map(\.text), as: .document)
        #expect(batch.tokens == examples.reduce(0) { $0 + $1.tokens })
        for (index, example) in examples.enumerated() {
            for (own, reference) in zip(batch[index], example.vector) {
                #expect(abs(own - reference) < tolerance, "\(example.text.prefix(30))")
            }
        }
    }

    @Test(arguments: EmbeddingPrecision.allCases)
    func aVectorHasTheSameBitsAloneAndInAnyBatch(precision: EmbeddingPrecision) async throws {
        let model = try await SharedModel.model(precision)
        var alone: [[Float]] = []
        for text in Self.texts { alone.append(try await model.embed([text], as: .query).vectors) }
        var random = SplitMix64(seed: 17)
        for size in [2, 8, 60] {
            let order = (0..<size).map { _ in Int.random(in: Self.texts.indices, using: &random) }
            let batch = try await model.embed(order.map { Self.texts[$0] }, as: .document)
            for (position, text) in order.enumerated() { #expect(Array(batch[position]) == alone[text]) }
        }
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func everyInstructionSetGivesTheSameMeaning(set: InstructionSet) async throws {
        let folder = try Samples.modelCopy()
        var settings = LocalModelSettings()
        settings.instructionSet = set
        settings.threads = 1
        let path = folder.path("all-MiniLM-L6-v2")
        let model = try await LocalEmbeddingModel.open(folder: path, settings: settings) { _ in "0" }
        let texts = ["The cat sat on the mat.", "42"]
        let own = try await model.embed(texts, as: .query)
        let best = try await SharedModel.model().embed(texts, as: .query)
        for index in texts.indices { #expect(Samples.cosine(own[index], best[index]) > 0.9995) }
    }

    @Test(arguments: InstructionSet.allCases.filter { !$0.isSupported })
    func instructionSetsThatAreMissingAreRefused(set: InstructionSet) async throws {
        var settings = LocalModelSettings()
        settings.instructionSet = set
        await #expect(throws: ModelError.unsupportedInstructionSet(set)) {
            try await LocalEmbeddingModel.open(folder: Samples.modelFolder, settings: settings) { _ in "0" }
        }
    }

    @Test func longTextsAreCutAtTheModelsLength() async throws {
        let model = try await SharedModel.model()
        let words = Array(repeating: "lake", count: 260)
        let fits = words.prefix(254).joined(separator: " ")
        let batch = try await model.embed([fits, words.joined(separator: " "), fits + " house"], as: .document)
        #expect(batch.truncated == 2)
        #expect(batch.tokens == 3 * 256)
        #expect(batch[0] == batch[1] && batch[0] == batch[2])
    }

    @Test(arguments: ["", " \n", "\u{200B}", "\u{301}"])
    func textsWithNothingToEmbedAreNamed(text: String) async throws {
        let model = try await SharedModel.model()
        await #expect(throws: ModelError.emptyText(index: 2)) {
            try await model.embed(["a", "b", text, ""], as: .document)
        }
    }

    @Test func callersShareTheModel() async throws {
        let model = try await SharedModel.model()
        let expected = try await model.embed(Self.texts, as: .document)
        try await withThrowingTaskGroup(of: EmbeddingBatch.self) { group in
            for number in 0..<12 {
                group.addTask { try await model.embed(Self.texts, as: number % 3 == 0 ? .query : .document) }
            }
            for try await batch in group { #expect(batch == expected) }
        }
    }

    @Test func cancellingStopsALongBatch() async throws {
        let model = try await SharedModel.model()
        let texts = Array(repeating: Self.texts[4], count: 2000)
        let task = Task { try await model.embed(texts, as: .document) }
        _ = try await model.embed(["so that some of it has run"], as: .query)
        task.cancel()
        await #expect(throws: ModelError.cancelled) { try await task.value }
        _ = try await model.embed(["the threads are free again"], as: .query)
    }

    @Test func aTruncatedWeightsFileIsNamed() async throws {
        let folder = try Samples.modelCopy()
        let path = folder.path("all-MiniLM-L6-v2/model.safetensors")
        let start = try FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: 1 << 20)
        try FileManager.default.removeItem(atPath: path)
        try start?.write(to: URL(filePath: path))
        await #expect {
            try await LocalEmbeddingModel.open(folder: folder.path("all-MiniLM-L6-v2")) { _ in "0" }
        } throws: { error in
            let error = error as? ModelError
            return error?.kind == .corrupt && error?.detail.contains("model.safetensors") == true
                && error?.detail.contains("make setup") == true
        }
    }
}
