import Foundation
import LakeClient
import LakeCore

/// Rounds of work on a lake whose servers die, each followed by a check of everything.
public struct Torture: Sendable {
    private let settings: TortureSettings
    private let lake: TortureLake
    private let ledger = Ledger()

    /// - Throws: ``TortureError`` when the lake cannot be worked on.
    public init(_ settings: TortureSettings) throws {
        self.settings = settings
        lake = try TortureLake(settings)
    }

    /// Runs until the time or the rounds are up, or something does not hold.
    ///
    /// - Parameter progress: Told each round's plan before it, in one line.
    /// - Returns: What was done and what held.
    /// - Throws: ``TortureError`` when there is nothing to be checked.
    public func run(progress: @Sendable (String) -> Void) async throws -> TortureReport {
        defer { lake.leave() }
        var report = TortureReport(settings)
        let end = ContinuousClock.now + settings.duration
        let treatments = Treatment.all(isFolder: lake.folder != nil)
        while ContinuousClock.now < end, report.rounds < settings.rounds, report.held, !Task.isCancelled {
            let round = Round(settings.firstRound + report.rounds, seed: settings.seed, of: treatments)
            progress(round.text)
            report.rounds += 1
            report.treatments[round.treatment.name, default: 0] += 1
            for (number, life) in round.lives.enumerated() {
                let isSwept = round.isSweeping && number == 1
                if isSwept { lake.age() }
                try await storm(life, isSwept: isSwept, of: round, &report)
            }
            try await check(round, &report)
            let counts = ledger.counts
            (report.acknowledged, report.unknown, report.refused) = (counts.acknowledged, counts.open, counts.refused)
        }
        return report
    }

    private func server(_ place: Int = 0, _ faults: String...) throws -> TortureServer {
        let faults = faults.filter { !$0.isEmpty }.joined(separator: ",")
        return try TortureServer(program: settings.program, lake: lake, place: place, faults: faults)
    }

    /// One life: servers that die, and clients that go on as long as they can.
    private func storm(
        _ life: Round.Life,
        isSwept: Bool,
        of round: Round,
        _ report: inout TortureReport
    ) async throws {
        let treatment = round.treatment
        var servers = [try server(0, life.faults, settings.plantedFaults)]
        if treatment == .twoServers { servers.append(try server(1, settings.plantedFaults)) }
        for server in servers { _ = try await server.answers() }
        report.lives += 1
        let work = Workload(life: report.lives, ledger: ledger, seed: life.seed)
        let writers = settings.writers
        await withTaskGroup(of: Void.self) { [servers] group in
            let last = servers[servers.count - 1].client
            for writer in 0..<writers {
                group.addTask { await work.write(as: writer, to: servers[writer % servers.count].client) }
            }
            group.addTask { await work.read(from: last) }
            group.addTask { await work.compact(through: last) }
            if round.isIndexing { group.addTask { await work.index(through: last) } }
            if isSwept { group.addTask { await work.sweep(through: last) } }
            await Self.treat(servers, treatment, life)
            group.cancelAll()
        }
        // Where nothing can be synced or written, not to start is an answer.
        if ![.failedSync, .fullDisk].contains(treatment) {
            for server in servers where server.hasGivenUp {
                report.violate(round, "a server ended by itself: \(server.lastWords)")
            }
        }
        for server in servers {
            await server.end()
            report.deaths += 1
            if let step = server.step { report.died(before: step, in: lake) }
        }
        report.reads = ledger.reads
        for sight in ledger.takeSights() { report.violate(round, sight) }
    }

    /// Lets the servers live for a while and does to them what the treatment says.
    private static func treat(_ servers: [TortureServer], _ treatment: Treatment, _ life: Round.Life) async {
        var random = SplitMix64(seed: life.seed)
        let end = ContinuousClock.now + life.length
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
        try? await Task.sleep(for: life.length / 2)
        servers[1].signal(SIGKILL)
    }

    private func check(_ round: Round, _ report: inout TortureReport) async throws {
        let server = try server()
        guard try await server.answers() else {
            await server.end()
            report.violate(round, "no server opens the lake any more: \(server.lastWords)")
            report.violate(round, "\(ledger.counts.acknowledged) acknowledged writes are out of reach")
            return
        }
        do {
            let check = Check(ledger: ledger, client: server.client)
            for violation in try await check.violations() { report.violate(round, violation) }
            if round.isIndexing {
                for violation in try await check.index() { report.violate(round, violation) }
            }
            if round.isSweeping {
                lake.age()
                report.swept += try await check.sweep()
                for violation in try await check.violations() { report.violate(round, "after a sweep: \(violation)") }
            }
        } catch let error as ClientError {
            report.violate(round, "the check was refused: \(error.message)")
        }
        report.checks += 1
        await server.end()
    }
}
