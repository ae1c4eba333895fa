#!/usr/bin/env python3
"""A preprocessor of mdBook: the links of pages that are read in the repository, too, as they are in the book.

- A link to a file that is not in the book, such as `../ci/make/ramp.mk`, leads to it at `repository` of the workspace's Cargo.toml, in
  the release that the book is of. While that is not set, there is nowhere to lead to, and the path is told instead.
- A link with the name of a file as its text, such as `[fix.md](fix.md)`, has the title of the chapter instead.
- A link to a file that does not exist stops the build, and so does one that is neither to a file nor to the web.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
import tomllib
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# A link or a picture, of which neither text nor address has brackets of its own; and code, in which nothing is a link.
PARTS = re.compile(
    r"(?P<code>^(?P<fence>```+|~~~+).*?^(?P=fence)|(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`))"
    r"|\[(?P<text>(?:`[^`]*`|[^\[\]`])*)\]\((?P<to>[^()\s]+)\)",
    re.MULTILINE | re.DOTALL,
)


def workspace() -> dict[str, str]:
    return tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]


class Links:
    """What becomes of links, in the release that a workspace has.

    >>> page = DOCS / "ci.md"
    >>> nowhere = Links({"version": "1.2.3"}, {DOCS / "fix.md": "Repairs"})
    >>> nowhere.page(page, "[The file](../ci/make/ramp.mk), [fix.md](fix.md#what), [so](fix.md), `[x](y)`, [`ci`](../ci)")
    'The file (`ci/make/ramp.mk`), [Repairs](fix.md#what), [so](fix.md), `[x](y)`, `ci`'
    >>> nowhere.page(page, "[fix](fix.mdx)")
    Traceback (most recent call last):
    SystemExit: docs/ci.md: fix.mdx does not exist
    >>> there = Links({"version": "1.2.3", "repository": "https://forge.example/ramp/"}, {})
    >>> there.page(page, "[The file](../ci/make/ramp.mk#L3)")
    '[The file](https://forge.example/ramp/blob/v1.2.3/ci/make/ramp.mk#L3)'
    """

    def __init__(self, package: dict[str, str], titles: dict[pathlib.Path, str]) -> None:
        self.titles = titles
        repository = package.get("repository", "").rstrip("/")
        self.base = f"{repository}/blob/v{package['version']}" if repository else None

    def link(self, page: pathlib.Path, text: str, to: str) -> str:
        """The link as it is in the book."""
        as_it_is = f"[{text}]({to})"
        if re.match(r"https?://|mailto:|#", to):
            return as_it_is
        path, _, place = to.partition("#")
        file = (page.parent / path).resolve()
        if not file.exists():
            raise SystemExit(f"{page.relative_to(ROOT)}: {to} does not exist")
        if file.is_relative_to(DOCS):
            return f"[{self.titles[file]}]({to})" if text == file.name and file in self.titles else as_it_is
        name = file.relative_to(ROOT).as_posix()
        if self.base:
            return f"[{text}]({self.base}/{name}{'#' + place if place else ''})"
        return text if f"`{name}`" == text else f"{text} (`{name}`)"

    def page(self, page: pathlib.Path, content: str) -> str:
        def part(match: re.Match[str]) -> str:
            return match["code"] or self.link(page, match["text"], match["to"])

        return PARTS.sub(part, content)


def chapters(items: list) -> Iterator[dict]:
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            yield item["Chapter"]
            yield from chapters(item["Chapter"]["sub_items"])


def main() -> None:
    if sys.argv[1:2] == ["supports"]:
        raise SystemExit(0 if sys.argv[2:] == ["html"] else 1)
    _, book = json.load(sys.stdin)
    pages = {DOCS / chapter["path"]: chapter for chapter in chapters(book["items"]) if chapter["path"]}
    links = Links(workspace(), {page: chapter["name"] for page, chapter in pages.items()})
    for page, chapter in pages.items():
        chapter["content"] = links.page(page, chapter["content"])
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
