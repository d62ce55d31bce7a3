"""Searching: words, facets, chips, order, pages, JSON, suggestions, and what is refused."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from sparql.query import counting
from tests.town import BASE
from web.catalogue.asking import Asked, asked
from web.catalogue.filters import FILTERS, token, value

HTML = {"Accept": "text/html"}


def found(client: FlaskClient, query: str) -> dict:  # type: ignore[type-arg]
    answer = client.get(f"/search.json?{query}")
    assert answer.status_code == 200
    return answer.get_json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "query",
    ["", "q=公交", "q=gongjiao", "q=zzzzqqqq", "theme=transport&items=with", "kind=department"],
)
def test_results_are_a_whole_page_in_both_languages(
    client: FlaskClient, query: str, language: str
) -> None:
    answer = client.get(f"/search?{query}&lang={language}", headers=HTML)

    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


def test_a_facet_counts_exactly_what_following_it_gives(client: FlaskClient) -> None:
    everything = found(client, "")

    for name, options in everything["facets"].items():
        key = "theme" if name.endswith("theme") else name
        for option in options[:3]:
            assert found(client, f"{key}={option['value']}")["total"] == option["count"]


def test_values_of_one_facet_widen_and_facets_narrow(client: FlaskClient) -> None:
    transport = found(client, "theme=transport")["total"]
    both = found(client, "theme=transport&theme=livelihood")["total"]
    narrowed = found(client, "theme=transport&openness=conditional")["total"]

    assert narrowed < transport < both


def test_every_active_filter_has_a_chip_that_takes_it_away(client: FlaskClient) -> None:
    page = client.get(
        "/search?q=公交&theme=transport&openness=unconditional&lang=en", headers=HTML
    ).text
    chips = re.findall(r'class="chip" href="([^"]+)"', page)

    assert chips == [
        "/search?q=%E5%85%AC%E4%BA%A4&amp;openness=unconditional",
        "/search?q=%E5%85%AC%E4%BA%A4&amp;theme=transport",
    ]
    assert 'class="reset" href="/search?q=%E5%85%AC%E4%BA%A4"' in page


def test_what_matched_is_marked_and_matching_items_are_named(client: FlaskClient) -> None:
    page = client.get("/search?q=统一社会信用代码&lang=zh", headers=HTML).text

    assert "<mark>统一社会信用代码</mark>" in page


def test_words_may_be_pinyin(client: FlaskClient) -> None:
    titles = [hit["title"] for hit in found(client, "q=gongjiaoxianlu&lang=zh")["hits"]]

    assert any("公交线路" in title for title in titles)


def test_a_misspelt_word_is_mended_and_said_to_be(client: FlaskClient) -> None:
    answer = found(client, "q=populatoin&lang=en")

    assert answer["instead"] or answer["dropped"]
    page = client.get("/search?q=populatoin&lang=en", headers=HTML).text
    assert "Nothing was found for" in page or "Left out" in page


def test_nothing_found_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/search?q=㍿㍿㍿&theme=transport&lang=en", headers=HTML).text

    assert "Nothing was found" in page
    assert "Search without filters" in page
    assert 'href="/search?theme=transport"' in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=two", "page=99999999999", "sort=banana", "page=-1"]
)
def test_what_is_malformed_is_refused_with_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/search?{query}&lang=en", headers=HTML)

    assert answer.status_code == 400
    assert query.partition("=")[2][:6] in answer.text


@pytest.mark.parametrize(
    "query", ["theme=nonsense", "provider=nobody", "kind=banana", "items=perhaps"]
)
def test_an_unknown_filter_is_left_out_and_the_page_says_so(
    client: FlaskClient, query: str
) -> None:
    answer = found(client, query)

    assert answer["total"] == found(client, "")["total"]
    assert len(answer["notices"]) == 1
    assert query.partition("=")[2] in answer["notices"][0]


def test_only_the_whole_catalogue_is_for_crawlers(client: FlaskClient) -> None:
    whole = client.get("/search", headers=HTML).text
    narrowed = client.get("/search?theme=transport", headers=HTML).text

    assert "noindex" not in whole
    assert '<meta name="robots" content="noindex, follow">' in narrowed


def test_pages_follow_one_another_without_a_gap(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/search.json?sort=title"
    while address:
        answer = client.get(address.removeprefix(BASE)).get_json()
        seen += [hit["iri"] for hit in answer["hits"]]
        address = answer["next"]

    assert len(seen) == len(set(seen)) == found(client, "")["total"]


def test_a_page_says_which_pages_stand_beside_it(client: FlaskClient) -> None:
    page = client.get("/search?sort=title", headers=HTML).text

    assert '<link rel="next" href="/search?sort=title&amp;page=2">' in page
    assert '<link rel="prev"' not in page
    assert (
        '<link rel="prev" href="/search?sort=title">'
        in client.get("/search?sort=title&page=2", headers=HTML).text
    )


def test_a_page_beyond_the_last_leads_back(client: FlaskClient) -> None:
    page = client.get("/search?page=400&lang=en", headers=HTML)

    assert page.status_code == 200
    assert "The results end before this page" in page.text


def test_the_same_address_gives_json_by_accept(client: FlaskClient) -> None:
    answer = client.get("/search?q=公交", headers={"Accept": "application/json"})

    assert answer.get_json()["hits"] == found(client, "q=公交")["hits"]


def test_words_that_are_markup_stay_words(client: FlaskClient) -> None:
    page = client.get(
        "/search", query_string={"q": '"><script>alert(1)</script>'}, headers=HTML
    ).text

    assert "<script>alert" not in page


def test_suggestions_come_in_groups_with_the_typed_part_marked(client: FlaskClient) -> None:
    groups = client.get("/api/suggest?q=公交&lang=zh").get_json()["groups"]

    assert groups
    item = groups[0]["items"][0]
    assert ["公交", True] in item["runs"]
    assert client.get(item["href"], headers=HTML).status_code == 200


def test_a_department_is_suggested_by_its_initials(client: FlaskClient) -> None:
    groups = client.get("/api/suggest?q=jtw&lang=zh").get_json()["groups"]

    assert "/department/jtw" in {item["href"] for group in groups for item in group["items"]}


def test_suggestions_for_nothing_are_none(client: FlaskClient) -> None:
    assert client.get("/api/suggest").get_json() == {"groups": []}


def test_a_search_costs_at_most_two_store_queries(client: FlaskClient) -> None:
    with counting() as free:
        client.get("/search?q=信息", headers=HTML)
    with counting() as narrowed:
        client.get("/search?q=信息&provider=jtw&library=population", headers=HTML)

    assert sum(free.values()) == 1
    assert sum(narrowed.values()) == 2


def test_an_unchanged_result_is_not_made_again(client: FlaskClient) -> None:
    first = client.get("/search?q=信息", headers=HTML)
    again = client.get("/search?q=信息", headers={**HTML, "If-None-Match": first.headers["ETag"]})
    other = client.get("/search?q=数据", headers={**HTML, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, other.status_code) == (304, 200)


def test_a_question_and_its_address_say_the_same() -> None:
    question = Asked("公交 站点", (("theme", "transport"), ("items", "with")), ("layer",), "title")

    assert asked(MultiDict(question.pairs()), BASE) == question


@pytest.mark.parametrize(
    ("name", "iri", "short"),
    [
        ("theme", "https://w3id.org/govgraph/theme/transport", "transport"),
        ("district", "https://w3id.org/govgraph/division/310106", "310106"),
        ("provider", f"{BASE}/id/department/jtw", "jtw"),
        ("provider", "http://example.org/agency/7", "http://example.org/agency/7"),
        ("frequency", "http://publications.europa.eu/resource/authority/frequency/DAILY", "DAILY"),
        ("items", "with", "with"),
    ],
)
def test_a_value_has_a_short_name_in_addresses_and_back(name: str, iri: str, short: str) -> None:
    assert token(FILTERS[name], iri, BASE) == short
    assert value(FILTERS[name], short, BASE) == iri


def test_concepts_of_two_lists_with_one_notation_are_told_apart() -> None:
    """Whatever concepts the lists hold, an address names each of them alone."""
    from ontology.code_lists import code_lists  # noqa: PLC0415 - only this law needs all lists

    for each in FILTERS.values():
        named = [
            (concept.iri, token(each, concept.iri, BASE))
            for name in each.lists
            for concept in code_lists()[name]
        ]
        assert len({short for _iri, short in named}) == len(named)
        assert all(value(each, short, BASE) == iri for iri, short in named)
