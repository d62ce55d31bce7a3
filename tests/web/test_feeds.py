"""The feed over HTTP, and a harvester walking it while the catalogue is being edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib
import zstandard
from flask.testing import FlaskClient
from rdflib.namespace import DCAT, RDF

from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.entries import Delivery
from graph.loading.load import Order
from graph.views.keeper import KEPT_BEHIND
from tests.catalogue import BASE, dataset
from tests.dcat_ap import HYDRA, datasets, harvested
from tests.followed import Followed, with_more
from tests.town import house
from web.app import create_app
from web.feeds.finished import KEPT, Finished, Shelf

TYPES = {
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(site=house()).test_client()


@pytest.mark.parametrize("suffix", TYPES)
def test_each_suffix_is_answered_directly(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/catalog.{suffix}", headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert answer.mimetype == TYPES[suffix]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Govgraph-Snapshot"].isdigit()
    assert "Accept" not in answer.vary


@pytest.mark.parametrize("suffix", TYPES)
def test_catalog_gives_the_form_that_is_asked_for(client: FlaskClient, suffix: str) -> None:
    answer = client.get("/catalog", headers={"Accept": f"{TYPES[suffix]}, */*;q=0.1"})

    assert (answer.status_code, answer.mimetype) == (200, TYPES[suffix])
    assert "Accept" in answer.vary
    assert f"/catalog.{suffix}?page=" in answer.headers["Link"]


def test_catalog_shows_a_browser_the_search_and_anyone_else_turtle(client: FlaskClient) -> None:
    browser = client.get("/catalog", headers={"Accept": "text/html,application/xhtml+xml"})

    assert (browser.status_code, browser.location) == (303, "/search")
    assert "Accept" in browser.vary
    assert client.get("/catalog").mimetype == TYPES["ttl"]
    assert client.get("/catalog", headers={"Accept": "image/png"}).status_code == 406


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    get, head = client.get("/catalog.nt"), client.head("/catalog.nt")

    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Link", "Content-Type", "Content-Length", "X-Govgraph-Snapshot"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("condition", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_what_a_client_has_is_not_sent_again(client: FlaskClient, condition: str) -> None:
    tag = client.get("/catalog.ttl").headers["ETag"]
    answer = client.get("/catalog.ttl", headers={"If-None-Match": condition.format(tag)})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_form_has_a_tag_of_its_own(client: FlaskClient) -> None:
    tags = {client.get(f"/catalog.{suffix}").headers["ETag"] for suffix in TYPES}
    tags.add(client.get("/catalog.ttl", base_url="http://elsewhere.example").headers["ETag"])

    assert len(tags) == 5
    for tag in tags - {client.get("/catalog.ttl").headers["ETag"]}:
        assert client.get("/catalog.ttl", headers={"If-None-Match": tag}).status_code == 200


def test_addresses_are_absolute_and_of_the_house_that_was_asked(client: FlaskClient) -> None:
    answer = client.get("/catalog.nt", base_url="https://data.example.sh.cn")
    graph = rdflib.Graph().parse(data=answer.text, format="nt")
    (node,) = graph.subjects(RDF.type, HYDRA.PagedCollection)

    assert str(node).startswith("https://data.example.sh.cn/catalog.nt?page=")
    assert f'<{node}>; rel="first"' in answer.headers["Link"]


def test_a_page_of_a_snapshot_may_be_kept_for_an_hour(client: FlaskClient) -> None:
    seq = client.get("/catalog.nt").headers["X-Govgraph-Snapshot"]

    assert "max-age=3600" in client.get(f"/catalog.nt?page={seq}").headers["Cache-Control"]


@pytest.mark.parametrize("token", ["", "next", "1.", "-3", "1.xyz", "999999999999", "<script>"])
def test_a_token_we_never_wrote_is_refused_in_words(client: FlaskClient, token: str) -> None:
    answer = client.get("/catalog.ttl", query_string={"page": token}, headers={"Accept": "*/*"})

    assert answer.status_code == 400
    assert "hydra:next" in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_script_of_another_site_may_ask_with_conditions(client: FlaskClient) -> None:
    answer = client.options("/catalog.ttl")

    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]


def test_the_shelf_keeps_what_was_asked_for_last() -> None:
    shelf = Shelf(2)
    pages = [Finished(b"", str(number)) for number in range(3)]
    shelf.put("0", pages[0])
    shelf.put("1", pages[1])
    assert shelf.get("0") is pages[0]
    shelf.put("2", pages[2])

    assert [shelf.get(str(number)) for number in range(3)] == [pages[0], None, pages[2]]
    assert KEPT > 1


class Catalogue:
    """A catalogue being edited while it is harvested."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.turn = 0
        self.titles = {f"stays-{n}": "长期" for n in range(140)}
        self.titles |= {f"goes-{n}": "临时" for n in range(90)}
        self.publish()
        self.client = create_app(site=house(instance)).test_client()

    def get(self, url: str) -> str:
        answer = self.client.get(url, base_url=BASE)
        assert answer.status_code == 200
        return answer.text

    def publish(self) -> None:
        self.turn += 1
        self.load([dataset(code, title) for code, title in self.titles.items()])

    def load(self, deliveries: list[Delivery]) -> None:
        at = datetime.now(UTC)  # the keeper compares with when a snapshot's file was touched
        order = Order("lamps", "a test", at, BASE, "a test", replace=True, insist=True)
        self.instance.load(deliveries, order)
        self.instance.settle(at)

    def edit(self) -> None:
        """Add some, change some, remove some, all over the walk."""
        codes = sorted(self.titles)
        for code in codes[self.turn :: 17]:
            if not code.startswith("stays"):
                del self.titles[code]
        for code in codes[:: 5 + self.turn]:
            if code in self.titles:
                self.titles[code] += "改"
        self.titles |= {f"new-{self.turn}-{n}": "新增" for n in range(9)}
        self.publish()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Callable[..., Catalogue]]:
    opened: list[Instance] = []

    def made(**settings: float) -> Catalogue:
        home = create_home(tmp_path / "home", Settings(base=BASE, **settings))  # type: ignore[arg-type]
        opened.append(Instance.of(home))
        return Catalogue(opened[-1])

    yield made
    for each in opened:
        each.close()


def test_a_harvest_during_edits_is_the_catalogue_as_it_was(
    catalogue: Callable[..., Catalogue],
) -> None:
    kept = catalogue()
    before = sorted(f"{BASE}/id/dataset/{code}" for code in kept.titles)
    found: list[str] = []
    for graph in harvested(kept.get, f"{BASE}/catalog.nt"):
        found += datasets(graph)
        assert not any("改" in title for title in graph.objects(None, rdflib.DCTERMS.title))
        kept.edit()

    assert sorted(found) == before


def test_a_harvest_outliving_its_snapshot_goes_on_by_the_key(
    catalogue: Callable[..., Catalogue],
) -> None:
    """What stays is met exactly once; what came or went meanwhile at most once."""
    hasty = catalogue(snapshot_seconds=-1e9)
    found: list[str] = []
    numbers: list[str] = []

    def get(url: str) -> str:
        answer = hasty.client.get(url, base_url=BASE)
        assert answer.status_code == 200
        numbers.append(answer.headers["X-Govgraph-Snapshot"])
        assert answer.headers["Cache-Control"] == "no-cache"
        return answer.text

    for graph in harvested(get, f"{BASE}/catalog.nt"):
        found += datasets(graph)
        for _ in range(KEPT_BEHIND + 1):
            hasty.edit()

    assert len(set(numbers)) == len(numbers) > 2
    assert len(set(found)) == len(found)
    stays = {f"{BASE}/id/dataset/stays-{n}" for n in range(140)}
    assert stays <= set(found)


def test_a_stranger_sees_nothing_that_is_not_open(catalogue: Callable[..., Catalogue]) -> None:
    kept = catalogue()
    secret = f'<{BASE}/id/dataset/half> <http://purl.org/dc/terms/description> "内部" .'
    kept.load([dataset("half", private=(secret,))])

    text = kept.get("/catalog.nt")
    assert "内部" not in text
    assert f"{BASE}/id/dataset/half" in text
    assert str(DCAT.Dataset) in text


def test_kept_parts_are_what_is_sent_and_the_store_is_not_asked(tmp_path: Path) -> None:
    """A part that was made from another text is recognised in every form of the page."""
    kept = Followed(create_home(tmp_path / "home", Settings(base=BASE)))
    kept.load("lamps", with_more("x", "路灯"))
    kept.follow()
    (file,) = kept.instance.home.feed.glob("parts-*.sqlite")
    other = zstandard.compress(f'<{BASE}/id/dataset/x> dct:title "换过的" .\n'.encode())
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE part SET text = ?, dictionary = 0", (other,))
    connection.close()
    client = create_app(site=house(kept.instance)).test_client()
    texts = [client.get(f"/catalog.{suffix}", base_url=BASE).text for suffix in TYPES]
    kept.close()

    assert all("换过的" in text and "路灯" not in text for text in texts)
