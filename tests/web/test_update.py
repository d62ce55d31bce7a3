"""Update and the Graph Store Protocol: who may, what lands, what is refused, what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pyoxigraph import NamedNode
from werkzeug.test import TestResponse

from graph.ledger.ledger import undo
from ontology.clearance import Clearance
from tests import town
from tests.access import Access, access_to

UPDATE = "application/sparql-update"
TTL = "text/turtle"
GRAPH = f"{town.BASE}/id/source/jtw"
THING = f"{town.BASE}/id/dataset/jtw-written"
OF_DCAT = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
DATASET = f'<{THING}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "写入"@zh .'
INSERT = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {DATASET} }} }}"


@pytest.fixture
def access(tmp_path: Any) -> Iterator[Access]:
    made = access_to(tmp_path, pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


def update(access: Access, text: str, owner: str = "steward", **more: Any) -> TestResponse:
    headers = access.token(owner, "update", "read:shared") if owner else {}
    asked = {"data": text, "content_type": UPDATE, "headers": headers}
    return access.app.test_client().post("/sparql", **(asked | more))


def store(access: Access, method: str, path: str, body: object = b"", **more: Any) -> TestResponse:
    headers = access.token("steward", "write:store", "read:shared")
    asked = {"method": method, "data": body, "headers": headers, "content_type": TTL}
    return access.app.test_client().open(path, **(asked | more))


def lines(access: Access, clearance: Clearance = Clearance.OPEN) -> set[str]:
    """Give all quads that a view holds."""
    view = access.instance.snapshots.view(clearance)
    return {str(each) for each in view.store}


def about(access: Access, iri: str = THING) -> list[str]:
    return sorted(each for each in lines(access) if each.startswith(f"<{iri}>"))


def test_an_update_lands_as_one_change_that_can_be_taken_back(access: Access) -> None:
    """It stands in its graph and once in the merge; undone, everything is as it was."""
    before = lines(access)
    answer = update(access, INSERT)
    assert answer.status_code == 200, answer.text
    number = answer.json["change"]
    assert number == access.instance.ledger.last() == int(answer.headers["X-Govgraph-Change"])
    assert f'<{THING}> <http://purl.org/dc/terms/title> "写入"@zh' in about(access)
    assert access.instance.ledger.change(number).kind == "update"
    assert access.client().get("/dataset/jtw-written").status_code == 200
    undo(access.instance.ledger, number, at=access.clock(), actor="test", reason="test")
    access.instance.settle(access.clock())
    assert lines(access) == before


def test_what_was_removed_whole_is_gone_for_good_reason(access: Access) -> None:
    """Its address answers 410, as after every other change."""
    update(access, INSERT)
    whole = f"GRAPH <{GRAPH}> {{ ?s ?p ?o }}"
    title = f"DELETE {{ {whole} }} WHERE {{ {whole} FILTER(?s = <{THING}>) }}"
    answer = update(access, title)
    assert answer.status_code == 200, answer.text
    assert about(access) == []
    assert access.client().get("/dataset/jtw-written").status_code == 410


def test_an_entry_changes_and_keeps_its_history(access: Access) -> None:
    """The difference is kept, and the catalogue record is dated anew."""
    update(access, INSERT)
    title = "?p = <http://purl.org/dc/terms/title>"
    where = f"?s ?p ?o FILTER(?s = <{THING}> && {title})"
    change = (
        f'WITH <{GRAPH}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p "又写"@zh }} WHERE {{ {where} }}'
    )
    answer = update(access, change)
    assert answer.status_code == 200, answer.text
    found = access.instance.ledger.history(iri=THING, clearance=Clearance.GOVERNANCE)
    assert [each.action for each in found] == ["changed", "new"]
    assert found[0].diff is not None
    assert any('"又写"@zh' in line for _, line in found[0].diff.added)
    assert any(each.endswith('"又写"@zh') for each in about(access))


def test_what_was_replayed_is_what_was_kept(access: Access) -> None:
    """A keeper that begins with nothing lays the same stores from the ledger."""
    said = f'<{THING}> <http://purl.org/dc/terms/description> "一"@zh , "二"@zh'
    update(access, f"{INSERT} ; INSERT DATA {{ GRAPH <{GRAPH}> {{ {said} }} }}")
    kept = lines(access, Clearance.GOVERNANCE)
    from graph.views.keeper import Keeper  # noqa: PLC0415 - only here

    keeper = Keeper(access.instance.home, access.instance.ledger)
    keeper.start(afresh=True)
    keeper.catch_up(access.clock())
    laid = {str(each) for each in keeper.views[2].store}
    keeper.close()
    assert laid == kept


def test_a_blank_node_gets_a_name_of_its_own(access: Access) -> None:
    """The same each time, so that putting it twice differs in nothing."""
    said = f'<{THING}> <http://purl.org/dc/terms/temporal> [ <http://e/from> "2020" ]'
    text = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {DATASET} {said} }} }}"
    answer = update(access, text)
    assert answer.status_code == 200, answer.text
    assert not any("_:" in each for each in lines(access))
    assert update(access, text).json["change"] is None


REFUSED = {
    "no graph": (f"INSERT DATA {{ {DATASET} }}", 400),
    "no source's graph": (INSERT.replace("source/jtw", "source/none"), 400),
    "foreign graph": (INSERT.replace(GRAPH, "http://e/g"), 400),
    "reference": (INSERT.replace("source/jtw", "source/reference"), 400),
    "a record": (INSERT.replace("dataset/jtw-written", "record/jtw-written"), 400),
    "malformed": ("INSERT DATA { ?s ?p", 400),
    "a query": ("ASK { ?s ?p ?o }", 400),
    "load": (f"LOAD <http://127.0.0.1/> INTO GRAPH <{GRAPH}>", 400),
    "another's graph": (INSERT.replace("source/jtw", "source/mzj"), 403),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_be_written_is_refused_and_nothing_lands(access: Access, name: str) -> None:
    """With the status that belongs to it."""
    text, status = REFUSED[name]
    before = access.instance.ledger.last()
    answer = update(access, text)
    assert answer.status_code == status, answer.text
    assert access.instance.ledger.last() == before


def test_who_may_not_is_told_so(access: Access) -> None:
    """A visitor, a cataloguer, and a token made for something else."""
    assert update(access, INSERT, "").status_code == 403
    assert update(access, INSERT, "cataloguer").status_code == 403
    weak = access.token("steward", "query")
    assert update(access, INSERT, headers=weak).status_code == 403
    session = access.signed_in("steward").browser
    away = {"Sec-Fetch-Site": "cross-site"}
    asked = session.post("/sparql", data=INSERT, content_type=UPDATE, headers=away)
    assert asked.status_code == 403
    assert (
        access.app.test_client().get("/sparql", query_string={"update": INSERT}).status_code == 400
    )


def test_an_update_comes_as_a_form_too(access: Access) -> None:
    """And not together with a query."""
    headers = access.token("administrator", "update")
    client = access.app.test_client()
    assert client.post("/sparql", data={"update": INSERT}, headers=headers).status_code == 200
    both = {"update": INSERT, "query": "ASK {}"}
    assert client.post("/sparql", data=both, headers=headers).status_code == 400


def test_a_graph_is_put_read_added_to_and_taken_away(access: Access) -> None:
    """Directly by its address and by parameter; every status as the protocol has it."""
    own = "/store/jtw"
    before = store(access, "GET", own)
    assert before.status_code == 200
    assert before.mimetype == TTL
    added = store(access, "POST", f"/store?graph={GRAPH}", DATASET.encode())
    assert added.status_code == 204, added.text
    assert int(added.headers["X-Govgraph-Change"]) == access.instance.ledger.last()
    assert about(access)
    put = store(access, "PUT", own, before.data)
    assert put.status_code == 204, put.text
    assert about(access) == []
    assert store(access, "HEAD", own).status_code == 200
    assert store(access, "GET", "/store?default").status_code == 200
    assert store(access, "DELETE", own).status_code == 204
    assert not any(
        f"<{GRAPH}>" in each and "/dataset/" in each.split(" ")[0] for each in lines(access)
    )


def test_files_come_in_a_form(access: Access) -> None:
    """Several, each with its own type."""
    second = f'<{THING}> <http://purl.org/dc/terms/description> "二"@zh .'
    files = {
        "a": (BytesIO(DATASET.encode()), "a.ttl", TTL),
        "b": (BytesIO(second.encode()), "b.nt", "application/n-triples"),
    }
    answer = store(access, "POST", "/store/jtw", files, content_type="multipart/form-data")
    assert answer.status_code == 204, answer.text
    assert any('"二"@zh' in each for each in about(access))


@pytest.mark.parametrize(
    ("method", "path", "media", "body", "status"),
    [
        ("GET", "/store", TTL, b"", 400),
        ("GET", "/store?default&graph=http://e/g", TTL, b"", 400),
        ("GET", "/store?graph=http://e/none", TTL, b"", 404),
        ("PUT", "/store?graph=http://e/none", TTL, b"", 400),
        ("POST", "/store?default", TTL, DATASET.encode(), 400),
        ("POST", "/store", TTL, DATASET.encode(), 403),
        ("PUT", "/store", TTL, DATASET.encode(), 400),
        ("PATCH", "/store/jtw", TTL, b"", 405),
        ("PUT", "/store/jtw", "text/csv", b"a,b", 415),
        ("PUT", "/store/jtw", TTL, b"<a> <b", 400),
        ("PUT", "/store/mzj", TTL, DATASET.encode(), 403),
    ],
)
def test_the_store_refuses_with_the_right_status(  # noqa: PLR0913, PLR0917 - a row of a table
    access: Access, method: str, path: str, media: str, body: bytes, status: int
) -> None:
    """And writes nothing."""
    before = access.instance.ledger.last()
    answer = store(access, method, path, body, content_type=media)
    assert answer.status_code == status, answer.text
    assert access.instance.ledger.last() == before


def test_a_graph_sent_without_a_name_is_given_one(access: Access) -> None:
    """5.5: 201, and Location leads to it; the next one gets another name."""
    client, headers = access.app.test_client(), access.token("administrator", "write:store")

    def sent(text: str) -> TestResponse:
        return client.post("/store", data=text, headers=headers, content_type=TTL)

    first, second = sent(DATASET), sent(DATASET.replace("jtw-written", "jtw-written-2"))
    assert (first.status_code, second.status_code) == (201, 201), first.text
    place = first.headers["Location"].removeprefix(town.BASE)
    assert place != second.headers["Location"].removeprefix(town.BASE)
    assert place.startswith("/store/given-")
    read = client.get(place, headers={"Accept": "application/n-triples"})
    assert f'<{THING}> <http://purl.org/dc/terms/title> "写入"@zh' in read.text
    assert client.delete(place, headers=headers).status_code == 204
    assert client.get(place).status_code == 404, "what the catalogue said of it went along"
    assert sent("").status_code == 204, "an empty graph is none"


def test_a_graph_is_put_where_there_was_none_and_taken_away_whole(access: Access) -> None:
    """5.3: 201, read back; 5.4: 404 from then on; undone, it is there as it was; put again, 201."""
    client, headers = access.app.test_client(), access.token("administrator", "write:store")
    place, lines_only = "/store/given-aaaabbbbcccc", {"Accept": "application/n-triples"}

    def send(method: str, text: str = "") -> TestResponse:
        return client.open(place, method=method, data=text, headers=headers, content_type=TTL)

    assert client.get(place).status_code == 404
    put = send("PUT", DATASET)
    assert put.status_code == 201, put.text
    assert put.headers["Location"].removeprefix(town.BASE) == place
    whole = client.get(place, headers=lines_only)
    assert f'<{THING}> <http://purl.org/dc/terms/title> "写入"@zh' in whole.text
    assert send("PUT", DATASET.replace("写入", "再写")).status_code == 204
    assert "再写" in client.get(place, headers=lines_only).text

    gone = send("DELETE")
    assert gone.status_code == 204, gone.text
    assert client.get(place).status_code == 404
    assert client.head(place).status_code == 404
    assert send("DELETE").status_code == 404
    assert not any("given-aaaabbbbcccc" in each for each in lines(access))
    seq = int(gone.headers["X-Govgraph-Change"])
    by = {"at": town.NOON, "actor": "steward", "reason": "by mistake"}
    undo(access.instance.ledger, seq, **by)  # type: ignore[arg-type]
    access.instance.settle(town.NOON)
    back = client.get(place, headers=lines_only).text
    assert set(back.splitlines()) == set(whole.text.replace("写入", "再写").splitlines())

    assert send("PUT").status_code == 204, "nothing in its place is to take it away"
    assert client.get(place).status_code == 404
    assert send("PUT", DATASET).status_code == 201


def test_of_a_graph_what_the_catalogue_says_itself_stays_while_anything_does(
    access: Access,
) -> None:
    """Entries, and what is told of the loads that came before, keep its description."""
    update(access, f"DELETE WHERE {{ GRAPH <{GRAPH}> {{ <{GRAPH}> ?p ?o }} }}", "administrator")
    assert about(access, GRAPH)
    assert store(access, "DELETE", "/store/jtw").status_code == 204
    assert about(access, GRAPH), "loads were recorded in it"


def test_a_graph_is_given_in_the_form_asked_for(access: Access) -> None:
    """Or not at all."""
    client = access.app.test_client()
    given = client.get("/store/jtw", headers={"Accept": "application/n-triples"})
    assert given.mimetype == "application/n-triples"
    assert client.get("/store/jtw", headers={"Accept": "image/png"}).status_code == 406


def test_a_visitor_reads_of_a_graph_what_is_open(access: Access) -> None:
    """The view decides, here as everywhere."""
    headers = {"Accept": "application/n-triples"}
    given = access.app.test_client().get("/store/jtw", headers=headers).text.splitlines()
    view = access.instance.snapshots.view(Clearance.OPEN)
    held = view.store.quads_for_pattern(None, None, None, NamedNode(GRAPH))
    assert sorted(given) == sorted(f"{each.triple} ." for each in held)


# A default graph that stands apart ----------------------------------------------------------------

ADMIN = "administrator"
PLACE = "http://e/place"
SAID = f'<{PLACE}> <http://e/said> "apart" .'
OWN = f"{town.BASE}/id/source/default"


@pytest.fixture
def apart(tmp_path: Any) -> Iterator[Access]:
    made = access_to(tmp_path / "apart", pool=True, default_graph="apart")
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


def asked(access: Access, text: str, **more: str) -> list[dict[str, str]]:
    """Ask as a stranger, at the door."""
    answer = access.app.test_client().get("/sparql", query_string={"query": text, **more})
    assert answer.status_code == 200, answer.text
    rows = answer.get_json(force=True)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def as_admin(access: Access, text: str, **more: Any) -> TestResponse:
    answer = update(access, text, ADMIN, **more)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_default_graph_apart_holds_what_is_written_to_it_and_nothing_else(apart: Access) -> None:
    """Named graphs are asked by name; the merge is still had by its own; pages see everything."""
    anything, what = "SELECT * { ?s ?p ?o } LIMIT 9", "SELECT ?o { ?s <http://e/said> ?o }"
    assert asked(apart, anything) == []
    as_admin(apart, f"INSERT DATA {{ {SAID} }}")
    assert asked(apart, what) == [{"o": "apart"}]
    assert len(asked(apart, anything)) < 9, "the entry and what is said of it, no other source's"
    assert len(asked(apart, anything, **{"default-graph-uri": f"{town.BASE}/sparql#merge"})) == 9
    assert asked(apart, f"SELECT ?s {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} LIMIT 1")
    assert asked(apart, f"SELECT ?s FROM <{GRAPH}> {{ ?s ?p ?o }} LIMIT 1")
    by_name = "SELECT DISTINCT ?g { GRAPH ?g { ?s <http://e/said> ?o } }"
    assert asked(apart, by_name) == [], "the default graph has no name"
    assert asked(apart, by_name.replace("<http://e/said>", "a"))
    assert apart.client().get("/dataset/jtw-0001").status_code in {200, 404}


def test_an_update_of_a_default_graph_apart_is_as_the_standard_has_it(apart: Access) -> None:
    """Templates and patterns without GRAPH mean it; WITH and GRAPH mean the named ones."""
    as_admin(apart, f"INSERT DATA {{ {SAID} }}")
    where = "WHERE { ?s <http://e/said> ?o }"
    as_admin(apart, 'DELETE { ?s ?p ?o } INSERT { ?s ?p "moved" } WHERE { ?s ?p ?o '
                    "FILTER(?p = <http://e/said>) }")  # fmt: skip
    assert asked(apart, f"SELECT ?o {where}") == [{"o": "moved"}]
    none = f"WITH <{GRAPH}> INSERT {{ ?s <http://e/again> ?o }} {where}"
    assert as_admin(apart, none).json["change"] is None
    as_admin(apart, "DELETE WHERE { ?s <http://e/said> ?o }")
    assert asked(apart, f"SELECT ?o {where}") == []
    assert update(apart, f"INSERT DATA {{ {SAID} }}", "steward").status_code == 403


def test_the_store_has_a_default_graph_apart(apart: Access) -> None:
    """It is always there, be it empty; what is put to it is what is read from it."""
    headers = apart.token(ADMIN, "write:store", "read:shared")

    def send(method: str, body: str = "") -> TestResponse:
        sent = {"data": body.encode(), "content_type": TTL, "headers": headers}
        return apart.app.test_client().open("/store?default", method=method, **sent)

    assert send("GET").status_code == 200
    assert send("GET").data == b""
    put = send("PUT", SAID)
    assert put.status_code == 204, put.text
    assert b"apart" in send("GET").data
    assert send("POST", f'<{PLACE}> <http://e/said> "more" .').status_code == 204
    assert b"more" in send("GET").data
    assert send("DELETE").status_code == 204
    assert b"/place" not in send("GET").data


def test_the_description_says_which_default_graph_there_is(apart: Access, access: Access) -> None:
    """A union default graph is a feature; one apart is the usual, and is not listed by name."""
    as_admin(apart, f"INSERT DATA {{ {SAID} }}")

    def described(of: Access) -> str:
        return of.app.test_client().get("/sparql", headers={"Accept": "text/turtle"}).text

    assert "UnionDefaultGraph" in described(access)
    assert "UnionDefaultGraph" not in described(apart)
    assert f"<{OWN}>" not in described(apart)


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/api/query/names", "application/json"),
        ("/store?graph=x:y", "application/ld+json"),
    ],
)
def test_a_stranger_cannot_make_the_house_hold_more_than_a_form(
    access: Access, path: str, media: str
) -> None:
    """The body is refused, or not read at all; before, it was held whole to look for a token."""
    held = BytesIO(b"x" * 1_000)
    access.app.config["MAX_CONTENT_LENGTH"] = 100
    answer = access.app.test_client().post(
        path, input_stream=held, content_length=1_000, content_type=media
    )

    assert answer.status_code in {403, 413}
    assert held.tell() <= 100


def test_who_may_write_may_send_as_much_as_is_set(access: Access) -> None:
    access.app.config["MAX_CONTENT_LENGTH"] = 100
    answer = store(access, "PUT", f"/store?graph={GRAPH}", DATASET.encode() + b"# more" * 50)

    assert answer.status_code in {201, 204}, answer.text


def test_the_description_tells_of_updates_to_who_may_send_one(access: Access) -> None:
    client, turtle = access.app.test_client(), {"Accept": TTL}
    told = client.get(
        "/sparql", headers=access.token("steward", "update", "query", "read:shared") | turtle
    )
    reading = client.get(
        "/sparql", headers=access.token("steward", "query", "read:shared") | turtle
    )

    assert "SPARQL11Update" in told.text
    assert "SPARQL11Update" not in reading.text
    assert "SPARQL11Update" not in client.get("/sparql", headers=turtle).text
