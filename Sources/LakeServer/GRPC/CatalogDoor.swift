import GRPCCore
import GRPCProtobuf
import LakeCore
import LakeEngine
import ServiceLifecycle
import SwiftProtobuf

/// `lakehouse.v1.CatalogService`.
struct CatalogDoor: Lakehouse_V1_CatalogService.ServiceProtocol {
    /// How long one look for commits waits; then the caller's key is looked at again.
    private static let patience = Duration.seconds(10)

    let doors: GRPCDoors

    func listDatasets(
        request: ServerRequest<Lakehouse_V1_ListDatasetsRequest>,
        context: ServerContext
    ) async throws -> ServerResponse<Lakehouse_V1_ListDatasetsResponse> {
        let call = GRPCCall(request.metadata, context, doors)
        let asked = request.message
        let answer = try await call.run { principal in
            let page = try await doors.lakehouse.datasets(
                limit: asked.limit == 0 ? 100 : Int(asked.limit),
                cursor: asked.cursor.isEmpty ? nil : asked.cursor,
                for: principal
            )
            return Lakehouse_V1_ListDatasetsResponse.with {
                $0.datasets = page.value.items.map(Lakehouse_V1_Dataset.init)
                $0.nextCursor = page.value.nextCursor ?? ""
                $0.version = Int64(page.version)
            }
        }
        return ServerResponse(message: answer, metadata: call.answerMetadata)
    }

    func getDataset(
        request: ServerRequest<Lakehouse_V1_GetDatasetRequest>,
        context: ServerContext
    ) async throws -> ServerResponse<Lakehouse_V1_GetDatasetResponse> {
        let call = GRPCCall(request.metadata, context, doors)
        let asked = request.message
        let answer = try await call.run { principal in
            let found =
                switch asked.dataset {
                case .name(let name): try await doors.lakehouse.dataset(named: name, for: principal)
                case .id(let id): try await doors.lakehouse.dataset(id: id, for: principal)
                case nil: throw ServerError.missingField(name: "name")
                }
            return Lakehouse_V1_GetDatasetResponse.with {
                $0.dataset = Lakehouse_V1_Dataset(found.value)
                $0.version = Int64(found.version)
            }
        }
        return ServerResponse(message: answer, metadata: call.answerMetadata)
    }

    func watchCommits(
        request: ServerRequest<Lakehouse_V1_WatchCommitsRequest>,
        context: ServerContext
    ) async throws -> StreamingServerResponse<Lakehouse_V1_Commit> {
        let call = GRPCCall(request.metadata, context, doors)
        let since = Int(request.message.since)
        return StreamingServerResponse(metadata: call.answerMetadata) { writer in
            try await call.run { _ in
                try await GRPCStream.untilLeft(context) { try await follow(since, call, writer) }
            }
            return [:]
        }
    }

    /// Writes commits until the task is cancelled.
    private func follow(_ start: Int, _ call: GRPCCall, _ writer: RPCWriter<Lakehouse_V1_Commit>) async throws {
        var since = start
        while true {
            let page = try await doors.lakehouse.log(
                since: since,
                patience: Self.patience,
                for: try await call.caller()
            )
            for entry in page.value.items { try await writer.write(Lakehouse_V1_Commit(entry)) }
            since = page.value.nextSince
        }
    }
}

/// Answers that go on until somebody leaves.
enum GRPCStream {
    /// Runs `work` until it ends, the caller leaves or the server is asked to stop.
    ///
    /// - Throws: `ServerError.clientLeft`, `ServerError.stopping`; what `work` throws.
    static func untilLeft(_ context: ServerContext, _ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await context.cancellation.cancelled
                // The transport cancels its calls when it is asked to stop, too.
                throw Task.isShuttingDownGracefully ? ServerError.stopping : ServerError.clientLeft
            }
            group.addTask {
                try await gracefulShutdown()
                throw ServerError.stopping
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
