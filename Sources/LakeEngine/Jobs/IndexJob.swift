import Foundation
import LakeCatalog
import LakeCore
import LakeModels
import LakeSQL
import LakeStorage
import LakeVector
import Logging

/// Builds one generation of a vector index: reads rows, cuts and embeds their text, and puts the generation to serve.
///
/// Each batch becomes an immutable segment under `jobs/{id}/segments/`. They are the truth about how far the job is: whoever takes it
/// up again goes on after the last one, and embeds nothing again that a segment holds.
struct IndexJob {
    let lake: Lakehouse
    var record: JobRecordV1
    /// Where the next batch starts.
    private var next = LakeVector.SourcePosition.start
    private var startedAt = ContinuousClock.now
    private var rowsBefore = 0
    private let attemptStartedAt = ContinuousClock.now

    /// Chunks a segment holds before it is closed at the end of a row: about half a second of work on two cores.
    private static let segmentChunks = 128

    init(lake: Lakehouse, record: JobRecordV1) {
        self.lake = lake
        self.record = record
    }

    /// Whether the job's index is in the lake by now.
    ///
    /// A job is written before its index is declared, so a fresh one may have to wait a moment.
    func isDue() async throws -> Bool {
        if try await lake.log.state().indexes[record.index] != nil { return true }
        let age = WallClock.nowMilliseconds() - (WallClock.milliseconds(rfc3339: record.createdAt) ?? 0)
        return age > 60_000
    }

    /// Does what is left to do.
    ///
    /// - Throws: `JobStopped` when the job was cancelled or its index dropped; `CancellationError` when the process stops; a
    ///   `LakeFailure` when the job cannot be done.
    mutating func run() async throws {
        let state = try await lake.log.state()
        guard let index = state.indexes[record.index] else {
            return try await end(.cancelled, because: "its index is not in the lake")
        }
        if (index.serving?.number ?? 0) < record.generation {
            record.attempts += 1
            record.state = .running
            record.errors = []
            try await save()
            try await build(index, now: state)
        }
        // The generation serves: its segments are of no more use, also to a later attempt.
        try await lake.board.removeSegments(of: record.id)
        try await end(.succeeded)
    }

    /// Writes down that the job cannot be done.
    mutating func fail(_ reason: String) async throws { try await end(.failed, because: reason) }

    private mutating func build(_ index: VectorIndex, now: LakeState) async throws {
        let model = try await lake.embeddingModel()
        try lake.check(model, fits: index)
        guard let dataset = try await lake.log.state(at: record.sourceVersion).datasets[index.dataset] else {
            throw EngineError.notFound(kind: "dataset", name: index.dataset.rawValue, nearest: [])
        }
        // Its columns may have been called otherwise then.
        let index = index.named(as: dataset.schema, insteadOf: now.datasets[index.dataset]?.schema ?? dataset.schema)
        try await resume(dataset)
        try await lake.trusted.get().withSession { session in
            let chunker = try Chunker(
                model: model,
                sizeTokens: index.chunk.sizeTokens,
                overlapTokens: index.chunk.overlapTokens
            )
            while Int(next.file) < dataset.files.count {
                try await embedFile(of: dataset, index, chunker, model, session)
            }
        }
        try await publish(index, dataset, model)
    }

    /// Finds the place to go on from: after the last intact segment.
    private mutating func resume(_ dataset: Dataset) async throws {
        var keys = try await lake.board.segments(of: record.id)
        while let last = keys.last {
            do {
                let segment = try SegmentV1.decode(try await lake.store.get(last), file: last.rawValue)
                next = segment.next
                // A segment is published before it is counted; at most the last one is not.
                if keys.count == record.segmentsDone + 1 { record.chunksDone += segment.records.count }
                break
            } catch let error as VectorError {
                lake.logger.info("segment dropped", metadata: ["object.key": "\(last)", "error": "\(error.detail)"])
                // What is left cannot be counted without reading all of it, so the job starts over.
                try await lake.board.removeSegments(of: record.id)
                record.chunksDone = 0
                keys = []
            }
        }
        // They may have been swept.
        if keys.isEmpty { record.chunksDone = 0 }
        record.segmentsDone = keys.count
        record.rowsDone = dataset.files.prefix(Int(next.file)).reduce(Int(next.row)) { $0 + $1.rows }
        rowsBefore = record.rowsDone
        startedAt = .now
    }

    /// Reads one data file from the present position to its end.
    private mutating func embedFile(
        of dataset: Dataset,
        _ index: VectorIndex,
        _ chunker: Chunker,
        _ model: LocalEmbeddingModel,
        _ session: TrustedSession
    ) async throws {
        let file = Int(next.file)
        var plan = ReadPlan(lake)
        var part = dataset
        part.files = [dataset.files[file]]
        var relation = try await plan.relation(part)
        relation.isPlaced = true
        try await lake.trusted.get().use(try await plan.accesses())
        // The statement names the deleted rows by a number; they are there as long as the relation is.
        defer { withExtendedLifetime(relation) {} }
        let rows = try await session.batches(query(relation, index))
        var batch = Batch()
        let held = try lake.memory.reserve(0, from: .indexBuilds)
        defer { withExtendedLifetime(held) {} }
        while let piece = try await rows.next() {
            for row in 0..<piece.rowCount {
                guard case .integer(let number) = piece.value(column: 0, row: row), UInt64(number) >= next.row else {
                    throw EngineError.rowsOutOfOrder(dataset: dataset.name.rawValue)
                }
                for column in index.textColumns.indices {
                    guard case .text(let text) = piece.value(column: column + 2, row: row) else { continue }
                    let id = Self.text(of: piece.value(column: 1, row: row)) ?? "\(file):\(number)"
                    batch.records += chunker.chunks(of: text).map { chunk in
                        ChunkRecord(
                            id: id,
                            fileIndex: file,
                            row: Int(number),
                            column: column,
                            start: chunk.range.lowerBound,
                            end: chunk.range.upperBound,
                            text: chunk.text
                        )
                    }
                }
                batch.end = .init(file: next.file, row: UInt64(number) + 1)
                if batch.records.count >= Self.segmentChunks {
                    try await close(&batch, model, dataset, held)
                }
            }
        }
        batch.end = .init(file: next.file + 1, row: 0)
        try await close(&batch, model, dataset, held)
    }

    /// Chunks on their way into a segment.
    private struct Batch {
        var records: [ChunkRecord] = []
        var end = LakeVector.SourcePosition.start
    }

    /// Embeds a batch and publishes it as the next segment.
    private mutating func close(
        _ batch: inout Batch,
        _ model: LocalEmbeddingModel,
        _ dataset: Dataset,
        _ held: MemoryReservation
    ) async throws {
        try Task.checkCancellation()
        if lake.runner.isStopped(record.id) { throw JobStopped.stopped }
        let texts = batch.records.map(\.text)
        let texted = texts.reduce(0) { $0 + $1.utf8.count } * WorkingMemory.textFactor
        // Vectors twice: as they are embedded and as they are encoded.
        try held.grow(to: texted + texts.count * model.dimensions * 8)
        defer { held.shrink(to: 0) }
        let vectors = texts.isEmpty ? [] : try await model.embed(texts, as: .document).vectors
        let segment = try Segment(
            records: batch.records,
            vectors: vectors,
            dimensions: model.dimensions,
            start: next,
            next: batch.end,
            modelDigest: model.identity.digest
        )
        let key = try JobBoard.segmentKey(record.id, record.segmentsDone + 1)
        _ = try await lake.store.put(key, SegmentV1.encode(segment), condition: .ifAbsent)
        next = batch.end
        batch.records = []
        record.segmentsDone += 1
        record.chunksDone += segment.records.count
        let rowsBeforeBatch = record.rowsDone
        record.rowsDone = dataset.files.prefix(Int(next.file)).reduce(Int(next.row)) { $0 + $1.rows }
        lake.metrics.indexed(rows: record.rowsDone - rowsBeforeBatch, chunks: segment.records.count)
        try await save()
    }

    /// Makes the generation of the segments, takes its files into the lake and puts it to serve.
    private mutating func publish(_ index: VectorIndex, _ dataset: Dataset, _ model: LocalEmbeddingModel) async throws {
        let folder = lake.workspace.stagingFile(suffix: ".generation")
        let built = try await GenerationBuilder.assemble(
            segments: try await lake.board.segments(of: record.id),
            of: lake.store,
            into: folder,
            dimensions: model.dimensions,
            source: .init(
                version: record.sourceVersion,
                rows: dataset.rows,
                dataFiles: dataset.files.map(\.key),
                textColumns: index.textColumns,
                chunking: index.chunk,
                model: index.model
            ),
            pool: lake.pool
        )
        let prefix = "indexes/\(index.id)/generations/\(record.generation)"
        // An attempt that was cut off here may have left files; no commit refers to them, or this would not be run.
        for left in try await lake.store.list(prefix: prefix + "/", after: nil, limit: 1000) {
            try await lake.store.delete(left.key)
        }
        for name in built.fileNames {
            let key = try ObjectKey(validating: "\(prefix)/\(name)")
            _ = try await lake.store.put(key, file: "\(folder)/\(name)", condition: .always)
        }
        await lake.workspace.removeStaged(folder: folder)
        let generation = Generation(
            number: record.generation,
            prefix: prefix,
            sourceVersion: record.sourceVersion,
            rows: dataset.rows,
            chunks: built.manifest.chunks,
            dimensions: model.dimensions,
            model: index.model,
            bytes: built.bytes,
            manifestSHA256: built.manifestSHA256
        )
        let actor = Principal(name: record.createdBy, role: .writer)
        do {
            let promotion = Action.generationPromoted(
                index: index.id,
                generation: generation,
                replacing: index.serving?.number
            )
            _ = try await lake.commit([promotion], "serve generation \(record.generation) of \(index.name)", by: actor)
        } catch CatalogError.indexGone, CatalogError.datasetGone {
            throw JobStopped.stopped
        }
    }

    private mutating func end(_ state: JobStatus.State, because reason: String? = nil) async throws {
        record.state = state
        record.errors = reason.map { [$0] } ?? []
        if state == .succeeded { record.rowsDone = record.rowsTotal }
        try await save()
        lake.metrics.jobEnded(after: ContinuousClock.now - attemptStartedAt, state)
        lake.logger.info("job ended", metadata: ["job.id": "\(record.id)", "job.state": "\(state.rawValue)"])
    }

    /// Writes the record down unless somebody has cancelled the job meanwhile.
    private mutating func save() async throws {
        try await lake.board.saveProgress(record, rate: rate)
    }

    private var rate: Double {
        let seconds = (ContinuousClock.now - startedAt) / .seconds(1)
        return seconds > 0 ? Double(record.rowsDone - rowsBefore) / seconds : 0
    }

    private func query(_ relation: Relation, _ index: VectorIndex) -> String {
        let columns = index.textColumns.map(SQLText.quoteIdentifier).joined(separator: ", ")
        let id = index.idColumn.map { "CAST(\(SQLText.quoteIdentifier($0)) AS VARCHAR)" } ?? "NULL"
        return """
            SELECT file_row_number, \(id), \(columns)
            FROM (\(SQLText.relationSQL(relation)))
            WHERE file_row_number >= \(next.row)
            """
    }

    private static func text(of value: SQLValue) -> String? {
        if case .text(let text) = value { text } else { nil }
    }
}

extension VectorIndex {
    /// The same over columns that have other names in other columns of its dataset.
    fileprivate func named(as schema: Schema, insteadOf present: Schema) -> VectorIndex {
        func name(_ column: String) -> String {
            present.column(named: column).flatMap { schema.column(id: $0.fieldID) }?.name ?? column
        }
        var index = self
        index.textColumns = textColumns.map(name)
        index.idColumn = idColumn.map(name)
        return index
    }
}
