"""Whether all say the same version, the changelog has it, and the tree is what will be released."""

from __future__ import annotations

import os
import pathlib
import re
import tempfile
import tomllib

from .shell import ROOT, Failed, run

# Where a version of ours stands, wherever it is: in each, the version is the group. What another is needed in has no such form.
NUMBER = r"([0-9]+\.[0-9]+\.[0-9]+)"
# What a version may be. SemVer knows no zero in front, and Cargo takes none.
SEMVER = r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}"
FORMS = (
    ("Cargo.toml", rf'^version = "{NUMBER}"'),
    ("Cargo.toml", rf'^ramp-[a-z]+ = \{{ path = .*version = "=?{NUMBER}"'),
    ("crates/*/Cargo.toml", rf'^version = "{NUMBER}"'),
    ("crates/*/pyproject.toml", rf'^version = "{NUMBER}"'),
    ("crates/ramp-python/*/pyproject.toml", rf'^version = "{NUMBER}"'),
    ("*", rf"redis-ramp(?:-compat)?==\s*{NUMBER}"),
    ("*", rf"@redis-ramp/[a-z0-9-]+\W+{NUMBER}"),
    ("*", rf"OWNER/ramp(?:-pre-commit)?@v{NUMBER}"),
    ("*", rf"OWNER/ramp(?:-pre-commit)?\n\s+rev: v{NUMBER}"),
    ("packaging/npm/*.json", rf'"version": "{NUMBER}"'),
)
# They tell of other versions on purpose.
NOT_IN = ("CHANGELOG.md", "scripts/", ".ci/", "docs/releasing.md")
# Who has not put an address in the place of this one cannot release.
NO_ADDRESS = re.compile("OWNER(/ramp|@)")


def version() -> str:
    """The version of the workspace, by which all others go."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    found = manifest["workspace"]["package"]["version"]
    if not re.fullmatch(SEMVER, found):
        # Python writes pre-releases in another way than all else.
        raise Failed(f"the version in Cargo.toml is {found}: it has to be three numbers, such as 0.2.0")
    return found


def files() -> list[pathlib.PurePosixPath]:
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [pathlib.PurePosixPath(name) for name in listed if name and not name.startswith(NOT_IN) and (ROOT / name).is_file()]


def text_of(file: pathlib.PurePosixPath) -> str:
    try:
        return (ROOT / file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def places() -> list[tuple[pathlib.PurePosixPath, int, str]]:
    """Each place of a version: the file, where it begins in it, and what it is."""
    found = set()
    for file in files():
        text = None
        for pattern, form in FORMS:
            if pattern == "*" or (file.match(pattern) and len(file.parts) == pattern.count("/") + 1):
                text = text_of(file) if text is None else text
                found |= {(file, match.start(1), match[1]) for match in re.finditer(form, text, re.MULTILINE)}
    return sorted(found)


def set_version(new: str) -> int:
    """Puts a version into all places, and says how many these are."""
    if not re.fullmatch(SEMVER, new):
        raise Failed(f"a version is three numbers without zeros in front, such as 0.2.0, not {new!r}")
    there = places()
    # From the end on, so that what is before stays where it is.
    for file, start, old in reversed(there):
        text = text_of(file)
        (ROOT / file).write_text(text[:start] + new + text[start + len(old) :], encoding="utf-8")
    return len(there)


def changelog(wanted: str) -> tuple[str, str | None]:
    """What the changelog says of a version, and what is wrong with its heading."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    heading, notes = sections[1], sections[2].strip()
    if not re.fullmatch(rf"\[?{re.escape(wanted)}\]? - \d{{4}}-\d\d-\d\d", heading):
        return notes, f"CHANGELOG.md begins with `## {heading}`, not with `## {wanted} - ` and the day"
    return notes, None


def not_of_the_commit() -> list[str]:
    """The files that are not as in the commit, whatever git is told to overlook: in this index (`update-index --assume-unchanged`,
    `--skip-worktree`), for this user or clone (`status.showUntrackedFiles`, `core.excludesFile`, `info/exclude`). What packs looks at the files."""
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        run("git", "read-tree", "HEAD", **index)
        look = ("git", "-c", "core.fsmonitor=false", "-c", "core.fileMode=true", "-c", "diff.autoRefreshIndex=true")
        changed = run(*look, "diff", "--name-only", "-z", "--no-ext-diff", "--ignore-submodules=none", **index)
        others = run(*look, "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore", **index)
    return sorted(name for name in (changed + others).split("\0") if name)


def wrong(wanted: str) -> list[str]:
    """All that stands between this tree and a release of it."""
    found = []
    for file, start, other in places():
        if other != wanted:
            line = text_of(file).count("\n", 0, start) + 1
            found.append(f"{file}:{line} says {other}, and Cargo.toml {wanted}: scripts/release --set {wanted} puts it there")
    heading = changelog(wanted)[1]
    if heading:
        found.append(heading)
    if changed := not_of_the_commit():
        found.append(f"the tree is not clean: {len(changed)} files, such as {changed[0]}")
    if run("git", "tag", "--list", f"v{wanted}").strip():
        found.append(f"there is a tag v{wanted} already")
    nowhere = [str(file) for file in files() if NO_ADDRESS.search(text_of(file))]
    if nowhere:
        found.append(f"the project has no address yet: OWNER stands for it in {', '.join(nowhere)}")
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    if "repository" not in manifest["workspace"]["package"]:
        found.append("Cargo.toml has no `repository`, by which cargo binstall finds the archives")
    return found
