import ArgumentParser
import Foundation
import LakeClient
import LakeCore
import LakeEngine
import LakeServer
import Synchronization

/// `lakehouse serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a lake.",
        discussion: "Flags go before LAKEHOUSE_… variables, those before lakehouse.toml, that before the defaults."
    )

    @Option(help: ArgumentHelp("The folder that is the lake; made when absent.", valueName: "dir"))
    var lake: String?

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: Int?

    @Option(help: "The port for gRPC; the one after --port if not given, 0 takes a free one, off is none.")
    var grpcPort: String?

    @Option(help: ArgumentHelp("The settings file; lakehouse.toml here otherwise.", valueName: "file"))
    var config: String?

    @Flag(help: "Load the small staffing demo when the lake does not have it.")
    var demo = false

    func run() async throws {
        let shown = ShownDemo()
        let flags = [
            ("lake.folder", lake), ("http.host", host), ("http.port", port.map(String.init)), ("grpc.port", grpcPort),
        ]
        do {
            let settings = try await ServerSettings.load(
                flags: Dictionary(uniqueKeysWithValues: flags.compactMap { key, value in value.map { (key, $0) } }),
                environment: ProcessInfo.processInfo.environment,
                file: config
            )
            try await LakeServer.run(settings, demo: demo ? .small : nil) { progress in
                switch progress {
                case .listening(let url): Terminal.note("Lakehouse serves \(settings.lake.lakeFolder) at \(url)")
                case .demo(let progress): shown.show(progress)
                case .demoReady: Self.invite()
                case .demoFailed(let reason): Terminal.fail("the demo is not complete: \(reason)")
                }
            }
        } catch let failure as any LakeFailure {
            Terminal.fail(failure.detail)
            throw ExitCode.failure
        }
    }

    private static func invite() {
        Terminal.note("\nTry next, in another terminal:")
        let sql = DemoPlan.sampleQuery.replacing("\n", with: " ")
        Terminal.note("  .build/release/lakehouse sql \"\(sql)\"")
        Terminal.note("  .build/release/lakehouse search \(DemoPlan.index) \"\(DemoPlan.sampleSearch)\"")
        Terminal.note("  .build/release/lakehouse ask \"\(DemoPlan.sampleQuestion)\"")
        Terminal.note("")
    }
}

/// Says each dataset of the demo once, when it is there.
private final class ShownDemo: Sendable {
    private let done = Mutex(0)

    func show(_ progress: DemoProgress) {
        let isNew = done.withLock { done in
            defer { done = progress.datasetsDone }
            return progress.datasetsDone > done
        }
        guard isNew else { return }
        let count = "\(progress.datasetsDone) of \(progress.datasetsTotal)"
        Terminal.note("  demo \(count): \(progress.dataset), \(Numbers.grouped(progress.rows)) rows")
    }
}
