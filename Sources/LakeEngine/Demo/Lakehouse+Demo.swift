import LakeCatalog
public import LakeCore

extension Lakehouse {
    /// Fills the lake with the staffing demo and starts the index of its résumés.
    ///
    /// A dataset whose name is taken is left alone, at whatever scale it is, so this may be cut off and run again.
    ///
    /// - Parameters:
    ///   - scale: How much.
    ///   - principal: Who asks.
    ///   - progress: Told as each piece of a dataset is written, and when a dataset is done.
    /// - Returns: The names of the datasets that were loaded now.
    /// - Throws: `EngineError.notAllowed`; what ingesting a file or creating an index throws.
    public func loadDemo(
        scale: DemoScale,
        for principal: Principal,
        progress: @Sendable (DemoProgress) -> Void
    ) async throws -> [String] {
        try await authorise(principal, .writer, "load the demo")
        let generator = DemoGenerator(scale: scale)
        var loaded: [String] = []
        for (position, table) in DemoTable.allCases.enumerated() {
            func report(_ rows: Int, done: Int) {
                let total = DemoTable.allCases.count
                progress(DemoProgress(dataset: table.dataset, rows: rows, datasetsDone: done, datasetsTotal: total))
            }
            if try await liveDataset(of: table) == nil {
                if try await load(table, from: generator, for: principal, progress: { report($0, done: position) }) {
                    loaded.append(table.dataset)
                }
            }
            report(DemoPlan.rows(table, scale), done: position + 1)
        }
        try await indexResumes(for: principal)
        return loaded
    }

    /// Loads one table.
    ///
    /// - Returns: False when somebody else was faster.
    private func load(
        _ table: DemoTable,
        from generator: DemoGenerator,
        for principal: Principal,
        progress: (Int) -> Void
    ) async throws -> Bool {
        let upload = try await beginUpload(for: principal)
        do {
            try await generator.write(table) { piece, rows in
                try Task.checkCancellation()
                try await upload.write(piece)
                progress(rows)
            }
        } catch {
            await upload.discard()
            throw error
        }
        let request = IngestRequest(fileName: table.fileName, dataset: table.dataset)
        do {
            return try await !ingest(upload, request, for: principal).deduplicated
        } catch {
            if try await liveDataset(of: table) != nil { return false }
            throw error
        }
    }

    private func indexResumes(for principal: Principal) async throws {
        guard try await !hasDemoIndex(), let resumes = try await liveDataset(of: .resumes),
            // Of somebody's own dataset of that name nothing is assumed.
            resumes.schema.column(named: "resume_text") != nil, resumes.schema.column(named: "candidate_id") != nil
        else { return }
        let request = IndexRequest(
            name: DemoPlan.index,
            dataset: resumes.name.rawValue,
            textColumns: ["resume_text"],
            idColumn: "candidate_id"
        )
        do {
            _ = try await createIndex(request, for: principal)
        } catch {
            if try await !hasDemoIndex() { throw error }
        }
    }

    private func hasDemoIndex() async throws -> Bool {
        let state = try await log.state()
        return DatasetName(DemoPlan.index).flatMap(state.index(named:)) != nil
    }

    private func liveDataset(of table: DemoTable) async throws -> Dataset? {
        let state = try await log.state()
        return DatasetName(table.dataset).flatMap(state.dataset(named:))
    }
}
