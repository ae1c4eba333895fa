"""The packages for npm: the launcher `redis-ramp`, and one for each platform with the command, of which npm installs the one that fits."""

from __future__ import annotations

import json
import shutil
import typing

from .shell import ROOT, run

if typing.TYPE_CHECKING:
    from .make import Work
    from .targets import Target

LICENSES = ("LICENSE-APACHE", "LICENSE-MIT")


def make(work: Work, targets: list[Target]) -> None:
    """Packs them all, by `npm pack`, which gives all files one time."""
    launcher = work.folder / "npm" / "redis-ramp"
    shutil.copytree(ROOT / "packaging/npm", launcher)
    manifest = json.loads((launcher / "package.json").read_text(encoding="utf-8"))
    folders = [launcher]
    for target in targets:
        if not target.npm:
            continue
        # The one that can load modules, which a static command cannot: so it is not for Alpine.
        system, cpu = target.npm.split("-")
        platform = {key: manifest[key] for key in ("version", "license", "repository")} | {
            "name": f"@redis-ramp/{target.npm}",
            "description": f"The command of redis-ramp for {target.npm}",
            "os": [system],
            "cpu": [cpu],
            "libc": ["glibc"],
            "preferUnplugged": True,
        }
        folder = launcher.parent / target.npm
        (folder / "bin").mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps(platform, indent=2) + "\n", encoding="utf-8")
        shutil.copy(work.command(target), folder / "bin/ramp")
        folders.append(folder)
    (work.out / "npm").mkdir()
    for folder in folders:
        for name in LICENSES:
            shutil.copy(ROOT / name, folder)
        if folder is launcher:
            shutil.copy(ROOT / "README.md", folder)
        run("npm", "pack", "--silent", f"--pack-destination={work.out / 'npm'}", folder)
