"""The pages of the past and of governance can be used by everyone, and fit every window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from graph.past.historian import Wanted, make
from tests import town
from tests.access import Access, access_to
from tests.browser import Reader, complaints

pytestmark = pytest.mark.browser
BETWEEN = "2026-08-20"
PAGES = {
    "history": "/dataset/jtw-0001/history",
    "version": "/dataset/jtw-0001/history/6",
    "comparison": "/dataset/jtw-0001/history/compare?from=6&to=12",
    "origins": "/dataset/jtw-0001/history/origins",
    "gone": f"/dataset/{town.WITHDRAWN}",
    "then": f"/dataset/jtw-0001?at={BETWEEN}",
    "then-search": f"/search?at={BETWEEN}",
    "before-all": "/search?at=2000-01-01",
    "governance": "/governance",
    "systems": "/governance/systems",
    "none": "/governance/systems?year=1999",
}
LOOKS = (("zh", "dark", 1440), ("en", "light", 360))


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("looked-at"))
    make(Wanted(made.instance.home, made.instance.ledger, 9, town.NOON))
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    """The application over a town with people."""
    return access.app


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everyone_and_fits(
    reader: Reader,
    photograph: Callable[[Page, str], Path],
    name: str,
    look: tuple[str, str, int],
) -> None:
    lang, scheme, width = look
    page = reader.open(PAGES[name], lang=lang, scheme=scheme, width=width)
    photograph(page, f"{name}-{lang}-{scheme}-{width}")

    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_staff_report_a_change_and_bring_a_version_back(
    reader: Reader,
    photograph: Callable[[Page, str], Path],
    access: Access,
    look: tuple[str, str, int],
) -> None:
    """As a steward does, by hand, with every page on the way looked at."""
    lang, scheme, width = look
    page = reader.open("/sign-in", lang=lang, scheme=scheme, width=width)
    signed_in = access.signed_in("steward").browser.get_cookie("govgraph")
    assert signed_in
    page.context.add_cookies(
        [{"name": "govgraph", "value": signed_in.value, "url": reader.address}]
    )
    page.goto(f"/governance/report?iri={town.BASE}/id/system/jtw-bus")
    page.fill("#what", "票价表增加一列")
    looked_at(page, photograph, f"report-{lang}-{width}", width)
    page.click("main form button[type=submit]")
    assert page.locator(".clocks").is_visible()
    looked_at(page, photograph, f"clock-{lang}-{width}", width)
    page.goto("/dataset/jtw-0001/history/6")
    page.fill("#reason", "试")
    looked_at(page, photograph, f"restore-{lang}-{width}", width)


def looked_at(page: Page, photograph: Callable[[Page, str], Path], name: str, width: int) -> None:
    photograph(page, name)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
