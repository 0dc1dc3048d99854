import LakeClient
import LakeCore

/// What clients do while the servers of a round are dying.
struct Workload: Sendable {
    /// Counted over the run, so that no two name their writes alike.
    let life: Int
    let ledger: Ledger
    let seed: UInt64

    static let appendTables = ["torture_a", "torture_b", notes]
    /// The table whose texts are indexed, and the index.
    static let notes = "torture_notes"
    /// What the journal's events are of.
    static let entity = "torture"

    /// Appends batches and deletes some again, replaces and moves its own table, makes and drops tables, records events, until the
    /// task is cancelled or nobody answers any more.
    func write(as writer: Int, to client: LakeClient) async {
        var random = SplitMix64(seed: seed &+ UInt64(writer) &* 7919)
        let own = "torture_s\(writer)"
        var appended: [String] = []
        for number in 0... {
            guard !Task.isCancelled else { return }
            let name = "l\(life)w\(writer)n\(number)"
            let outcome =
                switch Int.random(in: 0..<20, using: &random) {
                case 0..<9:
                    await append(name, Self.appendTables[number % 2], Int.random(in: 1...40, using: &random), client)
                case 9, 10: await delete(appended.popLast(), client)
                case 11: await append(name, Self.notes, Int.random(in: 1...3, using: &random), client)
                case 12..<15: await replace(own, by: name, client)
                case 15: await migrate(own, to: Bool.random(using: &random) ? "primary" : "other", client)
                case 16, 17: await makeAndDrop("torture_\(name)", client)
                default: await record(name, client)
                }
            if outcome == .acknowledged, let table = ledger.batches[name]?.table, table != Self.notes {
                appended.append(name)
            }
            // A write that nobody answered may still happen; a later one of this writer could not be told from it.
            guard outcome != .unheard else { return }
        }
    }

    /// Declares the index, and has it built anew as rows come in.
    func index(through client: LakeClient) async {
        while !Task.isCancelled {
            if !ledger.hasIndex {
                let request = JSONValue.object([
                    .init("name", .string(Self.notes)), .init("dataset", .string(Self.notes)),
                    .init("text_columns", .array(["note"])),
                ])
                let outcome = await Self.outcome { _ = try await client.json(.post, "/vectors/index", request) }
                if outcome == .acknowledged { ledger.declaredIndex() }
            } else {
                _ = try? await client.json(.post, "/vectors/refresh/\(Self.notes)")
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Merges files while others append to the tables and delete from them.
    func compact(through client: LakeClient) async {
        for number in 0... {
            guard !Task.isCancelled else { return }
            let table = Self.appendTables[number % 2]
            _ = try? await client.json(.post, "/query/compact", .object([.init("dataset", .string(table))]))
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Sweeps while others write.
    func sweep(through client: LakeClient) async {
        try? await Task.sleep(for: .milliseconds(Int(seed % 300)))
        _ = try? await client.json(.post, "/catalog/sweep", .object([.init("minimum_age_s", 3600)]))
    }

    /// Counts rows again and again; each answer must hold all that was acknowledged before it was asked for.
    func read(from client: LakeClient) async {
        while !Task.isCancelled {
            for table in Self.appendTables {
                let before = ledger.batches.filter { $0.value.table == table }
                let known = before.filter(\.value.isCertain)
                // Another server's commits are seen at once only by who asks for them.
                guard !known.isEmpty,
                    let found = try? await Check.batches(of: table, client, atLeast: ledger.version)
                else { continue }
                ledger.answered()
                let sizes = ledger.batches
                for (batch, rows) in found where before[batch]?.isGone == true {
                    ledger.saw("a reader saw \(rows) rows of \(batch), which was deleted before")
                }
                for (batch, written) in known
                // One that is deleted meanwhile may be there or not.
                where found[batch] != written.rows && sizes[batch]?.isCertain == true {
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

    private func append(_ batch: String, _ table: String, _ rows: Int, _ client: LakeClient) async -> Ledger.Outcome {
        ledger.begin(batch, in: table, rows: rows)
        let content = Self.content(batch, rows)
        let outcome = await upload(content, "\(batch).csv", to: table, mode: "append", client)
        ledger.end(batch, outcome)
        // Delivered twice now and then, as by a proxy that heard no answer: the rows must be there once.
        if outcome == .acknowledged, rows.isMultiple(of: 5) {
            return await upload(content, "\(batch).csv", to: table, mode: "append", client)
        }
        return outcome
    }

    /// Deletes the rows of a batch, which were acknowledged.
    private func delete(_ batch: String?, _ client: LakeClient) async -> Ledger.Outcome {
        guard let batch, let table = ledger.batches[batch]?.table else { return .acknowledged }
        ledger.beginDeleting(batch)
        let outcome = await Self.outcome {
            let body = JSONValue.object([.init("where", .string("batch = '\(batch)'"))])
            let answer = try await client.json(.post, "/catalog/datasets/by-name/\(table)/rows/delete", body)
            ledger.reached(version: answer["version"]?.int ?? 0)
        }
        ledger.endDeleting(batch, outcome)
        return outcome
    }

    private func replace(_ table: String, by content: String, _ client: LakeClient) async -> Ledger.Outcome {
        ledger.beginReplacing(table, by: content)
        let outcome = await upload(Self.content(content, 3), "\(content).csv", to: table, mode: "replace", client)
        ledger.endReplacing(table, by: content, outcome)
        return outcome
    }

    /// Changes where the rows are, and nothing else.
    private func migrate(_ table: String, to bucket: String, _ client: LakeClient) async -> Ledger.Outcome {
        let request = JSONValue.object([.init("dataset", .string(table)), .init("bucket", .string(bucket))])
        return await Self.outcome { _ = try await client.json(.post, "/catalog/migrate-buckets", request) }
    }

    private func record(_ name: String, _ client: LakeClient) async -> Ledger.Outcome {
        ledger.beginEvent(name)
        let event = JSONValue.object([
            .init("entity", .string(Self.entity)), .init("field", .string(name)), .init("new", .string(name)),
        ])
        let outcome = await Self.outcome { _ = try await client.json(.post, "/journal/event", event) }
        ledger.endEvent(name, outcome)
        return outcome
    }

    private func makeAndDrop(_ table: String, _ client: LakeClient) async -> Ledger.Outcome {
        let made = await upload(Self.content(table, 2), "\(table).csv", to: table, mode: "create", client)
        guard made == .acknowledged else { return made }
        let outcome = await Self.outcome {
            _ = try await client.json(.delete, "/catalog/datasets/by-name/\(table)")
        }
        ledger.drop(table, outcome)
        return outcome
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
            let answer = try await client.upload(
                .post,
                path,
                length: bytes.count,
                AsyncStream { continuation in
                    continuation.yield(bytes)
                    continuation.finish()
                }
            )
            ledger.reached(version: answer["version"]?.int ?? 0)
        }
    }

    /// A refusal of the client's doing says that nothing was done; the server's own failure leaves it open.
    private static func outcome(_ body: () async throws -> Void) async -> Ledger.Outcome {
        do {
            try await body()
            return .acknowledged
        } catch ClientError.refused(let status, _, _, _) {
            switch status {
            case 408, 499, 504: return .unheard
            case 400..<500: return .refused
            default: return .open
            }
        } catch {
            return .unheard
        }
    }

    private static func content(_ batch: String, _ rows: Int) -> String {
        "batch,n,note\n" + (0..<rows).map { "\(batch),\($0),\"row \($0) of \(batch), quoted\"\n" }.joined()
    }
}
