"""Where readers differ about one archive."""

from __future__ import annotations

import collections

Views = dict[str, dict]

# zipfile of Python 3.11 is what the cluster's unpacker reads with.
REFERENCE = "Python 3.11"


def contents(view: dict) -> dict[str, tuple]:
    """Everything but folders: name to kind and SHA-256; what two entries of one name have stands together."""
    found: dict[str, tuple] = {}
    for name, kind, _, digest, *_ in view["entries"]:
        if kind != "folder":
            found[name] = found.get(name, ()) + ((kind, digest),)
    return found


def folders(view: dict) -> set[str]:
    """Those in the one that it was unpacked in, which has the name of a dot."""
    return {name for name, kind, *_ in view["entries"] if kind == "folder" and name != "."}


def parents(names: set[str]) -> set[str]:
    """The folders that names bring along."""
    return {name[:at] for name in filter(None, names) for at, letter in enumerate(name) if letter == "/"}


def short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:40]}…({len(text)} characters)"


def difference(reference: dict, view: dict) -> str | None:
    """What a reader makes of the archive that the reference does not."""
    if "refused" in view and "refused" in reference:
        return None
    if "refused" in view:
        return f"refuses: {view['refused'].strip()}"
    if "refused" in reference:
        return "reads it: " + ", ".join(short(repr(name)) for name in sorted(contents(view)))
    ours, theirs = contents(reference), contents(view)
    said = [f"no {short(repr(name))}" for name in sorted(ours.keys() - theirs.keys())]
    said += [f"has {short(repr(name))} ({theirs[name][0][0]})" for name in sorted(theirs.keys() - ours.keys())]
    for name in sorted(ours.keys() & theirs.keys()):
        (kind, digest), (kind_there, digest_there) = ours[name][-1], theirs[name][-1]
        if kind != kind_there:
            said.append(f"{short(repr(name))} is a {kind_there}")
        elif digest != digest_there:
            said.append(f"{short(repr(name))} has other bytes")
    known = folders(reference) | parents(set(ours) | folders(reference))
    said += [f"has folder {short(repr(name))}" for name in sorted(folders(view) - known)]
    there = folders(view) | parents(set(theirs) | folders(view))
    said += [f"no folder {short(repr(name))}" for name in sorted(folders(reference) - there)]
    return "; ".join(said) or None


def differences(views: Views) -> dict[str, list[str]]:
    """What readers make of the archive that the reference does not, and which readers do."""
    found = collections.defaultdict(list)
    for reader, view in views.items():
        said = difference(views[REFERENCE], view)
        if said is not None:
            found[said].append(reader)
    return found


# What of a mode matters: what it grants, whether it can be run, and whether its owner can read it. Where a zip gives no
# mode, readers differ about who else may write.
SIGNIFICANT = 0o7511


def attributes(view: dict, which: int, kind: str = "file") -> dict[str, object]:
    """Modes (2) or owners (4) of files, or of folders, on a disk."""
    return {entry[0]: entry[which] for entry in view["entries"] if len(entry) > 4 and entry[1] == kind}


def attribute_differences(base: Views, views: Views, which: int, keeper: str) -> list[str]:
    """Names whose mode or owner readers take differently, among those that take the ordinary bundle's alike."""
    votes = collections.defaultdict(lambda: collections.defaultdict(list))
    ordinary = attributes(base[keeper], which)
    for reader, view in views.items():
        if "refused" in view or attributes(base[reader], which) != ordinary:
            continue
        for name, value in attributes(view, which).items():
            votes[name][value & SIGNIFICANT if which == 2 else value].append((reader, value))
    said = []
    for name, by_value in votes.items():
        if len(by_value) > 1:
            parts = []
            for readers in by_value.values():
                value = readers[0][1]
                parts.append(f"{value:o}" if isinstance(value, int) else value)
                parts[-1] += f": {', '.join(reader for reader, _ in readers)}"
            said.append(f"{short(name)} {' / '.join(parts)}")
    return said


def mode_differences(modes: dict[str, dict[str, int]], habits: dict[str, tuple[int, int]]) -> list[str]:
    """Names whose mode readers restore differently, `modes` being what each makes of each.

    `habits` is what readers always grant, and never: theirs is no other mode where it is another's with that.
    """
    found: dict[str, dict[int, list[str]]] = {}
    for reader in sorted(modes, key=lambda reader: reader in habits):
        granted, taken = habits.get(reader, (0, 0))
        for name, mode in modes[reader].items():
            by = found.setdefault(name, {})
            same = mode if mode in by else next((one for one in by if (one | granted) & ~taken == mode), mode)
            by.setdefault(same, []).append(reader)
    return [
        f"mode of {short(name)}: " + ", ".join(f"{mode:o} by {'/'.join(who)}" for mode, who in by.items())
        for name, by in found.items()
        if len(by) > 1
    ]
