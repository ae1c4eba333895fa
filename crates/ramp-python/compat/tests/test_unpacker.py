"""What `unpack` gives and raises, and what it costs; beside ramp-packer itself in test_reference.py."""

import gc
import io
import json
import os
import pickle
import random
import struct
import sys
import warnings
import zipfile

import bundles
import pytest

from RAMP import _steps
from RAMP.unpacker import INVALID_METADATA, MAX_ENTRIES, UnpackerPackageError, normalize_dependencies, unpack


def test_a_good_bundle(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(bundles.with_dependencies())
    for bundle in [path, str(path), io.BytesIO(path.read_bytes()), path.open("rb")]:
        metadata, module, dependencies = unpack(bundle)
        assert metadata["version"] == 10203 and type(metadata["version"]) is int
        assert metadata["operating_systems"] == [{"name": "rhel", "version": "9"}, {"name": "ubuntu", "version": "22.04"}]
        assert (module.name, module.read(5), module.read(), module.read()) == ("m.so", bundles.MODULE[:5], bundles.MODULE[5:], b"")
        assert {name: file.read() for name, file in dependencies.items()} == {"deps/a.tgz": b"dependency a", "deps/b/c": b"c"}
        # As of a file on the disk.
        assert module.seek(2) == 2 and module.read(2) == bundles.MODULE[2:4] and list(dependencies["deps/b/c"]) == []
        if not isinstance(bundle, (str, os.PathLike)):
            # Closing the caller's file is for the caller.
            assert not bundle.closed
            bundle.close()


REFUSED = [
    ({"module_name": ""}, "Empty module name", "module_name_missing"),
    ({"architecture": "arm64"}, "Architecture must be 64 bits", "module_architecture_not_supported"),
    ({"version": 0}, "Missing version", "module_version_missing"),
    ({"version": "8.4.0"}, "Module version should be an integer", "module_version_not_integer"),
    ({"operating_systems": ["bionic"]}, "Can't parse OS 'bionic'", "module_os_list_invalid"),
    ({"os_list": [None]}, "Can't parse OS 'None'", "module_os_list_invalid"),
]


@pytest.mark.parametrize("changed, reason, code", REFUSED)
def test_metadata_that_is_refused(changed, reason, code):
    with pytest.raises(UnpackerPackageError) as caught:
        unpack(io.BytesIO(bundles.bundle(bundles.metadata(**changed))))
    error = caught.value
    assert (error.args, error.reason, error.error_code, error.error_details) == ((INVALID_METADATA,), reason, code, None)
    assert str(error) == f"module metadata invalid, reason: {reason}"
    again = pickle.loads(pickle.dumps(error))
    assert (again.args, again.reason, again.error_code) == (error.args, reason, code)


@pytest.mark.parametrize("bundle", [b"", b"text", bundles.bundle()[:-30]])
def test_no_zip(bundle):
    with pytest.raises(UnpackerPackageError, match="Failed to extract bundle, reason: None"):
        unpack(io.BytesIO(bundle))


@pytest.mark.parametrize("bundle", ["missing.zip", ".", "a\0b"])
def test_no_file(bundle):
    with pytest.raises(UnpackerPackageError, match="Failed to read module.json, reason: None"):
        unpack(bundle)


@pytest.mark.parametrize("more", [["README.md"], ["a.so"], ["deps/a.so"], ["dir/"]])
def test_files_that_do_not_belong(more):
    with pytest.raises(UnpackerPackageError) as caught:
        unpack(io.BytesIO(bundles.bundle(more=[(name, b"") for name in more])))
    assert caught.value.error_code == "invalid_number_of_files"


def test_what_python_raises():
    for document, error in [(bundles.metadata(version=...), KeyError), ([], TypeError), (bundles.metadata(version=1e400), OverflowError)]:
        with pytest.raises(error):
            unpack(io.BytesIO(bundles.bundle(document)))


def test_damage_shows_where_it_is_read():
    damaged = bytearray(bundles.bundle(method=zipfile.ZIP_STORED))
    damaged[damaged.index(bundles.MODULE)] ^= 1
    module = unpack(io.BytesIO(damaged))[1]
    with pytest.raises(zipfile.BadZipFile):
        module.read()


def descriptors():
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="no /proc here")
def test_files_are_closed(tmp_path):
    path, bad = tmp_path / "a.zip", tmp_path / "bad.zip"
    path.write_bytes(bundles.with_dependencies())
    bad.write_bytes(bundles.bundle(bundles.metadata(version="x"), more=[("deps/a", b"a")]))
    before = descriptors()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, module, dependencies = unpack(path)
        assert descriptors() == before + 1
        for file in [module, *dependencies.values()]:
            file.close()
        assert descriptors() == before
        unpack(path)
        gc.collect()
        assert descriptors() == before
        for hostile in [bad, tmp_path / "missing", tmp_path]:
            try:
                unpack(hostile)
            except UnpackerPackageError as error:
                kept = error
            # Also while somebody holds the exception, and all frames with it.
            assert descriptors() == before and kept


MEASURE = """
import io, re, sys, time
from RAMP.unpacker import unpack
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read()).group(1))
bundle = io.BytesIO(sys.stdin.buffer.read()) if len(sys.argv) == 1 else sys.argv[1]
before, begun = peak(), time.process_time()
try:
    kept = unpack(bundle)
    while kept[1].read(1 << 16):
        pass
except Exception as error:
    kept = error
print((peak() - before) // 1024, round(time.process_time() - begun, 2), str(kept)[:60], str(kept)[-200:])
"""


def measured(python, *arguments, **words):
    """What a bundle cost: the most memory in MB, and seconds of the processor; and what came out."""
    if not os.path.exists("/proc/self/status"):
        pytest.skip("no /proc here")
    result = python("-c", MEASURE, *arguments, text=False, encoding=None, **words)
    assert result.returncode == 0, result.stderr
    megabytes, seconds, text = result.stdout.decode().split(" ", 2)
    print(megabytes, "MB,", seconds, "s:", text)
    return int(megabytes), float(seconds), text


def test_it_streams(tmp_path, python):
    """A module of 256 MB is read in pieces; what it needs is what a piece needs."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zip_file:
        with zip_file.open("m.so", "w") as module:
            for _ in range(256):
                module.write(bytes(1 << 20))
        zip_file.writestr("module.json", json.dumps(bundles.metadata()))
    megabytes, _, text = measured(python, path)
    assert megabytes < 20 and "m.so" in text


def claimed(bundle, **fields):
    """The bundle with other numbers in its end record."""
    places = {"entries": (10, "<H"), "size": (12, "<I"), "start": (16, "<I")}
    end, changed = bundle.rindex(b"PK\5\6"), bytearray(bundle)
    for name, value in fields.items():
        at, form = places[name]
        struct.pack_into(form, changed, end + at, value)
    return bytes(changed)


def hostile():
    """Bundles that cost much, and the least that is said of them."""
    yield "metadata that inflates", bundles.bundle(text=b'{"a": "' + b" " * (64 << 20) + b'"}'), "4194304 bytes"
    entries = [(f"deps/{number}", b"") for number in range(MAX_ENTRIES)]
    yield "many files", bundles.bundle(more=entries), f"more than {MAX_ENTRIES} files"
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"m"
    directory = entry * (1 << 18)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    yield "a directory of 12 MB", directory + end, "directory"
    yield "nested lists", bundles.bundle(text="[" + "[]," * (1 << 20) + "[]]"), None
    yield "many systems", bundles.bundle(bundles.metadata(os_list=["a1"] * 690_000)), None
    yield "a long system", bundles.bundle(bundles.metadata(os_list=["1" * (3 << 20)])), "Can't parse OS"
    yield "a long version", bundles.bundle(bundles.metadata(version="1" * (3 << 20) + ".x")), "integer"
    yield "a long number", bundles.bundle(text='{"a": ' + "1" * (3 << 20) + "}"), None


def bomb(method, name, size, claims, dictionary=None):
    """A bundle of which an entry inflates to that many bytes, where it `claims` so, else to 100; LZMA's may claim a dictionary."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zip_file:
        for entry in ("module.json", "m.so"):
            with zip_file.open(entry, "w") as file:
                if entry == name:
                    for _ in range(size >> 20):
                        file.write(b" " * (1 << 20))
                elif entry == "module.json":
                    file.write(json.dumps(bundles.metadata()).encode())
        if not claims:
            zip_file.getinfo(name).file_size = 100
        start = zip_file.getinfo(name).header_offset
    changed = bytearray(out.getvalue())
    if dictionary is not None:
        at = start + 30 + len(name)
        assert changed[at + 2 : at + 4] == b"\5\0"
        struct.pack_into("<I", changed, at + 5, dictionary)
    return bytes(changed)


def bombs():
    """Whatever the method, and whatever it claims: `zipfile` inflates all of what it has read, but for deflated entries."""
    for method in [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]:
        for claims, name, said in [(True, "module.json", "4194304 bytes"), (False, "module.json", "Failed"), (True, "m.so", "m.so"), (False, "m.so", "CRC")]:
            yield pytest.param((method, name, 160 << 20, claims), said, id=f"{method} {name} {claims}")
    for name, size, said in [("module.json", 65 << 20, "dictionary of more than 67108864"), ("m.so", 65 << 20, "dictionary"), ("m.so", 0, "m.so")]:
        # What is short needs none.
        yield pytest.param((zipfile.ZIP_LZMA, name, size, True, 0xFFFFFFFF), said, id=f"dictionary {name} {size}")


@pytest.mark.parametrize("given, said", list(bombs()))
def test_what_inflates_inflates_in_steps(given, said, python):
    def within_a_gigabyte():
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    megabytes, seconds, text = measured(python, input=bomb(*given), preexec_fn=within_a_gigabyte)
    assert megabytes < 60 and said in text, text


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_entries_read_as_zipfile_has_them(method):
    """Good ones in pieces of any size, there and back; damaged ones at once."""
    dice = random.Random(method)
    content = dice.randbytes(3000) + bytes(200_000) + dice.randbytes(20_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zip_file:
        zip_file.writestr("a", content)
    good = out.getvalue()

    def read(opened, bundle, sizes, back):
        said = []
        try:
            with zipfile.ZipFile(io.BytesIO(bundle)) as zip_file, opened(zip_file, "a") as file:
                for size in sizes:
                    said.append(file.read(size))
                file.seek(back)
                said.append((file.tell(), file.read()))
        except Exception as error:
            said.append((type(error), str(error)))
        return said

    for _ in range(50):
        sizes = [dice.choice([0, 1, 100, 5000, 70_000, len(content)]) for _ in range(dice.randrange(6))]
        given = (good, sizes, dice.choice([0, 10, 100_000]))
        assert read(_steps.opened, *given) == read(zipfile.ZipFile.open, *given)
    for _ in range(400):
        changed = bytearray(good)
        # The properties of LZMA, the local header, the ends.
        at = dice.choice([dice.randrange(50), dice.randrange(len(good)), dice.randrange(len(good) - 200, len(good))])
        changed[at] ^= 1 << dice.randrange(8)
        given = (bytes(changed), [4 << 20], 0)
        assert read(_steps.opened, *given) == read(zipfile.ZipFile.open, *given)


@pytest.mark.parametrize("what, bundle, said", [pytest.param(*case, id=case[0]) for case in hostile()])
def test_what_a_hostile_bundle_costs(what, bundle, said, python):
    megabytes, seconds, text = measured(python, input=bundle)
    assert megabytes < 300 and seconds < 5
    assert said is None or said in text


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_as_many_files_as_may_be(method, python):
    bundle = bundles.bundle(more=[(f"deps/{number}", b"x") for number in range(MAX_ENTRIES - 2)], method=method)
    megabytes, _, text = measured(python, input=bundle)
    assert megabytes < 400 and "deps/" in text


def test_claims_of_the_end_record():
    good = bundles.bundle()
    for fields in [{"size": 0xFFFFFFFE}, {"start": 0xFFFFFFFE}, {"entries": 0xFFFF}, {"size": 0}, {"size": 0xFFFFFFFF, "start": 0xFFFFFFFF}]:
        try:
            unpack(io.BytesIO(claimed(good, **fields)))
        except (UnpackerPackageError, KeyError):
            pass


def test_normalize_dependencies_is_here_too():
    assert normalize_dependencies([{"name": "a", "url": "u", "sha256": "s"}]) == {"a": {"url": "u", "sha256": "s"}}
    assert "unpack" in dir(sys.modules["RAMP.unpacker"])
