"""What becomes of what strict accepts: how much of it is made at random, and where readers differ."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Callable, Iterable

import compare
import extractors

Verdicts = list[tuple[bool, list[str]]]
Views = dict[str, dict]


def share(names: list[str], verdicts: Verdicts) -> float:
    """Of those made at random, how many are accepted."""
    at_random = [at for at, name in enumerate(names) if name.startswith("random/")]
    return sum(verdicts[at][0] for at in at_random) / len(at_random)


def differing(
    seen: Iterable[tuple[int, Views]],
    files: list[pathlib.Path],
    names: list[str],
    verdicts: Verdicts,
    modes: Callable[[int, Views], list[str]],
    folder: pathlib.Path,
) -> int:
    """How many of those seen, by their places among all, are read in different ways.

    Each is told of, and kept in the folder, which is made anew.
    """
    extractors.remove(folder)
    folder.mkdir()
    wrong = 0
    for at, views in seen:
        said = [f"{', '.join(who)}: {what}" for what, who in compare.differences(views).items()]
        said += modes(at, views)
        if said:
            wrong += 1
            shutil.copy(files[at], folder)
            print(f"{files[at].name} {names[at]} {' '.join(verdicts[at][1])}")
            print("".join(f"    {line}\n" for line in said), end="", flush=True)
    return wrong
