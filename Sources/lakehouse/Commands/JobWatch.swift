import ArgumentParser
import LakeClient
import LakeCore

/// Follows a job on the terminal.
enum JobWatch {
    /// Waits until a job ends.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - client: The server that has it.
    ///   - json: Prints the final state as JSON.
    /// - Throws: `ExitCode.failure` when the job did not succeed.
    static func wait(for id: String, _ client: LakeClient, json: Bool) async throws {
        var last = JSONValue.null
        let line = ProgressLine("Indexing")
        while true {
            last = try await client.json(.get, "/vectors/jobs/\(id)")
            let state = last["state"]?.string ?? ""
            if ["succeeded", "failed", "cancelled"].contains(state) { break }
            let (done, total) = (last["rows_done"]?.int ?? 0, last["rows_total"]?.int ?? 0)
            let left = last["eta_s"]?.double.map { ", \(Numbers.duration(seconds: $0)) left" } ?? ""
            line.update(
                share: total == 0 ? nil : Double(done) / Double(total),
                "\(Numbers.grouped(done)) of \(Numbers.grouped(total)) rows\(left)"
            )
            try await Task.sleep(for: .milliseconds(150))
        }
        line.finish()
        let succeeded = last["state"]?.string == "succeeded"
        if json {
            Terminal.say(last.compact)
        } else if succeeded {
            let (chunks, rows) = (last["chunks_done"]?.int ?? 0, last["rows_done"]?.int ?? 0)
            Terminal.say(
                "\(last["subject"]?.string ?? "") serves \(Numbers.grouped(chunks)) chunks of \(Numbers.grouped(rows)) rows"
            )
        } else {
            let reasons = (last["errors"]?.array ?? []).map(\.display).joined(separator: "; ")
            Terminal.fail("job \(id) \(last["state"]?.string ?? "failed"): \(reasons)")
        }
        if !succeeded { throw ExitCode.failure }
    }
}
