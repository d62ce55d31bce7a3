"""Real stores on disk, as a snapshot holds them, and a pool of real children over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from graph.home import Settings, create_home
from graph.views import keeper
from ontology.clearance import Clearance
from sparql import feeds
from sparql.answers import Answers
from sparql.protocol import Endpoint
from sparql.workers.lanes import Places
from sparql.workers.pool import AnswerLimits, Pool, PoolSettings
from tests.catalogue import BASE
from tests.followed import Followed

# Every quad stands in the graph of its source and once in the default graph (DESIGN §3).
STATEMENTS = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <http://example.org/> .
ex:roads a dcat:Dataset ; dct:title "道路"@zh, "Roads"@en ; dct:publisher ex:transport ; ex:size 12 .
ex:parks a dcat:Dataset ; dct:title "公园"@zh, "Parks, \\"green\\"\\nand \\\\ more"@en ; ex:size 3.50 .
ex:transport foaf:name "交通委"@zh .
"""
SECOND = """
@prefix ex: <http://example.org/> .
ex:parks ex:note "second source <&> },{\\"x" .
ex:roads ex:size 12 .
"""
FIRST_GRAPH = "http://example.org/source/first"
SECOND_GRAPH = "http://example.org/source/second"
MANY = 120_000


@dataclass(frozen=True)
class DiskView:
    """A view as a snapshot holds it."""

    seq: int
    clearance: Clearance
    path: Path

    @cached_property
    def store(self) -> Store:
        return Store.read_only(str(self.path / "store"))


def trig() -> str:
    def both(graph: str, text: str) -> str:
        lines = text.strip().splitlines()
        prefixes = [line for line in lines if line.startswith("@prefix")]
        rest = [line for line in lines if not line.startswith("@prefix")]
        body = "\n".join(rest)
        return "\n".join([*prefixes, body, f"<{graph}> {{", body, "}"])

    return both(FIRST_GRAPH, STATEMENTS) + "\n" + both(SECOND_GRAPH, SECOND)


def made(folder: Path, text: str, form: RdfFormat) -> DiskView:
    (folder / "live").mkdir(parents=True)
    live = Store(str(folder / "live"))
    live.bulk_load(text.encode(), form)
    live.flush()
    (folder / "open").mkdir()
    live.backup(str(folder / "open" / "store"))
    return DiskView(7, Clearance.OPEN, folder / "open")


@pytest.fixture(scope="session")
def view(tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    return made(tmp_path_factory.mktemp("small"), trig(), RdfFormat.TRIG)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    lines = (
        f'<http://example.org/{n % 1000}> <http://example.org/p{n // 1000}> "n, {n} }},{{x" .'
        for n in range(MANY)
    )
    return made(tmp_path_factory.mktemp("large"), "\n".join(lines), RdfFormat.N_TRIPLES)


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    limits = AnswerLimits(seconds=20.0, rows=50_000)
    made_pool = Pool(PoolSettings(1 << 30, Places(stopped=2, wait=2.0), limits))
    yield made_pool
    made_pool.close()


@pytest.fixture(scope="session")
def answers(pool: Pool) -> Answers:
    return Answers(pool, limits_page="http://127.0.0.1:8000/help/sparql")


@pytest.fixture(scope="session")
def endpoint(answers: Answers) -> Endpoint:
    return Endpoint("http://127.0.0.1:8000/sparql", answers)


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    """Give an empty instance whose feed is followed, in pages of seven; no snapshot goes."""
    monkeypatch.setattr(feeds, "SIZE", 7)
    monkeypatch.setattr(keeper, "KEPT_BEHIND", 99)
    made = Followed(create_home(tmp_path / "home", Settings(base=BASE)))
    yield made
    made.close()
