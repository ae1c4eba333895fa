"""The launcher `ramp`, beside a stand-in for `redis-ramp`: however it is called, it runs the one beside it, and never that of the working directory."""

import os
import pathlib
import shutil
import subprocess

import pytest

LAUNCHER = pathlib.Path(__file__).parents[2] / "ramp-cli/src/launcher.sh"
SHELLS = [shell for shell in (["sh"], ["bash"], ["bash", "--posix"], ["dash"], ["ksh"], ["zsh"], ["busybox", "sh"]) if shutil.which(shell[0], path=os.defpath)]
REFUSED = "ramp: call it by its path, such as ./ramp\n"

pytestmark = pytest.mark.skipif(os.name == "nt" or not LAUNCHER.exists(), reason="there is a program in its place")


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The working directory, in which somebody else has left programs."""
    folder = tmp_path / "work"
    for name in ("redis-ramp", "readlink", "command", "sub/redis-ramp"):
        program(folder / name, "#!/bin/sh\necho trapped\n")
    monkeypatch.chdir(folder)
    return folder


def installed(folder):
    """The launcher in a folder, and beside it what says the folder's name and its arguments."""
    program(folder / "ramp", LAUNCHER.read_text())
    program(folder / "redis-ramp", "#!/bin/sh\nprintf 'own'\nfor word; do printf '<%s>' \"$word\"; done\nexit 7\n")
    return folder / "ramp"


def run(*command, path=os.defpath, **words):
    environment = {"PATH": path, "self": "/nowhere/x"}
    return subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, timeout=20, **words)


FOLDERS = ["bin", "with blanks", "with\nnewlines\n", "-x", "$(touch owned)", "*", "'\"", "ä", "a/b/../b"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_by_a_path(folder, tmp_path, work):
    ramp = installed(tmp_path / folder)
    relative = os.path.relpath(ramp, work)
    link = work / "sub/lnk"
    chain = work / "sub/chain ed"
    link.symlink_to(os.path.relpath(ramp, link.parent))
    chain.symlink_to("lnk")
    for call in [ramp, relative, "sub/lnk", "./sub/lnk", link, chain, f"../{work.name}/sub/chain ed"]:
        for path in [os.defpath, "", "/nowhere", "."]:
            result = run(call, "a b", "", "-x", "*", path=path)
            assert (result.stdout, result.returncode, result.stderr) == ("own<a b><><-x><*>", 7, ""), (call, path)
    # From where it is itself.
    assert run(ramp, cwd=ramp.parent).stdout == "own"
    assert run("./ramp", cwd=ramp.parent).stdout == "own"
    assert not (work / "owned").exists()


def test_in_the_root_of_a_name(work, tmp_path):
    """What is before the last slash may be nothing."""
    text = LAUNCHER.read_text()
    assert run("sh", "-c", text.replace("exec ", "echo "), "/ramp", "a").stdout.startswith("/redis-ramp a\n")


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_by_a_shell(shell, tmp_path, work):
    ramp = installed(tmp_path / "bin dir")
    path = os.pathsep.join([str(ramp.parent), os.defpath])
    assert run(*shell, ramp, "a").stdout == "own<a>"
    # By the name alone, which some shells look for on the PATH; others do not find it.
    result = run(*shell, "ramp", "a", path=path)
    assert result.stdout == "own<a>" or (result.returncode in (2, 126, 127) and "trapped" not in result.stdout), result
    # Where it is in the working directory, too, which was meant?
    result = run(*shell, "ramp", "a", path=path, cwd=ramp.parent)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", REFUSED)
    # As text.
    with ramp.open() as text:
        result = run(*shell, path=path, stdin=text)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", REFUSED)
    (work / shell[-1]).write_text("")
    result = run(*shell, "-c", ramp.read_text(), path=path)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", REFUSED)
    # Under a name that is none of its own.
    for name in ["redis-ramp", "x", "-", "-x", "", "a b"]:
        result = run(*shell, "-c", ramp.read_text(), name, path=path)
        assert (result.returncode, result.stdout, result.stderr) == (2, "", REFUSED), name


def test_bash_finds_it_on_the_path(tmp_path, work):
    if ["bash"] not in SHELLS:
        pytest.skip("no bash here")
    ramp = installed(tmp_path / "bin")
    assert run("bash", "ramp", "a", path=f"{ramp.parent}:{os.defpath}").stdout == "own<a>"
    (tmp_path / "links").mkdir()
    (tmp_path / "links/ramp").symlink_to("../bin/ramp")
    assert run("bash", "ramp", "a", path=f"{tmp_path / 'links'}:{os.defpath}").stdout == "own<a>"


def test_called_by_another_first_word(tmp_path, work):
    """The kernel tells a script its path, whatever the caller calls it."""
    ramp = installed(tmp_path / "bin")
    for word in ["ramp", "x", "", "-sh", "./ramp"]:
        result = subprocess.run([word, "a"], executable=ramp, env={"PATH": ""}, capture_output=True, text=True, timeout=20)
        assert result.stdout == "own<a>", word


def test_a_link_that_cannot_be_followed(tmp_path, work):
    """It ends, and says what `readlink` says."""
    text = LAUNCHER.read_text().replace("command -p readlink", "command -p no-such-readlink")
    program(tmp_path / "bin/ramp", text)
    (work / "sub/lnk").symlink_to(tmp_path / "bin/ramp")
    result = run("sub/lnk", "a")
    assert result.returncode == 127 and result.stdout == "" and "no-such-readlink" in result.stderr


def test_without_the_command(tmp_path, work):
    ramp = installed(tmp_path / "bin")
    (tmp_path / "bin/redis-ramp").unlink()
    result = run(ramp)
    assert result.returncode in (126, 127) and result.stdout == "" and f"{tmp_path / 'bin/redis-ramp'}" in result.stderr


def test_it_is_known_by_its_text():
    """`ramp version` reads 512 bytes of a file."""
    assert LAUNCHER.stat().st_size <= 500
