"""Bundles: a good one, and what is near it."""

import io
import json
import random
import struct
import zipfile

MODULE = b"\x7fELF, as far as an unpacker looks"


def metadata(**changed):
    """The fields that an unpacker asks for; `...` takes one out."""
    document = {
        "module_name": "m",
        "module_file": "m.so",
        "architecture": "x86_64",
        "version": 10203,
        "operating_systems": ["rhel9", "ubuntu22.04"],
        **changed,
    }
    return {key: value for key, value in document.items() if value is not ...}


def bundle(document=None, *, text=None, method=zipfile.ZIP_DEFLATED, more=(), module="m.so", name="module.json"):
    """A bundle of this `module.json`, in that text where it is none; `more` entries are `(name, content)`."""
    text = json.dumps(metadata() if document is None else document) if text is None else text
    entries = [(module, MODULE), (name, text), *more]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zip_file:
        for entry, content in entries:
            if entry is not None:
                zip_file.writestr(zipfile.ZipInfo(entry) if entry.endswith("/") else entry, content, method)
    return out.getvalue()


def with_dependencies():
    return bundle(more=[("deps/", b""), ("deps/a.tgz", b"dependency a"), ("deps/b/c", b"c")])


VALUES = [None, True, False, 0, -0.0, 1, 1.9, -5, 10203, 1e300, 1e400, float("nan"), "", " ", "0", "1.9", " 7 ", "1_0", "8.4.0", "abc", "x86_64"]
VALUES += ["aarch64", "arm64", "nan", "inf", "\u0664", "\ud800", "a\0b", [], [1], [[]], {}, {"a": 1}, "m.so", "M.SO", "deps/", "module.json"]
SYSTEMS = ["rhel9", "bionic", "9", "", "Red Hat 8.9", "a1.2.3.4", "ä1", "a\u0661.\u0662", "_1", "1a", None, 8, 8.5, ["rhel8"], {"rhel8": 1}]


def matrix():
    """`(what, bundle)`, several thousand: good, bad, and one step or a few from good."""
    yield "good", bundle()
    yield "dependencies", with_dependencies()
    yield "empty", b""
    yield "text", b"author: me\n" * 100
    yield "behind a script", b"#!/bin/sh\nexit\n" + bundle()
    yield "before more", bundle() + b"more" * 10
    yield from names()
    yield from documents()
    yield from methods()
    yield from bytes_changed()


def names():
    for name in ["README.md", "deps", "deps/a", "deps/a.so", "deps/../a", "dir/", "x.so", "x.so.debug", "dir/module.json", "module.json", "../x"]:
        yield f"with {name}", bundle(more=[(name, b"{")])
        yield f"with {name} first", bundle(module=name, more=[("m.so", MODULE)])
    for name in ["dir/m.so", "m.dylib", "deps/m.so", "ä.so", "module.json", ""]:
        yield f"module {name}", bundle(metadata(module_file=name), module=name or "m.so")
    yield "no module", bundle(module=None)
    yield "no metadata", bundle(name=None)
    yield "nothing", bundle(module=None, name=None)
    yield "with README.md and deps/a.so", bundle(module="deps/a.so", more=[("README.md", b"")])


def documents():
    for key in metadata():
        yield f"{key} missing", bundle(metadata(**{key: ...}))
        for value in VALUES:
            yield f"{key} {value!r}", bundle(metadata(**{key: value}))
    for key in ["os_list", "operating_systems"]:
        for system in SYSTEMS:
            yield f"{key} [{system!r}]", bundle(metadata(**{key: [system]}))
            yield f"{key} {system!r}", bundle(metadata(**{key: system}))
    good = json.dumps(metadata())
    for text in ["", "null", "[]", "3", '"m"', good + ",", good[:-1], "\ufeff" + good, good.replace("{", "{,"), good.replace("1", "01")]:
        yield f"the text {text[:20]!r}", bundle(text=text)
    for encoding in ["latin-1", "utf-16", "utf-32-le", "utf-8-sig"]:
        yield f"in {encoding}", bundle(text=json.dumps(metadata(author="ä"), ensure_ascii=False).encode(encoding))
    yield "a long number", bundle(text=good.replace("10203", "9" * 5000))
    for depth in [50, 400, 900, *range(960, 1000, 4), 1100, 5000, 100_000]:
        yield f"{depth} deep", bundle(text='{"a": ' + "[" * depth + "]" * depth + ", " + good[1:])
        yield f"a system {depth} deep", bundle(text=good.replace('"rhel9"', "[" * depth + "]" * depth))


def methods():
    for method in [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]:
        yield f"method {method}", bundle(method=method, more=[("deps/a", b"a" * 1000)])
    for flag in [1, 1 << 5, 1 << 6, 1 << 11, 1 << 13]:
        changed = bytearray(bundle())
        for signature, at in [(b"PK\1\2", 8), (b"PK\3\4", 6)]:
            start = changed.find(signature)
            struct.pack_into("<H", changed, start + at, flag)
        yield f"flags {flag:#x}", bytes(changed)


def bytes_changed():
    small = bundle(metadata(operating_systems=...), more=[("deps/d", b"d")])
    for at in range(len(small)):
        for bit in range(8):
            changed = bytearray(small)
            changed[at] ^= 1 << bit
            yield f"bit {bit} of byte {at}", bytes(changed)
        yield f"cut at {at}", small[:at]
        yield f"from {at}", small[at:]
        yield f"without byte {at}", small[:at] + small[at + 1 :]
    dice = random.Random(2519)
    for round_ in range(1500):
        changed = bytearray(small)
        for _ in range(dice.randint(2, 5)):
            changed[dice.randrange(len(changed))] = dice.choice([0, 1, 2, 8, 0x50, 0x7F, 0x80, 0xFF])
        yield f"several bytes, round {round_}", bytes(changed)
