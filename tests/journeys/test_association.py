"""A steward matches data items by the keyboard; the office merges, decides on a source; for everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.access import PASSWORD, Access, access_to
from tests.browser import Reader, complaints

pytestmark = pytest.mark.browser
ELEMENTS = "/associate/elements"
PAGES = {
    "matching": ELEMENTS,
    "duplicates": "/associate/duplicates",
    "systems": "/associate/systems",
    "libraries": "/associate/libraries",
    "library": "/associate/libraries/legal-person",
    "element": "/associate/element/DE02001",
    "legal person": "/associate/legal-person/91310101000010014L",
}
# How large names are set, in px of the screen, and how many boxes lie over one another.
READ = """() => {
  const {core} = document.querySelector("gov-lineage").drawn
  const boxes = core.nodes().map(each => each.boundingBox({includeLabels: false}))
  const over = (a, b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2
  const met = boxes.flatMap((each, i) => boxes.slice(i + 1).filter(other => over(each, other)))
  return [core.zoom() * parseFloat(core.nodes()[0].style("font-size")), met.length]
}"""
# What a person sees and touches in the middle of an element.
ON_TOP = """each => { const {x, y, width, height} = each.getBoundingClientRect()
  return each.contains(document.elementFromPoint(x + width / 2, y + height / 2)) }"""
LOOKS = (("zh", "dark", 1440), ("en", "light", 360))


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("journeys"))
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    return access.app


def signed_in(reader: Reader, name: str, path: str, **look: object) -> Page:
    page = reader.open(f"/sign-in?next={path}", **look)  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    page.fill("#f-identity", name)
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url(f"**{path}*")
    return page


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_pages_of_association_can_be_used_by_everyone(
    reader: Reader, look: tuple[str, str, int]
) -> None:
    lang, scheme, width = look
    page = signed_in(reader, "reviewer", ELEMENTS, lang=lang, scheme=scheme, width=width)
    for path in PAGES.values():
        page.goto(page.url.partition("/associate")[0] + path)
        assert complaints(page) == [], path


@pytest.mark.parametrize("width", [360, 1280])
def test_what_decides_lies_over_the_rows_however_many_there_are(reader: Reader, width: int) -> None:
    page = signed_in(reader, "steward", ELEMENTS, lang="en", width=width)
    button = page.get_by_role("button", name=re.compile("^Accept what is chosen"))
    page.locator(".matches tbody tr").first.scroll_into_view_if_needed()

    assert button.evaluate(ON_TOP)
    assert page.locator(".scroll").first.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_items_are_matched_by_the_keyboard_and_taken_back(reader: Reader) -> None:
    page = signed_in(reader, "steward", ELEMENTS, lang="en")
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".matches tbody input:checked")).to_have_count(1)
    page.keyboard.press("a")

    expect(page.locator(".notice.good")).to_contain_text("1 data item is matched.")
    page.get_by_role("button", name=re.compile("^Take back")).first.click()
    expect(page.locator(".notice.good")).to_contain_text("1 decision is taken back.")


def test_all_that_are_shown_are_chosen_at_once_and_rejected(reader: Reader) -> None:
    page = signed_in(reader, "reviewer", ELEMENTS, lang="en")
    page.on("dialog", lambda dialog: dialog.accept())
    page.select_option("#by-library", "geography")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_label("Choose all that are shown").check()
    count = page.locator(".matches tbody tr").count()
    expect(page.locator(".matches tbody input:checked")).to_have_count(count)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reject what is chosen").click()

    expect(page.locator(".notice.good")).to_contain_text("rejected")
    assert page.locator("#decided-table tbody tr").count() == min(count, 20)


def test_from_a_library_to_the_decision_on_a_source(reader: Reader) -> None:
    page = signed_in(reader, "reviewer", "/associate/libraries", lang="en")
    page.get_by_role("link", name="Legal persons library").click()
    page.get_by_role("link", name="Unified social credit code").first.click()
    page.fill("#reason", "It registers them.")
    page.get_by_role("button", name="Decide", exact=True).click()

    expect(page.locator(".notice.good").first).to_contain_text("The decision is kept")
    expect(page.locator("#past-table")).to_contain_text("It registers them.")


def test_the_map_of_systems_is_gone_through_by_arrow_keys(reader: Reader) -> None:
    page = reader.open("/associate/systems?by=system", lang="en")
    frame = page.locator("gov-lineage .network-frame")
    frame.focus()
    expect(page.locator("gov-lineage canvas").first).to_be_visible()
    page.get_by_role("link", name="By department", exact=True).click()
    expect(page.locator("#connection-table tbody tr").first).to_be_visible()


@pytest.mark.parametrize("by", ["", "system", "department"])
def test_names_on_the_map_of_systems_can_be_read_and_lie_over_none(reader: Reader, by: str) -> None:
    page = reader.open(f"/associate/systems?by={by}", lang="en", width=1280)
    page.locator("gov-lineage canvas").first.wait_for()
    size, met = page.evaluate(READ)

    assert size >= 11
    assert met == 0
