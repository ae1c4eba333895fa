"""The bundles that readers are asked about, as files."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable

import extractors
from bundle import Parts
from zips import Zip


def ordinary(parts: Parts) -> list[tuple[str, Zip]]:
    """What the variants are made of, to compare with."""
    return [("ordinary", parts.zip()), ("ordinary/deps/", parts.zip(with_folder=True))]


def written(zips: Iterable[tuple[str, Zip]], folder: pathlib.Path) -> tuple[list[str], list[pathlib.Path]]:
    """Names and paths of the bundles, no two of them the same, in a folder made anew."""
    extractors.remove(folder)
    folder.mkdir()
    names, paths, seen = [], [], set()
    for name, zip_ in zips:
        data = zip_.build()
        if data not in seen:
            seen.add(data)
            names.append(name)
            paths.append(folder / f"{len(paths):05}.zip")
            paths[-1].write_bytes(data)
    return names, paths
