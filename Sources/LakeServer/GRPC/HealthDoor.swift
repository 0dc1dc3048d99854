import GRPCCore
import LakeEngine
import SwiftProtobuf

/// `grpc.health.v1.Health`: for probes, which show no key.
struct HealthDoor: Grpc_Health_V1_Health.ServiceProtocol {
    /// The time between two looks of a watch.
    private static let interval = Duration.seconds(1)
    /// The empty name stands for the server as a whole.
    private static let services: Set = ["", Lakehouse_V1_CatalogService.descriptor.fullyQualifiedService]

    let readiness: ReadinessProbe

    func check(
        request: ServerRequest<Grpc_Health_V1_HealthCheckRequest>,
        context: ServerContext
    ) async throws -> ServerResponse<Grpc_Health_V1_HealthCheckResponse> {
        guard Self.services.contains(request.message.service) else {
            throw RPCError(code: .notFound, message: "There is no service of that name.")
        }
        let now = await status()
        return ServerResponse(message: .with { $0.status = now })
    }

    func watch(
        request: ServerRequest<Grpc_Health_V1_HealthCheckRequest>,
        context: ServerContext
    ) async throws -> StreamingServerResponse<Grpc_Health_V1_HealthCheckResponse> {
        let isKnown = Self.services.contains(request.message.service)
        return StreamingServerResponse { writer in
            do {
                try await GRPCStream.untilLeft(context) {
                    var told: Grpc_Health_V1_HealthCheckResponse.ServingStatus?
                    while true {
                        let now = isKnown ? await status() : .serviceUnknown
                        if now != told { try await writer.write(.with { $0.status = now }) }
                        told = now
                        try await Task.sleep(for: Self.interval)
                    }
                }
            } catch ServerError.stopping {
                try await writer.write(.with { $0.status = .notServing })
            }
            return [:]
        }
    }

    private func status() async -> Grpc_Health_V1_HealthCheckResponse.ServingStatus {
        await readiness.current().ready ? .serving : .notServing
    }
}
