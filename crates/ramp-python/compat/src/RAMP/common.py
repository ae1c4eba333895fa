"""What the modules of this package share, as of ramp-packer: all of them have these names."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, List, Union

__all__ = ["eprint", "normalize_dependencies", "os", "sys"]


def eprint(*args: Any, **kwargs: Any) -> None:
    """`print`, to standard error."""
    print(*args, file=sys.stderr, **kwargs)


def normalize_dependencies(deps: Union[Dict[str, Dict[str, Any]], List[Dict[str, Any]]]) -> Dict[str, Dict[str, Any]]:
    """Dependencies by name, whether they are given so or as a list.

    Raises `Exception` where one lacks its `url` or `sha256`, which only one in a mapping that has a `local_path` may; a list's need a `name`.

    >>> normalize_dependencies([{"name": "a", "url": "u", "sha256": "0"}])
    {'a': {'url': 'u', 'sha256': '0'}}
    """
    if isinstance(deps, dict):
        for name, dep in deps.items():
            missing = [key for key in ("url", "sha256") if key not in dep]
            if missing and "local_path" not in dep:
                raise Exception(f"error: dependency {name} missing {missing[0]}")
        return deps
    if not isinstance(deps, list):
        raise Exception("error: invalid dependencies format")
    by_name = {}
    for dep in deps:
        for key in ("name", "url", "sha256"):
            if key not in dep:
                raise Exception(f"error: dependency missing {key}")
        by_name[dep["name"]] = {key: value for key, value in dep.items() if key != "name"}
    return by_name
