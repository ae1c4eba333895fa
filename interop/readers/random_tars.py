"""Random archives of dependencies: files and folders, written in ways that writers have, with a few things changed."""

from __future__ import annotations

import dataclasses
import random
import struct
import zlib
from collections.abc import Callable, Iterator

import tars
from variants_tars import RECORDS, Tar

# What ordinary writers have is there several times: what strict accepts is what is asked about.
PARTS = (
    *(b"a", b"b", b"words.txt", b"Words.txt", b"a b", b"x;1", b"x=y", b".hidden", b"...", b"x~", b"-x", b"@x", b"#x"),
    *("größe".encode(), "o\u0308".encode(), "文件".encode(), b"x" * 60, b"y" * 99, b"z" * 130, b"w" * 255, b"%41"),
    *(b"BZh91AY&SY", b"MSCF", b"070701"),
    *(b"con", b"x.", b"x:y", b"x*", b"._x", b"PaxHeaders", b"__MACOSX", b"'x'", b"[x]", b"{a,b}", b"x!", b"x,v"),
)
CONTENTS = (b"", b"x", b"content\n", b"x" * 511, b"x" * 512, b"x" * 513, b"\0" * 600, b"one\ntwo\n" * 200)
FILE_MODES = (*(0o644,) * 6, 0o755, 0o755, 0o600, 0o664, 0o444, 0o555, 0o777, 0o400, 0o640, 0o100644, 0o111, 0, 0o4755)
FOLDER_MODES = (*(0o755,) * 6, 0o775, 0o775, 0o700, 0o750, 0o777, 0o555, 0o500, 0o40755, 0o711, 0o100, 0, 0o1777)
OWNERS = (0, 0, 0, 1000, 1001, 65534, 0o7777777)
TIMES = (1_700_000_000, 1_700_000_000, 0, 1, 1 << 31, (1 << 33) - 1, 1 << 33, -1)
POSIX, GNU, OLD = b"ustar\x0000", b"ustar  \0", bytes(8)


@dataclasses.dataclass
class Member:
    """A file or a folder. `before` is written in front of its header, and `fields` replaces fields in it."""

    name: bytes
    content: bytes = b""
    is_folder: bool = False
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 1_700_000_000
    magic: bytes = POSIX
    way: str = "pax"
    records: list[tuple[bytes, bytes]] = dataclasses.field(default_factory=list)
    before: bytes = b""
    fields: dict[str, bytes] = dataclasses.field(default_factory=dict)
    filling: bytes = b"\0"
    flips: list[int] = dataclasses.field(default_factory=list)

    def build(self) -> bytes:
        records, before, name, prefix = list(self.records), self.before, self.name, b""
        cuts = [at for at, letter in enumerate(name[:-1]) if letter == 0x2F and 0 < at <= 155 and len(name) - at <= 101]
        if len(name) > 100 or self.way == "always":
            if self.way == "prefix" and cuts and self.magic == POSIX:
                prefix, name = name[: cuts[0]], name[cuts[0] + 1 :]
            elif self.magic == POSIX:
                records.append((b"path", name))
            else:
                before += tars.member(b"././@LongLink", name + b"\0", b"L", magic=self.magic)
        if records:
            before += tars.pax(*records)
        fields = {
            "mode": number(self.mode, 8),
            "uid": number(self.uid, 8),
            "gid": number(self.gid, 8),
            "mtime": number(self.mtime, 12),
            "magic": self.magic,
            "prefix": prefix,
        } | self.fields
        block = bytearray(tars.header(name, len(self.content), b"5" if self.is_folder else b"0", **fields))
        for bit in self.flips:
            block[bit // 8] ^= 1 << bit % 8
        block = tars.again(bytes(block)) if self.flips else bytes(block)
        body = self.content + self.filling * (-len(self.content) % tars.BLOCK)
        return before + block + body


def number(value: int, width: int) -> bytes:
    """As writers have it: octal, and where that does not suffice base 256."""
    fits = 0 <= value < 8 ** (width - 1)
    return b"%0*o\0" % (width - 1, value) if fits else tars.base256(value, width)


Change = Callable[[random.Random, list[Member], Member], None]


def mode(rng: random.Random, _: list[Member], one: Member) -> None:
    one.mode = rng.choice(FOLDER_MODES if one.is_folder else FILE_MODES)


def owner(rng: random.Random, _: list[Member], one: Member) -> None:
    one.uid, one.gid = rng.choice(OWNERS), rng.choice(OWNERS)
    one.fields["uname"] = rng.choice((b"", b"root", b"nobody", b"x" * 32))
    one.fields["gname"] = rng.choice((b"", b"root", b"users"))


def when(rng: random.Random, _: list[Member], one: Member) -> None:
    one.mtime = rng.choice(TIMES)


def text(rng: random.Random, _: list[Member], one: Member) -> None:
    """A number written in another way."""
    key = rng.choice(("mode", "mode", "uid", "gid", "mtime", "size", "devmajor", "devminor"))
    width = 12 if key in ("mtime", "size") else 8
    values = {"mode": one.mode, "uid": one.uid, "gid": one.gid, "mtime": max(0, one.mtime), "size": len(one.content)}
    value = values.get(key, 0)
    ways = [b"%0*o " % (width - 1, value), b"%*o " % (width - 1, value), b"%0*o \0" % (width - 2, value)]
    ways += [*ways, b"%o\0" % value, b"%0*o" % (width, value), tars.base256(value, width), b"", b" " * width]
    one.fields[key] = rng.choice(ways)


def records(rng: random.Random, _: list[Member], one: Member) -> None:
    for key in rng.sample(list(RECORDS), rng.choice((1, 1, 2, 3))):
        one.records.append((key, rng.choice(RECORDS[key])))


def honest(rng: random.Random, _: list[Member], one: Member) -> None:
    """Records that say what the header says, or what it has no room for."""
    name, size = one.name, b"%d" % len(one.content)
    times = b"%d.%09d" % (rng.randrange(1 << 31), rng.randrange(10**9))
    choices = [(b"path", name), (b"size", size), (b"mtime", times), (b"atime", times), (b"ctime", times)]
    choices += [(b"uid", b"0"), (b"uname", b"root"), (b"comment", b"x" * rng.randrange(600))]
    choices += [(b"LIBARCHIVE.creationtime", times), (b"LIBARCHIVE.xattr.user.x", b"dg==")]
    choices += [(b"SCHILY.dev", b"2049"), (b"SCHILY.ino", b"77")]
    one.records += rng.sample(choices, rng.choice((1, 2, 3, 6)))


def way(rng: random.Random, _: list[Member], one: Member) -> None:
    one.way, one.magic = rng.choice(("pax", "prefix", "always")), rng.choice((POSIX, POSIX, GNU, GNU, OLD))


def global_(rng: random.Random, _: list[Member], one: Member) -> None:
    key = rng.choice((b"comment", b"comment", b"mtime", b"uid", b"uname", *RECORDS))
    one.before += tars.pax((key, rng.choice(RECORDS[key])), kind=b"g", name=b"pax_global_header")


def again(rng: random.Random, members: list[Member], one: Member) -> None:
    """A folder is there twice, or behind what is in it."""
    if one.is_folder:
        members.append(dataclasses.replace(one, mode=rng.choice(FOLDER_MODES)) if rng.random() < 0.5 else one)


def order(rng: random.Random, members: list[Member], _: Member) -> None:
    rng.shuffle(members)


def dots(_: random.Random, members: list[Member], __: Member) -> None:
    """All names start with `./`, as `tar -C folder .` writes them."""
    for member in members:
        member.name = b"./" + member.name
    members.insert(0, Member(b"./", is_folder=True, mode=0o755))


def slash(_: random.Random, __: list[Member], one: Member) -> None:
    one.name = one.name.rstrip(b"/") if one.is_folder else one.name


def kind(rng: random.Random, _: list[Member], one: Member) -> None:
    one.fields["kind"] = rng.choice((b"\0", b"\0", b"7", b"0", b"1", b"2", b"D", b"V", b"A", b"X"))


def flip(rng: random.Random, _: list[Member], one: Member) -> None:
    """A bit of the header, more often than not of its numbers, with the checksum that it then has."""
    start, end = rng.choice(((0, 345), (0, tars.BLOCK), (100, 148), (100, 148), (257, 345)))
    one.flips.append(rng.randrange(8 * start, 8 * end))


def filling(_: random.Random, __: list[Member], one: Member) -> None:
    one.filling = b"x"


# The weight of a change is how often it is made.
CHANGES: dict[Change, int] = {
    mode: 10,
    owner: 3,
    when: 3,
    text: 3,
    records: 3,
    honest: 6,
    way: 8,
    global_: 2,
    again: 3,
    order: 4,
    dots: 3,
    slash: 3,
    kind: 1,
    flip: 4,
    filling: 1,
}


def tree(rng: random.Random) -> list[Member]:
    """Folders and files in them, no two of one name; folders may be there only by what is in them."""
    folders = [b""]
    members: dict[bytes, Member] = {}
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        name = rng.choice(folders) + rng.choice(PARTS)
        if rng.random() < 0.5:
            folders.append(name + b"/")
            if rng.random() < 0.8:
                members.setdefault(name, Member(name + b"/", is_folder=True, mode=0o755))
        else:
            members.setdefault(name, Member(name, rng.choice(CONTENTS)))
    return list(members.values()) or [Member(b"x", b"content\n")]


def packed(rng: random.Random, tar: bytes) -> bytes:
    """A gzip file as writers have it: with a name, a comment, a checksum of its header, in pieces."""
    flags, extra = 0, b""
    if rng.random() < 0.1:
        flags, data = flags | 4, rng.randbytes(rng.randrange(20))
        extra += struct.pack("<H", len(data)) + data
    if rng.random() < 0.3:
        flags, extra = flags | 8, extra + b"data.tar\0"
    if rng.random() < 0.1:
        flags, extra = flags | 16, extra + b"comment\0"
    head = b"\x1f\x8b\x08" + bytes([flags]) + struct.pack("<L", rng.choice((0, 1_700_000_000)))
    head += rng.choice((b"\0\x03", b"\x02\xff"))
    packer = zlib.compressobj(rng.choice((0, 1, 6, 9)), zlib.DEFLATED, -15)
    at = rng.randrange(len(tar))
    data = packer.compress(tar[:at]) + (packer.flush(zlib.Z_FULL_FLUSH) if rng.random() < 0.3 else b"")
    data += packer.compress(tar[at:]) + packer.flush()
    nuls = bytes(rng.choice((0,) * 12 + (1, 512)))
    return head + extra + data + struct.pack("<LL", zlib.crc32(tar), len(tar)) + nuls


def variants(seed: int, count: int) -> Iterator[Tar]:
    """Names, and archives as they stand under `deps/`: as gzip files."""
    for at in range(count):
        rng = random.Random(f"{seed}/{at}")
        members = tree(rng)
        magic = rng.choice((POSIX, POSIX, GNU))
        for member in members:
            member.magic = magic
        changed = rng.choices(list(CHANGES), list(CHANGES.values()), k=rng.choice((1, 1, 2, 2, 3, 4)))
        for change in changed:
            change(rng, members, rng.choice(members))
        tar = b"".join(member.build() for member in members)
        blocks = rng.choice((2, 2, 2, 3, 20, -len(tar) // 512 % 20 or 20))
        data = packed(rng, tar + bytes(512 * blocks + rng.choice((0,) * 20 + (1, 100))))
        yield f"random/{seed}/{at}/{'+'.join(change.__name__ for change in changed)}", data
