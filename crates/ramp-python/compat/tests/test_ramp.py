"""The commands: through click's runner, by keyword, and as a script runs them."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time

import bundles
import click
import pytest
from click.testing import CliRunner

from RAMP import config, ramp, unpacker


def invoke(command, *arguments, **words):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], **words)


def test_defaults(module, folder):
    result = invoke(ramp.pack, module, "-o", "a.zip", "-E", "none", "--add-command", '{"command_name": "test"}')
    assert (result.exit_code, result.stdout) == (0, "a.zip\n"), result.output
    # What `ramp-packer` does not say goes to standard error.
    assert "`compatible_redis_version` is not set" in result.stderr
    metadata, file, dependencies = unpacker.unpack("a.zip")
    assert (metadata["module_name"], metadata["version"], metadata["semantic_version"]) == ("hello", 10203, "1.2.3")
    assert [command["command_name"] for command in metadata["commands"]] == ["hello.greet", "test"]
    assert file.read() == module.read_bytes() and dependencies == {}
    assert "redis_args" not in metadata


def test_every_option(module, folder):
    (folder / "words").mkdir()
    (folder / "words/a").write_text("a")
    options = {
        "-d": "Hello {}", "-b": "Test & Module", "-n": "other", "-a": "red is", "-e": "a@example.com", "-A": "x86_64", "-D": "-d", "-h": "http://x",
        "-l": "AGPL", "-c": '\\"-output f --level debug\\"', "-r": "4.6", "-R": "5.0", "-cr": "7.2", "-cc": "MODULE.CONFIG", "-O": "Linux",
        "-C": "types,flash,types", "--runcmdargs": "a", "--redis-args": '{"loglevel": "debug"}', "--probe": "builtin",
        "--overide-command": '{"command_name": "hello.greet"}', "--operating-systems": "rhel9,ubuntu22", "-o": "{module_name}.zip",
        "--dependencies": '{"words": {"url": "https://x/words.tgz", "local_path": "words"}}', "--packname-file": "name",
    }  # fmt: skip
    result = invoke(ramp.pack, *(part for pair in options.items() for part in pair), "--bigstore-version-2-support", module)
    assert (result.exit_code, result.stdout) == (0, "other.zip\n"), result.output
    metadata, _, dependencies = unpacker.unpack("other.zip")
    expected = {
        "display_name": "Hello {}", "capability_name": "Test & Module", "module_name": "other", "author": "red is", "email": "a@example.com",
        "architecture": "x86_64", "description": "-d", "homepage": "http://x", "license": "AGPL", "os": "Linux",
        "command_line_args": '\\"-output f --level debug\\"', "min_redis_version": "4.6", "min_redis_pack_version": "5.0",
        "compatible_redis_version": "7.2", "config_command": "MODULE.CONFIG", "capabilities": ["types", "flash"],
        "bigstore_version_2_support": True, "commands": [{"command_name": "hello.greet"}],
        "operating_systems": [{"name": "rhel", "version": "9"}, {"name": "ubuntu", "version": "22"}],
    }  # fmt: skip
    assert {key: metadata[key] for key in expected} == expected
    assert list(dependencies) == ["deps/words.tgz"] and (folder / "name").read_text() == "other.zip"


def test_no_option_of_the_command_is_missing(python):
    from redis_ramp._command import command

    text = subprocess.run([command(), "pack", "--help"], check=True, capture_output=True, text=True).stdout
    theirs = {word.rstrip(".") for line in text.splitlines() for word in line.replace(",", " ").split()[:2] if word.startswith("--")}
    ours = {name for param in ramp.pack.params for name in param.opts if name.startswith("--")}
    assert theirs - ours == {"--help", "--version"} and len(theirs) > 40
    assert ours - theirs == set()


def test_a_manifest(module, folder, python):
    (folder / "ramp.yml").write_text("author: me\ncapabilities: [types]\ndependencies: {d: {url: 'https://x/d', sha256: '%s'}}\n" % ("0" * 64))
    assert invoke(ramp.pack, module, "-m", "ramp.yml", "-o", "a.zip").exit_code == 0
    metadata = unpacker.unpack("a.zip")[0]
    assert metadata["author"] == "me" and metadata["dependencies"] == {"d": {"url": "https://x/d", "sha256": "0" * 64}}
    ways = [
        lambda: invoke(ramp.pack, module, "-m", "-", "-o", "b.zip", input=(folder / "ramp.yml").read_bytes()),
        lambda: python("-m", "RAMP.ramp", "pack", module, "-m", "-", "-o", "b.zip", input=(folder / "ramp.yml").read_text()),
        lambda: subprocess.run(
            ["bash", "-c", '"$0" -m RAMP.ramp pack "$1" -m <(cat ramp.yml) -o b.zip 2>/dev/null', sys.executable, module], check=True
        ),
        lambda: ramp.pack.callback(module=module, manifest=(folder / "ramp.yml").read_text(), output="b.zip"),
        lambda: ramp.pack.callback(module=str(module), manifest=open("ramp.yml"), output="b.zip"),
        lambda: ramp.pack.callback(module=str(module), manifest=io.BytesIO((folder / "ramp.yml").read_bytes()), output="b.zip"),
        lambda: ramp.package(module, manifest=folder / "ramp.yml", output="b.zip", print_filename_only=False, packname_file=None),
    ]
    for way in ways:
        way()
        assert (folder / "b.zip").read_bytes() == (folder / "a.zip").read_bytes()
        (folder / "b.zip").unlink()
    # Messages name the file, also where it is handed over open.
    (folder / "ramp.yml").write_text("a: [")
    result = invoke(ramp.pack, module, "-m", "ramp.yml", "-o", "b.zip")
    assert result.exit_code == 2 and "`ramp.yml`" in result.stderr and "line 1 column 4" in result.stderr and not (folder / "b.zip").exists()
    missing = invoke(ramp.pack, module, "-m", "missing.yml")
    assert missing.exit_code == 2 and "Invalid value for '--manifest' / '-m': 'missing.yml'" in missing.stderr


def test_a_manifest_with_every_kind_of_key(module, folder):
    manifest = {
        "display_name": "Hello", "author": "me", "license": "BSD", "min_redis_version": "4.0", "min_redis_pack_version": "5.0",
        "config_command": "MODULE.CONFIG", "capabilities": ["types", "flash"], "exclude_commands": ["hello.greet"],
        "add_command": [{"command_name": "test"}], "crdb": {"supported_featureset_versions": [1, 3]}, "redis_args": {"loglevel": "debug"},
        "dependencies": [{"name": "a", "url": "https://x/a.zip", "sha256": "38aa" * 16}],
        "optional-dependencies": {"b": {"url": "https://x/b.zip", "sha256": "0a96" * 16}},
    }  # fmt: skip
    (folder / "ramp.yml").write_text(json.dumps(manifest))
    # By the built-in host: `redis_args` would have a server asked.
    result = invoke(ramp.pack, module, "-m", "ramp.yml", "-o", "a.zip", "--probe", "builtin")
    assert result.exit_code == 0, result.output
    metadata = unpacker.unpack("a.zip")[0]
    for key, value in manifest.items():
        if key == "redis_args":
            assert key not in metadata
        elif key.endswith("dependencies"):
            assert metadata[key] == unpacker.normalize_dependencies(value)
        else:
            assert metadata[key] == value
    assert metadata["commands"] == [{"command_name": "test"}]


def test_failures(module, folder):
    result = invoke(ramp.pack, "missing.so")
    assert result.exit_code == 2 and "missing.so" in result.stderr and isinstance(result.exception, SystemExit)
    assert invoke(ramp.pack).exit_code == 2
    bad = invoke(ramp.pack, module, "--add-command", "{")
    assert bad.exit_code == 2 and "this is not JSON" in bad.stderr
    # Outside a command line it is an exception, as there.
    for call in [
        lambda: ramp.pack.callback(module="missing.so"),
        lambda: ramp.pack.main(["missing.so"], standalone_mode=False),
        lambda: click.Context(ramp.ramp).invoke(ramp.pack, module="missing.so"),
        lambda: ramp.package("missing.so", manifest=None, output="a.zip"),
    ]:
        with pytest.raises(click.ClickException, match="redis-ramp pack ended with exit status 2") as error:
            call()
        assert error.value.exit_code == 2
    with pytest.raises(TypeError, match="pack has no option 'autor'"):
        ramp.package(module, autor="me")


def test_by_keyword(module, folder, capfd):
    assert ramp.pack.callback(module=str(module), output="a.zip", capabilities=["types"], add_command=[{"command_name": "x"}]) == 0
    assert unpacker.unpack("a.zip")[0]["capabilities"] == ["types"]
    assert capfd.readouterr().out == "a.zip\n"
    ramp.pack.callback(module=str(module), output="b.zip", print_filename_only=True, verbose=True)
    assert config.verbose and not config.debug and not (folder / "b.zip").exists()


def test_values_that_look_like_something_else(module, folder):
    for value in ["--verbose", "-", "", "=x", "a=b", "ä\u20ac", "a\nb", "$HOME `x` \"'"]:
        assert invoke(ramp.pack, module, "-o", "a.zip", "-D", value).exit_code == 0
        assert unpacker.unpack("a.zip")[0]["description"] == value
    (folder / "-dash.so").write_bytes(module.read_bytes())
    assert invoke(ramp.pack, "-o", "a.zip", "--", "-dash.so").exit_code == 0


def test_validate(module, folder):
    invoke(ramp.pack, module, "-o", "a.zip")
    good = invoke(ramp.validate, "a.zip")
    assert good.exit_code == 0 and "accepted" in good.stdout
    (folder / "b.zip").write_bytes(b"none")
    bad = invoke(ramp.validate, "b.zip")
    assert bad.exit_code == 1 and "invalid_module" in bad.stdout
    assert invoke(ramp.validate, "missing.zip").exit_code == 2


def test_unpack(module, folder):
    invoke(ramp.pack, module, "-o", "a.zip")
    result = invoke(ramp.unpack, "a.zip")
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [str(folder / "hello.json"), str(folder / "hello.so")]
    assert (folder / "hello.so").read_bytes() == module.read_bytes()
    assert json.loads((folder / "hello.json").read_text())["module_name"] == "hello"
    # ramp-packer writes over what is there, whatever a bundle names; here it is asked for.
    (folder / "hello.so").write_text("mine")
    again = invoke(ramp.unpack, "a.zip")
    assert again.exit_code == 2 and "--force" in again.stderr and (folder / "hello.so").read_text() == "mine"
    assert invoke(ramp.unpack, "--force", "a.zip").exit_code == 0 and (folder / "hello.so").read_bytes() == module.read_bytes()
    missing = invoke(ramp.unpack, "missing.zip")
    assert missing.exit_code != 0 and missing.exception is not None


@pytest.mark.parametrize("name", ["@list", "-", "http://127.0.0.1:9/a.zip", "-a.zip"])
def test_a_path_is_a_path(name, module, folder):
    (folder / "list").write_text("secret\n")
    for command in [ramp.validate, ramp.unpack]:
        result = invoke(command, "--", name)
        assert result.exit_code == 2 and "No such file" in result.output and "secret" not in result.output, result.output
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    assert invoke(ramp.pack, module, "-o", "a.zip").exit_code == 0
    (folder / "a.zip").rename(folder / name)
    assert invoke(ramp.validate, "--", name).exit_code == 0
    assert invoke(ramp.unpack, "--", name).exit_code == 0


@pytest.mark.parametrize("name", ["../outside.so", "/tmp/outside.so", "deps/../../outside.so"])
def test_unpack_stays_where_it_is(folder, name):
    (folder / "below").mkdir()
    os.chdir(folder / "below")
    (folder / "below/a.zip").write_bytes(bundles.bundle(bundles.metadata(module_file=name), module=name))
    assert invoke(ramp.unpack, "a.zip").exit_code != 0
    assert sorted(path.name for path in folder.rglob("*")) == ["a.zip", "below"]


TAKING = ["RAMP.so", "RAMP.abi3.so", "RAMP.cpython-311-x86_64-linux-gnu.so", "RAMP/__init__.so", "click.so", "redis_ramp.so", "json.so", "runpy.so"]


@pytest.mark.parametrize("name", TAKING)
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_unpack_writes_nothing_that_would_be_imported(name, force, folder, python):
    (folder / "a.zip").write_bytes(bundles.bundle(bundles.metadata(module_file=name), module=name))
    result = invoke(ramp.unpack, *force, "a.zip")
    module = name.partition(".")[0].partition("/")[0]
    assert result.exit_code == 2 and f"'{name}'" in result.stderr and f"as `{module}`" in result.stderr
    assert "redis-ramp unpack a.zip --directory FOLDER" in result.stderr
    assert [path.name for path in folder.rglob("*")] == ["a.zip"]
    assert python("-m", "RAMP.ramp", "version").stdout == "RAMP packer v=2.5.19\n"


@pytest.mark.parametrize("name", ["hello.so", "redisjson.so", "RAMPs.so", "librejson.so", "Json.so"])
def test_unpack_writes_all_other_modules(name, folder):
    (folder / "a.zip").write_bytes(bundles.bundle(bundles.metadata(module_file=name), module=name))
    result = invoke(ramp.unpack, "a.zip")
    assert result.exit_code == 0 and (folder / name).read_bytes() == bundles.MODULE, result.output


def test_version(python):
    result = python("-m", "RAMP.ramp", "version")
    assert (result.returncode, result.stdout) == (0, "RAMP packer v=2.5.19\n")
    assert result.stderr.startswith("ramp 0.")
    assert python("-m", "RAMP.ramp", "--version").stdout.endswith(", version 2.5.19\n")


def test_output_is_that_of_python(module, folder, capsys):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        ramp.pack.callback(module=str(module), output="a.zip")
    assert out.getvalue() == "a.zip\n" and "warning:" in err.getvalue()
    both = io.StringIO()
    with contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        ramp.pack.callback(module=str(module), output="a.zip", verbose=True)
    assert '"author"' in both.getvalue() and "warning:" in both.getvalue()
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_output_into_streams_that_can_little(module, folder):
    class Words(list):
        def write(self, text):
            self.append(text)

    written, ascii_only = Words(), io.TextIOWrapper(io.BytesIO(), "ascii")
    with contextlib.redirect_stdout(written), contextlib.redirect_stderr(ascii_only):
        ramp.pack.callback(module=str(module), output="ä.zip")
    # An ellipsis is among the words of a help.
    assert written == ["ä.zip\n"] and rb"ramp pack \u2026 --operating-systems" in ascii_only.buffer.getvalue()


def test_output_into_nothing(module, folder, python):
    with open("/dev/full", "w") as full:
        result = python("-m", "RAMP.ramp", "pack", module, "-o", "a.zip", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode != 0 and "Traceback" not in result.stderr
    subprocess.run(["bash", "-c", '"$0" -m RAMP.ramp pack "$1" -o b.zip >&- 2>&-', sys.executable, module], check=True)
    assert (folder / "b.zip").exists()


def test_a_log_has_all_in_order(module, folder):
    """As `pack.sh` has it: `--verbose --debug … >/tmp/ramp.err 2>&1`, with warnings ignored."""
    with open("log", "w") as log:
        subprocess.run(
            [sys.executable, "-m", "RAMP.ramp", "pack", "--verbose", "--debug", "-n", "hello", "--packname-file", "name", "-o", "a.zip", module],
            check=True, stdout=log, stderr=log, env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
    text = (folder / "log").read_text()
    assert text.index('"author"') < text.index("\na.zip") and "RedisModule_OnLoad" in text or "hello.greet" in text
    assert (folder / "name").read_text() == "a.zip"


def test_nothing_goes_on_when_it_is_ended(folder, tmp_path_factory, monkeypatch):
    """A slow command in the place of `redis-ramp` is ended with it."""
    commands = tmp_path_factory.mktemp("bin")
    slow = commands / "slow"
    slow.write_text(f"#!{sys.executable}\nimport time\nopen('begun', 'w').close()\ntime.sleep(1.5)\nopen('done', 'w').close()\n")
    slow.chmod(0o755)
    # Who runs the tests may heed no Ctrl-C, as in the background of a script.
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    program += f"import redis_ramp._command as c; c.command = lambda: {str(slow)!r}; from RAMP.ramp import ramp; ramp()"
    for number, status in [(signal.SIGTERM, 143), (signal.SIGINT, 1)]:
        (folder / "begun").unlink(missing_ok=True)
        process = subprocess.Popen([sys.executable, "-c", program, "pack", "x.so"], stderr=subprocess.PIPE)
        while not (folder / "begun").exists():
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(timeout=10) == status and b"Traceback" not in process.stderr.read()
        process.stderr.close()
    time.sleep(1.5)
    assert not (folder / "done").exists()


def test_a_command_that_is_killed(folder, tmp_path, monkeypatch):
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr("redis_ramp._command.command", lambda: str(killed))
    assert invoke(ramp.pack, "x.so").exit_code == 128 + 9


def test_without_the_command(monkeypatch):
    def missing():
        raise FileNotFoundError("the command `redis-ramp` is not there: install it")

    monkeypatch.setattr("redis_ramp._command.command", missing)
    result = invoke(ramp.pack, "x.so")
    assert (result.exit_code, result.stderr) == (2, "Error: the command `redis-ramp` is not there: install it\n")


def test_a_command_that_cannot_be_run(tmp_path, monkeypatch):
    (tmp_path / "broken").write_bytes(b"\x7fELF")
    (tmp_path / "broken").chmod(0o755)
    monkeypatch.setattr("redis_ramp._command.command", lambda: str(tmp_path / "broken"))
    result = invoke(ramp.pack, "x.so")
    assert result.exit_code == 2 and "`redis-ramp` cannot be run: [Errno 8]" in result.stderr


@pytest.mark.parametrize("name", ["json", "click", "typing", "re", "redis_ramp", "subprocess", "signal"])
def test_nothing_is_imported_from_the_working_directory(name, module, folder, python):
    """What a bundle has put there, say."""
    (folder / f"{name}.py").write_text("raise SystemExit('taken from the working directory')")
    assert python("-m", "RAMP.ramp", "version").returncode == 0
    assert python("-m", "RAMP.ramp", "pack", module).stdout == "module.zip\n"


def test_a_working_directory_that_is_gone(folder):
    for what in ["-c 'import RAMP.ramp, RAMP.unpacker'", "-m RAMP.ramp version"]:
        (folder / "gone").mkdir()
        script = f'cd gone && "$0" -c "import os; os.rmdir(os.getcwd())" && "$0" {what}'
        result = subprocess.run(["bash", "-c", script, sys.executable], capture_output=True, text=True)
        assert result.returncode == 0 and "Traceback" not in result.stderr, (what, result.stderr)
        assert not (folder / "gone").exists()


def test_import_is_cheap(python):
    """`python3 -c "import RAMP.ramp"` is how RediSearch's pack script asks whether RAMP is there."""
    loaded = python("-c", "import RAMP.ramp, sys; print(*sys.modules)")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert not {"subprocess", "zipfile", "redis_ramp", "hashlib", "tarfile", "importlib.metadata"} & set(loaded.stdout.split())
