public import LakeCatalog
import LakeCore

/// Values for tests; everything in them is fixed.
enum Samples {
    static let at = "2026-03-01T12:00:00.000Z"
    static let schema = Schema(columns: [
        Column(name: "id", type: "BIGINT", fieldID: 1, nullable: false),
        Column(name: "body", type: "VARCHAR", fieldID: 2),
    ])
    static let otherSchema = Schema(columns: [Column(name: "id", type: "VARCHAR", fieldID: 1)])
    /// With a column more.
    static let widerSchema = Schema(
        columns: schema.columns + [Column(name: "note", type: "VARCHAR", fieldID: 3, fallback: "none")]
    )
    /// With another name for the second column, and as text for the first.
    static let renamedSchema = Schema(columns: [
        Column(name: "id", type: "VARCHAR", fieldID: 1), Column(name: "text", type: "VARCHAR", fieldID: 2),
    ])
    static let model = ModelReference(id: "minilm", digest: "d1", precision: "bf16")

    static func dataset(_ name: String, id: String? = nil, files: [DataFile] = []) -> Dataset {
        Dataset(
            id: DatasetID(rawValue: id ?? "id-" + name),
            name: DatasetName(fileName: name),
            schema: schema,
            files: files,
            createdAt: at
        )
    }

    static func file(_ key: String, rows: Int = 10, source: String? = nil) -> DataFile {
        DataFile(key: "datasets/" + key, rows: rows, bytes: rows * 8, sourceSHA256: source)
    }

    static func receipt(_ source: String, _ dataset: String, rows: Int = 10) -> IngestReceipt {
        IngestReceipt(
            sha256: source,
            dataset: DatasetID(rawValue: dataset),
            fileName: "q3.csv",
            format: "csv",
            mode: "append",
            rows: rows,
            bytes: 100,
            columns: schema.columns,
            rejectedRows: 1,
            rejectedSamples: [RejectedRow(line: 7, reason: "three values for two columns")],
            at: at
        )
    }

    static func index(_ name: String, on dataset: String, id: String? = nil) -> VectorIndex {
        VectorIndex(
            id: IndexID(rawValue: id ?? "ix-" + name),
            name: DatasetName(fileName: name),
            dataset: DatasetID(rawValue: dataset),
            textColumns: ["body"],
            idColumn: "id",
            chunk: ChunkSettings(sizeTokens: 200, overlapTokens: 20),
            model: model,
            createdAt: at
        )
    }

    static func generation(_ number: Int, source: Int = 0) -> Generation {
        Generation(
            number: number,
            prefix: "indexes/1/generations/\(number)/",
            sourceVersion: source,
            rows: 10,
            chunks: 12,
            dimensions: 384,
            model: model,
            bytes: 18_432,
            createdAt: at,
            manifestSHA256: "m\(number)"
        )
    }

    static func vector(_ name: String, rows: Int = 2) -> DeletionVector {
        DeletionVector(key: "deletes/" + name, rows: rows, bytes: 300, sha256: String(repeating: "ab", count: 32))
    }

    /// Over the rows of the first file of the notes.
    static func tombstone(_ name: String) -> Tombstone {
        Tombstone(
            id: TombstoneID(rawValue: "tomb-" + name),
            dataset: DatasetID(rawValue: "id-notes"),
            columns: ["id"],
            keys: 3,
            rows: 2,
            actor: "ada",
            reason: "asked to",
            at: at,
            files: ["datasets/notes/1"],
            object: vector("tombstone-" + name)
        )
    }

    /// With all that can be said.
    static func card(_ description: String) -> DatasetCard {
        var card = DatasetCard()
        card.description = description
        card.owner = "ada"
        card.tags = ["gold", "sales"]
        card.licence = "CC0"
        card.links = [
            DatasetCard.Link(title: "Wiki", url: "https://example.com/notes"),
            DatasetCard.Link(url: "mailto:ada@example.com"),
        ]
        card.isProtected = true
        card.eventTimeColumn = 3
        card.freshWithinSeconds = 3600
        card.columns = [
            1: DatasetCard.ColumnNote(description: "The key."), 2: DatasetCard.ColumnNote(sensitivity: .personal),
        ]
        return card
    }

    static let profile = DatasetProfile(
        personalData: [2: [PersonalData(kind: .email, confidence: 0.75, matches: 3, sampled: 4)]],
        highWater: "2026-03-01T11:00:00.000Z"
    )

    static func key(_ name: String, sha256: String? = nil) -> APIKeyRecord {
        APIKeyRecord(
            id: KeyID(rawValue: "key-" + name),
            name: name,
            role: .writer,
            sha256: sha256 ?? "sha-" + name,
            createdAt: at
        )
    }

    static func transaction(_ actions: Action..., id: String? = nil) -> Transaction {
        Transaction(
            id: id.map { TransactionID(rawValue: $0) } ?? .fresh(),
            actor: "ada",
            reason: "test",
            at: at,
            actions: actions
        )
    }

    /// A lake with two datasets, an index and a key.
    static func state() throws -> LakeState {
        try LakeState()
            .applying(
                transaction(
                    .datasetCreated(dataset("notes", files: [file("notes/1", source: "s1")])),
                    .ingestRecorded(receipt("s1", "id-notes"))
                ),
                version: 1
            )
            .applying(transaction(.datasetCreated(dataset("sales"))), version: 2)
            .applying(
                transaction(.indexCreated(index("notes_index", on: "id-notes")), .keyCreated(key("ci"))),
                version: 3
            )
    }
}

/// For files of which no row is deleted.
extension SeenFile: ExpressibleByStringLiteral {
    public init(stringLiteral key: String) { self.init(key: key) }
}
