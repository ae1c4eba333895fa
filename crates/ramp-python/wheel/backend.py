"""The build backend: maturin's, with the command built first.

`pip install .` and `pip install redis_ramp-….tar.gz` come here. What is released is built by `scripts/wheel`.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

import maturin
from command import SCRIPTS, build, lay
from maturin import (  # noqa: F401, what a backend has besides
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
)


def _with_folder(hook: Callable[..., str]) -> Callable[..., str]:
    """maturin wants the folder of the command, though nothing of it goes into what this makes."""

    @functools.wraps(hook)
    def called(*arguments: Any, **options: Any) -> str:
        SCRIPTS.mkdir(parents=True, exist_ok=True)
        return hook(*arguments, **options)

    return called


build_sdist = _with_folder(maturin.build_sdist)
prepare_metadata_for_build_wheel = _with_folder(maturin.prepare_metadata_for_build_wheel)
prepare_metadata_for_build_editable = _with_folder(maturin.prepare_metadata_for_build_editable)


def build_wheel(*arguments: Any, **options: Any) -> str:
    lay(build("cargo", "build"))
    return maturin.build_wheel(*arguments, **options)


def build_editable(*arguments: Any, **options: Any) -> str:
    lay(build("cargo", "build"))
    return maturin.build_editable(*arguments, **options)
