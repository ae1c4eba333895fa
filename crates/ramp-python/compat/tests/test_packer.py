"""`RAMP.packer` and what is beside it, by hand; beside ramp-packer itself in test_reference.py."""

import hashlib
import io
import json
import os
import pathlib
import zipfile

import click
import pytest

from RAMP import commands_discovery, common, config, module_metadata, packer, unpacker
from RAMP._pack_options import arguments


def test_archive(module, folder, capsys):
    (folder / "words/below").mkdir(parents=True)
    (folder / "words/below/a").write_text("a")
    metadata = {**module_metadata.create_default_metadata(module), "module_name": "hello", "dependencies": {"w": {"url": "u", "local_path": "words"}}}
    packer.archive(str(module), metadata, "{module_name}.zip")
    assert capsys.readouterr().out == "hello.zip\n"
    first = (folder / "hello.zip").read_bytes()
    read, file, dependencies = unpacker.unpack("hello.zip")
    assert file.read() == module.read_bytes() and read["sha256"] == hashlib.sha256(module.read_bytes()).hexdigest()
    digest = hashlib.sha256(dependencies["deps/w.tgz"].read()).hexdigest()
    assert read["dependencies"] == {"w": {"url": "u", "sha256": digest}} == metadata["dependencies"]
    # The same on any day, and of what no dependency was said of.
    os.utime(folder / "words/below/a", (10**9, 10**9))
    os.utime(module, (10**9, 10**9))
    metadata["dependencies"]["w"]["local_path"] = "words"
    packer.archive(module, metadata)
    assert (folder / "module.zip").read_bytes() == first
    packer.archive(module, {**module_metadata.create_default_metadata(module), "module_name": "hello"}, "b.zip")
    assert [info.external_attr >> 16 for info in zipfile.ZipFile("b.zip").infolist()] == [0o100755, 0o100644]
    with pytest.raises(ValueError, match="which only `package` expands"):
        packer.archive(module, {**metadata, "dependencies": {"w": {"local_path": "{__import__('os').abort()}"}}})


def test_package(module, folder):
    ramp_yml = io.BytesIO(b"author: me\nmin_redis_version: '7.2'\n")
    options = {"manifest": ramp_yml, "print_filename_only": False, "packname_file": "name", "output": "{module_name}.zip", "module_name": None}
    assert packer.package(str(module), **options, capabilities=["types"], redis_args=None, display_name="Hello") == 0
    metadata = unpacker.unpack((folder / "name").read_text())[0]
    assert (metadata["author"], metadata["capabilities"], metadata["display_name"]) == ("me", ["types"], "Hello")


SAID = '{"module_name": "x", "version": 1, "commands": []}'


def test_a_path_is_that_of_a_file(module, folder, python):
    """Also where a word of that kind is standard input."""

    class Bytes(os.PathLike):
        def __fspath__(self):
            return b"-"

    (folder / "-").write_text("author: me\n")
    for path in [pathlib.Path("-"), Bytes()]:
        packer.package(module, manifest=path, output="a.zip")
        assert unpacker.unpack("a.zip")[0]["author"] == "me"
    (folder / "-").unlink()
    with pytest.raises(click.ClickException):
        packer.package(module, manifest=pathlib.Path("-"), output="b.zip")
    program = "import pathlib, sys; from RAMP.packer import package; package(sys.argv[1], output='b.zip', **{sys.argv[2]: pathlib.Path('-')})"
    for option, given in [("manifest", "author: you\n"), ("commands_from", SAID)]:
        result = python("-c", program, module, option, input=given)
        assert result.returncode != 0 and "No such file" in result.stderr and not (folder / "b.zip").exists(), option
    # As words they are what they are to the command.
    (folder / "said.json").write_text(SAID)
    packer.package(module, commands_from=pathlib.Path("said.json"), output="b.zip")
    assert unpacker.unpack("b.zip")[0]["module_name"] == "x"


def test_versions():
    assert [str(packer.version_to_semantic_version(number)) for number in (0, 10203, 10203.0, 999999)] == ["0.0.0", "1.2.3", "1.2.3", "99.99.99"]
    assert packer.version_to_semantic_version(10203) < packer.version_to_semantic_version(10300)


def test_a_manifest_without_the_command(module, capsys):
    pytest.importorskip("yaml")
    metadata = packer.set_defaults(module)
    packer.init_from_manifest(metadata, io.BytesIO(b"author: me\nautor: you\n"))
    assert metadata["author"] == "me" and capsys.readouterr().err == "autor unknown attribute\n"
    packer.init_from_manifest(metadata, "author: [")
    packer.init_from_manifest(metadata, "author: !!python/object/apply:os.abort []")
    assert "python/object" in capsys.readouterr().err


def test_discovery(module, folder):
    found = commands_discovery.discover_modules_commands(module, "a b")
    assert (found.name, found.version, type(found.version)) == ("hello", 10203, float)
    command = {"command_name": "hello.greet", "command_arity": -1, "flags": ["readonly", "module", "fast"], "first_key": 0, "last_key": 0, "step": 0}
    assert [one.to_dict() for one in found.commands] == [command]
    with pytest.raises(click.ClickException):
        commands_discovery.discover_modules_commands("missing.so")


def test_config(capsys):
    config.set(None)
    config.set({"debug": True, "verbose": False})
    assert config.verbose and config.debug
    config.set({"verbose": False})
    assert config.verbose
    config.set({"verbose": False, "debug": False})
    config.dump()
    assert capsys.readouterr().out == "verbose:  False\ndebug:  False\n"


def test_dependencies():
    with pytest.raises(Exception, match="error: dependency a missing url"):
        common.normalize_dependencies({"a": {}})
    with pytest.raises(Exception, match="error: dependency missing name"):
        common.normalize_dependencies([{}])
    with pytest.raises(Exception, match="error: invalid dependencies format"):
        common.normalize_dependencies("a")


SYSTEMS = [
    ("ID=debian\nVERSION_ID='12'\n", "debian12"),
    ('ID="rocky"\nVERSION_ID="9.3"\nX\n', "rhel9"),
    ("ID=ol\nVERSION_ID=8.10\n", "rhel8"),
    ('ID=ubuntu\nVERSION_ID="22.04"\n', "ubuntu22"),
    ("ID=amzn\nVERSION_ID=2023\n", "amzn2023"),
    ("ID=arch\n", "arch"),
    ("", ""),
]


@pytest.mark.parametrize("text, name", SYSTEMS)
def test_systems(text, name, tmp_path, monkeypatch):
    (tmp_path / "os-release").write_text(text)
    monkeypatch.setattr(module_metadata, "DEVCONTAINER_PATH", str(tmp_path / "none"))
    monkeypatch.setattr(module_metadata, "OS_RELEASE_PATHS", (str(tmp_path / "none"), str(tmp_path / "os-release")))
    assert module_metadata.get_curr_os() == name
    (tmp_path / "container").write_text('DISTRO="jammy"\n')
    monkeypatch.setattr(module_metadata, "DEVCONTAINER_PATH", str(tmp_path / "container"))
    assert module_metadata.get_curr_os() == "ubuntu22"


def test_arguments():
    values = {"add_command": {"command_name": "a"}, "env": "A", "optional-dependencies": {}, "dependencies": [], "capabilities": [], "timeout": 5}
    assert arguments(values) == ['--add-command={"command_name": "a"}', "--optional-dependencies={}", "--env=A", "--timeout=5"]
    assert arguments({"capabilities": [""], "strict": False, "redis_args": json.loads('{"loglevel": "ä"}')}) == [
        "--capabilities=",
        '--redis-args={"loglevel": "\\u00e4"}',
    ]
