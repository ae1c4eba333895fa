"""Programs that unpack: each is run in a folder of its own, and what is there afterwards is what it read."""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator

# `{zip}` is the archive; what does not name it gets it on standard input. Each is run in an empty folder.
PROGRAMS = {
    "unzip": ["unzip", "-q", "-o", "{zip}"],
    "7zz": ["7zz", "x", "-y", "-bd", "{zip}"],
    "bsdtar": ["bsdtar", "-xf", "{zip}"],
    "bsdtar stream": ["bsdtar", "-xf", "-"],
    "busybox": ["busybox", "unzip", "-q", "-o", "{zip}"],
}
# A size that a header claims is one that some fill a disk with.
LIMITED = ["prlimit", "--fsize=16777216"]
# What says that all is well: Info-ZIP and 7-Zip have 1 for a warning.
WELL = {"unzip": (0, 1), "7zz": (0, 1)}


def kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "link"
    return "file" if stat.S_ISREG(mode) else "special"


def walk(folder: pathlib.Path) -> list[list]:
    """What is in a folder: name, kind, mode, SHA-256, owner."""
    found = []
    for at, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            path = os.path.join(at, name)
            try:
                status = os.lstat(path)
            except OSError:
                found.append([f"{name[:20]!r}…, where it cannot be opened", "special", None, None, ""])
                continue
            shown = os.path.relpath(path, os.fsencode(folder)).decode("utf-8", "replace")
            what, content = kind(status.st_mode), None
            if what == "link":
                content = hashlib.sha256(os.readlink(path)).hexdigest()
            elif what == "file":
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            owner = f"{status.st_uid}:{status.st_gid}"
            found.append([shown, what, stat.S_IMODE(status.st_mode), content, owner])
    return found


def remove(folder: pathlib.Path) -> None:
    """Removes a folder, however deep it is."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists():
        subprocess.run(["rm", "-rf", folder], check=True)


@contextlib.contextmanager
def emptied(scratch: pathlib.Path) -> Iterator[pathlib.Path]:
    """An empty folder, two folders deep in one of its own: what climbs out is still seen, and removed."""
    outside = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    inside = outside / "a" / "b"
    inside.mkdir(parents=True)
    try:
        yield inside
    finally:
        remove(outside)


def left(inside: pathlib.Path) -> list[list]:
    """What is in such a folder, the folder itself as a dot, and what has climbed out of it."""
    found = []
    for name, *rest in walk(inside.parents[1]):
        if name.startswith("a/b/"):
            found.append([name.removeprefix("a/b/"), *rest])
        elif name == "a/b":
            found.append([".", *rest])
        elif name != "a":
            found.append([f"../{name}", "escaped", None, None, ""])
    return found


def run(program: str, command: list[str], archive: pathlib.Path, scratch: pathlib.Path) -> dict:
    """What a program leaves of an archive."""
    with emptied(scratch) as inside:
        try:
            # A pipe: a program that can seek in its standard input would.
            done = subprocess.run(
                [*LIMITED, *(part.replace("{zip}", str(archive)) for part in command)],
                cwd=inside,
                input=archive.read_bytes(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=10,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"refused": "no answer in 10 s", "entries": []}
        view = {"entries": left(inside)}
        if done.returncode not in WELL.get(program, (0,)):
            said = done.stdout.decode("utf-8", "replace").replace(str(archive), "ZIP").split("\n")
            view["refused"] = " ".join(line.strip() for line in said if line.strip())[-100:]
        return view


def python(archive: pathlib.Path, scratch: pathlib.Path) -> dict:
    """What zipfile's `extractall` leaves: it is what the cluster's unpacker calls."""
    inside = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(inside)
        return {"entries": walk(inside)}
    except Exception as error:  # whatever it is, it is refused
        return {"refused": f"{type(error).__name__}: {error}"[:90], "entries": walk(inside)}
    finally:
        remove(inside)


def read_all(archives: list[pathlib.Path], scratch: pathlib.Path) -> dict[str, list[dict]]:
    """How each program that is installed reads each archive."""
    found = {name: command for name, command in PROGRAMS.items() if shutil.which(command[0])}
    for name in PROGRAMS.keys() - found.keys():
        print(f"skipped: {name} is not installed", file=sys.stderr)
    os.umask(0o022)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        views = {}
        for name, command in found.items():
            started = time.monotonic()
            views[name] = list(pool.map(lambda archive: run(name, command, archive, scratch), archives))
            print(f"{time.monotonic() - started:.0f} s: {name}", flush=True)
        views["Python extractall"] = list(pool.map(lambda archive: python(archive, scratch), archives))
    return views
