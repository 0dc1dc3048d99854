import Foundation
import LakeCore
import Testing

/// What is said of datasets at the command line.
@Suite(.timeLimit(.minutes(2))) struct CatalogCommandTests {
    @Test func aDatasetIsDescribedFoundAndProtected() async throws {
        let place = try Workplace()
        let people = try place.file("people.csv", "id,email\n1,ada@example.org\n2,grace@example.org\n")
        let server = try await ServerProcess(lake: place.lake)
        let environment = ["LAKEHOUSE_URL": server.url]
        func run(_ arguments: String...) async throws -> String {
            let outcome = try await Program.run(arguments, environment: environment)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            return outcome.output
        }
        _ = try await run("ingest", people)
        let proposed = try await run("datasets", "show", "people")
        #expect(proposed.contains("personal?") && proposed.contains("email 8") || proposed.contains("email 9"))
        _ = try await run(
            "datasets",
            "describe",
            "people",
            "--description",
            "Who works here",
            "--owner",
            "hr",
            "--tag",
            "staff",
            "--delete-protection",
            "true"
        )
        _ = try await run("datasets", "describe", "people", "--column", "email", "--sensitivity", "personal")
        let shown = try await run("datasets", "show", "people")
        #expect(shown.contains("Who works here") && shown.contains("owner hr") && shown.contains("protected"))
        #expect(!shown.contains("personal?") && shown.contains("personal"))
        #expect(try await run("datasets", "search", "staff", "works").contains("people"))
        let refused = try await Program.run(["datasets", "drop", "people"], environment: environment)
        #expect(refused.status != 0 && refused.errors.contains("protected"))
        let late = try await Program.run(
            ["datasets", "describe", "people", "--owner", "x", "--if-match", "1.0"],
            environment: environment
        )
        #expect(late.status != 0 && late.errors.contains("etag"))
        _ = try await run("datasets", "describe", "people", "--delete-protection", "false")
        _ = try await run("datasets", "drop", "people")
        #expect(server.stop() == 0)
    }
}
