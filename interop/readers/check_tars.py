#!/usr/bin/env python3
"""Holds the strict policy to its promise about archives under `deps/`: what it accepts, all tars read alike.

Usage: check_tars.py RAMP WORK

RAMP is the command to ask, WORK a folder for what is made and compiled (see README.md). Archives are made in every way
that `variants_tars.py` has, and 1,000 at random (`TARS=`), from a seed that is printed; `SEED=` repeats it. With
RAMP_CI_FULL=1 it is ten times as many. What strict accepts is unpacked by every reader in `known.TAR_READERS`, and one
that is missing is a failure. Names, kinds, bytes and modes, of files and of folders, are compared.

Exits with 1 where readers differ; what they differ about is kept in WORK/differ-tars.
"""

from __future__ import annotations

import itertools
import os
import pathlib
import random
import sys
import tarfile
import zlib

import compare
import gate
import known
import made_tars
import outcome
import random_tars
import tar_readers
import tars
import variants_tars
from bundle import Parts

COUNT = int(os.environ.get("TARS", "10000" if os.environ.get("RAMP_CI_FULL") == "1" else "1000"))
# Fewer accepted than this share of the random ones, and the check would say little.
LEAST = 0.25


def asked(archive: pathlib.Path, rules: list[str], views: dict[str, dict]) -> dict[str, dict]:
    """The views of those that are held to it; why others are not is said in `known.py`."""
    unpacked = zlib.decompressobj(wbits=31)
    headers = list(tars.headers(unpacked.decompress(archive.read_bytes())))
    kinds = b"".join(header[156:157] for header in headers)
    out = {reader for reader, some in known.TAR_KINDS.items() if kinds.strip(some)}
    names = {header[:100].rstrip(b"/\0").removeprefix(b"./") for header in headers}
    out.update(reader for reader, name in known.TAR_LEFT_OUT.items() if name in names)
    if not all(map(tars.is_plain, headers)):
        out.update(known.TAR_PLAIN)
    if known.OLD_HEADER in rules:
        out.update(known.TAR_OLD)
    if not headers:
        out.update(known.TAR_NOT_EMPTY)
    if unpacked.unused_data and (view := views.get(known.TAR_NOT_FILLED)):
        views |= {known.TAR_NOT_FILLED: {"entries": view["entries"]}}
    return {reader: view for reader, view in views.items() if reader not in out}


def modes(archive: pathlib.Path, views: dict[str, dict]) -> list[str]:
    """Files and folders whose mode the readers that restore modes restore differently.

    A folder that is there only by what is in it has a mode of the reader's own.
    """
    with tarfile.open(archive) as opened:
        folders = {member.name.removeprefix("./") for member in opened if member.isdir()}
    views = {reader: view for reader, view in views.items() if "refused" not in view}
    files = {reader: compare.attributes(views[reader], 2) for reader in known.TAR_KEEP_MODES if reader in views}
    said = compare.mode_differences(files, known.TAR_HABITS)
    found = {}
    for reader in known.TAR_KEEP_FOLDER_MODES:
        if reader in views:
            restored = compare.attributes(views[reader], 2, "folder")
            taken = folders - {"."} if reader in known.TAR_LEAVE_ROOT else folders
            found[reader] = {name: mode for name, mode in restored.items() if name in taken}
    return said + compare.mode_differences(found, known.TAR_FOLDER_HABITS)


def main(ramp: str, work: str) -> int:
    folder = pathlib.Path(work).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    readers = tar_readers.installed(folder)
    missing = [reader for reader in known.TAR_READERS if reader not in readers]
    if missing:
        print(f"These readers of tars are missing: {', '.join(missing)}", file=sys.stderr)
        return 1
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}", flush=True)
    by_hand = ((name, tars.packed(tar)) for name, tar in variants_tars.variants())
    made = itertools.chain(by_hand, random_tars.variants(seed, COUNT))
    names, archives, bundles = made_tars.written(made, Parts(folder), folder / "tars")
    verdicts = gate.judge(pathlib.Path(ramp).resolve(), bundles)
    taken = [at for at, (accepted, _) in enumerate(verdicts) if accepted]
    share = outcome.share(names, verdicts)
    print(f"{len(archives)} archives, {len(taken)} accepted; of those at random {share:.0%}", flush=True)
    read = tar_readers.read_all(readers, [archives[at] for at in taken])
    seen = (
        (at, asked(archives[at], verdicts[at][1], {reader: views[index] for reader, views in read.items()}))
        for index, at in enumerate(taken)
    )

    def of_modes(at: int, views: dict[str, dict]) -> list[str]:
        return modes(archives[at], views)

    wrong = outcome.differing(seen, archives, names, verdicts, of_modes, folder / "differ-tars")
    print(
        f"{len(archives)} archives under deps/, {len(taken)} accepted and unpacked by {len(read)} readers: "
        f"{wrong} of them in different ways (SEED={seed})"
    )
    if share < LEAST:
        print(f"Only {share:.0%} of the random archives are accepted: that says little", file=sys.stderr)
    return 1 if wrong or share < LEAST else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
