#!/usr/bin/env python3
"""Ordinary writers: whether strict accepts what they make of a good bundle's files, and readers read it the same.

Usage: writers.py RAMP WORK REPORT
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import extractors
import gate
import table
from bundle import Parts
from libraries import COMMONS, DRIVERS
from run import read

NAMES = ("module.json", "hello.so", "deps/x.tgz")
ROOTS = ("module.json", "hello.so", "deps")
# `{out}` is the zip; without it the zip is what is written to standard output.
PROGRAMS = {
    "zip": ["zip", "-q", "-r", "{out}", *ROOTS],
    "zip-stored": ["zip", "-q", "-r", "-0", "{out}", *ROOTS],
    "zip-descriptors": ["zip", "-q", "-fd", "{out}", *NAMES],
    "zip-stored-descriptors": ["zip", "-q", "-0", "-fd", "{out}", *NAMES],
    "zip-zip64": ["zip", "-q", "-fz", "{out}", *NAMES],
    "zip-pipe": ["zip", "-q", "-r", "-", *ROOTS],
    "zip-stored-pipe": ["zip", "-q", "-0", "-", *NAMES],
    "zip-no-extra": ["zip", "-q", "-X", "{out}", *NAMES],
    "zip-dos": ["zip", "-q", "-k", "{out}", *NAMES],
    "7zz": ["7zz", "a", "-bd", "-tzip", "{out}", *ROOTS],
    "7zz-stored": ["7zz", "a", "-bd", "-tzip", "-mx0", "{out}", *ROOTS],
    "7zz-times": ["7zz", "a", "-bd", "-tzip", "-mtc=on", "-mta=on", "{out}", *ROOTS],
    "bsdtar": ["bsdtar", "-c", "--format", "zip", "-f", "{out}", *ROOTS],
    "bsdtar-pipe": ["bsdtar", "-c", "--format", "zip", "-f", "-", *ROOTS],
    "bsdtar-stored": ["bsdtar", "-c", "--format", "zip", "--options", "zip:compression=store", "-f", "{out}", *NAMES],
    "bsdtar-stored-pipe": ["bsdtar", "-c", "--format", "zip", "--options", "zip:compression=store", "-f", "-", *NAMES],
    "bsdtar-experimental": ["bsdtar", "-c", "--format", "zip", "--options", "zip:experimental", "-f", "{out}", *NAMES],
    "bsdtar-zip64": ["bsdtar", "-c", "--format", "zip", "--options", "zip:zip64", "-f", "{out}", *NAMES],
    "bsdtar-a": ["bsdtar", "-caf", "{out}", *ROOTS],
    "jar": ["jar", "cf", "{out}", *ROOTS],
    "jar-no-manifest": ["jar", "cMf", "{out}", *ROOTS],
    "jar-stored": ["jar", "c0Mf", "{out}", *ROOTS],
    "jar-pipe": ["jar", "cM", *ROOTS],
    "minizip": ["minizip", "-o", "{out}", *NAMES],
    "minizip-stored": ["minizip", "-0", "{out}", *NAMES],
    "python": ["python3", "-m", "zipfile", "-c", "{out}", *ROOTS],
    "cmake": ["cmake", "-E", "tar", "cf", "{out}", "--format=zip", *ROOTS],
    "git": [
        "sh",
        "-c",
        "git init -q . && git add . && git -c user.name=a -c user.email=a@example.com commit -qm a"
        " && git archive --format zip -o {out} HEAD && rm -rf .git",
    ],
}
ANT = """<project default="z"><target name="z">
  <zip destfile="{out}" basedir="{source}" zip64Mode="{mode}" createUnicodeExtraFields="{unicode}"/>
</target></project>"""


def write(parts: Parts, work: pathlib.Path) -> pathlib.Path:
    """Has each writer that is there write, and gives the folder with the zips."""
    source, target = work / "files", work / "written"
    for folder in (source, target):
        extractors.remove(folder)
    (source / "deps").mkdir(parents=True)
    target.mkdir()
    contents = {
        "module.json": parts.metadata("hello.so", "x.tgz", parts.dependency, "x"),
        "hello.so": parts.module,
        "deps/x.tgz": parts.dependency,
    }
    for name, content in contents.items():
        (source / name).write_bytes(content)
    for name, command in PROGRAMS.items():
        out = target / f"{name}.zip"
        if shutil.which(command[0]):
            done = subprocess.run(
                [part.replace("{out}", str(out)) for part in command],
                cwd=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                check=False,
            )
            if not out.exists() and done.stdout and not done.returncode:
                out.write_bytes(done.stdout)
            if done.returncode:
                print(f"{name}: {(done.stderr or done.stdout)[-300:]!r}", file=sys.stderr)
    ant(source, target)
    align(target)
    for command, folder in drivers(work):
        subprocess.run([*command, source, target, *NAMES], cwd=folder, check=False)
    return target


def ant(source: pathlib.Path, target: pathlib.Path) -> None:
    if not shutil.which("ant"):
        return
    for mode in ("never", "always", "as-needed"):
        for unicode in ("never", "always"):
            out = target / f"ant-zip64-{mode}-unicode-{unicode}.zip"
            build = target / "build.xml"
            build.write_text(ANT.format(out=out, source=source, mode=mode, unicode=unicode))
            subprocess.run(["ant", "-q", "-S", "-f", build], check=False)
            build.unlink()


def align(target: pathlib.Path) -> None:
    if shutil.which("zipalign"):
        for name in ("zip", "zip-stored", "jar-no-manifest", "bsdtar"):
            for alignment in ("4", "16"):
                out = target / f"zipalign-{alignment}-{name}.zip"
                subprocess.run(["zipalign", "-f", alignment, target / f"{name}.zip", out], check=False)


def drivers(work: pathlib.Path) -> list[tuple[list[str], pathlib.Path]]:
    found = []
    if shutil.which("javac"):
        subprocess.run(["javac", "-nowarn", "-cp", COMMONS, "-d", work, DRIVERS / "Write.java"], check=True)
        found.append((["java", "-cp", f"{COMMONS}:{work}", "Write"], work))
    if shutil.which("go"):
        subprocess.run(["go", "build", "-o", work / "write-go", DRIVERS / "write.go"], check=True)
        found.append(([str(work / "write-go")], work))
    if (work / "node").exists():
        found.append((["node", str(DRIVERS / "write.mjs")], work / "node"))
    if (work / "venv").exists():
        found.append(([str(work / "venv/bin/python"), str(DRIVERS / "write.py")], work))
    found += [
        ([program, str(DRIVERS / file)], work)
        for program, file in (("perl", "write.pl"), ("ruby", "write.rb"), ("php", "write.php"))
        if shutil.which(program)
    ]
    return found


def main(ramp: str, work: str, report: str) -> int:
    folder = pathlib.Path(work).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    parts = Parts(folder)
    target = write(parts, folder)
    base = target / "0-ordinary.zip"
    base.write_bytes(parts.zip().build())
    archives = sorted(target.glob("*.zip"))
    verdicts = gate.judge(pathlib.Path(ramp).resolve(), archives)
    rows = table.rows([archive.stem for archive in archives], archives, verdicts, read(archives, folder))
    table.write(rows, pathlib.Path(report))
    return 1 if any(row.is_gap or not row.accepted for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
