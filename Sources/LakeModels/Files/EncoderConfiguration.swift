import Foundation

/// The shape of a BERT encoder and how it is used, from the files beside its weights.
struct EncoderConfiguration: Sendable, Equatable {
    /// How the vectors of tokens become one.
    enum Pooling: String, Sendable {
        case mean
        case firstToken = "cls"
    }

    var hidden: Int
    var layers: Int
    var heads: Int
    var intermediate: Int
    var vocabulary: Int
    var positions: Int
    var tokenTypes: Int
    var epsilon: Float
    var pooling: Pooling
    /// Tokens of a text with its two marks.
    var sequenceTokens: Int
    /// Before the tensors' names: some exports wrap the encoder.
    var prefix: String

    /// The part of a vector's making that is in no file's digest.
    var signature: String { "\(pooling.rawValue)/\(heads)/\(sequenceTokens)/\(epsilon)" }

    /// Reads the weights' shapes, then whatever configuration files there are, which must agree with them.
    ///
    /// - Throws: `ModelError.damagedFile`, `.damagedTensor`, `.unsupportedModel`.
    init(folder: String, model: String, weights: SafeTensors) throws(ModelError) {
        let names = weights.entries
        prefix = names["bert.embeddings.word_embeddings.weight"] == nil ? "" : "bert."
        let prefix = prefix
        func shape(_ name: String) throws(ModelError) -> (Int, Int) {
            guard let shape = names[prefix + name]?.shape, shape.count == 2, shape[0] > 0, shape[1] > 0 else {
                throw .damagedTensor(prefix + name, file: weights.file.name, problem: "is missing or not a matrix")
            }
            return (shape[0], shape[1])
        }
        (vocabulary, hidden) = try shape("embeddings.word_embeddings.weight")
        (positions, _) = try shape("embeddings.position_embeddings.weight")
        (tokenTypes, _) = try shape("embeddings.token_type_embeddings.weight")
        (intermediate, _) = try shape("encoder.layer.0.intermediate.dense.weight")
        var count = 0
        while names[prefix + "encoder.layer.\(count).attention.self.query.weight"] != nil { count += 1 }
        layers = count
        // The usual head widths: 32 in the small models, 64 in the others.
        heads = max(1, hidden / (hidden <= 384 ? 32 : 64))
        epsilon = 1e-12
        pooling = .mean
        sequenceTokens = positions

        let files = ConfigurationFiles(folder: folder)
        if let file = try files.read("config.json", as: ModelFile.self) { try apply(file, model: model) }
        if let file = try files.read("1_Pooling/config.json", as: PoolingFile.self) { try apply(file, model: model) }
        if try files.read("tokenizer_config.json", as: TokenizerFile.self)?.do_lower_case == false {
            throw .unsupportedModel(model, reason: "its tokenizer keeps upper case")
        }
        if let length = try files.read("sentence_bert_config.json", as: SentenceFile.self)?.max_seq_length {
            guard (3...positions).contains(length) else {
                throw .damagedFile("sentence_bert_config.json", problem: "gives a length that the weights do not have")
            }
            sequenceTokens = length
        }
        guard sequenceTokens > 2 else {
            throw .unsupportedModel(model, reason: "it has only \(sequenceTokens) positions")
        }
    }

    private mutating func apply(_ file: ModelFile, model: String) throws(ModelError) {
        func agree(_ given: Int?, _ own: Int, _ key: String) throws(ModelError) {
            guard let given, given != own else { return }
            throw .damagedFile("config.json", problem: "says \(key) \(given) where the weights have \(own)")
        }
        try agree(file.hidden_size, hidden, "hidden_size")
        try agree(file.num_hidden_layers, layers, "num_hidden_layers")
        try agree(file.intermediate_size, intermediate, "intermediate_size")
        try agree(file.vocab_size, vocabulary, "vocab_size")
        try agree(file.max_position_embeddings, positions, "max_position_embeddings")
        if let heads = file.num_attention_heads {
            guard heads > 0, hidden % heads == 0 else {
                throw .damagedFile("config.json", problem: "has \(heads) heads, which do not divide \(hidden)")
            }
            self.heads = heads
        }
        if let epsilon = file.layer_norm_eps {
            guard epsilon > 0, epsilon < 1 else {
                throw .damagedFile("config.json", problem: "has a layer_norm_eps that cannot be")
            }
            self.epsilon = epsilon
        }
        if let type = file.model_type, type != "bert" {
            throw .unsupportedModel(model, reason: "it is of type \(type)")
        }
        if let activation = file.hidden_act, activation != "gelu" {
            throw .unsupportedModel(model, reason: "its activation is \(activation)")
        }
        if let positions = file.position_embedding_type, positions != "absolute" {
            throw .unsupportedModel(model, reason: "its positions are \(positions)")
        }
    }

    private mutating func apply(_ file: PoolingFile, model: String) throws(ModelError) {
        switch (file.pooling_mode_mean_tokens ?? false, file.pooling_mode_cls_token ?? false) {
        case (true, false): pooling = .mean
        case (false, true): pooling = .firstToken
        default: throw .unsupportedModel(model, reason: "it pools neither by the mean nor by the first token alone")
        }
    }
}

/// The JSON files of a model folder; each may be absent.
private struct ConfigurationFiles {
    let folder: String

    func read<Content: Decodable>(_ name: String, as type: Content.Type) throws(ModelError) -> Content? {
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else { throw .missingFile(name) }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw .damagedFile(name, problem: "is not readable")
        }
    }
}

// The names are those of the files.
/// What counts of `config.json`.
private struct ModelFile: Decodable {
    var model_type: String?
    var hidden_size: Int?
    var num_hidden_layers: Int?
    var num_attention_heads: Int?
    var intermediate_size: Int?
    var vocab_size: Int?
    var max_position_embeddings: Int?
    var layer_norm_eps: Float?
    var hidden_act: String?
    var position_embedding_type: String?
}

/// What counts of `1_Pooling/config.json`.
private struct PoolingFile: Decodable {
    var pooling_mode_mean_tokens: Bool?
    var pooling_mode_cls_token: Bool?
}

/// What counts of `tokenizer_config.json`.
private struct TokenizerFile: Decodable {
    var do_lower_case: Bool?
}

/// What counts of `sentence_bert_config.json`.
private struct SentenceFile: Decodable {
    var max_seq_length: Int?
}
