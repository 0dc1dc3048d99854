internal import LakeStorage

extension LakeCopy {
    /// An object that the copy must have, and what is known of it.
    struct Wanted {
        var key: String
        /// The buckets that it may be copied from, as the log names them.
        var buckets: [String?] = [nil]
        var bytes: Int?
        var sha256: String?
        /// Whether the newest version of the copy is not whole without it.
        var isNeeded = true

        /// Said when it is not where it should be.
        var missing: String {
            let place = buckets.compactMap(\.self).first.map { " in bucket '\($0)'" } ?? ""
            return "\(key): it is missing\(place) where it was to be copied from"
        }
    }

    /// One place of an object in the copy.
    private struct Place: Hashable {
        var bucket: String?
        var key: String
    }

    /// Data files of every version that can be read and files of the generations that serve, by their keys.
    func wanted(_ log: LakeLog, _ state: LakeState) async throws -> [Wanted] {
        var wanted: [Place: Wanted] = [:]
        func want(_ key: String, _ bucket: String?, _ bytes: Int, _ sha256: String?, isNeeded: Bool) {
            let place = Place(bucket: to.name(bucket), key: key)
            var object = wanted[place] ?? Wanted(key: key, buckets: [], isNeeded: false)
            if !object.buckets.contains(bucket) { object.buckets.append(bucket) }
            object.bytes = bytes
            // A file that was written before digests were may have been given one since.
            object.sha256 = sha256 ?? object.sha256
            object.isNeeded = object.isNeeded || isNeeded
            wanted[place] = object
        }
        func want(_ vector: DeletionVector?, isNeeded: Bool) {
            guard let vector else { return }
            want(vector.key, vector.bucket, vector.bytes, vector.sha256, isNeeded: isNeeded)
        }
        func want(_ files: some Sequence<DataFile>, isNeeded: Bool) {
            for file in files {
                want(file.key, file.bucket, file.bytes, file.sha256, isNeeded: isNeeded)
                want(file.deletions, isNeeded: isNeeded)
            }
        }
        let oldest = min(state.oldestVersion, state.version)
        for dataset in try await log.state(at: oldest).datasets.values where dataset.droppedAt == nil {
            want(dataset.files, isNeeded: false)
        }
        for (id, version) in state.keptVersions {
            want(try await log.state(at: version).datasets[id]?.files ?? [], isNeeded: false)
        }
        let own = state.ownRetentions
        var last = own.values.reduce(oldest, min)
        while last < state.version {
            let commits = try await log.commits(after: last, limit: min(64, state.version - last))
            guard let end = commits.last?.version else { break }
            let actions = commits.flatMap { commit in
                commit.transactions.flatMap(\.actions).filter { action in
                    commit.version > oldest || action.dataset.flatMap { own[$0] }.map { commit.version > $0 } == true
                }
            }
            for action in actions {
                switch action {
                case .datasetCreated(let dataset): want(dataset.files, isNeeded: false)
                case .filesAdded(_, let files, _), .filesReplaced(_, let files, _, _, _),
                    .filesExchanged(_, _, let files, _):
                    want(files, isNeeded: false)
                case .deletionsChanged(_, let changes, _):
                    for change in changes { want(change.deletions, isNeeded: false) }
                default: break
                }
            }
            last = end
        }
        var objects: [Wanted] = []
        for index in state.indexes.values {
            guard let serving = index.serving else { continue }
            let source = try await log.state(at: serving.sourceVersion)
            want(source.datasets[index.dataset]?.files ?? [], isNeeded: true)
            try await list(serving.prefix.hasSuffix("/") ? serving.prefix : serving.prefix + "/") { info in
                objects.append(Wanted(key: info.key.rawValue, bytes: info.size))
            }
        }
        for dataset in state.datasets.values {
            want(dataset.files, isNeeded: dataset.droppedAt == nil)
            for move in dataset.moves { want(move.deletions, isNeeded: dataset.droppedAt == nil) }
        }
        for tombstone in state.tombstones.values { want(tombstone.object, isNeeded: true) }
        return (objects + wanted.values).sorted { $0.key < $1.key }
    }

    func list(_ prefix: String, _ body: (ObjectInfo) -> Void) async throws {
        var after: String?
        repeat {
            let page = try await source.list(prefix: prefix, after: after, limit: 1000)
            page.forEach(body)
            after = page.count == 1000 ? page.last?.key.rawValue : nil
        } while after != nil
    }

    /// Copies an object unless it is there, and reads the copy back.
    ///
    /// - Returns: False when it is nowhere to be copied from.
    func copy(_ object: Wanted, checkAll: Bool, _ report: inout CopyReport) async throws -> Bool {
        let key = try ObjectKey(validating: object.key)
        let place = to.store(object.buckets.last ?? nil)
        if let size = try await sizeThere(object, key, in: place, checkAll: checkAll) {
            report.count(size)
            return true
        }
        for bucket in object.buckets.reversed() {
            guard let copied = try await copied(key, from: from.store(bucket), to: place) else { continue }
            report.count(copied.size)
            report.objectsCopied += 1
            report.bytesCopied += copied.size
            if copied.size != object.bytes ?? copied.size || copied.sha256 != object.sha256 ?? copied.sha256 {
                try await place.delete(key)
                report.add("\(object.key): it is damaged where it was to be copied from")
            } else if try await place.digest(of: key) != copied {
                report.add("\(object.key): it is not in the copy as it was written there")
            }
            return true
        }
        return false
    }

    /// Nil when it is not there.
    private func copied(
        _ key: ObjectKey,
        from source: any ObjectStore,
        to place: any ObjectStore
    ) async throws -> FileDigest? {
        do { return try await source.copy(key, to: key, in: place) } catch StorageError.noSuchObject { return nil }
    }

    /// The object's size when the copy has it as it should be.
    private func sizeThere(
        _ object: Wanted,
        _ key: ObjectKey,
        in place: any ObjectStore,
        checkAll: Bool
    ) async throws -> Int? {
        guard let info = try await place.head(key), info.size == object.bytes ?? info.size else { return nil }
        guard checkAll else { return info.size }
        let found = try await place.digest(of: key).sha256
        var expected = object.sha256
        for bucket in object.buckets.reversed() where expected == nil {
            expected = try await digest(of: key, in: from.store(bucket))
        }
        // Where the original is gone there is nothing left to compare it with.
        return found == expected ?? found ? info.size : nil
    }

    /// Nil when it is not there.
    private func digest(of key: ObjectKey, in store: any ObjectStore) async throws -> String? {
        do { return try await store.digest(of: key).sha256 } catch StorageError.noSuchObject { return nil }
    }

    // MARK: Beside the log

    /// Copies the journals, so that each entry is in the copy once.
    func copyJournals(checkAll: Bool, _ report: inout CopyReport) async throws {
        var names: Set<String> = []
        try await list("journals/") { info in
            let parts = info.key.rawValue.split(separator: "/")
            if parts.count > 2 { names.insert(String(parts[1])) }
        }
        for name in names.sorted() { try await copyJournal(name, checkAll: checkAll, &report) }
    }

    private func copyJournal(_ name: String, checkAll: Bool, _ report: inout CopyReport) async throws {
        let (files, copy) = (
            JournalFiles(journal: name, store: source), JournalFiles(journal: name, store: destination)
        )
        while true {
            let snapshot = try await files.snapshot()
            var attempt = report
            var missing: [Wanted] = []
            for object in try wanted(snapshot, of: files) {
                try Task.checkCancellation()
                if try await !self.copy(object, checkAll: checkAll, &attempt) { missing.append(object) }
            }
            // What is gone was compacted meanwhile, unless it is still said to count.
            if !missing.isEmpty, try await files.snapshot() != snapshot { continue }
            for object in missing { attempt.add(object.missing) }
            report = attempt
            guard missing.isEmpty, report.problems.isEmpty else { return }
            return try await copy.settle(like: snapshot) { file in try await compacted(file, destination) }
        }
    }

    private func wanted(_ snapshot: JournalFiles.Snapshot, of files: JournalFiles) throws -> [Wanted] {
        let compacted = (snapshot.manifest?.files ?? []).map { file in
            Wanted(key: file.key.rawValue, bytes: file.bytes, sha256: file.sha256)
        }
        return compacted + (try snapshot.segments.map { Wanted(key: try files.key(of: $0).rawValue) })
    }

    /// Copies what is known of jobs, so that those under way are begun anew; the only objects here that change.
    func copyJobs(_ report: inout CopyReport) async throws {
        var keys: [ObjectKey] = []
        try await list("jobs/") { info in
            if info.key.rawValue.split(separator: "/").count == 2 { keys.append(info.key) }
        }
        // Whoever takes up a job must have a higher number than who had it before.
        let lease = try ObjectKey(validating: Lease.ofJobs)
        if try await source.head(lease) != nil { keys.append(lease) }
        for key in keys {
            try Task.checkCancellation()
            do {
                let bytes = try await source.get(key)
                report.count(bytes.count)
                if try await destination.head(key)?.size == bytes.count, try await destination.get(key) == bytes {
                    continue
                }
                _ = try await destination.put(key, bytes, condition: .always)
                report.objectsCopied += 1
                report.bytesCopied += bytes.count
            } catch StorageError.noSuchObject {
                // Removed since it was listed, with its index.
            }
        }
    }
}
