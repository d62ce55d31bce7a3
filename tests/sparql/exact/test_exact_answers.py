"""Answers over numbers of derived types are what SPARQL says: rdflib, which keeps types, is the oracle.

Where rdflib gives a number of another type or precision than the standard has it, the engine itself is
the oracle: asked of the same graph with plain integers, it finds the same values.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)
from rdflib.plugins.sparql import prepareQuery

from graph.views.exact import Exact, exact_of, exact_store
from ontology.exact import TYPES, XSD, is_of
from sparql import query
from sparql.exact.reading import Solutions, Triples, exact_for, rewritten
from sparql.query import ask
from sparql.texts import names
from sparql.texts import text_of as question

PREFIX = f"PREFIX : <http://e/> PREFIX xsd: <{XSD}> "
TERMS = """
SELECT ?s ?o { ?s ?p ?o FILTER(?o > 2) }
SELECT ?s ?o { ?s ?p ?o FILTER(?o = 3) }
SELECT ?s ?o { ?s ?p ?o FILTER(?o != 3) }
SELECT ?s ?o { ?s ?p ?o FILTER(!(?o >= 2)) }
SELECT ?s (?o + 1 AS ?x) (-?o AS ?z) (ABS(?o) AS ?a) { ?s ?p ?o }
SELECT ?s (STR(?o) AS ?y) (DATATYPE(?o) AS ?z) (isNumeric(?o) AS ?w) { ?s ?p ?o }
SELECT ?s { ?s ?p ?o FILTER(?o) }
SELECT ?s { ?s ?p ?o FILTER(!?o) }
SELECT ?s { ?s ?p ?o FILTER(?o && true) }
SELECT ?s (IF(?o > 1, ?o, "no") AS ?x) (IF(?o, 1, 2) AS ?y) { ?s ?p ?o }
SELECT ?s (COALESCE(?z, ?o) AS ?x) (COALESCE(?z, ?o) + 1 AS ?y) { ?s ?p ?o }
SELECT DISTINCT ?o { ?s ?p ?o }
SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o
SELECT ?p (COUNT(DISTINCT ?o) AS ?c) { ?s ?p ?o } GROUP BY ?p
SELECT ?p { ?s ?p ?o } GROUP BY ?p HAVING(SUM(?o) > 3)
SELECT ?p { ?s ?p ?o } GROUP BY ?p HAVING(MAX(?o) > 3 && MIN(?o) < 2)
SELECT ?a ?b { ?a :p ?o . ?b :q ?o }
SELECT ?a ?b { ?a :p ?o . ?b :q ?r FILTER(?o = ?r) }
SELECT ?a ?b { ?a :p ?o . ?b :q ?r FILTER(?o < ?r) }
SELECT ?a ?b { ?a :p ?o . ?b :q ?r FILTER(sameTerm(?o, ?r)) }
SELECT ?s { ?s ?p "3"^^xsd:int }
SELECT ?s { ?s ?p 3 }
SELECT ?s ?o { VALUES ?o { "3"^^xsd:int 3 "-1"^^xsd:negativeInteger } ?s ?p ?o }
SELECT ?s ?o { ?s :p ?o FILTER EXISTS { ?s :q ?r FILTER(?r >= ?o) } }
SELECT ?s ?o { ?s :p ?o FILTER NOT EXISTS { ?t :q ?o } }
SELECT ?s ?o { ?s :p ?o MINUS { ?t :q ?o } }
SELECT ?s ?o ?r { ?s :p ?o OPTIONAL { ?s :q ?r FILTER(?r > ?o) } }
SELECT ?s ?x { ?s :p ?o BIND(?o AS ?x) FILTER(?x > 1) }
SELECT ?s ?x { ?s :p ?o BIND(?o + 1 AS ?x) FILTER(?x > 1) }
SELECT ?s { ?s ?p ?o FILTER(DATATYPE(?o) = xsd:int) }
SELECT ?s { ?s ?p ?o FILTER(DATATYPE(?o) IN (xsd:int, xsd:byte)) }
SELECT ?d (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY (DATATYPE(?o) AS ?d)
SELECT ?k (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY (?o + 0 AS ?k)
SELECT ?s (xsd:integer(?o) AS ?x) (xsd:string(?o) AS ?y) { ?s ?p ?o }
SELECT ?s (STRDT(STR(?o), xsd:int) AS ?x) { ?s ?p ?o }
SELECT ?s ?o { ?s ?p ?o { SELECT ?o { ?t ?q ?o FILTER(?o >= 0) } } }
SELECT ?s ?o { { ?s :p ?o } UNION { ?s :q ?o } FILTER(?o > 0 || ?o < -1) }
CONSTRUCT { ?s :r ?o } { ?s ?p ?o FILTER(?o > 0) }
CONSTRUCT { ?s :r "3"^^xsd:int } { ?s ?p ?o FILTER(?o > 0) }
ASK { ?s ?p ?o FILTER(?o > 4) }
ASK { ?s ?p "3"^^xsd:int }
""".strip().splitlines()
VALUES = """
SELECT ?s { ?s ?p ?o FILTER(?o IN (1, 2, "3"^^xsd:int)) }
SELECT ?s { ?s ?p ?o FILTER(?o NOT IN (1, 2, -1)) }
SELECT ?s (?o * ?o AS ?y) (?o / 2 AS ?w) (ROUND(?o) AS ?r) { ?s ?p ?o }
SELECT ?p (SUM(?o) AS ?n) (AVG(?o) AS ?m) { ?s ?p ?o } GROUP BY ?p
SELECT ?p (MIN(?o) AS ?n) (MAX(?o) AS ?m) { ?s ?p ?o } GROUP BY ?p
SELECT ?x { { SELECT ?s (MAX(?o) AS ?m) { ?s ?p ?o } GROUP BY ?s } BIND(?m * 2 AS ?x) }
SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o)
SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 2
SELECT (MIN(?o) + MAX(?o) AS ?x) { ?s ?p ?o FILTER(?o > 100) }
""".strip().splitlines()
LOCALS = (
    "integer",
    "int",
    "byte",
    "negativeInteger",
    "nonNegativeInteger",
    "unsignedByte",
    "decimal",
)
NUMBERS = st.tuples(st.sampled_from(LOCALS), st.integers(-3, 5)).filter(
    lambda pair: pair[0] not in TYPES or is_of(pair[1], pair[0])
)
STATEMENTS = st.tuples(st.integers(0, 3), st.sampled_from("pq"), NUMBERS)
TOWNS = st.lists(STATEMENTS, min_size=1, max_size=9, unique=True)


def text_of(town: list[Any]) -> str:
    return "\n".join(
        f'<http://e/s{s}> <http://e/{p}> "{number}"^^<{XSD}{local}> .'
        for s, p, (local, number) in town
    )


def store_of(text: str, exact: Exact | None) -> Store:
    store = exact_store(Store(), exact)
    quads = parse(text, RdfFormat.N_TRIPLES)
    store.extend([Quad(each.subject, each.predicate, each.object) for each in quads])
    return store


def told(text: str | None, kind: str) -> str:
    number = str(Decimal(text or "0").normalize() + 0) if kind == "decimal" else text
    return f"{number} {kind}"


def ours(found: object) -> Any:
    """Give an answer of ours in a form that can be compared."""
    if isinstance(found, QueryBoolean):
        return bool(found)
    if isinstance(found, QueryTriples | Triples):
        return {(written(each.subject), written(each.object)) for each in found}
    assert isinstance(found, QuerySolutions | Solutions)
    return [tuple(written(each) for each in row) for row in found]


def written(term: object) -> str:
    if isinstance(term, Literal):
        return told(term.value, term.datatype.value.removeprefix(XSD))
    return str(term)


def theirs(found: rdflib.query.Result) -> Any:
    """Give an answer of rdflib's in the same form."""
    if found.type == "ASK":
        return found.askAnswer
    if found.type == "CONSTRUCT":
        return {(read(s), read(o)) for s, _, o in found.graph or ()}
    return [tuple(read(each) for each in row) for row in found]


def read(term: object) -> str:
    if isinstance(term, rdflib.Literal):
        kind = str(term.datatype or f"{XSD}string").removeprefix(XSD)
        return told(str(term), kind)
    return "None" if term is None else f"<{term}>"


@settings(max_examples=10, deadline=None)
@given(town=TOWNS)
def test_answers_are_rdflibs(town: list[Any]) -> None:
    """Terms and values, in each place where one or the other is meant."""
    said = text_of(town)
    graph, store = rdflib.Graph().parse(data=said, format="nt"), store_of(said, Exact.drawn())
    for text in TERMS:
        found = ours(ask(store, PREFIX + text))
        assert counted(found) == counted(theirs(graph.query(prepared(text)))), text


@cache
def prepared(text: str) -> Any:
    return prepareQuery(PREFIX + text)


def counted(answer: Any) -> Any:
    return Counter(answer) if isinstance(answer, list) else answer


@settings(max_examples=20, deadline=None)
@given(town=TOWNS)
def test_values_are_those_of_plain_integers(town: list[Any]) -> None:
    """Asked of the engine alone, which takes every such number for an integer."""
    once = {(s, p, number): each for each in town for s, p, (_, number) in [each]}
    said = text_of(list(once.values()))
    exact, plain = store_of(said, Exact.drawn()), store_of(said, None)
    for text in VALUES:
        found, wanted = ours(ask(exact, PREFIX + text)), ours(plain.query(PREFIX + text))
        assert values(found, text) == values(wanted, text), text


def values(rows: list[tuple[str, ...]], text: str) -> Any:
    plain = [tuple(each.split(" ")[0] for each in row) for row in rows]
    return plain if "ORDER" in text else Counter(plain)


ONCE = """
<http://e/a> <http://e/p> "3"^^<http://www.w3.org/2001/XMLSchema#int> .
<http://e/a> <http://e/p> "3"^^<http://www.w3.org/2001/XMLSchema#byte> .
<http://e/a> <http://e/p> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://e/a> <http://e/p> "6.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://e/a> <http://e/q> "300"^^<http://www.w3.org/2001/XMLSchema#byte> .
<http://e/a> <http://e/q> "5"^^<http://www.w3.org/2001/XMLSchema#byte> .
"""
EXACTLY = {
    "SELECT (SUM(DISTINCT ?o) AS ?x) { ?s :p ?o }": "15 decimal",
    "SELECT (AVG(DISTINCT ?o) AS ?x) { ?s :p ?o }": "3.75 decimal",
    "SELECT (AVG(DISTINCT ?o) AS ?x) { ?s :p ?o FILTER(?o > 9) }": "0 integer",
    "SELECT (MIN(?o) AS ?x) { ?s :p ?o FILTER(DATATYPE(?o) IN (xsd:byte, xsd:decimal)) }": "3 byte",
    "SELECT (MAX(?o) AS ?x) { ?s :p ?o FILTER(DATATYPE(?o) = xsd:int) }": "3 int",
    "SELECT (MAX(?o) AS ?x) { ?s :p ?o }": "6 decimal",
    "SELECT (SUM(?o) AS ?x) { ?s :q ?o }": "None",
    "SELECT (COUNT(*) AS ?x) { ?s :q ?o FILTER(?o < 1000) }": "1 integer",
    "SELECT (COUNT(*) AS ?x) { ?s :q ?o FILTER(isNumeric(?o)) }": "1 integer",
    "SELECT (COUNT(*) AS ?x) { ?s ?q ?o FILTER(?q = :q) }": "2 integer",
    "BASE <http://www.w3.org/2001/> SELECT (COUNT(*) AS ?x) "
    '{ ?s :p "3"^^<XMLSchema#\\u0069nt> }': "1 integer",
    "SELECT (COUNT(*) AS ?x) { ?a :p ?o ; :q ?r FILTER(?o<?r&&?r>?o) }": "3 integer",
}  # fmt: skip


@pytest.mark.parametrize("text", EXACTLY)
def test_different_terms_of_one_value_are_different(text: str) -> None:
    """In sums of different terms; and what is no number of its type has no value."""
    ((found,),) = ours(ask(store_of(ONCE, Exact.drawn()), PREFIX + text))
    assert found == EXACTLY[text]


WRITTEN = Path(__file__).with_name("written.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("text", WRITTEN)
def test_every_form_of_text_is_read_as_the_engine_reads_it(text: str) -> None:
    """Of what holds no such number the answer is the engine's own."""
    said = "\n".join(
        f'<http://e/s{n}> <http://e/{name}> "{n}"^^<{XSD}integer> .'
        for n in range(4)
        for name in "pq"
    )
    plain, exact = store_of(said, None), store_of(said, Exact.drawn())
    found, wanted = (ours(ask(store, PREFIX + text)) for store in (exact, plain))
    blank = "[ :q" in text and text.startswith("CONSTRUCT")
    assert (len(found) if blank else counted(found)) == (len(wanted) if blank else counted(wanted))


UNREAD = (
    "SELECT * { << ?s ?p ?o >> ?q ?r }",
    "SELECT ?s { ?s ?p ?o FILTER(<<( ?s ?p ?o )>> = ?o) }",
    "SELECT (TRIPLE(?s, ?p, ?o) AS ?t) { ?s ?p ?o }",
    f"SELECT ({'(' * 2_000}1{')' * 2_000} AS ?x) {{}}",
)
BROKEN = (
    "SELECT * { ?s ?p",
    "SELECT ?s { ?s ?p ?o } }",
    "SELECT (1 AS) {}",
    "DESCRIBE",
    "SELECT ?s { ?s no:n ?o }",
)


@pytest.mark.parametrize("text", [*UNREAD, *BROKEN])
def test_what_is_not_read_is_not_asked(text: str) -> None:
    """What the engine finds wrong is told as it tells it, of the text as it was sent."""
    told = ""
    if text not in UNREAD:
        with pytest.raises(SyntaxError) as error:
            store_of("", None).query(text)
        told = str(error.value)
    with pytest.raises(SyntaxError) as error:
        rewritten(text, None, Exact.drawn()) if text.startswith("SELECT ((((") else ask(
            store_of("", Exact.drawn()), text
        )
    assert str(error.value) == told or (text in UNREAD and "derived" in str(error.value))


def test_a_view_without_such_numbers_is_asked_the_text_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is rewritten, and nothing that comes back is looked at."""
    store = store_of('<http://e/a> <http://e/p> "3"^^<http://e/int> .', None)
    calls: list[str] = []
    monkeypatch.setattr(query, "rewritten", lambda *said: calls.append(str(said)))
    for text in (*TERMS, *VALUES):
        named = "^^xsd" in text or "STRDT" in text
        if not named:
            assert isinstance(
                ask(store, PREFIX + text), QuerySolutions | QueryTriples | QueryBoolean
            )
    assert exact_of(store) is None
    assert not calls


def test_a_size_of_a_file_is_a_plain_number_in_a_view() -> None:
    """In bulk, and its type is known: it costs nothing, whoever names the type."""
    size = "http://www.w3.org/ns/dcat#byteSize"
    number = f'"9"^^<{XSD}nonNegativeInteger>'
    store = store_of(f"<http://e/a> <{size}> {number} .\n{ONCE}", Exact.drawn())
    kinds = {str(each.object) for each in store if each.predicate == NamedNode(size)}
    assert kinds == {f'"9"^^<{XSD}integer>'}
    for pattern in (f"?s <{size}> {number}", f"?s <http://e/x>*/<{size}> {number}"):
        assert bool(ask(store, f"ASK {{ {pattern} }}"))
    assert exact_for(store_of("", None), f"ASK {{ ?s <{size}> {number} }}") is None


def test_every_question_that_ships_can_be_asked_exactly() -> None:
    """The grammar reads each of them."""
    exact = Exact.drawn()
    for name in names():
        assert rewritten(question(name).text, None, exact).text, name
