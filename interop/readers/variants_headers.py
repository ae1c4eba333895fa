"""Variants of what else headers say: versions, flags, methods, times, sizes, descriptors."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator

from bundle import Parts
from variants_extra import MEMBERS, Variant
from zips import DEFLATED, STORED, UNKNOWN_32, Zip, deflate, field, folder

VERSIONS = (
    0,
    1,
    9,
    10,
    11,
    19,
    20,
    21,
    25,
    27,
    45,
    46,
    50,
    51,
    52,
    60,
    61,
    62,
    63,
    64,
    100,
    128,
    255,
    0x0A14,
    0x0314,
    0xFF14,
)
DATES = {
    "zero": (0, 0),
    "month-0": (0x5801, 0),
    "month-13": (0x59A1, 0),
    "month-15": (0x59E1, 0),
    "day-0": (0x5820, 0),
    "feb-31": (0x585F, 0),
    "feb-30": (0x585E, 0),
    "hour-31": (0x5821, 0xF800),
    "minute-63": (0x5821, 0x07E0),
    "second-62": (0x5821, 0x001F),
    "1980": (0x0021, 0),
    "2107": (0xFF9F, 0xBF7D),
    "all": (0xFFFF, 0xFFFF),
    "2038": (0x7433, 0x6000),
    "hour-24": (0x5821, 0xC000),
    "minute-60": (0x5821, 0x0780),
}


def each(parts: Parts) -> Iterator[tuple[int, str]]:
    yield from enumerate(MEMBERS)


def variants(parts: Parts) -> Iterator[Variant]:
    yield from versions(parts)
    yield from times(parts)
    yield from flags(parts)
    yield from methods(parts)
    yield from deflations(parts)
    yield from described(parts)
    yield from archive(parts)


def versions(parts: Parts) -> Iterator[Variant]:
    for at, member in each(parts):
        for needed in VERSIONS:
            made = parts.zip()
            made.entries[at].needed = needed
            yield f"versions/needed-{needed}/{member}", made
            if needed < 256:
                made = parts.zip()
                made.entries[at].made_by = needed
                yield f"versions/made-by-{needed}/{member}", made
    for needed in VERSIONS:
        made = parts.zip(with_folder=True)
        made.entries[2].needed = needed
        yield f"versions/needed-{needed}/deps/", made
        made = parts.zip()
        for entry in made.entries:
            entry.needed = needed
        yield f"versions/needed-{needed}/all", made
        for where in ("local", "central"):
            made = parts.zip()
            getattr(made.entries[2], where)["needed"] = needed
            yield f"versions/needed-{needed}-{where}", made


def times(parts: Parts) -> Iterator[Variant]:
    for what, (date, time) in DATES.items():
        for at, member in each(parts):
            made = parts.zip()
            made.entries[at].date, made.entries[at].time = date, time
            yield f"times/{what}/{member}", made
            made.entries[at].descriptor = "signed"
            if at != 1:
                yield f"times/{what}/described/{member}", made
        made = parts.zip(with_folder=True)
        made.entries[2].date, made.entries[2].time = date, time
        yield f"times/{what}/deps/", made


def flags(parts: Parts) -> Iterator[Variant]:
    for at, member in each(parts):
        for bit in range(16):
            made = parts.zip()
            made.entries[at].flags = 1 << bit
            yield f"flags/bit-{bit}/both/{member}", made
            for where in ("local", "central"):
                made = parts.zip()
                getattr(made.entries[at], where)["flags"] = 1 << bit
                yield f"flags/bit-{bit}/{where}/{member}", made
        for several in (0x0006, 0x0806, 0x0002, 0x0004):
            made = parts.zip()
            made.entries[at].flags = several
            yield f"flags/{several:#x}/{member}", made
    for bits in (0x0800, 0x0006, 0x0806, 8, 0x0808):
        made = parts.zip(with_folder=True)
        made.entries[2].flags = bits
        yield f"flags/{bits:#x}/deps/", made


def methods(parts: Parts) -> Iterator[Variant]:
    for at, member in each(parts):
        for method in (*range(1, 8), 9, 10, 11, 12, 14, 19, 93, 95, 98, 99, 65535):
            made = parts.zip()
            entry = made.entries[at]
            entry.method, entry.data = method, entry.content
            if method == 12:
                entry.data = bz2.compress(entry.content)
            if method == 14:
                raw = [{"id": lzma.FILTER_LZMA1}]
                entry.data = (
                    b"\x09\x04\x05\0" + b"\x5d\0\0\x80\0" + lzma.compress(entry.content, lzma.FORMAT_RAW, filters=raw)
                )
                entry.flags = 2
            yield f"methods/{method}/{member}", made
        for method in (STORED, DEFLATED):
            made = parts.zip()
            made.entries[at].method = method
            yield f"methods/{method}/{member}", made
    for what, entry in (
        ("deflated-nothing", folder(b"deps/", method=DEFLATED)),
        ("stored-empty", folder(b"deps/")),
        ("deflated-zero-bytes", folder(b"deps/", method=DEFLATED, data=b"")),
        ("stored-block", folder(b"deps/", method=DEFLATED, data=b"\1\0\0\xff\xff")),
        ("stored-block-flush", folder(b"deps/", method=DEFLATED, data=b"\0\0\0\xff\xff\3\0")),
        ("content", folder(b"deps/", content=b"content")),
    ):
        for descriptor in ("", "signed", "unsigned", "wide"):
            made = parts.zip(with_folder=True)
            entry.descriptor = descriptor
            made.entries[2] = entry
            yield f"methods/folder/{what}/{descriptor or 'plain'}", Zip([*made.entries])


def stored_blocks(content: bytes, step: int = 65535) -> bytes:
    pieces = [content[at : at + step] for at in range(0, len(content), step)] or [b""]
    packed = b"".join(b"\0" + struct.pack("<HH", len(piece), len(piece) ^ 0xFFFF) + piece for piece in pieces)
    return packed + b"\1\0\0\xff\xff"


def flushed(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    out = b""
    for at in range(0, len(content), 100):
        out += packer.compress(content[at : at + 100]) + packer.flush(zlib.Z_SYNC_FLUSH)
    return out + packer.flush()


def deflations(parts: Parts) -> Iterator[Variant]:
    """Streams of DEFLATE that decoders take differently, or that hold more than they need."""
    for at in (0, 2):
        for what, pack in (
            ("stored-blocks", stored_blocks),
            ("flushed", flushed),
            ("empty-blocks", lambda c: b"\0\0\0\xff\xff" * 50 + deflate(c)),
            ("bytes-after", lambda c: deflate(c) + b"\0"),
            ("more-bytes-after", lambda c: deflate(c) + b"PK\x07\x08" + bytes(12)),
            ("no-end", lambda c: flushed(c)[:-2]),
            ("zlib", zlib.compress),
            ("twice", lambda c: deflate(c) + deflate(b"x")),
            ("cut", lambda c: deflate(c)[:-1]),
        ):
            for descriptor in ("", "signed"):
                made = parts.zip()
                entry = made.entries[at]
                entry.data, entry.descriptor = pack(entry.content), descriptor
                yield f"deflate/{what}/{descriptor or 'plain'}/{MEMBERS[at]}", made
        for what, key, change in (("crc", "crc", 1), ("size-more", "size", 1), ("size-less", "size", -1)):
            made = parts.zip()
            entry = made.entries[at]
            wrong = {key: entry.values()[key] + change}
            entry.local, entry.central = dict(wrong), dict(wrong)
            yield f"deflate/wrong-{what}/{MEMBERS[at]}", made


def described(parts: Parts) -> Iterator[Variant]:
    for at, member in ((1, MEMBERS[1]), (2, MEMBERS[2])):
        for descriptor in ("signed", "unsigned", "wide", "unsigned wide"):
            for method in (STORED, DEFLATED):
                for sizes in ("zero", "given", "crc-only", "sizes-only", "all-ones"):
                    for zip64 in ("", "zeros", "values"):
                        for needed in (45,) if zip64 else (20,):
                            made = parts.zip()
                            entry = made.entries[at]
                            entry.descriptor, entry.method, entry.needed = descriptor, method, needed
                            has = entry.values()
                            entry.local = {
                                "zero": {},
                                "given": {key: has[key] for key in ("crc", "packed", "size")},
                                "crc-only": {"crc": has["crc"]},
                                "sizes-only": {key: has[key] for key in ("packed", "size")},
                                "all-ones": {"packed": UNKNOWN_32, "size": UNKNOWN_32},
                            }[sizes]
                            if zip64 == "zeros":
                                entry.local_extra = field(1, bytes(16))
                            elif zip64 == "values":
                                entry.local_extra = field(1, struct.pack("<QQ", has["size"], has["packed"]))
                            name = "-".join(
                                (descriptor.replace(" ", "-"), f"method-{method}", sizes, zip64 or "plain", str(needed))
                            )
                            yield f"descriptors/{name}/{member}", made


def archive(parts: Parts) -> Iterator[Variant]:
    """What is in no header."""
    for what, comment in (
        ("text", b"a comment"),
        ("long", b"x" * 65535),
        ("utf8", "ö".encode()),
        ("nul", b"a\0"),
        ("latin1", b"\xf6"),
        ("newline", b"a\nb"),
        ("zip-tool", b"@ file"),
        ("starts", b"P"),
        ("16k", b"y" * 16384),
    ):
        made = parts.zip()
        made.comment = comment
        yield f"archive/comment-{what}", made
    for at, member in each(parts):
        made = parts.zip()
        made.entries[at].comment = b"a comment"
        yield f"archive/entry-comment/{member}", made
    for padding in (1, 100, 5000):
        yield f"archive/nuls-after-{padding}", _Raw(parts.zip().build() + bytes(padding))
    whole = parts.zip().build()
    yield "archive/block-of-libarchive", _Raw(whole + bytes(-len(whole) % 10240))
    yield "archive/before", _Raw(b"#!/bin/sh\n" + whole)
    yield "archive/spanned-marker", _Raw(b"PK00" + whole)
    for order in ((2, 1, 0), (1, 0, 2), (0, 2, 1), (1, 2, 0), (2, 0, 1)):
        made = parts.zip()
        made.entries = [made.entries[at] for at in order]
        yield f"archive/order-{order}", made
    made = parts.zip()
    made.entries.append(folder(b"deps/"))
    yield "archive/folder-last", made


class _Raw(Zip):
    """Bytes in the place of an archive that is built."""

    def __init__(self, data: bytes) -> None:
        super().__init__([])
        self.data = data

    def build(self) -> bytes:
        return self.data
