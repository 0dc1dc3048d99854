import LakeCatalog
import LakeCore

/// Transactions over a handful of names and identifiers, so that they often meet.
struct RandomHistory {
    private var random: SplitMix64
    private var made = 0
    /// Keys that were added to a dataset, if the transaction went through.
    private var added: [DatasetID: [String]] = [:]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func next() -> Transaction {
        let count = max(1, pick(6) - 2)
        let actions = (0..<count).map { _ in action() }
        made += 1
        return Transaction(
            id: TransactionID(rawValue: "t\(made)"),
            actor: "ada",
            reason: "history",
            at: "at \(made)",
            actions: actions
        )
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func files() -> [DataFile] {
        (0..<pick(3)).map { _ in
            made += 1
            return Samples.file("f\(made)", rows: pick(100))
        }
    }

    private mutating func action() -> Action {
        let id = DatasetID(rawValue: "d\(pick(10))")
        let index = IndexID(rawValue: "i\(pick(6))")
        let schema = pick(9) == 0 ? Samples.otherSchema : Samples.schema
        switch pick(14) {
        case 0, 1:
            var dataset = Samples.dataset("n\(pick(40))", id: "d\(pick(30))", files: files())
            dataset.schema = schema
            return .datasetCreated(dataset)
        case 2, 3, 4:
            let files = files()
            added[id, default: []] += files.map(\.key)
            return .filesAdded(dataset: id, files: files, expectedSchema: SchemaDigest(schema))
        case 5:
            let expected = pick(3) > 0 ? nil : pick(20)
            return .filesReplaced(dataset: id, files: files(), schema: schema, expectedVersion: expected)
        case 6:
            if pick(20) == 0 { return .datasetDropped(id, at: "dropped") }
            if pick(10) == 0 { return .datasetPurged(id) }
            if pick(10) == 0 { return .datasetRestored(id, at: "restored") }
            return pick(20) == 0 ? .historyTrimmed(before: pick(400)) : .indexDropped(index)
        case 11:
            let removing = (added[id] ?? []).shuffled(using: &random).prefix(1 + pick(2))
            return .filesExchanged(
                dataset: id,
                removing: removing.map { SeenFile(key: $0) },
                adding: files(),
                expectedSchema: SchemaDigest(schema)
            )
        case 12 where pick(4) == 0:
            let old = pick(3) == 0 ? Samples.widerSchema : schema
            return .schemaChanged(
                dataset: id,
                schema: pick(2) == 0 ? Samples.widerSchema : pick(3) == 0 ? Samples.otherSchema : Samples.renamedSchema,
                expectedSchema: SchemaDigest(old),
                expectedVersion: pick(3) > 0 ? nil : pick(20)
            )
        case 7: return .ingestRecorded(Samples.receipt("s\(pick(10))", id.rawValue))
        case 8: return .indexCreated(Samples.index("x\(pick(5))", on: id.rawValue, id: index.rawValue))
        case 9, 10:
            let replacing = pick(2) == 0 ? nil : pick(4)
            return .generationPromoted(index: index, generation: Samples.generation(pick(4)), replacing: replacing)
        default:
            let number = pick(40)
            return pick(2) == 0
                ? .keyCreated(Samples.key("k\(number)", sha256: "h\(number / 2)"))
                : .keyRevoked(KeyID(rawValue: "key-k\(number)"), at: "revoked")
        }
    }
}
