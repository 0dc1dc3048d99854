import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeCatalog

/// Random histories, compared with a model so naive that it can be seen to be right.
@Suite struct LakeStateModelTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func theStateAgreesWithANaiveModel(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        var model = NaiveLake()
        var state = LakeState()
        var refused = 0
        for _ in 0..<1000 {
            let transaction = history.next()
            let version = state.version + 1
            var next = model
            if next.apply(transaction, version: version) {
                state = try state.applying(transaction, version: version)
                model = next
            } else {
                refused += 1
                #expect(throws: CatalogError.self) { try state.applying(transaction, version: version) }
            }
            #expect(NaiveLake(state) == model, "seed \(seed), version \(version)")
        }
        // Both happen often, or the comparison says little.
        #expect(state.version > 150 && refused > 100)
        #expect(try JSONDecoder().decode(LakeState.self, from: JSONEncoder().encode(state)) == state)
    }

    /// What applies to a state in place is what applies to a copy.
    @Test func aPlanIsTheTransactionsOneAfterTheOther() throws {
        for seed in 20..<40 as Range<UInt64> {
            var history = RandomHistory(seed: seed)
            var base = LakeState()
            for _ in 0..<40 { base = (try? base.applying(history.next(), version: base.version + 1)) ?? base }
            let transactions = (0..<30).map { _ in history.next() }
            let plan = CommitPlan(transactions, on: base)
            var expected = base
            for (place, transaction) in transactions.enumerated() {
                do throws(CatalogError) {
                    expected = try expected.applying(transaction, version: base.version + 1)
                    #expect(plan.accepted.contains(place))
                } catch {
                    #expect(plan.refused.contains { $0.place == place && $0.error == error })
                }
            }
            #expect(plan.state == expected)
            #expect(plan.accepted.count + plan.refused.count == 30)
            #expect(plan.accepted == plan.accepted.sorted())
        }
    }
}

/// The lake as flat lists that are searched from end to end.
private struct NaiveLake: Equatable {
    struct Table: Equatable {
        var id: String
        var name: String
        var schema: Schema
        /// All there were since it was made or replaced.
        var schemas: [Schema]
        var files: [File]
        var rows: Int { files.map(\.rows).reduce(0, +) }
        var version: Int
        var isDropped = false
    }
    struct File: Equatable {
        var key: String
        var rows: Int
        /// What it was written with.
        var schema: Schema

        init(_ file: DataFile, _ schema: Schema) { (key, rows, self.schema) = (file.key, file.rows, schema) }
    }
    struct Vectors: Equatable {
        var id: String
        var name: String
        var dataset: String
        var serving: Int?
        var columns: [String]
    }
    struct Key: Equatable {
        var id: String
        var sha256: String
        var isRevoked = false
    }
    struct Receipt: Equatable {
        var source: String
        var dataset: String
        var version: Int
    }

    var tables: [Table] = []
    var vectors: [Vectors] = []
    var keys: [Key] = []
    var receipts: [Receipt] = []

    init() {}

    /// What the state shows, through its look-ups where it has some.
    init(_ state: LakeState) {
        tables = state.datasets.values.map { dataset in
            Table(
                id: dataset.id.rawValue,
                name: dataset.name.rawValue,
                schema: dataset.schema,
                schemas: dataset.olderSchemas + [dataset.schema],
                files: dataset.files.map { File($0, dataset.schema(of: $0)) },
                version: dataset.version,
                isDropped: state.dataset(named: dataset.name)?.id != dataset.id
            )
        }
        vectors = state.indexes.values.compactMap { state.index(named: $0.name) }.map { index in
            Vectors(
                id: index.id.rawValue,
                name: index.name.rawValue,
                dataset: index.dataset.rawValue,
                serving: index.serving?.number,
                columns: index.textColumns + [index.idColumn].compactMap(\.self)
            )
        }
        keys = state.keys.values.map { key in
            Key(id: key.id.rawValue, sha256: key.sha256, isRevoked: state.key(sha256: key.sha256)?.id != key.id)
        }
        receipts = state.receipts.flatMap { source, receipts in
            receipts.map { Receipt(source: source, dataset: $0.dataset.rawValue, version: $0.version) }
        }
        sort()
    }

    private mutating func sort() {
        tables.sort { $0.id < $1.id }
        vectors.sort { $0.id < $1.id }
        keys.sort { $0.id < $1.id }
        receipts.sort { ($0.source, $0.version, $0.dataset) < ($1.source, $1.version, $1.dataset) }
    }

    /// False when the transaction does not apply; the model is of no use then.
    mutating func apply(_ transaction: Transaction, version: Int) -> Bool {
        defer { sort() }
        return transaction.actions.allSatisfy { apply($0, version) }
    }

    private func live(_ id: DatasetID) -> Int? { tables.firstIndex { $0.id == id.rawValue && !$0.isDropped } }

    private mutating func rename(_ table: Int, to schema: Schema) {
        for place in vectors.indices where vectors[place].dataset == tables[table].id {
            vectors[place].columns = vectors[place].columns.map { name in
                let field = tables[table].schema.columns.first { $0.name == name }?.fieldID
                return schema.columns.first { $0.fieldID == field }?.name ?? name
            }
        }
    }

    private mutating func apply(_ action: Action, _ version: Int) -> Bool {
        switch action {
        case .datasetCreated(let new):
            let name = new.name.rawValue
            if tables.contains(where: { $0.id == new.id.rawValue || ($0.name == name && !$0.isDropped) }) {
                return false
            }
            tables.append(
                Table(
                    id: new.id.rawValue,
                    name: name,
                    schema: new.schema,
                    schemas: [new.schema],
                    files: new.files.map { File($0, new.schema) },
                    version: version
                )
            )
        case .filesAdded(let id, let files, let schema):
            guard let place = live(id), SchemaDigest(tables[place].schema) == schema else { return false }
            tables[place].files += files.map { File($0, tables[place].schema) }
            tables[place].version = version
        case .filesReplaced(let id, let files, let schema, let expected, _):
            guard let place = live(id), expected == nil || expected == tables[place].version else { return false }
            // Columns as they were at first are the same columns.
            if tables[place].schemas.first == schema { rename(place, to: schema) }
            tables[place].schema = schema
            tables[place].schemas = [schema]
            tables[place].files = files.map { File($0, schema) }
            tables[place].version = version
            receipts.removeAll { $0.dataset == id.rawValue }
        case .schemaChanged(let id, let schema, let digest, let expected):
            guard let place = live(id), SchemaDigest(tables[place].schema) == digest, schema != tables[place].schema,
                expected == nil || expected == tables[place].version
            else { return false }
            let gone = tables[place].schema.columns.filter { old in
                !schema.columns.contains { $0.fieldID == old.fieldID }
            }
            if vectors.contains(where: { index in
                index.dataset == id.rawValue && gone.contains { index.columns.contains($0.name) }
            }) {
                return false
            }
            rename(place, to: schema)
            tables[place].schema = schema
            tables[place].schemas.append(schema)
            tables[place].version = version
        case .filesExchanged(let id, let removing, let adding, let schema):
            guard let place = live(id), SchemaDigest(tables[place].schema) == schema, !removing.isEmpty else {
                return false
            }
            let removing = removing.map(\.key)
            let files = tables[place].files
            guard let at = files.firstIndex(where: { removing.contains($0.key) }),
                removing.allSatisfy({ key in files.contains { $0.key == key } })
            else { return false }
            tables[place].files = files.filter { !removing.contains($0.key) }
            // The history does not say what they were written with: the first.
            tables[place].files.insert(contentsOf: adding.map { File($0, tables[place].schemas[0]) }, at: at)
            tables[place].version = version
        case .datasetPurged(let id):
            guard let place = tables.firstIndex(where: { $0.id == id.rawValue && $0.isDropped }) else { return false }
            tables.remove(at: place)
        case .datasetRestored(let id, _):
            guard let place = tables.firstIndex(where: { $0.id == id.rawValue && $0.isDropped }) else { return false }
            let name = tables[place].name
            if tables.contains(where: { $0.name == name && !$0.isDropped }) { return false }
            tables[place].isDropped = false
            tables[place].version = version
        // No history makes these: their states are tested one by one.
        case .versionTagged(let id, _, _), .retentionSet(let id, _), .versionsTrimmed(let id, _),
            .clusteringSet(let id, _),
            .datasetPinned(let id, _), .datasetProfiled(let id, _, _):
            return live(id) != nil
        case .datasetDescribed, .deletionsChanged, .rowsMoved, .tombstoneAdded, .tombstoneRemoved: return false
        case .historyTrimmed(let oldest):
            guard (1...version).contains(oldest) else { return false }
        case .datasetDropped(let id, _):
            guard let place = live(id) else { return false }
            tables[place].isDropped = true
            tables[place].version = version
            receipts.removeAll { $0.dataset == id.rawValue }
        case .ingestRecorded(let receipt):
            guard live(receipt.dataset) != nil else { return false }
            let dataset = receipt.dataset.rawValue
            if receipts.contains(where: { $0.source == receipt.sha256 && $0.dataset == dataset }) { return false }
            receipts.append(Receipt(source: receipt.sha256, dataset: dataset, version: version))
        case .indexCreated(let new):
            guard let place = live(new.dataset),
                ["id", "body"].allSatisfy({ name in tables[place].schema.columns.contains { $0.name == name } })
            else { return false }
            let name = new.name.rawValue
            if vectors.contains(where: { $0.id == new.id.rawValue || $0.name == name }) { return false }
            vectors.append(
                Vectors(id: new.id.rawValue, name: name, dataset: new.dataset.rawValue, columns: ["body", "id"])
            )
        case .indexDropped(let id):
            guard let place = vectors.firstIndex(where: { $0.id == id.rawValue }) else { return false }
            vectors.remove(at: place)
        case .generationPromoted(let id, let generation, let replacing):
            guard let place = vectors.firstIndex(where: { $0.id == id.rawValue }),
                live(DatasetID(rawValue: vectors[place].dataset)) != nil, vectors[place].serving == replacing,
                generation.number != replacing
            else { return false }
            vectors[place].serving = generation.number
        case .keyCreated(let new):
            if keys.contains(where: { $0.id == new.id.rawValue || $0.sha256 == new.sha256 }) { return false }
            keys.append(Key(id: new.id.rawValue, sha256: new.sha256))
        case .keyRevoked(let id, _):
            guard let place = keys.firstIndex(where: { $0.id == id.rawValue && !$0.isRevoked }) else { return false }
            keys[place].isRevoked = true
        }
        return true
    }
}
