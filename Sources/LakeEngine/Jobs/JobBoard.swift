import Foundation
import LakeCore
import LakeStorage

/// The jobs of a lake, durable in `jobs/`.
///
/// The files are the truth. A process reads them when asked, and only the one that holds the lake's job lock runs jobs.
actor JobBoard {
    private let store: any ObjectStore
    /// Rows a second of the jobs that this process runs.
    private var rates: [JobID: Double] = [:]

    init(store: any ObjectStore) { self.store = store }

    /// All jobs, oldest first.
    func all() async throws -> [JobRecordV1] {
        var records: [JobRecordV1] = []
        var after: String?
        while true {
            let page = try await store.list(prefix: "jobs/", after: after, limit: 1000)
            for info in page
            where info.key.rawValue.hasSuffix(".json") && info.key.rawValue.split(separator: "/").count == 2 {
                records.append(try decode(try await store.get(info.key), info.key))
            }
            guard page.count == 1000, let last = page.last else { break }
            after = last.key.rawValue
        }
        return records.sorted { $0.id < $1.id }
    }

    /// One job; nil when there is none of that identifier.
    func find(_ id: JobID) async throws -> JobRecordV1? {
        guard let key = try? Self.key(id), try await store.head(key) != nil else { return nil }
        return try decode(try await store.get(key), key)
    }

    /// Writes a job down, durably.
    func save(_ record: JobRecordV1) async throws { try await put(record, condition: .always) }

    private func put(_ record: JobRecordV1, condition: PutCondition) async throws {
        var record = record
        record.updatedAt = WallClock.now()
        _ = try await store.put(try Self.key(record.id), try JSONBytes.encode(record), condition: condition)
        if record.state != .running { rates[record.id] = nil }
    }

    /// Writes down how far a job is, unless it was cancelled since it was last read.
    ///
    /// - Throws: `JobStopped` when it was.
    func saveProgress(_ record: JobRecordV1, rate: Double) async throws {
        let key = try Self.key(record.id)
        while true {
            guard let info = try await store.head(key) else { throw JobStopped.stopped }
            let stored = try decode(try await store.get(key), key)
            if stored.state == .cancelled, record.state != .cancelled { throw JobStopped.stopped }
            // Another process has the right to run jobs by now, and has taken this one up.
            if stored.fence ?? 0 > record.fence ?? 0 { throw JobStopped.stopped }
            do {
                try await put(record, condition: .ifMatch(etag: info.etag))
                rates[record.id] = rate
                return
            } catch StorageError.conditionFailed {
                continue
            }
        }
    }

    /// The job as callers are told of it.
    func status(of record: JobRecordV1) -> JobStatus { record.status(rate: rates[record.id] ?? 0) }

    /// Removes a job and its checkpoints.
    func remove(_ id: JobID) async throws {
        try await removeSegments(of: id)
        try await store.delete(try Self.key(id))
    }

    /// The checkpoints of a job, in order.
    func segments(of id: JobID) async throws -> [ObjectKey] {
        var keys: [ObjectKey] = []
        while true {
            let page = try await store.list(prefix: "jobs/\(id)/segments/", after: keys.last?.rawValue, limit: 1000)
            keys += page.map(\.key)
            if page.count < 1000 { return keys }
        }
    }

    /// The newest first: cut off, what is left is still what the job has done from its beginning.
    func removeSegments(of id: JobID) async throws {
        for key in try await segments(of: id).reversed() { try await store.delete(key) }
    }

    /// Removes old checkpoints of jobs that have ended, or are not there any more.
    ///
    /// - Returns: How many they are, and their bytes.
    func sweepSegments(olderThan age: Duration, dryRun: Bool) async throws -> (count: Int, bytes: Int) {
        let horizon = WallClock.nowMilliseconds() - age.components.seconds * 1000
        var jobs: [JobID: (newest: Int64, count: Int, bytes: Int)] = [:]
        var after: String?
        repeat {
            let page = try await store.list(prefix: "jobs/", after: after, limit: 1000)
            for info in page {
                let parts = info.key.rawValue.split(separator: "/")
                guard parts.count == 4, parts[2] == "segments" else { continue }
                let id = JobID(rawValue: String(parts[1]))
                let known = jobs[id] ?? (0, 0, 0)
                jobs[id] = (max(known.newest, info.modifiedAt), known.count + 1, known.bytes + info.size)
            }
            after = page.count == 1000 ? page.last?.key.rawValue : nil
        } while after != nil
        var swept = (count: 0, bytes: 0)
        for (id, segments) in jobs where segments.newest < horizon {
            try Task.checkCancellation()
            if let record = try await find(id) {
                // A job that was just resumed is not final, and one that has just ended may be resumed in a moment.
                let ended = WallClock.milliseconds(rfc3339: record.updatedAt) ?? .max
                guard record.state.isFinal, ended < horizon else { continue }
            }
            if !dryRun { try await removeSegments(of: id) }
            swept = (swept.count + segments.count, swept.bytes + segments.bytes)
        }
        return swept
    }

    static func segmentKey(_ id: JobID, _ number: Int) throws -> ObjectKey {
        let digits = String(number)
        return try ObjectKey(
            validating:
                "jobs/\(id)/segments/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).segment"
        )
    }

    private static func key(_ id: JobID) throws -> ObjectKey { try ObjectKey(validating: "jobs/\(id).json") }

    private func decode(_ bytes: [UInt8], _ key: ObjectKey) throws -> JobRecordV1 {
        do {
            return try JSONDecoder().decode(JobRecordV1.self, from: Data(bytes))
        } catch {
            throw EngineError.corruptJob(key: key.rawValue)
        }
    }
}
