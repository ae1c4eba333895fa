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
from releasing.make import MARKER, Work, emptied  # noqa: E402
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
        for bad in ("", "01.2.3", "1.2", "1.2.3-rc.1", "1.2.3\n", " 1.2.3", "1.02.3", "v1.2.3"):
            done = subprocess.run([*release, f"--set={bad}"], cwd=root, capture_output=True, text=True, check=False)
            holds(done.returncode == 1 and "a version is three numbers" in done.stderr and not done.stdout, f"--set={bad}: {done}")
        done = subprocess.run([*release, "--really"], cwd=root, capture_output=True, text=True, check=False)
        holds(done.returncode == 1 and "tree is not clean" in done.stderr and not done.stdout, f"--really goes on: {done}")


def cleanliness() -> None:
    """What is not of the commit is found, whatever git is told to overlook."""
    with tempfile.TemporaryDirectory() as copy:
        root = pathlib.Path(copy, "ramp")

        def git(*arguments: object) -> None:
            identity = ("-c", "user.name=ramp", "-c", "user.email=ramp@example.com")
            subprocess.run(["git", *identity, *map(str, arguments)], cwd=root, check=True, capture_output=True)

        ask = "import sys; sys.path.insert(0, 'scripts'); from releasing import agree; print('\\n'.join(agree.not_of_the_commit()))"

        def found() -> list[str]:
            told = subprocess.run([sys.executable, "-B", "-c", ask], cwd=root, check=True, capture_output=True, text=True).stdout
            return told.split("\n")[:-1] if told.strip() else []

        shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        (root / ".gitignore").write_text("/target\n")
        (root / "a").write_text("a\n")
        git("init", "--quiet")
        git("add", "--all")
        git("commit", "--quiet", "--message=Begin")
        (root / "target").mkdir()
        (root / "target/built").write_text("")
        holds(found() == [], found())
        (root / "other file").write_text("")
        holds(found() == ["other file"], found())
        git("config", "status.showUntrackedFiles", "no")
        holds(found() == ["other file"], f"showUntrackedFiles: {found()}")
        (root / ".git/info/exclude").write_text("other*\n")
        holds(found() == ["other file"], f"info/exclude: {found()}")
        (root / ".git/info/exclude").unlink()
        (root / "ignored").write_text("other*\n")
        git("config", "core.excludesFile", root / "ignored")
        holds(found() == ["ignored", "other file"], f"excludesFile: {found()}")
        for name in ("ignored", "other file"):
            (root / name).unlink()
        for option in ("--assume-unchanged", "--skip-worktree"):
            git("update-index", option, "a")
            holds(found() == [], f"{option}: {found()}")
            (root / "a").write_text("changed\n")
            holds(found() == ["a"], f"{option}: {found()}")
            git("update-index", option.replace("--", "--no-"), "a")
            (root / "a").write_text("a\n")
        (root / "a").write_text("b\n")
        git("add", "a")
        holds(found() == ["a"], f"staged: {found()}")


def folders() -> None:
    """Nothing is removed that is somebody else's, and what is given is looked at before anything is."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)

        def refused(*arguments: object) -> str:
            command = [sys.executable, ROOT / "scripts/release", *map(str, arguments)]
            done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=60)
            holds(done.returncode in (1, 2) and "Traceback" not in done.stderr and "as of" not in done.stdout, f"{arguments}: {done}")
            return done.stderr

        data = place / "o/first/data"
        data.parent.mkdir(parents=True)
        data.write_text("mine")
        holds("is not empty, and not of an earlier release" in refused("--out", place / "o"), "a folder of somebody's")
        holds("is not empty" in refused("--out", "../" + place.name + "/o") and data.read_text() == "mine", "by a relative path")
        holds("is not a folder" in refused("--out", data) and data.read_text() == "mine", "a file")
        for option in ("--out=", "--wheels="):
            holds("it is empty" in refused(option), option)
        for given in (f"{TARGETS[0].triple}=/nope", TARGETS[0].triple, f"{TARGETS[0].triple}=", f"{TARGETS[0].triple}={place}"):
            holds("is not a file" in refused("--out", place / "new", "--binary", given), given)
        holds("is of no target" in refused("--out", place / "new", "--binary", f"x={data}"), "--binary of no target")
        holds("--wheels: /nope is not a folder" in refused("--out", place / "new", "--wheels", "/nope"), "--wheels that are not there")
        holds(not (place / "new").exists(), "nothing is made")

        made = emptied(place / "new/deep")
        (made / "first").mkdir()
        (made / "first/data").write_text("made")
        (made / "link").symlink_to(place / "o")
        (made / "file").write_text("")
        given = made / "first/data"
        holds("is in --out" in refused("--out", made, "--binary", f"{TARGETS[0].triple}={given}") and given.exists(), "what is given is kept")
        (place / "named").symlink_to(made)
        holds(emptied(place / "named") == made.resolve() and [path.name for path in made.iterdir()] == [MARKER], "its own is emptied")
        holds(data.read_text() == "mine", "nothing is removed through a link")


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
    cleanliness()
    folders()
    print(f"{checks} checks")


main()
