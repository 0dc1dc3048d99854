import Foundation
import LakeTesting
import Testing

@testable import LakeModels

@Suite struct SafeTensorsTests {
    private let folder = try? TemporaryFolder()

    private func open(_ data: Data) throws -> SafeTensors {
        let folder = try #require(folder)
        try data.write(to: URL(filePath: folder.path("w.safetensors")))
        return try SafeTensors(MappedFile(path: folder.path("w.safetensors")))
    }

    private func sample() -> SafeTensorsFile {
        var file = SafeTensorsFile()
        file.add("a", "F32", [2, 3], [1, 2, 3, 4, 5, 6])
        file.add("b", "F32", [2], [7, 8])
        return file
    }

    @Test(arguments: ["F32", "F16", "BF16"])
    func numbersAreReadInAnyFloatType(type: String) throws {
        var file = SafeTensorsFile()
        file.add("w", type, [4], [0, 1, -2.5, 0.125])
        let tensor = try open(file.data()).floats("w", shape: [4])
        #expect((0..<4).map { tensor.start[$0] } == [0, 1, -2.5, 0.125])
    }

    @Test func numbersAtAnOddPlaceAreCopied() throws {
        var file = sample()
        // The header is padded by one byte, so that no tensor is aligned.
        file.header = String(decoding: file.data().dropFirst(8).dropLast(file.bytes.count), as: UTF8.self)
        while ((file.header ?? "").utf8.count + 8) % 4 != 1 { file.header = (file.header ?? "") + " " }
        let tensor = try open(file.data()).floats("b", shape: [2])
        #expect(tensor.start[0] == 7 && tensor.start[1] == 8)
    }

    @Test func tensorsOfTypesThatAreNotNeededAreLeftAlone() throws {
        var file = sample()
        file.bytes += [UInt8](repeating: 0, count: 16)
        file.tensors["ids"] = .init(type: "I64", shape: [1, 2], offsets: [32, 48])
        let tensors = try open(file.data())
        #expect(throws: ModelError.unsupportedModel("w.safetensors", reason: "its tensor ids is of type I64")) {
            try tensors.floats("ids", shape: [1, 2])
        }
    }

    @Test func missingTensorsAndOtherShapesAreNamed() throws {
        let tensors = try open(sample().data())
        #expect(throws: ModelError.damagedTensor("c", file: "w.safetensors", problem: "is missing")) {
            try tensors.floats("c", shape: [2])
        }
        let problem = "has shape [2, 3], not [3, 2]"
        #expect(throws: ModelError.damagedTensor("a", file: "w.safetensors", problem: problem)) {
            try tensors.floats("a", shape: [3, 2])
        }
    }

    @Test func everyTruncationIsRefused() throws {
        let whole = sample().data()
        for length in 1..<whole.count {
            #expect(throws: ModelError.self, "\(length) bytes") { try open(whole.prefix(length)) }
        }
        #expect(throws: ModelError.damagedFile("w.safetensors", problem: "is empty")) { try open(Data()) }
        #expect(throws: ModelError.self) { try open(whole + [0]) }
    }

    @Test(arguments: [
        (UInt64.max, "has a header length that cannot be"), (1, "has a header length that cannot be"),
        (1 << 40, "has a header length that cannot be"), (10, "has a header that is not readable"),
    ])
    func headerLengthsAreChecked(length: UInt64, problem: String) {
        var file = sample()
        file.headerLength = length
        #expect(throws: ModelError.damagedFile("w.safetensors", problem: problem)) { try open(file.data()) }
    }

    @Test(arguments: [
        ([0, 20], [2, 3], "has a size that is not that of its shape"),
        ([0, 24], [2, 2], "has a size that is not that of its shape"),
        ([0, 24], [-2, -3], "has a size that is not that of its shape"),
        ([0, 24], [Int.max, 8], "has a size that is not that of its shape"),
        ([8, 0], [2, 3], "has offsets that cannot be"),
        ([-4, 20], [2, 3], "has offsets that cannot be"),
        ([0], [2, 3], "has offsets that cannot be"),
        ([16, 40], [2, 3], "ends after the end of the file"),
        ([0, Int.max], [2, 3], "ends after the end of the file"),
        ([8, 32], [2, 3], "comes after bytes that belong to none"),
    ])
    func placesAndShapesAreChecked(offsets: [Int], shape: [Int], problem: String) {
        var file = sample()
        file.tensors["a"] = .init(type: "F32", shape: shape, offsets: offsets)
        if problem.hasPrefix("comes") { file.tensors["b"] = nil }
        #expect(throws: ModelError.damagedTensor("a", file: "w.safetensors", problem: problem)) {
            try open(file.data())
        }
    }

    @Test func overlapsAreRefused() {
        var file = sample()
        file.tensors["b"] = .init(type: "F32", shape: [2], offsets: [16, 24])
        #expect(throws: ModelError.damagedTensor("b", file: "w.safetensors", problem: "overlaps another one")) {
            try open(file.data())
        }
    }

    @Test(arguments: [
        "", "[]", "{\"a\":1}", "{\"a\":{\"dtype\":\"F32\"}}", "not json",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e99],\"data_offsets\":[0,4]}}",
    ])
    func unreadableHeadersAreRefused(header: String) {
        var file = sample()
        file.header = header
        #expect(throws: ModelError.self) { try open(file.data()) }
    }

    @Test func missingFilesAreNamedWithoutTheirPath() throws {
        let folder = try #require(folder)
        #expect(throws: ModelError.missingFile("none.safetensors")) {
            try MappedFile(path: folder.path("none.safetensors"))
        }
        #expect(throws: ModelError.self) { try MappedFile(path: folder.path) }
    }
}
