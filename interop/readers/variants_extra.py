"""Variants of extra fields: those that readers obey, with what they would be obeyed in, and malformed ones."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from bundle import Parts
from zips import FILE, FOLDER, LINK, Zip, field

Variant = tuple[str, Zip]
MEMBERS = ("module.json", "hello.so", "deps/x.tgz")
PLACES = ("local", "central", "both")
FIFO, DEVICE, SOCKET = 0o010000, 0o020000, 0o140000


def libarchive(
    host: int | None = None, internal: int | None = None, external: int | None = None, comment: bytes | None = None
) -> bytes:
    """libarchive's `xl`: a bitmap of which values of the central record follow, for those who read from the front."""
    bits, data = 0, b""
    for bit, value, form in ((1, host, "<H"), (2, internal, "<H"), (4, external, "<L")):
        if value is not None:
            bits |= bit
            data += struct.pack(form, value)
    if comment is not None:
        bits |= 8
        data += struct.pack("<H", len(comment)) + comment
    return bytes([bits]) + data


def asi(mode: int, size: int = 0, uid: int = 0, gid: int = 0, link: bytes = b"", wrong: bool = False) -> bytes:
    """ASi Unix: mode, size of the link or device, owner, link; a CRC-32 of it all in front."""
    data = struct.pack("<HLHH", mode, size or len(link), uid, gid) + link
    return struct.pack("<L", zlib.crc32(data) ^ (1 if wrong else 0)) + data


def unicode(name: bytes, of: bytes, version: int = 1, wrong: bool = False) -> bytes:
    """Info-ZIP's Unicode path or comment, with the CRC-32 of what it replaces."""
    return struct.pack("<BL", version, zlib.crc32(of) ^ (1 if wrong else 0)) + name


def times(flags: int, *values: int) -> bytes:
    return bytes([flags]) + b"".join(struct.pack("<l", value) for value in values)


def fields(name: bytes) -> Iterator[tuple[str, bytes]]:
    """Names of what is tried, and the bytes of the extra field."""
    for what, mode in (
        ("file", FILE | 0o644),
        ("file-600", FILE | 0o600),
        ("setuid", FILE | 0o4755),
        ("folder", FOLDER | 0o755),
        ("link", LINK | 0o777),
        ("fifo", FIFO | 0o644),
        ("device", DEVICE | 0o644),
        ("zero", 0),
    ):
        yield f"xl-{what}", field(0x6C78, libarchive(0x0314, 0, mode << 16))
        yield f"xl-external-only-{what}", field(0x6C78, libarchive(external=mode << 16))
        yield f"asi-{what}", field(0x756E, asi(mode, link=b"/etc/hostname" if mode & LINK == LINK else b""))
    yield "xl-host-fat", field(0x6C78, libarchive(0x0014))
    yield "xl-host-fat-folder", field(0x6C78, libarchive(0x0014, 0, 0x10))
    yield "xl-host-windows", field(0x6C78, libarchive(0x0A14, 0, 0x10))
    yield "xl-comment", field(0x6C78, libarchive(comment=b"a comment"))
    yield "xl-text", field(0x6C78, libarchive(internal=1))
    yield "xl-cut-off", field(0x6C78, b"\x07\x14\x03")
    yield "xl-empty", field(0x6C78, b"")
    yield "xl-bits-more", field(0x6C78, b"\xff" + bytes(20))
    yield "asi-wrong-crc", field(0x756E, asi(FILE | 0o4777, wrong=True))
    yield "asi-owner", field(0x756E, asi(FILE | 0o644, uid=1234, gid=1235))
    yield "asi-short", field(0x756E, asi(LINK | 0o777)[:9])
    yield "ux", field(0x7875, struct.pack("<BBLBL", 1, 4, 1234, 4, 1235))
    yield "ux-root", field(0x7875, struct.pack("<BBLBL", 1, 4, 0, 4, 0))
    yield "ux-version-2", field(0x7875, struct.pack("<BBLBL", 2, 4, 1234, 4, 1235))
    yield "ux-sizes-wrong", field(0x7875, struct.pack("<BBLBL", 1, 200, 1234, 4, 1235))
    yield "ux-empty", field(0x7875, b"")
    yield "Ux", field(0x7855, struct.pack("<HH", 1234, 1235))
    yield "Ux-empty", field(0x7855, b"")
    yield "Ux-odd", field(0x7855, b"\1\2\3")
    yield "UX", field(0x5855, struct.pack("<LLHH", 0, 0, 1234, 1235))
    yield "UX-short", field(0x5855, struct.pack("<LL", 0, 0))
    yield "UX-odd", field(0x5855, b"\1\2\3")
    yield "UT", field(0x5455, times(1, 1_700_000_000))
    yield "UT-3", field(0x5455, times(7, 1_700_000_000, 1, 2))
    yield "UT-claims-more", field(0x5455, times(7, 1_700_000_000))
    yield "UT-negative", field(0x5455, times(1, -1))
    yield "UT-far", field(0x5455, times(1, -(2**31)))
    yield "UT-empty", field(0x5455, b"")
    yield "UT-flags-alone", field(0x5455, b"\x07")
    for length in range(2, 9):
        yield f"UT-{length}", field(0x5455, b"\x03" + bytes(length - 1))
    yield "NTFS", field(0x000A, bytes(4) + struct.pack("<HHQQQ", 1, 24, *[133_000_000_000_000_000] * 3))
    yield "NTFS-zero", field(0x000A, bytes(4) + struct.pack("<HHQQQ", 1, 24, 0, 0, 0))
    yield "NTFS-huge", field(0x000A, bytes(4) + struct.pack("<HHQQQ", 1, 24, *[2**64 - 1] * 3))
    yield "NTFS-short", field(0x000A, bytes(4) + struct.pack("<HHQ", 1, 24, 5))
    yield "NTFS-empty", field(0x000A, b"")
    yield "NTFS-odd", field(0x000A, b"\0\0\0\0\1")
    yield "path-same", field(0x7075, unicode(name, name))
    yield "path-other", field(0x7075, unicode(b"evil.so", name))
    yield "path-wrong-crc", field(0x7075, unicode(b"evil.so", name, wrong=True))
    yield "path-version-2", field(0x7075, unicode(b"evil.so", name, version=2))
    yield "comment-other", field(0x6375, unicode(b"comment", b""))
    yield "AES", field(0x9901, struct.pack("<H2sBH", 2, b"AE", 3, 8))
    yield "strong", field(0x0017, struct.pack("<HHHH", 2, 0x660E, 256, 1))
    pkware = struct.pack("<LLHH", 1_700_000_000, 1_700_000_000, 1234, 1235)
    yield "PKWARE-unix", field(0x000D, pkware)
    yield "PKWARE-unix-link", field(0x000D, pkware + b"/etc/hostname")
    yield "PKWARE-unix-device", field(0x000D, pkware + struct.pack("<LL", 1, 3))
    yield "PKWARE-unix-short", field(0x000D, pkware[:5])
    others = {
        0x0007: "AV",
        0x0008: "0008",
        0x0009: "OS2",
        0x000C: "VMS",
        0x000E: "000e",
        0x000F: "patch",
        0x0014: "X509",
        0x0015: "X509-file",
        0x0016: "X509-central",
        0x0018: "management",
        0x0019: "recipients",
        0x0023: "policy",
        0x0065: "IBM",
        0x0066: "IBM-packed",
        0x07C8: "Mac",
        0x2605: "ZipIt",
        0x2705: "ZipIt-short",
        0x2805: "ZipIt-2805",
        0x334D: "Mac3",
        0x4154: "Tandem",
        0x4341: "Acorn",
        0x4453: "NT-security",
        0x4704: "VM-CMS",
        0x470F: "MVS",
        0x4B46: "FWKCS",
        0x4C41: "OS2-ACL",
        0x4D49: "OpenVMS",
        0x4D63: "Mac-Smith",
        0x4F4C: "Xceed",
        0x5356: "AOS",
        0x554E: "Xceed-unicode",
        0x6542: "BeOS",
        0x6854: "THEOS",
        0x6DFF: "6dff",
        0x7441: "AtheOS",
        0x7B54: "7b54",
        0xA11E: "alignment",
        0xA220: "padding",
        0xCAFE: "jar",
        0xD935: "Android",
        0xFB4A: "SMS",
        0xFD4A: "SMS-2",
        0xE57A: "ALZip",
        0x9902: "9902",
        0x0000: "zero",
        0xFFFF: "last",
    }
    for identifier, what in others.items():
        for how, data in (("empty", b""), ("zeros", bytes(24)), ("ones", b"\xff" * 24)):
            if name == b"deps/x.tgz":
                yield f"{what}-{how}", field(identifier, data)
    yield "alignment-of-zipalign", bytes(3)
    yield "alignment-of-zipalign-1", bytes(1)
    yield "alignment-of-zipalign-8", bytes(8)
    yield "android-4096", field(0xD935, struct.pack("<H", 4096) + bytes(100))
    yield "beyond-its-end", field(0x5455, b"\x01", length=200)
    yield "beyond-its-end-unknown", field(0x1234, b"\x01", length=5)
    yield "header-alone", b"\x55\x54"
    yield "twice", field(0x1234, b"1") + field(0x1234, b"2")
    yield "hides-a-record", field(0x1234, b"PK\x03\x04" + bytes(26))
    yield "hides-a-descriptor", field(0x1234, b"PK\x07\x08" + bytes(12))
    yield "long", field(0x1234, bytes(65000))


def variants(parts: Parts) -> Iterator[Variant]:
    for what, data in fields(b"deps/x.tgz"):
        for where in PLACES:
            made = parts.zip()
            made.entries[2].extra(data, where)
            yield f"extra/{what}/{where}/deps/x.tgz", made
    # On the module, which is stored; on a directory; and where no mode of the central record would say otherwise.
    for what, data in fields(b"hello.so"):
        made = parts.zip()
        made.entries[1].extra(data, "local")
        yield f"extra/{what}/local/hello.so", made
    for what, data in fields(b"deps/"):
        made = parts.zip(with_folder=True)
        made.entries[2].extra(data)
        yield f"extra/{what}/both/deps/", made
    for what, data in fields(b"other"):
        for host in (0, 3):
            made = parts.zip()
            made.entries[2].extra(data)
            made.entries[2].mode, made.entries[2].host = 0, host
            yield f"extra/{what}/both/without-mode/host-{host}", made
    yield from descriptors(parts)
    yield from different(parts)


def descriptors(parts: Parts) -> Iterator[Variant]:
    """Readers from the front learn sizes late: what the fields say before that counts."""
    for what, data in fields(b"module.json"):
        made = parts.zip()
        made.entries[0].extra(data)
        made.entries[0].descriptor = "signed"
        yield f"extra/{what}/both/described", made


def different(parts: Parts) -> Iterator[Variant]:
    """The same field in both headers, with other values."""
    pairs = {
        "ux": [field(0x7875, struct.pack("<BBLBL", 1, 4, uid, 4, uid)) for uid in (0, 1234)],
        "UT": [field(0x5455, times(1, time)) for time in (1_600_000_000, 1_700_000_000)],
        "xl": [field(0x6C78, libarchive(0x0314, 0, mode << 16)) for mode in (FILE | 0o600, FILE | 0o755)],
        "asi": [field(0x756E, asi(mode)) for mode in (FILE | 0o600, FILE | 0o755)],
    }
    for at, member in enumerate(MEMBERS):
        for what, (local, central) in pairs.items():
            made = parts.zip()
            made.entries[at].local_extra, made.entries[at].central_extra = local, central
            yield f"extra/{what}/different/{member}", made
