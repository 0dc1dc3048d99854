import LakeCore

/// A background job as it is kept: what to do, and how far it is.
///
/// Version 1 of `jobs/{id}.json`; see docs/formats/job.md.
struct JobRecordV1: Codable, Sendable, Equatable {
    var format = 1
    var id: JobID
    var kind = "index"
    var index: IndexID
    var indexName: String
    /// The number of the generation this job makes.
    var generation: Int
    /// The lake version the rows are read at, fixed when the job is made, so that a resumed job reads what it began with.
    var sourceVersion: Int
    var state = JobStatus.State.queued
    var rowsDone = 0
    var rowsTotal: Int
    var chunksDone = 0
    /// Checkpoints counted in `chunksDone`.
    var segmentsDone = 0
    var errors: [String] = []
    var attempts = 0
    /// Of the lease under which it runs, in lakes that have one.
    var fence: Int?
    var createdBy: String
    var createdAt: String
    var updatedAt: String

    enum CodingKeys: String, CodingKey {
        case format, id, kind, index, generation, state, errors, attempts, fence
        case indexName = "index_name"
        case sourceVersion = "source_version"
        case rowsDone = "rows_done"
        case rowsTotal = "rows_total"
        case chunksDone = "chunks_done"
        case segmentsDone = "segments_done"
        case createdBy = "created_by"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// What callers are told.
    func status(rate: Double) -> JobStatus {
        let left = Double(rowsTotal - rowsDone)
        return JobStatus(
            id: id.rawValue,
            kind: kind,
            subject: indexName,
            state: state,
            rowsDone: rowsDone,
            rowsTotal: rowsTotal,
            chunksDone: chunksDone,
            rate: state == .running ? rate : 0,
            etaS: state == .running && rate > 0 ? left / rate : nil,
            errors: errors,
            attempts: attempts,
            createdBy: createdBy,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}
