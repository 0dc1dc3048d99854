import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List background jobs, follow, cancel or resume one.",
        subcommands: [List.self, Wait.self, Cancel.self, Resume.self],
        defaultSubcommand: List.self
    )

    /// `lakehouse jobs list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the jobs, newest first.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.get, "/vectors/jobs?limit=100")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(
                    ["ID", "KIND", "SUBJECT", "STATE", "ROWS", "OF", "CREATED"],
                    rightAligned: [4, 5]
                )
                for job in answer["items"]?.array ?? [] {
                    table.rows.append([
                        job["id"]?.string ?? "", job["kind"]?.string ?? "", job["subject"]?.string ?? "",
                        job["state"]?.string ?? "", Numbers.grouped(job["rows_done"]?.int ?? 0),
                        Numbers.grouped(job["rows_total"]?.int ?? 0), job["created_at"]?.string ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse jobs wait`.
    struct Wait: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Follow a job until it ends.")

        @Argument(help: "The job.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { try await JobWatch.wait(for: id, $0, json: connection.json) }
        }
    }

    /// `lakehouse jobs cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a job; what it has done is kept.")

        @Argument(help: "The job.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws { try await JobsCommand.post("cancel", id, connection) }
    }

    /// `lakehouse jobs resume`.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a failed or cancelled job go on.")

        @Argument(help: "The job.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws { try await JobsCommand.post("resume", id, connection) }
    }

    private static func post(_ verb: String, _ id: String, _ connection: ConnectionOptions) async throws {
        try await connection.withClient { client in
            let job = try await client.json(.post, "/vectors/jobs/\(id)/\(verb)")
            Terminal.say(connection.json ? job.compact : "job \(id) is \(job["state"]?.string ?? "")")
        }
    }
}
