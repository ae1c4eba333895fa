"""What the tests of packing share."""

import pathlib
import signal

import pytest

import redis_ramp
from made import module


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with a module, in which Ctrl-C means what it means in a terminal: what a shell runs in the background begins with it ignored."""
    try:
        redis_ramp.command()
    except FileNotFoundError:
        pytest.skip("the command is not installed")
    monkeypatch.chdir(tmp_path)
    pathlib.Path("hello.so").write_bytes(module())
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, was)


def pack(output=None, **options):
    return redis_ramp.pack("hello.so", output, **{"operating_systems": ["rhel9"], "redis_compatible_version": "7.4", **options})
