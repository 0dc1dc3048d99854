import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeModels

@Suite struct EncoderConfigurationTests {
    private func open(
        _ model: TinyModel,
        precision: EmbeddingPrecision = .f32,
        also change: (TemporaryFolder) throws -> Void = { _ in }
    ) async throws -> LocalEmbeddingModel {
        let folder = try TemporaryFolder()
        let path = try model.write(to: folder)
        try change(folder)
        var settings = LocalModelSettings()
        settings.precision = precision
        settings.threads = 1
        return try await LocalEmbeddingModel.open(folder: path, settings: settings) { _ in "0" }
    }

    private func vector(_ model: TinyModel, precision: EmbeddingPrecision = .f32) async throws -> [Float] {
        try await open(model, precision: precision).embed(["the lakes house"], as: .document).vectors
    }

    @Test func anEncoderIsReadFromItsFolder() async throws {
        let model = try await open(TinyModel())
        #expect(model.dimensions == 32)
        #expect(model.maxTokens == 14)
        #expect(model.identity == ModelIdentity(id: "tiny", digest: "0:0:mean/2/16/1e-12", precision: "f32"))
        #expect(model.tokenCount("the lakes") == 3)
    }

    @Test(arguments: ["F16", "BF16"])
    func halfPrecisionWeightsGiveNearlyTheSameVectors(type: String) async throws {
        var model = TinyModel()
        let full = try await vector(model)
        model.type = type
        let half = try await vector(model)
        #expect(Samples.cosine(full[...], half[...]) > 0.999)
        #expect(full != half)
    }

    @Test func namesWithAPrefixAreFound() async throws {
        var model = TinyModel()
        let plain = try await vector(model)
        model.prefix = "bert."
        #expect(try await vector(model) == plain)
    }

    @Test func headsAndPoolingChangeTheVectorAndTheIdentity() async throws {
        let mean = try await open(TinyModel())
        let heads = try await open(TinyModel(configuration: #"{"num_attention_heads": 4}"#))
        let pooled = #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#
        let first = try await open(TinyModel(pooling: pooled))
        let models = [mean, heads, first]
        #expect(Set(models.map(\.identity)).count == 3)
        var vectors: Set<[Float]> = []
        for model in models { vectors.insert(try await model.embed(["lake"], as: .query).vectors) }
        #expect(vectors.count == 3)
    }

    @Test func lengthsComeFromTheSentenceFile() async throws {
        let model = try await open(TinyModel()) { folder in
            _ = try folder.write("tiny/sentence_bert_config.json", #"{"max_seq_length": 8}"#)
        }
        #expect(model.maxTokens == 6)
        let batch = try await model.embed(["a b c d e f", "a b c d e f g"], as: .document)
        #expect(batch.truncated == 1)
        #expect(batch.tokens == 16)
        #expect(batch[0] == batch[1])
    }

    @Test(arguments: [
        (#"{"hidden_size": 64}"#, "says hidden_size 64 where the weights have 32"),
        (#"{"num_hidden_layers": 3}"#, "says num_hidden_layers 3 where the weights have 2"),
        (#"{"intermediate_size": 32}"#, "says intermediate_size 32 where the weights have 48"),
        (#"{"vocab_size": 9}"#, "says vocab_size 9 where the weights have \(TinyModel.vocabulary.count)"),
        (#"{"max_position_embeddings": 17}"#, "says max_position_embeddings 17 where the weights have 16"),
        (#"{"num_attention_heads": 5}"#, "has 5 heads, which do not divide 32"),
        (#"{"layer_norm_eps": 0}"#, "has a layer_norm_eps that cannot be"),
        (#"{"hidden_size": "x"}"#, "is not readable"),
        ("nonsense", "is not readable"),
    ])
    func configurationsThatDoNotFitTheWeightsAreRefused(configuration: String, problem: String) async throws {
        await #expect(throws: ModelError.damagedFile("config.json", problem: problem)) {
            try await open(TinyModel(configuration: configuration))
        }
    }

    @Test(arguments: [
        #"{"model_type": "roberta"}"#, #"{"hidden_act": "relu"}"#, #"{"position_embedding_type": "relative_key"}"#,
    ])
    func otherArchitecturesAreRefused(configuration: String) async throws {
        await #expect { try await open(TinyModel(configuration: configuration)) } throws: { error in
            (error as? ModelError)?.kind == .unsupported
        }
    }

    @Test(arguments: [
        #"{"pooling_mode_max_tokens": true}"#,
        #"{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true}"#,
    ])
    func otherPoolingsAreRefused(pooling: String) async throws {
        await #expect { try await open(TinyModel(pooling: pooling)) } throws: { error in
            (error as? ModelError)?.kind == .unsupported
        }
    }

    @Test func shapesTheKernelsDoNotHaveAreRefused() async throws {
        await #expect { try await open(TinyModel(hidden: 20)) } throws: { error in
            (error as? ModelError)?.kind == .unsupported
        }
    }

    @Test func tensorsThatAreMissingAreNamed() async throws {
        let name = "encoder.layer.1.output.dense.weight"
        let model = TinyModel(edit: { $0.tensors[name]?.shape = [48, 32] })
        let problem = "has shape [48, 32], not [32, 48]"
        await #expect(throws: ModelError.damagedTensor(name, file: "model.safetensors", problem: problem)) {
            try await open(model)
        }
    }

    @Test func aVocabularyLargerThanTheWeightsIsRefused() async throws {
        await #expect {
            try await open(TinyModel()) { folder in
                _ = try folder.write("tiny/vocab.txt", (TinyModel.vocabulary + ["more"]).joined(separator: "\n"))
            }
        } throws: { error in
            if case .damagedFile("vocab.txt", _) = error as? ModelError { true } else { false }
        }
    }

    @Test(arguments: ["model.safetensors", "vocab.txt"])
    func missingFilesAreNamed(file: String) async throws {
        await #expect(throws: ModelError.missingFile(file)) {
            try await open(TinyModel()) { try FileManager.default.removeItem(atPath: $0.path("tiny/" + file)) }
        }
    }

    @Test func aTokenizerThatKeepsCaseIsRefused() async throws {
        await #expect {
            try await open(TinyModel()) { folder in
                _ = try folder.write("tiny/tokenizer_config.json", #"{"do_lower_case": false}"#)
            }
        } throws: { error in (error as? ModelError)?.kind == .unsupported }
    }

    @Test func weightsThatAreNoNumbersGiveNoVector() async throws {
        let model = try await open(
            TinyModel(edit: { file in
                let start = file.tensors["embeddings.LayerNorm.bias"]?.offsets[0] ?? 0
                file.bytes.replaceSubrange(start..<start + 4, with: [0, 0, 0xC0, 0x7F])
            })
        )
        await #expect(throws: ModelError.unusableVector(index: 0)) { try await model.embed(["lake"], as: .query) }
    }
}
