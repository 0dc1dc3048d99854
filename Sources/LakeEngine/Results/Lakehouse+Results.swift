import LakeCatalog
public import LakeCore
import LakeSQL

/// How a question is answered.
public enum QueryOutcome: Sendable {
    /// Its rows are drawn from the answer.
    case begun(QueryAnswer)
    /// It was asked before, of the same versions.
    case kept(KeptAnswer)
}

/// An answer that was kept.
public struct KeptAnswer: Sendable {
    /// The lake version that it is the answer at.
    public var version: Int
    public var queryID: String
    public var result: KeptResult
}

extension Lakehouse {
    /// Answers a query with what is kept, or begins it.
    ///
    /// What a text says twice, with the same parameters, of datasets that have not changed since, is the same answer: unless it draws
    /// random numbers, asks for the time, or reads tables of the system. A caller of another role never gets it.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - form: How the door encodes the rows.
    ///   - principal: Who asks.
    /// - Returns: The answer.
    /// - Throws: As ``query(_:for:)``.
    public func answer(
        _ request: QueryRequest,
        as form: ResultForm,
        for principal: Principal
    ) async throws -> QueryOutcome {
        try await observed(.query) {
            let asked = try await prepare(request, longest: settings.queryTimeout, for: principal)
            let key = try await key(of: asked, request, form, for: principal)
            if let key, let found = results.find(key) {
                let id = UUIDv7.string()
                return .kept(KeptAnswer(version: asked.state.version, queryID: id, result: found))
            }
            var answer = try await beginInTurn(asked, request, for: principal)
            answer.cacheKey = key
            return .begun(answer)
        }
    }

    /// Keeps the whole of an answer, as the door has encoded it.
    public func keep(_ result: KeptResult, of answer: QueryAnswer) {
        if let key = answer.cacheKey { results.keep(result, for: key) }
    }

    /// What the answer to a question is kept under; nil when it is not.
    private func key(
        of asked: Asked,
        _ request: QueryRequest,
        _ form: ResultForm,
        for principal: Principal
    ) async throws -> ResultKey? {
        guard results.isOn, asked.query.isStable else { return nil }
        var key = ResultKey()
        // All that a caller's rights depend on.
        key.add(principal.role.rawValue)
        key.add(asked.query.condensed)
        switch request.parameters {
        case .none: key.add("none")
        case .positional(let values): key.add("\(values)")
        case .named(let values):
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { key.add("\(name)\(value)") }
        }
        key.add(form.rawValue)
        key.add(asked.limits.maxRows ?? .max)
        key.add(asked.maxBytes)
        for table in asked.query.tables {
            guard table.bucket.map({ !SystemTable.buckets.contains($0.lowercased()) }) ?? true else { return nil }
            let dataset = try await dataset(named: table, below: asked.state)
            key.add(dataset.id.rawValue)
            key.add(dataset.version)
        }
        return key
    }

    /// The dataset that a table stands for, as the text asks for it; the later one of two that it compares.
    private func dataset(named table: TableReference, below state: LakeState) async throws -> Dataset {
        guard let span = table.changes else {
            let at = try await pin(of: table, below: state)
            let dataset = try dataset(of: table, in: at)
            try await check(at.version, of: dataset)
            return dataset
        }
        let later = span.to == nil ? state : try await lake(at: span.to)
        let dataset = try dataset(of: table, in: later)
        for version in [span.from, later.version] { try await check(version, of: dataset) }
        return dataset
    }
}
