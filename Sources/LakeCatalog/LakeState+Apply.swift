internal import LakeCore

extension LakeState {
    /// The state after one more transaction, or why it does not apply.
    ///
    /// The version is that of the commit which holds the transaction; several transactions may share it.
    public func applying(_ transaction: Transaction, version: Int) throws(CatalogError) -> LakeState {
        var next = self
        try next.apply(transaction, version: version)
        return next
    }

    /// Applies in place, without the copy that ``applying(_:version:)`` makes: a replay must not copy the state per commit.
    ///
    /// When this throws, the state holds a part of the transaction and must be thrown away.
    mutating func apply(_ transaction: Transaction, version: Int) throws(CatalogError) {
        guard !transaction.actions.isEmpty else { throw .invalidTransaction(reason: "it holds no action") }
        self.version = version
        if let request = transaction.request { try note(request, at: transaction.at) }
        for action in transaction.actions {
            switch action {
            case .datasetCreated(let dataset): try create(dataset)
            case .filesAdded(let id, let files, let schema):
                try add(files, to: id, expecting: schema, at: transaction.at)
            case .filesReplaced(let id, let files, let schema, let expected, let older):
                try replace(id, files, older + [schema], expecting: expected, at: transaction.at)
            case .schemaChanged(let id, let schema, let expected, let version):
                try change(id, to: schema, expecting: expected, version, at: transaction.at)
            case .filesExchanged(let id, let removing, let adding, let schema):
                try exchange(removing, for: adding, of: id, expecting: schema, at: transaction.at)
            case .deletionsChanged(let id, let changes, let expected):
                try change(changes, of: id, expecting: expected, at: transaction.at)
            case .rowsMoved(let id, let moves): try note(moves, of: id)
            case .datasetRestored(let id, let at): try restore(id, at: at)
            case .datasetPinned(let id, let isPinned): try pin(id, isPinned)
            case .datasetDescribed(let id, let card, let replacing): try describe(id, card, replacing: replacing)
            case .datasetProfiled(let id, let profile, let isWhole): try profiled(id, profile, isWhole: isWhole)
            case .versionTagged(let id, let tag, let version): try self.tag(id, tag, version)
            case .retentionSet(let id, let retention): try keep(id, retention)
            case .versionsTrimmed(let id, let oldest): try trim(id, before: oldest)
            case .clusteringSet(let id, let columns): try cluster(id, by: columns)
            case .tombstoneAdded(let tombstone): try add(tombstone)
            case .tombstoneRemoved(let id): try remove(id)
            case .datasetDropped(let id, let at): try drop(id, at: at)
            case .datasetPurged(let id): try purge(id)
            case .ingestRecorded(let receipt): try record(receipt)
            case .indexCreated(let index): try create(index)
            case .indexDropped(let id): try drop(id)
            case .generationPromoted(let id, let generation, let replacing):
                try promote(generation, of: id, replacing: replacing)
            case .keyCreated(let key): try create(key)
            case .keyRevoked(let id, let at): try revoke(id, at: at)
            case .historyTrimmed(let oldest): try trim(before: oldest)
            }
        }
    }

    // MARK: Datasets

    private mutating func create(_ dataset: Dataset) throws(CatalogError) {
        guard dataset.droppedAt == nil else {
            throw .invalidTransaction(reason: "a new dataset cannot be a dropped one")
        }
        try Self.check(dataset.schema)
        try Self.check(Array(dataset.files))
        guard dataset.olderSchemas.isEmpty else {
            throw .invalidTransaction(reason: "a new dataset cannot have had other columns")
        }
        guard datasets[dataset.id] == nil else { throw .identifierTaken(dataset.id.rawValue) }
        guard lookups.datasets[dataset.name] == nil else { throw .nameTaken(dataset.name) }
        var dataset = dataset
        dataset.files = FileList(stamped(Array(dataset.files)))
        dataset.version = version
        dataset.rowsVersion = version
        dataset.createdVersion = version
        datasets[dataset.id] = dataset
        lookups.datasets[dataset.name] = dataset.id
    }

    private mutating func add(
        _ files: [DataFile],
        to id: DatasetID,
        expecting schema: SchemaDigest,
        at: String
    ) throws(CatalogError) {
        try Self.check(files)
        let (name, found, newest) = try live(id) { ($0.name, $0.schema, $0.newestSchema) }
        guard SchemaDigest(found) == schema else { throw .schemaChanged(name) }
        let added = stamped(files).map { file in
            var file = file
            file.schema = newest
            return file
        }
        datasets.update(id) { $0?.files.append(contentsOf: added) }
        touch(id, at: at)
    }

    private mutating func replace(
        _ id: DatasetID,
        _ files: [DataFile],
        _ schemas: [Schema],
        expecting expected: Int?,
        at: String
    ) throws(CatalogError) {
        for schema in schemas { try Self.check(schema) }
        try Self.check(files)
        guard let schema = schemas.last, files.allSatisfy({ schemas.indices.contains($0.schema ?? 0) }) else {
            throw .invalidTransaction(reason: "a file has columns that are not among those of the dataset")
        }
        let (name, found, columns) = try live(id) { ($0.name, $0.version, $0.schema) }
        if let expected, expected != found { throw .replacedMeanwhile(name, expected: expected, found: found) }
        let added = stamped(files)
        // Columns that were called otherwise then are the same by their field ids.
        let isEarlier = try live(id) { ($0.olderSchemas + [$0.schema]).starts(with: schemas) }
        if isEarlier { rename(from: columns, to: schema, of: id) }
        datasets[id]?.files = FileList(added)
        datasets[id]?.schema = schema
        datasets[id]?.olderSchemas = schemas.dropLast()
        datasets[id]?.clusterBy.removeAll { schema.column(named: $0) == nil }
        if columns != schema, !isEarlier { datasets.update(id) { $0?.follow(from: columns) } }
        touch(id, at: at)
        forgetReceipts(of: id)
        forgetTombstones(of: id) { _ in true }
    }

    private mutating func change(
        _ id: DatasetID,
        to schema: Schema,
        expecting digest: SchemaDigest,
        _ expected: Int?,
        at: String
    ) throws(CatalogError) {
        try Self.check(schema)
        let (name, found, version, rowsVersion) = try live(id) { ($0.name, $0.schema, $0.version, $0.rowsVersion) }
        guard SchemaDigest(found) == digest else { throw .schemaChanged(name) }
        if let expected, expected != version {
            throw .replacedMeanwhile(name, expected: expected, found: version)
        }
        guard found != schema else { throw .invalidTransaction(reason: "the columns are those of the dataset") }
        for column in found.columns where schema.column(id: column.fieldID) == nil {
            guard let user = user(of: column, of: id) else { continue }
            throw .columnInUse(name, column: column.name, by: user)
        }
        rename(from: found, to: schema, of: id)
        datasets[id]?.olderSchemas.append(found)
        datasets[id]?.schema = schema
        touch(id, at: at)
        // No row is another one for that.
        datasets[id]?.rowsVersion = rowsVersion
    }

    /// What could not be without a column.
    private func user(of column: Column, of id: DatasetID) -> String? {
        let name = column.name.lowercased()
        if datasets[id]?.clusterBy.contains(where: { $0.lowercased() == name }) == true { return "cluster_by" }
        let index = indexes.values.filter { $0.dataset == id }.sorted { $0.name < $1.name }.first { index in
            (index.textColumns + [index.idColumn].compactMap(\.self)).contains { $0.lowercased() == name }
        }
        if let index { return "index \(index.name)" }
        let tombstone = tombstones.values.filter { $0.dataset == id }.sorted { $0.id < $1.id }.first {
            $0.columns.contains { $0.lowercased() == name }
        }
        return tombstone.map { "tombstone \($0.id)" }
    }

    /// Has what names columns of a dataset name them as they are called from here on; those that are gone keep their name.
    private mutating func rename(from old: Schema, to new: Schema, of id: DatasetID) {
        func renamed(_ name: String) -> String {
            old.column(named: name).flatMap { new.column(id: $0.fieldID) }?.name ?? name
        }
        if let columns = datasets[id]?.clusterBy, columns.map(renamed) != columns {
            datasets[id]?.clusterBy = columns.map(renamed)
        }
        for index in indexes.values where index.dataset == id {
            let columns = index.textColumns.map(renamed)
            let idColumn = index.idColumn.map(renamed)
            guard columns != index.textColumns || idColumn != index.idColumn else { continue }
            indexes[index.id]?.textColumns = columns
            indexes[index.id]?.idColumn = idColumn
        }
        for tombstone in tombstones.values where tombstone.dataset == id {
            let columns = tombstone.columns.map(renamed)
            if columns != tombstone.columns { tombstones.update(tombstone.id) { $0?.columns = columns } }
        }
    }

    private mutating func exchange(
        _ removing: [SeenFile],
        for adding: [DataFile],
        of id: DatasetID,
        expecting schema: SchemaDigest,
        at: String
    ) throws(CatalogError) {
        try Self.check(adding)
        guard !removing.isEmpty else { throw .invalidTransaction(reason: "no file is to be exchanged") }
        let (name, found, files, schemas) = try live(id) { ($0.name, $0.schema, $0.files, $0.olderSchemas.count) }
        guard SchemaDigest(found) == schema else { throw .schemaChanged(name) }
        guard adding.allSatisfy({ (0...schemas).contains($0.schema ?? 0) }) else {
            throw .invalidTransaction(reason: "a file has columns that are not among those of the dataset")
        }
        let seen = Set(removing)
        let gone = Set(removing.map(\.key))
        guard let place = files.firstIndex(where: { gone.contains($0.key) }),
            files.count(where: { gone.contains($0.key) && seen.contains($0.seen) }) == gone.count
        else { throw .filesGone(name) }
        let kept = files.filter { !gone.contains($0.key) }
        let exchanged = FileList(kept[..<place] + stamped(adding) + kept[place...])
        datasets[id]?.files = exchanged
        touch(id, at: at)
        // What was moved with its deletions can still be brought back; what was rewritten cannot.
        let left = gone.subtracting(adding.map(\.key))
        forgetTombstones(of: id) { left.contains($0) }
    }

    private mutating func change(
        _ changes: [DeletionChange],
        of id: DatasetID,
        expecting expected: Int?,
        at: String
    ) throws(CatalogError) {
        let (name, files, version) = try live(id) { ($0.name, $0.files, $0.version) }
        if let expected, expected != version {
            throw .replacedMeanwhile(name, expected: expected, found: version)
        }
        if changes.isEmpty, expected != nil { return }
        let wanted = Dictionary(changes.map { ($0.file, $0) }) { first, _ in first }
        guard !changes.isEmpty, wanted.count == changes.count else {
            throw .invalidTransaction(reason: "no file is named, or one is named twice")
        }
        var found = 0
        for (place, file) in files.enumerated() {
            guard let change = wanted[file.key] else { continue }
            guard file.deletions?.key == change.replacing else { throw .filesGone(name) }
            if let deletions = change.deletions {
                guard !deletions.key.isEmpty, (1...max(1, file.rows)).contains(deletions.rows) else {
                    throw .invalidTransaction(reason: "a file cannot have that many deleted rows")
                }
            }
            datasets.update(id) { $0?.files[place].deletions = change.deletions }
            found += 1
        }
        guard found == changes.count else { throw .filesGone(name) }
        touch(id, at: at)
    }

    private mutating func add(_ tombstone: Tombstone) throws(CatalogError) {
        let files = try live(tombstone.dataset) { $0.files }
        guard tombstones[tombstone.id] == nil else { throw .identifierTaken(tombstone.id.rawValue) }
        guard !tombstone.files.isEmpty,
            files.count(where: { tombstone.files.contains($0.key) }) == tombstone.files.count
        else { throw .invalidTransaction(reason: "a tombstone names files that the dataset does not have") }
        var tombstone = tombstone
        tombstone.version = version
        tombstones[tombstone.id] = tombstone
    }

    private mutating func remove(_ id: TombstoneID) throws(CatalogError) {
        guard tombstones[id] != nil else { throw .tombstoneGone(id) }
        tombstones[id] = nil
    }

    /// Takes files that are gone out of the tombstones of a dataset, and the tombstones that have none left.
    private mutating func forgetTombstones(of id: DatasetID, _ isGone: (String) -> Bool) {
        for tombstone in tombstones.values where tombstone.dataset == id {
            let left = tombstone.files.filter { !isGone($0) }
            if left.count == tombstone.files.count { continue }
            tombstones.update(tombstone.id) { $0?.files = left }
            if left.isEmpty { tombstones[tombstone.id] = nil }
        }
    }

    private mutating func drop(_ id: DatasetID, at: String) throws(CatalogError) {
        let (name, isProtected) = try live(id) { ($0.name, $0.card.isProtected) }
        if isProtected { throw .protected(name) }
        datasets[id]?.droppedAt = at
        touch(id, at: at)
        lookups.datasets[name] = nil
        forgetReceipts(of: id)
        forgetTombstones(of: id) { _ in true }
    }

    private mutating func restore(_ id: DatasetID, at: String) throws(CatalogError) {
        guard let dataset = datasets[id], dataset.droppedAt != nil else { throw .datasetGone(id) }
        guard lookups.datasets[dataset.name] == nil else { throw .nameTaken(dataset.name) }
        datasets[id]?.droppedAt = nil
        lookups.datasets[dataset.name] = id
        touch(id, at: at)
    }

    /// Keeps of the earlier moves those that an index may still ask for.
    private mutating func note(_ moves: [FileMove], of id: DatasetID) throws(CatalogError) {
        _ = try live(id) { $0.id }
        guard !moves.isEmpty else { throw .invalidTransaction(reason: "no file was moved") }
        let built = indexes.values.filter { $0.dataset == id }.map { $0.serving?.sourceVersion ?? 0 }
        let oldest = built.min() ?? version
        let stamped = moves.map { move in
            var move = move
            move.version = version
            return move
        }
        datasets.update(id) { dataset in
            dataset?.moves.removeAll { $0.version <= oldest }
            dataset?.moves += stamped
        }
    }

    /// No change of the dataset itself: indexes of it are not stale for that.
    private mutating func pin(_ id: DatasetID, _ isPinned: Bool) throws(CatalogError) {
        _ = try live(id) { $0.id }
        datasets[id]?.isPinned = isPinned
    }

    /// As with ``pin(_:_:)``, indexes and readers of the rows need not know.
    private mutating func describe(_ id: DatasetID, _ card: DatasetCard, replacing: Int) throws(CatalogError) {
        let (name, found) = try live(id) { ($0.name, $0.card) }
        guard found.version == replacing else { throw .describedMeanwhile(name) }
        var card = card
        card.version = version
        datasets[id]?.card = card
        if card.eventTimeColumn != found.eventTimeColumn { datasets[id]?.profile.highWater = nil }
    }

    private mutating func profiled(_ id: DatasetID, _ profile: DatasetProfile, isWhole: Bool) throws(CatalogError) {
        let known = try live(id) { $0.profile }
        datasets[id]?.profile = isWhole ? profile : known.merging(profile)
    }

    /// No change of the dataset itself, as the three that follow.
    private mutating func tag(_ id: DatasetID, _ tag: String, _ wanted: Int?) throws(CatalogError) {
        let (name, found, dataset) = try live(id) { ($0.name, $0.versionTags[tag], ($0.createdVersion, $0.keptFrom)) }
        guard let wanted else {
            guard found != nil else { throw .tagGone(name, tag: tag) }
            datasets[id]?.versionTags[tag] = nil
            return
        }
        guard found == nil else { throw .tagTaken(name, tag: tag) }
        guard !tag.isEmpty, tag.utf8.count <= 63,
            tag.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) })
        else { throw .invalidTransaction(reason: "a version is named by 1 to 63 letters, digits, '_', '-' and '.'") }
        guard (dataset.0...version).contains(wanted) else { throw .noSuchVersion(wanted, newest: version) }
        let oldest = dataset.1 ?? oldestVersion
        guard wanted >= oldest || datasets[id]?.versionTags.values.contains(wanted) == true else {
            throw .versionNotKept(wanted, oldest: oldest)
        }
        datasets[id]?.versionTags[tag] = wanted
    }

    private mutating func keep(_ id: DatasetID, _ retention: Retention?) throws(CatalogError) {
        let keptFrom = try live(id) { $0.keptFrom }
        if let retention {
            guard retention.seconds != nil || retention.versions != nil, retention.seconds ?? 0 >= 0,
                retention.versions ?? 1 >= 1
            else { throw .invalidTransaction(reason: "what is to be kept is neither an age nor a number of versions") }
        }
        datasets[id]?.retention = retention
        // What is gone stays gone, and what is there waits for the next sweep.
        datasets[id]?.keptFrom =
            retention == nil ? keptFrom.flatMap { $0 > oldestVersion ? $0 : nil } : keptFrom ?? oldestVersion
    }

    private mutating func trim(_ id: DatasetID, before oldest: Int) throws(CatalogError) {
        let keptFrom = try live(id) { $0.keptFrom }
        guard (1...version).contains(oldest) else {
            throw .invalidTransaction(reason: "version \(oldest) is none that could be the oldest")
        }
        datasets[id]?.keptFrom = max(keptFrom ?? oldestVersion, oldest)
    }

    private mutating func cluster(_ id: DatasetID, by columns: [String]) throws(CatalogError) {
        let schema = try live(id) { $0.schema }
        guard columns.count <= 4, Set(columns.map { $0.lowercased() }).count == columns.count else {
            throw .invalidTransaction(reason: "rows are sorted by at most four columns, each once")
        }
        for column in columns where schema.column(named: column) == nil {
            throw .invalidTransaction(reason: "the dataset has no column \(column) to sort by")
        }
        datasets[id]?.clusterBy = columns
    }

    private mutating func purge(_ id: DatasetID) throws(CatalogError) {
        guard let dataset = datasets[id] else { throw .datasetGone(id) }
        guard dataset.droppedAt != nil else { throw .invalidTransaction(reason: "only a dropped dataset is forgotten") }
        datasets[id] = nil
    }

    private mutating func record(_ receipt: IngestReceipt) throws(CatalogError) {
        let name = try live(receipt.dataset) { $0.name }
        guard receipts[receipt.sha256]?.contains(where: { $0.dataset == receipt.dataset }) != true else {
            throw .alreadyIngested(name)
        }
        var receipt = receipt
        receipt.version = version
        receipts.update(receipt.sha256) { found in
            found = found ?? []
            found?.append(receipt)
        }
        lookups.note(receipt)
    }

    private mutating func forgetReceipts(of id: DatasetID) {
        for source in lookups.sources[id] ?? [] {
            let others = receipts[source]?.filter { $0.dataset != id } ?? []
            receipts[source] = others.isEmpty ? nil : others
        }
        lookups.sources[id] = nil
    }

    // MARK: Indexes

    private mutating func create(_ index: VectorIndex) throws(CatalogError) {
        let schema = try live(index.dataset) { $0.schema }
        guard !index.textColumns.isEmpty else { throw .invalidTransaction(reason: "the index has no text column") }
        for column in index.textColumns + [index.idColumn].compactMap(\.self) where schema.column(named: column) == nil
        {
            throw .invalidTransaction(reason: "the dataset has no column \(column) for the index")
        }
        guard index.chunk.sizeTokens > 0, (0..<index.chunk.sizeTokens).contains(index.chunk.overlapTokens) else {
            throw .invalidTransaction(reason: "chunks must have at least one token and overlap by fewer than they have")
        }
        guard indexes[index.id] == nil else { throw .identifierTaken(index.id.rawValue) }
        guard lookups.indexes[index.name] == nil else { throw .indexNameTaken(index.name) }
        indexes[index.id] = index
        lookups.indexes[index.name] = index.id
    }

    private mutating func drop(_ id: IndexID) throws(CatalogError) {
        guard let index = indexes[id] else { throw .indexGone(id) }
        indexes[id] = nil
        lookups.indexes[index.name] = nil
    }

    private mutating func promote(
        _ generation: Generation,
        of id: IndexID,
        replacing expected: Int?
    ) throws(CatalogError) {
        guard let index = indexes[id] else { throw .indexGone(id) }
        _ = try live(index.dataset) { $0.id }
        guard generation.number != expected else {
            throw .invalidTransaction(reason: "generation \(generation.number) cannot replace itself")
        }
        guard generation.sourceVersion < version else {
            throw .invalidTransaction(
                reason: "the generation comes from version \(generation.sourceVersion), yet to be"
            )
        }
        guard index.serving?.number == expected else {
            throw .generationReplaced(index.name, expected: expected, found: index.serving?.number)
        }
        indexes[id]?.serving = generation
    }

    // MARK: Keys

    private mutating func create(_ key: APIKeyRecord) throws(CatalogError) {
        guard key.revokedAt == nil else { throw .invalidTransaction(reason: "a new key cannot be a revoked one") }
        guard keys[key.id] == nil, lookups.keys[key.sha256] == nil else { throw .identifierTaken(key.id.rawValue) }
        keys[key.id] = key
        lookups.keys[key.sha256] = key.id
    }

    private mutating func revoke(_ id: KeyID, at: String) throws(CatalogError) {
        guard keys[id]?.revokedAt == nil, keys[id] != nil else { throw .keyGone(id) }
        keys[id]?.revokedAt = at
    }

    // MARK: History

    /// Of two that trim at once the one that keeps less counts.
    private mutating func trim(before oldest: Int) throws(CatalogError) {
        guard (1...version).contains(oldest) else {
            throw .invalidTransaction(reason: "version \(oldest) is none that could be the oldest")
        }
        oldestVersion = max(oldestVersion, oldest)
    }

    private mutating func note(_ request: RequestNote, at: String) throws(CatalogError) {
        if let earlier = requests[request.key] { throw .alreadyDone(version: earlier.version) }
        requests.add(RequestRecord(note: request, version: version, at: at))
    }

    // MARK: Rules

    /// Reads parts of a dataset that was not dropped, and no more: a copy of its files would make the next append copy them all.
    private func live<Part>(_ id: DatasetID, _ part: (Dataset) -> Part) throws(CatalogError) -> Part {
        guard let dataset = datasets[id], dataset.droppedAt == nil else { throw .datasetGone(id) }
        return part(dataset)
    }

    private mutating func touch(_ id: DatasetID, at: String) {
        datasets[id]?.version = version
        datasets[id]?.rowsVersion = version
        datasets[id]?.updatedAt = at
    }

    private func stamped(_ files: [DataFile]) -> [DataFile] {
        files.map { file in
            var file = file
            file.addedAt = version
            return file
        }
    }

    private static func check(_ schema: Schema) throws(CatalogError) {
        guard !schema.columns.isEmpty else { throw .invalidTransaction(reason: "the schema has no column") }
        var names: Set<String> = []
        var fields: Set<Int> = []
        for column in schema.columns {
            guard !column.name.isEmpty, names.insert(column.name.lowercased()).inserted else {
                throw .invalidTransaction(reason: "the schema has a column without a name or two of one name")
            }
            guard column.fieldID > 0, fields.insert(column.fieldID).inserted else {
                throw .invalidTransaction(reason: "the field identifiers of the schema are not distinct and positive")
            }
        }
    }

    /// That a dataset has no file twice over its whole life is left to ``LogVerification``: here it would cost O(files).
    private static func check(_ files: [DataFile]) throws(CatalogError) {
        guard files.allSatisfy({ !$0.key.isEmpty && $0.rows >= 0 && $0.bytes >= 0 }) else {
            throw .invalidTransaction(reason: "a file has no key, or fewer than no rows or bytes")
        }
        guard Set(files.map(\.key)).count == files.count else {
            throw .invalidTransaction(reason: "a file is listed twice")
        }
    }
}
