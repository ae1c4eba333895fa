"""Variants of ZIP64: fields that nobody needs, of all lengths, and end records beside the classic one."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bundle import Parts
from variants_extra import MEMBERS, Variant
from zips import UNKNOWN_16, UNKNOWN_32, field

LEFT = {
    "none": (),
    "size": ("size",),
    "packed": ("packed",),
    "both": ("size", "packed"),
    "offset": ("offset",),
    "all": ("size", "packed", "offset"),
    "size-offset": ("size", "offset"),
    "packed-offset": ("packed", "offset"),
}


def layouts(size: int, packed: int, offset: int, left: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Ways to fill a ZIP64 field: what is left to it, and more."""
    has = {"size": size, "packed": packed, "offset": offset}
    needed = b"".join(struct.pack("<Q", has[key]) for key in ("size", "packed", "offset") if key in left)
    whole = struct.pack("<QQQL", size, packed, offset, 0)
    yield "needed", needed
    for length in (4, 8, 12, 16, 20, 24, 28, 32):
        yield f"whole-{length}", (whole + bytes(4))[:length]
    yield "zeros-8", bytes(8)
    yield "zeros-16", bytes(16)
    yield "zeros-24", bytes(24)
    yield "needed-and-disk", needed + bytes(4)
    yield "needed-and-8", needed + bytes(8)
    yield "needed-and-offset", needed + struct.pack("<Q", offset)


def variants(parts: Parts) -> Iterator[Variant]:
    for at, member in ((2, MEMBERS[2]),):
        plain = parts.zip()
        offset = sum(len(entry.local_record()) for entry in plain.entries[:at])
        values = plain.entries[at].values()
        for what, left in LEFT.items():
            unknown = dict.fromkeys(left, UNKNOWN_32)
            for how, data in layouts(values["size"], values["packed"], offset, left):
                for where in ("central", "local", "both"):
                    for needed in (20, 45) if how == "needed" else (45,):
                        made = parts.zip()
                        entry = made.entries[at]
                        entry.needed = needed
                        if where != "local":
                            entry.central, entry.central_extra = dict(unknown), field(1, data)
                        if where != "central":
                            entry.local = {key: value for key, value in unknown.items() if key != "offset"}
                            entry.local_extra = field(1, data)
                        yield f"zip64/{what}/{how}/{where}/{needed}/{member}", made
                # As writers do it: the local header leaves both sizes, whatever the central one does.
                made = parts.zip()
                entry = made.entries[at]
                entry.needed = 45
                entry.local = {"size": UNKNOWN_32, "packed": UNKNOWN_32}
                entry.local_extra = field(1, struct.pack("<QQ", values["size"], values["packed"]))
                entry.central, entry.central_extra = dict(unknown), field(1, data)
                yield f"zip64/{what}/{how}/local-both/45/{member}", made
            made = parts.zip()
            made.entries[at].central = dict(unknown)
            yield f"zip64/{what}/missing/{member}", made
    for what, disk in (("disk", UNKNOWN_16),):
        made = parts.zip()
        made.entries[2].central = {"disk": disk}
        made.entries[2].central_extra = field(1, bytes(4))
        yield f"zip64/{what}", made
    yield from ends(parts)


def ends(parts: Parts) -> Iterator[Variant]:
    full = {
        "count": UNKNOWN_16,
        "here": UNKNOWN_16,
        "size": UNKNOWN_32,
        "offset": UNKNOWN_32,
        "disk": UNKNOWN_16,
        "start": UNKNOWN_16,
    }
    choices = {
        "none": (),
        "count": ("count", "here"),
        "size": ("size",),
        "offset": ("offset",),
        "directory": ("size", "offset"),
        "all": ("count", "here", "size", "offset"),
        "all-and-disks": tuple(full),
        "disks": ("disk", "start"),
        "here-only": ("here",),
        "count-only": ("count",),
    }
    for what, left in choices.items():
        for needed in (20, 45, 46, 62, 63):
            made = parts.zip()
            made.zip64, made.end, made.end64 = True, {key: full[key] for key in left}, {"needed": needed}
            yield f"zip64/end/{what}/needed-{needed}", made
        made = parts.zip()
        made.end = {key: full[key] for key in left}
        yield f"zip64/end/{what}/missing", made
    for what, told in (
        ("disks-0", {"disks": 0}),
        ("disks-2", {"disks": 2}),
        ("made-by-0", {"made_by": 0}),
        ("made-by-all", {"made_by": 0xFFFF}),
        ("length-0", {"length": 0}),
        ("length-56", {"length": 56}),
    ):
        for left in ((), ("count", "here", "size", "offset")):
            made = parts.zip()
            made.zip64, made.end, made.end64 = True, {key: full[key] for key in left}, told
            yield f"zip64/end/{what}/{'all' if left else 'none'}", made
    made = parts.zip()
    made.zip64, made.extensible = True, b"\x01\x00\x04\x00\x00\x00abcd"
    yield "zip64/end/extensible", made
    made = parts.zip()
    made.zip64, made.comment = True, b"a comment"
    yield "zip64/end/comment", made
