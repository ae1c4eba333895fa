"""Beside ramp-packer itself: the same calls to both.

Opt-in: `RAMP_REFERENCE_PYTHON` names an interpreter that has ramp-packer 2.5.19; `RAMP_CASES`, too, a folder with bundles that other
tests have written, `RAMP_REAL_MODULES` one with bundles of real modules.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

import bundles
import pytest

HERE = pathlib.Path(__file__).parent


def both(reference, *arguments, **words):
    """What each prints, both run at once."""
    arguments = [str(argument) for argument in arguments]

    def asked(interpreter):
        words_of_all = {"check": True, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8", "timeout": 300}
        return subprocess.run([interpreter, *arguments], **words_of_all, **words).stdout

    with concurrent.futures.ThreadPoolExecutor() as pool:
        return tuple(pool.map(asked, [reference, sys.executable]))


def compare(reference, folder):
    theirs, ours = (text.splitlines() for text in both(reference, HERE / "outcomes.py", folder))
    names = sorted(os.listdir(folder))
    assert len(theirs) == len(ours) == len(names) > 0
    different = [f"{name}:\n  theirs {a}\n  ours   {b}" for name, a, b in zip(names, theirs, ours) if a != b]
    assert not different, "\n".join([f"{len(different)} of {len(names)} differ", *different[:20]])
    return [json.loads(line) for line in ours]


def test_unpack(reference, tmp_path):
    count = 0
    for count, (what, content) in enumerate(bundles.matrix(), 1):
        what = "".join(c if c.isascii() and (c.isalnum() or c in " .") else "_" for c in what)
        (tmp_path / f"{count:05} {what[:60]}").write_bytes(content)
    of = {"refused": 4, "raised": 1}
    kinds = collections.Counter((outcome[0], outcome[of[outcome[0]]] if outcome[0] in of else "") for outcome in compare(reference, tmp_path))
    print(f"{count} bundles: {dict(kinds)}")
    # Were one of them missing, the bundles would not be worth much.
    codes = "invalid_number_of_files module_architecture_not_supported module_name_missing module_os_list_invalid module_version_missing"
    for code in [*codes.split(), "module_version_not_integer", None]:
        assert kinds["refused", code], code
    for name in "KeyError TypeError RecursionError OverflowError RuntimeError NotImplementedError error".split():
        assert kinds["raised", name], name
    assert kinds["taken", ""] > 1000


@pytest.mark.parametrize("variable, below", [("RAMP_CASES", "."), ("RAMP_REAL_MODULES", "bundles")])
def test_unpack_the_bundles_of_others(reference, variable, below):
    if variable not in os.environ:
        pytest.skip(f"{variable} is not set")
    print(len(compare(reference, pathlib.Path(os.environ[variable], below))), "bundles")


def test_what_cannot_be_opened(reference, tmp_path):
    program = """
from RAMP import unpacker
import io, pathlib, sys
for bundle in ["missing", ".", pathlib.Path("missing"), "a\\0b", b"missing", 5, None, io.StringIO("x"), io.BytesIO()]:
    try:
        print(unpacker.unpack(bundle))
    except Exception as error:
        print(bundle if isinstance(bundle, (str, bytes)) else type(bundle), type(error), error.args, getattr(error, "reason", None))
"""
    theirs, ours = both(reference, "-c", program, cwd=tmp_path)
    assert ours == theirs


def test_the_commands(reference):
    program = """
import json
from RAMP import ramp
def of(param):
    info = param.to_info_dict()
    info["type"].pop("name", None)
    return [type(param).__name__, info]
for name in ["pack", "unpack", "validate", "version"]:
    command = getattr(ramp, name)
    assert ramp.ramp.commands[name] is command
    print(json.dumps([name, command.name, command.help, [of(param) for param in command.params]], sort_keys=True, default=str))
"""
    theirs, ours = ([json.loads(line) for line in text.splitlines()] for text in both(reference, "-c", program))
    for (name, *its, their_params), (_, *our, our_params) in zip(theirs, ours):
        assert our == its, name
        # What `redis-ramp` has beyond them comes last.
        assert our_params[: len(their_params)] == their_params, name


@pytest.mark.parametrize("command", ["", "pack", "unpack", "validate", "version"])
def test_help(reference, command):
    texts = both(reference, "-m", "RAMP.ramp", *command.split(), "--help")
    theirs, ours = ([" ".join(line.split()) for line in text.splitlines()] for text in texts)
    # Nothing is left out, and what is beyond stands between the options.
    assert [line for line in ours if line in theirs] == theirs


def test_versions(reference):
    for argument in ["version", "--version"]:
        theirs, ours = both(reference, "-m", "RAMP.ramp", argument)
        assert ours == theirs


def test_what_can_be_imported(reference):
    program = """
import RAMP.commands_discovery, RAMP.common, RAMP.config, RAMP.module_metadata, RAMP.packer, RAMP.ramp, RAMP.unpacker, RAMP.version
import inspect, sys
for name in "commands_discovery common config module_metadata packer ramp unpacker version".split():
    module = sys.modules["RAMP." + name]
    for attribute in dir(module):
        value = getattr(module, attribute)
        if not attribute.startswith("_") and not inspect.ismodule(value) and getattr(value, "__module__", "RAMP").startswith("RAMP"):
            print(name, attribute, repr(value) if isinstance(value, (str, int, bool, list, dict, type(None))) else "")
"""
    theirs, ours = (set(text.splitlines()) for text in both(reference, "-c", program))
    missing = {line for line in theirs - ours if not line.startswith("module_metadata RLEC_OS_MAP")}
    # A server of its own with a client of the package `redis`; and what comes with an import.
    assert missing == {"commands_discovery DisposableRedis ", "commands_discovery redis ", "packer PIPE -1"}


def test_constants_and_this_system(reference, module):
    program = """
import json, sys
from RAMP import common, module_metadata
print(json.dumps(module_metadata.create_default_metadata(sys.argv[1])))
print(module_metadata.get_curr_os(), sorted(module_metadata.RLEC_OS_MAP.items()), module_metadata.DEVCONTAINER_OS_MAP)
for deps in [{}, [], {"a": {}}, {"a": {"url": 1}}, {"a": {"local_path": 1}}, [{}], [{"name": 1, "url": 2}], [{"name": 1, "url": 2, "sha256": 3}], "x", None]:
    try:
        print(common.normalize_dependencies(deps))
    except Exception as error:
        print(type(error), error)
"""
    theirs, ours = both(reference, "-c", program, module)
    assert ours == theirs


def test_archive(reference, module, tmp_path):
    program = """
import os, sys
from RAMP import module_metadata, packer, unpacker
metadata = module_metadata.create_default_metadata(sys.argv[1])
metadata.update(module_name="hello", dependencies={"d": {"url": "https://example/d.tgz", "local_path": os.path.abspath("words")}})
os.mkdir(str(os.getpid()))
os.chdir(str(os.getpid()))
packer.archive(sys.argv[1], metadata, "{module_name}.{os}.zip")
read, module, deps = unpacker.unpack("hello.Linux.zip")
assert read["dependencies"]["d"].pop("sha256")
print(read, list(deps), hash(module.read()) == hash(open(sys.argv[1], "rb").read()))
for number in [0, 1, 99, 10203, 10203.0, 999999]:
    print(packer.version_to_semantic_version(number))
"""
    (tmp_path / "words").write_text("words")
    theirs, ours = both(reference, "-c", program, module, cwd=tmp_path)
    assert ours == theirs
