"""Expressions of any make have the value that they have where every such number is a plain integer."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.views.exact import Exact, exact_store
from ontology.exact import XSD
from sparql.query import ask

PREFIX = f"PREFIX : <http://e/> PREFIX xsd: <{XSD}> "
PLACES = st.tuples(st.integers(0, 2), st.sampled_from("pq"), st.integers(-2, 4))
TOWNS = st.dictionaries(
    PLACES, st.sampled_from(["integer", "int", "short", "long", "decimal"]), min_size=2, max_size=6
)


def put(form: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda given: form.format(*given))


LEAVES = st.sampled_from(
    ["?o", "?r", "1", "-1", "- 1", "1.5", '"3"^^xsd:int', '"2"^^xsd:byte', '"200"^^xsd:int']
)
NUMBERS = st.recursive(
    LEAVES,
    lambda n: st.one_of(
        put("({} {} {})", n, st.sampled_from("+-*/"), n),
        put("{} {} {}", LEAVES, st.sampled_from("+-*/"), LEAVES),
        put("IF({}, {}, {})", put("{} < {}", n, n) | n, n, n),
        put("COALESCE({}, {})", n, n),
        put("{}({})", st.sampled_from(["ABS", "CEIL", "FLOOR", "ROUND"]), n),
        put("- ({})", n),
    ),
    max_leaves=6,
)
SIGNS = st.sampled_from(["=", "!=", "<", ">", "<=", ">="])
TRUTHS = st.recursive(
    st.one_of(
        put("{} {} {}", NUMBERS, SIGNS, NUMBERS),
        put("{} {} ({}, {})", NUMBERS, st.sampled_from(["IN", "NOT IN"]), NUMBERS, NUMBERS),
        put("isNumeric({})", NUMBERS),
        put("EXISTS {{ ?s ?q ?z FILTER({} > ?z) }}", NUMBERS),
        st.sampled_from(["true", "?o", "?r"]),
    ),
    lambda b: st.one_of(put("({} {} {})", b, st.sampled_from(["&&", "||"]), b), put("!({})", b)),
    max_leaves=4,
)
WHERE = "?s :p ?o . OPTIONAL {{ ?s :q ?r }}"
TEXTS = st.one_of(
    put(f"SELECT ?s ({{}} AS ?x) {{{{ {WHERE} }}}}", NUMBERS),
    put(f"SELECT ?s ?o {{{{ {WHERE} FILTER({{}}) }}}}", TRUTHS),
    put(
        f"SELECT ?s ({{}}({{}}) AS ?x) {{{{ {WHERE} }}}} GROUP BY ?s HAVING(MAX(?o) > {{}})",
        st.sampled_from(["SUM", "MIN", "MAX", "AVG"]),
        NUMBERS,
        st.sampled_from(["0", '"1"^^xsd:int']),
    ),
    put(
        f"SELECT ?o {{{{ {WHERE} }}}} ORDER BY {{}}({{}}) ?s ?o",
        st.sampled_from(["", "DESC"]),
        NUMBERS,
    ),
)


def store_of(town: dict[Any, str], exact: Exact | None) -> Store:
    store = exact_store(Store(), exact)
    for (s, p, number), kind in town.items():
        value = Literal(str(number), datatype=NamedNode(XSD + kind))
        store.add(Quad(NamedNode(f"http://e/s{s}"), NamedNode(f"http://e/{p}"), value))
    return store


def values(rows: Any, text: str) -> list[tuple[str, ...]]:
    found = [
        tuple(each.value if isinstance(each, Literal) else str(each) for each in row)
        for row in rows
    ]
    return found if "ORDER" in text else sorted(found)


@settings(max_examples=60, deadline=None)
@given(town=TOWNS, text=TEXTS)
def test_an_expression_has_the_value_of_one_over_integers(town: dict[Any, str], text: str) -> None:
    """Whatever stands in what, and what is in error in one is in error in the other."""
    found = ask(store_of(town, Exact.drawn()), PREFIX + text)
    wanted = store_of(town, None).query(PREFIX + text)
    assert values(found, text) == values(wanted, text)
