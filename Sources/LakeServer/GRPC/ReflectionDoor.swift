import GRPCCore
import SwiftProtobuf

/// `grpc.reflection.v1.ServerReflection`: what this server serves, for tools; shown to those who may read.
struct ReflectionDoor: Grpc_Reflection_V1_ServerReflection.ServiceProtocol {
    let doors: GRPCDoors
    let files: ProtoFiles

    func serverReflectionInfo(
        request: StreamingServerRequest<Grpc_Reflection_V1_ServerReflectionRequest>,
        context: ServerContext
    ) async throws -> StreamingServerResponse<Grpc_Reflection_V1_ServerReflectionResponse> {
        let call = GRPCCall(request.metadata, context, doors)
        return StreamingServerResponse(metadata: call.answerMetadata) { writer in
            try await call.run { _ in
                for try await question in request.messages { try await writer.write(answer(question)) }
            }
            return [:]
        }
    }

    private func answer(
        _ question: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
        .with { answer in
            answer.validHost = question.host
            answer.originalRequest = question
            switch question.messageRequest {
            case .fileByFilename(let name): answer.messageResponse = described(files.closure(ofFile: name))
            case .fileContainingSymbol(let name):
                answer.messageResponse = described(files.file(declaring: name).map(files.closure) ?? [])
            case .listServices:
                answer.listServicesResponse = .with { list in
                    list.service = files.services.map { name in .with { $0.name = name } }
                }
            case .fileContainingExtension, .allExtensionNumbersOfType, nil:
                answer.errorResponse = .with {
                    $0.errorCode = Int32(Status.Code.notFound.rawValue)
                    $0.errorMessage = "Nothing here is extended."
                }
            }
        }
    }

    private func described(_ files: [[UInt8]]) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        guard !files.isEmpty else {
            return .errorResponse(
                .with {
                    $0.errorCode = Int32(Status.Code.notFound.rawValue)
                    $0.errorMessage = "Nothing here has that name."
                }
            )
        }
        return .fileDescriptorResponse(.with { $0.fileDescriptorProto = files.map { .init($0) } })
    }
}
