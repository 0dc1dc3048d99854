import Foundation
import LakeClient

/// Rounds of work on a lake whose servers die, each followed by a check of everything.
public struct Torture: Sendable {
    private let settings: TortureSettings
    private let ledger = Ledger()

    public init(_ settings: TortureSettings) { self.settings = settings }

    /// Runs until the time or the rounds are up, or something does not hold.
    ///
    /// - Parameter progress: Told after each round.
    /// - Returns: What was done and what held.
    /// - Throws: ``TortureError`` when there is nothing to be checked.
    public func run(progress: @Sendable (TortureReport) -> Void) async throws -> TortureReport {
        var report = TortureReport(seed: settings.seed)
        let end = ContinuousClock.now + settings.duration
        while ContinuousClock.now < end, report.rounds < settings.rounds, report.held, !Task.isCancelled {
            report.rounds += 1
            var random = SeededRandom(seed: settings.seed &+ UInt64(report.rounds) &* 1_000_003)
            let treatment = Treatment.allCases[(report.rounds - 1) % Treatment.allCases.count]
            report.treatments[treatment.name, default: 0] += 1
            // Several lives before a check: what one death left must be borne by the next.
            for _ in 0..<3 { try await storm(treatment, &random, &report) }
            try await check(&report)
            let counts = ledger.counts
            (report.acknowledged, report.unknown, report.refused) = (counts.acknowledged, counts.open, counts.refused)
            progress(report)
        }
        return report
    }

    /// One life: servers that die, and clients that go on as long as they can.
    private func storm(_ treatment: Treatment, _ random: inout SeededRandom, _ report: inout TortureReport) async throws
    {
        let faults = [treatment.faults(&random), settings.plantedFaults].filter { !$0.isEmpty }.joined(separator: ",")
        var servers = [try TortureServer(program: settings.program, lake: settings.lake, faults: faults)]
        if treatment == .twoServers {
            servers.append(
                try TortureServer(program: settings.program, lake: settings.lake, faults: settings.plantedFaults)
            )
        }
        for server in servers { _ = try await server.answers() }
        report.lives += 1
        let work = Workload(life: report.lives, ledger: ledger, seed: random.next())
        let writers = settings.writers
        let life = Duration.milliseconds(Int.random(in: 200...1500, using: &random))
        let rest = random
        await withTaskGroup(of: Void.self) { [servers] group in
            for writer in 0..<writers {
                group.addTask { await work.write(as: writer, to: servers[writer % servers.count].client) }
            }
            group.addTask { await work.read(from: servers[servers.count - 1].client) }
            await Self.treat(servers, treatment, life, rest)
            group.cancelAll()
        }
        // Where nothing can be synced or written, not to start is an answer.
        if ![.failedSync, .fullDisk].contains(treatment), servers.contains(where: \.hasGivenUp) {
            report.violations.append("round \(report.rounds) (\(treatment.name)): a server ended by itself")
        }
        report.deaths += servers.filter { !$0.isRunning }.count
        for server in servers where server.isRunning {
            await server.end()
            report.deaths += 1
        }
        for server in servers { await server.end() }
        report.reads = ledger.reads
        report.violations += ledger.takeSights().map { "round \(report.rounds) (\(treatment.name)): \($0)" }
    }

    /// Lets the servers live for a while and does to them what the treatment says.
    private static func treat(
        _ servers: [TortureServer],
        _ treatment: Treatment,
        _ life: Duration,
        _ random: SeededRandom
    ) async {
        var random = random
        let end = ContinuousClock.now + life
        while ContinuousClock.now < end, servers[0].isRunning {
            if treatment == .stopAndContinue {
                servers[0].signal(SIGSTOP)
                try? await Task.sleep(for: .milliseconds(Int.random(in: 1...120, using: &random)))
                servers[0].signal(SIGCONT)
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 5...60, using: &random)))
        }
        servers[0].signal(SIGKILL)
        guard servers.count > 1 else { return }
        // The other one goes on alone for a while.
        try? await Task.sleep(for: life / 2)
        servers[1].signal(SIGKILL)
    }

    private func check(_ report: inout TortureReport) async throws {
        let server = try TortureServer(program: settings.program, lake: settings.lake, faults: "")
        guard try await server.answers() else {
            await server.end()
            report.violations.append("round \(report.rounds): no server starts on the lake any more")
            return
        }
        do {
            let check = Check(ledger: ledger, client: server.client)
            var violations = try await check.violations()
            if report.rounds.isMultiple(of: 4) {
                report.swept += try await check.sweep(lake: settings.lake)
                violations += try await check.violations().map { "after a sweep: \($0)" }
            }
            report.violations += violations.map { "round \(report.rounds): \($0)" }
        } catch let error as ClientError {
            report.violations.append("round \(report.rounds): the check was refused: \(error.message)")
        }
        report.checks += 1
        await server.end()
    }
}
