"""Whoever sends a number of a derived type is given it back as it was sent, at every door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)
from werkzeug.test import TestResponse

from graph.check import census, census_of_rebuilt
from graph.ledger.ledger import undo
from graph.views.exact import Exact
from ontology.clearance import Clearance
from ontology.exact import TYPES, XSD
from tests import town
from tests.access import Access, access_to

GRAPH = f"{town.BASE}/id/source/jtw"
THING = f"{town.BASE}/id/dataset/jtw-exact"
HEAD = f"""@prefix : <http://e/> . @prefix xsd: <{XSD}> .
<{THING}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "数值"@zh ;
"""
NUMBERS = {
    local: f"{-7 if least is None else 7}" for local, (least, _) in TYPES.items()
} | {"integer": "7"}  # fmt: skip
SAID = HEAD + " ; ".join(f':{local} "{n}"^^xsd:{local}' for local, n in NUMBERS.items()) + " ."
SENT = {local: Literal(n, datatype=NamedNode(XSD + local)) for local, n in NUMBERS.items()}
PREFIX = f"PREFIX : <http://e/> PREFIX xsd: <{XSD}> "
EACH = f"{PREFIX} SELECT ?p ?o {{ <{THING}> ?p ?o FILTER(STRSTARTS(STR(?p), STR(:))) }} ORDER BY ?p"
FORMS = {
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
RDF = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("exact"), pool=True)
    answer = store(made, "PUT", SAID)
    assert answer.status_code in {201, 204}, answer.text
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


def store(access: Access, method: str, body: str = "", **more: Any) -> TestResponse:
    headers = access.token("steward", "write:store", "read:shared") | more.pop("headers", {})
    path = f"/store?graph={GRAPH}"
    sent = {"data": body.encode(), "content_type": "text/turtle", "headers": headers}
    return access.app.test_client().open(path, method=method if method != "PUT" else "POST", **sent)


def asked(access: Access, text: str, accept: str = "application/sparql-results+json") -> bytes:
    headers = {"Accept": accept}
    answer = access.app.test_client().post("/sparql", data={"query": text}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.data


def rows(access: Access, text: str) -> list[list[str]]:
    found = json.loads(asked(access, PREFIX + text))
    shown = found["head"]["vars"]
    return [
        [row[each]["value"] if each in row else "" for each in shown]
        for row in found["results"]["bindings"]
    ]


def update(access: Access, text: str) -> TestResponse:
    headers = access.token("steward", "update", "read:shared")
    media = "application/sparql-update"
    sent = {"data": (PREFIX + text).encode(), "content_type": media, "headers": headers}
    answer = access.app.test_client().post("/sparql", **sent)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("form", FORMS)
def test_each_type_is_given_back_as_it_was_sent(access: Access, form: str) -> None:
    """In every form that rows have."""
    found = parse_query_results(asked(access, EACH, form), FORMS[form])
    assert isinstance(found, QuerySolutions)
    assert {row["p"].value.removeprefix("http://e/"): row["o"] for row in found} == SENT


def test_tsv_and_csv_write_what_was_sent(access: Access) -> None:
    """The W3C's example: `"-3"^^xsd:negativeInteger` as a term, and its digits as a value."""
    text = f"{PREFIX} SELECT ?o {{ <{THING}> :negativeInteger ?o }}"
    tsv = asked(access, text, "text/tab-separated-values").decode()
    assert tsv.splitlines() == ["?o", f'"-7"^^<{XSD}negativeInteger>']
    assert asked(access, text, "text/csv").decode().split() == ["o", "-7"]


@pytest.mark.parametrize("form", RDF)
def test_triples_have_them_as_they_were_sent(access: Access, form: str) -> None:
    """CONSTRUCT, DESCRIBE and a whole graph."""
    construct = f"{PREFIX} CONSTRUCT WHERE {{ <{THING}> :byte ?b ; :long ?l ; :integer ?i }}"
    answers = [
        (asked(access, construct, form), {"byte", "long", "integer"}),
        (asked(access, f"DESCRIBE <{THING}>", form), set(SENT)),
        (store(access, "GET", headers={"Accept": form}).data, set(SENT)),
    ]
    for text, wanted in answers:
        said = {
            quad.predicate.value.removeprefix("http://e/"): quad.object
            for quad in parse(text, RDF[form])
            if quad.predicate.value.startswith("http://e/")
        }
        assert said == {each: SENT[each] for each in wanted}


def test_a_look_up_has_them_too(access: Access) -> None:
    """Alone and joined: the ways that ask no child."""
    one = f"SELECT ?o {{ <{THING}> <http://e/byte> ?o }}"
    two = f"SELECT ?o {{ <{THING}> <http://e/byte> ?o . ?s <http://e/byte> ?o . ?s a ?c }}"
    both = f"SELECT ?p ?o {{ <{THING}> ?p ?o }}"
    for text in (one, two, both):
        answer = access.app.test_client().get("/sparql", query_string={"query": text})
        bindings = answer.get_json(force=True)["results"]["bindings"]
        kinds = {row["o"].get("datatype") for row in bindings}
        assert f"{XSD}byte" in kinds, text
        assert XSD + "integer" not in kinds or text == both


MEANT = {
    "SELECT ?o { ?s :byte ?o FILTER(?o = 7 && ?o < 8 && ?o + 1 = 8) }": [["7"]],
    "SELECT (SUM(?o) AS ?n) { ?s ?p ?o FILTER(isNumeric(?o) && STRSTARTS(STR(?p), STR(:))) }": [["63"]],
    "SELECT (MIN(?o) AS ?n) { VALUES ?p { :negativeInteger :byte :integer } ?s ?p ?o }": [["-7"]],
    "SELECT (DATATYPE(MAX(?o)) AS ?n) { VALUES ?p { :short :negativeInteger } ?s ?p ?o }": [
        [f"{XSD}short"]
    ],
    'SELECT ?p { ?s ?p "7"^^xsd:short }': [["http://e/short"]],
    "SELECT ?p { ?s ?p 7 FILTER(STRSTARTS(STR(?p), STR(:))) }": [["http://e/integer"]],
    "SELECT ?o { VALUES ?p { :byte :negativeInteger } ?s ?p ?o } ORDER BY DESC(?o)": [["7"], ["-7"]],
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { VALUES ?p { :byte :short } ?s ?p ?o }": [["2"]],
    "SELECT (COUNT(*) AS ?n) { ?s :byte ?o FILTER EXISTS { ?s :int ?q FILTER(?q = ?o) } }": [["1"]],
    'SELECT (isNumeric("1200"^^xsd:byte) AS ?n) {}': [["false"]],
    'SELECT (DATATYPE(STRDT("5", xsd:int)) AS ?n) {}': [[f"{XSD}int"]],
}  # fmt: skip


@pytest.mark.parametrize("text", MEANT)
def test_they_are_numbers_where_numbers_are_meant(access: Access, text: str) -> None:
    """Compared, added, sorted; and terms where terms are meant."""
    assert rows(access, text) == MEANT[text]


def test_an_update_brings_them_and_takes_them_away(access: Access) -> None:
    """Data, templates, several operations; undone and replayed, the same."""
    before = about(access)
    data = f'INSERT DATA {{ GRAPH <{GRAPH}> {{ <{THING}> :more "5"^^xsd:short }} }}'
    whole = f"GRAPH <{GRAPH}> {{ ?s :more ?o }}"
    moved = f"INSERT {{ GRAPH <{GRAPH}> {{ ?s :copied ?o }} }} WHERE {{ {whole} FILTER(?o > 4) }}"
    update(access, f"{data} ; {moved}")
    kind = f'"5"^^<{XSD}short>'
    more, copied = (f"<{THING}> <http://e/{each}> {kind}" for each in ("more", "copied"))
    assert about(access) == before | {more, copied}
    diff = access.instance.ledger.history(iri=THING, clearance=Clearance.GOVERNANCE)[0].diff
    assert diff is not None
    assert any(kind in line for _, line in diff.added)
    other = f"DELETE DATA {{ GRAPH <{GRAPH}> {{ <{THING}> :more 5 }} }}"
    assert update(access, other).json["change"] is None, "another term of the same value"
    taken = f'DELETE DATA {{ GRAPH <{GRAPH}> {{ <{THING}> :more "5"^^xsd:short }} }}'
    change = update(access, taken).json["change"]
    assert about(access) == before | {copied}
    undo(access.instance.ledger, change, at=access.clock(), actor="test", reason="test")
    access.instance.settle(access.clock())
    assert about(access) == before | {more, copied}
    update(
        access, f"DELETE WHERE {{ {whole} }} ; DELETE WHERE {{ {whole.replace('more', 'copied')} }}"
    )
    assert about(access) == before


def about(access: Access) -> set[str]:
    store = access.instance.snapshots.view(Clearance.OPEN).store
    return {str(each.triple) for each in store if each.subject == NamedNode(THING)}


def test_what_is_kept_is_what_is_made_again(access: Access) -> None:
    """Each view draws a head of its own, which nothing that is compared shows."""
    instance = access.instance
    folder = instance.home.path / "check-exact"
    folder.mkdir()
    seq = instance.published()
    made = census_of_rebuilt(instance, folder, seq, access.clock(), lambda *_: None)
    assert made == tuple(census(instance.snapshots.view(each)) for each in Clearance)
    heads = {Exact.of(instance.snapshots.view(each).path) for each in Clearance}
    assert None not in heads


def test_putting_the_same_again_changes_nothing(access: Access) -> None:
    """What is sent is compared with what is kept."""
    before = access.instance.ledger.last()
    assert store(access, "POST", SAID).status_code in {200, 204}
    assert access.instance.ledger.last() == before


HIDDEN = (
    "SELECT (STR(DATATYPE(?o)) AS ?x) { ?s ?p ?o }",
    "SELECT ?x { ?s ?p ?o BIND(DATATYPE(?o) AS ?x) }",
    "SELECT (MD5(STR(DATATYPE(MAX(?o)))) AS ?x) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (CONCAT(STR(?o), '') AS ?x) { ?s ?p ?o }",
    "SELECT (STR(DATATYPE(COALESCE(?z, ?o))) AS ?x) { ?s ?p ?o }",
    "SELECT (STR(DATATYPE(IF(true, ?o, 1))) AS ?x) { ?s ?p ?o }",
    "SELECT (STR(DATATYPE(?y)) AS ?x) { { SELECT (SAMPLE(?o) AS ?y) { ?s ?p ?o } GROUP BY ?p } }",
    "SELECT DISTINCT ?x { GRAPH ?g { ?s ?p ?o } BIND(STR(DATATYPE(?o)) AS ?x) }",
)


@pytest.mark.parametrize("text", HIDDEN)
def test_nobody_is_shown_how_they_are_laid(access: Access, text: str) -> None:
    """So nobody can send anything that would be taken for it."""
    exact = Exact.of(access.instance.snapshots.view(Clearance.OPEN).path)
    assert exact
    lengths = {len(each) for (each,) in rows(access, text)}
    assert exact.head.encode() not in asked(access, PREFIX + text)
    assert lengths
    starts = f"{text[: text.rindex('}')]} FILTER(STRSTARTS(STR(DATATYPE(?o)), 'urn:')) }}"
    if text.endswith("}") and "GROUP" not in text:
        assert rows(access, starts) == []


def test_what_is_sent_under_such_a_name_stays_what_it_is(access: Access) -> None:
    """A type or a text that looks like ours is another's: ours is drawn by lot."""
    other = f"urn:{'0' * 28}:byte"
    data = f'<{THING}> :a "7"^^<{other}> ; :b "{other}" ; :c "x\\"7\\"^^<{XSD}byte>"'
    change = update(access, f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {data} }} }}").json["change"]
    found = rows(
        access, f"SELECT ?a ?b ?c (DATATYPE(?a) AS ?d) {{ <{THING}> :a ?a ; :b ?b ; :c ?c }}"
    )
    assert found == [["7", other, f'x"7"^^<{XSD}byte>', other]]
    undo(access.instance.ledger, change, at=access.clock(), actor="test", reason="test")
    access.instance.settle(access.clock())


def test_a_text_that_is_not_read_is_refused_there(access: Access) -> None:
    """A wrong answer would look like a right one; what is malformed is told as ever."""
    for text, told in (
        ("SELECT * { << ?s ?p ?o >> ?q ?r }", "derived"),
        ("SELECT * { ?s ?p", "expected"),
    ):
        answer = access.app.test_client().post("/sparql", data={"query": text})
        assert answer.status_code == 400
        assert "line 1" in answer.text, told


def test_pages_open_that_show_them(access: Access) -> None:
    """The entry's page, its other forms and the catalogue."""
    client = access.app.test_client()
    assert client.get("/dataset/jtw-exact").status_code == 200
    turtle = client.get("/dataset/jtw-exact.ttl")
    said = {quad.object for quad in parse(turtle.data, RdfFormat.TURTLE)}
    assert set(SENT.values()) <= said
