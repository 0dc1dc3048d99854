import GRPCCore
import GRPCNIOTransportHTTP2
import GRPCProtobuf
import LakeEngine
import ServiceLifecycle
import SwiftProtobuf
import Testing

@testable import LakeServer

/// The gRPC door of a test server on a port of its own, and a client of it.
struct GRPCLab: Sendable {
    let server: TestServer
    private let group: ServiceGroup
    private let client: GRPCClient<HTTP2ClientTransport.Posix>

    /// Runs `body` with a door; stopping it is part of the test.
    static func run(
        _ change: @escaping @Sendable (inout ServerSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (GRPCLab) async throws -> Void
    ) async throws {
        try await TestServer.run(change) { server in
            let door = try #require(
                try await GRPCDoor(
                    lakehouse: server.lakehouse,
                    settings: server.settings,
                    telemetry: server.telemetry,
                    logger: TestServer.silent
                )
            )
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [door], logger: TestServer.silent)
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let port = try #require(await door.listeningPort())
                try await withGRPCClient(
                    transport: .http2NIOPosix(
                        target: .ipv4(address: "127.0.0.1", port: port),
                        transportSecurity: .plaintext
                    )
                ) { client in
                    try await body(GRPCLab(server: server, group: group, client: client))
                }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    /// Stops the door; what is under way ends.
    func stop() async { await group.triggerGracefulShutdown() }

    /// Asks for one answer.
    func ask<Request: Message, Answer: Message>(
        _ method: MethodDescriptor,
        _ request: Request,
        metadata: Metadata = [:]
    ) async throws -> Answer {
        try await client.unary(
            request: ClientRequest(message: request, metadata: metadata),
            descriptor: method,
            serializer: ProtobufSerializer<Request>(),
            deserializer: ProtobufDeserializer<Answer>(),
            options: .defaults
        ) { response in try response.message }
    }

    /// Asks for a stream of answers and hands each to `take` until that says it is enough.
    func watch<Request: Message, Answer: Message>(
        _ method: MethodDescriptor,
        _ request: Request,
        metadata: Metadata = [:],
        _ take: @escaping @Sendable (Answer) async throws -> Bool
    ) async throws {
        try await client.serverStreaming(
            request: ClientRequest(message: request, metadata: metadata),
            descriptor: method,
            serializer: ProtobufSerializer<Request>(),
            deserializer: ProtobufDeserializer<Answer>(),
            options: .defaults
        ) { response in
            for try await answer in response.messages where try await !take(answer) { return }
        }
    }

    /// Asks questions one after the other on one stream.
    func talk<Request: Message, Answer: Message>(
        _ method: MethodDescriptor,
        _ questions: [Request]
    ) async throws -> [Answer] {
        try await client.bidirectionalStreaming(
            request: StreamingClientRequest { writer in for question in questions { try await writer.write(question) }
            },
            descriptor: method,
            serializer: ProtobufSerializer<Request>(),
            deserializer: ProtobufDeserializer<Answer>(),
            options: .defaults
        ) { response in
            var answers: [Answer] = []
            for try await answer in response.messages { answers.append(answer) }
            return answers
        }
    }
}
