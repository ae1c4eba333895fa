"""How the book is in headless Chromium: see `.ci/book`.

Every kind of page, in light and dark, as wide as a desk and as a phone: axe has nothing to say, the page is no wider than the window, nothing
is asked of another host, no script fails. Every page: no wider than a phone.

Usage: book.py FOLDER AXE. With BOOK_SCREENSHOTS=DIR it writes pictures.
"""

from __future__ import annotations

import functools
import http.server
import os
import pathlib
import re
import shutil
import sys
import threading

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

BOOK = pathlib.Path(sys.argv[1])
AXE = pathlib.Path(sys.argv[2]).read_text()
SCREENSHOTS = os.environ.get("BOOK_SCREENSHOTS")
WIDTHS = {"desk": 1280, "phone": 375}
THEMES = ("light", "dark")
KINDS = ("index", "first-module", "manifest", "formats", "rest-api", "api", "releases", "groups/unpack", "rules/module-exists", "404")
# What a browser finds of an element that sticks out of the page, where it cannot be scrolled by itself.
TOO_WIDE = """
const width = document.documentElement.clientWidth;
const scrolls = element => element.closest('pre, .table-wrapper, #mdbook-sidebar, #mdbook-help-container');
const out = [...document.querySelectorAll('main *, #mdbook-menu-bar *, #mdbook-search-wrapper *')]
    .filter(element => !scrolls(element) && element.getBoundingClientRect().right > width + 1);
const content = document.querySelector('.content');
if (document.scrollingElement.scrollWidth > width) out.push(document.documentElement);
if (content && content.scrollWidth > content.clientWidth + 1) out.push(content);
return out.map(element => element.outerHTML.slice(0, 120));
"""
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run({exclude: arguments[0]}, {resultTypes: ['violations']}).then(found => done(found.violations.map(one =>
    `${one.id}: ${one.help}: ` + one.nodes.slice(0, 3).map(node => `${node.html.slice(0, 160)} ${node.any.map(any => any.message).join('; ')}`).join(' | '))));
"""
wrong: list[str] = []


class Pages(http.server.SimpleHTTPRequestHandler):
    """The folder, with the book's own page for what is not there."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (BOOK / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        pass


class Browser:
    def __init__(self, base: str) -> None:
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
            options.add_argument(argument)
        # No other host can be reached, whatever a page asks for.
        options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.binary_location = shutil.which("chromium") or ""
        self.base = base
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        # Nothing moves while it is looked at.
        self.media = [{"name": "prefers-reduced-motion", "value": "reduce"}]

    def look(self, width: int, theme: str) -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = [{"name": "prefers-color-scheme", "value": theme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme + self.media})

    def open(self, page: str) -> None:
        # A page that is not there, deep in folders: its own links have to lead from there, too.
        self.driver.get(f"{self.base}/{'no/such/page' if page == '404' else page}.html")

    def check(self, what: str, *, axe: bool = True, contents: bool = False) -> None:
        # The contents push the page aside, and are the same on all pages: one look at them will do.
        wide = [] if contents else self.driver.execute_script(TOO_WIDE)
        wrong.extend(f"{what}: sticks out: {element}" for element in wide)
        if axe:
            self.driver.execute_script(AXE)
            found = self.driver.execute_async_script(RUN_AXE, [] if contents else ["#mdbook-sidebar"])
            wrong.extend(f"{what}: {violation}" for violation in found)
        if axe and SCREENSHOTS:
            path = pathlib.Path(SCREENSHOTS, re.sub(r"\W+", "-", what) + ".png")
            path.parent.mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(path))

    def complaints(self) -> None:
        """What the browser has said since: scripts that fail, and what could not be loaded, which is all that is on other hosts."""
        for entry in self.driver.get_log("browser"):
            if entry["level"] == "SEVERE" and "no/such/page" not in entry["message"]:
                wrong.append(f"a script, or what a page loads, fails: {entry['message']}")

    def click(self, selector: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def until(self, what: str, script: str) -> None:
        WebDriverWait(self.driver, 20).until(lambda driver: driver.execute_script(f"return {script}"), what)


def searches(browser: Browser, what: str) -> None:
    browser.open("index")
    browser.click("#mdbook-search-toggle")
    browser.driver.find_element(By.ID, "mdbook-searchbar").send_keys("GLIBC too new")
    browser.until(f"{what}: nothing is found", "document.querySelectorAll('#mdbook-searchresults li').length > 3")
    found = browser.driver.find_element(By.ID, "mdbook-searchresults").text
    if "glibc" not in found.lower():
        wrong.append(f"{what}: found is {found[:200]!r}")
    browser.check(f"{what}, search")


def opens(browser: Browser, what: str, width: int, theme: str) -> None:
    """The table of contents, and the list of themes."""
    browser.open("rules/load-glibc")
    if width < 600:
        browser.click("#mdbook-sidebar-toggle")
    browser.until(f"{what}: no chapters", "document.querySelectorAll('#mdbook-sidebar a[href]').length > 300")
    shown = "document.querySelector('#mdbook-sidebar a.active').getBoundingClientRect().left >= 0"
    browser.until(f"{what}: the chapter is not shown", shown)
    browser.check(f"{what}, contents", contents=True)
    browser.open("rules")
    browser.click("#mdbook-theme-toggle")
    names = [button.text for button in browser.driver.find_elements(By.CSS_SELECTOR, "#mdbook-theme-list button")]
    if names != ["Auto", "Light", "Dark"]:
        wrong.append(f"{what}: themes are {names}")
    browser.check(f"{what}, themes")
    html = browser.driver.find_element(By.TAG_NAME, "html").get_attribute("class").split()
    if ("coal" in html) != (theme == "dark"):
        wrong.append(f"{what}: the theme is {html}")


def main() -> int:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(BOOK)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    browser = Browser(f"http://127.0.0.1:{server.server_port}")
    try:
        for theme in THEMES:
            for name, width in WIDTHS.items():
                browser.look(width, theme)
                what = f"{theme}, {name}"
                for page in KINDS:
                    browser.open(page)
                    browser.check(f"{what}, {page}")
                searches(browser, what)
                opens(browser, what, width, theme)
                browser.complaints()
        browser.look(WIDTHS["phone"], "light")
        # The list of chapters for browsers without scripts is a frame, and no page.
        pages = sorted({page.relative_to(BOOK).with_suffix("").as_posix() for page in BOOK.rglob("*.html")} - {"toc"})
        for page in pages:
            browser.open(page)
            browser.check(f"phone, {page}", axe=False)
        browser.complaints()
    finally:
        browser.driver.quit()
        server.shutdown()
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
