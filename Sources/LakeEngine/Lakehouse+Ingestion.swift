import LakeCatalog
public import LakeCore
import LakeIngest
import LakeStorage

extension Lakehouse {
    /// Room for a file to be written to.
    ///
    /// - Throws: `EngineError.notAllowed`, before a byte is taken.
    public func beginUpload(for principal: Principal) async throws -> Upload {
        // Leave is written down with the dataset, once it is known.
        try await refuse(principal, "ingest", needs: .writer)
        let held = try memory.reserve(WorkingMemory.upload, from: .httpBodies)
        return Upload(
            writer: try await workspace.stagedFile(suffix: ".upload"),
            limit: settings.maxUploadBytes,
            memory: held
        )
    }

    /// Turns an uploaded file into rows of a dataset, in one commit.
    ///
    /// The upload is used up. The same bytes sent to the same dataset again change nothing and get the first result.
    ///
    /// - Parameters:
    ///   - upload: The file.
    ///   - request: Where its rows go and how it is read.
    ///   - principal: Who asks.
    ///   - progress: Told the share of the reading that is done, 0 to 1.
    /// - Returns: What became of it.
    /// - Throws: `IngestError` for what is wrong with the file, `CatalogError` or `EngineError` for what is wrong with the target.
    public func ingest(
        _ upload: Upload,
        _ request: IngestRequest,
        for principal: Principal,
        progress: (@Sendable (Double) -> Void)? = nil
    ) async throws -> IngestResult {
        try await observed(.ingest) { try await take(upload, request, for: principal, progress: progress) }
    }

    private func take(
        _ upload: Upload,
        _ request: IngestRequest,
        for principal: Principal,
        progress: (@Sendable (Double) -> Void)?
    ) async throws -> IngestResult {
        do {
            let name = request.dataset ?? DatasetName(fileName: request.fileName).rawValue
            try await authorise(principal, .writer, "ingest", on: ["dataset:\(name)"])
            let staged = await upload.finish()
            let asked = AskedIngest(request, staged)
            let result = try await once("ingest", asked, by: principal) { ticket in
                try await ingest(staged, request, for: principal, ticket: ticket, progress: progress)
            }
            await upload.discard()
            return result
        } catch {
            await upload.discard()
            throw error
        }
    }

    private func ingest(
        _ staged: StagedFile,
        _ request: IngestRequest,
        for principal: Principal,
        ticket: RequestTicket?,
        progress: (@Sendable (Double) -> Void)?
    ) async throws -> IngestResult {
        let name = try target(of: request)
        if request.mode == .upsert, request.rowKey.isEmpty {
            throw EngineError.invalid(field: "row_key", reason: "must name the columns by which rows are the same")
        }
        if let bucket = request.bucket { _ = try dataBucket(named: bucket) }
        if let earlier = original(of: staged, request, name, in: try await log.state()) { return earlier }
        let held = try memory.reserve(WorkingMemory.ingest, from: .ingest)
        defer { withExtendedLifetime(held) {} }
        return try await ingestSlots.with {
            for _ in 1..<Self.conversionAttempts {
                let result = try await unlessColumnsChange(request.mode) {
                    try await convert(staged, request, name, for: principal, ticket, progress)
                }
                if let result { return result }
            }
            return try await convert(staged, request, name, for: principal, ticket, progress)
        }
    }

    /// So often a file is read again because the columns of its dataset have changed meanwhile.
    private static let conversionAttempts = 10

    /// Nil when the columns of the dataset have changed meanwhile, so that the file is to be read again with those.
    private func unlessColumnsChange(
        _ mode: IngestRequest.Mode,
        _ body: () async throws -> IngestResult
    ) async throws -> IngestResult? {
        do {
            return try await body()
        } catch CatalogError.schemaChanged {
            return nil
        } catch CatalogError.replacedMeanwhile where mode == .append {
            // The values that a type was widened for were looked at in an earlier version.
            return nil
        }
    }

    private func convert(
        _ staged: StagedFile,
        _ request: IngestRequest,
        _ name: DatasetName,
        for principal: Principal,
        _ ticket: RequestTicket?,
        _ progress: (@Sendable (Double) -> Void)?
    ) async throws -> IngestResult {
        // Looked up again: the same file may have been ingested while this one waited.
        let state = try await log.state()
        if let earlier = original(of: staged, request, name, in: state) { return earlier }
        let existing = state.dataset(named: name)
        if existing != nil, request.mode == .create {
            throw EngineError.nameTaken(kind: "dataset", name: name.rawValue)
        }
        let output = workspace.stagingFile(suffix: ".parquet")
        do {
            let converter = FileConverter(database: try await trusted.get())
            let table = try await converter.convert(
                file: staged.path,
                options: options(
                    request,
                    existing: request.mode == .replace ? nil : existing,
                    eventTimeColumn: existing?.eventTimeColumn?.name
                ),
                output: output,
                progress: progress
            )
            var ingested = Ingested(staged: staged, table: table, request: request, name: name, existing: existing)
            if let existing, request.mode != .replace {
                ingested.evolution = try await evolution(of: existing, to: table, in: output, request.schemaChanges)
            }
            if request.mode == .upsert {
                return try await upsert(ingested, output: output, for: principal, ticket: ticket)
            }
            return try await record(ingested, output: output, for: principal, ticket: ticket)
        } catch {
            await workspace.removeStaged(path: output)
            // Of two that send the same file at once, the second finds the first's receipt here.
            if let earlier = original(of: staged, request, name, in: try await log.state()) { return earlier }
            throw error
        }
    }

    /// A file that was read and a table file that is written, not yet part of the lake.
    struct Ingested {
        var staged: StagedFile
        var table: ConvertedTable
        var request: IngestRequest
        var name: DatasetName
        var existing: Dataset?
        /// How the dataset's columns become those of the table file.
        var evolution = SchemaEvolution()
    }

    /// Moves the table file into the lake and commits it.
    private func record(
        _ ingested: Ingested,
        output: String,
        for principal: Principal,
        ticket: RequestTicket?
    ) async throws -> IngestResult {
        let id = ingested.existing?.id ?? DatasetID.fresh()
        let file = try await place(ingested, output: output, of: id)
        do {
            return try await record(ingested, file, of: id, for: principal, ticket: ticket)
        } catch {
            // Nothing can refer to the file unless the commit may have happened; then it is for the sweeper to find out.
            if !error.leavesOutcomeOpen { await discard(file) }
            throw error
        }
    }

    /// Moves the table file into the lake, where no commit refers to it yet.
    func place(_ ingested: Ingested, output: String, of id: DatasetID) async throws -> DataFile {
        let key = try ObjectKey(validating: "datasets/\(id)/data/\(UUIDv7.string()).parquet")
        let digest = try await FileDigest.sha256(ofFile: output).sha256
        let bucket = try dataBucket(named: ingested.request.bucket ?? bucket(holding: ingested.existing?.bucket).name)
        let info = try await bucket.put(key, file: output, condition: .always)
        return DataFile(
            key: key.rawValue,
            bucket: bucket === store ? nil : bucket.name,
            rows: ingested.table.rows,
            bytes: info.size,
            sha256: digest,
            sourceSHA256: ingested.staged.sha256
        )
    }

    /// Commits a table file, with what is to happen before in the same commit.
    func record(
        _ ingested: Ingested,
        _ file: DataFile,
        of id: DatasetID,
        after first: [Action] = [],
        for principal: Principal,
        ticket: RequestTicket?
    ) async throws -> IngestResult {
        let (table, staged, now) = (ingested.table, ingested.staged, WallClock.now())
        let receipt = IngestReceipt(
            sha256: staged.sha256,
            dataset: id,
            version: 0,
            fileName: ingested.request.fileName,
            format: table.format.rawValue,
            mode: ingested.request.mode.rawValue,
            rows: table.rows,
            bytes: staged.bytes,
            columns: table.schema.columns,
            rejectedRows: table.rejectedRows,
            rejectedSamples: table.rejectedSamples.map { .init(line: $0.line, reason: $0.reason) },
            at: now
        )
        var actions = first
        if let existing = ingested.existing {
            if ingested.request.mode == .replace {
                let replacing = Action.filesReplaced(
                    dataset: id,
                    files: [file],
                    schema: table.schema,
                    expectedVersion: existing.version
                )
                actions.append(replacing)
            } else {
                actions += ingested.evolution.actions
                actions.append(.filesAdded(dataset: id, files: [file], expectedSchema: SchemaDigest(table.schema)))
            }
        } else {
            actions.append(.datasetCreated(Dataset(id: id, name: ingested.name, schema: table.schema, createdAt: now)))
            actions.append(.filesAdded(dataset: id, files: [file], expectedSchema: SchemaDigest(table.schema)))
        }
        if let profile = profile(of: ingested, in: id) { actions.append(profile) }
        // What is sent again to be upserted again has its receipt.
        let isKnown = try await log.state().receipts[staged.sha256]?.contains { $0.dataset == id } ?? false
        if !(isKnown && ingested.request.mode == .upsert) { actions.append(.ingestRecorded(receipt)) }
        let findings = table.schema.columns.flatMap { column in
            (table.personalData[column.name] ?? []).map { ColumnPersonalData(column: column.name, $0) }
        }
        var result = IngestResult(receipt, name: ingested.name, notes: table.notes)
        result.pii = findings
        result.schemaChanges = ingested.evolution.changes
        let note = try ticket?.note(result)
        let reason = "ingest \(ingested.request.fileName)"
        result.version = try await commit(actions, reason, by: principal, note: note).version
        metrics.ingested(rows: table.rows, rejected: table.rejectedRows, bytes: staged.bytes)
        return result
    }

    /// What was found in the rows, if it says more than what was known.
    private func profile(of ingested: Ingested, in id: DatasetID) -> Action? {
        let found = DatasetProfile(ingested.table)
        let known = ingested.existing?.profile ?? DatasetProfile()
        let isWhole = ingested.existing == nil || ingested.request.mode == .replace
        guard (isWhole ? found : known.merging(found)) != known else { return nil }
        return .datasetProfiled(id, found, isWhole: isWhole)
    }

    /// A bucket that data may be put in.
    func dataBucket(named name: String?) throws(EngineError) -> BucketStore {
        let bucket = try bucket(named: name)
        guard bucket !== buckets.rescue else {
            throw .invalid(field: "bucket", reason: "must not be '\(bucket.name)', which holds copies only")
        }
        return bucket
    }

    private func target(of request: IngestRequest) throws -> DatasetName {
        guard let wanted = request.dataset else { return DatasetName(fileName: request.fileName) }
        return try datasetName(wanted, field: "dataset")
    }

    /// The name that a caller wants for a dataset.
    func datasetName(_ wanted: String, field: String) throws(EngineError) -> DatasetName {
        guard let name = DatasetName(wanted) else {
            let rule = "lowercase letters, digits and underscores, not starting with a digit, at most 63"
            throw .invalid(field: field, reason: "must be \(rule); '\(DatasetName(fileName: wanted))' would do")
        }
        return name
    }

    func options(
        _ request: IngestRequest,
        existing: Dataset?,
        eventTimeColumn: String? = nil
    ) -> IngestOptions {
        IngestOptions(
            fileName: request.fileName,
            format: request.format,
            header: request.header,
            delimiter: request.delimiter,
            split: request.split,
            expectedSchema: existing?.schema,
            nextFieldID: request.schemaChanges == .refuse ? nil : existing?.nextFieldID,
            eventTimeColumn: eventTimeColumn
        )
    }

    /// The result of the same bytes sent before, as long as the rows they brought are still there.
    private func original(
        of staged: StagedFile,
        _ request: IngestRequest,
        _ name: DatasetName,
        in state: LakeState
    ) -> IngestResult? {
        // The rows may have changed since, and the caller wants them as the file has them.
        if request.mode == .upsert { return nil }
        let receipts = state.receipts[staged.sha256] ?? []
        let match = receipts.last { receipt in
            guard let dataset = state.datasets[receipt.dataset], dataset.droppedAt == nil else { return false }
            return request.dataset == nil || dataset.name == name
        }
        guard let match, let dataset = state.datasets[match.dataset] else { return nil }
        var result = IngestResult(match, name: dataset.name, notes: nil)
        result.pii = dataset.schema.columns.flatMap { column in
            (dataset.profile.personalData[column.fieldID] ?? []).map { ColumnPersonalData(column: column.name, $0) }
        }
        return result
    }
}

/// What an ingest asks for, all that makes a difference.
private struct AskedIngest: Encodable {
    var fileName, mode, split, sha256: String
    var rowKey: [String]
    var dataset, format, delimiter, schemaChanges: String?
    var header: Bool?

    init(_ request: IngestRequest, _ staged: StagedFile) {
        fileName = request.fileName
        dataset = request.dataset
        mode = request.mode.rawValue
        rowKey = request.rowKey
        format = request.format?.rawValue
        header = request.header
        schemaChanges = request.schemaChanges == .auto ? nil : request.schemaChanges.rawValue
        delimiter = request.delimiter.map(String.init)
        split = request.split.rawValue
        sha256 = staged.sha256
    }
}

extension Error {
    /// Whether the commit that this came of may have happened all the same.
    var leavesOutcomeOpen: Bool {
        guard let error = self as? CatalogError, case .outcomeUnknown = error else { return false }
        return true
    }
}

extension DatasetProfile {
    /// What was found in the rows of a file.
    init(_ table: ConvertedTable) {
        self.init(highWater: table.highWater)
        for column in table.schema.columns { personalData[column.fieldID] = table.personalData[column.name] }
    }
}

extension IngestResult {
    /// The result a receipt stands for; without notes it was not read again because it was there.
    init(_ receipt: IngestReceipt, name: DatasetName, notes: [String]?) {
        self.init(
            dataset: name.rawValue,
            version: receipt.version,
            mode: receipt.mode,
            format: receipt.format,
            rows: receipt.rows,
            bytes: receipt.bytes,
            columns: receipt.columns,
            deduplicated: notes == nil,
            rejectedRows: receipt.rejectedRows,
            rejected: receipt.rejectedSamples,
            notes: notes ?? [],
            pii: nil
        )
    }
}
