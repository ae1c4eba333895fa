"""Asks a module for its name, its version and its commands, by the command `redis-ramp`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .common import *

OK = "OK"


class Module:
    """A module that was asked."""

    def __init__(self, module_name: str, module_version: float) -> None:
        self.name = module_name
        self.version = module_version
        self.commands: List[ModuleCommand] = []

    def add_command(self, command: "ModuleCommand") -> None:
        """Adds one."""
        self.commands.append(command)


class ModuleCommand:
    """A command, as `COMMAND INFO` describes it."""

    def __init__(self, command_name: str, command_arity: int, flags: List[str], first_key: int, last_key: int, step: int) -> None:
        self.command_name = command_name
        self.command_arity = command_arity
        self.flags = flags
        self.first_key = first_key
        self.last_key = last_key
        self.step = step

    def to_dict(self) -> Dict[str, Any]:
        """As it is written into `module.json`."""
        return self.__dict__


def discover_modules_commands(
    path_to_module: "str | os.PathLike[str]", module_args: str = "", redis_extra_args: Optional[Dict[str, str]] = None
) -> Module:
    """What a module registers, loaded with these arguments; into a server with `redis_extra_args`, else into the built-in host.

    Raises `click.ClickException` where it could not be asked, which has been said on standard error.
    """
    import io
    import json

    from RAMP._handover import run

    options = ["--format=json"]
    if redis_extra_args:
        options.append(f"--redis-args={json.dumps(redis_extra_args)}")
    printed = io.StringIO()
    run("probe", [*options, "--", os.fspath(path_to_module), *module_args.split()], out=printed)
    asked = json.loads(printed.getvalue())
    module = Module(asked["module_name"], float(asked["version"]))
    for command in asked["commands"]:
        module.add_command(ModuleCommand(**command))
    return module
