"""The command that the wheel brings: under its two names, as a module, and beside the library."""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import sysconfig

import pytest
from test_redis_ramp import bundle, module

import redis_ramp

SCRIPTS = pathlib.Path(sysconfig.get_path("scripts"))
WAYS = {
    "redis-ramp": [SCRIPTS / "redis-ramp"],
    "ramp": [SCRIPTS / "ramp"],
    "python -m redis_ramp": [sys.executable, "-m", "redis_ramp"],
}

# Where the library alone was built, by `maturin develop`, there is no command. The environment of the wheel's own tests says that it is one.
pytestmark = pytest.mark.skipif(
    "RAMP_TEST_MODULE" not in os.environ and not WAYS["redis-ramp"][0].exists(), reason="the wheel is not installed here"
)


def run(way, *arguments, **options):
    # Neither a compiler nor a Redis is within reach.
    environment = {"PATH": str(SCRIPTS), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run([*WAYS[way], *arguments], env=environment, capture_output=True, text=True, timeout=60, **options)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_the_command(way):
    said = run(way, "version")
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0].startswith("ramp ")
    # No way takes another for a stranger.
    assert [line.split()[0] for line in lines[1:]] == ["rules", "releases", "platforms", "schema"]


@pytest.mark.parametrize("way", WAYS)
def test_packs_and_validates(way, tmp_path):
    (tmp_path / "hello.so").write_bytes(module())
    packed = run(way, "pack", "hello.so", "-n", "hello", "-o", "hello.zip", "--operating-systems", "rhel9", cwd=tmp_path)
    assert packed.returncode == 0, packed.stderr
    for target, status in (("7.22", 0), ("no-such-release", 2)):
        assert run(way, "validate", "hello.zip", "--target", target, cwd=tmp_path).returncode == status
    (tmp_path / "cut.zip").write_bytes((tmp_path / "hello.zip").read_bytes()[:-7])
    refused = run(way, "validate", "cut.zip", "--target", "7.22", cwd=tmp_path)
    assert refused.returncode == 1
    assert "invalid_module" in refused.stdout


def test_command_and_library_judge_alike(tmp_path):
    path = tmp_path / "hello.zip"
    torn = bytearray(bundle())
    torn[60] ^= 0xFF
    for content in (bundle(), bundle(min_redis_pack_version="9.9"), bundle(capabilities=["typs"]), torn, module(), b"no zip at all"):
        path.write_bytes(content)
        said = run("redis-ramp", "validate", str(path), "--target", "7.22", "--format", "json")
        result = json.loads(said.stdout)["results"][0]
        # The command judges today, whenever that is; the library has no clock.
        target = redis_ramp.Target("7.22", as_of=result["target"]["as_of"])
        report = redis_ramp.validate(path, target)
        assert report.to_dict() == result
        assert said.returncode == (0 if result["passed"] else 1)
        # By another name nothing else differs but what a finding says to do with the file.
        named = redis_ramp.validate(bytes(content), target, name=path.name)
        assert named.to_dict() == json.loads(json.dumps(result).replace(str(path), path.name))
        # The command shows the same findings, and counts the same that may follow.
        shown = run("redis-ramp", "validate", str(path), "--target", "7.22").stdout
        assert sum(f"{found.level:7}  {found.rule}" in shown for found in report.shown) == len(report.shown)
        assert [line.strip() for line in shown.splitlines() if "may follow from this" in line] == [
            f"{line.strip()}; `--all` shows {'it' if line.startswith('  1 ') else 'them'}"
            for line in str(report).splitlines()
            if "may follow from this" in line
        ]


def test_the_versions_are_one():
    from importlib.metadata import version

    assert run("redis-ramp", "version").stdout.splitlines()[0] == f"ramp {version('redis-ramp')}"


def test_what_is_installed_has_its_types():
    folder = pathlib.Path(importlib.util.find_spec("redis_ramp").origin).parent
    assert {"py.typed", "_ramp.pyi"} <= {file.name for file in folder.iterdir()}
