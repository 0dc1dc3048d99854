import ArgumentParser
import LakeServer

/// The program: a server, and a client of it.
@main
struct LakehouseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lakehouse",
        abstract: "Turns files into governed tables that people and AI agents share.",
        discussion: """
            Every command but 'serve' talks to a server: the one at LAKEHOUSE_URL (http://127.0.0.1:3100 unless set), with the key in \
            LAKEHOUSE_API_KEY. With --lake DIR it talks to the server that runs on that folder or, when there is none, opens the \
            folder itself.

            Exit codes: 0 done, 1 refused or failed, 2 nothing found, 64 wrong usage, 69 no server answers, 77 not allowed.
            """,
        version: LakeServer.version,
        subcommands: [
            ServeCommand.self, IngestCommand.self, SQLCommand.self, ExplainCommand.self, QueriesCommand.self,
            ExportCommand.self, IndexCommand.self, SearchCommand.self, AskCommand.self,
            DatasetsCommand.self, RowsCommand.self, SchemaCommand.self, LineageCommand.self, CompactCommand.self,
            CacheCommand.self,
            JobsCommand.self,
            DemoCommand.self,
            KeysCommand.self, LogCommand.self,
            VerifyCommand.self, RepairCommand.self, SweepCommand.self, BackupCommand.self, RestoreCommand.self,
            JournalCommand.self, TortureCommand.self,
            BucketsCommand.self, ObjectsCommand.self,
        ]
    )
}
