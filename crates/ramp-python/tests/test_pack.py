"""Packing, through the command that the package installs."""

import asyncio
import hashlib
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest

import redis_ramp
from packing import here, pack  # noqa: F401, a fixture


def test_what_is_written_is_told():
    packed = pack("{module_name}.{semantic_version}.zip", author="-me", redis_min_version="7.2", redis_pack_min_version="7.2", capabilities=["types", "flash"])
    assert packed.path == pathlib.Path("hello.1.2.3.zip") and packed.path.exists()
    assert packed.sha256 == hashlib.sha256(packed.path.read_bytes()).hexdigest()
    assert (packed.metadata["author"], packed.metadata["capabilities"]) == ("-me", ["types", "flash"])
    assert packed.metadata["commands"][0]["command_name"] == "hello.greet"
    assert redis_ramp.validate(packed.path, target="7.22").passed
    (said,) = packed.messages
    assert (said.level, said.rule) == ("warning", "variable-empty") and "-me" in said.text and said.help
    assert str(said) == f"warning: {said.text}"


def test_every_option_gets_there():
    packed = pack(
        pathlib.Path("all.zip").absolute(),
        manifest={"description": "from the manifest", "email": "a@example.com"},
        module_name="other",
        module_version=20304,
        display_name="Other",
        capability_name="Greeting",
        author="me",
        email="me@example.com",
        homepage="https://example.com",
        license="MIT",
        architecture="x86_64",
        os="Linux",
        operating_systems=["rhel9", "ubuntu22"],
        redis_min_version="7.2",
        redis_pack_min_version="7.22",
        capabilities=[],
        cmdargs="A --b=c",
        bigstore_version_2_support=True,
        config_command="hello.config",
        exclude_commands=["hello.greet"],
        add_command=[
            {"command_name": name, "command_arity": 1, "flags": [], "first_key": 0, "last_key": 0, "step": 0}
            for name in ("other.a", "other.b")
        ],
        dependencies={},
        optional_dependencies={},
        probe="builtin",
        redis_version="7.4",
        timeout=30,
        runcmdargs="",
        seconds=60,
    )
    metadata = packed.metadata
    assert (metadata["description"], metadata["email"]) == ("from the manifest", "me@example.com")
    assert (metadata["module_name"], metadata["version"], metadata["license"]) == ("other", 20304, "MIT")
    assert metadata["operating_systems"] == ["rhel9", "ubuntu22"] and metadata["bigstore_version_2_support"] is True
    assert [command["command_name"] for command in metadata["commands"]] == ["other.a", "other.b"]
    assert metadata["command_line_args"] == "A --b=c" and metadata["config_command"] == "hello.config"
    assert metadata["min_redis_pack_version"] == "7.22"
    assert any("`--module-name`" in said.text or "module_name" in said.text for said in packed.messages)


def test_a_manifest_is_a_file_or_what_is_in_it():
    pathlib.Path("ramp.yml").write_text("author: me\n")
    assert pack("a.zip", manifest="ramp.yml").metadata["author"] == "me"
    assert pack("b.zip", manifest=pathlib.Path("ramp.yml").absolute()).metadata["author"] == "me"
    # Not standard input, whatever it is called.
    pathlib.Path("-").write_text("author: nobody\n")
    assert pack("c.zip", manifest="-").metadata["author"] == "nobody"


def test_commands_from_a_bundle():
    first = pack("first.zip")
    second = pack("second.zip", commands_from=first.path)
    assert second.sha256 == first.sha256


def test_what_cannot_be_packed():
    with pytest.raises(redis_ramp.PackError, match="No such file") as wrong:
        redis_ramp.pack("nothing.so")
    assert wrong.value.exit_status == 2 and wrong.value.messages[-1].level == "error" and wrong.value.messages[-1].help
    with pytest.raises(redis_ramp.PackError, match="`--module-version` must be given"):
        pack(probe="none")
    with pytest.raises(redis_ramp.PackError, match="is for x86_64"):
        pack(architecture="aarch64")
    assert not pathlib.Path("module.zip").exists()
    assert isinstance(wrong.value, redis_ramp.RampError)
    again = pickle.loads(pickle.dumps(wrong.value))
    assert (str(again), again.messages, again.exit_status) == (str(wrong.value), wrong.value.messages, 2)


def test_what_would_be_refused():
    with pytest.raises(redis_ramp.PackError) as wrong:
        pack(strict=True, dependencies={"d": {"url": "https://example.com/d.tgz", "sha256": "short"}})
    assert wrong.value.exit_status == 1 and not pathlib.Path("module.zip").exists()
    found = [said for said in wrong.value.messages if said.rule == "wrong-form"]
    assert found and found[0].level == "error" and "64 hexadecimal digits" in found[0].text


def test_what_is_said_is_for_a_program():
    # Of a dictionary: it has neither a name nor lines.
    with pytest.raises(redis_ramp.PackError) as wrong:
        pack(manifest={"author": "me", "capabilities": "types"})
    assert str(wrong.value) == "the manifest cannot be used: `capabilities` must be a list of strings; it is a string"
    said = [message.text for message in pack(manifest={"authr": "me"}).messages]
    assert "`authr` is not a key of a manifest; did you mean `author`?" in said
    # Of a file it says where.
    pathlib.Path("ramp.yml").write_text("author: me\ncapabilities: types\n")
    with pytest.raises(redis_ramp.PackError, match=r"^the manifest `\./ramp.yml` cannot be used: line 2 column 15: `capabilities`"):
        pack(manifest="ramp.yml")
    # There is no `--help` to ask.
    with pytest.raises(redis_ramp.PackError) as wrong:
        pack(timeout=0)
    assert str(wrong.value).endswith("expected a number above 0 and at most 86400")
    assert wrong.value.messages[0].text == str(wrong.value)


def test_what_is_wrong_writes_nothing():
    for wrong in [{"overide_command": {"command_name": "bf.add"}}, {"add_command": ["x"]}]:
        with pytest.raises(TypeError):
            pack(**wrong)
    assert not pathlib.Path("module.zip").exists()


def test_within_an_event_loop():
    async def within(limit, **options):
        return await asyncio.wait_for(asyncio.to_thread(pack, **options), limit)

    # The time is the packer's own: who merely stops waiting does not stop it.
    with pytest.raises(redis_ramp.TimeExceeded):
        asyncio.run(within(None, seconds=0.5, **slow()))
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(within(0.001))
    assert pathlib.Path("module.zip").exists()


def test_a_time_without_end():
    assert pack("a.zip", seconds=float("inf")).path.exists() and pack("b.zip", seconds=1e300).path.exists()


def slow():
    """A server that never answers."""
    server = pathlib.Path("slow")
    server.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(600)\n")
    server.chmod(0o755)
    return {"probe": "redis-server", "redis_server": server.absolute()}


def test_it_takes_no_longer_than_it_may():
    begun = time.monotonic()
    with pytest.raises(redis_ramp.TimeExceeded):
        pack(seconds=0.5, **slow())
    assert time.monotonic() - begun < 10
    assert not pathlib.Path("module.zip").exists()


def test_other_threads_go_on():
    turns, thread = [], threading.Thread(target=lambda: pytest.raises(redis_ramp.TimeExceeded, pack, seconds=1.0, **slow()))
    thread.start()
    while thread.is_alive():
        turns.append(time.monotonic())
        time.sleep(0.01)
    assert len(turns) > 20


def test_control_c_ends_it_and_what_it_started():
    program = f"import redis_ramp; redis_ramp.pack('hello.so', **{ {name: str(value) for name, value in slow().items()} })"
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert b"KeyboardInterrupt" in err and not pathlib.Path("module.zip").exists()
    # Of the session that it was in nobody is left.
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.killpg(process.pid, 0)
            time.sleep(0.1)
