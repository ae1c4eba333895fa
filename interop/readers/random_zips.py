"""Random bundles: the ordinary one with a few things changed, most of them in ways that a writer could."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator

import variants_extra
from bundle import Parts
from variants_extra import Variant
from zips import DEFLATED, FILE, FOLDER, LINK, STORED, UNKNOWN_32, UTF8, Entry, Zip, field

Change = Callable[[random.Random, Zip, Entry], None]
# What ordinary writers have is there several times: what strict accepts is what is asked about.
HOSTS = (0, 3, 3, 3, 3, 7, 10, 11, 14, 19, *range(0, 32))
MODES = (FILE | 0o644, FILE | 0o644, FILE | 0o755, FILE | 0o600, FILE | 0o664, 0, 0o600, 0o644, 0o755, FILE, LINK | 0o777)
FOLDER_MODES = (*(FOLDER | mode for mode in (0o755, 0o755, 0o755, 0o755, 0o775, 0o700, 0o555)), 0, 0o755, 0o700)
NAMES = ("x.tgz", "x.tgz", "x-1.2_y.tgz", "x;y.tgz", "x.tgz;1", "x y.tgz", "x.tgz;", "X", "a.b.c", "y" * 200, "z" * 251)


def version(rng: random.Random, _: Zip, entry: Entry) -> None:
    entry.needed = rng.choice((10, 20, 20, 45, 46, 47, 63, 0x0314, 0x0A2D, rng.randrange(64)))
    entry.made_by = rng.choice((20, 30, 63, rng.randrange(256)))


def when(rng: random.Random, _: Zip, entry: Entry) -> None:
    entry.date, entry.time = rng.randrange(1 << 16), rng.randrange(1 << 16)


def flags(rng: random.Random, _: Zip, entry: Entry) -> None:
    entry.flags |= rng.choice((2, 4, 6, UTF8, UTF8, UTF8 | 2, 1 << rng.randrange(16)))


def attributes(rng: random.Random, _: Zip, entry: Entry) -> None:
    is_folder = entry.name.endswith(b"/")
    entry.host = rng.choice(HOSTS)
    entry.mode = rng.choice(FOLDER_MODES if is_folder else MODES)
    entry.dos = (0x10 if is_folder else 0) | rng.choice((0, 0, 0x20, 0x80, 1, 1 << rng.randrange(16)))
    entry.internal = rng.choice((0, 0, 1, 1 << rng.randrange(16)))


def descriptor(rng: random.Random, _: Zip, entry: Entry) -> None:
    if entry.method == STORED and rng.random() < 0.8:
        return
    entry.descriptor = rng.choice(("signed",) * 8 + ("unsigned", "wide"))
    values = entry.values()
    entry.local = {key: values[key] for key in ("crc", "packed", "size") if rng.random() < 0.15}


def method(rng: random.Random, _: Zip, entry: Entry) -> None:
    """Deflated in another way, whole or in pieces, stored blocks among them."""
    if rng.random() < 0.2:
        entry.method = STORED
        return
    packer = zlib.compressobj(rng.choice((0, 0, 1, 6, 9)), zlib.DEFLATED, -15)
    at, data = rng.randrange(len(entry.content) + 1), b""
    data += packer.compress(entry.content[:at])
    if rng.random() < 0.5:
        data += packer.flush(rng.choice((zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH)))
    data += packer.compress(entry.content[at:]) + packer.flush()
    entry.method, entry.data = DEFLATED, data + (bytes(rng.randrange(1, 4)) if rng.random() < 0.05 else b"")


def known_extra(rng: random.Random, _: Zip, entry: Entry) -> None:
    name, data = rng.choice([some for some in variants_extra.fields(entry.name) if len(some[1]) < 1200])
    entry.extra(data, rng.choice(("local", "central", "both")))


def honest_extra(rng: random.Random, _: Zip, entry: Entry) -> None:
    """Fields that say what the record says."""
    external = entry.mode << 16 | entry.dos
    choices = (
        (field(0x6C78, variants_extra.libarchive(entry.host << 8 | 20, entry.internal, external)), "local"),
        (field(0x5455, variants_extra.times(3, 1_700_000_000, 1)), "local"),
        (field(0x5455, variants_extra.times(1, 1_700_000_000)), "both"),
        (field(0x7875, struct.pack("<BBLBL", 1, 4, 0, 4, 0)), "both"),
        (field(0x756E, variants_extra.asi(entry.mode & 0xFFFF)), "both"),
        (field(0x7075, variants_extra.unicode(entry.name, entry.name)), "both"),
        (field(0x000A, bytes(4) + struct.pack("<HHQQQ", 1, 24, 1, 1, 1)), "both"),
    )
    for data, where in rng.sample(choices, rng.randrange(1, 4)):
        entry.extra(data, where)


def random_extra(rng: random.Random, _: Zip, entry: Entry) -> None:
    length = rng.choice((0, 4, 20, rng.randrange(64), rng.randrange(64), rng.randrange(1100)))
    data = rng.choice((rng.randbytes(length), bytes(length), (b"PK\x03\x04" * 300)[:length]))
    entry.extra(field(rng.choice((rng.randrange(1 << 16), 0xCAFE, 0x1234)), data), rng.choice(("local", "central", "both")))


def zip64(rng: random.Random, made: Zip, entry: Entry) -> None:
    values = entry.values()
    if rng.random() < 0.3:
        made.zip64 = True
        return
    data = struct.pack("<QQ", values["size"], values["packed"])
    entry.local, entry.local_extra = {"size": UNKNOWN_32, "packed": UNKNOWN_32}, entry.local_extra + field(1, data)


def comment(rng: random.Random, made: Zip, _: Entry) -> None:
    text = bytes(rng.choice(b"abc xyz\n") for _ in range(rng.choice((1, 20, 40, 58, 59, 80, 200))))
    made.comment = text


def header(rng: random.Random, _: Zip, entry: Entry) -> None:
    """One value of one header is another."""
    which = rng.choice((entry.local, entry.central))
    key = rng.choice(("flags", "method", "needed", "date", "time", "crc", "packed", "size"))
    most = (1 << 32) - 1 if key in ("crc", "packed", "size") else 0xFFFF
    which[key] = max(0, min(most, entry.values()[key] + rng.choice((-1, 1, 2, 8, -20, most))))


def order(rng: random.Random, made: Zip, entry: Entry) -> None:
    rng.shuffle(made.entries)
    if rng.random() < 0.1:
        made.entries.append(entry)


# The weight of a change is how often it is made.
CHANGES: dict[Change, int] = {
    version: 3,
    when: 2,
    flags: 3,
    attributes: 8,
    descriptor: 6,
    method: 6,
    known_extra: 5,
    honest_extra: 8,
    random_extra: 4,
    zip64: 1,
    comment: 3,
    header: 1,
    order: 2,
}


SIGNATURES = (b"PK\x07\x08", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06")


def signed(rng: random.Random, archive: bytes) -> bytes:
    """The gzip file with an extra field, in which what looks like a record can be."""
    data = rng.choice(SIGNATURES) + rng.randbytes(rng.randrange(30))
    return archive[:3] + b"\x04" + archive[4:10] + struct.pack("<H", len(data)) + data + archive[10:]


def folder_of_nothing(rng: random.Random, entry: Entry) -> None:
    """A directory whose nothing is deflated, as Java and Python do."""
    entry.method, entry.data = DEFLATED, rng.choice((b"\x03\0", b"\x01\0\0\xff\xff", b"\0\0\0\xff\xff\x03\0"))


def bits(rng: random.Random, data: bytearray) -> None:
    """Flips a bit, more often than not in the directory or a header."""
    starts = [at for at in range(len(data)) if data[at : at + 2] == b"PK"]
    at = min(len(data) - 1, rng.choice(starts) + rng.randrange(4, 46)) if rng.random() < 0.9 else rng.randrange(len(data))
    data[at] ^= 1 << rng.randrange(8)


class Built:
    """A zip that is bytes already."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def build(self) -> bytes:
        return self.data


def variants(parts: Parts, seed: int, count: int) -> Iterator[Variant]:
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        content = signed(rng, parts.dependency) if rng.random() < 0.2 else parts.dependency
        made = parts.zip(dependency=rng.choice(NAMES), with_folder=rng.random() < 0.4, content=content)
        changed = []
        for entry in made.entries:
            if entry.name.endswith(b"/") and rng.random() < 0.4:
                folder_of_nothing(rng, entry)
        for change in rng.choices(list(CHANGES), list(CHANGES.values()), k=rng.choice((1, 1, 1, 2, 2, 3, 4))):
            entry = rng.choice(made.entries)
            if change is method and entry.name.endswith(b"/"):
                continue
            changed.append(change.__name__)
            change(rng, made, entry)
        try:
            data = bytearray(made.build())
        except struct.error:
            # A field of two bytes cannot say so much.
            continue
        if rng.random() < 0.1:
            bits(rng, data)
            changed.append("bits")
        yield f"random/{seed}/{number}/{'+'.join(changed)}", Built(bytes(data))
