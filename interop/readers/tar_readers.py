"""Readers of tars: programs, and drivers of libraries, that unpack; what is there afterwards is what they read."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable

import extractors
from libraries import COMMONS, DRIVERS, pythons


def piped(unpacks: str, reads: str) -> list[str]:
    """Both must go well."""
    return ["bash", "-o", "pipefail", "-c", f"{unpacks} | {{ {reads}; said=$?; cat >/dev/null; exit $said; }}"]


# Each is run in an empty folder. What does not know gzip gets the tar by a pipe, of which it need not read the end.
PROGRAMS = {
    "tar": ["tar", "-xzf", "{zip}"],
    "tar as a user": ["tar", "-xzf", "{zip}", "--no-same-owner", "--no-same-permissions"],
    "bsdtar": ["bsdtar", "-xzf", "{zip}"],
    "busybox tar": ["busybox", "tar", "-xzf", "{zip}"],
    "7zz": piped("7zz x -so -bd -tgzip {zip}", "7zz x -si -y -bd -ttar"),
    "cpio": piped("gzip -dc {zip}", "cpio --quiet -idm"),
}
# So many archives a driver is given at once: each has a folder until all of them are unpacked.
AT_ONCE = 250

Reader = Callable[[list[pathlib.Path]], list[dict]]


def drivers(work: pathlib.Path) -> dict[str, tuple[list[str], pathlib.Path]]:
    """The command of each library that is there, and where it is run; what has to be compiled is."""
    untar = str(DRIVERS / "untar.py")
    found = {"Python data": ([sys.executable, untar, "data"], work)}
    # Two tell the old from the new.
    for python in (pythons()[0], pythons()[-1]):
        version = pathlib.Path(python).parents[1].name if python != sys.executable else "3.11"
        found[f"Python {'.'.join(version.split('.')[:2])}"] = ([python, untar, "fully_trusted"], work)
    if shutil.which("go"):
        subprocess.run(["go", "build", "-o", work / "untar-go", DRIVERS / "untar.go"], check=True)
        found["Go"] = ([str(work / "untar-go")], work)
    if shutil.which("perl"):
        found["Perl Archive::Tar"] = (["perl", str(DRIVERS / "untar.pl")], work)
    if shutil.which("javac"):
        subprocess.run(["javac", "-nowarn", "-cp", COMMONS, "-d", work, DRIVERS / "Untar.java"], check=True)
        found["Commons"] = (["java", "-cp", f"{COMMONS}:{work}", "Untar"], work)
    for package in ("tar", "tar-fs"):
        if (work / "node/node_modules" / package).exists():
            found[f"node {package}"] = (["node", str(DRIVERS / "untar.mjs"), package], work / "node")
    return found


def answers(command: list[str], folder: pathlib.Path, lines: list[str]) -> list[str]:
    """What a driver says of each archive; where it breaks off, it is asked again about those behind."""
    said: list[str] = []
    while len(said) < len(lines):
        done = subprocess.run(
            [*extractors.LIMITED, *command],
            cwd=folder,
            input="".join(f"{line}\n" for line in lines[len(said) :]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=600,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
        some = done.stdout.split("\n")[:-1]
        said += some
        if len(said) < len(lines):
            print(f"{command}: broke off\n{done.stderr[-1000:]}", file=sys.stderr)
            said.append("its driver broke off")
    return said


def driver(command: list[str], folder: pathlib.Path, scratch: pathlib.Path) -> Reader:
    def read(archives: list[pathlib.Path]) -> list[dict]:
        views = []
        for start in range(0, len(archives), AT_ONCE):
            with contextlib.ExitStack() as stack:
                some = archives[start : start + AT_ONCE]
                into = [stack.enter_context(extractors.emptied(scratch)) for _ in some]
                lines = [f"{archive}\t{inside}" for archive, inside in zip(some, into, strict=True)]
                for inside, refused in zip(into, answers(command, folder, lines), strict=True):
                    view = {"entries": extractors.left(inside)}
                    views.append(view | ({"refused": refused[-100:]} if refused else {}))
        return views

    return read


def program(name: str, command: list[str], scratch: pathlib.Path) -> Reader:
    return lambda archives: [extractors.run(name, command, archive, scratch) for archive in archives]


def installed(work: pathlib.Path) -> dict[str, Reader]:
    """The readers that are there."""
    scratch = work / "scratch"
    extractors.remove(scratch)
    scratch.mkdir(parents=True)
    programs = {name: command for name, command in PROGRAMS.items() if shutil.which(name.split()[0])}
    readers = {name: program(name, command, scratch) for name, command in programs.items()}
    return readers | {name: driver(command, folder, scratch) for name, (command, folder) in drivers(work).items()}


def read_all(readers: dict[str, Reader], archives: list[pathlib.Path]) -> dict[str, list[dict]]:
    """How each reader reads each archive."""
    os.umask(0o022)

    def timed(name: str) -> list[dict]:
        started = time.monotonic()
        views = readers[name](archives)
        print(f"{time.monotonic() - started:.0f} s: {name}", flush=True)
        return views

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(readers, pool.map(timed, readers), strict=True))
