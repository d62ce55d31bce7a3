"""`/explore`: what is in view, by its address alone; only what the reader's view holds."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

import networkx as nx
import pytest
from flask import get_template_attribute
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.exploring.links import exists
from ontology.clearance import Clearance
from ontology.terms import RDF
from sparql.query import counting
from tests import town
from tests.access import Access, access_to
from tests.town import BASE, house
from web.app import create_app
from web.exploring.pages import Choice

KEEPS = "department/jtw~dct:publisher~in~1"
IN_VIEW = f"/explore?x={KEEPS}&of=department/jtw&lang=en"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("exploring"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.accounts.close()
    made.instance.close()


def drawn(text: str) -> dict[str, list[dict[str, object]]]:
    """Give what a page draws."""
    found = re.search(r'<script type="application/json">(.*?)</script>', text)
    assert found
    told: dict[str, list[dict[str, object]]] = json.loads(found[1])
    return told


def done(client: FlaskClient, url: str, act: str, **more: str) -> str:
    """Do something to what is in view, and give the address that it leads to."""
    rest = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    answer = client.get(f"{url}&do={quote(act)}{rest}")
    assert answer.status_code == 303
    return unquote(answer.headers["Location"])


# Beginning --------------------------------------------------------------------------------------


def test_the_first_page_tells_what_kinds_there_are_and_how_they_are_linked(
    client: FlaskClient,
) -> None:
    text = client.get("/explore?lang=en").text

    told = drawn(text)
    assert {"Datasets", "Departments", "Information systems"} <= {
        each["label"] for each in told["nodes"]
    }
    assert any("Keeper" in str(each["label"]) for each in told["edges"])
    assert "open dcat:Dataset~rdf:type~in~1" in text.replace("http://www.w3.org/ns/dcat#", "dcat:")


def test_a_word_finds_things_of_every_kind_to_begin_from(client: FlaskClient) -> None:
    text = client.get("/explore?q=交通&lang=zh").text

    assert 'value="add department/jtw"' in text
    assert "add dataset/" in text
    assert done(client, "/explore?q=交通", "add department/jtw") == (
        "/explore?n=department/jtw&of=department/jtw"
    )


def test_the_page_of_a_thing_leads_here(client: FlaskClient) -> None:
    text = client.get("/dataset/jtw-0001?lang=en", headers={"Accept": "text/html"}).text

    (url,) = re.findall(r'href="(/explore\?[^"]*)"', text)
    page = client.get(url.replace("&amp;", "&")).text
    assert [each["id"] for each in drawn(page)["nodes"]] == ["dataset/jtw-0001"]


def test_a_query_s_answer_is_drawn_with_statements_that_it_made_up(access: Access) -> None:
    query = (
        "CONSTRUCT { ?d <http://example.org/of> ?k ; <http://example.org/n> 1 } WHERE"
        " { ?d <http://purl.org/dc/terms/publisher> ?k } LIMIT 4"
    )
    answer = access.client().get(f"/explore?query={quote(query)}&lang=en")

    told = drawn(answer.text)
    made = [each for each in told["edges"] if "http://example.org/of" in str(each["terms"])]
    assert len(made) == 4
    assert "statements with plain values are not drawn" in answer.text


def test_a_query_that_gives_rows_is_refused_with_a_sentence(access: Access) -> None:
    answer = access.client().get("/explore?query=SELECT+*+{+?s+?p+?o+}&lang=en")

    assert answer.status_code == 400
    assert "CONSTRUCT or DESCRIBE" in answer.text


# Opening ----------------------------------------------------------------------------------------


def test_relations_are_counted_before_anything_is_shown(client: FlaskClient) -> None:
    text = client.get("/explore?n=department/jtw&of=department/jtw&lang=en").text

    assert len(drawn(text)["nodes"]) == 1
    assert "Keeps" in text
    assert f'value="open {KEEPS}"' in text


def test_opening_and_closing_a_relation_leads_there_and_back(client: FlaskClient) -> None:
    url = "/explore?n=department/jtw"
    opened = done(client, url, f"open {KEEPS}")

    assert opened == f"/explore?n=department/jtw&x={KEEPS}&of=department/jtw"
    assert len(drawn(client.get(opened).text)["nodes"]) > 10
    assert done(client, opened, f"shut {KEEPS}") == "/explore?n=department/jtw&of=department/jtw"


def test_the_next_page_takes_the_place_of_the_first(client: FlaskClient) -> None:
    opened = done(client, f"/explore?x={KEEPS}", "open department/jtw~dct:publisher~in~2")

    assert opened == "/explore?x=department/jtw~dct:publisher~in~2&of=department/jtw"


def test_hiding_pinning_and_noting_stand_in_the_address(client: FlaskClient) -> None:
    hidden = done(client, IN_VIEW, "hide dataset/jtw-0001")
    text = client.get(hidden).text
    assert "dataset/jtw-0001" not in {each["id"] for each in drawn(text)["nodes"]}
    assert 'value="show dataset/jtw-0001"' in text

    pinned = done(client, IN_VIEW, "pin dataset/jtw-0001~40~-7")
    nodes = {each["id"]: each for each in drawn(client.get(pinned).text)["nodes"]}
    assert nodes["dataset/jtw-0001"]["pin"] == [40, -7]

    noted = done(client, IN_VIEW, "note dataset/jtw-0001", text="ask for the stops")
    assert "ask for the stops" in client.get(noted).text


def test_kinds_links_sources_and_days_can_be_left_out(client: FlaskClient) -> None:
    whole = drawn(client.get(IN_VIEW).text)
    assert {"dataset", "service"} <= {each["kind"] for each in whole["nodes"]}

    no_services = drawn(client.get(f"{IN_VIEW}&kind=service").text)
    assert "service" not in {each["kind"] for each in no_services["nodes"]}
    no_keeper = drawn(client.get(f"{IN_VIEW}&without=dct:publisher").text)
    assert not any("dct:publisher" in str(each["terms"]) for each in no_keeper["edges"])
    no_source = drawn(client.get(f"{IN_VIEW}&graph=source/jtw").text)
    assert len(no_source["nodes"]) < len(whole["nodes"])
    late = drawn(client.get(f"{IN_VIEW}&since=2026-09-20").text)
    assert 0 < len(late["nodes"]) < len(whole["nodes"])


def test_things_are_grouped_and_groups_are_folded(client: FlaskClient) -> None:
    for by, group in (("type", "dataset"), ("department", "department/jtw")):
        told = drawn(client.get(f"{IN_VIEW}&by={by}").text)
        assert group in {each["id"] for each in told["groups"]}
    folded = done(client, f"{IN_VIEW}&by=type", "fold dataset")
    assert drawn(client.get(folded).text)["folded"] == ["dataset"]


def test_the_table_the_tree_and_the_links_say_what_the_picture_draws(client: FlaskClient) -> None:
    text = client.get(IN_VIEW).text
    told = drawn(text)

    assert len(re.findall(r"<tr data-name=", text)) == len(told["nodes"])
    tree = text[text.index('class="explore-tree"') : text.index('id="links"')]
    assert tree.count('value="look ') == len(told["nodes"])
    links = text[text.index('id="links-rows"') : text.index('id="standing"')]
    assert links.count('<tr role="row"><th role="rowheader"') == sum(
        len(list(each["terms"])) for each in told["edges"]
    )  # type: ignore[call-overload]


# Ways -------------------------------------------------------------------------------------------


def test_a_way_is_told_with_its_statements_and_who_states_them(client: FlaskClient) -> None:
    url = done(
        client, "/explore?n=dataset/scjgj-0001", "way dataset/scjgj-0001", to="dataset/jtw-0014"
    )
    text = client.get(f"{url}&lang=en").text

    ways = text[text.index('id="ways"') : text.index('id="things"')]
    assert "Made from" in ways
    assert "stated by" in ways
    assert any(each.get("way") for each in drawn(text)["edges"])


def test_what_stands_out_is_said_in_words(client: FlaskClient) -> None:
    english, chinese = (
        client.get(IN_VIEW.replace("lang=en", f"lang={each}")).text for each in ("en", "zh")
    )

    assert "stands in the middle" in english
    assert re.search(r"Without the department .*?, \d+ things here would hang on nothing", english)
    assert "若没有" in chinese


# Handing out ------------------------------------------------------------------------------------


def test_the_files_hold_what_is_in_view(client: FlaskClient) -> None:
    told = drawn(client.get(IN_VIEW).text)
    asked = IN_VIEW.partition("?")[2]

    graph = nx.parse_graphml(client.get(f"/explore/view.graphml?{asked}").text)
    assert graph.number_of_nodes() == len(told["nodes"])
    about = graph.nodes[f"{BASE}/id/dataset/jtw-0001"]
    assert about["kind"] == "Dataset"
    assert "dcat:Dataset" in about["classes"].split()
    assert about["kept_by"] == "Shanghai Municipal Transportation Commission"
    assert about["page"] == f"{BASE}/dataset/jtw-0001"
    kept = [at for *_, at in graph.edges(data=True) if at["property"] == "dct:publisher"]
    assert {each["label"] for each in kept} == {"Keeper"}
    assert all(each["stated_by"] for each in kept)
    things = rows(client.get(f"/explore/view.csv?{asked}").text)
    assert len(things) == len(told["nodes"]) + 1
    links = rows(client.get(f"/explore/links.csv?{asked}").text)
    assert len(links) == graph.number_of_edges() + 1
    quads = list(parse(client.get(f"/explore/view.jsonld?{asked}").data, format=RdfFormat.JSON_LD))
    assert {"http://purl.org/dc/terms/publisher"} <= {each.predicate.value for each in quads}


def test_what_no_page_is_made_of_is_named_by_its_class(client: FlaskClient) -> None:
    """In both languages, in the table as in the outline; nobody is shown a vocabulary's own name."""
    for lang, named in (("en", "Places"), ("zh", "地点")):
        text = client.get(f"/explore?x=dct:Location~rdf:type~in~1&lang={lang}").text
        kinds = {each["kindName"] for each in drawn(text)["nodes"]}
        assert named in {each["label"] for each in drawn(text)["nodes"]}
        assert not {"Thing", "Things", "条目"} & kinds
        outline = drawn(client.get(f"/explore?lang={lang}").text)["nodes"]
        assert not [each["label"] for each in outline if ":" in str(each["label"])]


def test_all_that_can_be_left_out_has_a_box(client: FlaskClient) -> None:
    """What has none on the page would be forgotten with the next act."""
    told = [Choice(f"source/{n}", f"Source {n}", 90 - n, n == 50) for n in range(60)]
    with client.application.test_request_context("/explore?lang=en"):
        text = get_template_attribute("exploring/_pieces.html", "filter")("Sources", "graph", told)

    assert text.count('type="checkbox"') == 60
    assert "<details open><summary>48 more" in text
    assert text.count("checked") == 1


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


# Keeping and showing ----------------------------------------------------------------------------


def test_a_picture_is_kept_by_its_owner_and_opened_by_whoever_has_the_link(access: Access) -> None:
    owner, other, stranger = (
        access.signed_in("cataloguer"),
        access.signed_in("steward"),
        access.client(),
    )
    answer = owner.post("/explore/kept", {"name": "交通委", "state": IN_VIEW.partition("?")[2]})
    assert answer.headers["Location"] == "/explore/kept"
    (token,) = re.findall(r'href="/explore/kept/([^"/]+)"', owner.get("/explore/kept").text)

    opened = stranger.get(f"/explore/kept/{token}")
    assert unquote(opened.headers["Location"]) == f"/explore?x={KEEPS}&of=department/jtw"
    framed = stranger.get(f"/explore/embed?kept={token}")
    assert drawn(framed.text) == drawn(
        stranger.get(f"/explore/embed?x={KEEPS}&of=department/jtw").text
    )
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert token not in other.get("/explore/kept").text
    assert other.post(f"/explore/kept/{token}/away", {}).status_code == 404
    assert owner.post(f"/explore/kept/{token}/away", {}).status_code == 303
    for away in (f"/explore/kept/{token}", f"/explore/embed?kept={token}"):
        assert stranger.get(away).status_code == 404


def test_nothing_in_view_and_no_name_are_not_kept(access: Access) -> None:
    owner = access.signed_in("cataloguer")

    for told in ({"name": "x", "state": ""}, {"name": "", "state": "n=dataset/jtw-0001"}):
        assert owner.post("/explore/kept", told).status_code == 400


def test_a_page_may_be_framed_only_where_it_is_made_for_it_and_shows_what_is_open(
    access: Access,
) -> None:
    """Whoever asks: what one may see by oneself is in no frame of another site."""
    asked = IN_VIEW.partition("?")[2]
    plain = access.client().get(f"/explore?{asked}")
    assert plain.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]

    office, stranger = (
        hand.get(f"/explore/embed?{asked}")
        for hand in (access.signed_in("reviewer"), access.client())
    )
    assert "X-Frame-Options" not in stranger.headers
    assert "frame-ancestors *" in stranger.headers["Content-Security-Policy"]
    assert "<form" not in office.text
    assert drawn(office.text) == drawn(stranger.text)


# What must not be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        "x=department/jtw~dct:publisher~around~1",
        "x=nothing",
        "x=department/jtw~dct:publisher~in~4000",
        "since=yesterday",
        "until=2026-02-30",
        "way=dataset/jtw-0001",
        "do=way+dataset/jtw-0001",
        "n=http://example.org/a b",
        "do=burn+dataset/jtw-0001",
        "n=" + "x" * 400,
        "&".join(f"n=dataset/{number}" for number in range(300)),
    ],
    ids=lambda asked: asked[:40],
)
def test_an_address_that_asks_for_nonsense_is_refused_in_words(
    client: FlaskClient, asked: str
) -> None:
    answer = client.get(f"/explore?n=dataset/jtw-0001&{asked}", headers={"Accept": "text/html"})

    assert answer.status_code == 400


def test_what_a_reader_may_not_see_is_as_if_it_were_not_there(access: Access) -> None:
    """A system kept from strangers answers like one that nobody ever had: in counts, ways, words."""
    views = access.instance.snapshots
    shut = views.view(Clearance.OPEN).store
    typed = views.view(Clearance.GOVERNANCE).store.quads_for_pattern(None, RDF.type, None, None)
    kept = {each.subject for each in typed if isinstance(each.subject, NamedNode)}
    hidden = sorted(each.value for each in kept if not exists(shut, each))
    assert hidden
    browser = access.client()
    for iri in hidden[:3]:
        nothing = f"{BASE}/id/dataset/there-is-no-such-thing"
        for asked in (
            "n={}",
            "n=dataset/jtw-0001&of={}",
            "way={}~dataset/jtw-0001",
            "x={}~rdf:type~out~1",
        ):
            told, never = (
                browser.get(f"/explore?lang=en&{asked.format(quote(name))}").text.replace(
                    quote(name), ""
                )
                for name in (iri, nothing)
            )
            assert without_address(told, iri) == without_address(never, nothing)


def without_address(text: str, iri: str) -> str:
    """Give a page without the name that was asked for, which the reader wrote."""
    short = iri.removeprefix(f"{BASE}/id/")
    for each in (
        iri,
        quote(iri),
        quote(iri, safe=""),
        short,
        quote(short, safe=""),
        short.rpartition("/")[2],
    ):
        text = text.replace(each, "")
    return text


def test_no_page_costs_more_queries_when_the_catalogue_grows() -> None:
    counts = []
    for held in (town.instance(), town.large_instance()):
        browser = create_app(site=house(held)).test_client()
        for path in (IN_VIEW, "/explore", "/explore?way=dataset/scjgj-0001~dataset/jtw-0001"):
            with counting() as made:
                assert browser.get(path).status_code == 200
            counts.append(dict(made))
    assert counts[:3] == counts[3:]
    assert all(sum(each.values()) <= 2 for each in counts)
