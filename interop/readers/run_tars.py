#!/usr/bin/env python3
"""Archives under `deps/`: whether strict accepts them, and what the tars of nodes unpack.

Usage: run_tars.py RAMP WORK REPORT
"""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

import extractors
import gate
import table
import tars
import variants_tars
from bundle import Parts
from libraries import DRIVERS, pythons

PROGRAMS = {
    "tar": ["tar", "-xzf", "{zip}"],
    "tar as a user": ["tar", "-xzf", "{zip}", "--no-same-owner", "--no-same-permissions"],
    "bsdtar": ["bsdtar", "-xzf", "{zip}"],
    "busybox tar": ["busybox", "tar", "-xzf", "{zip}"],
}


def read(archives: list[pathlib.Path], work: pathlib.Path) -> list[dict[str, dict]]:
    programs = {name: command for name, command in PROGRAMS.items() if shutil.which(command[0])}
    # Two tell the old from the new; one process an archive takes its time.
    for python in (pythons()[0], pythons()[-1]):
        version = pathlib.Path(python).parents[1].name if python != sys.executable else "3.11"
        name = f"Python {'.'.join(version.split('.')[:2])}"
        programs[name] = [python, str(DRIVERS / "untar.py"), "{zip}"]
    if shutil.which("go"):
        subprocess.run(["go", "build", "-o", work / "untar-go", DRIVERS / "untar.go"], check=True)
        programs["Go"] = [str(work / "untar-go"), "{zip}"]
    scratch = work / "scratch"
    extractors.remove(scratch)
    scratch.mkdir(parents=True)
    os.umask(0o022)
    views = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, command in programs.items():
            views[name] = list(pool.map(lambda archive: extractors.run(name, command, archive, scratch), archives))
            print(name, flush=True)
    return [{reader: seen[at] for reader, seen in views.items()} for at in range(len(archives))]


def main(ramp: str, work: str, report: str) -> int:
    folder = pathlib.Path(work).resolve()
    zips = folder / "zips"
    extractors.remove(zips)
    zips.mkdir(parents=True)
    parts = Parts(folder)
    names, bundles, archives = [], [], []
    for at, (name, tar) in enumerate(variants_tars.variants()):
        names.append(name)
        archives.append(zips / f"{at:04}.tgz")
        bundles.append(zips / f"{at:04}.zip")
        archives[-1].write_bytes(tars.packed(tar))
        bundles[-1].write_bytes(parts.zip(content=archives[-1].read_bytes()).build())
    verdicts = gate.judge(pathlib.Path(ramp).resolve(), bundles)
    rows = table.rows(names, archives, verdicts, read(archives, folder), "tar")
    table.write(rows, pathlib.Path(report))
    wrong = [row for row in rows if row.is_gap]
    print(f"{len(rows)} archives, {sum(row.accepted for row in rows)} accepted, {len(wrong)} of them read differently")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
