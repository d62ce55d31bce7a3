"""A real browser for the tests that need eyes: pages, photographs, accessibility, the policy.

Where no Chromium is found these tests skip, saying so; with GOVGRAPH_BROWSER=required they fail.
GOVGRAPH_PHOTOGRAPHS names a folder to keep the photographs in.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from werkzeug.serving import make_server

from web.app import create_app

expect.set_options(timeout=20_000)  # a busy machine shows late what it shows
ROOT = Path(__file__).parent.parent
AXE = ROOT / "web" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Told before the page's own scripts run, so that nothing is missed.
LISTEN = """
window.violations = []
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))
"""


def chromium() -> str | None:
    """Give the path of a Chromium, None where there is none."""
    named = shutil.which("chromium")
    return named or next((path for path in CHROMIUM if Path(path).exists()), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the machine's own Chromium; without one, skip or fail as was asked."""
    path = chromium()
    if path is None:
        say = pytest.fail if os.environ.get("GOVGRAPH_BROWSER") == "required" else pytest.skip
        say("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    return {"executable_path": path, "args": ["--disable-dev-shm-usage", "--no-sandbox"]}


@pytest.fixture(scope="module")
def house() -> Flask:
    """Give the application that is looked at; a test module may put another in its place."""
    return create_app()


@pytest.fixture(scope="module")
def address(house: Flask) -> Iterator[str]:
    """Serve the house on a free port of this machine."""
    server = make_server("127.0.0.1", 0, house, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass  # without slots: playwright writes on what listens to it
class Reader:
    """Someone who opens pages: their windows, and everything that went wrong in them."""

    browser: Browser
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(
        self,
        path: str,
        *,
        lang: str = "zh",
        scheme: str = "light",
        width: int = 1440,
        script: bool = True,
    ) -> Page:
        """Open a page in a fresh window of its own."""
        context = self.browser.new_context(
            base_url=self.address,
            locale={"zh": "zh-CN", "en": "en-GB"}[lang],
            timezone_id="Asia/Shanghai",
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        return self.looked(context, path)

    def looked(self, context: BrowserContext, path: str) -> Page:
        """Open a page in a window, and keep what goes wrong in it."""
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.contexts.append(context)
        self.pages.append(page)
        page.goto(path)
        return page

    def touched(self, path: str, *, width: int) -> Page:
        """Open a page, in English, on something that is held in the hand."""
        context = self.browser.new_context(
            base_url=self.address,
            locale="en-GB",
            viewport={"width": width, "height": 780},
            has_touch=True,
            is_mobile=True,
        )
        return self.looked(context, path)

    def heard(self, message: ConsoleMessage) -> None:
        """Keep what a page complains about; a status that is an error by intent is none."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def close(self) -> list[str]:
        """Close every window and give all that went wrong."""
        for context in self.contexts:
            context.close()
        return self.faults


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Reader]:
    """Give a reader; the test fails if a page broke the policy or its script failed."""
    someone = Reader(browser, address)
    yield someone
    assert not someone.close()


@pytest.fixture(scope="session")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Page, str], Path]:
    """Give a camera: `photograph(page, name)` writes the whole page as a picture."""
    wish = os.environ.get("GOVGRAPH_PHOTOGRAPHS")
    folder = Path(wish) if wish else tmp_path_factory.mktemp("photographs")
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


def complaints(page: Page) -> list[str]:
    """Give what axe-core finds wrong with a page, one line for each rule broken."""
    if not AXE.exists():
        pytest.fail(
            f"{AXE.relative_to(ROOT)} is missing: run `uv sync --reinstall-package govgraph`"
        )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


__all__ = [
    "Reader",
    "address",
    "browser_type_launch_args",
    "chromium",
    "complaints",
    "house",
    "photograph",
    "reader",
]
