"""What the library says of bundles that are made here, and of what is none."""

import copy
import gzip
import hashlib
import io
import json
import os
import pickle
import tarfile
import threading
import warnings
import zipfile

import pytest

import redis_ramp
from made import bundle, module
from redis_ramp import Limits, Policy, Target


def test_the_two_statements():
    good = redis_ramp.validate(bundle(), target="7.22")
    assert good.answer and good.answer.accepted and good.passed, good.findings
    assert (good.answer.error_code, good.answer.http_status) == (None, None)
    refused = redis_ramp.validate(bundle(min_redis_pack_version="9.9"), target="7.22")
    assert (refused.answer.error_code, refused.answer.http_status) == ("min_redis_pack_version", 400)
    assert not refused.answer and not refused.passed
    # A cluster takes it, and the gate does not.
    damaged = redis_ramp.validate(bundle(sha256="0" * 64), target="7.22")
    assert damaged.answer.accepted and not damaged.passed
    found = damaged.findings[0]
    assert (found.rule, found.level, found.group) == ("module-sha256", "error", "integrity")
    assert (found.location.entry, found.location.pointer) == ("module.json", "/sha256")
    assert str(found.location) == "module.json#/sha256"
    assert found.data["claimed"] == "0" * 64 and found.help


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview, io.BytesIO])
def test_a_bundle_is_bytes_or_a_file(form):
    assert redis_ramp.validate(form(bundle())).passed


def test_a_bundle_is_a_path(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(bundle())
    assert redis_ramp.validate(path).passed and redis_ramp.validate(str(path)).passed
    with path.open("rb") as file:
        file.read(10)
        assert redis_ramp.validate(file).passed
    with path.open("r", encoding="latin-1") as file, pytest.raises(TypeError, match="binary mode"):
        redis_ramp.validate(file)
    missing = tmp_path / "missing.zip"
    with pytest.raises(FileNotFoundError) as error:
        redis_ramp.validate(missing)
    assert error.value.filename == str(missing) and error.value.errno == 2
    for read in [redis_ramp.validate, redis_ramp.metadata, redis_ramp.inspect, redis_ramp.unpack]:
        with pytest.raises(IsADirectoryError):
            read(tmp_path)
    with pytest.raises(ValueError):
        redis_ramp.validate("a\0b")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        redis_ramp.validate(tmp_path / "pipe")
    assert redis_ramp.validate(PathOfBytes(path)).passed
    with pytest.raises(TypeError, match="a bundle is a path, bytes or a binary file, and not int"):
        redis_ramp.validate(5)


class PathOfBytes:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return os.fsencode(self.path)


class Stream:
    """Gives what it has a little at a time, and cannot go back."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def read(self, size=-1):
        return self.pieces.pop(0) if self.pieces else b""

    def seek(self, *_):
        raise io.UnsupportedOperation("seek")

    def seekable(self):
        return False


class Endless:
    def read(self, size=-1):
        return bytes(size)


def test_a_bundle_comes_as_a_stream():
    whole = bundle()
    assert redis_ramp.validate(Stream(whole[:100], whole[100:101], memoryview(whole[101:]))).passed
    reader, writer = os.pipe()
    threading.Thread(target=lambda: os.fdopen(writer, "wb").write(whole)).start()
    with os.fdopen(reader, "rb") as file:
        assert redis_ramp.validate(file).passed
    with pytest.raises(redis_ramp.LimitExceeded):
        redis_ramp.validate(Endless(), limits=Limits(max_bytes=10 << 20))
    with pytest.raises(redis_ramp.TimeExceeded):
        redis_ramp.validate(Endless(), limits=Limits(seconds=0.1))
    with pytest.raises(BlockingIOError):
        redis_ramp.validate(Stream(None))
    with pytest.raises(TypeError, match="gives int, and not bytes"):
        redis_ramp.validate(Stream(5))
    with pytest.raises(TypeError, match="binary mode"):
        redis_ramp.validate(Stream("text"))


def test_what_is_sent_to_other_processes():
    report = redis_ramp.validate(bundle(module_file="other.so"), "7.22")
    for value in [Target("7.22"), Policy(deny=["load"])]:
        assert pickle.loads(pickle.dumps(value)) == value and copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()
    with pytest.raises(redis_ramp.Refused) as refused:
        redis_ramp.unpack(bundle(module_file="other.so"))
    again = pickle.loads(pickle.dumps(refused.value))
    assert str(again) == str(refused.value) and again.report.to_json() == refused.value.report.to_json()


def test_several_targets():
    with pytest.raises(TypeError, match="targets are several"):
        redis_ramp.judge(bundle(), "7.22")

    reports = redis_ramp.judge(bundle(min_redis_pack_version="7.22"), ["7.4", "7.22", Target("8.2")])
    assert [report.answer.error_code for report in reports] == ["min_redis_pack_version", None, None]
    assert [report.target.cluster_version for report in reports] == ["7.4", "7.22", "8.2"]


def test_targets():
    target = Target("8.0", operating_systems=["rocky9"], architectures=["amd64"])
    assert json.loads(target.to_json())["operating_systems"] == ["rhel9"]
    assert Target.from_json(target.to_json()) == target and target != Target("8.0")
    for wrong in [lambda: Target("seven"), lambda: Target("8.2", endpoint="v1"), lambda: Target.from_json("[]")]:
        with pytest.raises(redis_ramp.TargetError):
            wrong()


def test_policies():
    damaged = bundle(sha256="0" * 64)
    assert redis_ramp.validate(damaged, policy="reference").passed
    assert redis_ramp.validate(damaged, policy=Policy(allow=["integrity"])).passed
    assert not redis_ramp.validate(bundle(capabilities=["typs"]), policy=Policy(fail_on="warning")).passed
    for wrong in [
        lambda: Policy("lax"),
        lambda: Policy(deny=["no-such-rule"]),
        lambda: Policy(allow=["bundle-not-a-zip"]),
        lambda: Policy(fail_on="fatal"),
    ]:
        with pytest.raises(redis_ramp.PolicyError):
            wrong()
    with pytest.raises(redis_ramp.PolicyError, match="did you mean `load-glibc`"):
        Policy(deny=["load-glib"])


def test_reports_are_the_commands_json():
    report = redis_ramp.validate(bundle(), target="7.22")
    whole = report.to_dict()
    assert json.loads(report.to_json()) == whole
    assert set(whole) == {"bundle", "policy", "fail_on", "target", "answer", "passed", "findings", "metadata", "module"}
    # What has no name has an empty one, which the schema allows.
    assert (whole["bundle"], report.bundle) == ("", None)
    assert redis_ramp.Report.from_json(report.to_json()) == report
    assert report.metadata == whole["metadata"] and report.metadata["module_name"] == "hello"


def test_metadata_and_inspect():
    assert redis_ramp.metadata(bundle())["version"] == 10203
    assert redis_ramp.inspect(bundle())["size"] == len(bundle())
    for wrong in [b"", b"PK", bundle()[:100]]:
        with pytest.raises(redis_ramp.RampError):
            redis_ramp.metadata(wrong)


def archive():
    """An archive with one file, the same each time."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as compressed, tarfile.open(fileobj=compressed, mode="w") as tar:
        info = tarfile.TarInfo("words/a.txt")
        info.size = 7
        tar.addfile(info, io.BytesIO(b"one two"))
    return out.getvalue()


def test_unpacking():
    words = archive()
    digest = hashlib.sha256(words).hexdigest()
    declared = {"words": {"url": "https://example.com/words.tgz", "sha256": digest}}
    for form in [bytes, io.BytesIO]:
        unpacked = redis_ramp.unpack(form(bundle(dependency=words, dependencies=declared)))
        assert unpacked.metadata["module_name"] == "hello" and unpacked.module == module()
        assert unpacked.dependencies == {"words.tgz": words}
    # What the cluster's unpacker refuses is not unpacked.
    with pytest.raises(redis_ramp.Refused, match="invalid_module") as refused:
        redis_ramp.unpack(bundle(module_file="other.so"))
    assert refused.value.report.answer.description and not refused.value.report.answer.accepted
    with pytest.raises(redis_ramp.LimitExceeded):
        redis_ramp.unpack(bundle(), limits=Limits(max_module_bytes=100))
    # Nor is what leads elsewhere, or is there twice.
    for name in ["deps//etc/x", "deps/../../x", "deps/words.tgz"]:
        out = io.BytesIO(bundle(dependency=words, dependencies=declared))
        with zipfile.ZipFile(out, "a") as zip_file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            zip_file.writestr(name, b"other")
        with pytest.raises(redis_ramp.Refused):
            redis_ramp.unpack(out)
    out = io.BytesIO(bundle(dependency=words, dependencies=declared))
    with zipfile.ZipFile(out, "a") as zip_file:
        zip_file.writestr("deps/deps/words.tgz", words)
    assert redis_ramp.unpack(out).dependencies == {"words.tgz": words, "deps/words.tgz": words}
    # Nor is what is another file than was packed.
    torn = bytearray(bundle())
    torn[60] ^= 0xFF
    with pytest.raises(redis_ramp.Refused):
        redis_ramp.unpack(torn)


def test_limits():
    for limits in [Limits(max_module_bytes=100), Limits(max_entries=1)]:
        with pytest.raises(redis_ramp.LimitExceeded):
            redis_ramp.validate(bundle(), limits=limits)
    with pytest.raises(redis_ramp.TimeExceeded):
        redis_ramp.validate(bundle(), limits=Limits(seconds=0))
    for endless in [float("inf"), 1e300, 2**64]:
        assert redis_ramp.validate(bundle(), limits=Limits(seconds=endless)).passed
    with pytest.raises(redis_ramp.TimeExceeded):
        redis_ramp.metadata(bundle(), limits=Limits(seconds=0))
    assert redis_ramp.validate(bundle(), limits=Limits(seconds=60, threads=1)).passed


def test_threads_judge_side_by_side():
    reports, one = [], bundle()
    threads = [threading.Thread(target=lambda: reports.append(redis_ramp.validate(one).passed)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == [True] * 8


def test_damage_of_the_metadata_is_the_bundles():
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("module.json", "{}")
    damaged = bytearray(whole.getvalue())
    # Properties of LZMA that cannot be, behind the header of the entry and the four bytes before them.
    start = 30 + len("module.json") + 4
    damaged[start : start + 4] = b"\xff" * 4
    with pytest.raises(redis_ramp.RampError, match="`module.json` cannot be read"):
        redis_ramp.metadata(bytes(damaged))
