"""What publishes, in order. What can be taken back comes first; what cannot, last."""

from __future__ import annotations

import pathlib
import shlex
import subprocess

from .shell import ROOT, Failed, run


def commands(version: str, out: pathlib.Path) -> list[list[str]]:
    """All commands of a release."""
    tag = f"v{version}"
    found = subprocess.run(["git", "config", "user.signingkey"], cwd=ROOT, capture_output=True, text=True, check=False)
    signed = "--sign" if found.stdout.strip() else "--annotate"
    flat = sorted(str(file) for file in out.iterdir() if file.is_file() and file.name != "notes.md")
    steps = [
        ["git", "tag", signed, f"--message=ramp {version}", tag],
        ["git", "push", "origin", tag],
        ["gh", "release", "create", tag, "--verify-tag", "--draft", f"--title=ramp {version}", f"--notes-file={out / 'notes.md'}", *flat],
        # In the order in which they need each other, which cargo knows.
        ["cargo", "publish", "--workspace", "--locked"],
    ]
    if wheels := sorted(str(file) for file in (out / "wheels").glob("*")):
        steps.append(["uv", "publish", *wheels])
    # The platforms first: the launcher needs them.
    for package in sorted((out / "npm").glob("*.tgz"), key=lambda file: (not file.name.startswith("redis-ramp-linux"), file.name)):
        steps.append(["npm", "publish", "--access=public", str(package)])
    steps.append(["gh", "release", "edit", tag, "--draft=false"])
    return steps


def publish(steps: list[list[str]]) -> None:
    """Runs them. Where one fails, those that are left are told: what is published stays so, and a second run would begin at the tag."""
    for done, step in enumerate(steps):
        print(f"+ {shlex.join(step)}", flush=True)
        try:
            print(run(*step), end="")
        except Failed as error:
            left = "\n".join(f"  {shlex.join(step)}" for step in steps[done:])
            raise Failed(f"{error}\nwhen it is mended, what is left:\n{left}") from error
