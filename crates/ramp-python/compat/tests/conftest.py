"""A module, a folder, and the interpreters of both."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

SOURCE = pathlib.Path(__file__).parents[4] / "testdata/hello/hello.c"


@pytest.fixture(scope="session")
def module(tmp_path_factory):
    """The demonstration's module, `hello` 1.2.3 with `hello.greet`: that of the environment, where there is no compiler, else built here."""
    path = tmp_path_factory.mktemp("module") / "hello.so"
    if built := os.environ.get("RAMP_TEST_MODULE"):
        shutil.copy(built, path)
    else:
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-fvisibility=hidden", "-o", path, SOURCE], check=True)
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def quiet():
    """`config` keeps what it was told last."""
    from RAMP import config

    config.set({"verbose": False, "debug": False})


@pytest.fixture(scope="session")
def python():
    """Runs this interpreter: `python("-m", "RAMP.ramp", "version")`, with the words of `run` beside."""

    def run(*arguments, **words):
        words = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60, **words}
        return subprocess.run([sys.executable, *map(str, arguments)], **words)

    return run


@pytest.fixture(scope="session")
def reference():
    """The interpreter that has ramp-packer."""
    path = os.environ.get("RAMP_REFERENCE_PYTHON")
    if path is None:
        pytest.skip("RAMP_REFERENCE_PYTHON is not set")
    return path
