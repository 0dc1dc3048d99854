internal import LakeCore
internal import LakeStorage

/// The state at one version: `_lake/checkpoints/{version:020}.json`.
///
/// It only saves time; the log alone is the truth. Written in format 1 only; ``CheckpointV2`` holds the same.
struct CheckpointV1: Equatable, Sendable {
    var state: LakeState
    var at: String
    /// Top-level fields that a newer version wrote and this one does not know; the next checkpoint has them again.
    var unknownFields: [String: AnyJSON] = [:]

    /// Nil when the bytes are damaged or are not a checkpoint of that version.
    static func decode(_ bytes: [UInt8], version: Int) -> CheckpointV1? {
        guard let checkpoint = try? SealedJSON.open(bytes, as: CheckpointV1.self) else { return nil }
        return checkpoint.state.version == version ? checkpoint : nil
    }
}

extension CheckpointV1: Codable {
    private struct Field: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }

        static let at = Field(stringValue: "at")
    }

    init(from decoder: any Decoder) throws {
        state = try LakeState(from: decoder)
        let fields = try decoder.container(keyedBy: Field.self)
        at = try fields.decode(String.self, forKey: .at)
        for field in fields.allKeys where !Self.isKnown(field) {
            unknownFields[field.stringValue] = try fields.decode(AnyJSON.self, forKey: field)
        }
    }

    func encode(to encoder: any Encoder) throws {
        try state.encode(to: encoder)
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(at, forKey: .at)
        for (name, value) in unknownFields { try fields.encode(value, forKey: Field(stringValue: name)) }
    }

    private static func isKnown(_ field: Field) -> Bool {
        field.stringValue == Field.at.stringValue || LakeState.CodingKeys(stringValue: field.stringValue) != nil
    }
}
