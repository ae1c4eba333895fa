"""What the library knows of a file is what the command says of it."""

import json
import os
import pathlib
import subprocess
import sysconfig

import pytest
from made import bundle, module

import redis_ramp

COMMAND = pathlib.Path(sysconfig.get_path("scripts"), "redis-ramp")

pytestmark = pytest.mark.skipif("RAMP_TEST_MODULE" not in os.environ and not COMMAND.exists(), reason="the wheel is not installed here")


@pytest.mark.parametrize(
    "name, content, kind",
    [
        ("hello.zip", bundle, "bundle"),
        ("dependencies.zip", lambda: bundle(dependency=b"data"), "bundle"),
        ("cut.zip", lambda: bundle()[:-30], "bundle"),
        ("hello.so", module, "module"),
        ("what.txt", lambda: b"neither", "module"),
    ],
)
def test_as_the_command(name, content, kind, tmp_path):
    path = tmp_path / name
    path.write_bytes(content())
    said = subprocess.run([COMMAND, "inspect", path, "--format", "json"], stdout=subprocess.PIPE, check=False)
    expected = json.loads(said.stdout)
    assert expected["kind"] == kind
    assert redis_ramp.inspect(path) == expected
    # Bytes have no name.
    nameless = redis_ramp.inspect(content())
    assert nameless["file"] is None and set(nameless) <= set(expected)


def test_a_module_beyond_the_limits(tmp_path):
    (tmp_path / "hello.so").write_bytes(module())
    with pytest.raises(redis_ramp.LimitExceeded):
        redis_ramp.inspect(tmp_path / "hello.so", limits=redis_ramp.Limits(max_module_bytes=100))
