import Foundation
import LakeCore
import LakeStorage
import LakeTesting
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
        described.description = "Notes of \"all\" kinds/…"
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
                    .filesAdded(dataset: notes, files: [Samples.file("notes/2")], expectedSchema: schema),
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
            ]
        )
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

    @Test func theGoldenCommitIsWhatIsWritten() throws {
        #expect(try Self.commit.encoded() == Self.golden("commit-v1.json"))
    }

    @Test func theGoldenCheckpointIsRead() throws {
        #expect(try CheckpointV1.decode(Self.golden("checkpoint-v1.json"), version: 4) == Self.checkpoint())
    }

    @Test func theGoldenCheckpointIsWhatIsWritten() async throws {
        #expect(try await Self.checkpoint().encoded() == Self.golden("checkpoint-v1.json"))
    }

    @Test func theGoldenFormatFileIsReadAndWritten() throws {
        let format = FormatFileV1(lakeID: "0195510a-8c00-7000-8000-000000000001")
        #expect(try FormatFileV1.decode(Self.golden("format-v1.json")) == format)
        #expect(try format.encoded() == Self.golden("format-v1.json"))
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
        var random = RepeatableRandom(seed: 5)
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
        let written = try #require(CheckpointV1.decode(try await next.encoded(), version: 5))
        #expect(written.unknownFields == read.unknownFields)
        let text = String(decoding: try await next.encoded(), as: UTF8.self)
        #expect(
            text.contains(
                #""views":{"v":{"big":18446744073709551615,"of":[null,"t"],"on":true,"rank":-3,"share":0.25}}"#
            )
        )
    }

    @Test(arguments: [
        (
            #"{"format": 2, "min_reader": 2, "min_writer": 2, "more": []}"#,
            CatalogError.lakeTooNew(needsReader: 2, has: 1)
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
