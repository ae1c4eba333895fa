"""Where the command is that this package installs."""

from __future__ import annotations

import os
import shutil
import sysconfig


def command() -> str:
    """The path of the command `redis-ramp`: of this environment, else the first on the PATH. `FileNotFoundError` where there is none."""
    found = shutil.which("redis-ramp", path=sysconfig.get_path("scripts")) or shutil.which("redis-ramp")
    if found is None:
        raise FileNotFoundError(
            "the command `redis-ramp` is neither in this environment nor on the PATH; install the package `redis-ramp` again"
        )
    return os.path.abspath(found)
