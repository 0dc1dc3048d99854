"""An S3 store for tests, on loopback, that ends with whoever started it.

Without arguments it is one in memory. With an endpoint (and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY set) it is a real
one that runs already. Writes the endpoint to standard output; then makes a bucket for each name it reads from standard input
and answers "ok", until the input ends.
"""

import os
import sys
import threading
import time


def start_store_in_memory():
    import logging

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    MotoRequestHandler.protocol_version = "HTTP/1.1"
    application = DomainDispatcherApplication(create_backend_app)
    conditional = threading.Lock()

    def serve(environ, start_response):
        # The store compares and then writes; a real one does both in one step.
        if "HTTP_IF_MATCH" in environ or "HTTP_IF_NONE_MATCH" in environ:
            with conditional:
                return application(environ, start_response)
        return application(environ, start_response)

    server = make_server("127.0.0.1", 0, serve, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.port}"


def end_with(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def main():
    # The input ends with its writer, unless something else has come to hold it too.
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    # The client below must find nothing of the person who runs the tests.
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    import boto3
    from botocore.config import Config

    endpoint = sys.argv[1] if len(sys.argv) > 1 else start_store_in_memory()
    configuration = Config(s3={"addressing_style": "path"}, proxies={}, request_checksum_calculation="when_required")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=configuration)
    print(endpoint, flush=True)
    for line in sys.stdin:
        client.create_bucket(Bucket=line.strip())
        print("ok", flush=True)
    # Not through the interpreter's end: threads may be serving.
    os._exit(0)


main()
