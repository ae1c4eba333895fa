"""What `RAMP.ramp.pack` was last told of `--verbose` and `--debug`."""

from __future__ import annotations

from typing import Any, Mapping, Optional

verbose: bool = False
debug: bool = False


def set(args: Optional[Mapping[str, Any]] = None) -> None:
    """Takes `verbose` and `debug` from a command's arguments; the latter implies the former."""
    global verbose, debug
    if args is None:
        return
    if "debug" in args:
        debug = args["debug"]
    if "verbose" in args:
        verbose = args["verbose"] or debug


def dump() -> None:
    """Prints both."""
    print("verbose: ", verbose)
    print("debug: ", debug)
