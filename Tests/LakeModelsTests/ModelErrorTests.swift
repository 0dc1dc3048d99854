import LakeCore
import Testing

@testable import LakeModels

@Suite struct ModelErrorTests {
    @Test(arguments: [
        ModelError.missingFile("vocab.txt"), .damagedFile("vocab.txt", problem: "is empty"),
        .damagedTensor("a.b", file: "model.safetensors", problem: "is missing"),
        .unsupportedModel("m", reason: "it is of type x"), .unsupportedInstructionSet(.neon), .emptyText(index: 3),
        .unusableVector(index: 3), .busy(limit: 4), .cancelled, .invalidChunkSize(3, allowed: 16...254),
        .invalidChunkOverlap(9, sizeTokens: 16), .encoderFailed(status: 5),
    ])
    func everyErrorIsOneSentence(error: ModelError) {
        #expect(error.detail.hasSuffix(".") && !error.detail.dropLast().contains(". "))
        #expect(!error.code.contains(" ") && !error.code.isEmpty)
    }

    @Test func theLargestOverlapThatIsNamedIsAllowed() throws {
        #expect(ModelError.invalidChunkOverlap(8, sizeTokens: 16).detail.contains("0 to 7"))
        #expect(ModelError.invalidChunkOverlap(9, sizeTokens: 17).detail.contains("0 to 8"))
        _ = try Chunker(tokenizer: Samples.tokenizer, maxTokens: 254, sizeTokens: 17, overlapTokens: 8)
    }
}
