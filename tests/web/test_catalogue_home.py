"""The front page, the map of the site, and what crawlers are asked to leave."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from graph.past.history import Happened
from ontology.people import COMMAND_LINE
from sparql.query import counting
from tests.town import BASE, NOON, town
from web.accounts.holders import called
from web.app import create_app
from web.catalogue.home import lately
from web.site import Site

HTML = {"Accept": "text/html"}
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_front_page_asks_and_shows_what_there_is(client: FlaskClient, language: str) -> None:
    page = client.get(f"/?lang={language}", headers=HTML)

    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    for part in ("themes", "questions", "departments", "districts", "recent"):
        assert f'id="{part}"' in page.text


def test_every_number_of_the_front_page_leads_to_what_it_counts(client: FlaskClient) -> None:
    page = client.get("/?lang=en", headers=HTML).text
    tiles = re.findall(r'<a href="(/search\?kind=[^"]+)"><b>([\d,]+)</b>', page)

    assert len(tiles) >= 5
    for address, count in tiles:
        answer = client.get(address.replace("/search", "/search.json", 1)).get_json()
        assert answer["total"] == int(count.replace(",", ""))


def test_the_drawn_answers_lead_to_as_many_datasets_as_they_show(client: FlaskClient) -> None:
    page = client.get("/?lang=en", headers=HTML).text
    bars = re.findall(
        r'<th scope="row"><a href="(/search[^"]+)">.*?<span class="num">([\d,]+)</span>',
        page,
        re.DOTALL,
    )

    assert len(bars) >= 6
    for address, count in bars[:8]:
        where = address.replace("&amp;", "&").replace("/search", "/search.json", 1)
        assert client.get(where).get_json()["total"] == int(count.replace(",", ""))


def test_the_front_page_of_a_snapshot_is_made_once(client: FlaskClient) -> None:
    client.get("/?lang=zh", headers=HTML)
    with counting() as asked:
        client.get("/?lang=zh", headers=HTML)

    assert not asked


def test_a_house_without_data_says_what_to_do() -> None:
    answer = create_app(site=Site()).test_client().get("/", headers=HTML)

    assert answer.status_code == 503
    assert "govgraph load" in answer.text


def test_the_site_map_names_every_page_once(client: FlaskClient) -> None:
    index = ET.fromstring(client.get("/sitemap.xml").data)
    parts = [place.text or "" for place in index.iter(f"{SPACE}loc")]
    pages = [
        place.text
        for part in parts
        for place in ET.fromstring(client.get(part.removeprefix(BASE)).data).iter(f"{SPACE}loc")
    ]

    assert len(pages) == len(set(pages)) == town().index.count(frozenset()) + 2
    assert f"{BASE}/dataset/jtw-0001" in pages


def test_a_part_of_the_site_map_that_there_is_not_is_missing(client: FlaskClient) -> None:
    assert client.get("/sitemap-99.xml").status_code == 404


def test_crawlers_are_led_to_the_map_and_away_from_filters(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text

    assert f"Sitemap: {BASE}/sitemap.xml" in text
    assert "Disallow: /search?" in text


def test_what_changed_lately_is_told_in_the_readers_language(client: FlaskClient) -> None:
    told = client.get("/?lang=en", headers=HTML).text.partition('id="recent"')[2]
    events = told.partition("</ol>")[0]

    assert events.count("<li") >= 1
    assert not re.search(r"by [\u4e00-\u9fff]", events)
    assert re.search(r'<a href="/dataset/[^"]+"[^>]*>[A-Z]', events)


def test_a_command_that_says_nobody_is_named_in_both_languages() -> None:
    assert called(COMMAND_LINE) == ("command line", "命令行")


def test_what_changed_lately_stands_before_what_the_graph_can_answer(client: FlaskClient) -> None:
    page = client.get("/", headers=HTML).text

    assert page.index('id="themes"') < page.index('id="recent"') < page.index('id="questions"')


def test_a_row_of_changes_by_one_hand_is_told_once() -> None:
    told = [
        Happened(seq, NOON, who, "edit", "jtw", "", None, {}, ())
        for seq, who in ((9, "govgraph"), (8, "govgraph"), (7, "jtw"), (6, "govgraph"))
    ]

    assert [each.seq for each in lately(told)] == [9, 7, 6]
