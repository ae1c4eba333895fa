"""Variants of names: what systems, terminals and old readers take for something else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from bundle import Parts
from variants_extra import Variant, unicode
from zips import FAT, STORED, UTF8, Entry, field, folder


def path(length: int) -> str:
    """So long a path, `deps/` in front of it included, of folders whose names are not."""
    left = length - len("deps/")
    whole = ("x" * 199 + "/") * (left // 200) + "y" * (left % 200)
    return whole if left % 200 else whole[:-1] + "y"


# After `deps/`; metadata names each as it stands, where it can.
NAMES = {
    "version": "x.tgz;1",
    "version-long": "x.tgz;123",
    "version-letters": "x.tgz;a",
    "version-empty": "x.tgz;",
    "version-twice": "x.tgz;1;2",
    "version-folder": "a;1/x.tgz",
    "semicolon": ";",
    "semicolon-1": ";1",
    "dot-at-end": "x.",
    "space-at-end": "x.tgz ",
    "space-at-start": " x.tgz",
    "space-inside": "x y.tgz",
    "dots": "...",
    "dot-file": ".x.tgz",
    "dash": "-x.tgz",
    "tilde": "~",
    "tilde-root": "~root",
    "backslash": "a\\x.tgz",
    "colon": "a:x.tgz",
    "drive": "C:x.tgz",
    "control": "x\x01.tgz",
    "escape": "x\x1b[2J.tgz",
    "newline": "x\ny.tgz",
    "tab": "x\ty.tgz",
    "delete": "x\x7f.tgz",
    "return": "x\r.tgz",
    "double-slash": "a//x.tgz",
    "dot-component": "./x.tgz",
    "dot-inside": "a/./x.tgz",
    "climbs": "../x.tgz",
    "climbs-inside": "a/../x.tgz",
    "question": "x?.tgz",
    "star": "x*.tgz",
    "quote": 'x"y.tgz',
    "apostrophe": "x'y.tgz",
    "less": "x<.tgz",
    "bar": "x|y.tgz",
    "dollar": "x$HOME.tgz",
    "percent": "x%41.tgz",
    "percent-2f": "x%2fy.tgz",
    "hash": "x#y.tgz",
    "hash-u": "x#U00e9.tgz",
    "at": "@x.tgz",
    "ampersand": "x&y.tgz",
    "brackets": "x[1].tgz",
    "braces": "{a,b}.tgz",
    "caret": "x^.tgz",
    "comma": "x,y.tgz",
    "equals": "x=y.tgz",
    "plus": "x+y.tgz",
    "backquote": "`id`.tgz",
    "exclamation": "!x.tgz",
    "parens": "x(1).tgz",
    "device": "nul.tgz",
    "device-con": "con",
    "device-space": "nul .tgz",
    "device-spaces": "COM1  .tgz",
    "device-in": "CONIN$",
    "device-out": "conout$.tgz",
    "long-name-8.3": "X~1.TGZ",
    "upper": "X.TGZ",
    "255": "x" * 251 + ".tgz",
    "256": "x" * 252 + ".tgz",
    "254": "x" * 250 + ".tgz",
    "251": "x" * 247 + ".tgz",
    "200-folder": "x" * 200 + "/x.tgz",
    "256-folder": "x" * 256 + "/x.tgz",
    **{
        f"{length}-path": path(length)
        for length in (260, 300, 1023, 1024, 1025, 2000, 4000, 4090, 4095, 4096, 4097, 5000, 33000, 65000)
    },
    "dot-slash-file": "a/.",
    "jar": "META-INF/MANIFEST.MF",
    "ds-store": ".DS_Store",
    "mac": "__MACOSX/._x.tgz",
    "icon": "Icon\r",
    "proto": "__proto__",
    "proto-folder": "__proto__/x.tgz",
    "constructor": "constructor",
    "prototype": "prototype",
    "to-string": "toString",
    "has-own": "hasOwnProperty",
    "apple-double": "._x.tgz",
    "resource": "x.tgz/..namedfork/rsrc",
    "rsrc": "x.rsrc",
    "trailing-version-dot": "x.tgz;1.",
    "version-plus": "x.tgz;+1",
    "version-0": "x.tgz;0",
}
BYTES = {
    "utf8-unflagged": "ö.tgz".encode(),
    "utf8-decomposed": unicodedata.normalize("NFD", "ö.tgz").encode(),
    "cp437": "ö.tgz".encode("cp437"),
    "latin1": "ö.tgz".encode("latin1"),
    "nul": b"x.tgz\0.txt",
    "nul-at-end": b"x.tgz\0",
    "invalid": b"x\xff\xfe.tgz",
    "overlong": b"x\xc0\xaf.tgz",
    "c1": b"x\x9b.tgz",
    "bom": b"\xef\xbb\xbfx.tgz",
    "fullwidth": "x／y.tgz".encode(),
    "zero-width": "x\u200b.tgz".encode(),
    "surrogate": b"\xed\xa0\x80.tgz",
}
FLAGS = (0, UTF8)
MODULES = (
    "hello.so;1",
    "HELLO.SO",
    "a/hello.so",
    "hello so",
    "hello.so.",
    ".hello.so",
    "-hello.so",
    "x" * 251 + ".so",
    "x" * 252 + ".so",
    "~.so",
    "__proto__",
    "hello",
    "lib/hello.so;2",
    "hello+1.so",
    "hello,1.so",
    "hello@1.so",
    "hello#1.so",
    "hello%1.so",
)


def variants(parts: Parts) -> Iterator[Variant]:
    for what, name in NAMES.items():
        for host in (3,) if len(name) > 2000 else (3, FAT, 11, 2):
            made = parts.zip(dependency=name)
            made.entries[2].host = host
            if host != 3:
                made.entries[2].mode = 0
            yield f"names/{what}/host-{host}", made
        made = parts.zip(dependency=name)
        made.entries[2].flags = UTF8
        yield f"names/{what}/utf8", made
        made = parts.zip()
        made.entries.append(folder(f"deps/{name}/".encode()))
        yield f"names/{what}/as-folder", made
    for what, name in BYTES.items():
        for flags in FLAGS:
            for host in (3, FAT, 11):
                made = parts.zip(dependency=name.decode("utf-8", "replace"))
                entry = made.entries[2]
                entry.name, entry.flags, entry.host = b"deps/" + name, flags, host
                yield f"names/{what}/flags-{flags:#x}/host-{host}", made
    for name in MODULES:
        yield f"names/module/{name[:20]}", parts.zip(module=name)
    yield from pairs(parts)
    yield from places(parts)


def pairs(parts: Parts) -> Iterator[Variant]:
    """A dependency beside another file whose name some readers take for the same."""
    for what, other in (
        ("case", b"deps/X.TGZ"),
        ("version", b"deps/x.tgz;1"),
        ("same", b"deps/x.tgz"),
        ("slash", b"deps/x.tgz/"),
        ("dot", b"deps/x.tgz."),
        ("space", b"deps/x.tgz "),
        ("double-slash", b"deps//x.tgz"),
        ("dot-slash", b"./deps/x.tgz"),
        ("short", b"deps/X~1.TGZ"),
        ("deps-case", b"DEPS/y"),
        ("deps-case-same", b"Deps/x.tgz"),
        ("beside", b"deps.tgz"),
        ("file-deps", b"deps"),
        ("metadata-case", b"Module.json"),
        ("metadata-version", b"module.json;1"),
        ("module-version", b"hello.so;1"),
        ("metadata-dot", b"module.json."),
    ):
        made = parts.zip()
        made.entries.append(Entry(other, b"other", STORED))
        yield f"names/beside/{what}", made
    made = parts.zip(dependency="x.tgz;1", key="x.tgz")
    yield "names/key/version", made
    for what, key in (("version", "x;1"), ("dots", "x..y"), ("space", "x y"), ("upper", "X"), ("plus", "x+y")):
        made = parts.zip(key=key, dependency=key)
        yield f"names/key/{what}", made


def places(parts: Parts) -> Iterator[Variant]:
    """Unicode path fields whose name is the same, with the flag and without."""
    for flags in FLAGS:
        made = parts.zip()
        made.entries[2].extra(field(0x7075, unicode(b"deps/x.tgz", b"deps/x.tgz")))
        made.entries[2].flags = flags
        yield f"names/path-field/flags-{flags:#x}", made
    for at, where in enumerate(("first", "second", "last")):
        made = parts.zip(with_folder=True)
        made.entries.insert(min(at * 2, 4), made.entries.pop(2))
        yield f"names/folder-{where}", made
    made = parts.zip()
    made.entries.append(folder(b"deps/"))
    yield "names/folder-after-its-files", made
    made = parts.zip()
    made.entries.append(folder(b"empty/"))
    yield "names/folder-empty", made
    made = parts.zip()
    made.entries.append(folder(b"deps/empty/"))
    yield "names/folder-empty-inside", made
