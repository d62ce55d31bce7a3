"""Somebody explores: by mouse, by keyboard, without a script; and everyone can."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests import town
from tests.browser import Reader, complaints
from web.app import create_app

pytestmark = pytest.mark.browser
OPENED = "x=department/jtw~dct:publisher~in~1&of=department/jtw"
MANY = "x=https://w3id.org/govgraph/item-type/C~gov:dataType~in~12&x=https://w3id.org/govgraph/item-type/N~gov:dataType~in~12"
PLACE = """id => {
  const box = document.querySelector("gov-explore .network-frame").getBoundingClientRect()
  const {x, y} = document.querySelector("gov-explore").core.getElementById(id).renderedPosition()
  return [box.x + x, box.y + y]
}"""
ZOOM = "document.querySelector('gov-explore').core.zoom()"
PAGES = {
    "start": "/explore?q=交通",
    "in view": f"/explore?{OPENED}&by=type&way=dataset/scjgj-0001~dataset/jtw-0014",
    "embed": f"/explore/embed?{OPENED}",
}
LOOKS = (("zh", "dark", 1440), ("en", "light", 360))


@pytest.fixture(scope="module")
def house() -> Flask:
    """The application over the tests' town."""
    return create_app(site=town.house())


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_explorer_can_be_used_by_everyone(
    reader: Reader, name: str, look: tuple[str, str, int]
) -> None:
    lang, scheme, width = look
    page = reader.open(PAGES[name], lang=lang, scheme=scheme, width=width)
    page.locator(".explore-legend li").first.wait_for()

    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_suggested_while_one_types_comes_into_view(reader: Reader) -> None:
    page = reader.open("/explore", lang="zh")
    words = page.locator("#explore-words")
    for number, typed in enumerate(("公交线路", "公交站点"), 1):
        words.fill(typed)
        page.locator(".suggestions [role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#things-rows tbody tr")).to_have_count(number)
    expect(words).to_have_value("")
    assert page.url.count("n=dataset") == 2


def test_from_a_department_to_what_it_keeps_and_back_by_keys(reader: Reader) -> None:
    page = reader.open("/explore?n=department/jtw&of=department/jtw", lang="en")
    rows = page.locator("#things-rows tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="show things under “Keeps”").click()
    expect(rows).not_to_have_count(1)
    expect(page).to_have_url(re.compile("publisher"))

    frame = page.locator("gov-explore .network-frame")
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#explore-side h2")).not_to_contain_text("Commission")
    name = page.locator("#explore-side h2").inner_text()
    page.keyboard.press("h")
    expect(page.locator("#explore-told")).to_contain_text("Hidden")
    row = rows.get_by_role("button", name=name, exact=True)
    expect(row).to_have_count(0)
    page.keyboard.press("u")
    expect(row).to_have_count(1)
    page.keyboard.press("r")
    expect(row).to_have_count(0)


def test_the_picture_leaves_as_svg_with_every_name(reader: Reader) -> None:
    page = reader.open(f"/explore?{OPENED}", lang="zh")
    page.locator(".explore-legend li").first.wait_for()
    with page.expect_download() as told:
        page.get_by_role("button", name="SVG").click()

    text = told.value.path().read_text("utf-8")
    assert text.startswith("<svg")
    assert "公交线路基本信息" in text


def test_one_of_many_things_is_moved_by_hand_and_nothing_is_asked_for_anew(reader: Reader) -> None:
    page = reader.open(f"/explore?{MANY}", lang="en")
    page.locator(".explore-legend li").first.wait_for()
    name = "https://w3id.org/govgraph/item-type/N"
    x, y = page.evaluate(PLACE, name)
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 10 * step, y + 5 * step)
    expect(page.locator(".explore-sheet text")).to_have_text("Number")
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"pin=[^&]*item-type%2FN%7E-?\d+%7E-?\d+"))
    expect(page.locator(".explore-sheet")).to_have_count(0)
    expect(page.locator(f'tr[data-name="{name}"] .do button').first).to_contain_text("unpin")
    expect(page.locator("#keep a").first).to_have_attribute("href", re.compile("pin="))
    moved = page.evaluate(PLACE, name)
    assert moved == pytest.approx([x + 80, y + 40], abs=2)
    assert not [each for each in asked if "/explore" in each]
    page.get_by_role("button", name="Undo").click()
    expect(page).not_to_have_url(re.compile("pin="))


def test_fingers_choose_move_and_enlarge_and_no_table_is_wider_than_a_telephone(
    reader: Reader,
) -> None:
    page = reader.touched(f"/explore?{OPENED}", width=360)
    page.locator(".explore-legend li").first.wait_for()
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    assert page.locator(".scroll").evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).length === 0"
    )
    page.locator(".network-frame").scroll_into_view_if_needed()
    x, y = page.evaluate(PLACE, "dataset/jtw-0001")
    touch("touchStart", (x, y))
    touch("touchEnd")
    expect(page.locator("#explore-side h2")).to_have_text("Bus lines")

    x, y = page.evaluate(PLACE, "dataset/jtw-0001")
    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x + 4 * step, y + 3 * step))
    touch("touchEnd")
    expect(page).to_have_url(re.compile("pin=dataset%2Fjtw-0001%7E"))
    assert page.evaluate(PLACE, "dataset/jtw-0001") == pytest.approx([x + 32, y + 24], abs=6)

    box = page.locator(".network-frame").bounding_box()
    assert box
    x, y, near = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, page.evaluate(ZOOM)
    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 9):
        touch("touchMove", (x - 20 - 8 * step, y), (x + 20 + 8 * step, y))
    touch("touchEnd")
    assert page.evaluate(ZOOM) > 1.5 * near
    assert page.evaluate("visualViewport.scale") == 1  # the picture grows, not the page


@pytest.mark.parametrize("layout", ["layered", "concentric"])
def test_very_many_things_keep_the_shape_of_a_page(reader: Reader, layout: str) -> None:
    page = reader.open(f"/explore?{MANY}&layout={layout}", lang="en")
    page.locator(".explore-legend li").first.wait_for()
    wide, high = page.evaluate(
        "() => {const b = document.querySelector('gov-explore').core.elements().boundingBox(); return [b.w, b.h]}"
    )

    assert 0.6 < wide / high < 2.2
    assert max(wide, high) < 2500


def test_without_a_script_relations_open_by_plain_buttons(reader: Reader) -> None:
    page = reader.open("/explore?n=department/jtw&of=department/jtw", lang="en", script=False)
    page.get_by_role("button", name="show things under “Keeps”").click()

    expect(page.locator("#things-rows tbody tr")).not_to_have_count(1)
    expect(page.locator(".explore-tree details").first).to_be_visible()
    page.get_by_role("button", name="hide").first.click()
    expect(page).to_have_url(re.compile("hide="))


def test_a_picture_is_kept_in_the_browser_of_who_has_not_signed_in(reader: Reader) -> None:
    page = reader.open(f"/explore?{OPENED}", lang="en")
    page.get_by_role("button", name="Keep in this browser").click()
    page.goto("/explore")

    link = page.locator("gov-kept a").first
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("#things-rows tbody tr")).not_to_have_count(1)
