"""Keeps `python -m redis_ramp` from importing what lies in the working directory, such as the `json.so` of a bundle that was unpacked there.

Imported before all else: `python -m` begins its path with the working directory. Also `__future__` is a module that is looked for there.
"""

import os
import sys


def leave() -> "list[str]":
    """Takes it off the path, where it begins it; what was taken off."""
    if getattr(sys.flags, "safe_path", False) or sys.flags.isolated:
        return []
    try:
        here = os.getcwd()
    except OSError:
        # It is gone.
        return []
    taken = [place for place in sys.path[:1] if place in ("", here)]
    del sys.path[: len(taken)]
    return taken


def come_back() -> None:
    """Another package that is run so, and imports this one, has its path again."""
    sys.path[:0] = _taken
    _taken.clear()


# While the packages of a module are imported that is to be run.
_taken = leave() if getattr(sys, "argv", [])[:1] == ["-m"] else []
