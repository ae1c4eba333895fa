"""The distribution: what it holds, beside what it is installed, and what it says where ramp-packer is installed, too."""

import importlib.metadata
import os
import pathlib
import shutil
import sys

import pytest

import RAMP

HERE = pathlib.Path(RAMP.__file__).parent


def test_it_holds_the_package_alone():
    distribution = importlib.metadata.distribution("redis-ramp-compat")
    files = [str(file) for file in distribution.files or [] if ".dist-info/" not in str(file) and "__pycache__" not in str(file)]
    assert not distribution.entry_points and all(name.startswith("RAMP/") or name.endswith(".pth") for name in files), files


def test_its_version_is_that_of_the_library():
    assert importlib.metadata.version("redis-ramp-compat") == importlib.metadata.version("redis-ramp")
    requires = importlib.metadata.requires("redis-ramp-compat")
    assert f"redis-ramp=={importlib.metadata.version('redis-ramp')}" in requires and len(requires) == 2


def site(folder, *distributions):
    for name in distributions:
        (folder / name).mkdir()
    return folder


@pytest.mark.parametrize("name", ["ramp_packer-2.5.19.dist-info", "ramp-packer-2.3.0.egg-info", "Ramp_Packer-1.dist-info"])
def test_beside_ramp_packer(name, tmp_path, python):
    shutil.copytree(HERE, tmp_path / "RAMP", ignore=shutil.ignore_patterns("__pycache__"))
    site(tmp_path, name)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    result = python("-c", "import RAMP.ramp, RAMP.unpacker; print('done')", env=environment)
    assert (result.returncode, result.stdout) == (0, "done\n")
    first, second = result.stderr.splitlines()
    assert "ramp-packer and redis-ramp-compat are both installed in " + str(tmp_path) in first
    assert "uninstall --yes ramp-packer redis-ramp-compat" in second and sys.executable in second
    assert python("-m", "RAMP.ramp", "--version", env=environment).stdout.endswith("version 2.5.19\n")


def test_ramp_packer_elsewhere_on_the_path(tmp_path, python):
    site(tmp_path, "ramp_packer-2.5.19.dist-info")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(tmp_path), str(tmp_path / "missing")])}
    result = python("-c", "import RAMP", env=environment)
    assert f"ramp-packer is installed, too, in {tmp_path}; " in result.stderr and result.stderr.count("warning:") == 1


@pytest.mark.parametrize("name", ["ramp_packer_extra-1.dist-info", "ramp_packer", "xramp_packer-1.dist-info", "ramp_packer-1.txt"])
def test_others(name, tmp_path, python):
    site(tmp_path, name)
    assert python("-c", "import RAMP", env={**os.environ, "PYTHONPATH": str(tmp_path)}).stderr == ""


def test_without_standard_error(tmp_path, python):
    site(tmp_path, "ramp_packer-2.5.19.dist-info")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for closing in ["sys.stderr = None", "sys.stderr.close()", "sys.path[0:0] = [5, b'x', None]"]:
        result = python("-c", f"import sys; {closing}; import RAMP; print('done')", env=environment)
        assert result.stdout == "done\n", (closing, result.stderr)
