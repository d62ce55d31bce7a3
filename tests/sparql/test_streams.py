"""A CONSTRUCT that cannot repeat itself gives what the engine gives, each triple once, remembering nothing."""

from __future__ import annotations

import random
import time

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryTriples, RdfFormat, Store

from sparql.lookups import LONGEST
from sparql.plans.streams import read, streamed
from sparql.query import ask
from sparql.workers.pool import Pool, PoolSettings
from sparql.workers.wire import Job
from tests.sparql.conftest import made

EX = "http://example.org/"
HEAD = f"PREFIX ex: <{EX}> PREFIX a: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
STREAMS = (
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(isIRI(?s)) }",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . FILTER(?p != ex:q && (?s = ex:s1 || isIRI(?o))) } # all",
    'CONSTRUCT { ?s ex:says ?o } WHERE { ?s ex:p ?o FILTER(?o < 3) FILTER regex(STR(?o), "[(]?") }',
    "CONSTRUCT { ?o ex:of ?s } WHERE { ?s ex:q ?o }",
    "CONSTRUCT { ?s ex:says ?o . ?o ex:of ?s } WHERE { ?s ex:q ?o FILTER(?s != ?o) }",
    "CONSTRUCT { ?s ex:self ?s } WHERE { ?s ex:q ?s }",
    "CONSTRUCT WHERE { ?s a ex:A ; ex:p ?o ; ex:q ?t }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s a ex:A ; ?p ?o }",
    "CONSTRUCT { ?s a ex:Thing ; ex:name ?o } WHERE { ?s a ex:A . ?s a ex:B . ?s ex:p ?o . ?s ex:q ?t }",
    "CONSTRUCT { ?s ex:p ?o ; ex:q ?t } WHERE { ?s a ex:A OPTIONAL { ?s ex:p ?o } OPTIONAL { ?s ex:q ?t . } }",
    "CONSTRUCT { ?o ex:of ?s . ?s ex:is ex:that } WHERE { ?s ex:q ex:s1 ; ex:p ?o . }",
    "CONSTRUCT { ?s ex:p ?o } WHERE { ?s a ex:None ; ex:p ?o }",
)
OTHERS = (
    "CONSTRUCT { ?s ex:p ?x } WHERE { ?s ?p ?o FILTER(isIRI(?s)) }",
    "CONSTRUCT { ?s ex:has ?o } WHERE { ?s ?p ?o }",  # the same for several p
    "CONSTRUCT { ?s ?p ?o . ?o ?p ?s } WHERE { ?s ?p ?o }",  # the two may meet
    "CONSTRUCT { ?s ex:n ?o ; ex:n ?t } WHERE { ?s a ex:A ; ex:p ?o ; ex:q ?t }",
    "CONSTRUCT { ?s a ?o ; a:type ?t } WHERE { ?s a ex:A ; ex:p ?o ; ex:q ?t }",
    "CONSTRUCT WHERE { ?s ex:p ?o ; ex:q ?t }",  # no head
    "CONSTRUCT WHERE { ?s a ex:A ; ex:p ?o . ?o ex:q ?t }",
    "CONSTRUCT WHERE { ?s a ex:A ; ex:p ?o ; ex:q ?o }",
    "CONSTRUCT { ?o ex:with ?t } WHERE { ?s a ex:A ; ex:p ?o ; ex:q ?t }",
    "CONSTRUCT WHERE { ?s a ex:A ; ex:p ?o } LIMIT 2",
    "CONSTRUCT { ?s ex:p ?o } WHERE { ?s a ex:A ; ex:p ?o FILTER(?o > 1) }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER EXISTS { ?o ?q ?r } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER((((( ?o > 1))))) }",
    'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = "\\"") }',
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = ) }",
    "CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o FILTER(isIRI(?s)) }",
    "CONSTRUCT { ?s none:p ?o } WHERE { ?s ?p ?o FILTER(isIRI(?s)) }",
    'CONSTRUCT { ?s ?p ?o . ?s ex:n "x" } WHERE { ?s ?p ?o FILTER(isIRI(?s)) }',
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?s)) }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 3",
    "SELECT * WHERE { ?s ?p ?o FILTER(isIRI(?s)) }",
)


@pytest.fixture(scope="module")
def store() -> Store:
    """Subjects with none, one and several values, blank ones too; some said in a named graph."""
    told, found = random.Random(7), Store()
    names = [NamedNode(f"{EX}s{n}") for n in range(6)]
    subjects = [*names, BlankNode("b")]
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    objects = [*subjects, *map(Literal, range(4)), Literal("t", language="zh")]
    for _ in range(160):
        where = [NamedNode(EX + "g")] * told.choice([0, 0, 0, 1])
        predicate = told.choice([kind, NamedNode(EX + "p"), NamedNode(EX + "q")])
        classes = [NamedNode(EX + each) for each in "AB"]
        object_ = told.choice(classes if predicate == kind else objects)
        found.add(Quad(told.choice(subjects), predicate, object_, *where))
    return found


@pytest.mark.parametrize("text", STREAMS)
def test_it_gives_the_engine_s_triples_each_once(store: Store, text: str) -> None:
    found, engine = streamed(HEAD + text, store), ask(store, HEAD + text)

    assert found is not None
    assert isinstance(engine, QueryTriples)
    triples = list(map(str, found))
    assert set(triples) == set(map(str, engine)), "the engine repeats those of blank nodes"
    assert len(set(triples)) == len(triples)
    assert triples or "None" in text or "self" in text


@pytest.mark.parametrize("text", OTHERS)
def test_what_might_repeat_itself_is_the_engine_s(store: Store, text: str) -> None:
    assert streamed(HEAD + text, store) is None


@pytest.mark.parametrize(
    "rest",
    [
        "FILTER(?a) " * 170 + "x",
        "FILTER(" + "(a)" * 600,
        "FILTER(" + "(" * 1900,
        "FILTER " + "a " * 900 + "(",
        "OPTIONAL { ?s ?p ?o } " * 85 + "x",
        " " * 1900 + "x",
        (". ?s ?p ?o" + " " * 40) * 38 + "x",
        "; ?p ?o " * 240,
    ],
)
def test_no_text_is_read_for_long(rest: str) -> None:
    """The grammar goes back over nothing that it has read."""
    began = time.process_time()

    assert read(("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o " + rest)[:LONGEST]) is None
    assert time.process_time() - began < 0.5


def test_rows_are_cut_as_they_were_asked(store: Store) -> None:
    """LIMIT and OFFSET count rows, and each row of one pattern is a triple of its own."""
    text = "CONSTRUCT { ?s ex:says ?o } WHERE { ?s ex:p ?o FILTER(?o < 9) }"
    whole = list(streamed(HEAD + text, store) or ())
    pages = [streamed(f"{HEAD}{text} LIMIT 2 OFFSET {at}", store) for at in range(0, 8, 2)]

    assert len(whole) > 2
    assert [each for page in pages for each in page or ()] == whole[:8]


@pytest.mark.parametrize("seed", range(60))
def test_whatever_it_takes_on_it_gives_as_the_engine_does(store: Store, seed: int) -> None:
    """Stars and templates made by chance."""
    chance = random.Random(seed)
    places = ["?s", "?a", "?b", "?c", "ex:s1", "ex:A"]
    verbs = ["a", "ex:p", "ex:q", "?c", "ex:new", "a:type"]

    def triple(subject: str) -> str:
        return f"{subject} {chance.choice(verbs)} {chance.choice(places)}"

    wanted = " . ".join(["?s a ex:A", *(triple("?s") for _ in range(chance.randint(0, 2)))])
    maybe = "".join(f" OPTIONAL {{ {triple('?s')} }}" for _ in range(chance.randint(0, 2)))
    template = " . ".join(triple(chance.choice(["?s", "?s", "?a"])) for _ in range(2))
    text = f"{HEAD}CONSTRUCT {{ {template} }} WHERE {{ {wanted}{maybe} }}"
    found = streamed(text, store)

    assert read(text) is not None
    if found is not None:
        engine = ask(store, text)
        assert isinstance(engine, QueryTriples)
        triples = list(map(str, found))
        assert set(triples) == set(map(str, engine)), text
        assert len(set(triples)) == len(triples), text


def test_it_is_cut_and_written_like_every_answer(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """In a child, in pages, under the caps; a fault behind it is told as the engine tells it."""
    said = "\n".join(f"<{EX}{n}> a <{EX}A> ; <{EX}p> {n}, {n + 1} ." for n in range(30))
    view = made(tmp_path_factory.mktemp("streams"), said, RdfFormat.TURTLE)
    pool, store = Pool(PoolSettings()), str(view.path / "store")
    text = f"{HEAD}CONSTRUCT {{ ?s ex:says ?o }} WHERE {{ ?s a ex:A ; ex:p ?o }}"
    running = pool.ask(Job(store, "open", text, {"triples": "nt"}, rows=20, skip=50))
    written = b"".join(running.chunks())
    rest = pool.ask(Job(store, "open", text, {"triples": "nt"}, rows=20))
    cut = b"".join(rest.chunks())
    pool.close()

    assert (written.count(b"\n"), cut.count(b"\n")) == (10, 20)
    assert running.outcome is not None
    assert rest.outcome is not None
    assert (running.outcome.cut, rest.outcome.cut) == ("", "rows")
