"""Somebody asks where data come from and what breaks: by mouse, by keyboard, and for everyone."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests import town
from tests.browser import Reader, complaints
from web.app import create_app

pytestmark = pytest.mark.browser
PAGES = {
    "start": "/lineage",
    "dataset": "/lineage/dataset/scjgj-0001?down=2",
    "difference": "/lineage/dataset/scjgj-0001?at=2026-09-01&since=2026-01-01",
    "impact": "/lineage/impact/dataset/scjgj-0001",
}
SIDEWAYS = """[...document.querySelectorAll(".scroll table")].filter(
  each => each.offsetWidth > each.closest(".scroll").clientWidth + 1).map(each => each.id)"""
LOOKS = (("zh", "dark", 1440), ("en", "light", 360))


@pytest.fixture(scope="module")
def house() -> Flask:
    """The application over the tests' town."""
    return create_app(site=town.house())


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_lineage_can_be_used_by_everyone(
    reader: Reader, name: str, look: tuple[str, str, int]
) -> None:
    lang, scheme, width = look
    page = reader.open(PAGES[name], lang=lang, scheme=scheme, width=width)

    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SIDEWAYS) == []


def test_a_picture_on_a_telephone_is_not_cut(reader: Reader) -> None:
    page = reader.open("/lineage/dataset/jtw-0009", lang="en", width=360)
    expect(page.locator("gov-lineage canvas").first).to_be_visible()
    page.wait_for_timeout(800)  # the boxes glide to their places
    box, room = page.evaluate(
        "(({core}) => [core.elements().renderedBoundingBox(), core.width()])"
        "(document.querySelector('gov-lineage').drawn)"
    )

    assert box["w"] > 0
    assert box["x1"] >= 0
    assert box["x2"] <= room


def test_from_a_dataset_to_whom_to_tell(reader: Reader) -> None:
    """The dataset's page leads to its lineage; the keys go along a step; the impact names bodies."""
    page = reader.open("/dataset/scjgj-0001", lang="en")
    page.get_by_role("link", name="The whole lineage and its picture").click()
    frame = page.locator("gov-lineage .network-frame")
    frame.focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("gov-lineage .network-told a").first).to_be_visible()
    page.get_by_role("link", name="Who must be told").click()
    expect(page.locator("h2").first).to_be_visible()
    assert page.locator("tbody tr").count() > 0
