"""Talks gRPC to a server as any other program would: knows nothing of it but its address, and learns the rest by reflection.

Usage: grpc_client.py PORT [KEY]. Prints one JSON object with what it saw.
"""
import json
import sys

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

SERVICE = "lakehouse.v1.CatalogService"
REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"


def reflect(channel, metadata, *questions):
    """Asks by the protocol's first version, whose messages are those of the draft that this package has."""
    method = channel.stream_stream(
        REFLECTION,
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    asked = (reflection_pb2.ServerReflectionRequest(**question) for question in questions)
    return list(method(asked, metadata=metadata, timeout=20))


class Catalog:
    """The catalog's methods, made of what the server says of itself."""

    def __init__(self, channel, metadata):
        self.channel, self.metadata, self.pool = channel, metadata, descriptor_pool.DescriptorPool()
        answer = reflect(channel, metadata, {"file_containing_symbol": SERVICE})[0]
        # The file first, then what it imports: the pool wants it the other way round.
        for file in reversed(answer.file_descriptor_response.file_descriptor_proto):
            self.pool.AddSerializedFile(file)
        self.service = self.pool.FindServiceByName(SERVICE)

    def call(self, called, streams=False, timeout=20, **fields):
        method = self.service.methods_by_name[called]
        request = message_factory.GetMessageClass(method.input_type)(**fields)
        kind = self.channel.unary_stream if streams else self.channel.unary_unary
        stub = kind(
            f"/{SERVICE}/{called}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
        )
        return stub(request, metadata=self.metadata, timeout=timeout)


def failure(call):
    """What a call that fails says of it."""
    try:
        call()
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
        info = error_details_pb2.ErrorInfo()
        for detail in status_pb2.Status.FromString(details).details:
            detail.Unpack(info)
        return {"code": error.code().name, "message": error.details(), "reason": info.reason, "domain": info.domain}
    return None


def main():
    port, key = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    metadata = (("x-api-key", key),) if key else ()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=SERVICE), timeout=20)
        services = reflect(channel, metadata, {"list_services": "*"})[0].list_services_response.service
        catalog = Catalog(channel, metadata)
        datasets = catalog.call("ListDatasets", limit=10)
        commits = []
        for commit in catalog.call("WatchCommits", streams=True, since=0):
            commits.append(commit)
            if commit.version == datasets.version:
                break
        seen = {
            "health": health_pb2.HealthCheckResponse.ServingStatus.Name(health.status),
            "services": [service.name for service in services],
            "datasets": {dataset.name: dataset.rows for dataset in datasets.datasets},
            "commits": [commit.version for commit in commits],
            "unknown": failure(lambda: catalog.call("GetDataset", name="nothing")),
            "without_key": failure(lambda: Catalog.call(anonymous(catalog), "ListDatasets")),
        }
    print(json.dumps(seen))


def anonymous(catalog):
    """The same methods, no key shown."""
    copy = object.__new__(Catalog)
    copy.__dict__.update(catalog.__dict__, metadata=())
    return copy


main()
