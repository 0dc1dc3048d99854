"""A collector on loopback that takes OTLP's JSON only if the protocol's own definitions do; prints its port, then each batch it takes.

Usage: otlp_collector.py. A line of output is "port N", "traces JSON" or "metrics JSON"; what it refuses is answered 400.
"""
import base64
import http.server
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

SIGNALS = {
    "/v1/traces": ("traces", trace_service_pb2.ExportTraceServiceRequest),
    "/v1/metrics": ("metrics", metrics_service_pb2.ExportMetricsServiceRequest),
}
IDS = {"traceId": 16, "spanId": 8, "parentSpanId": 8}


def unhex(value):
    """OTLP writes identifiers in hexadecimal where Protocol Buffers' JSON has base64."""
    if isinstance(value, list):
        return [unhex(item) for item in value]
    if not isinstance(value, dict):
        return value
    fixed = {}
    for name, item in value.items():
        if name in IDS:
            raw = bytes.fromhex(item)
            if len(raw) != IDS[name]:
                raise ValueError(f"{name} has {len(raw)} bytes")
            fixed[name] = base64.b64encode(raw).decode()
        else:
            fixed[name] = unhex(item)
    return fixed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            name, message = SIGNALS[self.path]
            batch = json.loads(body)
            # Unknown names and wrong types are errors here.
            json_format.ParseDict(unhex(batch), message())
            print(name, json.dumps(batch), flush=True)
            status = 200
        except (KeyError, ValueError, json_format.ParseError) as error:
            print("refused", error, flush=True)
            status = 400
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print("port", server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit()


main()
