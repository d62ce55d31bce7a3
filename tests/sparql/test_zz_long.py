"""A planned query has the engine's own answer: generated data and queries, asked both ways.

Rows are compared as a bag, and in their order where the query says one. A query that no plan takes
is not counted as tried: each test says how many were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from graph.column_writer import write
from graph.columns import Columns
from sparql.plans import groups
from sparql.plans.planning import in_columns
from sparql.query import ask

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIX = f"PREFIX ex: <{EX}>\nPREFIX xsd: <{XSD}>\n"
DIFFERENT = settings(
    max_examples=1500,
    deadline=None,
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

# Data ----------------------------------------------------------------------------------------------

THINGS = [NamedNode(EX + name) for name in ("a", "a/b", "ab", "a-b", "城市", "Z", "b")]
BLANK = [BlankNode("one"), BlankNode("two")]
VALUES = [
    Literal("x"),
    Literal("x", language="zh"),
    Literal("x", language="zh-CN"),
    Literal("x", language="en"),
    Literal('quoted "x"@en \\ \n\t end'),
    Literal('ends in "@zh'),
    Literal(""),
    Literal("城市", language="zh"),
    Literal("1"),
    *(
        Literal(text, datatype=NamedNode(XSD + kind))
        for text, kind in (
            ("1", "integer"),
            ("01", "integer"),
            ("1.0", "decimal"),
            ("1", "decimal"),
            ("1.0E0", "double"),
            ("NaN", "double"),
            ("-0", "double"),
            ("true", "boolean"),
            ("1", "boolean"),
            ("2025-01-01", "date"),
            ("2025-01-01Z", "date"),
            ("2025-01-01T00:00:00+00:00", "dateTime"),
            ("-3", "negativeInteger"),
            ("not a number", "integer"),
        )
    ),
]
PROPERTIES = [NamedNode(EX + name) for name in ("p", "q", "r")]
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CLASSES = [NamedNode(EX + name) for name in ("C", "D")]


def statements(seed: int) -> Iterator[Quad]:
    """Give statements over all kinds of terms; each seed has others."""
    subjects, objects = [*THINGS, *BLANK], [*THINGS, *BLANK, *VALUES]
    state = seed * 7919 + 1
    for _ in range(90):
        state = (state * 1103515245 + 12345) % (1 << 31)
        one, two, three = state >> 4, state >> 9, state >> 15
        verb = PROPERTIES[two % 3]
        yield Quad(subjects[one % len(subjects)], verb, objects[three % len(objects)])
    for number, each in enumerate(subjects):
        if (seed + number) % 3:
            yield Quad(each, RDF_TYPE, CLASSES[number % 2])


Both = tuple[Store, Columns]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Both]:
    """Give four stores, each with columns of it; one holds IRIs alone, one nothing."""
    folder = tmp_path_factory.mktemp("pairs")
    found = []
    for seed in range(4):
        store = Store()
        quads = [] if seed == 3 else list(statements(seed))
        store.extend(q for q in quads if seed != 2 or isinstance(q.object, NamedNode))
        store.extend([Quad(THINGS[0], PROPERTIES[0], Literal("elsewhere"), NamedNode(EX + "g"))])
        path = folder / str(seed)
        assert write(store, path, folder / "shelf")
        found.append((store, Columns(path, 64 << 20)))
    return found


@pytest.fixture(autouse=True)
def every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "FEW", -1)


# Queries -------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["?s", "?o", "?v", "?S", "?w"])
CONSTANTS = st.sampled_from(
    ["ex:a", "ex:b", f"<{EX}城市>", "ex:none", '"x"', '"x"@zh', "'x'@EN", '""', "true", "ex:C"]
)
SUBJECTS = st.one_of(NAMES, st.sampled_from(["ex:a", "ex:b", "ex:none"]))
VERBS = st.sampled_from(["ex:p", "ex:q", "ex:r", "a", "ex:none", "?p", "?s"])
PATTERNS = st.builds("{} {} {}".format, SUBJECTS, VERBS, st.one_of(NAMES, NAMES, NAMES, CONSTANTS))
EQUAL = st.sampled_from(["=", "!="])
TONGUES = st.sampled_from(["", "zh", "en", "zh-cn", "ZH", "fr"])
TESTS = st.one_of(
    st.builds("{}({})".format, st.sampled_from(["isIRI", "isLiteral", "isBlank", "bound"]), NAMES),
    st.builds("{} {} ex:a".format, NAMES, EQUAL),
    st.builds(f"{{}} {{}} <{EX}b>".format, NAMES, EQUAL),
    st.builds("{} {} (ex:a, ex:C, ex:none)".format, NAMES, st.sampled_from(["IN", "NOT IN"])),
    st.builds('LANG({}) {} "{}"'.format, NAMES, EQUAL, TONGUES),
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=3,
)
INNER = st.builds(
    "{} {}".format,
    st.lists(PATTERNS, min_size=1, max_size=2).map(" . ".join),
    st.one_of(st.just(""), st.builds("FILTER ({})".format, TESTS)),
)
PARTS = st.one_of(
    PATTERNS.map("{} . ".format),
    PATTERNS.map("{} . ".format),
    PATTERNS.map("{} . ".format),
    CONDITIONS.map("FILTER ({}) ".format),
    INNER.map("OPTIONAL {{ {} }} ".format),
    INNER.map("FILTER EXISTS {{ {} }} ".format),
    INNER.map("FILTER NOT EXISTS {{ {} }} ".format),
)
GROUPS = st.builds("{{ {} . {} }}".format, PATTERNS, st.lists(PARTS, max_size=4).map("".join))
COUNTS = st.one_of(
    st.just("COUNT(*)"),
    NAMES.map("COUNT({})".format),
    NAMES.map("COUNT(DISTINCT {})".format),
)
CUTS = st.sampled_from(
    ["", "LIMIT 3", "LIMIT 2 OFFSET 1", "OFFSET 2", "LIMIT 0", "LIMIT 50 OFFSET 40"]
)


@st.composite
def grouped(draw: Callable[[Any], Any]) -> str:
    """Give a query that groups, with expressions over counts, HAVING, order and a cut."""
    keys = draw(st.lists(NAMES, max_size=2, unique=True))
    counts = draw(st.lists(COUNTS, min_size=0 if keys else 1, max_size=2))
    items = [*keys, *(f"({count} AS ?n{at})" for at, count in enumerate(counts))]
    if counts and draw(st.booleans()):
        items.append(f"(({counts[0]} * 2 + 1) / 2 AS ?m)")
    text = f"SELECT {' '.join(items)} WHERE {draw(GROUPS)}"
    if keys:
        text += f" GROUP BY {' '.join(keys)}"
    if counts and draw(st.integers(0, 3)) == 0:
        text += f" HAVING ({counts[0]} > 1)"
    by = [f"{way}(?n0)" for way in ("DESC", "ASC")] if counts else []
    ordered = draw(st.sampled_from(["", *by, *by, *by, *keys, *(f"DESC({key})" for key in keys)]))
    rest = " ".join([*keys, *(f"?n{at}" for at in range(len(counts)))])
    return f"{text} ORDER BY {ordered} {rest} {draw(CUTS)}" if ordered else text


@st.composite
def listed(draw: Callable[[Any], Any]) -> str:
    """Give a query of rows: different ones, or some in an order."""
    shown = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    distinct = draw(st.sampled_from(["", "DISTINCT "]))
    text = f"SELECT {distinct}{' '.join(shown)} WHERE {draw(GROUPS)}"
    first = draw(st.sampled_from([shown[0], f"DESC({shown[0]})", f"ASC({shown[-1]})"]))
    return f"{text} ORDER BY {first} {' '.join(shown)} {draw(CUTS)}"


def rows_of(store: Store, text: str) -> list[tuple[str | None, ...]]:
    found = ask(store, text)
    assert isinstance(found, QuerySolutions)
    return [tuple(None if each is None else str(each) for each in row) for row in found]


def alike(store: Store, text: str, plan: str) -> None:
    """Say that both texts have the same rows, in the same order where the query says one.

    Literals of one value and different types are ties: then any of them may come first, and a cut
    may keep any. So much is asked of those: as many rows, each one of the whole answer.
    """
    wanted, got = rows_of(store, text), rows_of(store, plan)
    assert len(wanted) == len(got), plan
    tied = any(
        each and each[0] in '"_' and "#integer>" not in each for row in wanted for each in row
    )
    if "ORDER BY" not in text:
        assert Counter(wanted) == Counter(got), plan
    elif not tied:
        assert wanted == got, plan
    else:
        whole = rows_of(store, text.partition("LIMIT")[0].partition("OFFSET")[0])
        assert Counter(got) <= Counter(whole), plan


def compared(pairs: list[Both], text: str) -> int:
    """Ask both ways; give how many stores a plan was made for."""
    tried = 0
    for store, columns in pairs:
        plan = in_columns(PREFIX + text, lambda held=columns: held)
        if plan is not None:
            tried += 1
            alike(store, PREFIX + text, plan)
    return tried


TRIED: Counter[str] = Counter()


@given(text=grouped())
@DIFFERENT
def test_groups_counted_in_columns_are_the_engine_s_own(pairs: list[Both], text: str) -> None:
    found = compared(pairs, text)
    assume(found)
    TRIED["grouped"] += 1


@given(text=listed())
@DIFFERENT
def test_rows_cut_in_columns_are_the_engine_s_own(pairs: list[Both], text: str) -> None:
    found = compared(pairs, text)
    assume(found)
    TRIED["listed"] += 1


def test_many_of_the_generated_queries_were_planned() -> None:
    assert not TRIED or min(TRIED["grouped"], TRIED["listed"]) > 25
