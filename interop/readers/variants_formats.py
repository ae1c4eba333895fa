"""Variants that are of two formats, or whose values are signatures, to readers that look for them in another order."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import tars
from bundle import Parts
from variants_extra import Variant
from zips import STORED, Zip, field

SIGNATURES = {"descriptor": b"PK\x07\x08", "record": b"PK\x01\x02", "header": b"PK\x03\x04"}


def variants(parts: Parts) -> Iterator[Variant]:
    for what, magic in (("posix", b"ustar\x0000"), ("gnu", b"ustar  \0"), ("old", bytes(8))):
        for by in (0, 1):
            yield f"formats/tar-{what}/checksum+{by}", tar(parts, magic, by)
    for at in (32_769, 32_770, 34_817):
        yield f"formats/iso-{at}", image(parts, at)
    for what, signature in SIGNATURES.items():
        for descriptor in ("", "signed"):
            content = with_crc(b"content\n" * 9, int.from_bytes(signature, "little"))
            made = parts.zip(dependency="x.bin", content=content)
            made.entries[2].descriptor = descriptor
            yield f"formats/crc-of-{what}/{descriptor or 'plain'}", made
    for count in (200, 255, 256, 400):
        yield f"formats/deep-{count}", parts.zip(dependency="a/" * (count - 1) + "x.tgz")


def tar(parts: Parts, magic: bytes, by: int) -> Zip:
    """The name and an extra field of the first entry make a header of tar, whose content ends before the module's does."""
    made = parts.zip()
    first = made.entries[0]
    front = len(first.local_record()) - len(first.packed()) + 4
    header = tars.header(b"", 1024, magic=magic)

    def filled(checksum: bytes) -> bytes:
        first.local_extra = field(0xCAFE, (header[:148] + checksum + header[156:])[front:])
        return first.local_record()[: tars.BLOCK]

    filled(b"%06o\0 " % (sum(filled(b" " * 8)) + by))
    return made


def image(parts: Parts, at: int) -> Zip:
    """A stored dependency in which an ISO 9660 image has its first volume descriptor."""
    made = parts.zip(dependency="x.bin", content=bytes(60_000))
    made.entries[2].method = STORED
    start = made.build().index(bytes(50_000))
    front = bytes(at - 1 - start) + volume() + b"\xffCD001\1"
    made = parts.zip(dependency="x.bin", content=front.ljust(60_000, b"\0"))
    made.entries[2].method = STORED
    return made


def volume() -> bytes:
    """A primary volume descriptor as libarchive takes it: an image of 24 sectors, its folder in the 20th.

    Source: ECMA-119 §8.4; numbers stand there in both orders of bytes.
    """

    def both(value: int, width: int) -> bytes:
        return value.to_bytes(width, "little") + value.to_bytes(width, "big")

    sector = bytearray(2048)
    for position, data in (
        (0, b"\1CD001\1"),
        (80, both(24, 4)),
        (128, both(2048, 2)),
        (132, both(10, 4) + struct.pack("<LL", 18, 0) + struct.pack(">LL", 18, 0)),
        (156, b"\x22\0" + both(19, 4) + both(2048, 4) + b"\x7c\1\1\0\0\0\0\2\0\0" + both(1, 2) + b"\1\0"),
        (881, b"\1"),
    ):
        sector[position : position + len(data)] = data
    return bytes(sector)


def with_crc(content: bytes, crc: int) -> bytes:
    """The content, and four bytes for which it has this CRC-32, of which each of their bits turns some."""
    base = zlib.crc32(content + bytes(4))
    rows = [(zlib.crc32(content + (1 << bit).to_bytes(4, "little")) ^ base, 1 << bit) for bit in range(32)]
    left, tail = base ^ crc, 0
    for bit in range(32):
        turning = next(row for row in rows if row[0] >> bit & 1)
        rows = [(a ^ turning[0], b ^ turning[1]) if a >> bit & 1 else (a, b) for a, b in rows if (a, b) != turning]
        if left >> bit & 1:
            left, tail = left ^ turning[0], tail ^ turning[1]
    return content + tail.to_bytes(4, "little")
