"""Whether reports are what the formats' own schemas, validators and renderers take: see `.ci/formats`.

Usage: formats.py REPORTS WORK SCHEMAS
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import cmarkgfm
import jsonschema
from lxml import etree
from markdown_it import MarkdownIt

REPORTS, WORK, SCHEMAS = (pathlib.Path(argument) for argument in sys.argv[1:4])

# What Microsoft's validator warns of while the project has no repository that its reports could name.
KNOWN_WARNINGS = {"SARIF2005"}
# What of HTML comes out of the Markdown that is written here.
TAGS = {"h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "p", "ul", "li", "strong", "code", "br"}
# What a forge would make a link of, once Markdown is rendered: names, numbers of threads, addresses.
LINKS = re.compile(r"@\w|#\d|[!~%$&^]\d|\bGH-\d|://|\bwww\.\w|\b(?:mailto|xmpp):\w", re.IGNORECASE)
COMMENT = 65536


def load(path: pathlib.Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def by_schema(schema: object, document: object) -> Iterator[str]:
    for error in jsonschema.Draft7Validator(schema).iter_errors(document):
        yield f"{error.json_path}: {error.message[:300]}"


def sarif(path: pathlib.Path) -> Iterator[str]:
    yield from by_schema(load(WORK / "sarif.json"), load(path))
    log = WORK / "log.sarif"
    command = [WORK / "multitool/Sarif.Multitool", "validate", path, "-o", log, "--log", "ForceOverwrite"]
    tool = subprocess.run(command, capture_output=True, text=True, check=False)
    if tool.returncode != 0 or "skipped" in tool.stdout + tool.stderr:
        yield f"Sarif.Multitool ended with {tool.returncode}: {tool.stdout}{tool.stderr}"
    for run in json.loads(log.read_text(encoding="utf-8-sig"))["runs"]:
        for result in run["results"]:
            if result["ruleId"] not in KNOWN_WARNINGS:
                yield f"{result['ruleId']} ({result.get('level', 'warning')}): {result['message'].get('arguments')}"


def junit(path: pathlib.Path) -> Iterator[str]:
    document = etree.parse(path)
    jenkins = etree.XMLSchema(etree.parse(WORK / "junit-10.xsd"))
    surefire = etree.XMLSchema(etree.parse(SCHEMAS / "surefire.xsd"))
    if not jenkins.validate(document):
        yield from (f"junit-10.xsd: {error}" for error in jenkins.error_log)
    # A file of Surefire is a single suite.
    for suite in document.getroot():
        if not surefire.validate(suite):
            yield from (f"surefire.xsd: {error}" for error in surefire.error_log)


def gitlab(path: pathlib.Path) -> Iterator[str]:
    issues = load(path)
    yield from by_schema(load(SCHEMAS / "gitlab-code-quality.json"), issues)
    prints = [issue["fingerprint"] for issue in issues]
    yield from (f"the fingerprint {value} is there twice" for value in {p for p in prints if prints.count(p) > 1})


def rdjson(path: pathlib.Path) -> Iterator[str]:
    yield from by_schema(load(WORK / "rdjson.json"), load(path))


class Rendered(HTMLParser):
    """The tags of a page, the text in code and the text elsewhere, and how many cells each row has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.in_code = 0
        self.plain: list[str] = []
        self.cells: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        self.in_code += tag == "code"
        if tag == "tr":
            self.cells.append(0)
        if tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.in_code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self.in_code:
            self.plain.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"comment {data}")


def markdown(path: pathlib.Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if len(text) > COMMENT:
        yield f"{len(text)} characters are more than a comment takes"
    rendered = {
        "cmark-gfm": cmarkgfm.github_flavored_markdown_to_html(text),
        "markdown-it": MarkdownIt("gfm-like", {"html": True}).render(text),
    }
    for renderer, html in rendered.items():
        page = Rendered(html)
        yield from (f"{renderer}: <{tag}>" for tag in page.tags - TAGS)
        yield from (f"{renderer}: attribute {name}={value}" for name, value in page.attributes if name != "align")
        if "table" not in page.tags or len(set(page.cells)) != 1:
            yield f"{renderer}: rows with {sorted(set(page.cells))} cells"
        for part in page.plain:
            if found := LINKS.search(part):
                yield f"{renderer}: `{found.group()}` would be a link in {part[:200]!r}"


CHECKS: dict[str, Callable[[pathlib.Path], Iterator[str]]] = {
    "sarif": sarif,
    "junit": junit,
    "gitlab": gitlab,
    "rdjson": rdjson,
    "markdown": markdown,
}


def main() -> None:
    failed = 0
    for name, check in CHECKS.items():
        paths = sorted((REPORTS / name).iterdir())
        for path in paths:
            for problem in check(path):
                failed += 1
                print(f"{path.name}: {problem}", file=sys.stderr)
        print(f"{name}: {len(paths)} reports")
    if failed:
        sys.exit(f"{failed} problems")


main()
