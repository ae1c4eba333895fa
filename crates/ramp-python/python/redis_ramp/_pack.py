"""Packing, by the command: it asks the module in a process of its own, and leaves no half of a bundle behind."""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
from os import PathLike, curdir, fsdecode, fspath
from os.path import join
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Type, Union

from . import _ramp
from ._command import command
from ._ramp import Limits, RampError
from ._run import TooLong, packing
from ._types import Level, Probe

StrPath = Union[str, "PathLike[str]"]

_SAID = re.compile(r"(error|warning|note): (?:([a-z][a-z0-9]*(?:-[a-z0-9]+)+): )?(.*)", re.DOTALL)
_HELP = re.compile(r" *help: (.*)", re.DOTALL)
_LOGGED = "what was logged:"


class Message(NamedTuple):
    """What the packer says: of the manifest, the options or the bundle."""

    level: Level
    text: str
    help: Optional[str] = None
    """What to do about it."""
    rule: Optional[str] = None
    """The rule that found it, where it is a finding of the bundle."""
    log: Optional[str] = None
    """What the module, and whatever loaded it, wrote, line by line, where it could not be asked: their words, and not to be trusted."""

    def __str__(self) -> str:
        return f"{self.level}: {self.text}"


class Packed(NamedTuple):
    """A bundle that was written."""

    path: pathlib.Path
    sha256: str
    """Of the bundle. The module's is in the metadata."""
    metadata: Dict[str, Any]
    """Its `module.json`."""
    messages: Tuple[Message, ...]
    """Warnings and notes."""


class PackError(RampError):
    """A module could not be packed, and no bundle was written. The text is the packer's."""

    messages: Tuple[Message, ...]
    """All that the packer said, errors among it."""
    exit_status: int
    """1 where the bundle would be refused, or does not pass with `strict`; 2 where it could not be packed."""

    def __init__(self, text: str, messages: Iterable[Message] = (), exit_status: int = 2) -> None:
        super().__init__(text)
        self.messages, self.exit_status = tuple(messages), exit_status

    def __reduce__(self) -> Tuple[Type[PackError], Tuple[str, Tuple[Message, ...], int]]:
        return PackError, (str(self), self.messages, self.exit_status)


def pack(
    module: StrPath,
    output: Optional[StrPath] = None,
    *,
    manifest: Union[StrPath, Mapping[str, Any], None] = None,
    module_name: Optional[str] = None,
    module_version: Optional[int] = None,
    display_name: Optional[str] = None,
    capability_name: Optional[str] = None,
    author: Optional[str] = None,
    email: Optional[str] = None,
    description: Optional[str] = None,
    homepage: Optional[str] = None,
    license: Optional[str] = None,
    architecture: Optional[str] = None,
    os: Optional[str] = None,
    operating_systems: Optional[Iterable[str]] = None,
    redis_min_version: Optional[str] = None,
    redis_pack_min_version: Optional[str] = None,
    redis_compatible_version: Optional[str] = None,
    capabilities: Optional[Iterable[str]] = None,
    cmdargs: Optional[str] = None,
    bigstore_version_2_support: bool = False,
    config_command: Optional[str] = None,
    exclude_commands: Optional[Iterable[str]] = None,
    overide_command: Iterable[Mapping[str, Any]] = (),
    add_command: Iterable[Mapping[str, Any]] = (),
    dependencies: Optional[Mapping[str, Any]] = None,
    optional_dependencies: Optional[Mapping[str, Any]] = None,
    embed_deps: Optional[StrPath] = None,
    probe: Optional[Probe] = None,
    redis_version: Optional[str] = None,
    redis_server: Optional[StrPath] = None,
    env: Iterable[str] = (),
    timeout: Optional[float] = None,
    commands_from: Optional[StrPath] = None,
    runcmdargs: Optional[str] = None,
    redis_args: Optional[Mapping[str, Any]] = None,
    config: Optional[StrPath] = None,
    strict: bool = False,
    seconds: Optional[float] = None,
) -> Packed:
    """Packs a module into a bundle: `ramp pack`, whose options these are.

    `output` is the bundle, `module.zip` by default, and may have fields of the metadata in it: `{module_name}.{semantic_version}.zip`.
    `manifest` is a file, or what would be in it. The module is loaded, to be asked for its name, version and commands, unless `probe` is
    `none`, or there is `commands_from`. `config` is a policy file; none is looked for.

    `timeout` is for asking the module; `seconds` is for all, and raises `TimeExceeded`. `PackError` says that nothing was packed, and
    why; `FileNotFoundError` that the command is not installed. Whatever is raised, no bundle is left behind, nor what was started, and what
    was in its place is there.
    """
    arguments = [command(), "pack", "--color=never"]
    given: List[Tuple[str, Optional[StrPath]]] = [
        ("output", output),
        ("module-name", module_name),
        ("module-version", None if module_version is None else str(module_version)),
        ("display-name", display_name),
        ("capability-name", capability_name),
        ("author", author),
        ("email", email),
        ("description", description),
        ("homepage", homepage),
        ("license", license),
        ("architecture", architecture),
        ("os", os),
        ("operating-systems", _listed("operating_systems", operating_systems)),
        ("redis-min-version", redis_min_version),
        ("redis-pack-min-version", redis_pack_min_version),
        ("redis-compatible-version", redis_compatible_version),
        ("capabilities", _listed("capabilities", capabilities)),
        ("cmdargs", cmdargs),
        ("config-command", config_command),
        ("exclude-commands", _listed("exclude_commands", exclude_commands)),
        *(("overide-command", _json(each)) for each in overide_command),
        *(("add-command", _json(each)) for each in add_command),
        ("dependencies", None if dependencies is None else _json(dependencies)),
        ("optional-dependencies", None if optional_dependencies is None else _json(optional_dependencies)),
        ("embed-deps", embed_deps),
        ("probe", probe),
        ("redis-version", redis_version),
        ("redis-server", redis_server),
        *(("env", name) for name in ([env] if isinstance(env, str) else env)),
        ("timeout", None if timeout is None else str(timeout)),
        ("commands-from", commands_from),
        ("runcmdargs", runcmdargs),
        ("redis-args", None if redis_args is None else _json(redis_args)),
        ("config", config),
    ]
    standard_input: Optional[bytes] = None
    if isinstance(manifest, Mapping):
        standard_input = _json(manifest).encode()
        given.append(("manifest", "-"))
    elif manifest is not None:
        # Not what the command takes for its standard input.
        given.append(("manifest", join(curdir, manifest)))
    # In one word with its option no value is taken for another option.
    arguments += [f"--{name}={fspath(value)}" for name, value in given if value is not None]
    switches = [
        ("bigstore-version-2-support", bigstore_version_2_support),
        ("strict", strict),
        ("isolated", config is None),
    ]
    arguments += [f"--{name}" for name, is_on in switches if is_on]
    arguments += ["--", fspath(module)]

    try:
        with packing(arguments, standard_input, seconds) as ended:
            messages = _messages(ended.err)
            if ended.status != 0:
                errors = [str(said.text) for said in messages if said.level == "error"]
                text = "; ".join(errors) or ended.err.strip() or f"the command ended with {ended.status}"
                raise PackError(text, messages, ended.status)
            with open(ended.path, "rb") as bundle:
                sha256 = hashlib.sha256()
                while piece := bundle.read(1 << 20):
                    sha256.update(piece)
            metadata = _ramp.metadata(fsdecode(ended.path), Limits())
            return Packed(pathlib.Path(fsdecode(ended.name)), sha256.hexdigest(), metadata, messages)
    except TooLong:
        longest = max(arguments, key=len).partition("=")[0]
        text = f"the options are longer than this system lets a program be given; `{longest}` is the longest of them"
        raise PackError(text, [Message("error", text, "Put what is long into `manifest`.")]) from None


def _json(given: Any) -> str:
    return json.dumps(given, default=_dictionary)


def _dictionary(given: object) -> Any:
    """Of what is a mapping, and no dictionary, such as `types.MappingProxyType` and `collections.ChainMap`."""
    return dict(given) if isinstance(given, Mapping) else json.JSONEncoder().default(given)


def _listed(name: str, given: Optional[Iterable[str]]) -> Optional[str]:
    if given is None:
        return None
    if isinstance(given, str):
        raise TypeError(f"{name} is a list of names, and not one text")
    items = list(given)
    for item in items:
        if "," in item:
            raise ValueError(f"{name} has `{item}`: a name has no comma in it")
    return ",".join(items)


def _messages(err: str) -> Tuple[Message, ...]:
    """What was said, message by message: what begins with no level goes on with the message before it.

    Behind `what was logged:` stand words of the module, each line of them indented, and no word of the packer's.
    """
    said: List[Message] = []
    is_log = False
    # A message has no other ends of lines in it; what others count for one may be the module's.
    for line in err.removesuffix("\n").split("\n"):
        is_log = line == _LOGGED or is_log and line.startswith(" ")
        if found := _SAID.fullmatch(line):
            level, rule, text = found.groups()
            said.append(Message(level, text, None, rule))  # type: ignore[arg-type]
        elif said:
            last = said[-1]
            if is_log:
                said[-1] = last._replace(log="" if line == _LOGGED else f"{last.log}{line[2:]}\n")
            elif found := _HELP.fullmatch(line):
                said[-1] = last._replace(help=found.group(1))
            elif last.help is not None:
                said[-1] = last._replace(help=f"{last.help}\n{line}")
            else:
                said[-1] = last._replace(text=f"{last.text}\n{line}")
    return tuple(said)
