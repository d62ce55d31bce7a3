"""Real catalogues of cities and countries, loaded as people load them, leave as valid pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient
from rich.console import Console

from graph.home import Settings, create_home
from graph.instance import Instance
from tests.catalogue import BASE
from tests.dcat_ap import HYDRA, conforms_for_both, datasets, faults
from tests.town import house
from web.app import create_app
from web.commands.loading import Wishes, load_file, load_reference

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = (
    "shanghai/catalogue-2023.csv",
    "shanghai/district-data-items.csv",
    "feeds/demo-elia.nt.gz",
    "feeds/demo-gent.nt.gz",
    "feeds/demo-iweps.nt.gz",
    "feeds/it-asrem.rdf",
    "feeds/it-foggia.rdf",
    "feeds/it-pcmdpc-ukr2022.rdf",
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPINIONS = 3  # pages on which the slow engine is asked too

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Give a house with every real catalogue that is at hand."""
    if not DATA.is_dir():
        pytest.skip("the real catalogues of ../shared/data are not here")
    home = create_home(tmp_path_factory.mktemp("real") / "home", Settings(base=BASE))
    instance = Instance.of(home)
    load_reference(instance, NOON)
    for name in FILES:
        load_file(instance, str(DATA / name), Wishes(), NOON, Console(quiet=True))
    instance.settle(NOON)
    yield create_app(site=house(instance)).test_client()
    instance.close()


def pages(client: FlaskClient) -> Iterator[tuple[str, rdflib.Graph, str]]:
    """Give each page's address, what it says and its text as Turtle."""
    url: str | None = f"{BASE}/catalog.ttl"
    while url:
        text = client.get(url, base_url=BASE).text
        graph = rdflib.Graph().parse(data=text, format="turtle")
        yield url, graph, text
        following = list(graph.objects(None, HYDRA.next))
        url = str(following[0]) if following else None


def test_every_page_is_valid_and_every_dataset_is_on_one(client: FlaskClient) -> None:
    found: list[str] = []
    total = 0
    for number, (_, graph, text) in enumerate(pages(client)):
        assert not faults(text)
        if number < OPINIONS:
            assert conforms_for_both(text) == (True, True)
        found += datasets(graph)
        total = int(str(next(graph.objects(None, HYDRA.totalItems))))

    assert len(found) == len(set(found)) == total > 3000


def test_every_form_of_a_page_says_the_same(client: FlaskClient) -> None:
    """There are no blank nodes, so equal sets of statements are equal graphs."""
    for number, (url, graph, _) in enumerate(pages(client)):
        if number % 7:
            continue
        for suffix, form in (("rdf", "xml"), ("jsonld", "json-ld"), ("nt", "nt")):
            other = client.get(url.replace(".ttl", f".{suffix}"), base_url=BASE).text
            same = other.replace(f"/catalog.{suffix}", "/catalog.ttl")
            assert set(rdflib.Graph().parse(data=same, format=form)) == set(graph)
