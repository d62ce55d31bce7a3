"""An analyst writes a query: words come as they type, prefixes of themselves, answers without leaving."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from graph.home import Settings
from graph.views.counts import Counting
from sparql.workers.pool import create_pool
from tests import town
from tests.browser import Reader, complaints
from web.app import create_app

pytestmark = pytest.mark.browser
Camera = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def house() -> Iterator[Flask]:
    """The application over the tests' town, with children that answer queries."""
    quiet = town.house()
    pool = create_pool(quiet.snapshots, Settings())
    yield create_app(site=replace(quiet, pool=pool))
    pool.close()


@pytest.fixture(scope="module")
def counted() -> None:
    """Count the town's views, as the counter beside the feed writer does."""
    Counting(town.instance().home, town.instance().ledger).step()


def write(page: Page, text: str) -> None:
    """Empty the editor and type."""
    page.locator("gov-editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text, delay=15)


def written(page: Page) -> str:
    """Give what the form would send."""
    return str(page.evaluate("document.querySelector('#query-text').value"))


def put(page: Page, text: str) -> None:
    """Paste a whole query, as one does."""
    write(page, "")
    page.keyboard.insert_text(text)


def choose(page: Page, name: str) -> None:
    """Take an offer from the list under the cursor."""
    offer = page.locator("gov-editor .cm-tooltip-autocomplete li", has_text=name).first
    expect(offer).to_be_visible()
    offer.click()


def test_words_are_offered_in_both_languages_and_by_sound(reader: Reader) -> None:
    """A class by its Chinese name, a property by the English one, a concept by its sound."""
    page = reader.open("/query", lang="zh")
    write(page, "SELECT * WHERE {\n ?d a 数据")
    first = page.locator("gov-editor .cm-tooltip-autocomplete li").first
    expect(first).to_contain_text("dcat:Dataset")
    choose(page, "dcat:Dataset")
    page.keyboard.type(" ; publi", delay=30)
    choose(page, "dct:publisher")
    page.keyboard.type(" jtw", delay=30)
    choose(page, "上海市交通委员会")

    text = written(page)
    assert text.startswith("PREFIX dcat: <http://www.w3.org/ns/dcat#>\n")
    assert "PREFIX dct: <http://purl.org/dc/terms/>" in text
    assert re.search(r"\?d a dcat:Dataset ; dct:publisher <[^>]*/id/department/jtw>", text)


def test_a_known_prefix_is_declared_as_soon_as_it_is_typed(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    write(page, "ASK { ?s skos:prefLabel ?o }")

    expect(page.locator("gov-editor .cm-content")).to_contain_text("PREFIX skos:")
    assert written(page).count("PREFIX skos:") == 1


def test_a_fault_is_underlined_where_it_is(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    put(page, "SELECT *\nWHERE { ?s ?p }")

    expect(page.locator("gov-editor .cm-lintRange-error")).to_be_visible()
    page.locator("gov-editor .cm-lintRange-error").hover()
    expect(page.locator("gov-editor .cm-diagnostic")).to_contain_text("line 2")


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "dark")])
def test_an_answer_is_a_table_then_a_chart_then_raw(
    reader: Reader, photograph: Camera, lang: str, scheme: str
) -> None:
    page = reader.open("/query?example=02-datasets-by-department", lang=lang, scheme=scheme)
    page.keyboard.press("Tab")
    page.locator("gov-editor .cm-content").click()
    page.keyboard.press("Control+Enter")
    name = {"zh": "上海市交通委员会", "en": "Shanghai Municipal Transportation Commission"}[lang]
    expect(page.locator("gov-answer .grid")).to_contain_text(name)
    assert "query=" in page.url
    assert complaints(page) == []
    photograph(page, f"workbench-table-{lang}-{scheme}")
    page.locator(".answer-bar button").nth(1).click()
    expect(page.locator("gov-answer .chart-frame svg")).to_be_visible()
    assert complaints(page) == []
    photograph(page, f"workbench-chart-{lang}-{scheme}")
    page.locator(".answer-bar button").last.click()
    expect(page.locator("gov-answer pre")).to_contain_text('"head"')


@pytest.mark.parametrize(("lang", "scheme", "width"), [("zh", "dark", 1280), ("en", "light", 360)])
def test_a_query_is_explained_before_it_is_run(
    reader: Reader, photograph: Camera, lang: str, scheme: str, width: int
) -> None:
    """By its key: the order, what each step reads, and how to write it otherwise."""
    page = reader.open("/query", lang=lang, scheme=scheme, width=width)
    put(page, "SELECT * { ?s ?p ?o . ?a ?b ?c FILTER(CONTAINS(?o, 'x')) } ORDER BY ?s LIMIT 5")
    page.keyboard.press("Control+Shift+Enter")
    found = page.locator("gov-answer ul.explained")
    expect(found).to_contain_text(
        {"zh": "没有共同变量", "en": "share no variable"}[lang], timeout=20_000
    )
    expect(page.locator("gov-answer ol.explained li")).to_have_count(5)
    heights = "items => Math.max(...items.map(item => item.offsetHeight))"
    assert page.locator("gov-answer ol.explained li").evaluate_all(heights) < 200, "words in a line"
    assert complaints(page) == []
    photograph(page, f"workbench-explained-{lang}-{scheme}-{width}")


@pytest.mark.parametrize(("lang", "scheme", "width"), [("zh", "light", 1280), ("en", "dark", 360)])
@pytest.mark.usefixtures("counted")
def test_the_schema_is_a_picture_and_tables_and_begins_a_query(
    reader: Reader, photograph: Camera, lang: str, scheme: str, width: int
) -> None:
    """From the overview to a class, from there to a query with its answer."""
    page = reader.open("/query/schema", lang=lang, scheme=scheme, width=width)
    expect(page.locator("gov-lineage canvas").first).to_be_visible()
    assert complaints(page) == []
    photograph(page, f"schema-{lang}-{scheme}-{width}")
    page.locator("#classes-rows a[href$='class=dcat:Dataset']").click()
    expect(page.locator("#out-rows")).to_contain_text("dct:publisher")
    assert complaints(page) == []
    photograph(page, f"schema-class-{lang}-{scheme}-{width}")
    page.locator("#out-rows tbody tr", has_text="dct:publisher").first.locator("td a").last.click()
    expect(page.locator("#result table, gov-answer .grid").first).to_be_visible()
    # What the server drew becomes what can be sorted and charted; before the editor is there, the form alone asks.
    expect(page.locator("gov-editor .cm-content")).to_be_visible()
    page.locator("[data-looks]").click()
    expect(page.locator(".answer-bar")).to_be_visible()


def test_a_hundred_thousand_rows_are_scrolled_and_sorted(reader: Reader) -> None:
    """Only those in sight are drawn."""
    page = reader.open("/query", lang="en")
    digits = " ".join(str(each) for each in range(10))
    parts = " ".join(f"VALUES ?{each} {{ {digits} }}" for each in "abcde")
    put(page, f"SELECT ((?a*10000+?b*1000+?c*100+?d*10+?e) AS ?n) {{ {parts} }}")
    page.locator("#query-form .first").click()
    expect(page.locator("gov-answer .note")).to_contain_text("100,000 rows", timeout=20_000)
    assert page.locator("gov-answer .grid tbody tr").count() < 120
    head = page.locator("gov-answer .grid thead button")
    head.click()
    head.click()
    expect(page.locator("gov-answer .grid tbody tr").nth(1)).to_contain_text("99999")
    page.locator("gov-answer .grid-frame").evaluate("frame => frame.scrollTop = 34 * 10")
    places = "document.querySelectorAll('.grid tbody tr:not(.space) td.num.faint')"
    expect(page.locator("gov-answer .grid tbody")).to_contain_text("99989")
    kept = page.evaluate(f"[...{places}].map((each) => Number(each.textContent))")
    assert kept == list(range(kept[0], kept[0] + len(kept))), "what stays in sight keeps its place"
    page.locator("gov-answer .grid-frame").evaluate("frame => frame.scrollTop = frame.scrollHeight")
    expect(page.locator("gov-answer .grid tbody")).to_contain_text("100000")


def test_a_slow_query_is_stopped_by_its_button(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    put(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.locator("#query-form .first").click()
    page.get_by_role("button", name="Stop").click()

    expect(page.locator("gov-answer")).to_contain_text("You stopped the query.")


def test_a_refusal_says_why_and_keeps_the_query(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    put(page, "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    page.locator("#query-form .first").click()

    expect(page.locator("gov-answer [role=alert]")).to_contain_text("SERVICE is")
    expect(page.locator("gov-answer [role=alert]")).not_to_contain_text("sentence")
    assert "SERVICE" in written(page)


def test_a_refused_text_leads_to_its_fault(reader: Reader) -> None:
    """The engine tells how far it read at most; the editor underlines where the text breaks off."""
    page = reader.open("/query", lang="en")
    put(page, "SELECT ?s {\n  ?s ?p ?o .\n  FILTER(?o > )\n}")
    page.locator("#query-form .first").click()
    page.get_by_role("button", name="Show where").click()

    expect(page.locator("gov-editor .cm-lintRange-error")).to_have_text(")")
    expect(page.locator("gov-editor .cm-activeLine")).to_contain_text("FILTER")


def test_a_query_is_tidied_up_and_a_wrong_one_left_alone(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    put(page, "select ?s where {?s ?p ?o . filter(?o > 3)} limit 5 # five")
    page.get_by_role("button", name="Tidy up").click()
    expect(page.locator("gov-editor .cm-content")).to_contain_text("SELECT ?s")
    assert "# five" in written(page)
    assert len(written(page).splitlines()) >= 5
    put(page, "select where {")
    page.get_by_role("button", name="Tidy up").click()
    expect(page.locator("gov-editor [role=status]")).to_contain_text("stays as it is")


def test_several_queries_are_kept_for_the_next_visit(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    put(page, "# one\nASK {}")
    page.get_by_role("button", name="A new query").click()
    put(page, "# two\nASK {}")
    page.reload()
    tabs = page.locator("gov-tabs .tab-name")
    expect(tabs).to_have_text(["one", "two"])
    assert written(page) == "# two\nASK {}", "one goes on where one was"
    tabs.first.click()
    assert written(page) == "# one\nASK {}"
    assert complaints(page) == []


def test_a_tab_is_named_by_hand_and_closed(reader: Reader) -> None:
    """By two clicks or F2; Escape leaves the name as it was, and what is in front stays there."""
    page = reader.open("/query", lang="en")
    put(page, "# one\nASK {}")
    page.get_by_role("button", name="A new query").click()
    put(page, "# two\nASK {}")
    tabs = page.locator("gov-tabs .tab-name")
    tabs.first.dblclick()
    page.get_by_label("Name of “one”").fill("Mornings")
    assert complaints(page) == []
    page.keyboard.press("Enter")
    expect(tabs.first).to_be_focused()
    page.keyboard.press("F2")
    page.get_by_label("Name of “Mornings”").fill("never")
    page.keyboard.press("Escape")
    expect(tabs).to_have_text(["Mornings", "two"])
    page.get_by_role("button", name="Close “two”").click()
    page.reload()
    expect(tabs).to_have_text(["Mornings"])
    assert written(page) == "# one\nASK {}"


def test_the_single_letters_of_the_house_stay_out_of_the_editor(reader: Reader) -> None:
    """A question mark begins a variable here, and leads to no page of help."""
    page = reader.open("/query", lang="en")
    write(page, "ASK { ?s / j k }")
    assert page.url.endswith("/query")
    assert "?s / j k" in written(page)


def test_without_a_script_the_server_draws_the_answer(reader: Reader) -> None:
    page = reader.open("/query?example=02-datasets-by-department", lang="en", script=False)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#result")).to_contain_text("rows in")


def test_what_is_joined_is_drawn_as_a_network_and_leads_to_pages(reader: Reader) -> None:
    page = reader.open("/query?example=06-lineage", lang="zh", scheme="dark")
    expect(page.locator("gov-editor .cm-content")).to_be_visible()  # before it, the form alone asks
    page.locator("#query-form .first").click()
    page.get_by_role("button", name="网络").click()
    frame = page.locator("gov-answer .network-frame canvas").first
    expect(frame).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="分层").click()
    page.get_by_role("button", name="放大").click()
    expect(page.locator(".network-frame")).to_have_attribute("aria-label", re.compile("条关系"))


def test_a_query_is_built_seen_and_taken_to_the_editor(reader: Reader) -> None:
    """What was written stands in sight below the long list of choices."""
    page = reader.open("/query/builder?class=dcat:Dataset", lang="en", width=360)
    page.locator("input[name=show][value='dct:publisher']").check()
    page.get_by_role("button", name="Write the query").click()
    page.wait_for_url("**#written")
    expect(page.locator("#written")).to_be_in_viewport()
    expect(page.locator("#written")).to_contain_text("dct:publisher ?publisher")
    expect(page.locator("#written")).to_contain_text(
        "dct:title ?title"
    )  # shown unless one says not
    page.get_by_role("link", name="Run it").click()
    expect(page.locator("gov-editor .cm-content")).to_contain_text("?publisher")


def test_what_was_asked_before_comes_back(reader: Reader) -> None:
    page = reader.open("/query", lang="en")
    put(page, "ASK { ?s ?p 'once' }")
    page.locator("#query-form .first").click()
    expect(page.locator("gov-answer")).to_contain_text("No")
    put(page, "ASK {}")
    page.get_by_text("Asked before").click()
    page.locator(".asked-before button").first.click()
    assert written(page) == "ASK { ?s ?p 'once' }"
