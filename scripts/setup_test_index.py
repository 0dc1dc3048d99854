#!/usr/bin/env python3
"""A package index on loopback that misbehaves on demand, for scripts/test-setup.

Usage: setup_test_index.py FILES MODE-FILE PORT-FILE

Serves the files of the folder FILES. MODE-FILE holds one word, read at every request:
ok, tampered (one byte is changed), cut (the connection ends halfway) or stalled (it stays open halfway).
"""
import http.server
import os
import re
import sys
import threading

FILES, MODE, PORT = sys.argv[1:]
FOREVER = threading.Event()


def project(filename):
    """The normalised name of the package that the file belongs to."""
    return re.split(r"-\d", filename)[0].replace("_", "-")


class Index(http.server.BaseHTTPRequestHandler):
    """Answers /simple/PROJECT/ and /files/NAME, with Range."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        name = self.path.rstrip("/").rsplit("/", 1)[1]
        if self.path.startswith("/simple/"):
            self.send_page(name)
        else:
            self.send_file(name)

    def send_page(self, name):
        links = [f'<a href="/files/{file}">{file}</a>' for file in os.listdir(FILES) if project(file) == name]
        body = "".join(links).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_file(self, name):
        with open(MODE) as file:
            mode = file.read().strip()
        with open(os.path.join(FILES, name), "rb") as file:
            body = bytearray(file.read())
        if mode == "tampered":
            body[len(body) // 2] ^= 1
        asked = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        half = len(body) // 2 if mode in ("cut", "stalled") else len(body)
        self.wfile.write(body[start:half])
        self.wfile.flush()
        if mode == "stalled":
            FOREVER.wait()


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
    server.daemon_threads = True
    with open(PORT + ".part", "w") as file:
        file.write(str(server.server_port))
    os.replace(PORT + ".part", PORT)
    server.serve_forever()


if __name__ == "__main__":
    main()
