#!/usr/bin/env python3
"""The commands of ramp-packer, `python3 -m RAMP.ramp pack|unpack|validate|version`, done by the command `redis-ramp`."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    # `python3 -m` imports from the working directory first, where unpacked bundles lie: one may have a module called `json.so`.
    try:
        if sys.path[0] in ("", os.getcwd()):
            del sys.path[0]
    except OSError:
        # It is gone.
        pass

import json
from typing import IO, Any, Callable, Dict, List, Optional, Sequence

import click

from RAMP import config
from RAMP._pack_options import BEYOND, REFERENCE, Option
from RAMP.packer import package
from RAMP.unpacker import unpack as unpack_bundle
from RAMP.version import VERSION

from .common import *

__all__ = ["VERSION", "click", "config", "eprint", "json", "normalize_dependencies", "os", "pack", "package", "ramp", "sys", "unpack"]
__all__ += ["comma_seperated_to_list", "json_str_to_json", "jsons_str_tuple_to_jsons_tuple", "unpack_bundle", "validate", "version"]


def comma_seperated_to_list(ctx: Any, param: Any, value: Optional[str]) -> List[str]:
    """What is between the commas, each once."""
    return [] if value is None else list(dict.fromkeys(value.split(",")))


def jsons_str_tuple_to_jsons_tuple(ctx: Any, param: Any, value: Optional[Sequence[str]]) -> List[Any]:
    """Each text, which is JSON, as what it says."""
    return [json_str_to_json(ctx, param, text) for text in value or []]


def json_str_to_json(ctx: Any, param: Any, value: Optional[str]) -> Any:
    """A text, which is JSON, as what it says; `click.BadParameter` where it is not."""
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"this is not JSON: {error}", ctx=ctx, param=param) from None


@click.group()
@click.version_option(version=VERSION)
def ramp() -> None:
    pass


@ramp.command()
def version() -> int:
    print(f"RAMP packer v={VERSION}")
    # Who it is: not for scripts, which expect one line.
    _run("version", [], out=sys.stderr)
    return 0


@ramp.command()
@click.argument("bundle")
def validate(bundle: str) -> int:
    _run("validate", ["--", _path(bundle)])
    return 0


class WouldBeImported(click.ClickException):
    """A bundle is not unpacked: it has a file that the next Python in this folder would run."""

    exit_code = 2


@ramp.command()
@click.argument("bundle")
@click.option("--force", is_flag=True, default=False, help="Overwrite files that exist")
def unpack(bundle: str, force: bool = False) -> int:
    from RAMP._imported import imported_as, taking_a_place

    bad = taking_a_place(bundle)
    if bad is not None:
        raise WouldBeImported(
            f"{bundle} has the file {bad!r}, which Python would import as `{imported_as(bad)}`, in place of its own module, when it is "
            f"started here\n  help: `redis-ramp unpack {bundle} --directory FOLDER` unpacks it, into a folder in which no Python is started"
        )
    options = ["--policy=reference", "--without-dependencies", f"--directory={os.getcwd()}"]
    _run("unpack", [*options, *(["--force"] if force else []), "--", _path(bundle)])
    return 0


def _path(bundle: str) -> str:
    """A bundle's path is nothing else here: not a URL, standard input, or a file with names of bundles."""
    return os.path.join(os.curdir, bundle) if bundle.startswith(("-", "@")) or "://" in bundle else bundle


def _run(command: str, arguments: List[str], out: Optional[IO[str]] = None) -> None:
    from RAMP._handover import run

    run(command, arguments, out=out)


def _click_option(option: Option) -> Callable[[Any], Any]:
    more: Dict[str, Dict[str, Any]] = {
        "flag": {"is_flag": True},
        "list": {"callback": comma_seperated_to_list},
        "json": {"callback": json_str_to_json},
        "jsons": {"callback": jsons_str_tuple_to_jsons_tuple, "multiple": True},
        "texts": {"multiple": True},
        "manifest": {"type": click.File("rb")},
    }
    return click.option(*option.names, option.key, help=option.help, default=option.default, **more.get(option.kind, {}))


def _with_options(function: Callable[..., int]) -> Callable[..., int]:
    for option in reversed(REFERENCE + BEYOND):
        function = _click_option(option)(function)
    return function


@ramp.command()
@click.argument("module")
@_with_options
def pack(module: str, **kwargs: Any) -> int:
    config.set(kwargs)
    return package(module, **kwargs)


if __name__ == "__main__":
    ramp()
