#!/usr/bin/env python3
"""Fetch one pinned file of a Python package, without building or installing anything.

Usage: fetch_package.py NAME FILENAME SHA256 OUT

The file is looked up in the index that pip is configured for. `pip download` would do for wheels, but it builds the
metadata of a source archive first (half a minute for nothing), so pip's own finder and session are used directly.
The bytes go to OUT.part, which a later run continues; OUT appears only when the checksum is right.
"""
import hashlib
import logging
import os
import sys
import time

CHUNK_BYTES = 1 << 18
REPORT_SECONDS = 10


class Failure(Exception):
    """A reason to stop, as one sentence for the person at the terminal."""


class Unanswered(logging.Handler):
    """Notes when pip, which only logs it, skips an index page that it could not read."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.seen = False

    def emit(self, record):
        message = record.getMessage()
        self.seen = self.seen or (message.startswith("Could not fetch URL") and "404 Client Error" not in message)


def pip_arguments(name, filename):
    """The options of `pip download` that make exactly this file a candidate, whatever machine this is."""
    if not filename.endswith(".whl"):
        return ["--no-input", "--no-deps", "--no-binary", ":all:", name]
    python, _, platforms = filename[: -len(".whl")].split("-")[-3:]
    arguments = ["--no-input", "--no-deps", "--only-binary", ":all:", "--ignore-requires-python", name]
    if platforms != "any":
        for platform in platforms.split("."):
            arguments += ["--platform", platform]
    if python.startswith("cp"):
        arguments += ["--python-version", python[2:], "--implementation", "cp"]
    return arguments


def find_link(command, options, session, name, filename):
    """The index's link to the file."""
    unanswered = Unanswered()
    log = logging.getLogger("pip")
    log.addHandler(unanswered)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    finder = command._build_package_finder(options=options, session=session)
    for candidate in finder.find_all_candidates(name):
        if candidate.link.filename == filename:
            return candidate.link
    if unanswered.seen:
        raise Failure("the package index does not answer: check the network and pip's configuration, then run again")
    raise Failure("the package index that pip is configured for does not have it")


def report(filename, done, total):
    """One line on how far a slow download is."""
    of_total = f" of {total / 1e6:.1f}" if total else ""
    print(f"setup: {filename}: {done / 1e6:.1f}{of_total} MB so far", flush=True)


def download(session, link, filename, part):
    """Append to the partial file what it lacks; start over when the index cannot continue."""
    have = os.path.getsize(part) if os.path.exists(part) else 0
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with session.get(link.url_without_fragment, headers=headers, stream=True) as response:
        if response.status_code == 416:
            return
        if response.status_code >= 400:
            raise Failure(f"the package index answered {response.status_code}")
        if response.status_code != 206:
            have = 0
        if have:
            print(f"setup: {filename}: continuing after {have / 1e6:.1f} MB", flush=True)
        length = int(response.headers.get("Content-Length", 0))
        total = have + length if length else 0
        done, reported = have, time.monotonic()
        with open(part, "ab" if have else "wb") as file:
            while chunk := response.raw.read(CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                if time.monotonic() - reported > REPORT_SECONDS:
                    report(filename, done, total)
                    reported = time.monotonic()
    if total and done < total:
        raise Failure(f"the connection broke after {done} of {total} bytes: run again to continue")


def sha256(path):
    """The file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def fetch(name, filename, pinned, out):
    """Find, download, check, and only then give the file its name."""
    try:
        from pip._internal.commands import create_command
        from pip._internal.exceptions import PipError
        from pip._vendor.requests.exceptions import RequestException
        from pip._vendor.urllib3.exceptions import HTTPError
    except ImportError as error:
        raise Failure("python3 has no usable pip: install python3-pip, then run again") from error
    command = create_command("download")
    options, _ = command.parse_args(pip_arguments(name, filename))
    part = out + ".part"
    with command.main_context():
        session = command.get_default_session(options)
        try:
            link = find_link(command, options, session, name, filename)
            download(session, link, filename, part)
        except (PipError, RequestException, HTTPError) as error:
            raise Failure(f"the download broke ({type(error).__name__}): run again to continue") from error
    found = sha256(part)
    if found != pinned:
        os.remove(part)
        raise Failure(f"its SHA-256 is {found}, not the pinned {pinned}: thrown away; run again to fetch it anew")
    os.replace(part, out)


def main():
    name, filename, pinned, out = sys.argv[1:]
    try:
        fetch(name, filename, pinned, out)
    except Failure as failure:
        sys.exit(f"setup: {filename}: {failure}")
    except KeyboardInterrupt:
        sys.exit(f"setup: {filename}: interrupted: run again to continue")
    except OSError as error:
        sys.exit(f"setup: {filename}: cannot write {out}: {error.strerror}")
    except (AttributeError, TypeError) as error:
        sys.exit(f"setup: {filename}: this pip is unlike those known ({error}): put the file at {out} by hand")


if __name__ == "__main__":
    main()
