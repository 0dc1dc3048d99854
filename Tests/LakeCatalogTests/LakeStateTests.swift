import LakeCore
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct LakeStateTests {
    private let notes = DatasetID(rawValue: "id-notes")
    private let sales = DatasetID(rawValue: "id-sales")
    private let index = IndexID(rawValue: "ix-notes_index")

    private func name(_ text: String) -> DatasetName { DatasetName(fileName: text) }

    private func applying(_ actions: Action...) throws -> LakeState {
        let transaction = Transaction(actor: "ada", reason: "test", at: "later", actions: actions)
        return try Samples.state().applying(transaction, version: 4)
    }

    // MARK: What actions do

    @Test func aCreatedDatasetIsFoundByName() throws {
        let state = try applying(.datasetCreated(Samples.dataset("new", files: [Samples.file("new/1")])))
        let dataset = try #require(state.dataset(named: name("new")))
        #expect(state.version == 4)
        #expect(dataset.version == 4 && dataset.createdVersion == 4)
        #expect(dataset.files.map(\.addedAt) == [4])
        #expect(dataset.rows == 10 && dataset.bytes == 80)
        #expect(state.datasets.count == 3)
    }

    @Test func addedFilesComeAfterTheOthers() throws {
        let added = [Samples.file("notes/2", rows: 5), Samples.file("notes/3", rows: 1)]
        let state = try applying(
            .filesAdded(dataset: notes, files: added, expectedSchema: SchemaDigest(Samples.schema))
        )
        let dataset = try #require(state.datasets[notes])
        #expect(dataset.files.map(\.key) == ["datasets/notes/1", "datasets/notes/2", "datasets/notes/3"])
        #expect(dataset.files.map(\.addedAt) == [1, 4, 4])
        #expect(dataset.rows == 16)
        #expect(dataset.version == 4 && dataset.createdVersion == 1)
        #expect(dataset.updatedAt == "later" && dataset.createdAt == Samples.at)
        #expect(state.receipts["s1"]?.count == 1)
    }

    @Test func replacedFilesTakeSchemaAndReceiptsWithThem() throws {
        let state = try applying(
            .filesReplaced(
                dataset: notes,
                files: [Samples.file("notes/9")],
                schema: Samples.otherSchema,
                expectedVersion: 1
            ),
            .ingestRecorded(Samples.receipt("s9", "id-notes"))
        )
        let dataset = try #require(state.datasets[notes])
        #expect(dataset.files.map(\.key) == ["datasets/notes/9"])
        #expect(dataset.schema == Samples.otherSchema)
        #expect(dataset.version == 4)
        #expect(state.receipts["s9"]?.map(\.version) == [4])
        #expect(state.receipts.count == 1)
    }

    @Test func exchangedFilesTakeThePlaceOfTheFirst() throws {
        let more = (2...4).map { Samples.file("notes/\($0)") }
        let grown = try applying(.filesAdded(dataset: notes, files: more, expectedSchema: SchemaDigest(Samples.schema)))
        let exchange = Action.filesExchanged(
            dataset: notes,
            removing: ["datasets/notes/4", "datasets/notes/2"],
            adding: [Samples.file("notes/9"), Samples.file("notes/8")],
            expectedSchema: SchemaDigest(Samples.schema)
        )
        let state = try grown.applying(Samples.transaction(exchange), version: 5)
        let dataset = try #require(state.datasets[notes])
        #expect(dataset.files.map(\.key) == ["1", "9", "8", "3"].map { "datasets/notes/\($0)" })
        #expect(dataset.files.map(\.addedAt) == [1, 5, 5, 4])
        #expect(dataset.version == 5)
        #expect(state.receipts["s1"]?.count == 1)
    }

    @Test func aForgottenDatasetIsGone() throws {
        let dropped = try applying(.datasetDropped(notes, at: "later"))
        let state = try dropped.applying(Samples.transaction(.datasetPurged(notes)), version: 5)
        #expect(state.datasets[notes] == nil && state.datasets.count == 1)
        #expect(throws: CatalogError.datasetGone(notes)) {
            try state.applying(Samples.transaction(.datasetPurged(notes)), version: 6)
        }
    }

    @Test func historyIsOnlyTrimmedFurther() throws {
        let state = try applying(.historyTrimmed(before: 3))
        #expect(state.oldestVersion == 3)
        #expect(try state.applying(Samples.transaction(.historyTrimmed(before: 2)), version: 5).oldestVersion == 3)
        #expect(try state.applying(Samples.transaction(.historyTrimmed(before: 5)), version: 5).oldestVersion == 5)
    }

    @Test func aRequestIsCarriedOutOnce() throws {
        let note = RequestNote(key: "k", digest: "d", answer: "{}")
        func transaction(_ name: String) -> Transaction {
            Transaction(
                actor: "ada",
                reason: "r",
                at: Samples.at,
                actions: [.keyCreated(Samples.key(name))],
                request: note
            )
        }
        let state = try Samples.state().applying(transaction("a"), version: 4)
        #expect(state.requests["k"] == RequestRecord(note: note, version: 4, at: Samples.at))
        #expect(throws: CatalogError.alreadyDone(version: 4)) { try state.applying(transaction("b"), version: 5) }
    }

    @Test func requestsAreForgottenByNumberAndByAge() {
        var ledger = RequestLedger()
        func add(_ key: Int, at milliseconds: Int64) {
            let note = RequestNote(key: "\(key)", digest: "d", answer: "{}")
            ledger.add(RequestRecord(note: note, version: key, at: WallClock.rfc3339(milliseconds: milliseconds)))
        }
        for key in 0..<RequestLedger.limit + 5 { add(key, at: Int64(key)) }
        #expect(ledger.count == RequestLedger.limit)
        #expect(ledger["4"] == nil && ledger["5"] != nil)
        add(10_000, at: RequestLedger.age + 4000)
        #expect(ledger["3999"] == nil && ledger["4000"] != nil)
        #expect(ledger["10000"] != nil)
    }

    @Test func aDroppedDatasetFreesItsName() throws {
        let state = try applying(.datasetDropped(notes, at: "later"))
        #expect(state.dataset(named: name("notes")) == nil)
        #expect(state.datasets[notes]?.droppedAt == "later")
        #expect(state.datasets[notes]?.version == 4)
        #expect(state.receipts.isEmpty)
        let again = Samples.transaction(.datasetCreated(Samples.dataset("notes", id: "other")))
        #expect(try state.applying(again, version: 5).dataset(named: name("notes"))?.id.rawValue == "other")
    }

    @Test func theSameSourceMayBeInSeveralDatasets() throws {
        let both = try applying(.ingestRecorded(Samples.receipt("s1", "id-sales")))
        #expect(both.receipts["s1"]?.map(\.dataset) == [notes, sales])
        let one = try both.applying(Samples.transaction(.datasetDropped(notes, at: "later")), version: 5)
        #expect(one.receipts["s1"]?.map(\.dataset) == [sales])
    }

    @Test func aPromotedGenerationServes() throws {
        let first = try applying(.generationPromoted(index: index, generation: Samples.generation(1), replacing: nil))
        #expect(first.index(named: name("notes_index"))?.serving?.number == 1)
        let next = Action.generationPromoted(index: index, generation: Samples.generation(2, source: 4), replacing: 1)
        let second = try first.applying(Samples.transaction(next), version: 5)
        #expect(second.indexes[index]?.serving == Samples.generation(2, source: 4))
        let back = Action.generationPromoted(index: index, generation: Samples.generation(1), replacing: 2)
        #expect(try second.applying(Samples.transaction(back), version: 6).indexes[index]?.serving?.number == 1)
    }

    @Test func aDroppedIndexFreesItsName() throws {
        let state = try applying(
            .indexDropped(index),
            .indexCreated(Samples.index("notes_index", on: "id-notes", id: "other"))
        )
        #expect(state.index(named: name("notes_index"))?.id.rawValue == "other")
        #expect(state.indexes.count == 1)
    }

    @Test func aRevokedKeyIsNoLongerFound() throws {
        #expect(try Samples.state().key(sha256: "sha-ci")?.name == "ci")
        let state = try applying(.keyRevoked(KeyID(rawValue: "key-ci"), at: "later"))
        #expect(state.key(sha256: "sha-ci") == nil)
        #expect(state.keys[KeyID(rawValue: "key-ci")]?.revokedAt == "later")
        #expect(state.key(sha256: "sha-other") == nil)
    }

    @Test func actionsSeeTheOnesBeforeThem() throws {
        let state = try applying(
            .datasetDropped(notes, at: "later"),
            .datasetCreated(Samples.dataset("notes", id: "other")),
            .filesAdded(
                dataset: DatasetID(rawValue: "other"),
                files: [Samples.file("other/1")],
                expectedSchema: SchemaDigest(Samples.schema)
            )
        )
        #expect(state.dataset(named: name("notes"))?.rows == 10)
    }

    @Test func aCopyKeepsItsVersion() throws {
        let before = try Samples.state()
        let copy = before
        _ = try before.applying(Samples.transaction(.datasetDropped(notes, at: "later")), version: 4)
        #expect(before == copy)
        #expect(before.dataset(named: name("notes")) != nil)
    }

    // MARK: What does not apply

    static let refusals: [(Action, CatalogError)] = {
        let notes = DatasetID(rawValue: "id-notes")
        let gone = DatasetID(rawValue: "gone")
        let index = IndexID(rawValue: "ix-notes_index")
        let goneIndex = IndexID(rawValue: "gone")
        let schema = Samples.schema
        let file = Samples.file("x")
        func name(_ text: String) -> DatasetName { DatasetName(fileName: text) }
        func invalid(_ reason: String) -> CatalogError { .invalidTransaction(reason: reason) }
        func dataset(_ change: (inout Dataset) -> Void) -> Action {
            var dataset = Samples.dataset("new")
            change(&dataset)
            return .datasetCreated(dataset)
        }
        func vectors(_ change: (inout VectorIndex) -> Void) -> Action {
            var index = Samples.index("new", on: "id-notes")
            change(&index)
            return .indexCreated(index)
        }
        func key(_ change: (inout APIKeyRecord) -> Void) -> Action {
            var key = Samples.key("new")
            change(&key)
            return .keyCreated(key)
        }
        func column(_ name: String, _ fieldID: Int) -> Column { Column(name: name, type: "BIGINT", fieldID: fieldID) }
        let noColumn = "the schema has no column"
        let names = "the schema has a column without a name or two of one name"
        let fields = "the field identifiers of the schema are not distinct and positive"
        let chunks = "chunks must have at least one token and overlap by fewer than they have"
        return [
            (dataset { $0.name = name("notes") }, .nameTaken(name("notes"))),
            (dataset { $0.id = notes }, .identifierTaken("id-notes")),
            (dataset { $0.droppedAt = "x" }, invalid("a new dataset cannot be a dropped one")),
            (dataset { $0.schema.columns = [] }, invalid(noColumn)),
            (dataset { $0.schema.columns = [column("a", 1), column("A", 2)] }, invalid(names)),
            (dataset { $0.schema.columns = [column("", 1)] }, invalid(names)),
            (dataset { $0.schema.columns = [column("a", 1), column("b", 1)] }, invalid(fields)),
            (dataset { $0.schema.columns = [column("a", 0)] }, invalid(fields)),
            (dataset { $0.files = [file, file] }, invalid("a file is listed twice")),
            (
                dataset { $0.files = [DataFile(key: "", rows: 1, bytes: 1)] },
                invalid("a file has no key, or fewer than no rows or bytes")
            ),
            (
                dataset { $0.files = [DataFile(key: "k", rows: -1, bytes: 1)] },
                invalid("a file has no key, or fewer than no rows or bytes")
            ),
            (.filesAdded(dataset: gone, files: [file], expectedSchema: SchemaDigest(schema)), .datasetGone(gone)),
            (
                .filesAdded(dataset: notes, files: [file], expectedSchema: SchemaDigest(Samples.otherSchema)),
                .schemaChanged(name("notes"))
            ),
            (
                .filesAdded(dataset: notes, files: [file, file], expectedSchema: SchemaDigest(schema)),
                invalid("a file is listed twice")
            ),
            (.filesReplaced(dataset: gone, files: [], schema: schema, expectedVersion: nil), .datasetGone(gone)),
            (
                .filesReplaced(dataset: notes, files: [], schema: schema, expectedVersion: 2),
                .replacedMeanwhile(name("notes"), expected: 2, found: 1)
            ),
            (
                .filesReplaced(dataset: notes, files: [], schema: Schema(columns: []), expectedVersion: nil),
                invalid(noColumn)
            ),
            (
                .filesExchanged(dataset: gone, removing: ["x"], adding: [], expectedSchema: SchemaDigest(schema)),
                .datasetGone(gone)
            ),
            (
                .filesExchanged(dataset: notes, removing: [], adding: [file], expectedSchema: SchemaDigest(schema)),
                invalid("no file is to be exchanged")
            ),
            (
                .filesExchanged(
                    dataset: notes,
                    removing: ["datasets/notes/1", "datasets/notes/2"],
                    adding: [],
                    expectedSchema: SchemaDigest(schema)
                ),
                .filesGone(name("notes"))
            ),
            (
                .filesExchanged(
                    dataset: notes,
                    removing: ["datasets/notes/1"],
                    adding: [],
                    expectedSchema: SchemaDigest(Samples.otherSchema)
                ),
                .schemaChanged(name("notes"))
            ),
            (.datasetPurged(gone), .datasetGone(gone)),
            (.datasetPurged(notes), invalid("only a dropped dataset is forgotten")),
            (.historyTrimmed(before: 5), invalid("version 5 is none that could be the oldest")),
            (.historyTrimmed(before: 0), invalid("version 0 is none that could be the oldest")),
            (.datasetDropped(gone, at: "x"), .datasetGone(gone)),
            (.ingestRecorded(Samples.receipt("s", "gone")), .datasetGone(gone)),
            (.ingestRecorded(Samples.receipt("s1", "id-notes")), .alreadyIngested(name("notes"))),
            (vectors { $0.name = name("notes_index") }, .indexNameTaken(name("notes_index"))),
            (vectors { $0.id = index }, .identifierTaken("ix-notes_index")),
            (vectors { $0.dataset = gone }, .datasetGone(gone)),
            (vectors { $0.textColumns = [] }, invalid("the index has no text column")),
            (vectors { $0.textColumns = ["no"] }, invalid("the dataset has no column no for the index")),
            (vectors { $0.idColumn = "no" }, invalid("the dataset has no column no for the index")),
            (vectors { $0.chunk.sizeTokens = 0 }, invalid(chunks)),
            (vectors { $0.chunk.overlapTokens = 200 }, invalid(chunks)),
            (vectors { $0.chunk.overlapTokens = -1 }, invalid(chunks)),
            (.indexDropped(goneIndex), .indexGone(goneIndex)),
            (
                .generationPromoted(index: goneIndex, generation: Samples.generation(1), replacing: nil),
                .indexGone(goneIndex)
            ),
            (
                .generationPromoted(index: index, generation: Samples.generation(2), replacing: 1),
                .generationReplaced(name("notes_index"), expected: 1, found: nil)
            ),
            (
                .generationPromoted(index: index, generation: Samples.generation(1), replacing: 1),
                invalid("generation 1 cannot replace itself")
            ),
            (
                .generationPromoted(index: index, generation: Samples.generation(1, source: 4), replacing: nil),
                invalid("the generation comes from version 4, yet to be")
            ),
            (key { $0.id = KeyID(rawValue: "key-ci") }, .identifierTaken("key-ci")),
            (key { $0.sha256 = "sha-ci" }, .identifierTaken("key-new")),
            (key { $0.revokedAt = "x" }, invalid("a new key cannot be a revoked one")),
            (.keyRevoked(KeyID(rawValue: "gone"), at: "x"), .keyGone(KeyID(rawValue: "gone"))),
        ]
    }()

    @Test(arguments: 0..<refusals.count)
    func whatDoesNotApplyIsRefusedWithItsReason(place: Int) throws {
        let (action, error) = Self.refusals[place]
        #expect(throws: error) { try applying(action) }
        // Nor after an action that does apply; and nothing of either stays.
        #expect(throws: error) { try applying(.keyCreated(Samples.key("another")), action) }
        #expect(!error.detail.isEmpty)
    }

    @Test func anEmptyTransactionIsRefused() {
        #expect(throws: CatalogError.invalidTransaction(reason: "it holds no action")) { try applying() }
    }

    @Test func whatWasDroppedCannotBeChanged() throws {
        let state = try applying(.datasetDropped(notes, at: "x"))
        let refused: [Action] = [
            .filesAdded(dataset: notes, files: [], expectedSchema: SchemaDigest(Samples.schema)),
            .filesReplaced(dataset: notes, files: [], schema: Samples.schema, expectedVersion: nil),
            .datasetDropped(notes, at: "x"),
            .ingestRecorded(Samples.receipt("s", "id-notes")),
            .indexCreated(Samples.index("new", on: "id-notes")),
            .generationPromoted(index: index, generation: Samples.generation(1), replacing: nil),
        ]
        for action in refused {
            #expect(throws: CatalogError.datasetGone(notes)) {
                try state.applying(Samples.transaction(action), version: 5)
            }
        }
        let reused = Samples.transaction(.datasetCreated(Samples.dataset("other", id: "id-notes")))
        #expect(throws: CatalogError.identifierTaken("id-notes")) { try state.applying(reused, version: 5) }
    }

    @Test func aKeyIsRevokedOnce() throws {
        let key = KeyID(rawValue: "key-ci")
        let state = try applying(.keyRevoked(key, at: "x"))
        #expect(throws: CatalogError.keyGone(key)) {
            try state.applying(Samples.transaction(.keyRevoked(key, at: "y")), version: 5)
        }
    }

    @Test func everyErrorSaysWhatToDoWithIt() {
        let errors: [CatalogError] = [
            .conflict(attempts: 3), .noSuchVersion(9, newest: 3), .corruptCommit(version: 7, reason: "r"),
            .missingCommit(version: 7), .corruptFormatFile(reason: "r"),
            .lakeTooNew(needsReader: 3, has: 2, release: nil),
            .lakeNotWritable(needsWriter: 4, has: 3, release: "0.4.0"), .versionNotKept(2, oldest: 5),
            .unknownAction(kind: "k", version: 7),
            .outcomeUnknown(TransactionID(rawValue: "t")), .tooManyWaiting(limit: 4), .closed,
        ]
        for error in errors + Self.refusals.map(\.1) {
            #expect(error.detail.hasSuffix("."))
            #expect(error.code.allSatisfy { $0.isLowercase || $0 == "_" })
        }
        #expect(CatalogError.corruptCommit(version: 7, reason: "r").detail.contains("Version 7"))
        #expect(CatalogError.unknownAction(kind: "k", version: 7).detail.contains("newer Lakehouse"))
        let tooNew = CatalogError.lakeTooNew(needsReader: 4, has: 3, release: "0.4.0").detail
        #expect(tooNew.contains("needs Lakehouse 0.4.0 or later (format 4) and this one knows format 3"))
    }
}
