import Foundation
import LakeCore
import LakeStorage
import Testing

@testable import LakeCatalog

@Suite struct FormatTests {
    private static func golden(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appendingPathComponent("Golden/" + name)))
    }

    /// A commit with every kind of action, with and without what is optional.
    private static let commit: CommitV1 = {
        var described = Samples.dataset("notes", files: [Samples.file("notes/1", source: "s1")])
        described.card.description = "Notes of \"all\" kinds/…"
        var bare = Samples.index("bare", on: "id-notes")
        bare.idColumn = nil
        var lineless = Samples.receipt("s2", "id-notes")
        lineless.rejectedSamples = [RejectedRow(line: nil, reason: "no text")]
        let notes = described.id
        let index = bare.id
        let schema = Samples.schema
        return CommitV1(
            version: 7,
            at: Samples.at,
            transactions: [
                Samples.transaction(
                    .datasetCreated(described),
                    .filesAdded(dataset: notes, files: [Samples.file("notes/2")], expectedSchema: SchemaDigest(schema)),
                    .ingestRecorded(Samples.receipt("s1", "id-notes")),
                    .ingestRecorded(lineless),
                    id: "t1"
                ),
                Samples.transaction(
                    .filesReplaced(dataset: notes, files: [], schema: schema, expectedVersion: 7),
                    .filesReplaced(dataset: notes, files: [], schema: schema, expectedVersion: nil),
                    .indexCreated(Samples.index("notes_index", on: "id-notes")),
                    .indexCreated(bare),
                    .generationPromoted(index: index, generation: Samples.generation(1, source: 6), replacing: nil),
                    .generationPromoted(index: index, generation: Samples.generation(2, source: 6), replacing: 1),
                    .indexDropped(index),
                    .keyCreated(Samples.key("ci")),
                    .keyRevoked(KeyID(rawValue: "key-ci"), at: Samples.at),
                    .datasetDropped(notes, at: Samples.at),
                    id: "t2"
                ),
            ],
            format: nil
        )
    }()

    /// A commit with what format 2 has beyond that.
    private static let newerCommit: CommitV1 = {
        var file = Samples.file("notes/3", source: "s3")
        file.sha256 = "c3"
        let notes = DatasetID(rawValue: "id-notes")
        var exchange = Samples.transaction(
            .filesExchanged(
                dataset: notes,
                removing: ["datasets/notes/1"],
                adding: [file],
                expectedSchema: SchemaDigest(Samples.schema)
            ),
            .datasetPurged(DatasetID(rawValue: "id-sales")),
            .historyTrimmed(before: 3),
            id: "t3"
        )
        exchange.request = RequestNote(key: "k1", digest: "d1", answer: #"{"dataset":"notes"}"#)
        return CommitV1(version: 8, at: Samples.at, transactions: [exchange], format: 2)
    }()

    private static func checkpoint() throws -> CheckpointV1 {
        let promoted = Samples.transaction(
            .generationPromoted(
                index: IndexID(rawValue: "ix-notes_index"),
                generation: Samples.generation(1),
                replacing: nil
            ),
            .keyRevoked(KeyID(rawValue: "key-ci"), at: Samples.at),
            .datasetDropped(DatasetID(rawValue: "id-sales"), at: Samples.at)
        )
        return CheckpointV1(state: try Samples.state().applying(promoted, version: 4), at: Samples.at)
    }

    // MARK: Golden files

    @Test func theGoldenCommitIsRead() throws {
        #expect(try CommitV1.decode(Self.golden("commit-v1.json"), version: 7) == Self.commit)
    }

    @Test func theGoldenCommitOfFormat2IsRead() throws {
        #expect(try CommitV1.decode(Self.golden("commit-v2.json"), version: 8) == Self.newerCommit)
    }

    /// All of the older ones, as they are written now.
    @Test func theGoldenCommitsOfFormats3And4AreReadAndWritten() throws {
        for (name, commit) in [
            ("commit-v3-first.json", Self.commit), ("commit-v3-second.json", Self.newerCommit),
            ("commit-v3.json", Self.newestCommit), ("commit-v3-cards.json", Self.describingCommit),
            ("commit-v4.json", Self.format4Commit),
        ] {
            #expect(try CommitV1.decode(Self.golden(name), version: commit.version) == commit)
            #expect(try commit.encoded() == Self.golden(name))
        }
    }

    /// What is said and was found of datasets.
    private static let describingCommit = CommitV1(
        version: 11,
        at: Samples.at,
        transactions: [
            Samples.transaction(
                .datasetDescribed(DatasetID(rawValue: "id-notes"), card: Samples.card("Notes"), replacing: 7),
                .datasetProfiled(DatasetID(rawValue: "id-notes"), Samples.profile, isWhole: true),
                id: "t6"
            )
        ],
        format: 3
    )

    /// A commit with what format 3 has beyond that.
    private static let newestCommit: CommitV1 = {
        let notes = DatasetID(rawValue: "id-notes")
        var file = Samples.file("notes/5")
        file.deletions = Samples.vector("5")
        file.deletions?.bucket = "cold"
        let bare = FileMove(file: "datasets/notes/2", to: nil, offset: 0, deletions: nil)
        let move = FileMove(
            file: "datasets/notes/1",
            to: file.key,
            offset: 7,
            deletions: Samples.vector("1"),
            version: 9
        )
        return CommitV1(
            version: 10,
            at: Samples.at,
            transactions: [
                Samples.transaction(
                    .deletionsChanged(
                        dataset: notes,
                        changes: [
                            DeletionChange(file: file.key, deletions: Samples.vector("6"), replacing: "deletes/5"),
                            DeletionChange(file: "datasets/notes/1", deletions: nil, replacing: nil),
                        ],
                        expectedVersion: nil
                    ),
                    .tombstoneAdded(Samples.tombstone("a")),
                    .tombstoneRemoved(TombstoneID(rawValue: "tomb-a")),
                    .filesExchanged(
                        dataset: notes,
                        removing: ["datasets/notes/2", SeenFile(key: "datasets/notes/1", deletions: "deletes/1")],
                        adding: [file],
                        expectedSchema: SchemaDigest(Samples.schema)
                    ),
                    .rowsMoved(dataset: notes, moves: [move, bare]),
                    .datasetRestored(notes, at: Samples.at),
                    .datasetPinned(notes, isPinned: true),
                    id: "t5"
                )
            ],
            format: 3
        )
    }()

    /// A commit with what format 4 has beyond that.
    private static let format4Commit: CommitV1 = {
        let notes = DatasetID(rawValue: "id-notes")
        var file = Samples.file("notes/6")
        file.schema = 1
        return CommitV1(
            version: 11,
            at: Samples.at,
            transactions: [
                Samples.transaction(
                    .schemaChanged(
                        dataset: notes,
                        schema: Samples.widerSchema,
                        expectedSchema: SchemaDigest(Samples.schema),
                        expectedVersion: nil
                    ),
                    .schemaChanged(
                        dataset: notes,
                        schema: Samples.schema,
                        expectedSchema: SchemaDigest(Samples.widerSchema),
                        expectedVersion: 10
                    ),
                    .filesReplaced(
                        dataset: notes,
                        files: [Samples.file("notes/1"), file],
                        schema: Samples.widerSchema,
                        expectedVersion: 11,
                        olderSchemas: [Samples.schema]
                    ),
                    .versionTagged(notes, tag: "q3", version: 7),
                    .versionTagged(notes, tag: "q2", version: nil),
                    .retentionSet(notes, Retention(seconds: 86_400, versions: 3)),
                    .retentionSet(notes, nil),
                    .versionsTrimmed(notes, before: 4),
                    .clusteringSet(notes, columns: ["id"]),
                    id: "t6"
                )
            ]
        )
    }()

    @Test func theGoldenCommitWithFilesInAnotherBucketIsRead() throws {
        var file = Samples.file("notes/4", source: "s4")
        file.bucket = "cold"
        let notes = DatasetID(rawValue: "id-notes")
        let add = Action.filesAdded(dataset: notes, files: [file], expectedSchema: SchemaDigest(Samples.schema))
        let commit = CommitV1(
            version: 9,
            at: Samples.at,
            transactions: [Samples.transaction(add, id: "t4")],
            format: 2
        )
        #expect(try CommitV1.decode(Self.golden("commit-v2-bucket.json"), version: 9) == commit)
    }

    @Test func theGoldenCheckpointIsRead() throws {
        #expect(try CheckpointV1.decode(Self.golden("checkpoint-v1.json"), version: 4) == Self.checkpoint())
    }

    /// With what format 2 added.
    private static func newerCheckpoint() throws -> CheckpointV1 {
        var transaction = Samples.transaction(
            .filesAdded(
                dataset: DatasetID(rawValue: "id-notes"),
                files: [
                    DataFile(
                        key: "datasets/notes/2",
                        bucket: "cold",
                        rows: 1 << 40,
                        bytes: 129,
                        sha256: String(repeating: "0af9", count: 16),
                        sourceSHA256: String(repeating: "77", count: 32)
                    )
                ],
                expectedSchema: SchemaDigest(Samples.schema)
            ),
            .ingestRecorded(Samples.receipt(String(repeating: "77", count: 32), "id-notes")),
            .historyTrimmed(before: 2)
        )
        transaction.request = RequestNote(key: "k1", digest: "d1", answer: "{}")
        var checkpoint = try Self.checkpoint()
        checkpoint.state = try checkpoint.state.applying(transaction, version: 5)
        checkpoint.unknownFields = ["views": .array([.integer(1)])]
        return checkpoint
    }

    @Test func theGoldenCheckpointOfFormat2IsRead() async throws {
        let golden = try Self.golden("checkpoint-v2.bin")
        #expect(try await CheckpointV2.decode(golden, version: 5) == Self.newerCheckpoint())
        #expect(await CheckpointV2.decode(golden, version: 6) == nil)
    }

    /// With what format 3 added.
    private static func newestCheckpoint() throws -> CheckpointV1 {
        let notes = DatasetID(rawValue: "id-notes")
        var vector = Samples.vector("1")
        vector.bucket = "cold"
        var checkpoint = try newerCheckpoint()
        let transaction = Samples.transaction(
            .deletionsChanged(
                dataset: notes,
                changes: [DeletionChange(file: "datasets/notes/1", deletions: vector, replacing: nil)],
                expectedVersion: nil
            ),
            .tombstoneAdded(Samples.tombstone("a")),
            .rowsMoved(
                dataset: notes,
                moves: [FileMove(file: "datasets/notes/0", to: "datasets/notes/1", offset: 3, deletions: nil)]
            )
        )
        checkpoint.state = try checkpoint.state.applying(transaction, version: 6)
        return checkpoint
    }

    /// With what format 4 added.
    private static func format4Checkpoint() throws -> CheckpointV1 {
        let notes = DatasetID(rawValue: "id-notes")
        let transaction = Samples.transaction(
            .schemaChanged(
                dataset: notes,
                schema: Samples.widerSchema,
                expectedSchema: SchemaDigest(Samples.schema),
                expectedVersion: nil
            ),
            .filesAdded(
                dataset: notes,
                files: [Samples.file("notes/7")],
                expectedSchema: SchemaDigest(Samples.widerSchema)
            )
        )
        let again = Samples.transaction(
            .schemaChanged(
                dataset: notes,
                schema: Samples.schema,
                expectedSchema: SchemaDigest(Samples.widerSchema),
                expectedVersion: 7
            ),
            .versionTagged(notes, tag: "q3", version: 7),
            .retentionSet(notes, Retention(versions: 3)),
            .clusteringSet(notes, columns: ["id"])
        )
        var checkpoint = try newestCheckpoint()
        checkpoint.state = try checkpoint.state.applying(transaction, version: 7).applying(again, version: 8)
        return checkpoint
    }

    @Test func theGoldenCheckpointOfFormat3IsRead() async throws {
        let golden = try Self.golden("checkpoint-v3.bin")
        #expect(try await CheckpointV2.decode(golden, version: 6) == Self.newestCheckpoint())
    }

    @Test func theGoldenCheckpointOfFormat4IsReadAndWritten() async throws {
        let checkpoint = try Self.format4Checkpoint()
        let golden = try Self.golden("checkpoint-v4.bin")
        #expect(await CheckpointV2.decode(golden, version: 8) == checkpoint)
        #expect(try await CheckpointV2.encode(checkpoint) == golden)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func aBinaryCheckpointIsTheStateThatWasWritten(seed: UInt64) async throws {
        var history = RandomHistory(seed: seed)
        var state = LakeState()
        for _ in 0..<400 { state = (try? state.applying(history.next(), version: state.version + 1)) ?? state }
        let bytes = try await CheckpointV2.encode(CheckpointV1(state: state, at: "x"))
        let read = try #require(await CheckpointV2.decode(bytes, version: state.version))
        #expect(read.state == state && read.at == "x")
        // The look-ups are there too.
        for dataset in state.datasets.values where dataset.droppedAt == nil {
            #expect(read.state.dataset(named: dataset.name) == dataset)
        }
    }

    @Test func aDamagedBinaryCheckpointIsNoCheckpoint() async throws {
        let golden = try Self.golden("checkpoint-v4.bin")
        for length in 0..<golden.count {
            #expect(await CheckpointV2.decode(Array(golden.prefix(length)), version: 8) == nil)
        }
        var random = SplitMix64(seed: 6)
        for _ in 0..<500 {
            var damaged = golden
            damaged[Int.random(in: 0..<golden.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(await CheckpointV2.decode(damaged, version: 8) == nil)
        }
    }

    @Test func theGoldenFormatFileOfFormat1IsReadAndWritten() throws {
        let format = FormatFileV1(
            format: 1,
            minReader: 1,
            minWriter: 1,
            minReaderRelease: nil,
            minWriterRelease: nil,
            lakeID: "0195510a-8c00-7000-8000-000000000001"
        )
        #expect(try FormatFileV1.decode(Self.golden("format-v1.json")) == format)
        #expect(try format.encoded() == Self.golden("format-v1.json"))
        #expect(try format.raised.encoded() == Self.golden("format-v4.json"))
    }

    @Test func theGoldenFormatFileIsReadAndWritten() throws {
        let format = FormatFileV1(lakeID: "0195510a-8c00-7000-8000-000000000001")
        #expect(try FormatFileV1.decode(Self.golden("format-v4.json")) == format)
        #expect(try format.encoded() == Self.golden("format-v4.json"))
        #expect(try FormatFileV1.decode(Self.golden("format-v3.json")).raised == format)
        #expect(try FormatFileV1.decode(Self.golden("format-v2.json")).raised == format)
    }

    // MARK: Damage

    @Test func aCommitCutAnywhereIsDamaged() throws {
        let bytes = try Self.golden("commit-v1.json")
        for length in 0..<bytes.count {
            let error = #expect(throws: CatalogError.self) {
                try CommitV1.decode(Array(bytes.prefix(length)), version: 7)
            }
            guard case .corruptCommit(version: 7, _) = error else {
                Issue.record("cut at \(length): \(String(describing: error))")
                return
            }
        }
    }

    @Test func aFlippedBitIsNoticed() throws {
        let commit = try Self.golden("commit-v1.json")
        let checkpoint = try Self.golden("checkpoint-v1.json")
        var random = SplitMix64(seed: 5)
        for _ in 0..<500 {
            var damaged = commit
            damaged[Int.random(in: 0..<commit.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(throws: CatalogError.self) { try CommitV1.decode(damaged, version: 7) }
            damaged = checkpoint
            damaged[Int.random(in: 0..<checkpoint.count, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            #expect(CheckpointV1.decode(damaged, version: 4) == nil)
        }
    }

    @Test func aCommitUnderAnotherVersionIsDamaged() throws {
        let error = CatalogError.corruptCommit(version: 8, reason: "it says that it is version 7")
        #expect(throws: error) { try CommitV1.decode(Self.golden("commit-v1.json"), version: 8) }
        #expect(try CheckpointV1.decode(Self.golden("checkpoint-v1.json"), version: 8) == nil)
    }

    @Test func aCommitWithoutTransactionsIsDamaged() throws {
        let empty = CommitV1(version: 3, at: Samples.at, transactions: [])
        #expect(throws: CatalogError.corruptCommit(version: 3, reason: "it holds no transaction")) {
            try CommitV1.decode(empty.encoded(), version: 3)
        }
    }

    // MARK: Newer writers

    /// JSON with a proper seal, as a newer version or a foreign writer could have written it.
    private struct Sealed: Encodable {
        let fields: [String: AnyJSON]

        init(_ json: String) throws {
            fields = try JSONDecoder().decode([String: AnyJSON].self, from: Data(json.utf8))
        }

        func encode(to encoder: any Encoder) throws { try fields.encode(to: encoder) }
    }

    private func commit(action: String, extra: String = "") throws -> [UInt8] {
        try SealedJSON.seal(
            Sealed(
                """
                {"version": 3, "base": 2, "at": "x", "transactions": \
                [{"id": "t", "actor": "a", "reason": "r", "at": "x", "actions": [\(action)]\(extra)}]\(extra)}
                """
            )
        )
    }

    @Test func anUnknownActionIsRefusedByName() throws {
        let bytes = try commit(action: #"{"kind": "view_created", "view": {"name": "v"}}"#)
        #expect(throws: CatalogError.unknownAction(kind: "view_created", version: 3)) {
            try CommitV1.decode(bytes, version: 3)
        }
    }

    @Test func unknownFieldsOfACommitAreReadPast() throws {
        let bytes = try commit(
            action: #"{"kind": "index_dropped", "index_id": "i", "why": [1, {"x": null}]}"#,
            extra: #", "weather": "fine""#
        )
        let commit = try CommitV1.decode(bytes, version: 3)
        #expect(commit.transactions.map(\.actions) == [[.indexDropped(IndexID(rawValue: "i"))]])
    }

    @Test func aMissingFieldIsNamed() throws {
        let bytes = try commit(action: #"{"kind": "index_dropped"}"#)
        let reason = "its field transactions.0.actions.0.index_id is missing or not as it should be"
        #expect(throws: CatalogError.corruptCommit(version: 3, reason: reason)) {
            try CommitV1.decode(bytes, version: 3)
        }
    }

    @Test func unknownFieldsOfACheckpointAreWrittenAgain() async throws {
        let newer = """
            {"version": 4, "at": "x", "datasets": {}, "indexes": {}, "keys": {}, "receipts": {},
             "views": {"v": {"rank": -3, "big": 18446744073709551615, "share": 0.25, "on": true, "of": [null, "t"]}},
             "policies": []}
            """
        let read = try #require(try CheckpointV1.decode(SealedJSON.seal(Sealed(newer)), version: 4))
        #expect(read.unknownFields.keys.sorted() == ["policies", "views"])
        var next = read
        next.state.version = 5
        let written = try #require(CheckpointV1.decode(try SealedJSON.seal(next), version: 5))
        #expect(written.unknownFields == read.unknownFields)
        let text = String(decoding: try SealedJSON.seal(next), as: UTF8.self)
        #expect(
            text.contains(
                #""views":{"v":{"big":18446744073709551615,"of":[null,"t"],"on":true,"rank":-3,"share":0.25}}"#
            )
        )
    }

    @Test(arguments: [
        (
            #"{"format": 5, "min_reader": 5, "min_writer": 5, "min_reader_release": "1.0.0", "more": []}"#,
            CatalogError.lakeTooNew(needsReader: 5, has: 4, release: "1.0.0")
        ),
        ("", .corruptFormatFile(reason: "it is not JSON with a field min_reader")),
        ("{}", .corruptFormatFile(reason: "it is not JSON with a field min_reader")),
        (#"{"min_reader": 1}"#, .corruptFormatFile(reason: "a field is missing or not as it should be")),
    ])
    func aFormatFileThatCannotBeUnderstoodIsRefused(text: String, error: CatalogError) {
        #expect(throws: error) { try FormatFileV1.decode(Array(text.utf8)) }
    }

    @Test func aNewerFormatThatOldReadersUnderstandIsRead() throws {
        let text = #"{"format": 3, "min_reader": 1, "min_writer": 2, "lake_id": "x", "more": true}"#
        let format = try FormatFileV1.decode(Array(text.utf8))
        #expect(format.format == 3 && format.minWriter == 2 && format.lakeID == "x")
    }
}
