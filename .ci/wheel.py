#!/usr/bin/env python3
"""What a wheel of `redis-ramp` must be: small, and for old systems, as the tool of Python's packagers and `ramp` itself see it.

    .ci/wheel.py WHEEL RAMP      with `auditwheel` on the PATH; RAMP is a command that inspects
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

MOST_BYTES = 9_000_000
GLIBC = (2, 17)


def glibc_needed(ramp: str, file: pathlib.Path) -> tuple[int, ...]:
    """The newest version of glibc that a file asks for, by `ramp inspect`."""
    said = subprocess.run([ramp, "inspect", file, "--format", "json"], stdout=subprocess.PIPE, check=True)
    needs = json.loads(said.stdout)["module"]["elf"]["version_needs"]
    numbers = [need["version"].split(".")[:2] for need in needs if need["namespace"] == "GLIBC"]
    if not numbers:
        raise SystemExit(f"{file.name} asks for no version of glibc at all: {needs}")
    return max(tuple(map(int, number)) for number in numbers)


def main(wheel: str, ramp: str) -> None:
    wrong = []
    size = pathlib.Path(wheel).stat().st_size
    print(f"{pathlib.Path(wheel).name}: {size} bytes")
    if size >= MOST_BYTES:
        wrong.append(f"it has {size} bytes, and may have {MOST_BYTES}")
    said = subprocess.run(["auditwheel", "show", wheel], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = re.search(r'"(manylinux_[0-9_a-z]+)"', said)
    print(f"  auditwheel: {found and found[1]}")
    if not found or not found[1].startswith("manylinux_{}_{}_".format(*GLIBC)):
        wrong.append(f"auditwheel says otherwise: {said}")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith((".so", "/scripts/redis-ramp"))]
        if len(names) != 2:
            wrong.append(f"the library and the command are to be in it, and there is: {names}")
        for name in names:
            needed = glibc_needed(ramp, pathlib.Path(archive.extract(name, folder)))
            print("  ramp inspect {}: glibc {}.{}".format(name, *needed))
            if needed > GLIBC:
                wrong.append(f"{name} needs glibc {needed}")
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
