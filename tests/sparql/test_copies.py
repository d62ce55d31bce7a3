"""A CONSTRUCT of one pattern as it is gives what the engine gives, and remembers nothing of it."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, RdfFormat, Store

from sparql.plans.copies import copied
from sparql.query import ask
from sparql.workers.pool import Pool, PoolSettings
from sparql.workers.wire import Job
from tests.sparql.conftest import made

EX = "http://example.org/"
COPIES = (
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "construct { ?s ?p ?o . } where { ?s ?p ?o . }",
    f"CONSTRUCT WHERE {{ <{EX}a> ?p ?o }}",
    f"PREFIX ex: <{EX}> CONSTRUCT {{ ?s ex:p ?o }} WHERE {{ ?s ex:p ?o }}",
    f"PREFIX : <{EX}> CONSTRUCT WHERE {{ ?s ?p :b }}",
    f"CONSTRUCT WHERE {{ ?s a <{EX}C> }}",
    f"CONSTRUCT WHERE {{ <{EX}none> ?p ?o }}",
)
OTHERS = (
    "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?x } WHERE { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?s }",
    "CONSTRUCT WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 2",
    "CONSTRUCT WHERE { ?s ?p ?o . ?o ?q ?r }",
    'CONSTRUCT WHERE { ?s ?p "x" }',
    f"CONSTRUCT FROM <{EX}g> WHERE {{ ?s ?p ?o }}",
    "CONSTRUCT WHERE { ?s ex:p ?o }",
    f"PREFIX ex: <{EX}> PREFIX ex: <{EX}other/> CONSTRUCT WHERE {{ ?s ex:p ?o }}",
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "# CONSTRUCT WHERE { ?s ?p ?o }",
    "SELECT * WHERE { ?s ?p ?o }",
)


@pytest.fixture
def store() -> Store:
    found = Store()
    a, b, p, q = (NamedNode(EX + name) for name in "abpq")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    said = [(a, p, b), (b, p, a), (a, q, Literal("x")), (a, p, Literal("x", language="zh"))]
    found.extend(Quad(*each) for each in [*said, (a, kind, NamedNode(EX + "C")), (a, p, a)])
    found.add(Quad(a, p, Literal("elsewhere"), NamedNode(EX + "g")))
    return found


@pytest.mark.parametrize("text", COPIES)
def test_a_copy_has_the_engine_s_triples(store: Store, text: str) -> None:
    found, engine = copied(text, store), ask(store, text)

    assert found is not None
    assert isinstance(engine, QueryTriples)
    assert sorted(map(str, found)) == sorted(map(str, engine))


def test_pages_of_a_copy_follow_one_another(store: Store) -> None:
    whole = list(copied(COPIES[0], store) or ())
    pages = [copied(f"{COPIES[0]} LIMIT 2 OFFSET {at}", store) for at in (0, 2, 4, 6)]

    assert [each for page in pages for each in page or ()] == whole
    assert list(copied(f"{COPIES[0]} LIMIT 0", store) or ()) == []
    assert list(copied(f"{COPIES[0]} OFFSET 4", store) or ()) == whole[4:]


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_copy_is_the_engine_s(store: Store, text: str) -> None:
    assert copied(text, store) is None


def test_a_copy_is_cut_and_written_like_every_answer(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = "\n".join(f"<{EX}{n}> <{EX}p> <{EX}> ." for n in range(50))
    view = made(tmp_path_factory.mktemp("copies"), text, RdfFormat.TURTLE)
    pool = Pool(PoolSettings())
    store = str(view.path / "store")
    running = pool.ask(Job(store, "open", COPIES[0], {"triples": "nt"}, rows=20))
    head = running.head()
    written = b"".join(running.chunks())
    pool.close()

    assert (head.kind, written.count(b"\n")) == ("triples", 20)
    assert running.outcome is not None
    assert (running.outcome.rows, running.outcome.cut) == (20, "rows")
