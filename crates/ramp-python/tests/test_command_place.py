"""Where the command `redis-ramp` is looked for."""

import importlib.util
import os
import pathlib
import shutil
import sysconfig

import pytest

import redis_ramp

SOURCE = pathlib.Path(redis_ramp.__file__).with_name("_command.py")
NAME = "redis-ramp.exe" if os.name == "nt" else "redis-ramp"


def installed(library):
    """The module, as it would be in a folder of packages."""
    path = library / "redis_ramp" / "_command.py"
    path.parent.mkdir(parents=True)
    shutil.copy(SOURCE, path)
    spec = importlib.util.spec_from_file_location("installed_command", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text("#!/bin/sh\n")
    (folder / NAME).chmod(0o755)
    return str(folder / NAME)


@pytest.fixture(autouse=True)
def nothing_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(sysconfig, "get_path", lambda name, scheme=None: str(tmp_path / (scheme or "interpreter")))


@pytest.mark.parametrize("library", ["lib/python3.9/site-packages", "lib/python3/dist-packages", "lib64/python3.13/site-packages", "Lib/site-packages"])
def test_beside_the_package(library, tmp_path):
    module = installed(tmp_path / "env" / library)
    # Another release's, of the interpreter.
    elsewhere = program(tmp_path / "interpreter")
    assert module.command() == elsewhere
    expected = program(tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin"))
    assert module.command() == expected


def test_in_a_folder_of_packages(tmp_path):
    module = installed(tmp_path / "target")
    expected = program(tmp_path / "target/bin")
    program(tmp_path / "interpreter")
    assert module.command() == expected


def test_the_interpreter_then_the_user_then_the_path(tmp_path, monkeypatch):
    module = installed(tmp_path / "x")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "empty"), str(tmp_path / "path")]))
    expected = [program(tmp_path / folder) for folder in ("interpreter", module._user_scheme(), "path")]
    while expected:
        assert module.command() == expected[0]
        os.unlink(expected.pop(0))
    with pytest.raises(FileNotFoundError, match="pip install --force-reinstall redis-ramp"):
        module.command()


@pytest.mark.parametrize("path", ["", ".", "here", os.pathsep, os.pathsep.join([".", "", "here"]), None])
def test_never_from_the_working_directory(path, tmp_path, monkeypatch):
    module = installed(tmp_path / "x")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    program(tmp_path / "work")
    program(tmp_path / "work/here")
    program(tmp_path / "work/bin")
    monkeypatch.delenv("PATH") if path is None else monkeypatch.setenv("PATH", path)
    if path is None:
        monkeypatch.setattr(os, "defpath", ":.")
    with pytest.raises(FileNotFoundError):
        module.command()


def test_a_program_that_can_be_run(tmp_path):
    module = installed(tmp_path / "x")
    (tmp_path / "interpreter" / NAME).mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="looked for in"):
        module.command()
    (tmp_path / "interpreter" / NAME).rmdir()
    os.chmod(program(tmp_path / "interpreter"), 0o644)
    if os.name != "nt":
        with pytest.raises(FileNotFoundError):
            module.command()
