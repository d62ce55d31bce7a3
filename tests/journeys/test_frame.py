"""The frame of every page, used as people use it: by mouse, by keyboard, without a script, printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, expect

from tests.browser import Reader, complaints
from web import help as manual
from web.app import frame
from web.site import Site

pytestmark = pytest.mark.browser
PAGE = """{% extends "base.html" %}{% block title %}t{% endblock %}
{% from "components/search.html" import result %}
{% block content %}<h1>结果</h1><ol class="results">
{% for n in range(3) %}{% call result("/search?q=" ~ n, "第 " ~ n ~ " 条", "zh") %}{% endcall %}{% endfor %}
</ol>{% endblock %}"""
GROUPS = [
    {
        "kind": "dataset",
        "label": "数据集",
        "items": [
            {"href": "/help/dates", "runs": [["公交", True], ["站点", False]], "lang": "zh"},
            {"href": "/help/finding", "runs": [["<b>公交</b>", False]], "note": "市交通委"},
        ],
    },
    {
        "kind": "department",
        "label": "部门",
        "items": [{"href": "/help", "runs": [["市交通委", False]]}],
    },
]


@pytest.fixture(scope="module")
def house() -> Flask:
    """The frame with the manual, and stand-ins for the places that other tasks bring."""
    app = frame(Site())
    app.register_blueprint(manual.blueprint)
    for path in ("/", "/search", "/query"):
        app.add_url_rule(path, path, lambda: render_template_string(PAGE))
    app.add_url_rule("/api/suggest", "suggest", lambda: {"groups": GROUPS})
    return app


def test_slash_goes_to_the_search_and_arrows_choose(reader: Reader) -> None:
    page = reader.open("/help/keyboard")
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("公交")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text("公交站点")
    page.keyboard.press("Enter")

    page.wait_for_url("**/help/dates")


def test_suggestions_are_words_and_never_markup(reader: Reader) -> None:
    page = reader.open("/help")
    page.get_by_role("combobox").fill("公")

    expect(page.get_by_role("option").nth(1)).to_contain_text("<b>公交</b>")


def test_escape_leaves_the_suggestions_and_enter_searches(reader: Reader) -> None:
    page = reader.open("/help")
    page.get_by_role("combobox").fill("公交")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")

    page.wait_for_url("**/search?q=*")


def test_suggestions_with_the_list_open_break_no_rule(reader: Reader) -> None:
    page = reader.open("/help")
    page.get_by_role("combobox").fill("公交")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")

    assert complaints(page) == []


def test_control_k_goes_anywhere(reader: Reader) -> None:
    page = reader.open("/help", lang="en")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("Quer")
    page.keyboard.press("ArrowDown")
    assert complaints(page) == []
    page.keyboard.press("Enter")

    page.wait_for_url("**/query")


def test_j_and_k_walk_the_results(reader: Reader) -> None:
    page = reader.open("/search")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(".result.here")).to_have_count(1)
    expect(page.locator(".result.here a")).to_be_focused()

    expect(page.locator(".result.here")).to_contain_text("第 0 条")


def test_single_letters_can_be_turned_off(reader: Reader) -> None:
    page = reader.open("/help/keyboard")
    page.get_by_role("checkbox").uncheck()
    page.reload()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    page.keyboard.press("/")

    expect(page.get_by_role("combobox")).not_to_be_focused()


def test_letters_after_g_go_to_a_place(reader: Reader) -> None:
    page = reader.open("/help")
    page.keyboard.press("g")
    page.keyboard.press("q")

    page.wait_for_url("**/query")


def test_colours_are_chosen_and_kept(reader: Reader) -> None:
    page = reader.open("/help", lang="en")
    paper = background(page)
    switch = page.get_by_role("button", name="Colours")
    switch.click()
    switch.click()
    assert background(page) != paper
    page.goto("/help/dates")
    expect(page.get_by_role("button", name="Colours: Dark")).to_be_visible()

    assert background(page) != paper


def background(page: Page) -> str:
    told: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return told


def test_the_language_switch_keeps_the_page(reader: Reader) -> None:
    page = reader.open("/help/dates?x=1")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How dates and clearances work")
    assert re.search(r"/help/dates\?x=1&lang=en$", page.url)
    page.goto("/help/finding")

    expect(page.get_by_role("heading", level=1)).to_have_text("Finding data")


def test_the_menu_of_a_narrow_screen_opens_without_a_script(reader: Reader) -> None:
    page = reader.open("/help", lang="en", width=360, script=False)
    place = page.get_by_role("link", name="Query", exact=True)
    expect(place).to_be_hidden()
    page.get_by_role("button", name="Menu").click()

    expect(place).to_be_visible()


def test_without_a_script_a_page_can_be_read_and_searched(reader: Reader) -> None:
    page = reader.open("/help/dates", lang="en", script=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("gov-scheme")).to_be_hidden()
    page.get_by_role("searchbox").fill("bus")
    page.keyboard.press("Enter")

    page.wait_for_url("**/search?q=bus")


def test_a_table_is_put_in_order_and_narrowed(reader: Reader) -> None:
    page = reader.open("/help/design", lang="en")
    rows = page.locator("#items tbody tr")
    page.get_by_role("button", name="Length").click()
    expect(rows.first).to_contain_text("FIRST_BUS")
    page.get_by_role("button", name="Length").click()
    expect(rows.first).to_contain_text("STOP_NAME")
    expect(page.get_by_role("columnheader", name="Length")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_label("Filter these rows").fill("l")

    expect(page.get_by_text("3 of 5 rows")).to_be_visible()


def test_the_first_key_offers_to_skip_the_frame(reader: Reader) -> None:
    page = reader.open("/help", lang="en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()


def test_the_tabs_follow_the_reading(reader: Reader) -> None:
    page = reader.open("/help/design", lang="en")
    page.locator(".tabs").get_by_role("link", name="History").click()

    expect(page.locator(".tabs [aria-current]")).to_contain_text("History")


def test_print_is_a_document_with_its_address_and_date(
    reader: Reader, photograph: Callable[[Page, str], Path]
) -> None:
    page = reader.open("/help/dates", lang="en", width=900)
    page.emulate_media(media="print", color_scheme="dark")
    photograph(page, "print-en")

    expect(page.locator(".bar")).to_be_hidden()
    expect(page.get_by_text("http://127.0.0.1:8000/help/dates")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_nothing_moves_while_a_page_arrives(reader: Reader) -> None:
    page = reader.open("/help/design")
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list =>
          done(list.getEntries().reduce((sum, each) => sum + each.value, 0)))
          .observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 500))"""
    )

    assert shift < 0.01


def test_the_listener_hears_a_broken_policy(reader: Reader) -> None:
    page = reader.open("/help")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")

    assert page.evaluate("window.violations.length") > 0
    assert reader.faults
    reader.faults.clear()
