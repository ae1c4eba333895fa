"""Builds the command, and lays it where maturin takes a wheel's scripts from."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "crates/ramp-python/redis_ramp.data/scripts"
LAUNCHER = ROOT / "crates/ramp-cli/src/launcher.sh"

# What the catalogue of a server has no use for, and SQLite's crate turns on: searching in texts and in space.
WITHOUT = "-USQLITE_ENABLE_FTS3 -USQLITE_ENABLE_FTS3_PARENTHESIS -USQLITE_ENABLE_FTS5 -USQLITE_ENABLE_RTREE"


def build(*cargo: str) -> pathlib.Path:
    """The command, as `cargo` with these arguments builds it: `build`, and what says for which target."""
    environment = {**os.environ, "LIBSQLITE3_FLAGS": WITHOUT}
    arguments = ["--profile=small", "--locked", "--package=ramp-cli", "--bin=ramp", "--message-format=json-render-diagnostics"]
    built = subprocess.run([*cargo, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    messages = (json.loads(line) for line in built.stdout.splitlines() if line.startswith("{"))
    programs = [message["executable"] for message in messages if message.get("executable")]
    if len(programs) != 1:
        raise RuntimeError(f"cargo built {len(programs)} programs where the command was asked for: {programs}")
    return pathlib.Path(programs[0])


def lay(program: pathlib.Path) -> None:
    """The command goes into the wheel as `redis-ramp`, which nothing else is called, and under its short name by a launcher: another
    package that has a script `ramp` takes away that alone."""
    shutil.rmtree(SCRIPTS, ignore_errors=True)
    SCRIPTS.mkdir(parents=True)
    suffix = program.suffix
    shutil.copy2(program, SCRIPTS / f"redis-ramp{suffix}")
    if suffix:
        # Nothing but a program can be called by name there.
        shutil.copy2(program, SCRIPTS / f"ramp{suffix}")
    else:
        shutil.copy2(LAUNCHER, SCRIPTS / "ramp")
        (SCRIPTS / "ramp").chmod(0o755)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-into", metavar="FILE", type=pathlib.Path, help="copies the command there instead")
    parser.add_argument("cargo", nargs=argparse.REMAINDER, help="what builds, such as `cargo build`")
    options = parser.parse_args()
    program = build(*options.cargo)
    if options.only_into:
        shutil.copy2(program, options.only_into)
    else:
        lay(program)


if __name__ == "__main__":
    main()
