import Foundation
import LakeCore
import LakeTesting

@testable import LakeModels

/// Files of these tests.
enum Samples {
    /// The repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func golden<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/" + name)
        return try JSONDecoder().decode(type, from: Data(contentsOf: file))
    }

    /// The tokenizer of the model that `make setup` fetches.
    static let tokenizer: WordPieceTokenizer = {
        do {
            let file = try MappedFile(path: modelFolder + "/vocab.txt")
            return try WordPieceTokenizer(vocabulary: file.bytes.bindMemory(to: UInt8.self))
        } catch {
            preconditionFailure("fetch the model with `make setup`: \(error)")
        }
    }()

    /// The model that `make setup` fetches.
    static let modelFolder = root.appending(path: ".native/model/all-MiniLM-L6-v2").path

    /// That model's files in a folder of their own, so that nothing is written beside the real ones.
    static func modelCopy() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path("all-MiniLM-L6-v2"), withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: modelFolder) where !name.hasPrefix(".") {
            try files.createSymbolicLink(
                atPath: folder.path("all-MiniLM-L6-v2/" + name),
                withDestinationPath: modelFolder + "/" + name
            )
        }
        return folder
    }

    static func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// The real model, opened once for all tests.
enum SharedModel {
    static func model(_ precision: EmbeddingPrecision = .bf16) async throws -> LocalEmbeddingModel {
        try await (precision == .bf16 ? bf16 : f32).value
    }

    private static let bf16 = Task { try await open(.bf16) }
    private static let f32 = Task { try await open(.f32) }

    private static func open(_ precision: EmbeddingPrecision) async throws -> LocalEmbeddingModel {
        let folder = try Samples.modelCopy()
        var settings = LocalModelSettings()
        settings.precision = precision
        return try await LocalEmbeddingModel.open(folder: folder.path("all-MiniLM-L6-v2"), settings: settings) { _ in
            "0"
        }
    }
}

/// A folder with an encoder of a few kilobytes and random weights.
struct TinyModel {
    var hidden = 32
    var layers = 2
    var intermediate = 48
    var positions = 16
    var type = "F32"
    var prefix = ""
    /// Changes the tensors before they are written.
    var edit: ((inout SafeTensorsFile) -> Void)?
    var configuration: String? = #"{"model_type": "bert", "num_attention_heads": 2, "hidden_act": "gelu"}"#
    var pooling: String?

    static let vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "lake", "house", "##s", "the"]
        + "abcdefghijklmnopqrstuvwxyz".flatMap { [String($0), "##\($0)"] }

    /// Writes the files into `folder/tiny` and gives that path.
    func write(to folder: TemporaryFolder) throws -> String {
        let path = folder.path("tiny")
        try FileManager.default.createDirectory(atPath: path + "/1_Pooling", withIntermediateDirectories: true)
        _ = try folder.write("tiny/vocab.txt", Self.vocabulary.joined(separator: "\n") + "\n")
        if let configuration { _ = try folder.write("tiny/config.json", configuration) }
        if let pooling { _ = try folder.write("tiny/1_Pooling/config.json", pooling) }
        var file = tensors()
        edit?(&file)
        try file.data().write(to: URL(filePath: path + "/model.safetensors"))
        return path
    }

    func tensors() -> SafeTensorsFile {
        var random = SplitMix64(seed: 11)
        var file = SafeTensorsFile()
        func add(_ name: String, _ shape: [Int], around center: Float = 0) {
            let numbers = (0..<shape.reduce(1, *)).map { _ in center + Float.random(in: -0.3...0.3, using: &random) }
            file.add(prefix + name, type, shape, numbers)
        }
        add("embeddings.word_embeddings.weight", [Self.vocabulary.count, hidden])
        add("embeddings.position_embeddings.weight", [positions, hidden])
        add("embeddings.token_type_embeddings.weight", [2, hidden])
        add("embeddings.LayerNorm.weight", [hidden], around: 1)
        add("embeddings.LayerNorm.bias", [hidden])
        for layer in 0..<layers {
            let layer = "encoder.layer.\(layer)."
            for part in ["self.query", "self.key", "self.value", "output.dense"] {
                add(layer + "attention.\(part).weight", [hidden, hidden])
                add(layer + "attention.\(part).bias", [hidden])
            }
            add(layer + "intermediate.dense.weight", [intermediate, hidden])
            add(layer + "intermediate.dense.bias", [intermediate])
            add(layer + "output.dense.weight", [hidden, intermediate])
            add(layer + "output.dense.bias", [hidden])
            for norm in ["attention.output", "output"] {
                add(layer + norm + ".LayerNorm.weight", [hidden], around: 1)
                add(layer + norm + ".LayerNorm.bias", [hidden])
            }
        }
        return file
    }
}

/// Writes `safetensors` files, also wrong ones.
struct SafeTensorsFile {
    struct Tensor {
        var type: String
        var shape: [Int]
        var offsets: [Int]
    }

    var tensors: [String: Tensor] = [:]
    var bytes: [UInt8] = []
    /// Instead of the header's real length.
    var headerLength: UInt64?
    /// Instead of a header made from `tensors`.
    var header: String?

    mutating func add(_ name: String, _ type: String, _ shape: [Int], _ numbers: [Float]) {
        let start = bytes.count
        for number in numbers {
            switch type {
            case "F16": append(Float16(number).bitPattern)
            case "BF16": append(UInt16(truncatingIfNeeded: number.bitPattern >> 16))
            default: append(number.bitPattern)
            }
        }
        tensors[name] = Tensor(type: type, shape: shape, offsets: [start, bytes.count])
    }

    private mutating func append(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
    }

    func data() -> Data {
        let entries = tensors.sorted { $0.key < $1.key }.map { name, tensor in
            #""\#(name)":{"dtype":"\#(tensor.type)","shape":\#(tensor.shape),"data_offsets":\#(tensor.offsets)}"#
        }
        let header = self.header ?? #"{"__metadata__":{"format":"pt"},\#(entries.joined(separator: ","))}"#
        var data = Data()
        withUnsafeBytes(of: (headerLength ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: header.utf8)
        data.append(contentsOf: bytes)
        return data
    }
}
