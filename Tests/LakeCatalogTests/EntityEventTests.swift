import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct EntityEventTests {
    /// `entity field old→new` of each event.
    private func lines(_ actions: Action..., on state: LakeState) throws -> [String] {
        let transaction = Transaction(actor: "ada", reason: "test", at: Samples.at, actions: actions)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try transaction.events(on: state).map { event in
            let old = String(decoding: try encoder.encode(event.old), as: UTF8.self)
            let new = String(decoding: try encoder.encode(event.new), as: UTF8.self)
            return "\(event.entity) \(event.field) \(old)→\(new)"
        }
    }

    @Test func everyActionHasItsEvents() throws {
        let state = try Samples.state()
        let notes = DatasetID(rawValue: "id-notes")
        let index = IndexID(rawValue: "ix-notes_index")
        let (schema, other) = (Samples.schema, Samples.otherSchema)
        let columns = #"[{"name":"id","type":"BIGINT"},{"name":"body","type":"VARCHAR"}]"#
        let file = Samples.file("notes/2")
        #expect(
            try lines(
                .datasetCreated(Samples.dataset("fresh")),
                .filesAdded(
                    dataset: DatasetID(rawValue: "id-fresh"),
                    files: [file, file],
                    expectedSchema: SchemaDigest(schema)
                ),
                .filesReplaced(dataset: notes, files: [], schema: schema, expectedVersion: nil),
                .filesReplaced(dataset: notes, files: [file], schema: other, expectedVersion: nil),
                .ingestRecorded(Samples.receipt("s9", "id-notes")),
                .datasetDropped(notes, at: Samples.at),
                .indexCreated(Samples.index("fresh_index", on: "id-fresh")),
                .generationPromoted(
                    index: IndexID(rawValue: "ix-fresh_index"),
                    generation: Samples.generation(1),
                    replacing: nil
                ),
                .generationPromoted(index: index, generation: Samples.generation(3), replacing: 2),
                .indexDropped(index),
                .keyCreated(Samples.key("ci")),
                .keyRevoked(KeyID(rawValue: "key-ci"), at: Samples.at),
                .filesExchanged(
                    dataset: notes,
                    removing: ["x", "y"],
                    adding: [file],
                    expectedSchema: SchemaDigest(schema)
                ),
                .datasetPurged(notes),
                .historyTrimmed(before: 2),
                on: state
            ) == [
                #"dataset:fresh dataset null→{"columns":\#(columns),"id":"id-fresh"}"#,
                #"dataset:fresh files_added null→{"bytes":160,"files":2,"rows":20}"#,
                #"dataset:notes files_replaced null→{"bytes":0,"files":0,"rows":0}"#,
                #"dataset:notes files_replaced null→{"bytes":80,"files":1,"rows":10}"#,
                #"dataset:notes schema \#(columns)→[{"name":"id","type":"VARCHAR"}]"#,
                #"dataset:notes ingest null→{"file_name":"q3.csv","format":"csv","mode":"append","rejected_rows":1,"#
                    + #""rows":10,"sha256":"s9"}"#,
                #"dataset:notes dataset {"id":"id-notes"}→null"#,
                #"index:fresh_index index null→{"dataset":"fresh","id":"ix-fresh_index","model":"minilm","#
                    + #""text_columns":["body"]}"#,
                "index:fresh_index generation null→1",
                "index:notes_index generation 2→3",
                #"index:notes_index index {"id":"ix-notes_index"}→null"#,
                #"key:key-ci key null→{"name":"ci","role":"writer"}"#,
                "key:key-ci revoked false→true",
                #"dataset:notes files_exchanged {"files":2}→{"bytes":80,"files":1,"rows":10}"#,
                "dataset:notes purged null→true",
                "lake:history oldest_version 0→2",
            ]
        )
    }

    @Test func aCommitHoldsTheEventsOfItsTransactions() async throws {
        let store = MemoryObjectStore()
        let log = try await LakeLog.open(store: store)
        _ = try await log.commit(Samples.transaction(.datasetCreated(Samples.dataset("a"))))
        let id = DatasetID(rawValue: "id-a")
        let append = Action.filesAdded(
            dataset: id,
            files: [Samples.file("a/1")],
            expectedSchema: SchemaDigest(Samples.schema)
        )
        _ = try await log.commit(Samples.transaction(append))
        let found = try #require(try await log.transactions(of: 2))
        #expect(found.flatMap(\.events).map(\.entity) == ["dataset:a"])
        #expect(found.flatMap(\.events).map(\.field) == ["files_added"])
        #expect(try await log.transactions(of: 3) == nil)
        // They are in the commit's own bytes, under its seal.
        let text = String(decoding: try await store.get(LogStore.commit(2)), as: UTF8.self)
        #expect(text.contains(#""events":[{"entity":"dataset:a","field":"files_added","new":{"#))
        #expect(try await LogVerification(store: store).run().problems == [])
    }

    @Test func theGoldenCommitWithEventsIsReadAndWritten() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("Golden/commit-v1-events.json")))
        let commit = try CommitV1.decode(bytes, version: 2)
        #expect(
            commit.transactions[0].events == [
                EntityEvent(entity: "key:key-ci", field: "revoked", old: .boolean(false), new: .boolean(true)),
                EntityEvent(entity: "dataset:a", field: "x", new: .object(["n": .integer(1), "t": .array([.null])])),
            ]
        )
        #expect(try commit.encoded() == bytes)
    }
}
