"""The table: what strict says of each variant, and what readers read where it is not what Python's zipfile reads."""

from __future__ import annotations

import collections
import dataclasses
import json
import pathlib

import compare


@dataclasses.dataclass
class Row:
    """One variant."""

    name: str
    archive: pathlib.Path
    accepted: bool
    rules: list[str]
    differences: dict[str, list[str]]
    modes: list[str]
    owners: list[str]

    @property
    def is_gap(self) -> bool:
        return self.accepted and bool(self.differences)

    @property
    def is_false_alarm(self) -> bool:
        return not (self.accepted or self.differences or self.modes)

    def read(self) -> list[str]:
        said = [f"{', '.join(readers)}: {what}" for what, readers in self.differences.items()]
        return said + [f"modes: {what}" for what in self.modes] + [f"owners: {what}" for what in self.owners]


def rows(
    names: list[str], archives: list[pathlib.Path], verdicts: list, views: list[dict], keeper: str = "unzip"
) -> list[Row]:
    """The rows; `views` starts with those of the ordinary archive, which shows what readers do anyway.

    `keeper` is a reader that keeps modes and owners: those that keep the ordinary archive's as it does are compared.
    """
    ordinary = views[0]
    usual = {reader for readers in compare.differences(ordinary).values() for reader in readers}
    found = []
    for name, archive, (accepted, rules), seen in zip(names, archives, verdicts, views, strict=True):
        differences = {
            what: readers for what, readers in compare.differences(seen).items() if not usual.issuperset(readers)
        }
        modes, owners = (compare.attribute_differences(ordinary, seen, which, keeper) for which in (2, 4))
        found.append(Row(name, archive, accepted, rules, differences, modes, owners))
    return found


def grouped(some: list[Row]) -> list[str]:
    """Rows that say the same stand in one line, with the first names of them."""
    together = collections.defaultdict(list)
    for row in some:
        together[(tuple(row.rules), tuple(row.read()))].append(row)
    lines = ["| variants | strict says | what readers read other than Python's zipfile |", "| --- | --- | --- |"]
    for (rules, read), members in together.items():
        names = [f"`{row.name}` ({row.archive.stem})" for row in members[:3]]
        names += [f"and {len(members) - 3} more"] if len(members) > 3 else []
        verdict = ("accepts" if members[0].accepted else "refuses") + (f": {', '.join(rules)}" if rules else "")
        cells = ["<br>".join(names), verdict, "<br>".join(read)]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def text(all_rows: list[Row]) -> str:
    parts = {
        "Strict accepts, and readers differ": [row for row in all_rows if row.is_gap],
        "Strict accepts, and modes or owners differ": [
            row for row in all_rows if row.accepted and not row.differences and (row.modes or row.owners)
        ],
        "Strict refuses, and all readers agree": [row for row in all_rows if row.is_false_alarm],
        "Strict refuses, and readers differ": [row for row in all_rows if not row.accepted and not row.is_false_alarm],
        "Strict accepts, and all readers agree": [
            row for row in all_rows if row.accepted and not (row.differences or row.modes or row.owners)
        ],
    }
    lines = []
    for title, some in parts.items():
        lines += [f"## {title}: {len(some)}", "", *grouped(some), ""]
    return "\n".join(lines)


def write(all_rows: list[Row], report: pathlib.Path) -> None:
    """Writes the table, and beside it all rows as JSON."""
    report.write_text(text(all_rows))
    report.with_suffix(".json").write_text(json.dumps([dataclasses.asdict(row) for row in all_rows], default=str))
