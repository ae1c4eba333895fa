"""Made-up zips, byte by byte: whatever a header can say, it can be told to say here.

Source: APPNOTE 6.3.10 §4.3 for the records. An `Entry` is ordinary until told otherwise: what is given in `local` and
`central` replaces the value of a field in that header only.
"""

from __future__ import annotations

import dataclasses
import struct
import zlib

LOCAL = struct.Struct("<4sHHHHHLLLHH")
CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
END = struct.Struct("<4sHHHHLLH")
END64 = struct.Struct("<4sQHHLLQQQQ")
LOCATOR64 = struct.Struct("<4sLQL")

STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIPTOR, UTF8 = 0x0001, 0x0008, 0x0800
UNIX, FAT = 3, 0
FILE, FOLDER, LINK = 0o100000, 0o040000, 0o120000
UNKNOWN_16, UNKNOWN_32 = 0xFFFF, 0xFFFFFFFF


def deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def field(identifier: int, data: bytes, length: int | None = None) -> bytes:
    """An extra field; `length` is what it claims where that is not the truth."""
    return struct.pack("<HH", identifier, len(data) if length is None else length) + data


def shared(has: dict) -> tuple:
    """The fields that stand in both headers, in their order."""
    fields = ("needed", "flags", "method", "time", "date", "crc", "packed", "size")
    return *(has[field] for field in fields), len(has["name"])


@dataclasses.dataclass
class Entry:
    """One entry: both of its headers, its data and its descriptor.

    `descriptor` is what follows the data: `signed`, `unsigned`, `wide` (eight bytes a size), or nothing.
    """

    name: bytes
    content: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    host: int = UNIX
    made_by: int = 20
    needed: int = 20
    date: int = 0x5A21
    time: int = 0x6000
    mode: int = FILE | 0o644
    dos: int = 0
    internal: int = 0
    local_extra: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    descriptor: str = ""
    data: bytes | None = None
    local: dict[str, int | bytes] = dataclasses.field(default_factory=dict)
    central: dict[str, int | bytes] = dataclasses.field(default_factory=dict)

    def extra(self, data: bytes, where: str = "both") -> None:
        """Adds extra fields to the local header, to the central one, or to both."""
        if where in ("local", "both"):
            self.local_extra += data
        if where in ("central", "both"):
            self.central_extra += data

    def packed(self) -> bytes:
        if self.data is not None:
            return self.data
        return deflate(self.content) if self.method == DEFLATED else self.content

    def values(self) -> dict[str, int | bytes]:
        """What both headers say, before `local` and `central`."""
        return {
            "flags": self.flags | (DESCRIPTOR if self.descriptor else 0),
            "method": self.method,
            "needed": self.needed,
            "date": self.date,
            "time": self.time,
            "crc": zlib.crc32(self.content),
            "packed": len(self.packed()),
            "size": len(self.content),
            "name": self.name,
            "offset": 0,
            "disk": 0,
            "external": self.mode << 16 | self.dos,
        }

    def local_record(self) -> bytes:
        has = self.values()
        if self.descriptor:
            has |= {"crc": 0, "packed": 0, "size": 0}
        has |= self.local
        fixed = LOCAL.pack(
            b"PK\x03\x04",
            *shared(has),
            len(self.local_extra),
        )
        return fixed + has["name"] + self.local_extra + self.packed() + self.described()

    def described(self) -> bytes:
        has = self.values()
        sizes = struct.pack("<QQ" if self.descriptor.endswith("wide") else "<LL", has["packed"], has["size"])
        crc = struct.pack("<L", has["crc"])
        match self.descriptor:
            case "":
                return b""
            case "unsigned" | "unsigned wide":
                return crc + sizes
            case _:
                return b"PK\x07\x08" + crc + sizes

    def central_record(self, offset: int) -> bytes:
        has = self.values() | {"offset": offset} | self.central
        fixed = CENTRAL.pack(
            b"PK\x01\x02",
            self.host << 8 | self.made_by,
            *shared(has),
            len(self.central_extra),
            len(self.comment),
            has["disk"],
            self.internal,
            has["external"],
            has["offset"],
        )
        return fixed + has["name"] + self.central_extra + self.comment


def folder(name: bytes, **how: object) -> Entry:
    """A directory as ordinary writers have it."""
    return Entry(**({"name": name, "method": STORED, "mode": FOLDER | 0o755, "dos": 0x10} | how))


@dataclasses.dataclass
class Zip:
    """A whole archive. `end` replaces values of the classic end record, `end64` those of the ZIP64 one."""

    entries: list[Entry]
    comment: bytes = b""
    zip64: bool = False
    end: dict[str, int] = dataclasses.field(default_factory=dict)
    end64: dict[str, int] = dataclasses.field(default_factory=dict)
    extensible: bytes = b""

    def build(self) -> bytes:
        body, directory = b"", b""
        for entry in self.entries:
            directory += entry.central_record(len(body))
            body += entry.local_record()
        count, size, offset = len(self.entries), len(directory), len(body)
        has = {"count": count, "here": count, "size": size, "offset": offset, "disk": 0, "start": 0} | self.end
        tail = b""
        if self.zip64:
            told = {
                "count": count,
                "here": count,
                "size": size,
                "offset": offset,
                "made_by": 0x032D,
                "needed": 45,
                "length": 44 + len(self.extensible),
                "at": offset + size,
                "disks": 1,
            } | self.end64
            tail += (
                END64.pack(
                    b"PK\x06\x06",
                    told["length"],
                    told["made_by"],
                    told["needed"],
                    0,
                    0,
                    told["here"],
                    told["count"],
                    told["size"],
                    told["offset"],
                )
                + self.extensible
            )
            tail += LOCATOR64.pack(b"PK\x06\x07", 0, told["at"], told["disks"])
        tail += END.pack(
            b"PK\x05\x06",
            has["disk"],
            has["start"],
            has["here"],
            has["count"],
            has["size"],
            has["offset"],
            len(self.comment),
        )
        return body + directory + tail + self.comment
