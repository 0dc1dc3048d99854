import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

/// Two changes of the same things, made without knowledge of each other: what becomes of the second.
///
/// What is expected is the table in `docs/formats/log.md`, so the page cannot say anything else than what happens.
@Suite struct RebaseTests {
    /// A change as two writers would make it at once: each has its own identifiers, both aim at the same.
    struct Change: Sendable {
        /// As the table calls it.
        var name: String
        /// The change of the writer of that name.
        var action: @Sendable (_ writer: String) -> Action
    }

    private static let notes = DatasetID(rawValue: "id-notes")
    private static let index = IndexID(rawValue: "ix-notes_index")

    static let changes: [Change] = [
        Change(name: "dataset_created") { .datasetCreated(Samples.dataset("new", id: "new-" + $0)) },
        Change(name: "files_added") {
            .filesAdded(dataset: notes, files: [Samples.file($0)], expectedSchema: SchemaDigest(Samples.schema))
        },
        Change(name: "files_replaced") {
            .filesReplaced(
                dataset: notes,
                files: [Samples.file($0)],
                schema: Samples.otherSchema,
                expectedVersion: 4
            )
        },
        Change(name: "files_replaced, any version") {
            .filesReplaced(dataset: notes, files: [Samples.file($0)], schema: Samples.schema, expectedVersion: nil)
        },
        Change(name: "files_exchanged") {
            .filesExchanged(
                dataset: notes,
                removing: [SeenFile(key: "datasets/notes/1", deletions: "deletes/0")],
                adding: [Samples.file($0)],
                expectedSchema: SchemaDigest(Samples.schema)
            )
        },
        Change(name: "schema_changed") { writer in
            .schemaChanged(
                dataset: notes,
                schema: Schema(
                    columns: Samples.schema.columns + [
                        Column(name: writer, type: "DATE", fieldID: 7, fallback: "2026-01-01")
                    ]
                ),
                expectedSchema: SchemaDigest(Samples.schema),
                expectedVersion: nil
            )
        },
        Change(name: "deletions_changed") { writer in
            .deletionsChanged(
                dataset: notes,
                changes: [
                    DeletionChange(file: "datasets/notes/1", deletions: Samples.vector(writer), replacing: "deletes/0")
                ],
                expectedVersion: nil
            )
        },
        Change(name: "rows_moved") { writer in
            .rowsMoved(
                dataset: notes,
                moves: [FileMove(file: "datasets/notes/0", to: "datasets/notes/1", offset: 0, deletions: nil)]
            )
        },
        Change(name: "dataset_pinned") { _ in .datasetPinned(notes, isPinned: true) },
        Change(name: "dataset_described") { .datasetDescribed(notes, card: Samples.card($0), replacing: 0) },
        Change(name: "dataset_profiled") { _ in .datasetProfiled(notes, Samples.profile, isWhole: false) },
        Change(name: "version_tagged") { .versionTagged(notes, tag: "q3", version: $0 == "first" ? 3 : 4) },
        Change(name: "retention_set") { .retentionSet(notes, Retention(versions: $0 == "first" ? 3 : 4)) },
        Change(name: "versions_trimmed") { .versionsTrimmed(notes, before: $0 == "first" ? 1 : 2) },
        Change(name: "clustering_set") { .clusteringSet(notes, columns: [$0 == "first" ? "id" : "body"]) },
        Change(name: "tombstone_added") { .tombstoneAdded(Samples.tombstone($0)) },
        Change(name: "tombstone_removed") { _ in .tombstoneRemoved(TombstoneID(rawValue: "tomb-base")) },
        Change(name: "dataset_restored") { .datasetRestored(DatasetID(rawValue: "id-sales"), at: $0) },
        Change(name: "dataset_dropped") { .datasetDropped(notes, at: $0) },
        Change(name: "dataset_purged") { _ in .datasetPurged(DatasetID(rawValue: "id-sales")) },
        Change(name: "ingest_recorded") { _ in .ingestRecorded(Samples.receipt("s9", "id-notes")) },
        Change(name: "index_created") { .indexCreated(Samples.index("new", on: "id-notes", id: "new-" + $0)) },
        Change(name: "index_dropped") { _ in .indexDropped(index) },
        Change(name: "generation_promoted") { writer in
            .generationPromoted(
                index: index,
                generation: Samples.generation(writer == "first" ? 2 : 3),
                replacing: 1
            )
        },
        Change(name: "key_created") { .keyCreated(Samples.key($0, sha256: "sha-new")) },
        Change(name: "key_revoked") { .keyRevoked(KeyID(rawValue: "key-ci"), at: $0) },
        Change(name: "history_trimmed") { .historyTrimmed(before: $0 == "first" ? 3 : 2) },
    ]

    /// A lake that every change applies to, at version 5.
    private static func base() throws -> [Transaction] {
        [
            Samples.transaction(.datasetCreated(Samples.dataset("notes", files: [Samples.file("notes/1")]))),
            Samples.transaction(.datasetCreated(Samples.dataset("sales"))),
            Samples.transaction(.indexCreated(Samples.index("notes_index", on: "id-notes"))),
            Samples.transaction(
                .generationPromoted(index: index, generation: Samples.generation(1), replacing: nil),
                .keyCreated(Samples.key("ci")),
                .deletionsChanged(
                    dataset: notes,
                    changes: [
                        DeletionChange(file: "datasets/notes/1", deletions: Samples.vector("0"), replacing: nil)
                    ],
                    expectedVersion: nil
                ),
                .tombstoneAdded(Samples.tombstone("base"))
            ),
            Samples.transaction(.datasetDropped(DatasetID(rawValue: "id-sales"), at: Samples.at)),
        ]
    }

    private static func outcome(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "rebases"
        } catch let error as CatalogError {
            return error.code
        } catch {
            return "\(error)"
        }
    }

    /// The table of the page: the cell of the row of the first and the column of the second.
    private static func table() throws -> [String: [String: String]] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/formats/log.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").map(String.init)
        func cells(_ line: String) -> [String] {
            line.split(separator: "|").map { $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces) }
        }
        guard let start = lines.firstIndex(where: { $0.hasPrefix("| first ↓ second →") }) else { return [:] }
        let heads = cells(lines[start]).dropFirst()
        let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map(cells)
        return Dictionary(
            uniqueKeysWithValues: rows.map { ($0[0], Dictionary(uniqueKeysWithValues: zip(heads, $0.dropFirst()))) }
        )
    }

    /// Both ways: on states alone, and through two logs of one store of which the second is behind.
    @Test func everyPairDoesWhatThePageSays() async throws {
        let table = try Self.table()
        #expect(table.count == Self.changes.count)
        for first in Self.changes {
            for second in Self.changes {
                let store = MemoryObjectStore()
                let ahead = try await LakeLog.open(store: store)
                for transaction in try Self.base() { _ = try await ahead.commit(transaction) }
                let behind = try await LakeLog.open(store: store)
                let before = try await behind.state()
                // Either applies when it is alone.
                _ = try before.applying(Samples.transaction(second.action("second")), version: 6)
                _ = try await ahead.commit(Samples.transaction(first.action("first")))
                let outcome = await Self.outcome {
                    let state = try await behind.commit(Samples.transaction(second.action("second")))
                    #expect(state.version == 7)
                }
                let expected = table[first.name]?[second.name] ?? "nothing"
                #expect(outcome == expected, "\(second.name) after \(first.name)")
                #expect(try await ahead.state() == behind.state())
                #expect(try await behind.state().version == (outcome == "rebases" ? 7 : 6))
            }
        }
    }

    @Test func everyKindOfActionIsInTheTable() throws {
        let names = Set(Self.changes.map { $0.action("x").name })
        #expect(names == Set(Action.allNames))
    }
}
