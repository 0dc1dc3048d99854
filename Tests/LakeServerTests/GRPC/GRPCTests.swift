import Crypto
import Foundation
import GRPCCore
import GRPCProtobuf
import LakeCore
import LakeEngine
import SwiftProtobuf
import Synchronization
import Testing

@testable import LakeServer

@Suite struct GRPCTests {
    private typealias Catalog = Lakehouse_V1_CatalogService.Method
    private typealias Health = Grpc_Health_V1_Health.Method

    @Test func datasetsAreListedPageByPage() async throws {
        try await GRPCLab.run { lab in
            for name in ["ants", "bees", "cats"] { try await lab.server.ingest("a\n1\n", as: name) }
            let first: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(
                Catalog.ListDatasets.descriptor,
                Lakehouse_V1_ListDatasetsRequest.with { $0.limit = 2 }
            )
            #expect(first.datasets.map(\.name) == ["ants", "bees"])
            #expect(first.version == 3)
            let second: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(
                Catalog.ListDatasets.descriptor,
                Lakehouse_V1_ListDatasetsRequest.with { $0.cursor = first.nextCursor }
            )
            #expect(second.datasets.map(\.name) == ["cats"])
            #expect(second.nextCursor.isEmpty)
        }
    }

    @Test func aDatasetIsAsHTTPShowsIt() async throws {
        try await GRPCLab.run { lab in
            try await lab.server.ingest("name,age\nada,36\n", as: "people")
            let shown = try await lab.server.get("/catalog/datasets/by-name/people").json
            let found: Lakehouse_V1_GetDatasetResponse = try await lab.ask(
                Catalog.GetDataset.descriptor,
                Lakehouse_V1_GetDatasetRequest.with { $0.name = "people" }
            )
            let dataset = found.dataset
            #expect(dataset.id == shown["id"]?.text)
            #expect(dataset.rows == 1)
            #expect(dataset.bytes == shown["bytes"]?.number.map(Int64.init))
            #expect(dataset.columns.map(\.name) == ["name", "age"])
            #expect(dataset.columns.map(\.type) == shown["columns"]?.items?.compactMap { $0["type"]?.text })
            let created = WallClock.rfc3339(
                milliseconds: dataset.createdAt.seconds * 1000 + Int64(dataset.createdAt.nanos / 1_000_000)
            )
            #expect(created == shown["created_at"]?.text)
            let same: Lakehouse_V1_GetDatasetResponse = try await lab.ask(
                Catalog.GetDataset.descriptor,
                Lakehouse_V1_GetDatasetRequest.with { $0.id = dataset.id }
            )
            #expect(same == found)
        }
    }

    @Test func errorsSayWhatHTTPSays() async throws {
        try await GRPCLab.run { lab in
            try await lab.server.ingest("a\n1\n", as: "people")
            let problem = try await lab.server.get("/catalog/datasets/by-name/peple").json
            let error = await #expect(throws: RPCError.self) {
                let _: Lakehouse_V1_GetDatasetResponse = try await lab.ask(
                    Catalog.GetDataset.descriptor,
                    Lakehouse_V1_GetDatasetRequest.with { $0.name = "peple" },
                    metadata: ["x-request-id": "req-9"]
                )
            }
            #expect(error?.code == .notFound)
            #expect(error?.message == problem["detail"]?.text)
            let info = try #require(try error?.unpackGoogleRPCStatus()?.details.first?.errorInfo)
            #expect(info.reason == problem["code"]?.text)
            #expect(info.domain == "lakehouse")
            #expect(info.metadata == ["request_id": "req-9"])
            let empty = await #expect(throws: RPCError.self) {
                let _: Lakehouse_V1_GetDatasetResponse = try await lab.ask(
                    Catalog.GetDataset.descriptor,
                    Lakehouse_V1_GetDatasetRequest()
                )
            }
            #expect(empty?.code == .invalidArgument)
        }
    }

    @Test func everyKindOfFailureHasACode() {
        struct Failure: LakeFailure {
            let kind: FailureKind
            var detail: String { "detail" }
        }
        let codes = FailureKind.allCases.map { kind in
            GoogleRPCStatus(Failure(kind: kind), requestID: "r").code
        }
        #expect(Set(codes).count >= 10)
        struct Bug: Error {}
        let bug = GoogleRPCStatus(Bug(), requestID: "r")
        #expect(bug.code == .internalError)
        #expect(!bug.message.contains("Bug"))
    }

    @Test func aKeyIsNeededOnceThereIsOne() async throws {
        try await GRPCLab.run { lab in
            let list = Catalog.ListDatasets.descriptor
            let request = Lakehouse_V1_ListDatasetsRequest()
            let _: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(list, request)
            let key = try await lab.server.lakehouse.createKey(name: "reader", role: .reader, for: .local)
            for metadata: Metadata in [[:], ["x-api-key": "lk_wrong"], ["authorization": "Basic \(key.secret)"]] {
                let error = await #expect(throws: RPCError.self) {
                    let _: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(list, request, metadata: metadata)
                }
                #expect(error?.code == .unauthenticated)
            }
            for metadata: Metadata in [["x-api-key": "\(key.secret)"], ["authorization": "Bearer \(key.secret)"]] {
                let _: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(list, request, metadata: metadata)
            }
            // Probes show no key.
            let health: Grpc_Health_V1_HealthCheckResponse = try await lab.ask(
                Health.Check.descriptor,
                Grpc_Health_V1_HealthCheckRequest()
            )
            #expect(health.status == .serving)
        }
    }

    @Test func commitsAreWatchedFromAnyVersionAndAsTheyHappen() async throws {
        try await GRPCLab.run { lab in
            for name in ["one", "two"] { try await lab.server.ingest("a\n1\n", as: name) }
            let seen = Mutex<[Lakehouse_V1_Commit]>([])
            try await lab.watch(
                Catalog.WatchCommits.descriptor,
                Lakehouse_V1_WatchCommitsRequest.with { $0.since = 1 }
            ) { (commit: Lakehouse_V1_Commit) in
                let count = seen.withLock { seen in
                    seen.append(commit)
                    return seen.count
                }
                // The second is made only once the first has come.
                if count == 1 { try await lab.server.ingest("a\n1\n2\n", as: "three") }
                return count < 2
            }
            let commits = seen.withLock { $0 }
            #expect(commits.map(\.version) == [2, 3])
            #expect(commits.last?.transactions.first?.actor == "local")
            let changes = commits.last?.transactions.first?.changes ?? []
            #expect(changes.contains { $0.kind == "files_added" && $0.rows == 2 && $0.dataset.name == "three" })
        }
    }

    @Test func aWatchEndsWithItsKey() async throws {
        try await GRPCLab.run { lab in
            let key = try await lab.server.lakehouse.createKey(name: "watcher", role: .reader, for: .local)
            let error = await #expect(throws: RPCError.self) {
                try await lab.watch(
                    Catalog.WatchCommits.descriptor,
                    Lakehouse_V1_WatchCommitsRequest(),
                    metadata: ["x-api-key": "\(key.secret)"]
                ) { (_: Lakehouse_V1_Commit) in
                    _ = try await lab.server.lakehouse.createKey(name: "another", role: .admin, for: .local)
                    _ = try? await lab.server.lakehouse.revokeKey(id: key.key.id, for: .local)
                    return true
                }
            }
            #expect(error?.code == .unauthenticated)
        }
    }

    @Test func healthIsWatchedAndKnowsItsServices() async throws {
        try await GRPCLab.run { lab in
            try await lab.watch(
                Health.Watch.descriptor,
                Grpc_Health_V1_HealthCheckRequest.with { $0.service = "lakehouse.v1.CatalogService" }
            ) { (answer: Grpc_Health_V1_HealthCheckResponse) in
                #expect(answer.status == .serving)
                return false
            }
            let error = await #expect(throws: RPCError.self) {
                let _: Grpc_Health_V1_HealthCheckResponse = try await lab.ask(
                    Health.Check.descriptor,
                    Grpc_Health_V1_HealthCheckRequest.with { $0.service = "no.such.Service" }
                )
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test func aPartThatFailedIsNotServing() async throws {
        try await GRPCLab.run({ $0.lake.processMemoryBytes = 1 << 20 }) { lab in
            let health: Grpc_Health_V1_HealthCheckResponse = try await lab.ask(
                Health.Check.descriptor,
                Grpc_Health_V1_HealthCheckRequest()
            )
            #expect(health.status == .notServing)
        }
    }

    @Test func reflectionDescribesWhatIsServed() async throws {
        try await GRPCLab.run { lab in
            typealias Question = Grpc_Reflection_V1_ServerReflectionRequest
            let answers: [Grpc_Reflection_V1_ServerReflectionResponse] = try await lab.talk(
                Grpc_Reflection_V1_ServerReflection.Method.ServerReflectionInfo.descriptor,
                [
                    Question.with { $0.listServices = "" },
                    Question.with { $0.fileContainingSymbol = "lakehouse.v1.CatalogService.WatchCommits" },
                    Question.with { $0.fileByFilename = "grpc/health/v1/health.proto" },
                    Question.with { $0.fileContainingSymbol = "nothing" },
                ]
            )
            #expect(
                answers[0].listServicesResponse.service.map(\.name) == [
                    "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "lakehouse.v1.CatalogService",
                ]
            )
            let files = try answers[1].fileDescriptorResponse.fileDescriptorProto.map {
                try Google_Protobuf_FileDescriptorProto(serializedBytes: $0)
            }
            #expect(files.map(\.name) == ["lakehouse/v1/catalog.proto", "google/protobuf/timestamp.proto"])
            #expect(answers[2].fileDescriptorResponse.fileDescriptorProto.count == 1)
            #expect(answers[3].errorResponse.errorCode == 5)
        }
    }

    @Test func callsAreCountedAndTraced() async throws {
        try await GRPCLab.run({ $0.telemetry.exporter = .stdout }) { lab in
            let _: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(
                Catalog.ListDatasets.descriptor,
                Lakehouse_V1_ListDatasetsRequest(),
                metadata: ["traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
            )
            let method = "lakehouse.v1.CatalogService/ListDatasets"
            let spans = lab.server.telemetry.spans.take(upTo: 10)
            #expect(spans.map(\.name) == [method])
            #expect(spans.first?.place.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
            let metrics = Exposition(try await lab.server.get("/metrics").text)
            #expect(metrics.value("lake_server_grpc_requests_total", ["method": method, "code": "ok"]) == 1)
        }
    }

    @Test func aServerThatStopsEndsItsWatches() async throws {
        // The lab stops the door while this watch waits for a commit that never comes.
        let (ended, end) = AsyncStream<RPCError?>.makeStream()
        try await GRPCLab.run { lab in
            try await lab.server.ingest("a\n1\n", as: "one")
            let (begun, begin) = AsyncStream<Void>.makeStream()
            Task {
                do {
                    try await lab.watch(Catalog.WatchCommits.descriptor, Lakehouse_V1_WatchCommitsRequest()) {
                        (_: Lakehouse_V1_Commit) in
                        begin.yield()
                        return true
                    }
                    end.yield(nil)
                } catch {
                    end.yield(error as? RPCError)
                }
            }
            for await _ in begun { break }
            await lab.stop()
            for await error in ended {
                #expect(error?.code == .unavailable)
                break
            }
        }
    }

    @Test func theGeneratedCodeIsOfTheseFiles() throws {
        let files = [
            "lakehouse/v1/catalog.proto", "grpc/health/v1/health.proto", "grpc/reflection/v1/reflection.proto",
        ]
        let text = try files.map { try Repository.text("Protos/" + $0) }.joined()
        let digest = SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
        #expect(digest == ProtoDescriptors.sourceSHA256, "run scripts/protos")
    }

    @Test func thePortFollowsHTTPsUnlessItIsGiven() {
        var settings = ServerSettings()
        #expect(settings.grpcListeningPort == 3101)
        settings.port = 0
        #expect(settings.grpcListeningPort == 0)
        settings.grpcPort = .number(50051)
        #expect(settings.grpcListeningPort == 50051)
        settings.grpcPort = .off
        #expect(settings.grpcListeningPort == nil)
        settings.grpcPort = .afterHTTP
        settings.socket = "/socket"
        #expect(settings.grpcListeningPort == nil)
    }
}
