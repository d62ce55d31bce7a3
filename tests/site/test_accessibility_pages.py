"""Every page of a house with data in it can be used by everyone, and fits every window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from ontology.terms import GOV
from tests import town
from tests.browser import Reader, complaints
from web.app import create_app

pytestmark = pytest.mark.browser
KINDS = ("dataset", "item", "layer", "department", "system", "library", "element", "service")
FIXED = {
    "home": "/",
    "catalogue": "/search",
    "found": "/search?q=人口",
    "nothing": "/search?q=zzzzzz",
    "query": "/query",
    "vocabulary": "/ns",
    "origins": "/dataset/jtw-0009/history/origins",
    "missing": "/dataset/none",
}
LOOKS = (("zh", "dark", 1440), ("en", "light", 360))


def path_of(name: str) -> str:
    """Give the address of a page: a fixed one, or that of one thing of a kind, of a theme."""
    if name in FIXED:
        return FIXED[name]
    if name == "theme":
        return "/theme/transport"
    if name == "district":
        return "/district/310106"
    root = f"{town.BASE}/id/{name}/"
    things = town.town().store.quads_for_pattern(None, GOV.code, None, None)
    codes = (quad.object.value for quad in things if quad.subject.value.startswith(root))
    return f"/{name}/{min(codes)}"


@pytest.fixture(scope="module")
def house() -> Flask:
    """The application over the tests' town."""
    return create_app(site=town.house())


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", [*FIXED, *KINDS, "theme", "district"])
def test_a_page_can_be_used_by_everyone_and_fits(
    reader: Reader,
    photograph: Callable[[Page, str], Path],
    name: str,
    look: tuple[str, str, int],
) -> None:
    lang, scheme, width = look
    page = reader.open(path_of(name), lang=lang, scheme=scheme, width=width)
    photograph(page, f"{name}-{lang}-{scheme}-{width}")

    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["home", "found", "dataset"])
def test_a_page_reads_without_a_script(reader: Reader, name: str) -> None:
    page = reader.open(path_of(name), lang="en", script=False)

    assert page.locator("h1").is_visible()
    assert page.locator("main a").count() > 3
