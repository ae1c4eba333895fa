"""Which files of a bundle Python would import in the place of its own modules, where it is started in the folder that has them."""

from __future__ import annotations

import os
import sys
from typing import AbstractSet, Optional

from .unpacker import names

OURS = frozenset({"RAMP", "redis_ramp", "click", "colorama"})
"""What `python3 -m RAMP.ramp` and `python3 -m redis_ramp` consist of, and need."""


def taking_a_place(bundle: str) -> Optional[str]:
    """The first file that a bundle has and that would be imported, instead of a module of Python's or of this package's.

    That is `json.so`, `json.abi3.so`, `json/__init__.so`; `python3 -m` looks into the working directory before any other folder, and at
    shared objects before anything else there. None, too, where the bundle cannot be read: who unpacks it says so.
    """
    taken = _standard_library() | OURS
    return next((name for name in names(bundle) if name.lower().endswith(".so") and imported_as(name) in taken), None)


def imported_as(name: str) -> str:
    """The module that a file is, or a part of: what comes before the first dot of the first part of its path.

    >>> [imported_as(name) for name in ("json.so", "json.cpython-39-x86_64-linux-gnu.so", "./json//decoder.so", "libjson.so")]
    ['json', 'json', 'json', 'libjson']
    """
    return os.path.normpath(name).split(os.sep)[0].partition(".")[0]


def _standard_library() -> AbstractSet[str]:
    known = getattr(sys, "stdlib_module_names", None)
    if known is None:
        # Python 3.9 cannot be asked.
        import pkgutil

        library = os.path.dirname(os.path.abspath(os.__file__))
        there = pkgutil.iter_modules([library, os.path.join(library, "lib-dynload")])
        known = frozenset(sys.builtin_module_names) | {module.name for module in there}
    return frozenset(known)
