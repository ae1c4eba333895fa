#!/usr/bin/env python3
"""Holds the strict policy to its promise: what it accepts, every reader reads alike.

Usage: check.py RAMP WORK

RAMP is the command to ask, WORK a folder for what is made and compiled (see README.md). Bundles are made in every way
that `variants_*.py` have, of which some are taken, and 2,000 at random (`COUNT=`), from a seed that is printed; `SEED=`
repeats it. With RAMP_CI_FULL=1 all of the former are taken, and 20,000 of the latter. What strict accepts is given to
every reader in `known.READERS`, and one that is missing is a failure. Names, kinds, bytes and modes, of files and of
folders, are compared.

Exits with 1 where readers differ; what they differ about is kept in WORK/differ.
"""

from __future__ import annotations

import itertools
import os
import pathlib
import random
import sys
import zipfile

import compare
import extractors
import gate
import known
import libraries
import made
import outcome
import random_zips
from bundle import Parts
from run import FAMILIES

FULL = os.environ.get("RAMP_CI_FULL") == "1"
COUNT = int(os.environ.get("COUNT", "20000" if FULL else "2000"))
# Of so many variants of the families one is asked about.
STEP = 1 if FULL else 5
# Fewer accepted than this share of the random ones, and the check would say little.
LEAST = 0.25


def bundles(work: pathlib.Path, seed: int) -> tuple[list[str], list[pathlib.Path]]:
    """Names and paths of the bundles, no two of them the same."""
    parts = Parts(work)
    start = seed % STEP
    families = (itertools.islice(family(parts), start, None, STEP) for family in FAMILIES.values())
    zips = itertools.chain(made.ordinary(parts), *families, random_zips.variants(parts, seed, COUNT))
    return made.written(zips, work / "zips")


def modes(archive: pathlib.Path, views: dict[str, dict]) -> list[str]:
    """Files and folders whose mode the readers that restore modes restore differently.

    A folder that is there only by what is in it has a mode of the reader's own.
    """
    with zipfile.ZipFile(archive) as opened:
        entries = {entry.filename: entry.external_attr >> 16 for entry in opened.infolist()}
    said = []
    for kind, habits in (("file", {}), ("folder", known.FOLDER_HABITS)):
        is_folder = kind == "folder"
        taken = {name.removesuffix("/"): mode for name, mode in entries.items() if name.endswith("/") == is_folder}
        with_kind = {name for name, mode in taken.items() if mode & known.KIND}
        found = {}
        for reader in known.KEEP_MODES:
            asked = with_kind if reader == known.NEEDS_KIND else taken
            restored = compare.attributes(views[reader], 2, kind)
            found[reader] = {name: mode & known.COMPARED for name, mode in restored.items() if name in asked}
        said += compare.mode_differences(found, habits)
    return said


def main(ramp: str, work: str) -> int:
    folder = pathlib.Path(work).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}", flush=True)
    names, paths = bundles(folder, seed)
    verdicts = gate.judge(pathlib.Path(ramp).resolve(), paths)
    taken = [at for at, (accepted, _) in enumerate(verdicts) if accepted]
    share = outcome.share(names, verdicts)
    print(f"{len(paths)} bundles, {len(taken)} accepted; of those at random {share:.0%}", flush=True)
    archives = [paths[at] for at in taken]
    scratch = folder / "scratch"
    extractors.remove(scratch)
    scratch.mkdir()
    read = libraries.read_all(archives, folder) | extractors.read_all(archives, scratch)
    missing = [reader for reader in known.READERS if reader not in read]
    if missing:
        print(f"These readers are missing: {', '.join(missing)}", file=sys.stderr)
        return 1

    def views(index: int, at: int) -> dict[str, dict]:
        out = known.GIVES_UP if known.gives_up(paths[at].read_bytes()) else None
        return {reader: views[index] for reader, views in read.items() if reader != out}

    seen = ((at, views(index, at)) for index, at in enumerate(taken))

    def of_modes(at: int, views: dict[str, dict]) -> list[str]:
        return [] if known.INCOMPLETE in verdicts[at][1] else modes(paths[at], views)

    wrong = outcome.differing(seen, paths, names, verdicts, of_modes, folder / "differ")
    print(f"{len(taken)} bundles read by {len(read)} readers: {wrong} of them in different ways (SEED={seed})")
    if share < LEAST:
        print(f"Only {share:.0%} of the random bundles are accepted: that says little", file=sys.stderr)
    return 1 if wrong or share < LEAST else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
