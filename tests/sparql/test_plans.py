"""A planned query has the engine's own answer: generated data and queries, asked both ways.

Rows are compared as a bag, and in their order where the query says one. A query that no plan takes
is not counted as tried: each test says how many were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from graph.views import column_writer
from graph.views.column_writer import Moved, write
from graph.views.columns import Columns, path_in, release
from sparql.plans import groups, pages
from sparql.plans.grammar import Pattern
from sparql.plans.planning import in_columns, planned
from sparql.plans.tokens import tokens_of
from sparql.plans.wishes import read
from sparql.query import ask
from sparql.workers.pool import Pool
from sparql.workers.wire import Job
from tests.sparql.conftest import DiskView, made

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIX = f"PREFIX ex: <{EX}>\nPREFIX xsd: <{XSD}>\n"
DIFFERENT = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
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
OF_C = NamedNode(EX + "m")
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
            if number % 2 == 0:  # what only things of one class have, some of them twice
                yield Quad(each, OF_C, VALUES[number % 5])
                yield Quad(each, OF_C, VALUES[number % 3])


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
VERBS = st.sampled_from(["ex:p", "ex:q", "ex:r", "ex:m", "a", "ex:none", "?p", "?s"])
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
    whole = rows_of(store, text.partition("LIMIT")[0].partition("OFFSET")[0])
    tied = any(
        each and each[0] in '"_' and "#integer>" not in each for row in whole for each in row
    )
    assert len(wanted) == len(got), plan
    if "ORDER BY" not in text:
        assert Counter(wanted) == Counter(got), plan
    elif not tied:
        assert wanted == got, plan
    else:
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


@pytest.mark.parametrize("where", [
    "?s a ex:C ; ex:m ?v",
    "?s ex:m ?v ; a ex:C",
    "?s a ex:C ; ex:q ?v",
    "?s a ex:D ; ex:m ?v",
    "?s a ex:C ; a ex:D ; ex:m ?v",
    "?s a ex:C ; ex:m ?v ; ex:p ?w",
    "?s a ex:C ; ex:m ?v ; ex:m 'x'",
    "?s a ex:C ; ex:m 'x' ; ex:p ?v",
    "?s a ex:C ; ex:none ?v",
    "?s a ex:C . ?v ex:m ?s",
    "?s a ex:C OPTIONAL { ?s ex:m ?v }",
    "?s a ex:C FILTER NOT EXISTS { ?s ex:m ?v } ?s ex:q ?v",
    "?s ex:q ?v ; a ex:C FILTER NOT EXISTS { ?s ex:none ?x }",
    "?s ex:q ?v ; a ex:C FILTER EXISTS { ?s ex:none ?x }",
    "?s ex:m ?v FILTER EXISTS { ?s a ?x }",
    "?s ex:m ?v FILTER NOT EXISTS { ?s a ?x }",
    "?s ex:m ?v FILTER NOT EXISTS { ?s a ?x FILTER(?x = ex:D) }",
    "?s ex:q ?v FILTER NOT EXISTS { ?s ex:m ?x }",
    "?s ex:q ?v ; a ex:D FILTER EXISTS { ?s ex:m ?x }",
    "?s ex:m ?v FILTER NOT EXISTS { ?s ex:m ?s }",
    "?s ex:m ?v FILTER EXISTS { ?s a ?v }",
    "?s ex:m ?v FILTER EXISTS { ?s a ?x . ?s ex:none ?y }",
    "?x ex:m ?v . ?s ex:q ?v FILTER NOT EXISTS { ?x a ?y }",
    "?s ex:m ?v OPTIONAL { ?s ex:q ?x } FILTER EXISTS { ?s a ?y } FILTER NOT EXISTS { ?s ex:none ?z }",
])  # fmt: skip
@pytest.mark.parametrize("counted", ["COUNT(*)", "COUNT(DISTINCT ?s)"])
def test_a_class_is_not_looked_for_where_a_property_says_it_along(
    pairs: list[Both], where: str, counted: str
) -> None:
    shown = f"SELECT ?v ({counted} AS ?n) WHERE {{ {where} }} GROUP BY ?v"
    assert compared(pairs, shown)


def test_only_a_class_of_which_all_subjects_are_is_left_out(pairs: list[Both]) -> None:
    left = {
        verb: len(groups.needed(group_of(f"?s a ex:C ; {verb} ?v"), pairs[0][1]))
        for verb in ("ex:m", "ex:q")
    }
    assert left == {"ex:m": 1, "ex:q": 2}


def test_what_all_or_none_of_the_subjects_have_is_known(pairs: list[Both]) -> None:
    asked_of = {
        "?s ex:m ?v FILTER EXISTS { ?s a ?x }": True,
        "?s ex:m ?v FILTER EXISTS { ?s ex:none ?x }": False,
        "?s a ex:C FILTER EXISTS { ?s ex:q ?x } ?s ex:p ?v": None,
    }
    for where, known in asked_of.items():
        wish = read(f"{PREFIX}SELECT ?v (COUNT(*) AS ?n) WHERE {{ {where} }} GROUP BY ?v")
        assert wish is not None
        ((_, found),) = wish.group.exists
        assert groups.is_there(found, wish.group, pairs[0][1]) is known, where


def group_of(where: str) -> Sequence[Pattern]:
    wish = read(f"{PREFIX}SELECT ?v (COUNT(*) AS ?n) WHERE {{ {where} }} GROUP BY ?v")
    assert wish is not None
    return wish.group.patterns


def test_many_of_the_generated_queries_were_planned() -> None:
    assert not TRIED or min(TRIED["grouped"], TRIED["listed"]) > 25


# Sub-selects ---------------------------------------------------------------------------------------

WRAPPED = st.sampled_from(
    [
        "SELECT * WHERE {{ {{ {} }} ?s ?p ?o }}",
        "SELECT * WHERE {{ ?s ex:p ?o . {{ {} }} }}",
        "SELECT * WHERE {{ ?s ex:q ?v OPTIONAL {{ {} }} }}",
        "SELECT * WHERE {{ ?s ex:q ?v MINUS {{ {} }} }}",
        "SELECT * WHERE {{ {{ {} }} UNION {{ ?s a ?o }} }}",
        "SELECT ?s (COUNT(*) AS ?many) WHERE {{ {{ {} }} ?s ?verb ?thing }} GROUP BY ?s",
        "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ {} }} ?s ?p ?o }}",
        "ASK {{ {{ {} }} ?s a ex:C }}",
        "SELECT * WHERE {{ {{ {{ {} }} ?s ex:r ?z }} UNION {{ ?s a ?o }} }}",
    ]
)
WHOLE = st.sampled_from(
    [
        "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ex:p ?o } GROUP BY ?s",
        "SELECT ?s (SUM(?o) AS ?n) WHERE { ?s ex:p ?o } GROUP BY ?s",
        "SELECT DISTINCT ?s WHERE { ?s ex:p ?o FILTER isIRI(?s) } ORDER BY ?s LIMIT 3",
        "SELECT ?s ?o WHERE { ?s ex:p ?o FILTER(isIRI(?s) && isIRI(?o)) } ORDER BY ?s ?o LIMIT 4",
        "SELECT ?s ?v WHERE { ?s a ex:C OPTIONAL { ?s ex:q ?v } } ORDER BY ?s ?v LIMIT 400",
        "SELECT * WHERE { ?s a ex:C FILTER EXISTS { ?s ex:p ?any } } ORDER BY ?s LIMIT 9",
        "SELECT (MAX(?o) AS ?v) WHERE { ?s ex:q ?o FILTER isNumeric(?o) }",
    ]
)


@given(outer=WRAPPED, inner=WHOLE)
@settings(parent=DIFFERENT, max_examples=40)
def test_a_sub_select_asked_first_gives_the_same(pairs: list[Both], outer: str, inner: str) -> None:
    text = PREFIX + outer.format(inner)
    for store, columns in pairs:
        plan = planned(text, store, lambda held=columns: held)
        for each in (plan, planned(text, store, lambda: None)):
            assert answer_of(store, text) == answer_of(store, each), each


def answer_of(store: Store, text: str) -> Counter[str]:
    found = ask(store, text)
    if isinstance(found, QuerySolutions):
        heads = [each.value for each in found.variables]
        return Counter(repr(sorted(zip(heads, map(str, row), strict=True))) for row in found)
    if isinstance(found, QueryTriples):
        return Counter(map(str, found))
    return Counter([str(bool(found))])


def test_what_stands_around_a_sub_select_is_asked_of_its_rows(pairs: list[Both]) -> None:
    store, columns = pairs[2]
    inner = "SELECT ?s WHERE { ?s a ex:C FILTER isIRI(?s) } ORDER BY ?s LIMIT 2"
    plan = planned(f"{PREFIX}ASK {{ {{ {inner} }} ?s ?p ?o }}", store, lambda: columns)

    assert "SELECT" not in plan
    assert plan.count(f"(<{EX}") == 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPH ex:g { { SELECT ?s { ?s ?p ?o } LIMIT 1 } } }",
        "SELECT * { GRAPH ex:g { SELECT ?s { ?s ?p ?o } LIMIT 1 } }",
        "SELECT * { GRAPH ?g { SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1 } }",
        "SELECT * { ?s a ?c FILTER NOT EXISTS { SELECT ?s { ?s ?q ?v } ORDER BY ?s LIMIT 1 } }",
        "SELECT * { ?s a ex:C LATERAL { SELECT * { ?s ?p ?o } ORDER BY ?p ?o LIMIT 1 } }",
        "SELECT * { ?s a ex:C LATERAL { { SELECT * { ?s ?p ?o } ORDER BY ?p ?o LIMIT 1 } } }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { { SELECT ?s { ?s ?q ?v } LIMIT 1 } } }",
        "SELECT * FROM ex:g { { SELECT ?s { ?s ?p ?o } LIMIT 1 } }",
        "SELECT * { { SELECT (RAND() AS ?s) { } LIMIT 1 } }",
        "SELECT * { { SELECT ?s { ?s ?p _:b } LIMIT 1 } }",
        "SELECT * { { SELECT ?s { ?s ?p [] } LIMIT 1 } }",
        "SELECT * { { SELECT ?s { ?s ?p ?o FILTER(?s<ex:b> ?o) } LIMIT 1 } }",
        "BASE <http://x/> SELECT * { { SELECT ?s { ?s ?p ?o } LIMIT 1 } }",
        "SELECT * { { SELECT ?s { ?s ?p ?o } } }",
        "SELECT * { ?s <p> ?o { SELECT ?s { ?s ?p ?o } LIMIT 1 } }",
    ],
)
def test_a_sub_select_that_does_not_stand_for_itself_stays(text: str) -> None:
    assert pages.parts_of(PREFIX + text) == []


def test_blank_nodes_and_long_tables_are_left_to_the_engine(
    pairs: list[Both], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = pairs[0]
    inner = "SELECT ?s {{ ?s ex:p ?o FILTER {}(?s) }} LIMIT 2"
    blank = f"{PREFIX}SELECT * {{ {{ {inner.format('isBlank')} }} ?s a ?c }}"
    named = f"{PREFIX}SELECT * {{ {{ {inner.format('isIRI')} }} ?s a ?c }}"

    assert planned(blank, store, lambda: None) == blank
    assert planned(named, store, lambda: None) != named
    monkeypatch.setattr(pages, "LONGEST", 1)
    assert planned(named, store, lambda: None) == named


# What is not read ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s (SUM(?o) AS ?n) { ?s ex:p ?o } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p/ex:q ?o } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p* ?o } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p 1 } GROUP BY ?s",
        'SELECT ?s (COUNT(*) AS ?n) { ?s ex:p "1"^^xsd:integer } GROUP BY ?s',
        'SELECT ?s (COUNT(*) AS ?n) { ?s ex:p "a\\n" } GROUP BY ?s',
        "SELECT ?s (COUNT(*) AS ?n) { GRAPH ?g { ?s ex:p ?o } } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) FROM ex:g { ?s ex:p ?o } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p ?o } GROUP BY ?s VALUES ?s { ex:a }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p ?o } GROUP BY (STR(?s) AS ?x)",
        "SELECT ?o (COUNT(*) AS ?n) { ?s ex:p ?o } GROUP BY ?s",
        "SELECT ?s (COUNT(?none) AS ?n) { ?s ex:p ?o } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p ?o FILTER(?o > 1) } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ex:p ?o FILTER(?none = ex:a) } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { OPTIONAL { ?s ex:p ?o } ?s ex:q ?v } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s a ?c OPTIONAL { ?s ex:p ?o } ?o a ?d } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s a ?c OPTIONAL { ?s ex:p ?o } OPTIONAL { ?s ex:q ?o } } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { { ?s a ?c } UNION { ?s ex:p ?c } } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?n) { ?s a ?c BIND(1 AS ?x) } GROUP BY ?s",
        "SELECT ?s (COUNT(*) AS ?_count0) { ?s a ?c } GROUP BY ?s",
        "SELECT DISTINCT ?n (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?s",
        "SELECT * { ?s a ?c } ORDER BY ?s LIMIT 3",
        "SELECT ?s { ?s a ?c } ORDER BY ?s LIMIT 3 LIMIT 4",
        "SELECT ?s { ?s a ?c } LIMIT",
        "SELECT ?s { ?s a ?c ORDER BY ?s LIMIT 3",
        "ASK { ?s a ?c }",
    ],
)
def test_what_the_grammar_does_not_know_it_does_not_read(text: str) -> None:
    assert read(PREFIX + text) is None


@pytest.mark.parametrize(
    "text",
    ["SELECT ~", "'open", "<no-scheme> ", "ex:a.b", "ex:%41", "1.", "?", "x" * 30_000, "_:a", "(?a <b:c> ?d)"],
)  # fmt: skip
def test_a_text_is_read_whole_or_not_at_all(text: str) -> None:
    assert tokens_of(text) is None


@given(st.text(alphabet="SELECT COUNT{}()<>?:ab\"'@^.;,#\\\n*&|!=", max_size=60))
@settings(parent=DIFFERENT, max_examples=150)
def test_no_text_breaks_the_reading(text: str) -> None:
    read(text)
    pages.parts_of(f"SELECT * {{ {text} }}")


# Columns beside a snapshot -------------------------------------------------------------------------

MANY = "\n".join(
    f"<{EX}d{n}> <{EX}theme> <{EX}t{n % 7}> .\n<{EX}d{n}> a <{EX}Dataset> ." for n in range(1500)
)
BY_THEME = f"""SELECT ?t (COUNT(?d) AS ?n) {{ ?d a <{EX}Dataset> ; <{EX}theme> ?t }}
GROUP BY ?t ORDER BY DESC(?n) ?t LIMIT 3"""


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory) -> DiskView:
    return made(tmp_path_factory.mktemp("themed"), MANY, RdfFormat.TURTLE)


def asked(pool: Pool, view: DiskView, text: str) -> bytes:
    job = Job(str(view.path / "store"), f"{view.clearance}-themed", text, {"rows": "csv"})
    running = pool.ask(job)
    running.head()
    return b"".join(running.chunks())


def test_a_child_counts_in_the_columns_of_its_own_snapshot(pool: Pool, themed: DiskView) -> None:
    """Columns that say otherwise are put in the place of the right ones, to see who answered."""
    wanted = asked(pool, themed, BY_THEME)
    assert wanted.split() == [
        b"t,n",
        *(f"{EX}t{n},215".encode() for n in range(2)),
        f"{EX}t2,214".encode(),
    ]
    other = Store()
    other.extend(
        Quad(NamedNode(f"{EX}d{n}"), verb, thing)
        for n in range(1200)
        for verb, thing in (
            (RDF_TYPE, NamedNode(f"{EX}Dataset")),
            (NamedNode(f"{EX}theme"), THINGS[0]),
        )
    )
    place = path_in(themed.path, release())
    write(other, place, themed.path.parent / "shelf")
    try:
        assert asked(pool, themed, BY_THEME).split() == [b"t,n", f"{EX}a,1200".encode()]
    finally:
        place.unlink()


def test_a_fault_in_a_planned_text_is_told_of_the_text_as_it_was_sent(
    pool: Pool, themed: DiskView
) -> None:
    text = "SELECT * {\n { SELECT ?s { ?s ?p ?o } LIMIT 1 }\n ?s ?p ?o ?x }"
    with pytest.raises(Exception, match="line 3"):
        asked(pool, themed, text)


def test_columns_hold_the_merge_alone(pairs: list[Both]) -> None:
    for store, columns in pairs:
        merged = sum(1 for _ in store.quads_for_pattern(None, None, None, None))
        assert sum(columns.predicates.values()) == merged - 1
        assert columns.number('"elsewhere"') == -1


def test_statements_about_statements_leave_a_view_without_columns(tmp_path: Path) -> None:
    store = Store()
    said = Quad(THINGS[0], PROPERTIES[0], THINGS[1]).triple
    store.add(Quad(THINGS[0], PROPERTIES[0], said))

    assert not write(store, tmp_path / "columns", tmp_path / "shelf")
    assert not (tmp_path / "columns").exists()


def test_thousands_of_predicates_leave_a_view_without_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_writer, "PREDICATES", 2)
    store = Store()
    store.extend(Quad(THINGS[0], each, THINGS[1]) for each in PROPERTIES)

    assert not write(store, tmp_path / "columns", tmp_path / "shelf")


def test_columns_of_a_snapshot_that_moved_on_are_given_up(tmp_path: Path) -> None:
    store = Store()
    store.extend(statements(1))
    with pytest.raises(Moved):
        write(store, tmp_path / "columns", tmp_path / "shelf", lambda: False)

    assert [each.name for each in (tmp_path / "shelf").iterdir() if each.is_file()] == []
