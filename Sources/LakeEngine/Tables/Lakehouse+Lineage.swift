import LakeCatalog
public import LakeCore

extension Lakehouse {
    /// Where datasets come from and which indexes are made of them.
    ///
    /// - Parameters:
    ///   - name: Only what has to do with this dataset; nil: the whole lake.
    ///   - limit: The newest so many sources of each dataset, 1 to 1,000.
    ///   - principal: Who asks.
    /// - Returns: The graph.
    /// - Throws: `EngineError.notFound` for the dataset, `EngineError.invalid` for the limit.
    public func lineage(of name: String? = nil, limit: Int = 50, for principal: Principal) async throws -> Lineage {
        try await authorise(principal, .reader, "read lineage", on: name.map { ["dataset:\($0)"] } ?? [])
        guard (1...1000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
        }
        let state = try await log.state()
        let datasets =
            try name.map { [try liveDataset($0, in: state)] } ?? state.liveDatasets.sorted { $0.name < $1.name }
        var graph = Lineage(version: state.version, nodes: [], edges: [])
        var sources: Set<String> = []
        for dataset in datasets {
            let receipts = state.receipts(of: dataset.id)
            graph.nodes.append(
                .init(
                    id: dataset.id.rawValue,
                    kind: .dataset,
                    name: dataset.name.rawValue,
                    version: dataset.version,
                    at: dataset.updatedAt,
                    sources: receipts.count
                )
            )
            for receipt in receipts.prefix(limit).reversed() {
                let isNew = sources.insert(receipt.sha256).inserted
                graph.add(receipt, to: dataset, isNewSource: isNew)
            }
            let indexes = state.indexes.values.filter { $0.dataset == dataset.id }.sorted { $0.name < $1.name }
            for index in indexes { graph.add(index, of: dataset) }
        }
        return graph
    }
}

extension Lineage {
    /// A file, and that it was ingested.
    fileprivate mutating func add(_ receipt: IngestReceipt, to dataset: Dataset, isNewSource: Bool) {
        let source = "source:\(receipt.sha256)"
        let ingest = "ingest:\(receipt.sha256):\(dataset.id)"
        if isNewSource {
            nodes.append(.init(id: source, kind: .source, name: receipt.fileName, version: nil, at: nil))
        }
        nodes.append(
            .init(id: ingest, kind: .ingest, name: receipt.mode, version: receipt.version, at: receipt.at)
        )
        edges.append(.init(from: source, to: ingest, columns: []))
        // Columns may be called otherwise by now.
        let pairs = receipt.columns.compactMap { column in
            dataset.schema.column(id: column.fieldID).map { ColumnPair(from: column.name, to: $0.name) }
        }
        edges.append(.init(from: ingest, to: dataset.id.rawValue, columns: pairs))
    }

    /// An index, and the build that serves.
    fileprivate mutating func add(_ index: VectorIndex, of dataset: Dataset) {
        nodes.append(
            .init(
                id: index.id.rawValue,
                kind: .index,
                name: index.name.rawValue,
                version: index.serving?.sourceVersion,
                at: index.serving?.createdAt ?? index.createdAt
            )
        )
        let columns = (index.textColumns + [index.idColumn].compactMap(\.self)).map { ColumnPair(from: $0, to: $0) }
        guard let serving = index.serving else {
            edges.append(.init(from: dataset.id.rawValue, to: index.id.rawValue, columns: columns))
            return
        }
        let build = "build:\(index.id):\(serving.number)"
        nodes.append(
            .init(
                id: build,
                kind: .build,
                name: "generation \(serving.number)",
                version: serving.sourceVersion,
                at: serving.createdAt
            )
        )
        edges.append(.init(from: dataset.id.rawValue, to: build, columns: columns))
        edges.append(.init(from: build, to: index.id.rawValue, columns: []))
    }
}
