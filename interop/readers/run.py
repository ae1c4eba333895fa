#!/usr/bin/env python3
"""Asks every reader of zips that is there what it reads in made-up bundles, and the strict policy what it accepts.

Usage: run.py RAMP WORK REPORT [FAMILY...]

RAMP is the command to ask, WORK a folder for what is made and compiled (see README.md for what else belongs there),
REPORT the table that is written. With ONLY=accepted or ONLY=refused readers are asked only about what strict accepts,
or refuses. Exits with 1 where strict accepts something that readers read in different ways.
"""

from __future__ import annotations

import itertools
import os
import pathlib
import sys

import extractors
import gate
import libraries
import made
import table
import variants_attributes
import variants_extra
import variants_formats
import variants_headers
import variants_names
import variants_zip64
from bundle import Parts

FAMILIES = {
    "extra": variants_extra.variants,
    "attributes": variants_attributes.variants,
    "names": variants_names.variants,
    "headers": variants_headers.variants,
    "zip64": variants_zip64.variants,
    "formats": variants_formats.variants,
}


def read(archives: list[pathlib.Path], work: pathlib.Path) -> list[dict[str, dict]]:
    """For each archive how each reader reads it."""
    scratch = work / "scratch"
    extractors.remove(scratch)
    scratch.mkdir(parents=True)
    views = libraries.read_all(archives, work) | extractors.read_all(archives, scratch)
    return [{reader: seen[at] for reader, seen in views.items()} for at in range(len(archives))]


def main(ramp: str, work: str, report: str, *families: str) -> int:
    folder = pathlib.Path(work).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    parts = Parts(folder)
    variants = itertools.chain.from_iterable(FAMILIES[family](parts) for family in families or FAMILIES)
    base = made.ordinary(parts)
    names, archives = made.written(itertools.chain(base, variants), folder / "zips")
    print(f"{len(archives)} archives", flush=True)
    verdicts = gate.judge(pathlib.Path(ramp).resolve(), archives)
    if only := os.environ.get("ONLY"):
        # What is ordinary is kept, to compare with.
        kept = [at for at, (accepted, _) in enumerate(verdicts) if at < len(base) or accepted == (only == "accepted")]
        names, archives, verdicts = ([some[at] for at in kept] for some in (names, archives, verdicts))
        print(f"{len(kept)} of them {only}", flush=True)
    rows = table.rows(names, archives, verdicts, read(archives, folder))
    table.write(rows, pathlib.Path(report))
    wrong = [row for row in rows if row.is_gap]
    print(
        f"{len(archives)} archives, {sum(row.accepted for row in rows)} accepted, {len(wrong)} of them read differently"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
