"""The build backend: maturin's, with the command built first.

`pip install .` and `pip install redis_ramp-….tar.gz` come here. What is released is built by `scripts/wheel`.
"""

from __future__ import annotations

from typing import Any

import maturin
from command import SCRIPTS, build, lay
from maturin import (  # noqa: F401, what a backend has besides
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)


def build_sdist(*arguments: Any, **options: Any) -> str:
    # maturin wants the folder, though nothing of it goes in.
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    return maturin.build_sdist(*arguments, **options)


def build_wheel(*arguments: Any, **options: Any) -> str:
    lay(build("cargo", "build"))
    return maturin.build_wheel(*arguments, **options)


def build_editable(*arguments: Any, **options: Any) -> str:
    lay(build("cargo", "build"))
    return maturin.build_editable(*arguments, **options)
