#!/usr/bin/env python3
"""Archives under `deps/`: whether strict accepts them, and what the tars of nodes unpack.

Usage: run_tars.py RAMP WORK REPORT

The table is for experiments; `check_tars.py` is what CI asks.
"""

from __future__ import annotations

import pathlib
import sys

import gate
import made_tars
import table
import tar_readers
import tars
import variants_tars
from bundle import Parts
from check_tars import asked


def main(ramp: str, work: str, report: str) -> int:
    folder = pathlib.Path(work).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    variants = ((name, tars.packed(tar)) for name, tar in variants_tars.variants())
    names, archives, bundles = made_tars.written(variants, Parts(folder), folder / "tars")
    verdicts = gate.judge(pathlib.Path(ramp).resolve(), bundles)
    read = tar_readers.read_all(tar_readers.installed(folder), archives)
    views = []
    for at, (accepted, rules) in enumerate(verdicts):
        seen = {reader: all_views[at] for reader, all_views in read.items()}
        # Where readers can be led astray, none is excused.
        views.append(asked(archives[at], rules, seen) if accepted else seen)
    rows = table.rows(names, archives, verdicts, views, "tar")
    table.write(rows, pathlib.Path(report))
    wrong = [row for row in rows if row.is_gap]
    print(f"{len(rows)} archives, {sum(row.accepted for row in rows)} accepted, {len(wrong)} of them read differently")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
