#!/usr/bin/env python3
"""Take single files out of a wheel or a source archive.

Usage: unpack.py ARCHIVE PREFIX FOLDER MEMBER...

Each PREFIX + MEMBER of the archive is written to FOLDER/MEMBER.
"""
import os
import shutil
import sys
import tarfile
import zipfile


def unpack(archive, prefix, folder, members):
    """Copy the members in pieces, so that memory stays small however large they are."""
    with zipfile.ZipFile(archive) if archive.endswith(".whl") else tarfile.open(archive) as opened:
        open_member = opened.open if archive.endswith(".whl") else opened.extractfile
        for member in members:
            target = os.path.join(folder, member)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open_member(prefix + member) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)


def main():
    archive, prefix, folder, *members = sys.argv[1:]
    try:
        unpack(archive, prefix, folder, members)
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        sys.exit(f"setup: cannot unpack {os.path.basename(archive)}: {error}")


if __name__ == "__main__":
    main()
