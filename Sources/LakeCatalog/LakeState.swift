public import LakeCore

/// Everything the lake knows at one version, as a value: whoever holds it sees nothing that is committed later.
///
/// A copy costs nothing, and the next version shares all but what its commit changed. Look-ups by name, by source and by key digest
/// cost O(1).
public struct LakeState: Equatable, Sendable {
    /// How many commits this state comes from; 0 is the empty lake.
    public internal(set) var version = 0
    /// With the dropped ones.
    public internal(set) var datasets = SharedDictionary<DatasetID, Dataset>()
    public internal(set) var indexes = SharedDictionary<IndexID, VectorIndex>()
    /// With the revoked ones.
    public internal(set) var keys = SharedDictionary<KeyID, APIKeyRecord>()
    /// What the live datasets were ingested from, by the sources' SHA-256, oldest first.
    public internal(set) var receipts = SharedDictionary<String, [IngestReceipt]>()
    /// The rows that were hidden by their keys and can be brought back.
    public internal(set) var tombstones = SharedDictionary<TombstoneID, Tombstone>()

    /// The oldest version that may still be read; before it, files are missing.
    public internal(set) var oldestVersion = 0
    /// The requests of late that came with a key of their own.
    public internal(set) var requests = RequestLedger()

    /// Found again from the rest when a state is read.
    var lookups = Lookups()

    /// The empty lake.
    public init() {}

    /// The live dataset of that name.
    public func dataset(named name: DatasetName) -> Dataset? {
        lookups.datasets[name].flatMap { datasets[$0] }
    }

    /// What a live dataset was ingested from, newest first.
    ///
    /// Cost: O(its receipts).
    public func receipts(of dataset: DatasetID) -> [IngestReceipt] {
        let all = (lookups.sources[dataset] ?? []).flatMap { receipts[$0] ?? [] }.filter { $0.dataset == dataset }
        return all.sorted { ($1.version, $0.fileName, $0.sha256) < ($0.version, $1.fileName, $1.sha256) }
    }

    /// The index of that name.
    public func index(named name: DatasetName) -> VectorIndex? {
        lookups.indexes[name].flatMap { indexes[$0] }
    }

    /// The key of that digest, unless it was revoked.
    public func key(sha256: String) -> APIKeyRecord? {
        lookups.keys[sha256].flatMap { keys[$0] }.flatMap { $0.revokedAt == nil ? $0 : nil }
    }

    /// What makes look-ups independent of the size of the lake.
    struct Lookups: Equatable, Sendable {
        /// Live ones only.
        var datasets = SharedDictionary<DatasetName, DatasetID>()
        var indexes = SharedDictionary<DatasetName, IndexID>()
        var keys = SharedDictionary<String, KeyID>()
        /// The sources of a dataset's receipts.
        var sources = SharedDictionary<DatasetID, Set<String>>()

        mutating func note(_ receipt: IngestReceipt) {
            sources.update(receipt.dataset) { found in
                found = found ?? []
                found?.insert(receipt.sha256)
            }
        }
    }

    /// Builds the look-ups anew.
    mutating func rebuildLookups() {
        lookups = Lookups()
        for dataset in datasets.values where dataset.droppedAt == nil { lookups.datasets[dataset.name] = dataset.id }
        for index in indexes.values { lookups.indexes[index.name] = index.id }
        for key in keys.values { lookups.keys[key.sha256] = key.id }
        for receipt in receipts.values.joined() { lookups.note(receipt) }
    }
}

extension LakeState: Codable {
    enum CodingKeys: String, CodingKey {
        case version, datasets, indexes, keys, receipts, requests, tombstones
        case oldestVersion = "oldest_version"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        datasets = try container.decode(SharedDictionary.self, forKey: .datasets)
        indexes = try container.decode(SharedDictionary.self, forKey: .indexes)
        keys = try container.decode(SharedDictionary.self, forKey: .keys)
        receipts = try container.decode(SharedDictionary.self, forKey: .receipts)
        tombstones = try container.decodeIfPresent(SharedDictionary.self, forKey: .tombstones) ?? SharedDictionary()
        oldestVersion = try container.decodeIfPresent(Int.self, forKey: .oldestVersion) ?? 0
        requests = try container.decodeIfPresent(RequestLedger.self, forKey: .requests) ?? RequestLedger()
        rebuildLookups()
    }
}
