"""The options of `pack`: those of ramp-packer's, in its spelling, and those that the command `redis-ramp` has beyond them."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Iterable, List, NamedTuple, Tuple


class Option(NamedTuple):
    """An option of both, under its names here and the one by which it is handed over."""

    key: str
    """The keyword by which `RAMP.ramp.pack` and `RAMP.packer.package` take it, and the metadata's field."""
    names: Tuple[str, ...]
    help: str
    kind: str = "text"
    """`text`; `flag`; `list`: one text with commas, here a list; `json`: one text that is JSON; `texts`, `jsons`: may be given several times;
    `manifest`."""
    default: Any = None


REFERENCE: List[Option] = [
    Option("manifest", ("--manifest", "-m"), "generate package from manifest", "manifest"),
    Option("display_name", ("--display-name", "-d"), "name for display purposes"),
    Option("capability_name", ("--capability-name", "-b"), "name of capability"),
    Option("module_name", ("--module-name", "-n"), "module name"),
    Option("author", ("--author", "-a"), "module author"),
    Option("email", ("--email", "-e"), "author's email"),
    Option("architecture", ("--architecture", "-A"), "module compiled on i386/x86_64 arch"),
    Option("description", ("--description", "-D"), "short description"),
    Option("homepage", ("--homepage", "-h"), "module homepage"),
    Option("license", ("--license", "-l"), "license"),
    Option("command_line_args", ("--cmdargs", "-c"), "module command line arguments"),
    Option("run_command_line_args", ("--runcmdargs",), "if set, use those args when running the redis server"),
    Option("min_redis_version", ("--redis-min-version", "-r"), "redis minimum version"),
    Option("min_redis_pack_version", ("--redis-pack-min-version", "-R"), "redis pack minimum version"),
    Option("compatible_redis_version", ("--redis-compatible-version", "-cr"), "redis compatible version"),
    Option("bigstore_version_2_support", ("--bigstore-version-2-support",), "This module supports RofV2", "flag"),
    Option("config_command", ("--config-command", "-cc"), "command used to configure module args at runtime"),
    Option("os", ("--os", "-O"), "build target OS (Darwin/Linux)"),
    Option("capabilities", ("--capabilities", "-C"), "comma separated list of module capabilities", "list"),
    Option("exclude_commands", ("--exclude-commands", "-E"), "comma separated list of exclude commands", "list"),
    Option("overide_command", ("--overide-command",), "gets a command json representation and override it on the module json file", "jsons"),
    Option("add_command", ("--add-command",), "gets a command json representation and add it on the module json file", "jsons"),
    Option("dependencies", ("--dependencies",), "list of module dependencies: <name, uri, sha256, local_path(optional)>", "json"),
    Option(
        "optional_dependencies",
        ("--optional-dependencies",),
        "list of module optional dependencies: <name, uri, sha256, local_path(optional)>",
        "json",
    ),
    Option("output", ("--output", "-o"), "output file name", default="module.zip"),
    Option("print_filename_only", ("--print-filename-only", "-P"), "Print package path, but don't generate file", "flag", False),
    Option("packname_file", ("--packname-file",), "Write package name to the file"),
    Option("verbose", ("--verbose", "-v"), "verbose mode: print the resulting metadata", "flag", False),
    Option("debug", ("--debug",), "Print interaction with Redis. Implies --verbose.", "flag", False),
    Option("redis_args", ("--redis-args",), "redis command line arguments", "json"),
]
"""In ramp-packer's order. Their help is its, which is part of the output of `--help`."""

BEYOND: List[Option] = [
    Option("module_version", ("--module-version",), "version of the module as a number, in place of the one it registers"),
    Option("operating_systems", ("--operating-systems",), "comma separated list of operating systems of nodes", "list"),
    Option("embed_deps", ("--embed-deps",), "a folder with dependencies that are already downloaded"),
    Option("probe", ("--probe",), "what is to load the module: auto, builtin, redis-server, none"),
    Option("redis_version", ("--redis-version",), "the Redis version that the built-in host shows the module"),
    Option("redis_server", ("--redis-server",), "the server to ask through"),
    Option("env", ("--env",), "a variable of the environment that the module may see", "texts"),
    Option("timeout", ("--timeout",), "how many seconds asking may take"),
    Option("commands_from", ("--commands-from",), "take name, version and commands from a file instead"),
    Option("strict", ("--strict",), "fail on every finding of level error", "flag", False),
    Option("config", ("--config",), "the policy file"),
    Option("isolated", ("--isolated",), "read no policy file", "flag", False),
    Option("color", ("--color",), "whether to use colours: auto, always, never"),
]
"""What messages of `redis-ramp pack` tell to use, so that a script can: all but the manifest's, which is handed over apart."""


def arguments(values: Dict[str, Any]) -> List[str]:
    """The arguments by which `redis-ramp pack` is told these values, but for `manifest` and the module.

    Raises `TypeError` for a keyword that is none of `REFERENCE` and `BEYOND`.

    >>> arguments({"author": "me", "capabilities": ["types", "flash"], "verbose": True, "output": "a.zip"})
    ['--author=me', '--capabilities=types,flash', '--output=a.zip', '--verbose']
    """
    options = {option.key: option for option in REFERENCE + BEYOND}
    # The field's name is not that of a keyword.
    values = {"optional_dependencies" if key == "optional-dependencies" else key: value for key, value in values.items()}
    unknown = [key for key in values if key not in options]
    if unknown:
        raise TypeError(f"pack has no option {unknown[0]!r}")
    return [
        argument
        for key, option in options.items()
        if values.get(key) is not None and option.kind != "manifest"
        for argument in _of(option, values[key])
    ]


def path_of(file: "os.PathLike[Any]") -> str:
    """The argument by which the command is told a file, whatever that is called: `-` alone would be standard input.

    >>> from pathlib import Path
    >>> [path_of(Path(name)) for name in ("-", "a/-", "-a")]
    ['./-', 'a/-', '-a']
    """
    path = os.fsdecode(file)
    return os.path.join(os.curdir, path) if path == "-" else path


def _of(option: Option, value: Any) -> Iterable[str]:
    name = option.names[0]
    if option.kind == "flag":
        return [name] if value else []
    if option.kind in ("texts", "jsons"):
        items = [value] if isinstance(value, (str, dict)) else list(value)
        return [f"{name}={_text(option, item)}" for item in items]
    if option.kind == "list" and not isinstance(value, str):
        # As in ramp-packer, nothing is taken from the manifest's unless there is something.
        return [f"{name}={','.join(value)}"] if value else []
    if option.kind == "json" and value in ([], ()):
        return []
    return [f"{name}={_text(option, value)}"]


def _text(option: Option, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return path_of(value)
    return json.dumps(value) if option.kind.startswith("json") else str(value)
