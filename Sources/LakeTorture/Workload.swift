import LakeClient

/// What clients do while the servers of a round are dying.
struct Workload: Sendable {
    /// Counted over the run, so that no two name their writes alike.
    let life: Int
    let ledger: Ledger
    let seed: UInt64

    static let appendTables = ["torture_a", "torture_b"]

    /// Appends batches, replaces its own table, makes and drops tables, until the task is cancelled or an answer is lost.
    func write(as writer: Int, to client: LakeClient) async {
        var random = SeededRandom(seed: seed &+ UInt64(writer) &* 7919)
        for number in 0... {
            guard !Task.isCancelled else { return }
            let name = "l\(life)w\(writer)n\(number)"
            let goesOn =
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<7:
                    await append(name, Self.appendTables[number % 2], Int.random(in: 1...40, using: &random), client)
                case 7, 8: await replace("torture_s\(writer)", by: name, client)
                default: await makeAndDrop("torture_\(name)", client)
                }
            // A write that nobody answered may still happen; another one of this writer could not be told from it.
            guard goesOn else { return }
        }
    }

    /// Counts rows again and again; each answer must hold all that was acknowledged before it was asked for.
    func read(from client: LakeClient) async {
        while !Task.isCancelled {
            for table in Self.appendTables {
                let known = ledger.batches.filter { $0.value.table == table && $0.value.outcome == .acknowledged }
                guard !known.isEmpty, let found = try? await Check.batches(of: table, client) else { continue }
                ledger.answered()
                let sizes = ledger.batches
                for (batch, written) in known where found[batch] != written.rows {
                    ledger.saw(
                        "a reader saw \(found[batch] ?? 0) of \(written.rows) rows of \(batch), which was acknowledged before"
                    )
                }
                for (batch, rows) in found where sizes[batch]?.rows != rows {
                    ledger.saw("a reader saw \(rows) rows of \(batch), which has \(sizes[batch]?.rows ?? 0)")
                }
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func append(_ batch: String, _ table: String, _ rows: Int, _ client: LakeClient) async -> Bool {
        ledger.begin(batch, in: table, rows: rows)
        let content = Self.content(batch, rows)
        let outcome = await upload(content, "\(batch).csv", to: table, mode: "append", client)
        ledger.end(batch, outcome)
        // Delivered twice now and then, as by a proxy that heard no answer: the rows must be there once.
        if outcome == .acknowledged, rows.isMultiple(of: 5) {
            return await upload(content, "\(batch).csv", to: table, mode: "append", client) != .open
        }
        return outcome != .open
    }

    private func replace(_ table: String, by content: String, _ client: LakeClient) async -> Bool {
        ledger.beginReplacing(table, by: content)
        let outcome = await upload(Self.content(content, 3), "\(content).csv", to: table, mode: "replace", client)
        ledger.endReplacing(table, by: content, outcome)
        return outcome != .open
    }

    private func makeAndDrop(_ table: String, _ client: LakeClient) async -> Bool {
        let made = await upload(Self.content(table, 2), "\(table).csv", to: table, mode: "create", client)
        guard made == .acknowledged else { return made != .open }
        let outcome = await Self.outcome {
            _ = try await client.json(.delete, "/catalog/datasets/by-name/\(table)")
        }
        ledger.drop(table, outcome)
        return outcome != .open
    }

    private func upload(
        _ content: String,
        _ file: String,
        to table: String,
        mode: String,
        _ client: LakeClient
    ) async -> Ledger.Outcome {
        let bytes = Array(content.utf8)
        return await Self.outcome {
            let path = "/ingest/file?name=\(file)&dataset=\(table)&mode=\(mode)"
            _ = try await client.upload(
                .post,
                path,
                length: bytes.count,
                AsyncStream { continuation in
                    continuation.yield(bytes)
                    continuation.finish()
                }
            )
        }
    }

    /// A refusal of the client's doing says that nothing was done; anything else leaves it open.
    private static func outcome(_ body: () async throws -> Void) async -> Ledger.Outcome {
        do {
            try await body()
            return .acknowledged
        } catch ClientError.refused(let status, _, _, _) where (400..<500).contains(status) && status != 408 {
            return .refused
        } catch {
            return .open
        }
    }

    private static func content(_ batch: String, _ rows: Int) -> String {
        "batch,n,note\n" + (0..<rows).map { "\(batch),\($0),\"row \($0) of \(batch), quoted\"\n" }.joined()
    }
}
