"""Variants of a dependency's archive: records of pax, numbers, names and kinds that tars take differently."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tars import again, base256, filled, header, member, pax
from variants_keys import RECORDS

Tar = tuple[str, bytes]


def variants() -> Iterator[Tar]:
    """Names of what is tried, and the tar."""
    plain = member(b"data/words.txt")
    yield "ordinary", plain
    yield from keys(plain)
    yield from globals_(plain)
    yield from numbers()
    yield from names()
    yield from others(plain)
    yield from starts(plain)


def starts(plain: bytes) -> Iterator[Tar]:
    """The first name is how another format starts, or is in many folders; or the end is no whole block."""
    for name in (
        *(b"BZh91AY&SY", b"BZh1", b"MSCF", b"MZ", b"070701", b"070702", b"070707", b"\x71\xc7\x8e", b"LZIP", b"LRZI"),
        *(b"begin 644 x", b"#mtree", b"WARC/1.0", b"xar!", b"Rar!", b"7z", b"PK00", b"!<arch>", b"x -lh5-", b"]"),
    ):
        for magic in (b"ustar\x0000", b"ustar  \0", bytes(8)):
            yield f"starts/{name!r}/{magic!r}", member(name, magic=magic) + plain
    for name in (b"\xfd7zXZ", b"\x1f\x8b\x08", b"\x1f\x9d\x90", b"(\xb5/\xfd", b"Z*M\x18", b"\xed\xab\xee\xdb"):
        yield f"starts/header/{name!r}", pax((b"comment", b"x"), name=name) + plain
    for count in (200, 256, 257, 999, 1000, 1024, 1025):
        yield f"deep/{count}", pax((b"path", b"d/" * (count - 1) + b"x")) + member(b"x")
    for length in (1, 100, 511, 512):
        yield f"ends/{length}", plain + bytes(length)


def keys(plain: bytes) -> Iterator[Tar]:
    for key, all_values in RECORDS.items():
        for value in all_values:
            yield f"pax/{key!r}={value!r}", pax((key, value)) + plain
    for key, value in (
        (b"uid", b"1"),
        (b"mtime", b"1"),
        (b"comment", b"x"),
        (b"uname", b"x"),
        (b"hdrcharset", b"BINARY"),
        (b"SCHILY.xattr.user.x", b"v"),
    ):
        yield f"pax/twice/{key!r}", pax((key, value), (key, value + b"2")) + plain
    for text in (
        b"",
        b"\n",
        b"11 path=evil",
        b"5 a=\n",
        b"6 a=b\n\0",
        b"7 a=b\n\n",
        b"06 a=b\n",
        b"6 a=b\n6 a=c\n",
        b"6\ta=b\n",
        b"12 path=evil\n6 a=b\n",
        b"3 \n",
    ):
        yield f"pax/text/{text!r}", member(b"p", text, b"x") + plain
    binary = pax((b"hdrcharset", b"BINARY"), (b"path", b"data/\xff\xfe"))
    yield "pax/binary-path", binary + plain
    yield "pax/long-value", pax((b"comment", b"x" * 70000)) + plain
    yield "pax/many", pax(*[(b"VENDOR.%d" % at, b"x") for at in range(3000)]) + plain
    yield "pax/name-of-header", pax((b"comment", b"x"), name=b"../../etc/x") + plain
    yield "pax/upper-x", pax((b"comment", b"x"), kind=b"X") + plain
    yield "pax/upper-x-path", pax((b"path", b"evil"), kind=b"X") + plain
    yield "pax/longest-name", pax((b"path", b"data/" + b"x" * 250)) + plain


def globals_(plain: bytes) -> Iterator[Tar]:
    for key, value in (
        (b"comment", b"x"),
        (b"mtime", b"1"),
        (b"mtime", b"x"),
        (b"uid", b"1000"),
        (b"uid", b"x"),
        (b"gid", b"-1"),
        (b"uname", b"daemon"),
        (b"hdrcharset", b"BINARY"),
        (b"charset", b"BINARY"),
        (b"atime", b"x"),
        (b"path", b"evil"),
        (b"size", b"4"),
        (b"linkpath", b"x"),
        (b"SCHILY.xattr.user.x", b"v"),
        (b"SCHILY.realsize", b"100"),
        (b"GNU.sparse.name", b"evil"),
        (b"VENDOR.x", b"x"),
        (b"GNU.volume.label", b"x"),
        (b"path\0", b"evil"),
        (b"SCHILY.fflags", b"uchg"),
    ):
        yield f"global/{key!r}={value!r}", pax((key, value), kind=b"g") + plain
        yield f"global-after/{key!r}={value!r}", plain + pax((key, value), kind=b"g") + member(b"data/second.txt")
    yield "global/twice", pax((b"comment", b"x"), kind=b"g") * 2 + plain
    yield "global/at-end", plain + pax((b"comment", b"x"), kind=b"g")
    yield "global/empty", member(b"g", b"", b"g") + plain
    yield "global/malformed", member(b"g", b"x", b"g") + plain
    yield "global/between", pax((b"mtime", b"1")) + pax((b"comment", b"x"), kind=b"g") + plain
    yield "global/nuls", member(b"g", b"6 a=b\n" + bytes(10), b"g") + plain


def numbers() -> Iterator[Tar]:
    texts = {
        8: (
            b"",
            b"        ",
            b"0000000\0",
            b"00001750",
            b"1750\0",
            b"   1750 ",
            b"-1\0",
            b"0x1\0",
            b"8\0",
            b"1 2\0",
            b"\0001750",
            b"+1\0",
            b"1_0\0",
            b"\t1\0",
        ),
        12: (b"", b" " * 12, b"0", b"14524770400 ", b"777777777777", b"-1\0", b"x\0"),
    }
    for field, width in (("mode", 8), ("uid", 8), ("gid", 8), ("mtime", 12), ("devmajor", 8), ("devminor", 8)):
        for text in texts[width]:
            yield f"number/{field}={text!r}", member(b"data/words.txt", **{field: text})
            if field in ("uid", "gid"):
                # Where the name is unknown to the system, the number counts.
                unknown = {"uname": b"", "gname": b"nobody-here"}
                yield f"number/{field}={text!r}/unknown", member(b"data/words.txt", **{field: text}, **unknown)
        # The latest time of JavaScript is 8,640,000,000,000.
        for value in (0, 1000, -1, -2, 2**31, 2**32, 2**40, 8_640_000_000_001, 2**53, 2**63 - 1, 2**64):
            if value < 1 << (8 * width - 2):
                yield f"number/{field}/base256={value}", member(b"data/words.txt", **{field: base256(value, width)})
    for value in (b"00000000010 ", b"10\0", b"         10 ", b"000000000010", base256(8, 12)):
        yield f"number/size={value!r}", member(b"data/words.txt", size=value)
    for mode in (0, 0o100, 0o111, 0o222, 0o777, 0o100644, 0o170644, 0o1000644, 0o4644, 0o2755, 0o1755):
        yield f"number/mode={mode:o}", member(b"data/words.txt", mode=b"%07o\0" % mode)


def names() -> Iterator[Tar]:
    for name in (
        b"h:x",
        b"host:data/x",
        b"user@host:x",
        b"a/h:x",
        b"C:x",
        b"C:/x",
        b"-x",
        b"--help",
        b"@x",
        b"x ",
        b" x",
        b"x.",
        b"./x",
        b"././x",
        b"data//x",
        b"data/./x",
        b"/x",
        b"//x",
        b"a/../x",
        b"../x",
        b"x\n",
        b"x\\y",
        b"x\t",
        b"x*",
        b"x?",
        b"[x]",
        b"x;1",
        b"~/x",
        b"$HOME",
        b"`id`",
        "ö".encode(),
        "o\u0308".encode(),
        b"\xff",
        b"._x",
        b"._data/words.txt",
        b".",
        b"./",
        b"data",
        b"x" * 100,
        b"con",
        b"aux.txt",
        b"x:",
        b":x",
        b"d/x" * 30,
        b"\x7f",
        b"..",
        b"...",
        b"..x",
        b"x/..",
        b"PaxHeaders/x",
        b"PaxHeader/x",
        b"@LongLink",
        b"././@LongLink",
        b".SCHILY",
        b"GNUSparseFile.1/x",
        b"pax_global_header",
        b"__MACOSX/x",
        b"%41",
        b"a b/c d",
        b"x/",
        b"x//",
    ):
        yield f"name/{name!r}"[:60], member(name)
        yield f"name/folder/{name!r}"[:60], header(name, 0, b"5", mode=b"0000755\0") + member(b"data/words.txt")
    for prefix, name in (
        (b"data", b"x"),
        (b"/", b"x"),
        (b"", b"x"),
        (b"data/", b"x"),
        (b"data", b"/x"),
        (b"h:", b"x"),
        (b"x" * 155, b"y"),
        (b"data", b""),
        (b"..", b"x"),
    ):
        yield f"name/prefix/{prefix[:20]!r}-{name!r}", member(name, prefix=prefix)
    for magic in (
        b"ustar  \0",
        b"\0" * 8,
        b"ustar\0  ",
        b"ustar\x0000",
        b"ustar   ",
        b"ustar\0\0\0",
        b"Ustar\x0000",
        b"ustar\x0001",
    ):
        yield f"name/magic/{magic!r}", member(b"data/words.txt", magic=magic)
        yield f"name/magic-old-kind/{magic!r}", member(b"data/words.txt", b"content\n", b"\0", magic=magic)
    yield "name/long-gnu", member(b"././@LongLink", b"data/" + b"x" * 200 + b"\0", b"L") + member(b"data/x")
    yield "name/long-gnu-no-nul", member(b"././@LongLink", b"data/" + b"x" * 200, b"L") + member(b"data/x")
    yield (
        "name/long-gnu-magic",
        member(b"././@LongLink", b"data/" + b"x" * 200 + b"\0", b"L", magic=b"ustar  \0")
        + member(b"data/x", magic=b"ustar  \0"),
    )
    yield "name/long-gnu-twice", member(b"././@LongLink", b"data/y\0", b"L") * 2 + member(b"data/x")
    yield "name/long-gnu-slash", member(b"././@LongLink", b"data/y/\0", b"L") + member(b"data/x")
    yield "name/long-gnu-spaces", member(b"././@LongLink", b"data/y  \0", b"L") + member(b"data/x")
    yield "name/long-gnu-prefix", member(b"././@LongLink", b"data/y\0", b"L") + member(b"x", prefix=b"data")
    yield (
        "name/pax-then-gnu",
        pax((b"path", b"data/y")) + member(b"././@LongLink", b"data/y\0", b"L") + member(b"data/x"),
    )
    yield (
        "name/gnu-then-pax",
        member(b"././@LongLink", b"data/y\0", b"L") + pax((b"path", b"data/y")) + member(b"data/x"),
    )
    yield (
        "name/gnu-then-pax-other",
        member(b"././@LongLink", b"data/y\0", b"L") + pax((b"mtime", b"1")) + member(b"data/x"),
    )


def others(plain: bytes) -> Iterator[Tar]:
    yield "twice", plain + member(b"data/words.txt", b"other\n")
    yield "twice-dot-slash", plain + member(b"./data/words.txt", b"other\n")
    yield "twice-slashes", plain + member(b"data//words.txt", b"other\n")
    yield "twice-case", plain + member(b"data/WORDS.txt", b"other\n")
    yield "twice-folder", header(b"data/", 0, b"5", mode=b"0000755\0") * 2 + plain
    yield (
        "folder-modes",
        header(b"data/", 0, b"5", mode=b"0000700\0") + header(b"data/", 0, b"5", mode=b"0000755\0") + plain,
    )
    for mode in (0, 0o100, 0o500, 0o555, 0o700, 0o711, 0o775, 0o777, 0o1777, 0o2755, 0o40755):
        for name in (b"data/", b"./", b"data"):
            text = b"%07o\0" % mode
            yield f"folder-mode/{mode:o}/{name.decode()}", header(name, 0, b"5", mode=text) + plain
            yield f"folder-mode/{mode:o}/{name.decode()}/behind", plain + header(name, 0, b"5", mode=text)
    for text in (b"", b" " * 8, b"0755\0", b"   755 ", base256(0o755, 8)):
        yield f"folder-mode/{text!r}", header(b"data/", 0, b"5", mode=text) + plain
    yield "folder-modes/less", b"".join(header(b"data/", 0, b"5", mode=mode) for mode in (b"0000775\0", b"0000755\0"))
    yield (
        "folder-modes/around",
        header(b"data/", 0, b"5", mode=b"0000755\0") + plain + header(b"data/", 0, b"5", mode=b"0000500\0"),
    )
    yield (
        "folder-modes/behind",
        header(b"data/", 0, b"5", mode=b"0000700\0") + plain + header(b"data/", 0, b"5", mode=b"0000755\0"),
    )
    yield "folder-unwritable", header(b"data/", 0, b"5", mode=b"0000000\0") + plain
    yield "folder-size", header(b"data/", 512, b"5", mode=b"0000755\0") + filled(plain[:10]) + plain
    yield "folder-old", header(b"data/", 0, b"\0", mode=b"0000755\0") + plain
    yield "folder-no-slash", header(b"data", 0, b"5", mode=b"0000755\0") + plain
    yield "empty", b""
    yield "link-name-on-a-file", member(b"data/words.txt", link=b"/etc/hostname")
    for link in (b"data/words.txt", b"/nowhere"):
        yield f"link-name-on-an-empty-file/{link!r}", plain + member(b"x", b"", link=link)
        yield f"linkpath-on-an-empty-file/{link!r}", plain + pax((b"linkpath", link)) + member(b"x", b"")
    yield "link-name-on-a-folder", header(b"data/", 0, b"5", mode=b"0000755\0", link=b"x") + plain
    alike = ("o\u0308".encode(), "ö".encode())
    yield "names-alike", b"".join(pax((b"path", name)) + member(b"data/x", name) for name in alike)
    yield "device-on-a-file", member(b"data/words.txt", devmajor=b"0000001\0", devminor=b"0000003\0")
    for kind in b"0123456789ADEIKLMNSVXZaxg~\xff ":
        for size in (0, 8):
            yield (
                f"kind/{bytes([kind])!r}/{size}",
                member(b"data/x", b"content\n"[:size], bytes([kind]), link=b"words.txt" if kind in b"12" else b"")
                + plain,
            )
    yield from unused()
    yield "rest-of-header", member(b"data/words.txt", rest=b"x" * 12)
    yield "rest-tar", member(b"data/words.txt", rest=bytes(8) + b"tar\0")
    yield "owner-names", member(b"data/words.txt", uname=b"daemon", gname=b"daemon", uid=b"0000000\0")
    yield "owner-numbers", member(b"data/words.txt", uname=b"", gname=b"", uid=b"0001750\0", gid=b"0001750\0")
    yield "owner-bytes", member(b"data/words.txt", uname=b"\xff\xfe", gname=b"a b")
    yield "padding-not-nul", header(b"data/words.txt", 8) + b"content\n" + b"x" * 504
    yield "after-first-nul-block", plain + bytes(512) + member(b"data/y")
    yield (
        "sparse-1.0",
        pax(
            (b"GNU.sparse.major", b"1"),
            (b"GNU.sparse.minor", b"0"),
            (b"GNU.sparse.name", b"data/z"),
            (b"GNU.sparse.realsize", b"20"),
        )
        + member(b"data/x", b"1\n0\n8\n".ljust(512, b"\0") + b"content\n"),
    )
    long = member(b"data/long", b"x" * 513) + plain
    for key, value in ((b"SUN.holesdata", b" 0 8"), (b"SCHILY.filetype", b"sparse"), (b"SCHILY.realsize", b"8")):
        yield f"sparse/{key.decode()}", pax((key, value)) + long
        yield f"sparse/global/{key.decode()}", pax((key, value), kind=b"g") + long
    yield "archtype", pax((b"SCHILY.archtype", b"xustar"), kind=b"g") + member(b"x", prefix=b"d/" * 69 + b"d")
    yield "realsize-larger", pax((b"SCHILY.realsize", b"1048576")) + plain
    yield "realsize-smaller", pax((b"SCHILY.realsize", b"4")) + plain
    yield (
        "capability",
        pax((b"SCHILY.xattr.security.capability", struct.pack("<LLLLL", 0x02000001, 1, 0, 0, 0))) + plain,
    )


def unused() -> Iterator[Tar]:
    """Bytes where the format has none, or GNU's has what a file needs not: times, an offset, the map of a sparse file."""
    for magic in (b"ustar  \0", bytes(8)):
        for at in (345, 346, 357, 369, 381, 386, 398, 410, 482, 483, 495, 500, 511):
            for value in (b"1", b"\1"):
                block = header(b"data/words.txt", 8, magic=magic)
                block = again(block[:at] + value + block[at + 1 :])
                yield f"unused/{magic!r}/{at}/{value!r}", block + filled(b"content\n") + member(b"data/z")
    for fields in ({"link": b"\0x"}, {"uname": b"root\0x"}, {"prefix": b"d\0x"}, {"prefix": b"\0x"}):
        yield f"unused/{fields!r}", member(b"data/words.txt", **fields)
    yield "unused/name", member(b"data/words.txt\0x")
    yield "unused/times-of-star", member(b"x", prefix=b"d".ljust(131, b"\0") + b"14524770400 14524770400 ")
