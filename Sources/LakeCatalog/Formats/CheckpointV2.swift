internal import Foundation
internal import LakeCore
internal import LakeStorage

/// The state at one version, quick to read: `_lake/checkpoints/{version:020}.bin`.
///
/// A lake of a million files is a million files and as many receipts, and little else. So these two are written in binary, and all the
/// rest as the JSON of ``CheckpointV1``, with datasets that have no files and no columns. Lists of columns are written once each.
enum CheckpointV2 {
    private static let magic = Array("LAKECKP4".utf8)
    /// Of format 3, whose files all had the dataset's columns.
    private static let oldMagic = Array("LAKECKP3".utf8)
    /// Of format 2, whose files had no deleted rows either.
    private static let oldestMagic = Array("LAKECKP2".utf8)
    private static let sealLength = 64

    // MARK: Writing

    /// Runs off the caller's actor: a large state takes a while.
    @concurrent
    static func encode(_ checkpoint: CheckpointV1) async throws -> [UInt8] {
        var columns = ColumnLists()
        var shell = checkpoint
        var body = BinaryWriter()
        let datasets = checkpoint.state.datasets.values.sorted { $0.id < $1.id }
        body.write(datasets.count)
        for dataset in datasets {
            var bare = dataset
            bare.files = []
            bare.schema = Schema(columns: [])
            shell.state.datasets[dataset.id] = bare
            body.write(dataset.id.rawValue)
            body.write(columns.number(dataset.schema.columns))
            body.write(dataset.files.count)
            for file in dataset.files { body.write(file) }
        }
        let receipts = checkpoint.state.receipts.sorted { $0.key < $1.key }
        shell.state.receipts = SharedDictionary()
        body.write(receipts.reduce(0) { $0 + $1.value.count })
        for receipt in receipts.lazy.flatMap(\.value) {
            body.write(receipt, columns: columns.number(receipt.columns))
        }
        var whole = BinaryWriter()
        whole.bytes = magic
        whole.write(section: try JSONBytes.encode(shell))
        whole.write(section: try JSONBytes.encode(columns.lists))
        whole.write(section: body.bytes)
        whole.bytes += ContentHash.sha256(whole.bytes).utf8
        return whole.bytes
    }

    // MARK: Reading

    /// Nil when the bytes are damaged or are not a checkpoint of that version.
    @concurrent
    static func decode(_ bytes: [UInt8], version: Int) async -> CheckpointV1? {
        guard bytes.count > magic.count + sealLength else { return nil }
        let format =
            bytes.starts(with: magic) ? 4 : bytes.starts(with: oldMagic) ? 3 : bytes.starts(with: oldestMagic) ? 2 : 0
        guard format > 0 else { return nil }
        // Three things at once: whether the bytes are whole, the JSON, and the rest.
        async let isWhole = Self.isWhole(bytes)
        var reader = BinaryReader(bytes, magic.count..<bytes.count - sealLength)
        guard let head = reader.section(), let lists = reader.section(), let body = reader.section(), reader.isAtEnd
        else { return nil }
        async let shell = Self.shell(bytes, head, lists)
        let tables = Self.tables(bytes, body, format: format)
        guard await isWhole, let (checkpoint, columns) = await shell, let tables else { return nil }
        return Self.join(checkpoint, columns, tables, version)
    }

    private static func isWhole(_ bytes: [UInt8]) async -> Bool {
        bytes.suffix(sealLength).elementsEqual(ContentHash.sha256(bytes.dropLast(sealLength)).utf8)
    }

    private static func shell(
        _ bytes: [UInt8],
        _ head: Range<Int>,
        _ lists: Range<Int>
    ) async -> (CheckpointV1, [[Column]])? {
        let decoder = JSONDecoder()
        guard let checkpoint = try? decoder.decode(CheckpointV1.self, from: Data(bytes[head])),
            let columns = try? decoder.decode([[Column]].self, from: Data(bytes[lists]))
        else { return nil }
        return (checkpoint, columns)
    }

    /// The binary part, its columns still numbers.
    private struct Tables {
        var datasets: [(id: DatasetID, columns: Int, files: [DataFile])] = []
        var receipts: [(receipt: IngestReceipt, columns: Int)] = []
    }

    private static func tables(_ bytes: [UInt8], _ range: Range<Int>, format: Int) -> Tables? {
        var reader = BinaryReader(bytes, range)
        var tables = Tables()
        var identifiers: [String: DatasetID] = [:]
        guard let datasets = reader.itemCount() else { return nil }
        tables.datasets.reserveCapacity(datasets)
        for _ in 0..<datasets {
            guard let id = reader.string(), let columns = reader.count(), let count = reader.itemCount() else {
                return nil
            }
            var files: [DataFile] = []
            files.reserveCapacity(count)
            for _ in 0..<count {
                guard let file = reader.file(format: format) else { return nil }
                files.append(file)
            }
            identifiers[id] = DatasetID(rawValue: id)
            tables.datasets.append((DatasetID(rawValue: id), columns, files))
        }
        guard let receipts = reader.itemCount() else { return nil }
        tables.receipts.reserveCapacity(receipts)
        for _ in 0..<receipts {
            guard let (found, columns) = reader.receipt() else { return nil }
            var receipt = found
            // The very same text, so that it is in memory once.
            receipt.dataset = identifiers[receipt.dataset.rawValue] ?? receipt.dataset
            tables.receipts.append((receipt, columns))
        }
        return reader.isAtEnd ? tables : nil
    }

    private static func join(
        _ shell: CheckpointV1,
        _ columns: [[Column]],
        _ tables: Tables,
        _ version: Int
    ) -> CheckpointV1? {
        var checkpoint = shell
        guard checkpoint.state.version == version, tables.datasets.count == checkpoint.state.datasets.count else {
            return nil
        }
        for (id, number, files) in tables.datasets {
            guard columns.indices.contains(number), checkpoint.state.datasets[id] != nil else { return nil }
            checkpoint.state.datasets.update(id) { dataset in
                dataset?.files = FileList(files)
                dataset?.schema = Schema(columns: columns[number])
            }
        }
        for (receipt, number) in tables.receipts {
            guard columns.indices.contains(number) else { return nil }
            var receipt = receipt
            receipt.columns = columns[number]
            checkpoint.state.receipts.update(receipt.sha256) { found in
                found = found ?? []
                found?.append(receipt)
            }
        }
        checkpoint.state.rebuildLookups()
        return checkpoint
    }

    /// Distinct lists of columns, in the order in which they came.
    private struct ColumnLists {
        private(set) var lists: [[Column]] = []
        private var numbers: [[Column]: Int] = [:]

        mutating func number(_ columns: [Column]) -> Int {
            if let number = numbers[columns] { return number }
            numbers[columns] = lists.count
            lists.append(columns)
            return lists.count - 1
        }
    }
}

extension BinaryWriter {
    /// A file; its key without what it has in common with the key before.
    fileprivate mutating func write(_ file: DataFile) {
        write(keyAfterLast: file.key)
        write(file.bucket ?? "")
        write(file.rows)
        write(file.bytes)
        write(file.addedAt)
        write(optionalDigest: file.sha256)
        write(optionalDigest: file.sourceSHA256)
        write(file.schema ?? 0)
        write(file.deletions?.rows ?? 0)
        guard let deletions = file.deletions else { return }
        write(deletions.key)
        write(deletions.bucket ?? "")
        write(deletions.bytes)
        write(optionalDigest: deletions.sha256)
    }

    fileprivate mutating func write(_ receipt: IngestReceipt, columns: Int) {
        write(optionalDigest: receipt.sha256)
        write(receipt.dataset.rawValue)
        write(receipt.version)
        write(receipt.fileName)
        write(receipt.format)
        write(receipt.mode)
        write(receipt.rows)
        write(receipt.bytes)
        write(columns)
        write(receipt.rejectedRows)
        write(receipt.rejectedSamples.count)
        for sample in receipt.rejectedSamples {
            write((sample.line ?? -1) + 1)
            write(sample.reason)
        }
        write(receipt.at)
    }
}

extension BinaryReader {
    fileprivate mutating func file(format: Int) -> DataFile? {
        guard let key = keyAfterLast(), let bucket = string(), let rows = count(), let bytes = count(),
            let addedAt = count(),
            let sha256 = optionalDigest(), let source = optionalDigest(), let schema = format > 3 ? count() : 0,
            let deleted = format > 2 ? count() : 0
        else { return nil }
        var deletions: DeletionVector?
        if deleted > 0 {
            guard let vector = vector(rows: deleted) else { return nil }
            deletions = vector
        }
        return DataFile(
            key: key,
            bucket: bucket.isEmpty ? nil : bucket,
            rows: rows,
            bytes: bytes,
            deletions: deletions,
            sha256: sha256,
            sourceSHA256: source,
            addedAt: addedAt,
            schema: schema == 0 ? nil : schema
        )
    }

    private mutating func vector(rows: Int) -> DeletionVector? {
        guard let key = string(), let bucket = string(), let bytes = count(), let digest = optionalDigest(),
            let sha256 = digest
        else { return nil }
        return DeletionVector(key: key, bucket: bucket.isEmpty ? nil : bucket, rows: rows, bytes: bytes, sha256: sha256)
    }

    fileprivate mutating func receipt() -> (IngestReceipt, columns: Int)? {
        guard let digest = optionalDigest(), let sha256 = digest, let dataset = string(), let version = count(),
            let fileName = string(), let format = string(), let mode = string(), let rows = count(),
            let bytes = count(), let columns = count(), let rejectedRows = count(), let samples = rejectedSamples(),
            let at = string()
        else { return nil }
        let receipt = IngestReceipt(
            sha256: sha256,
            dataset: DatasetID(rawValue: dataset),
            version: version,
            fileName: fileName,
            format: format,
            mode: mode,
            rows: rows,
            bytes: bytes,
            columns: [],
            rejectedRows: rejectedRows,
            rejectedSamples: samples,
            at: at
        )
        return (receipt, columns)
    }

    private mutating func rejectedSamples() -> [RejectedRow]? {
        guard let count = itemCount() else { return nil }
        var samples: [RejectedRow] = []
        for _ in 0..<count {
            guard let line = self.count(), let reason = string() else { return nil }
            samples.append(RejectedRow(line: line == 0 ? nil : line - 1, reason: reason))
        }
        return samples
    }
}
