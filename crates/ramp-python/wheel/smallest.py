"""Writes wheels anew with the smallest deflate streams that can be had: what everybody downloads is worth some seconds of whoever builds it.

    smallest.py WHEEL...

Wants `deflate` from PyPI, which has libdeflate. Names, times, permissions and their order stay; what is in the files does, so RECORD holds.
"""

from __future__ import annotations

import os
import pathlib
import struct
import sys
import zipfile

import deflate

LEVEL = 12

# As PKWARE's APPNOTE has them: 4.3.7, 4.3.12, 4.3.16.
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
VERSION = 20
UNIX = 3
DEFLATED = zipfile.ZIP_DEFLATED


def rewritten(wheel: pathlib.Path) -> bytes:
    """The wheel with other streams."""
    out, central = bytearray(), bytearray()
    with zipfile.ZipFile(wheel) as before:
        entries = before.infolist()
        for entry in entries:
            data = before.read(entry)
            stream = deflate.deflate_compress(data, LEVEL)
            name = entry.filename.encode()
            year, month, day, hour, minute, second = entry.date_time
            # No bit of the flags: sizes are in the headers, and names are ASCII.
            common = (VERSION, 0, DEFLATED, hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
            sizes = (entry.CRC, len(stream), len(data))
            place = len(out)
            out += LOCAL.pack(b"PK\x03\x04", *common, *sizes, len(name), 0) + name + stream
            made_by = UNIX << 8 | VERSION
            central += CENTRAL.pack(b"PK\x01\x02", made_by, *common, *sizes, len(name), 0, 0, 0, 0, entry.external_attr, place)
            central += name
    end = END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(central), len(out), 0)
    return bytes(out + central + end)


def main() -> None:
    for wheel in map(pathlib.Path, sys.argv[1:]):
        part = wheel.with_suffix(".part")
        part.write_bytes(rewritten(wheel))
        with zipfile.ZipFile(wheel) as before, zipfile.ZipFile(part) as after:
            facts = [[(entry.filename, entry.CRC, entry.date_time, entry.external_attr) for entry in each.infolist()] for each in (before, after)]
            if facts[0] != facts[1] or after.testzip() is not None:
                sys.exit(f"{wheel} was not written anew: it came out as another")
        os.replace(part, wheel)


if __name__ == "__main__":
    main()
