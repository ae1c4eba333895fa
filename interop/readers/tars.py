"""Made-up archives of dependencies, header by header: gzip around tar.

Source: POSIX.1-2017, pax and ustar Interchange Formats; GNU tar's manual for its own.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

BLOCK = 512
# Where numbers stand: mode, owner, group, size, time, checksum, numbers of a device.
NUMBERS = ((100, 8), (108, 8), (116, 8), (124, 12), (136, 12), (148, 8), (329, 8), (337, 8))


def header(name: bytes, size: int = 0, kind: bytes = b"0", /, **fields: bytes) -> bytes:
    """A header; `fields` replaces the bytes of a field by its name, filled with NULs."""
    values = {
        "name": name,
        "mode": b"0000644\0",
        "uid": b"0000000\0",
        "gid": b"0000000\0",
        "size": b"%011o\0" % size,
        "mtime": b"14524770400\0",
        "checksum": b" " * 8,
        "kind": kind,
        "link": b"",
        "magic": b"ustar\x0000",
        "uname": b"root",
        "gname": b"root",
        "devmajor": b"0000000\0",
        "devminor": b"0000000\0",
        "prefix": b"",
        "rest": b"",
    } | fields
    widths = {
        "name": 100,
        "mode": 8,
        "uid": 8,
        "gid": 8,
        "size": 12,
        "mtime": 12,
        "checksum": 8,
        "kind": 1,
        "link": 100,
        "magic": 8,
        "uname": 32,
        "gname": 32,
        "devmajor": 8,
        "devminor": 8,
        "prefix": 155,
        "rest": 12,
    }
    block = b"".join(values[field].ljust(width, b"\0")[:width] for field, width in widths.items())
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def filled(content: bytes) -> bytes:
    return content + bytes(-len(content) % BLOCK)


def member(name: bytes, content: bytes = b"content\n", kind: bytes = b"0", /, **fields: bytes) -> bytes:
    return header(name, len(content), kind, **fields) + filled(content)


def record(key: bytes, value: bytes) -> bytes:
    """A record of pax, its own length in front."""
    length = len(key) + len(value) + 3
    while len(b"%d" % length) + len(key) + len(value) + 3 != length:
        length = len(b"%d" % length) + len(key) + len(value) + 3
    return b"%d %s=%s\n" % (length, key, value)


def pax(*records: tuple[bytes, bytes], kind: bytes = b"x", name: bytes = b"././@PaxHeader") -> bytes:
    return member(name, b"".join(record(key, value) for key, value in records), kind)


def packed(tar: bytes) -> bytes:
    return gzip.compress(tar + bytes(2 * BLOCK), mtime=0)


def base256(value: int, width: int) -> bytes:
    return ((1 << (8 * width - 1)) | value if value >= 0 else (1 << (8 * width)) + value).to_bytes(width, "big")


def headers(tar: bytes) -> Iterator[bytes]:
    """Its headers, where all readers find them: of what strict accepts, the sizes say where."""
    at = 0
    while any(block := tar[at : at + BLOCK]):
        yield block
        size = block[124:136]
        length = int.from_bytes(size[1:], "big") if size[0] == 0x80 else int(size.strip(b" \0"), 8)
        at += BLOCK + -(-length // BLOCK) * BLOCK


def is_plain(block: bytes) -> bool:
    """Whether a header is a file's or a folder's, and its numbers are digits that a NUL ends."""
    numbers = (block[start : start + length] for start, length in NUMBERS)
    return block[156:157] in b"\x0005" and all(re.fullmatch(rb"[0-7]*\0.*", number, re.DOTALL) for number in numbers)


def again(block: bytes) -> bytes:
    """The header with the checksum that it should have."""
    return block[:148] + b"%06o\0 " % (sum(block[:148]) + 8 * 0x20 + sum(block[156:])) + block[156:]
