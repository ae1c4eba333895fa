"""Libraries that read zips: a driver in each one's language, which gets all archives at once."""

from __future__ import annotations

import concurrent.futures
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

DRIVERS = pathlib.Path(__file__).resolve().parent / "drivers"
COMMONS = "/usr/share/java/commons-compress.jar"


def pythons() -> list[str]:
    """The Pythons that are there: the one on the path, and those that pyenv has."""
    root = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    found = sorted(glob.glob(f"{root}/versions/3.*/bin/python"))
    return [sys.executable, *(path for path in found if os.path.realpath(path) != os.path.realpath(sys.executable))]


def drivers(work: pathlib.Path) -> list[tuple[list[str], pathlib.Path]]:
    """The commands, and where each is run; what has to be compiled is."""
    commands = [([python, str(DRIVERS / "read.py")], work) for python in pythons()]
    if (work / "venv").exists():
        commands.append(([str(work / "venv/bin/python"), str(DRIVERS / "stream.py")], work))
    if shutil.which("go"):
        subprocess.run(["go", "build", "-o", work / "read-go", DRIVERS / "read.go"], check=True)
        commands.append(([str(work / "read-go")], work))
    if shutil.which("javac"):
        subprocess.run(["javac", "-nowarn", "-cp", COMMONS, "-d", work, DRIVERS / "Read.java"], check=True)
        commands.append((["java", "-cp", f"{COMMONS}:{work}", "Read"], work))
    for program, file in (("perl", "read.pl"), ("ruby", "read.rb"), ("php", "read.php")):
        if shutil.which(program):
            commands.append(([program, str(DRIVERS / file)], work))
    if (work / "node").exists():
        commands += [(["node", str(DRIVERS / file)], work / "node") for file in ("read.mjs", "extract.mjs")]
    return commands


def ask(command: list[str], folder: pathlib.Path, archives: list[pathlib.Path]) -> dict[str, list[dict]]:
    """How the readers of one driver read each archive."""
    text = "".join(f"{archive}\n" for archive in archives)
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=folder,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(archives):
        print(f"{command}: {len(lines)} of {len(archives)}\n{done.stderr[-2000:]}", file=sys.stderr)
    views: dict[str, list[dict]] = {}
    for at, line in enumerate(lines):
        for reader, view in json.loads(line).items():
            views.setdefault(reader, [{"refused": "its driver broke off", "entries": []}] * len(archives))[at] = view
    print(f"{time.monotonic() - started:.0f} s: {', '.join(views)}", flush=True)
    return views


def read_all(archives: list[pathlib.Path], work: pathlib.Path) -> dict[str, list[dict]]:
    """How each library reads each archive."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        asked = [pool.submit(ask, command, folder, archives) for command, folder in drivers(work)]
        return {reader: views for answer in asked for reader, views in answer.result().items()}
