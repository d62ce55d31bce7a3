"""An answer looked at in every way there is: table, map, timeline, pivot; by keyboard; without faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from graph.home import Settings
from sparql.workers.pool import create_pool
from tests import town
from tests.browser import Reader, complaints
from web.app import create_app

pytestmark = pytest.mark.browser
Camera = Callable[[Page, str], Path]
DIVISION = "https://w3id.org/govgraph/division"
ROWS = f"""SELECT ?where ?kind ?n ?day {{ VALUES (?where ?kind ?n ?day) {{
 (<{DIVISION}/310101> "a" 3 "2026-01-05"^^xsd:date) (<{DIVISION}/310101> "b" 4 "2026-02-05"^^xsd:date)
 (<{DIVISION}/310115> "a" 20 "2026-03-05"^^xsd:date) }} }}"""
SHAPES = """SELECT ?what ?shape { VALUES (?what ?shape) {
 ("point" "POINT(121.4 31.2)") ("latitude first" "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(31.2 121.4)")
 ("many" "MULTIPOLYGON(((121.4 31.2,121.5 31.2,121.5 31.3,121.4 31.2)))") ("none" "POINT EMPTY") } }"""


@pytest.fixture(scope="module")
def house() -> Iterator[Flask]:
    """The application over the tests' town, with children that answer queries."""
    quiet = town.house()
    pool = create_pool(quiet.snapshots, Settings())
    yield create_app(site=replace(quiet, pool=pool))
    pool.close()


def asked(reader: Reader, text: str, **options: object) -> Page:
    """Ask a query in the editor and wait for its answer."""
    page = reader.open("/query", **options)  # type: ignore[arg-type]
    page.locator("gov-editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" + text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".answer-bar")).to_be_visible()
    return page


def look(page: Page, at: str) -> None:
    """Choose a way to look at the answer, by its word in the page's language."""
    name = page.locator("gov-answer").get_attribute(f"data-{at}") or ""
    page.locator(".answer-bar").get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(
    ("lang", "scheme", "width"), [("zh", "light", 1440), ("en", "dark", 1440), ("zh", "dark", 360)]
)
def test_districts_are_shaded_by_what_they_have(
    reader: Reader, photograph: Camera, lang: str, scheme: str, width: int
) -> None:
    page = asked(reader, ROWS, lang=lang, scheme=scheme, width=width)
    look(page, "map")
    lines = page.locator(".map-list li")
    expect(page.locator(".map-frame path")).to_have_count(16)
    expect(lines).to_have_count(2)
    expect(lines.nth(0).locator(".num")).to_have_text("20")
    expect(lines.nth(1).locator(".num")).to_have_text("7")
    lines.nth(0).locator("a").focus()
    expect(lines.nth(0)).to_have_class("here")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    photograph(page, f"results-map-{lang}-{scheme}-{width}")


def test_shapes_are_read_whatever_axis_comes_first(reader: Reader) -> None:
    """Two points fall on one place; what is empty is not drawn."""
    page = asked(reader, SHAPES, lang="en")
    look(page, "map")
    expect(page.locator(".map-list")).to_contain_text("3 of 4 rows")
    drawn = page.locator(".map-frame path.leaflet-interactive")
    assert drawn.nth(0).get_attribute("d") == drawn.nth(1).get_attribute("d")
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rows_are_turned_against_columns_with_totals(reader: Reader, scheme: str) -> None:
    page = asked(reader, ROWS, lang="en", scheme=scheme)
    look(page, "pivot")
    table = page.locator(".pivot")
    expect(table.locator("tbody tr").first).to_contain_text(re.compile("Huangpu.*3.*4.*7"))
    expect(table.locator("tfoot")).to_contain_text(re.compile("23.*4.*27"))
    page.get_by_label("Measure").select_option("max")
    expect(table.locator("tfoot")).to_contain_text(re.compile("20.*4.*20"))
    assert complaints(page) == []


def test_what_falls_on_one_mark_is_added_up_and_points_lie_along_numbers(reader: Reader) -> None:
    """No row is left out of a chart in silence; a cloud of points takes a column of numbers."""
    rows = " ".join(f'("g{n % 2}" {n} {n * n})' for n in range(6))
    text = f"SELECT * {{ VALUES (?g ?n ?square) {{ {rows} }} }}"
    page = asked(reader, text, lang="en")
    look(page, "chart")
    expect(page.locator("gov-answer .chart-frame svg")).to_be_visible()
    expect(page.locator("gov-answer .note").last).to_contain_text("added up: n")
    kind, along = (page.locator("gov-answer .grid-tools select").nth(at) for at in (0, 1))
    kind.select_option("scatter")
    expect(along).to_have_value("2")
    page.goto(page.url)  # the address says what was asked and how it was looked at
    expect(kind).to_have_value("scatter")
    expect(along).to_have_value("2")


def test_a_field_has_two_sides_and_groups_beyond_the_colours_are_told_of(reader: Reader) -> None:
    rows = " ".join(f'("a{n % 40}" "b{n}" {n})' for n in range(60))
    page = asked(reader, f"SELECT * {{ VALUES (?a ?b ?n) {{ {rows} }} }}", lang="en")
    look(page, "chart")
    kind, parted = (page.locator("gov-answer .grid-tools select").nth(at) for at in (0, 3))
    expect(kind).to_have_value("bar")
    expect(parted).to_have_value("-1")
    kind.select_option("heat")
    expect(parted).to_have_value("1")
    kind.select_option("bar")
    expect(page.locator("gov-answer .note").last).to_contain_text(
        "first 12 of 60 groups are drawn: b"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dates_are_laid_along_time(reader: Reader, photograph: Camera, scheme: str) -> None:
    page = asked(reader, ROWS, lang="en", scheme=scheme)
    look(page, "timeline")
    expect(page.locator(".chart-frame svg")).to_contain_text("Huangpu")
    page.get_by_label("Lanes").select_option("-1")
    expect(page.locator(".chart-frame svg")).not_to_contain_text("Huangpu")
    assert complaints(page) == []
    photograph(page, f"results-timeline-{scheme}")


def test_a_table_is_narrowed_by_column_and_drawn_wider_by_key(reader: Reader) -> None:
    """Numbers are compared; the rows that are left are told."""
    page = asked(reader, ROWS, lang="en")
    page.get_by_label("Narrow by n", exact=True).fill("> 3")
    expect(page.locator(".grid tbody tr:not(.space)")).to_have_count(2)
    expect(page.locator(".grid-tools output")).to_have_text("2 of 3")
    page.get_by_label("Narrow by kind").fill("b")
    expect(page.locator(".grid tbody tr:not(.space)")).to_have_count(1)
    edge = page.get_by_role("separator", name="Width of kind")
    width = "document.querySelectorAll('.grid th')[2].offsetWidth"
    before = page.evaluate(width)
    edge.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(width) > before + 40
    assert complaints(page) == []


ORDERED = f"""SELECT ?what ?title ?day ?n {{ VALUES (?what ?title ?day ?n) {{
 (<{DIVISION}/310115> "中山路"@zh "2025-02-28T23:00:00Z"^^xsd:dateTime 9)
 (<{DIVISION}/310101> "安福路"@zh "2025-03-01+08:00"^^xsd:date "-12"^^xsd:short)
 (UNDEF "巴黎"@zh "2024-12-31"^^xsd:date "INF"^^xsd:double) (<{DIVISION}/310104> UNDEF UNDEF 100) }} }}"""
ROW = ".grid tbody tr:not(.space)"


def test_each_kind_of_column_has_its_order_and_cells_are_copied(reader: Reader) -> None:
    """Numbers by size, times by when they were, Han characters by sound, things by name."""
    page = asked(reader, ORDERED, lang="en")

    def told(column: int) -> list[str]:
        return [
            each.strip()
            for each in page.locator(f"{ROW} td:nth-child({column + 2})").all_inner_texts()
        ]

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    heads = page.locator(".grid thead button")
    wanted = [
        (0, ["Huangpu", "Pudong New Area", "Xuhui", ""]),
        (1, ["安福路", "巴黎", "中山路", ""]),
        (2, ["2024-12-31", "2025-03-01+08:00", "2025-02-28T23:00:00Z", ""]),
        (3, ["-12", "9", "100", "INF"]),
    ]
    for column, order in wanted:
        heads.nth(column).click()
        expect(page.locator(f"{ROW} td:nth-child({column + 2})")).to_have_text(order)
    heads.nth(1).click()
    heads.nth(1).click()
    assert told(1) == ["中山路", "巴黎", "安福路", ""], "what has no value stays last"
    heads.nth(1).click()
    assert told(3) == ["9", "-12", "INF", "100"], "the third click gives the answer's own order"
    page.locator(f"{ROW} td").nth(2).click()
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Control+c"):
        page.keyboard.press(key)
    expect(page.locator(".picked-tools")).to_contain_text("6 cells · sum -3, mean -1.5")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        "中山路\t2025-02-28T23:00:00Z\t9",
        "安福路\t2025-03-01+08:00\t-12",
    ]
    page.keyboard.press("Control+Home")
    expect(page.locator(".cell-told")).to_contain_text(f"{DIVISION}/310115")
    page.get_by_label("Narrow by day").fill(">= 2025-03")
    expect(page.locator(ROW)).to_have_count(1)
    page.get_by_role("button", name="Show all rows").click()
    expect(page.locator(ROW)).to_have_count(4)
    assert complaints(page) == []


def test_widths_are_drawn_and_kept(reader: Reader) -> None:
    """By the pointer, by keys to either end, and as wide as what stands there; an order changes none."""
    page = asked(reader, ORDERED, lang="en")
    edge = page.get_by_role("separator", name="Width of title")
    widths = "[...document.querySelectorAll('.grid thead th')].map((each) => each.offsetWidth)"
    for key, px in (("Home", 64), ("End", 960)):
        edge.press(key)
        assert page.evaluate(widths)[2] == px
        expect(edge).to_have_attribute("aria-valuenow", str(px))
    edge.dblclick()
    fitted = page.evaluate(widths)
    assert 64 <= fitted[2] < 160
    box = edge.bounding_box()
    assert box
    page.mouse.move(box["x"] + 6, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 86, box["y"] + 9, steps=4)
    page.mouse.up()
    drawn = page.evaluate(widths)
    assert drawn[2] == fitted[2] + 80
    assert drawn[3:] == fitted[3:], "the others stay as they are"
    page.locator(".grid thead button").nth(3).click()
    assert page.evaluate(widths) == drawn


def test_what_a_picture_leaves_out_is_told(reader: Reader) -> None:
    """A statement within a statement is a cell; what has no date or number is counted; no cut is silent."""
    many = " ".join(f'("t{n}" "{2020 + n % 7}-01-01"^^xsd:date {n})' for n in range(1600))
    odd = f"""SELECT ?t ?day ?n ?said {{ VALUES (?t ?day ?n) {{ {many} ("none" UNDEF UNDEF) }}
 BIND(TRIPLE(<http://example.org/s>, <http://example.org/p>, ?t) AS ?said) }}"""
    page = asked(reader, odd, lang="en")
    expect(page.locator(ROW).first).to_contain_text("<<( <http://example.org/s>")
    notes = page.locator(".answer-place .note")
    look(page, "timeline")
    expect(notes).to_contain_text(["first 1,500 of 1,600 rows with a date", "1 rows have no date"])
    look(page, "pivot")
    expect(notes.first).to_contain_text("first 500 of 1,601 rows")
    look(page, "chart")
    expect(notes.last).to_contain_text("1 rows have no number that can be drawn: n.")
    look(page, "raw")
    expect(notes).to_contain_text(["first 200,000 of"])
