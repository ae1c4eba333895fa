"""Programs, and how they are called."""

from __future__ import annotations

import os
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Failed(Exception):
    """What ends a release, in words for a maintainer."""


def run(*command: object, **more: str) -> str:
    """What a program prints, called from the root of the repository; what it says besides goes through."""
    words = [os.fspath(word) if isinstance(word, pathlib.Path) else str(word) for word in command]
    environment = os.environ | more
    try:
        done = subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    except FileNotFoundError as error:
        raise Failed(f"{words[0]} is not there; docs/releasing.md says what is needed") from error
    except OSError as error:
        raise Failed(f"{words[0]} cannot be run: {error}") from error
    if done.returncode != 0:
        raise Failed(f"{shlex.join(words)}: exit status {done.returncode}")
    return done.stdout
