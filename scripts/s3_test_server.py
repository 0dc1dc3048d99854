"""An S3 store for tests, on loopback, that ends with whoever started it.

Without arguments it is one in memory. With an endpoint (and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY set) it is a real
one that runs already. Writes the endpoint to standard output; then makes a bucket for each name it reads from standard input
and answers "ok", until the input ends. For "tls PATH" the store in memory is served with TLS as well: its authority's
certificate is written to PATH, and the answer is the endpoint.
"""

import datetime
import os
import ssl
import sys
import tempfile
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

    def start(context):
        server = make_server(
            "127.0.0.1", 0, serve, threaded=True, request_handler=MotoRequestHandler, ssl_context=context
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.port

    return f"http://127.0.0.1:{start(None)}", start


def certify(authority):
    """Make an authority, write its certificate to that path, and give a context with one of localhost's by it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def certificate(name, key, issuer, issuer_key, *extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def named(name):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = named("An authority of tests")
    with open(authority, "wb") as file:
        constraint = x509.BasicConstraints(ca=True, path_length=None)
        file.write(certificate(root, root_key, root, root_key, (constraint, True)))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate(named("localhost"), key, root, root_key, (names, False)))
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        file.write(key.private_bytes(encoding, form, serialization.NoEncryption()))
        file.flush()
        context.load_cert_chain(file.name)
    return context


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

    endpoint, start = (sys.argv[1], None) if len(sys.argv) > 1 else start_store_in_memory()
    configuration = Config(s3={"addressing_style": "path"}, proxies={}, request_checksum_calculation="when_required")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=configuration)
    print(endpoint, flush=True)
    for line in sys.stdin:
        if line.startswith("tls "):
            print(f"https://localhost:{start(certify(line.strip()[4:]))}", flush=True)
            continue
        client.create_bucket(Bucket=line.strip())
        print("ok", flush=True)
    # Not through the interpreter's end: threads may be serving.
    os._exit(0)


main()
