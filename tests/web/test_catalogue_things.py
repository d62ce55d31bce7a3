"""The pages of things: found, read, told in both languages and every form, missing, gone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.sample import TOWN, states
from ontology.terms import DCAT, DCT, GOV, RDF
from sparql.query import counting
from tests.pages import application, large_application
from tests.town import BASE, WITHDRAWN, town
from web.catalogue.picture import GAP_X, MARGIN, NARROWEST, WIDEST, picture
from web.page import Link, Text

STATES = states(TOWN)
CODED = {
    "dataset": "jtw-0001",
    "item": "jtw-0001.1",
    "layer": "jtw-0012",
    "department": "jtw",
    "system": "jtw-bus",
    "library": "population",
    "element": "DE01001",
    "theme": "transport",
    "district": "310104",
    "source": "jtw",
    "contact": "jtw-0001",
    "distribution": "jtw-0001.csv",
    "schema": "jtw-0001",
    "record": "jtw-0001",
}
HTML = {"Accept": "text/html"}


class Outline(HTMLParser):
    """What a page is made of: its headings, ids, language, title, and the text of everything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.lang: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag == "html":
            self.lang = dict(attrs)["lang"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", CODED)
def test_every_kind_has_a_whole_page_in_both_languages(
    client: FlaskClient, kind: str, language: str
) -> None:
    answer = client.get(f"/{kind}/{CODED[kind]}?lang={language}", headers=HTML)
    page = Outline(answer.text)

    assert answer.status_code == 200
    assert page.lang == {"zh": "zh-Hans", "en": "en"}[language]
    assert page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert re.search(r"<title>\S.* · ", answer.text)


@pytest.mark.parametrize("state", STATES)
def test_every_state_that_may_be_seen_has_a_page(client: FlaskClient, state: str) -> None:
    code = STATES[state]
    kinds = [kind for kind in ("dataset", "layer", "system") if held(kind, code)]
    answers = [client.get(f"/{kind}/{code}", headers=HTML).status_code for kind in kinds]

    assert answers == [200] * len(kinds)
    assert client.get(f"/element/{code}", headers=HTML).status_code == 404


def held(kind: str, code: str) -> bool:
    """Say whether the open view tells of a thing."""
    found = town().store.quads_for_pattern(NamedNode(f"{BASE}/id/{kind}/{code}"), RDF.type, None)
    return next(iter(found), None) is not None


def test_the_sample_has_states_on_both_sides_of_the_open_view() -> None:
    seen = {
        state
        for state, code in STATES.items()
        if any(held(kind, code) for kind in ("dataset", "layer", "system"))
    }

    assert {"on-time", "overdue", "items-120", "layer", "long-title", "no-abstract"} <= seen
    assert {"not-shared", "governance-only", "withheld"}.isdisjoint(seen)


def test_what_the_reader_may_not_see_is_told_as_if_it_were_not_there(client: FlaskClient) -> None:
    hidden = client.get(f"/dataset/{STATES['not-shared']}", headers=HTML)
    never = client.get("/dataset/jtw-0000", headers=HTML)

    assert hidden.status_code == never.status_code == 404
    assert set(hidden.headers.keys()) == set(never.headers.keys())


def test_a_layer_asked_for_as_a_dataset_leads_to_its_own_page(client: FlaskClient) -> None:
    answer = client.get("/dataset/jtw-0012", headers=HTML)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/layer/jtw-0012")


@pytest.mark.parametrize(
    ("suffix", "form", "media"),
    [
        ("ttl", RdfFormat.TURTLE, "text/turtle"),
        ("rdf", RdfFormat.RDF_XML, "application/rdf+xml"),
        ("jsonld", RdfFormat.JSON_LD, "application/ld+json"),
        ("nt", RdfFormat.N_TRIPLES, "application/n-triples"),
    ],
)
def test_a_dataset_can_be_had_in_every_form_by_suffix_and_by_accept(
    client: FlaskClient, suffix: str, form: RdfFormat, media: str
) -> None:
    by_suffix = client.get(f"/dataset/jtw-0001.{suffix}")
    by_accept = client.get("/dataset/jtw-0001", headers={"Accept": media})

    assert by_suffix.mimetype == by_accept.mimetype == media
    told = [
        {quad.triple for quad in parse(each.data, format=form)} for each in (by_suffix, by_accept)
    ]
    assert told[0] == told[1]
    subjects = {triple.subject.value for triple in told[0]}
    assert f"{BASE}/id/dataset/jtw-0001" in subjects
    assert f"{BASE}/id/item/jtw-0001.1" in subjects
    assert f"{BASE}/id/distribution/jtw-0001.csv" in subjects
    assert f"{BASE}/id/department/jtw" in subjects  # by name alone


def test_a_description_holds_whole_statements_and_none_of_strangers(client: FlaskClient) -> None:
    answer = client.get("/dataset/jtw-0001.nt")
    triples = [quad.triple for quad in parse(answer.data, format=RdfFormat.N_TRIPLES)]
    datasets = {
        t.subject.value for t in triples if t.predicate == RDF.type and t.object == DCAT.Dataset
    }
    described = {t.subject.value for t in triples if t.predicate == DCT.modified}

    assert f"{BASE}/id/dataset/jtw-0001" in datasets
    assert described <= {s for s in described if "jtw-0001" in s}


def test_a_file_whose_code_ends_in_a_format_has_a_page_and_data(client: FlaskClient) -> None:
    page = client.get("/distribution/jtw-0001.json", headers=HTML)
    data = client.get("/distribution/jtw-0001.json.ttl")

    assert (page.mimetype, data.mimetype) == ("text/html", "text/turtle")
    assert (
        client.get("/id/distribution/jtw-0001.json", headers=HTML).location
        == "/distribution/jtw-0001.json"
    )


def test_the_page_as_json_holds_what_the_page_holds(client: FlaskClient) -> None:
    page = client.get("/dataset/jtw-0001.json?lang=en").get_json()

    assert page["title"]["value"] == "Bus lines"
    assert page["identity"]["iri"] == f"{BASE}/id/dataset/jtw-0001"
    items = next(section for section in page["sections"] if section["form"] == "items")
    assert items["total"] == len(items["rows"]) > 5


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("text/html", "/dataset/jtw-0001"),
        ("text/turtle", "/dataset/jtw-0001.ttl"),
        ("application/ld+json;q=0.9, text/html;q=0.1", "/dataset/jtw-0001.jsonld"),
        ("*/*", "/dataset/jtw-0001"),
    ],
)
def test_a_name_leads_by_accept_to_what_tells_of_it(
    client: FlaskClient, accept: str, location: str
) -> None:
    answer = client.get("/id/dataset/jtw-0001", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert "Accept" in answer.headers["Vary"]


def test_a_page_names_its_other_forms_and_is_not_made_twice(client: FlaskClient) -> None:
    first = client.get("/dataset/jtw-0001", headers=HTML)
    with counting() as asked:
        again = client.get(
            "/dataset/jtw-0001", headers={**HTML, "If-None-Match": first.headers["ETag"]}
        )

    assert (
        '</dataset/jtw-0001.ttl>; rel="describedby alternate"; type="text/turtle"'
        in first.headers["Link"]
    )
    assert f'<{BASE}/id/dataset/jtw-0001>; rel="describes"' in first.headers["Link"]
    assert again.status_code == 304
    assert not asked


def test_the_two_languages_of_a_page_are_told_apart_by_their_tags(client: FlaskClient) -> None:
    tags = {
        client.get(f"/dataset/jtw-0001?lang={each}", headers=HTML).headers["ETag"]
        for each in ("zh", "en")
    }

    assert len(tags) == 2


def test_what_was_removed_is_gone_with_when_and_why(client: FlaskClient) -> None:
    page = client.get(f"/dataset/{WITHDRAWN}?lang=en", headers=HTML)
    data = client.get(f"/dataset/{WITHDRAWN}.ttl", headers={"Accept": "application/json"})

    assert page.status_code == data.status_code == 410
    assert "23 September 2026" in page.text
    assert "sample city" in page.text or "No reason" in page.text
    assert "&lt;b&gt;" in page.text
    assert "<b>代售点" not in page.text
    assert "2026-09-23" in data.get_json()["detail"] or "2026年9月23日" in data.get_json()["detail"]


def test_an_unknown_code_is_missing_and_names_like_it_are_offered(client: FlaskClient) -> None:
    page = client.get("/dataset/bus-lines?lang=en", headers=HTML)

    assert page.status_code == 404
    assert 'href="/dataset/jtw-0001"' in page.text


@pytest.mark.parametrize(
    "path", ["/thing", "/thing?iri=nonsense", "/thing?iri=javascript:alert(1)"]
)
def test_a_thing_without_a_whole_name_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 400


def test_anything_the_graph_tells_of_has_a_page_by_its_whole_name(client: FlaskClient) -> None:
    iri = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
    page = client.get("/thing", query_string={"iri": iri}, headers=HTML)
    known = client.get("/thing", query_string={"iri": f"{BASE}/id/system/jtw-bus"}, headers=HTML)
    never = client.get("/thing?iri=http://example.org/nothing", headers=HTML)

    assert (page.status_code, never.status_code) == (200, 404)
    assert known.headers["Location"] == "/system/jtw-bus"


def test_data_for_crawlers_stands_in_the_page_and_cannot_end_its_script(
    client: FlaskClient,
) -> None:
    page = client.get("/dataset/jtw-0001?lang=zh", headers=HTML).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)

    assert found is not None
    told = json.loads(found[1])
    assert told["@type"] == "Dataset"
    assert told["name"] == "公交线路基本信息"
    assert {each["encodingFormat"] for each in told["distribution"]} >= {"text/csv"}
    assert "<" not in found[1]


def test_the_five_facts_are_told_even_where_nobody_stated_them(client: FlaskClient) -> None:
    page = client.get("/dataset/jtw-0001.json?lang=en").get_json()

    facts = [fact["key"] for fact in page["facts"]]
    assert facts == ["keeper", "openness", "sharing", "freshness", "formats"]


@pytest.mark.parametrize(
    ("state", "mark"),
    [("on-time", "on-time"), ("due", "due-soon"), ("overdue", "overdue"), ("static", "static")],
)
def test_freshness_is_told_against_the_promise(client: FlaskClient, state: str, mark: str) -> None:
    page = client.get(f"/dataset/{STATES[state]}.json").get_json()

    assert [fact["mark"] for fact in page["facts"] if fact["key"] == "freshness"] == [mark]


def test_a_wide_table_is_paged_and_searched_by_the_names_of_its_items(client: FlaskClient) -> None:
    code = STATES["items-120"]
    first = table(client, f"/dataset/{code}.json")
    second = table(client, f"/dataset/{code}.json?items=2")
    word = first["rows"][3]["title"]["value"]
    found = table(client, f"/dataset/{code}.json?find={word}")

    assert len(first["rows"]) == 100
    assert len(first["rows"]) + len(second["rows"]) == first["total"]
    assert 0 < found["found"] < found["total"]
    assert all(word in row["title"]["value"] for row in found["rows"])


def table(client: FlaskClient, path: str) -> dict:  # type: ignore[type-arg]
    sections = client.get(path).get_json()["sections"]
    return next(section for section in sections if section["form"] == "items")


@pytest.mark.parametrize(
    "query", ["items=0", "items=x", "incoming=-1", "statements=9999999", "items=１"]
)
def test_a_page_number_that_is_none_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/dataset/jtw-0001?{query}", headers=HTML)

    assert answer.status_code == 400


def test_history_tells_what_went_and_what_came(client: FlaskClient) -> None:
    sections = client.get("/dataset/jtw-0001.json?lang=en").get_json()["sections"]
    story = next(section for section in sections if section["form"] == "story")

    latest, first = story["events"][0], story["events"][-1]
    assert first["title"] == "Entered in the catalogue"
    labels = {change["label"] for change in latest["changes"]}
    assert "Last updated" in labels


def test_a_thing_that_much_points_at_is_paged(client: FlaskClient) -> None:
    """The city itself: every dataset covers it."""
    first = client.get("/district/310000.json").get_json()["sections"][-1]
    second = client.get("/district/310000.json?incoming=2").get_json()["sections"][-1]
    subjects = [
        {value["href"] for row in each["incoming"] for value in row["values"]}
        for each in (first, second)
    ]

    assert first["incoming_pager"]["more"] == (len(subjects[0]) >= 50)
    assert not subjects[0] & subjects[1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", CODED)
def test_a_page_asks_the_store_as_often_in_a_catalogue_ten_times_larger(kind: str) -> None:
    path = f"/{kind}/{CODED[kind]}"
    small, large = asked_for(application(), path), asked_for(large_application(), path)
    for each in (small, large):
        each.pop("people/holders", None)  # the departments: read once for a snapshot, for all pages

    assert small == large
    assert sum(small.values()) <= 9


def asked_for(app: Flask, path: str) -> dict[str, int]:
    with counting() as asked:
        answer = app.test_client().get(path, headers=HTML)
    assert answer.status_code == 200
    return dict(asked)


def test_the_open_page_shows_no_inner_contact(client: FlaskClient) -> None:
    """Names and telephones of inner contacts stand in the stricter view alone."""
    view = town()
    inner = view.store.quads_for_pattern(None, RDF.type, GOV.InternalContact)
    leaked = [
        quad
        for contact in inner
        for quad in view.store.quads_for_pattern(contact.subject, None, None)
        if isinstance(quad.predicate, NamedNode) and "vcard" in quad.predicate.value
    ]

    assert client.get("/dataset/jtw-0001", headers=HTML).status_code == 200
    assert leaked == []


@pytest.mark.parametrize("path", ["/dataset/jtw-0009", "/item/jtw-0014.3", "/dataset/jtw-0014"])
def test_a_step_of_lineage_is_told_in_words_not_by_its_digest(
    client: FlaskClient, path: str
) -> None:
    page = client.get(f"{path}?lang=zh", headers=HTML).text
    said = re.sub(r"<[^>]+>", " ", page)

    assert "derived-" not in said
    assert "prov:qualifiedDerivation" not in said or "逐步加工自" in said


def test_where_there_is_no_room_rows_of_items_and_files_say_their_columns(
    client: FlaskClient,
) -> None:
    page = client.get("/dataset/jtw-0001?lang=en", headers=HTML).text
    items = page.partition('id="items-table"')[2].partition("</table>")[0]
    files = page.partition('id="files-table"')[2].partition("</table>")[0]

    assert 'data-label="Standard data element"' in items
    assert 'data-label="Openness"' in items
    assert items.count('role="rowheader"') == items.count('<th role="rowheader"') > 1
    assert 'class="doors"' in files


def test_a_drawn_name_is_whole_where_its_box_has_room_for_it() -> None:
    whole = "City Operation Vital Signs"
    far = "A name far too long for any box of a picture that stands in half a page"
    links = [Link(Text(whole, "en"), "/system/a"), Link(Text(far, "en"), "/system/b")]
    with application().test_request_context():
        drawn = picture(Link(Text("政务数据", "zh"), "/system/c"), links, ())

    assert drawn is not None
    assert drawn.nodes[0].text == whole
    assert drawn.nodes[1].text.endswith("…")
    assert drawn.nodes[1].full == far
    assert {node.width for node in drawn.nodes if not node.here} == {WIDEST}
    assert drawn.nodes[2].width == NARROWEST
    assert drawn.width == WIDEST + GAP_X + NARROWEST + 2 * MARGIN
