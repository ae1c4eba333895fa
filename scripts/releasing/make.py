"""What is made of a tree: wheels with the command in them, and of that archives, packages, and the checksums of all."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import tarfile
import zipfile

from .shell import ROOT, Failed, run
from .targets import Target, archive


MARKER = ".made-by-ramp-release"


def emptied(folder: pathlib.Path) -> pathlib.Path:
    """The folder, with nothing in it but a mark that it is this program's: it is made, or was made by an earlier release.

    Raises `Failed` where it has what is somebody else's.
    """
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise Failed(f"{folder} is not a folder")
    marker = folder / MARKER
    there = sorted(folder.iterdir()) if folder.exists() else []
    if there and not marker.is_file():
        raise Failed(f"{folder} is not empty, and not of an earlier release: name another by --out, or remove what is in it, such as {there[0].name}")
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text("What is in this folder is removed by the next scripts/release with the same --out.\n", encoding="utf-8")
    for path in there:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != marker:
            path.unlink()
    return folder


class Work:
    """A folder in which everything is made once: what is released in `out`, and the commands in `bin`."""

    def __init__(self, folder: pathlib.Path, version: str, epoch: int) -> None:
        self.folder, self.version, self.epoch = folder, version, epoch
        self.out = folder / "out"
        shutil.rmtree(folder, ignore_errors=True)
        self.out.mkdir(parents=True)

    def environment(self) -> dict[str, str]:
        """Of builds; that nothing of this machine comes into them is seen to by scripts/reproducible."""
        return {"SOURCE_DATE_EPOCH": str(self.epoch), "CARGO_TARGET_DIR": os.fspath(self.folder / "target")}

    def command(self, target: Target) -> pathlib.Path:
        return self.folder / "bin" / target.triple / "ramp"

    def build(self, target: Target) -> None:
        """Builds what there is of a target: a wheel with the command in it, or the command alone."""
        # Where the compiler has no standard library for it, with the one of .ci/cross.
        there = run("rustc", "--print=target-libdir", f"--target={target.triple}").strip()
        how = [] if pathlib.Path(there).is_dir() else [ROOT / ".ci/cross", *(["--std-from-source"] if target.static else [])]
        script, place = ("static", self.command(target).parent) if target.static else ("wheel", self.out / "wheels")
        run(*how, ROOT / "scripts" / script, target.triple, place, **self.environment())

    def sources(self) -> None:
        """The source package for PyPI, and what is Python alone."""
        run("uv", "build", "--quiet", "--sdist", f"--out-dir={self.out / 'wheels'}", ".", **self.environment())
        for project in sorted(ROOT.glob("crates/ramp-python/*/pyproject.toml")):
            run("uv", "build", "--quiet", f"--out-dir={self.out / 'wheels'}", project.parent, **self.environment())
        # Of uv, for who keeps such a folder in a repository.
        (self.out / "wheels/.gitignore").unlink(missing_ok=True)

    def take(self, target: Target, given: pathlib.Path | None) -> None:
        """The command of a target: one that is given, that of its wheel, or the one that was built."""
        place = self.command(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        if given:
            shutil.copyfile(given, place)
        elif not target.static:
            self.take_from_wheel(target, place)
        place.chmod(0o755)

    def take_from_wheel(self, target: Target, place: pathlib.Path) -> None:
        found = sorted((self.out / "wheels").glob(f"redis_ramp-{self.version}-*manylinux*_{target.triple.split('-')[0]}*.whl"))
        if len(found) != 1:
            raise Failed(f"for {target.triple} there are {len(found)} wheels, not one, in {self.out / 'wheels'}")
        with zipfile.ZipFile(found[0]) as wheel:
            commands = [name for name in wheel.namelist() if name.endswith(".data/scripts/redis-ramp")]
            if len(commands) != 1:
                raise Failed(f"{found[0].name} has {len(commands)} commands, not one")
            place.write_bytes(wheel.read(commands[0]))

    def stage(self, runs: pathlib.Path) -> pathlib.Path:
        """Pages and completions, by a command that this machine can run."""
        folder = self.folder / "stage"
        run(ROOT / "packaging/stage", runs, folder)
        return folder

    def archive(self, target: Target, stage: pathlib.Path) -> pathlib.Path:
        """The archive of a target: the same bytes for the same files."""
        stem = archive(self.version, target.triple)
        files = {"ramp": self.command(target)}
        files |= {name: ROOT / name for name in ("LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md")}
        for part in ("completions", "man"):
            files |= {f"{part}/{file.name}": file for file in (stage / part).iterdir()}
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name in sorted(files):
                entry = tarfile.TarInfo(f"{stem}/{name}")
                content = files[name].read_bytes()
                entry.size, entry.mtime, entry.mode = len(content), self.epoch, 0o755 if name == "ramp" else 0o644
                tar.addfile(entry, io.BytesIO(content))
        place = self.out / f"{stem}.tar.gz"
        place.write_bytes(gzip.compress(packed.getvalue(), 9, mtime=0))
        return place

    def packages(self, arch: str, dynamic: Target, static: Target | None, stage: pathlib.Path) -> None:
        other = self.command(static) if static else "-"
        epoch = {"SOURCE_DATE_EPOCH": str(self.epoch)}
        run(ROOT / "packaging/packages", self.version, arch, stage, self.command(dynamic), other, self.out, **epoch)

    def contents(self, target: Target) -> None:
        """What crates are in the command of a target, as CycloneDX."""
        tree = self.folder / "tree"
        if not tree.exists():
            # The tool writes beside each manifest.
            tree.mkdir()
            run("git", "archive", f"--output={self.folder / 'tree.tar'}", "HEAD")
            run("tar", "--extract", f"--file={self.folder / 'tree.tar'}", f"--directory={tree}")
        stem = archive(self.version, target.triple)
        what = ("--format=json", "--spec-version=1.5", f"--override-filename={stem}.cdx", f"--target={target.triple}")
        run("cargo", "cyclonedx", "--quiet", *what, f"--manifest-path={tree / 'crates/ramp-cli/Cargo.toml'}", **self.environment())
        told = (tree / f"crates/ramp-cli/{stem}.cdx.json").read_text(encoding="utf-8")
        # Its names of crates have their places in them.
        (self.out / f"{stem}.cdx.json").write_text(told.replace(os.fspath(tree), "/ramp"), encoding="utf-8")

    def crates(self) -> None:
        """The crates that are published, as they are; whether they build is asked by .ci/packages."""
        metadata = json.loads(run("cargo", "metadata", "--format-version=1", "--no-deps"))
        names = [package["name"] for package in metadata["packages"] if package["publish"] != []]
        target = self.folder / "crates"
        selection = [f"--package={name}" for name in names]
        # What is locked is all that is needed: the index is not asked for each crate.
        run("cargo", "fetch", "--quiet", "--locked")
        run("cargo", "package", "--quiet", "--offline", "--allow-dirty", "--no-verify", *selection, CARGO_TARGET_DIR=os.fspath(target))
        (self.out / "crates").mkdir()
        for name in names:
            shutil.move(target / "package" / f"{name}-{self.version}.crate", self.out / "crates")

    def sums(self) -> dict[str, str]:
        """Checksums of all that was made, by name."""
        there = sorted(file for file in self.out.rglob("*") if file.is_file())
        found = {file.relative_to(self.out).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in there}
        # What is at the forge has no folders.
        lines = [f"{digest}  {name}\n" for name, digest in found.items() if "/" not in name]
        (self.out / "SHA256SUMS").write_text("".join(lines))
        return found
