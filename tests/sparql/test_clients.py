"""Real clients over a real connection: SPARQLWrapper, rdflib's store, pandas, comunica.

Comunica is taken where it is installed (`npm install -g @comunica/query-sparql`, or what starts it in
GOVGRAPH_COMUNICA, which `.ci/run` sets): it wants a Node of its own, 543 packages and 114 MB.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pandas as pd
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, URLENCODED, XML, SPARQLWrapper

from graph.home import Settings
from tests.front import answering
from web.app import frame
from web.query import blueprint
from web.site import Site

TITLES = "SELECT ?s ?t { ?s <http://purl.org/dc/terms/title> ?t } ORDER BY ?t"


class OneSnapshot:
    """Snapshots with one view, for every clearance that is asked for."""

    def __init__(self, view) -> None:
        self.only = view

    def view(self, _clearance, _seq=None):
        return self.only


@contextmanager
def serving(view, pool) -> Iterator[str]:
    app = frame(Site(settings=Settings(), snapshots=OneSnapshot(view), pool=pool))
    app.register_blueprint(blueprint)
    with answering(app) as port:
        yield f"http://127.0.0.1:{port}/sparql"


@pytest.fixture(scope="module")
def address(view, pool) -> Iterator[str]:
    with serving(view, pool) as found:
        yield found


@pytest.fixture(scope="module")
def long_address(large, pool) -> Iterator[str]:
    with serving(large, pool) as found:
        yield found


@pytest.mark.parametrize("form", [JSON, XML, CSV])
@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("sending", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_asks_in_every_way(
    address: str, form: str, method: str, sending: str
) -> None:
    client = SPARQLWrapper(address)
    client.setQuery(TITLES)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setRequestMethod(sending)

    with closing(client.query().response) as answer:
        body = answer.read().decode()
    assert "公园" in body
    assert "Roads" in body


def test_sparqlwrapper_constructs(address: str) -> None:
    client = SPARQLWrapper(address)
    client.setQuery("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    client.setReturnFormat(TURTLE)
    with closing(client.query().response) as answer:
        assert len(Graph().parse(data=answer.read(), format="turtle")) == 11


def test_rdflibs_store_reads_the_endpoint_as_a_graph(address: str) -> None:
    graph = Graph(SPARQLStore(address))
    roads = URIRef("http://example.org/roads")
    title = URIRef("http://purl.org/dc/terms/title")

    assert (roads, title, Literal("道路", lang="zh")) in graph
    assert {str(text) for text in graph.objects(roads, title)} == {"道路", "Roads"}
    assert len(list(graph.query(TITLES))) == 4


def test_pandas_reads_rows_as_csv(address: str) -> None:
    asked = (
        "SELECT ?s ?size ?t { ?s <http://example.org/size> ?size ; dct:title ?t } ORDER BY ?size ?t"
    )
    query = urlencode(
        {"query": f"PREFIX dct: <http://purl.org/dc/terms/> {asked}", "format": "csv"}
    )
    found = pd.read_csv(f"{address}?{query}")

    assert list(found.columns) == ["s", "size", "t"]
    assert found["size"].tolist() == [3.5, 3.5, 12.0, 12.0]
    assert 'Parks, "green"\nand \\ more' in found["t"].tolist()
    assert "公园" in found["t"].tolist()


COMUNICA = shlex.split(os.environ.get("GOVGRAPH_COMUNICA", "")) or [
    each for each in [shutil.which("comunica-sparql")] if each
]


@pytest.mark.skipif(not COMUNICA, reason="comunica is not installed (node, npm)")
@pytest.mark.parametrize("source", ["sparql@{}", "{}"])
def test_comunica_asks_the_endpoint_and_finds_by_itself_what_it_is(
    address: str, source: str
) -> None:
    """Told that it is an endpoint, or left to read the service description."""
    told = subprocess.run(
        [*COMUNICA, source.format(address), TITLES, "-t", "application/sparql-results+json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    rows = json.loads(told.stdout)["results"]["bindings"]

    assert len(rows) == 4
    assert {"公园", "道路", "Roads"} < {row["t"]["value"] for row in rows}


def test_a_browser_is_shown_the_page_and_a_link_gets_the_file(address: str) -> None:
    page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    query = urlencode({"query": TITLES})
    with urlopen(Request(f"{address}?{query}", headers={"Accept": page})) as answer:
        assert answer.url.endswith(f"/query?{query}")
        assert "道路" in answer.read().decode()
    with urlopen(Request(f"{address}?{query}&format=csv", headers={"Accept": page})) as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_reader_who_leaves_frees_the_child(long_address: str, pool) -> None:
    host, port = long_address.split("/")[2].split(":")
    query = urlencode({"query": "SELECT * { ?s ?p ?o . ?a ?b ?c }"})
    with socket.create_connection((host, int(port))) as leaving:
        leaving.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert leaving.recv(100_000)
        assert pool.long.taken == 1
    deadline = threading.Event()
    for _ in range(50):
        if not pool.long.taken:
            break
        deadline.wait(0.1)

    assert pool.long.taken == 0


def test_a_caller_who_hangs_up_before_the_first_byte_frees_the_child(
    long_address: str, pool
) -> None:
    """The connection knows; an idle one beside it stays out of it."""
    host, port = long_address.split("/")[2].split(":")
    query = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"})
    with socket.create_connection((host, int(port))):
        with socket.create_connection((host, int(port))) as leaving:
            leaving.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            waited(lambda: pool.long.taken == 1)
        began = time.monotonic()
        waited(lambda: pool.long.taken == 0)
    # On a machine that others work on too everyone waits for their turn.
    assert time.monotonic() - began < 0.3 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def waited(true: Callable[[], bool]) -> None:
    """Wait until something is true, for a while."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
