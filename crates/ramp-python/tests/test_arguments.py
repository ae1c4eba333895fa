"""What a caller hands over wrongly is told with its keyword and its value."""

import gc
import io
import pathlib
import warnings

import pytest

import redis_ramp
from made import bundle
from redis_ramp import Limits, Policy, Target


def validate(**options):
    return lambda: redis_ramp.validate(bundle(), **options)


def pack(**options):
    # Looked at before the command is looked for.
    return lambda: redis_ramp.pack("hello.so", **options)


TYPES = {
    "a target as YAML has it": (validate(target=7.22), "target is text, and not float (7.22); write it in quotes"),
    "a target of another kind": (validate(target=b"7.22"), "target is a `Target` or text, and not bytes (b'7.22')"),
    "a policy": (validate(policy={"name": "strict"}), "policy is a `Policy` or text, and not dict ({'name': 'strict'})"),
    "limits": (validate(limits=5), "limits is a `Limits`, and not int (5)"),
    "a name": (validate(name=pathlib.PurePosixPath("a.zip")), "name is text, and not PurePosixPath (PurePosixPath('a.zip'))"),
    "targets": (lambda: redis_ramp.judge(bundle(), 7.22), "targets is a list of targets, and not float (7.22)"),
    "one of the targets": (lambda: redis_ramp.judge(bundle(), [7.2]), "each of targets is text, and not float (7.2); write it in quotes"),
    "a target's name": (lambda: Target(7.22), "name is text, and not float (7.22); write it in quotes"),
    "systems in one text": (lambda: Target("8.0", operating_systems="rhel9"), "operating_systems is a list of names, and not str ('rhel9')"),
    "a number among systems": (lambda: Target("8.0", operating_systems=["rhel9", 5]), "operating_systems has 5: each is text, and not int"),
    "an endpoint": (lambda: Target("8.0", endpoint=2), "endpoint is text, and not int (2); write it in quotes"),
    "a policy's name": (lambda: Policy(5), "name is text, and not int (5); write it in quotes"),
    "rules in one text": (lambda: Policy(allow="integrity"), "allow is a list of names, and not str ('integrity')"),
    "rules in a dictionary": (lambda: Policy(deny={"load": True}), "deny is a list of names, and not dict ({'load': True})"),
    "a level": (lambda: Policy(fail_on=True), "fail_on is text, and not bool (True)"),
    "a size": (lambda: Limits(max_bytes="1 MB"), "max_bytes is a whole number, and not str ('1 MB')"),
    "a fraction of a thread": (lambda: Limits(threads=1.5), "threads is a whole number, and not float (1.5)"),
    "a time": (lambda: Limits(seconds="5"), "seconds is a number of seconds, and not str ('5')"),
    "what is no JSON text": (lambda: redis_ramp.Report.from_json(5), "text is text, and not int (5); write it in quotes"),
    "nothing for a text": (lambda: Policy.from_json(None), "text is text, and not None"),
    "a module in bytes": (lambda: redis_ramp.pack(b"hello.so"), "module is a path: text, or a `pathlib.Path`, and not bytes (b'hello.so')"),
    "no module": (lambda: redis_ramp.pack(None), "module is a path: text, or a `pathlib.Path`, and not NoneType (None)"),
    "a path in bytes": (pack(output=b"a.zip"), "output is a path: text, or a `pathlib.Path`, and not bytes (b'a.zip')"),
    "a version as YAML has it": (pack(redis_min_version=7.4), "redis_min_version is text, and not float (7.4); write it in quotes"),
    "packed systems in one text": (pack(operating_systems="rhel9"), "operating_systems is a list of names, and not str ('rhel9')"),
    "a number among packed systems": (pack(operating_systems=["rhel9", 5]), "operating_systems has 5: each is text, and not int"),
    "a variable": (pack(env="HOME"), "env is a list of names, and not str ('HOME')"),
    "one command for several": (
        pack(overide_command={"command_name": "bf.add"}),
        "overide_command is a list of dictionaries, and not dict ({'command_name': 'bf.add'})",
    ),
    "a name for a command": (pack(add_command=["x"]), "add_command has 'x': each is a dictionary, and not str"),
    "a list of dependencies": (pack(dependencies=[{}]), "dependencies is a dictionary, and not list ([{}])"),
    "what JSON has not": (pack(redis_args={"x": {1}}), "redis_args cannot be written as JSON: Object of type set is not JSON serializable"),
    "a manifest": (pack(manifest=5), "manifest is a path: text, or a `pathlib.Path`, and not int (5)"),
    "a module's version": (pack(module_version="1.2.3"), "module_version is a whole number, and not str ('1.2.3')"),
    "a switch": (pack(strict="no"), "strict is True or False, and not str ('no')"),
    "a long value": (pack(os=["x" * 100]), f"os is text, and not list (['{'x' * 57}…)"),
}


@pytest.mark.parametrize("case", TYPES)
def test_what_is_of_another_type(case):
    call, message = TYPES[case]
    with pytest.raises(TypeError) as error:
        call()
    assert str(error.value) == message


MOST = 2**64 - 1
VALUES = {
    "a negative limit": (lambda: Limits(max_module_bytes=-1), "max_module_bytes is at least 0, and not -1"),
    "a limit beyond": (lambda: Limits(max_entries=MOST + 1), f"max_entries is at most {MOST}, and not {MOST + 1}"),
    "no thread": (lambda: Limits(threads=0), "threads is at least 1, and not 0"),
    "a negative time": (lambda: Limits(seconds=-1), "seconds is a number that is not negative, and not -1"),
    "no number": (lambda: Limits(seconds=float("nan")), "seconds is a number that is not negative, and not nan"),
    "a negative time to pack": (pack(seconds=-1), "seconds is a number that is not negative, and not -1"),
    "a negative time to ask": (pack(timeout=-1), "timeout is a number that is not negative, and not -1"),
    "a NUL": (pack(author="a\0b"), "author has a NUL in it: 'a\\x00b'"),
    "a NUL in a path": (pack(output="a\0b"), "output has a NUL in it"),
    "what is no Unicode": (validate(target="\udc80"), "name has a character that is not Unicode: '\\udc80'"),
    "a comma": (pack(capabilities=["types,flash"]), "capabilities has `types,flash`: a name has no comma in it"),
    "no number in JSON": (pack(redis_args={"x": float("nan")}), "redis_args cannot be written as JSON: Out of range float values are not JSON compliant"),
}


@pytest.mark.parametrize("case", VALUES)
def test_what_has_another_value(case):
    call, message = VALUES[case]
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)


NAMES = {
    "a database": (lambda: Target("8.0", databases=["7.x"]), "databases: `7.x` is not a version: `x` is not a number"),
    "a cluster": (lambda: Target("7.x"), "`7.x` is not a cluster release; the releases are "),
    "a system": (lambda: Target("8.0", operating_systems=["rhel"]), "operating_systems: `rhel` is not an operating system"),
    "an endpoint": (lambda: Target("8.2", endpoint="v1"), "endpoint: Redis Software 8.2 has no endpoint v1; it has "),
    "an endpoint that is none": (lambda: Target("8.2", endpoint="v3"), "endpoint: `v3` is not an endpoint; "),
    "a rule": (lambda: Policy(deny=["load-glib"]), "deny: `load-glib` is not a rule or group; did you mean `load-glibc`?"),
    "a level": (lambda: Policy(fail_on="fatal"), "fail_on: `fatal` is not a level; write error, warning, note or never"),
    "a target's text": (lambda: Target.from_json("nope"), "the text is not the JSON of a target: expected ident at line 1 column 2"),
    "a policy's text": (lambda: Policy.from_json("[]"), "the text is not the JSON of a policy: "),
    "a report's text": (lambda: redis_ramp.Report.from_json("nope"), "the text is not the JSON of a report: expected ident at line 1 column 2"),
    "a finding's text": (lambda: redis_ramp.Finding.from_json("{}"), "the text is not the JSON of a finding: missing field `rule`"),
}


@pytest.mark.parametrize("case", NAMES)
def test_what_there_is_not(case):
    call, message = NAMES[case]
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)


def test_nothing_is_the_default():
    default = redis_ramp.validate(bundle())
    assert redis_ramp.validate(bundle(), None, policy=None, limits=None, name=None) == default
    assert redis_ramp.metadata(bundle(), limits=None) and redis_ramp.unpack(bundle(), limits=None).module
    assert Target("8.0", operating_systems=None, databases=()) == Target("8.0")
    assert Policy(allow=iter(["load"]), warn={"schema"}) == Policy(warn=("schema",), allow=["load"])
    assert Limits(max_bytes=None, seconds=10**400) == Limits(seconds=float("inf"))


class Upload:
    """As Starlette has it."""

    def __init__(self, content):
        self.file = io.BytesIO(content)

    async def seek(self, offset):
        self.file.seek(offset)

    async def read(self, size=-1):
        return self.file.read(size)


class Asynchronous:
    async def seekable(self):
        return True

    async def read(self, size=-1):
        return b""


def test_a_file_that_is_awaited():
    with warnings.catch_warnings():
        # Of what is never awaited, too.
        warnings.simplefilter("error")
        with pytest.raises(TypeError, match="^the file, Upload, is asynchronous; pass its `.file`$"):
            redis_ramp.validate(Upload(bundle()))
        with pytest.raises(TypeError, match=r"^the file, Asynchronous, is asynchronous; await its read\(\), and pass the bytes$"):
            redis_ramp.validate(Asynchronous())
        gc.collect()
    assert redis_ramp.validate(Upload(bundle()).file).passed


def test_a_file_of_text(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(bundle())
    for encoding in ["utf-8", "latin-1"]:
        with path.open(encoding=encoding) as file, pytest.raises(TypeError, match="^the file gives text; open it in binary mode"):
            redis_ramp.validate(file)


def test_errors_are_of_the_library():
    for name in ["PackError", "Refused", "RampError", "LimitExceeded", "TimeExceeded", "TargetError", "PolicyError"]:
        assert getattr(redis_ramp, name).__module__ == "redis_ramp", name
