"""The archives under `deps/` that readers are asked about, as files, each with a bundle that has it."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable

import extractors
from bundle import Parts


def written(
    tars: Iterable[tuple[str, bytes]], parts: Parts, folder: pathlib.Path
) -> tuple[list[str], list[pathlib.Path], list[pathlib.Path]]:
    """Names, archives and bundles, no two of them the same, in a folder made anew."""
    extractors.remove(folder)
    folder.mkdir(parents=True)
    names, archives, bundles, seen = [], [], [], set()
    for name, data in tars:
        if data not in seen:
            seen.add(data)
            names.append(name)
            archives.append(folder / f"{len(archives):05}.tgz")
            bundles.append(folder / f"{len(bundles):05}.zip")
            archives[-1].write_bytes(data)
            bundles[-1].write_bytes(parts.zip(content=data).build())
    return names, archives, bundles
