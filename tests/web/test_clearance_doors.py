"""Which view a request reads follows from the person alone: every route and query door, as everyone.

A secret is any text that stands in a stricter view and nowhere in the reader's own: addresses of
internal systems, risk notes, internal contacts' phones, entries kept to the city's office.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote_plus, urlencode

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Store
from werkzeug.routing import Rule

from graph.ledger.entries import Delivery
from graph.views.snapshots import Snapshots
from ontology.clearance import Clearance
from ontology.people import Grant, Role
from ontology.terms import GOV
from tests import town
from tests.access import Access, access_to
from tests.catalogue import dataset

OPEN, SHARED, GOVERNANCE = Clearance
READERS = {
    "": OPEN,
    "developer": OPEN,
    "cataloguer": SHARED,
    "approver": SHARED,
    "steward": SHARED,
    "district-reviewer": SHARED,
    "cataloguer-of-another": SHARED,
    "reviewer": GOVERNANCE,
    "sharing-officer": GOVERNANCE,
    "openness-officer": GOVERNANCE,
    "auditor": GOVERNANCE,
    "administrator": GOVERNANCE,
}
SHORTEST = 8  # characters: shorter texts stand anywhere by chance
QUERIES = (
    "SELECT * WHERE { ?s ?p ?o }",
    "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * FROM <http://127.0.0.1:8000/id/source/jtw> WHERE { ?s ?p ?o }",
    "SELECT ?o WHERE { ?s <https://w3id.org/govgraph/ns#internalAddress> ?o }",
    "SELECT ?o WHERE { ?s <https://w3id.org/govgraph/ns#riskNote> ?o }",
    "SELECT ?o WHERE { ?s !<x:> ?o FILTER isLiteral(?o) }",
)


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("doors"), pool=True)
    made.add("district-reviewer", Grant(Role.REVIEWER, "310104"))
    made.add("cataloguer-of-another", Grant(Role.CATALOGUER, "zjw"))
    town.load(made.instance, "risks", [with_a_risk()], town.NOON)
    made.instance.settle(town.NOON)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


def with_a_risk() -> Delivery:
    """Give an open dataset that somebody wrote a risk note on."""
    delivery = dataset("risks-0001", "桥梁荷载检测结果")
    entry = delivery.entry
    assert entry
    note = f'<{entry.iri}> {GOV.riskNote} "主桥三号墩数据可被推断"@zh .'
    lines = {**entry.lines, GOVERNANCE: (note,)}
    return Delivery(entry=replace(entry, lines=lines))


def texts(store: Store) -> set[str]:
    """Give every literal and name in a view."""
    found = set()
    for quad in store.quads_for_pattern(None, None, None, None):
        found.update(
            term.value
            for term in (quad.subject, quad.object)
            if isinstance(term, Literal | NamedNode)
        )
    return found


@cache
def views(folder: str) -> dict[Clearance, set[str]]:
    held = Snapshots(Path(folder))
    return {each: texts(held.view(each).store) for each in Clearance}


def secrets(access: Access, clearance: Clearance) -> set[str]:
    """Give what a reader of that clearance must never be told."""
    held = views(str(access.instance.home.snapshots))
    whole = "\n".join(held[clearance])
    return {
        text
        for text in held[GOVERNANCE] - held[clearance]
        if len(text) >= SHORTEST and not is_word(text) and text not in whole
    }


def own(access: Access, name: str, path: str) -> set[str]:
    """Give what the pages of cataloguing may show although the view has it not.

    A department sees its own entries whatever their clearance (`READ_ENTRY` in the law), there alone.
    What is kept about a person tells the addresses that they asked for, as they asked.
    """
    if path == "/account/data.json":
        asked = "\n".join(map(unquote_plus, addresses(access)))
        return {each for each in secrets(access, READERS[name]) if each in asked}
    holders = {each.holder for each in access.accounts.person(name).grants if each.holder}
    if not path.startswith("/cataloguing"):
        return set()
    store = access.instance.snapshots.view(GOVERNANCE).store
    graphs = [NamedNode(f"{town.BASE}/id/source/{holder}") for holder in holders]
    quads = [quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)]
    found = {quad.object.value for quad in quads if isinstance(quad.object, Literal | NamedNode)}
    return found | {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def is_word(text: str) -> bool:
    """Say whether a text is a plain English word (a field's name): such stand in any page."""
    return text.isascii() and text.isalpha()


def marked(access: Access) -> dict[str, set[str]]:
    """Give the secrets that the brief of this test names, by kind."""
    store = access.instance.snapshots.view(GOVERNANCE).store
    found = {
        name: {
            quad.object.value
            for quad in store.quads_for_pattern(None, NamedNode(str(term.value)), None, None)
        }
        for name, term in (("address", GOV.internalAddress), ("risk", GOV.riskNote))
    }
    internal = store.quads_for_pattern(None, None, GOV.InternalContact, None)
    subjects = {quad.subject for quad in internal}
    found["phone"] = {
        quad.object.value
        for subject in subjects
        for quad in store.quads_for_pattern(subject, None, None, None)
        if "Telephone" in quad.predicate.value or "Email" in quad.predicate.value
    }
    kept = access.instance.ledger.entries_of
    found["entry"] = {
        each.title
        for source in ("jtw", "zjw", "gaj", "rsj", "wjw", "fgw", "jyw", "mzj")
        for each in kept(source).values()
        if each.live and each.clearance is GOVERNANCE
    }
    return found


def codes(access: Access, clearance: Clearance) -> list[tuple[str, str]]:
    """Give kind and code of live entries that are exactly that strict."""
    found = []
    for source in ("jtw", "zjw", "gaj", "rsj", "wjw", "fgw", "jyw", "mzj", "reference"):
        kept = access.instance.ledger.entries_of(source).values()
        found += [
            (each.kind, each.code) for each in kept if each.live and each.clearance is clearance
        ]
    return found


def test_the_town_has_secrets_to_keep(access: Access) -> None:
    """A walk that looks for nothing would find nothing."""
    kinds = marked(access)

    assert all(kinds.values()), {name: len(found) for name, found in kinds.items()}
    assert len(secrets(access, OPEN)) > len(secrets(access, SHARED)) > 5
    assert secrets(access, GOVERNANCE) == set()
    for found in kinds.values():
        assert found & secrets(access, OPEN)


def addresses(access: Access) -> Iterator[str]:
    """Give an address for every GET route, and more where secrets might stand."""
    strict = [*codes(access, GOVERNANCE), *codes(access, SHARED)]
    shown = [("system", "jtw-bus"), ("dataset", "jtw-0001"), ("department", "jtw"), *strict[:40]]
    for rule in access.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield from filled(rule, shown)
    for kind, code in shown:
        for ending in ("", ".ttl", ".rdf", ".jsonld", ".nt", ".json"):
            yield f"/{kind}/{quote(code)}{ending}"
        yield f"/thing?{urlencode({'iri': f'http://127.0.0.1:8000/id/{kind}/{code}', 'as': 'ttl'})}"
    words = sorted(text for text in secrets(access, OPEN) if len(text) < 40)
    for text in words[::3][:60]:
        yield f"/search?{urlencode({'q': text})}"
        yield f"/search.json?{urlencode({'q': text})}"
        yield f"/api/suggest?{urlencode({'q': text[:12]})}"
    for number in range(1, 4):
        yield f"/search.json?page={number}"


def filled(rule: Rule, shown: list[tuple[str, str]]) -> Iterator[str]:
    """Give addresses of a rule, with real kinds and codes where it takes them."""
    path = rule.rule
    if not rule.arguments:
        yield path
        return
    for kind, code in shown:
        made = "".join(
            part if not dynamic else {"kind": kind, "code": quote(code)}.get(part, "1")
            for dynamic, part in rule._trace
        ).split("|", 1)[-1]
        yield made


def told(client: FlaskClient, path: str, head: dict[str, str]) -> str:
    """Give everything that a path answers: body and headers, unescaped where JSON."""
    answer = client.get(path, headers={"Accept": "text/html", **head})
    body = answer.get_data().decode("utf-8", "replace")
    if answer.mimetype.endswith("json"):
        body += json.dumps(json.loads(body), ensure_ascii=False) if body.strip() else ""
    return f"{body}\n{answer.headers}"


def leaked(text: str, hidden: set[str], asked: str) -> set[str]:
    """Give the secrets in an answer that were not in the question."""
    return {each for each in hidden if each in text and each not in asked}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, sees in READERS.items() if sees is not GOVERNANCE])
def test_no_route_tells_a_reader_what_their_view_has_not(access: Access, name: str) -> None:
    client = access.signed_in_or_anyone(name)
    hidden = secrets(access, READERS[name])
    asked = list(dict.fromkeys(addresses(access)))
    assert len(asked) > 200

    found = {
        path: sorted(leak)[:3]
        for path in asked
        if (
            leak := leaked(told(client.browser, path, {}), hidden, unquote_plus(path))
            - own(access, name, path)
        )
    }

    assert found == {}


def test_the_walk_would_see_what_it_looks_for(access: Access) -> None:
    """The same looking finds the secrets in the pages of those who may read them."""
    office, path = access.signed_in("reviewer"), "/system/jtw-bus"
    seen = leaked(told(office.browser, path, {}), secrets(access, OPEN), path)

    assert seen & marked(access)["address"]
    assert leaked(told(office.browser, "/dataset/risks-0001", {}), marked(access)["risk"], "")


@pytest.mark.parametrize("name", READERS)
def test_every_feed_page_holds_only_the_reader_s_view(access: Access, name: str) -> None:
    client, hidden = access.signed_in_or_anyone(name), secrets(access, READERS[name])
    for suffix in ("ttl", "nt", "jsonld", "rdf"):
        path: str | None = f"/catalog.{suffix}"
        for _page in range(20):
            assert path
            answer = client.browser.get(path)
            assert leaked(answer.text, hidden, "") == set()
            links = answer.headers.get("Link", "")
            more = [part for part in links.split(", ") if 'rel="next"' in part]
            path = more[0].split(">")[0][1:] if more else None
            if path is None:
                break


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("query", QUERIES)
def test_no_query_reaches_beyond_the_reader_s_view(access: Access, name: str, query: str) -> None:
    client, hidden = access.signed_in_or_anyone(name), secrets(access, READERS[name])
    for method in ("get", "post"):
        data = {"query": query} if method == "post" else None
        path = "/sparql" if data else f"/sparql?{urlencode({'query': query})}"
        answer = getattr(client.browser, method)(
            path,
            data=data,
            headers={"Accept": "text/csv, text/turtle", "Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 200, answer.text
        assert leaked(answer.text, hidden, query) == set()
        if READERS[name] is GOVERNANCE and query == QUERIES[4]:
            assert set(marked(access)["address"]) <= set(answer.text.split("\r\n"))


def test_a_query_in_the_page_for_people_reads_the_same_view(access: Access) -> None:
    path = f"/query?{urlencode({'query': QUERIES[4]})}"
    address = next(iter(marked(access)["address"]))

    assert address in access.signed_in("reviewer").get(path).text
    for name in ("", "developer", "steward"):
        assert address not in access.signed_in_or_anyone(name).get(path).text


def test_a_post_from_another_site_reads_only_what_is_open(access: Access) -> None:
    """`/sparql` takes no form's hidden field: there a browser's session counts from our pages only."""
    hand = access.signed_in("reviewer")
    data = {"query": QUERIES[4]}
    ours = {"Accept": "text/csv", "Origin": "http://localhost"}
    theirs = {"Accept": "text/csv", "Origin": "https://evil.example"}
    assert len(hand.browser.post("/sparql", data=data, headers=ours).text.split()) > 1

    assert hand.browser.post("/sparql", data=data, headers=theirs).text.split() == ["o"]


# Keeping and telling apart -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/search", "/dataset/jtw-0001", "/dataset/jtw-0001.ttl", "/catalog.ttl"]
)
def test_answers_of_signed_in_readers_are_theirs_alone(access: Access, path: str) -> None:
    anyone = access.client().get(path)
    signed = access.signed_in("steward").get(path)
    office = access.signed_in("reviewer").get(path)

    assert signed.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization"} <= set(anyone.headers["Vary"].split(", "))
    tags = {answer.headers["ETag"] for answer in (anyone, signed, office)}
    assert len(tags) == 3
    again = access.client().get(path, headers={"If-None-Match": office.headers["ETag"]})
    assert again.status_code == 200


def test_answers_to_queries_differ_in_their_tag_too(access: Access) -> None:
    path = f"/sparql?{urlencode({'query': 'SELECT * WHERE { ?s ?p ?o } LIMIT 1'})}"
    head = {"Accept": "text/csv"}
    tags = {
        access.signed_in_or_anyone(name).browser.get(path, headers=head).headers["ETag"]
        for name in ("", "steward", "reviewer")
    }

    assert len(tags) == 3


# Tokens --------------------------------------------------------------------------------------------

ASK = f"/sparql?{urlencode({'query': QUERIES[4]})}"


def rows_of(access: Access, head: dict[str, str]) -> int:
    answer = access.client().browser.get(ASK, headers={"Accept": "text/csv", **head})
    assert answer.status_code == 200, answer.text
    return len(answer.text.strip().split("\r\n")) - 1


def test_a_token_opens_what_its_scopes_say_and_its_owner_may(access: Access) -> None:
    whole = rows_of(access, access.token("reviewer", "query", "read:governance"))

    assert whole > 0
    assert rows_of(access, access.token("reviewer", "query")) == 0
    assert rows_of(access, access.token("reviewer", "query", "read:shared")) == 0
    assert rows_of(access, access.token("steward", "query", "read:governance")) == 0
    assert rows_of(access, access.token("developer", "query", "read:governance")) == 0


def test_a_token_reads_pages_and_feeds_with_its_clearance(access: Access) -> None:
    kind, code = codes(access, GOVERNANCE)[0]
    path = f"/{kind}/{quote(code)}.ttl"
    head = access.token("reviewer", "read:governance")

    assert access.client().browser.get(path).status_code == 404
    answer = access.client().browser.get(path, headers=head)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert access.client().browser.get("/catalog.ttl", headers=head).status_code == 200


def test_a_token_without_the_scope_is_told_which_it_needs(access: Access) -> None:
    answer = access.client().browser.get(ASK, headers=access.token("reviewer", "read:shared"))

    assert answer.status_code == 403
    assert 'error="insufficient_scope", scope="query"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("text", ["gov_aaaaaaaa_" + "x" * 43, "gov_x", "nonsense", ""])
@pytest.mark.parametrize("path", [ASK, "/", "/catalog.ttl", "/dataset/jtw-0001.ttl"])
def test_a_bad_token_is_refused_everywhere(access: Access, text: str, path: str) -> None:
    answer = access.client().browser.get(path, headers={"Authorization": f"Bearer {text}"})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="govgraph"')
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_flood_of_bad_tokens_does_not_fill_the_trail(access: Access) -> None:
    before = access.accounts.audit.anchor().seq
    client = access.client().browser
    for _turn in range(100):
        assert client.get("/", headers={"Authorization": "Bearer gov_x"}).status_code == 401

    assert access.accounts.audit.anchor().seq - before <= 60


def test_a_token_ends_with_its_time_its_revocation_and_its_owner(access: Access) -> None:
    access.add("passing", Grant(Role.REVIEWER))
    head = access.token("passing", "query", "read:governance")
    assert rows_of(access, head) > 0
    access.accounts.set_active("passing", active=False, now=access.clock())
    assert access.client().browser.get(ASK, headers=head).status_code == 401
    access.accounts.set_active("passing", active=True, now=access.clock())
    held = access.accounts.get("passing").grants[0]
    access.accounts.take("passing", held.number, by="test", now=access.clock())
    assert rows_of(access, head) == 0, "a token shrinks with its owner at once"
    prefix = head["Authorization"].split("_")[1]
    access.accounts.tokens.revoke(prefix, by="test", now=access.clock())

    assert access.client().browser.get(ASK, headers=head).status_code == 401


def test_a_token_is_not_a_session(access: Access) -> None:
    """What is done in person cannot be done by a program."""
    head = access.token("administrator", "read:governance", "query", "read:audit")

    assert access.client().browser.get("/account", headers=head).status_code == 403
    assert access.client().browser.get("/people", headers=head).status_code == 403
    assert access.client().browser.get("/audit.json", headers=head).status_code == 200
