"""Whether what a release is made of has the names that others know, and whether it is found out what does not agree: see `.ci/release`.

Usage: release.py OUT
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, os.fspath(ROOT / "scripts"))

from releasing import agree, publish  # noqa: E402
from releasing.make import Work  # noqa: E402
from releasing.shell import Failed  # noqa: E402
from releasing.targets import TARGETS, archive  # noqa: E402

checks = 0


def holds(is_so: bool, what: object) -> None:
    global checks
    checks += 1
    if not is_so:
        sys.exit(f"does not hold: {what}")


def binstall(out: pathlib.Path, version: str) -> None:
    """What `cargo binstall` will look for is what is there."""
    manifest = tomllib.loads((ROOT / "crates/ramp-cli/Cargo.toml").read_text(encoding="utf-8"))["package"]["metadata"]["binstall"]
    for target in TARGETS:
        values = {"repo": "REPO", "version": version, "target": target.triple, "bin": "ramp", "binary-ext": ""}

        def of(text: str) -> str:
            for name, value in values.items():
                text = text.replace(f"{{ {name} }}", value)
            return text

        stem = archive(version, target.triple)
        holds(of(manifest["pkg-url"]) == f"REPO/releases/download/v{version}/{stem}.tar.gz", manifest)
        holds(manifest["pkg-fmt"] == "tgz" and of(manifest["bin-dir"]) == f"{stem}/ramp", manifest)
        place = out / f"{stem}.tar.gz"
        if not place.exists():
            continue
        with tarfile.open(place) as tar:
            entries = {entry.name: entry for entry in tar}
        command = entries[of(manifest["bin-dir"])]
        holds(command.mode == 0o755 and all(entry.uid == 0 and not entry.uname for entry in entries.values()), stem)
        for name in ("LICENSE-MIT", "LICENSE-APACHE", "man/ramp-validate.1.gz", "man/ramp-target-list.1.gz", "completions/_ramp"):
            holds(f"{stem}/{name}" in entries, f"{stem} has {name}")
    holds(len(list(out.glob("*.tar.gz"))) >= 1, "there is an archive")


def npm(out: pathlib.Path, version: str) -> None:
    """The launcher wants the packages that there are, in its own version."""
    wanted = {f"@redis-ramp/{target.npm}": version for target in TARGETS if target.npm}
    launcher = json.loads((ROOT / "packaging/npm/package.json").read_text(encoding="utf-8"))
    holds(launcher["optionalDependencies"] == wanted and launcher["version"] == version, launcher)
    holds((out / f"npm/redis-ramp-{version}.tgz").exists(), "the launcher")


def wheels(version: str) -> None:
    """The command comes out of the wheel of its target."""
    with tempfile.TemporaryDirectory() as folder:
        work = Work(pathlib.Path(folder, "work"), version, 1)
        place = work.out / "wheels"
        place.mkdir()
        dynamic = [target for target in TARGETS if not target.static]
        for target in dynamic:
            machine = target.triple.split("-")[0]
            try:
                work.take(target, None)
            except Failed as error:
                holds(f"{target.triple} there are 0 wheels" in str(error), error)
            else:
                holds(False, "there is no such wheel")
            with zipfile.ZipFile(place / f"redis_ramp-{version}-cp39-abi3-manylinux2014_{machine}.manylinux_2_17_{machine}.whl", "w") as wheel:
                wheel.writestr(f"redis_ramp-{version}.data/scripts/ramp", "the launcher")
                wheel.writestr(f"redis_ramp-{version}.data/scripts/redis-ramp", machine)
            work.take(target, None)
            holds(work.command(target).read_text() == machine, f"{target.triple}")


def publishing(out: pathlib.Path, version: str) -> None:
    """In an order that works, and where a step fails, with what is left."""
    steps = [" ".join(step) for step in publish.commands(version, out)]
    order = ("git tag", "git push", "gh release create", "cargo publish", f"redis-ramp-linux-x64-{version}.tgz", f"npm/redis-ramp-{version}.tgz", "gh release edit")
    at = [next(number for number, step in enumerate(steps) if word in step) for word in order]
    holds(at == sorted(at), steps)
    holds("SHA256SUMS" in steps[at[2]] and ".deb" in steps[at[2]] and "--draft" in steps[at[2]], steps[at[2]])
    try:
        publish.publish([["true"], ["false"], ["touch", os.fspath(out / "never")]])
    except Failed as error:
        holds("what is left:\n  false\n  touch " in str(error), error)
    holds(not (out / "never").exists(), "nothing is published after what failed")


def versions(version: str) -> None:
    """In a copy of the tree: what is set everywhere agrees, and what is set in all places but one is told."""
    with tempfile.TemporaryDirectory() as copy:
        root = pathlib.Path(copy, "ramp")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", "--depth=1", f"file://{ROOT}", root], check=True)
        for name in subprocess.run(["git", "ls-files", "--modified", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_file():
                shutil.copy(ROOT / name, root / name)
        release = [sys.executable, root / "scripts/release"]
        subprocess.run([*release, "--set", "98.7.6"], check=True, capture_output=True)
        ask = "import sys; sys.path.insert(0, 'scripts'); from releasing import agree; print('\\n'.join(agree.wrong(agree.version())))"

        def wrong() -> str:
            return subprocess.run([sys.executable, "-B", "-c", ask], cwd=root, check=True, capture_output=True, text=True).stdout

        said = wrong()
        holds("98.7.6, and" not in said and "and Cargo.toml 98" not in said, said)
        holds("CHANGELOG.md begins with" in said and "tree is not clean" in said, said)
        manifest = root / "packaging/npm/package.json"
        manifest.write_text(manifest.read_text().replace('"version": "98.7.6"', f'"version": "{version}"'))
        holds(f"packaging/npm/package.json:3 says {version}, and Cargo.toml 98.7.6" in wrong(), wrong())
        changes = root / "CHANGELOG.md"
        changes.write_text(changes.read_text().replace("## Unreleased", "## 98.7.6 - 2027-01-02", 1))
        holds("CHANGELOG.md begins" not in wrong(), wrong())
        done = subprocess.run([*release, "--really"], cwd=root, capture_output=True, text=True, check=False)
        holds(done.returncode == 1 and "tree is not clean" in done.stderr and not done.stdout, f"--really goes on: {done}")


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    version = agree.version()
    stated = [f"{file}: {found}" for file, _, found in agree.places()]
    holds(len(stated) > 12 and all(line.endswith(version) for line in stated), f"the versions agree: {stated}")
    binstall(out, version)
    npm(out, version)
    wheels(version)
    publishing(out, version)
    versions(version)
    print(f"{checks} checks")


main()
