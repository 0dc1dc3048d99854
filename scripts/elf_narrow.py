#!/usr/bin/env python3
"""Turn the shared object of DuckDB's Python wheel into a plain C library.

Usage: elf_narrow.py IN OUT

Only the dynamic symbol table is changed:
- The imports from Python become weak, so the library links and loads where no Python is.
- Every symbol that is not DuckDB's C API is hidden. Otherwise its copy of ICU takes the place of the one in
  Foundation, and `capitalized(with:)` crashes.
"""
import re
import struct
import sys

# ELF64 layouts (System V gABI, chapters 4 and 5).
HEADER_SECTIONS = struct.Struct("<Q")  # e_shoff, at 0x28
HEADER_COUNTS = struct.Struct("<HH")  # e_shentsize and e_shnum, at 0x3A
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBH")  # st_name, st_info, st_other, st_shndx; the rest of the 24 bytes is not needed
SYMBOL_BYTES = 24
SHT_DYNSYM = 11
SHN_UNDEF = 0
STB_WEAK = 2
STV_HIDDEN = 2

PYTHON_IMPORT = re.compile(rb"_?Py")
# The inner libraries that DuckDB carries have C symbols of their own which begin like its API.
C_API = re.compile(rb"duckdb_(?!je_|fmt|re2|zstd)[a-z0-9_]+$")


def sections(image):
    """The section headers as tuples: type at 1, offset at 4, size at 5, linked section at 6."""
    (offset,) = HEADER_SECTIONS.unpack_from(image, 0x28)
    size, count = HEADER_COUNTS.unpack_from(image, 0x3A)
    return [SECTION.unpack_from(image, offset + index * size) for index in range(count)]


def narrow(image):
    """Change the image in place; the counts of weakened, hidden and exported symbols."""
    if image[:6] != b"\x7fELF\x02\x01":
        sys.exit("setup: the wheel's library is not a 64-bit little-endian ELF file")
    headers = sections(image)
    table = next(header for header in headers if header[1] == SHT_DYNSYM)
    names = headers[table[6]][4]
    weak = hidden = exported = 0
    for at in range(table[4] + SYMBOL_BYTES, table[4] + table[5], SYMBOL_BYTES):
        name_offset, info, other, section = SYMBOL.unpack_from(image, at)
        start = names + name_offset
        name = bytes(image[start : image.index(0, start)])
        if section == SHN_UNDEF:
            if PYTHON_IMPORT.match(name):
                image[at + 4] = STB_WEAK << 4 | info & 15
                weak += 1
        elif C_API.match(name):
            exported += 1
        else:
            image[at + 5] = other & ~3 | STV_HIDDEN
            hidden += 1
    return weak, hidden, exported


def main():
    source, target = sys.argv[1:]
    with open(source, "rb") as file:
        image = bytearray(file.read())
    weak, hidden, exported = narrow(image)
    if exported == 0:
        sys.exit("setup: the wheel's library exports no DuckDB C API")
    with open(target, "wb") as file:
        file.write(image)
    print(f"setup: libduckdb: {exported} C functions exported, {hidden} symbols hidden, {weak} Python imports weak")


if __name__ == "__main__":
    main()
