"""Packing, by the command: it asks the module in a process of its own, and leaves no half of a bundle behind."""

from __future__ import annotations

import hashlib
import pathlib
import re
from os import PathLike, curdir, fsdecode
from os.path import join
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Type, Union

from . import _given, _ramp
from ._command import command
from ._ramp import Limits, RampError
from ._run import TooLong, packing
from ._types import Level, Probe

StrPath = Union[str, "PathLike[str]"]

_SAID = re.compile(r"(error|warning|note): (?:([a-z][a-z0-9]*(?:-[a-z0-9]+)+): )?(.*)", re.DOTALL)
_HELP = re.compile(r" *help: (.*)", re.DOTALL)
_LOGGED = "what was logged:"
_OF_A_TERMINAL = re.compile(r"For more information, try '--help'|Usage: ")
_OF_A_FILE = re.compile(r"^((?:error|warning|note): (?:the manifest(?= `-`))?)(?: `-`)?((?: cannot be used: )?)(?:line \d+ column \d+: )?")


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

    def __repr__(self) -> str:
        name, version = (_given.shown(self.metadata.get(key)) for key in ("module_name", "semantic_version"))
        said = f"{len(self.messages)} message{'' if len(self.messages) == 1 else 's'}"
        return f"<Packed {str(self.path)!r}: {name} {version}, sha256 {self.sha256[:12]}…, {said}>"


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
    overide_command: Optional[Iterable[Mapping[str, Any]]] = None,
    add_command: Optional[Iterable[Mapping[str, Any]]] = None,
    dependencies: Optional[Mapping[str, Any]] = None,
    optional_dependencies: Optional[Mapping[str, Any]] = None,
    embed_deps: Optional[StrPath] = None,
    probe: Optional[Probe] = None,
    redis_version: Optional[str] = None,
    redis_server: Optional[StrPath] = None,
    env: Optional[Iterable[str]] = None,
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
    texts = {
        "module_name": module_name,
        "display_name": display_name,
        "capability_name": capability_name,
        "author": author,
        "email": email,
        "description": description,
        "homepage": homepage,
        "license": license,
        "architecture": architecture,
        "os": os,
        "redis_min_version": redis_min_version,
        "redis_pack_min_version": redis_pack_min_version,
        "redis_compatible_version": redis_compatible_version,
        "cmdargs": cmdargs,
        "config_command": config_command,
        "probe": probe,
        "redis_version": redis_version,
        "runcmdargs": runcmdargs,
    }
    paths = {
        "output": output,
        "embed_deps": embed_deps,
        "redis_server": redis_server,
        "commands_from": commands_from,
        "config": config,
    }
    lists = {"operating_systems": operating_systems, "capabilities": capabilities, "exclude_commands": exclude_commands}
    objects = {"overide_command": overide_command, "add_command": add_command}
    documents = {
        "dependencies": dependencies,
        "optional_dependencies": optional_dependencies,
        "redis_args": redis_args,
    }
    given: List[Tuple[str, Union[str, int, float, None]]] = [
        *((keyword, _given.text(keyword, value)) for keyword, value in texts.items()),
        *((keyword, _given.path(keyword, value)) for keyword, value in paths.items()),
        *((keyword, _given.listed(keyword, value)) for keyword, value in lists.items()),
        *((keyword, each) for keyword, value in objects.items() for each in _given.objects(keyword, value)),
        *((keyword, _given.document(keyword, value)) for keyword, value in documents.items()),
        *(("env", name) for name in _given.names("env", env) or []),
        ("module_version", _given.whole("module_version", module_version)),
        ("timeout", _given.seconds("timeout", timeout)),
    ]
    standard_input: Optional[bytes] = None
    is_dictionary = isinstance(manifest, Mapping)
    if is_dictionary:
        standard_input = (_given.document("manifest", manifest) or "").encode()
        given.append(("manifest", "-"))
    elif manifest is not None:
        # Not what the command takes for its standard input.
        given.append(("manifest", join(curdir, _given.path("manifest", manifest) or "")))
    switches = {
        "bigstore_version_2_support": bigstore_version_2_support,
        "strict": strict,
        "isolated": config is None,
    }
    file, seconds = _given.path("module", module, needed=True), _given.seconds("seconds", seconds)
    # In one word with its option no value is taken for another option.
    options = [f"--{keyword.replace('_', '-')}={value}" for keyword, value in given if value is not None]
    options += [f"--{keyword.replace('_', '-')}" for keyword, is_on in switches.items() if _given.switch(keyword, is_on)]
    arguments = [command(), "pack", "--color=never", *options, "--", str(file)]

    try:
        with packing(arguments, standard_input, seconds) as ended:
            messages = _messages(ended.err, is_dictionary)
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


def _messages(err: str, is_dictionary: bool) -> Tuple[Message, ...]:
    """What was said, message by message: what begins with no level goes on with the message before it.

    Behind `what was logged:` stand words of the module, each line of them indented, and no word of the packer's.
    """
    said: List[Message] = []
    is_log = False
    # A message has no other ends of lines in it; what others count for one may be the module's.
    for line in err.removesuffix("\n").split("\n"):
        if _OF_A_TERMINAL.match(line):
            continue
        if is_dictionary:
            # It has neither a name nor lines.
            line = _OF_A_FILE.sub(r"\1\2", line)
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
    return tuple(message._replace(text=message.text.rstrip()) for message in said)
