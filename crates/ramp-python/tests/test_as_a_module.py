"""`python -m redis_ramp` in a folder in which bundles were unpacked."""

import os
import pathlib
import subprocess
import sys

import pytest

import redis_ramp


@pytest.fixture(autouse=True)
def installed():
    try:
        redis_ramp.command()
    except FileNotFoundError:
        pytest.skip("the command is not installed")


def python(*arguments, cwd):
    # Nothing of these is to be kept beside them.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60)


def imported_by_the_library(folder):
    """What it imports, that Python has not imported itself before."""
    program = "import sys; before = set(sys.modules); import redis_ramp; print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    (folder / "stub.py").write_text("import sys; print(*sys.modules)")
    before = set(python("-m", "stub", cwd=folder).stdout.split())
    (folder / "stub.py").unlink()
    return sorted(set(python("-c", program, cwd=folder).stdout.split()) - before - {"redis_ramp"})


def test_it_imports_nothing_that_lies_there(tmp_path):
    names = imported_by_the_library(tmp_path)
    assert {"__future__", "json", "typing", "subprocess"} <= set(names)
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"open('{name} was run', 'w')\nraise SystemExit('{name}')\n")
    before = sorted(os.listdir(tmp_path))
    said = python("-m", "redis_ramp", "version", cwd=tmp_path)
    assert (said.returncode, said.stderr) == (0, "") and said.stdout.startswith("ramp ")
    assert sorted(os.listdir(tmp_path)) == before


def test_other_programs_have_their_path(tmp_path):
    package = tmp_path / "program"
    package.mkdir()
    (tmp_path / "beside.py").write_text("")
    (package / "__init__.py").write_text("import redis_ramp, beside\n")
    (package / "__main__.py").write_text("import sys; print(sys.path[0])\n")
    said = python("-m", "program", cwd=tmp_path)
    assert (said.returncode, pathlib.Path(said.stdout.strip())) == (0, tmp_path), said.stderr
