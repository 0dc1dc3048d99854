import Foundation
import LakeClient
import LakeCore
import Testing

/// The journals of a real server that is killed.
@Suite struct JournalTests {
    private static func event(_ entity: String, _ number: Int) -> JSONValue {
        .object([
            .init("entity", .string(entity)), .init("field", .string("n")), .init("new", .number(String(number))),
        ])
    }

    /// Tells of events until the server does not answer; gives the identifiers of those it acknowledged.
    private static func tell(
        _ entity: String,
        to url: String,
        _ acknowledged: @Sendable (Int) -> Void
    ) async -> [String] {
        let client = LakeClient(url: url, apiKey: nil)
        var ids: [String] = []
        for number in 0... {
            guard let answer = try? await client.json(.post, "/journal/event", event(entity, number)) else { break }
            ids.append(answer["id"]?.string ?? "")
            acknowledged(number)
        }
        await client.shutdown()
        return ids
    }

    @Test func anAcknowledgedEventAndARefusalOutliveAKill() async throws {
        let place = try Workplace()
        let made = try await Program.run(["keys", "create", "boss", "--lake", place.lake])
        let admin = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let other = try await Program.run(
            ["keys", "create", "rita", "--role", "reader", "--lake", place.lake],
            environment: ["LAKEHOUSE_API_KEY": admin]
        )
        let reader = other.output.trimmingCharacters(in: .whitespacesAndNewlines)
        for round in 1...3 {
            let server = try await ServerProcess(lake: place.lake)
            let acknowledged = try await server.client(key: admin) { client in
                try await client.json(.post, "/journal/event", Self.event("thing:\(round)", round))
            }
            await #expect(throws: ClientError.self) {
                try await server.client(key: reader) { client in
                    try await client.json(.post, "/journal/event", Self.event("thing:\(round)", 0))
                }
            }
            server.kill()
            let next = try await ServerProcess(lake: place.lake)
            try await next.client(key: admin) { client in
                let history = try await client.json(.get, "/journal/history/thing:\(round)")
                #expect(history["items"]?.array == [acknowledged])
                let sql = "SELECT count(*) FROM system.audit WHERE principal = 'rita' AND outcome = 'refused'"
                let answer = try await client.json(.post, "/query/sql", .object([.init("sql", .string(sql))]))
                #expect(answer["rows"]?.array?.first?.array?.first?.int == round)
            }
            #expect(next.stop() == 0)
        }
        let verified = try await Program.run(
            ["journal", "verify", "--lake", place.lake],
            environment: ["LAKEHOUSE_API_KEY": admin]
        )
        #expect(verified.status == 0 && verified.output.contains("sound"))
    }

    @Test func aServerKilledWhileManyWriteKeepsWhatItAcknowledged() async throws {
        let place = try Workplace()
        var acknowledged: Set<String> = []
        for round in 1...4 {
            let server = try await ServerProcess(lake: place.lake)
            let (url, process) = (server.url, server.process.processIdentifier)
            let ids = await withTaskGroup(of: [String].self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        await Self.tell("thing:\(round)-\(writer)", to: url) { number in
                            if writer == 0, number == round * 5 { kill(process, SIGKILL) }
                        }
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            server.kill()
            acknowledged.formUnion(ids)
        }
        #expect(acknowledged.count >= 50)
        let server = try await ServerProcess(lake: place.lake)
        try await server.client { client in
            var found: [String] = []
            var cursor: String?
            repeat {
                let rest = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await client.json(.get, "/journal/recent?limit=100\(rest)")
                found += (page["items"]?.array ?? []).compactMap { $0["id"]?.string }
                cursor = page["next_cursor"]?.string
            } while cursor != nil
            #expect(Set(found).count == found.count && acknowledged.isSubset(of: found))
            let report = try await client.json(.post, "/catalog/verify")
            #expect(report["problems"]?.array == [])
        }
        let shown = try await Program.run(["journal", "history", "thing:1-0", "--lake", place.lake])
        #expect(shown.status == 0 && shown.output.contains("thing:1-0"))
        #expect(server.stop() == 0)
    }
}
