"""Rows sorted by us are in the engine's order, whatever they are ordered by; what is not surely so is left to it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from sparql.plans import orders
from sparql.plans.orders import ordered
from sparql.query import Term, ask

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = (
    "",
    "a",
    "ab",
    "a b",
    "A",
    "é",
    "\U0001f600",
    "\uffee",
    "道路",
    '"',
    "\\",
    "a\tb",
    "a\nb",
    "a\r",
    "'",
    "<a>",
    "-",
    "10",
    "9",
)
THINGS = [NamedNode(EX + each) for each in ("", "a", "a/b", "a-b", "ab", "a#b", "道", "A", "a~")]


def typed(value: str, kind: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + kind))


SAID: dict[str, Sequence[Term]] = {
    "texts": [
        *map(Literal, TEXTS),
        *(Literal(each, language=lang) for each in TEXTS for lang in ("en", "zh", "zh-hans")),
    ],
    "things": [*THINGS, BlankNode("b"), BlankNode("a"), BlankNode("a1")],
    "numbers": [
        *(typed(each, "integer") for each in ("1", "-3", "10", "99999999999999999999")),
        *(typed(each, "decimal") for each in ("1.5", "-0.25", "7.0")), typed("2", "byte"),
    ],
    "days": [typed(f"{year}-0{month}-11", "date") for year in (1999, 2026) for month in (1, 2, 9)],
    "moments": [typed(f"2026-01-0{day}T10:0{day}:00Z", "dateTime") for day in range(1, 9)],
    "truths": [typed("true", "boolean"), typed("false", "boolean")],
    "years": [typed("2026", "gYear"), typed("1999", "gYear")],
}  # fmt: skip
SAID["both"] = [*SAID["texts"], *SAID["things"]]
MIXED: list[Term] = [
    *SAID["texts"], *SAID["numbers"], *SAID["days"], typed("1e3", "double"),
    typed("2026-01-01T00:00:00.5Z", "dateTime"), Literal("x", datatype=NamedNode(EX)),
]  # fmt: skip


def filled(terms: Sequence[Term], seed: int = 0) -> Store:
    """Give a store of things that say two of these each, or one, or none."""
    store, chance = Store(), random.Random(seed)
    for number in range(200):
        thing = NamedNode(f"{EX}thing/{number:03}")
        store.add(Quad(thing, NamedNode(EX + "is"), NamedNode(EX + "Thing")))
        for verb in ("p", "q"):
            if chance.random() < 0.8:
                said = chance.choice(terms)
                assert not isinstance(said, Quad)
                store.add(Quad(thing, NamedNode(EX + verb), said))
    return store


BODY = f"?s <{EX}is> ?c OPTIONAL {{ ?s <{EX}p> ?p }} OPTIONAL {{ ?s <{EX}q> ?q }}"


@pytest.fixture(scope="module")
def stores() -> dict[str, Store]:
    return {name: filled(terms) for name, terms in SAID.items()}


def told(rows: QuerySolutions) -> list[tuple[Term | None, ...]]:
    return [tuple(row) for row in rows]


def every(rows: object) -> list[tuple[Term | None, ...]]:
    assert isinstance(rows, QuerySolutions)
    return told(rows)


@pytest.mark.parametrize("kind", SAID)
@pytest.mark.parametrize("by", ["?p", "DESC(?p)", "?p DESC(?q)", "desc(?q) asc( ?p ) ?s", "?q $s"])
def test_rows_are_in_the_engine_s_order(
    monkeypatch: pytest.MonkeyPatch, stores: dict[str, Store], kind: str, by: str
) -> None:
    """Keys come in one order; with a key of which no two are alike, so do the rows."""
    monkeypatch.setattr(orders, "is_of_texts", lambda _: True)
    text = f"SELECT ?p ?q ?s WHERE {{ {BODY} }} ORDER BY {by}"
    found = ordered(text, stores[kind], 0, 1000)
    assert found is not None
    mine, wanted = told(found), every(ask(stores[kind], text))
    columns = [
        place
        for place, name in enumerate(("p", "q", "s"))
        if f"{name}" in by.replace("desc", "").replace("asc", "").replace("DESC", "")
    ]

    assert [[row[at] for at in columns] for row in mine] == [
        [row[at] for at in columns] for row in wanted
    ]
    assert sorted(map(str, mine)) == sorted(map(str, wanted))


@given(st.permutations(SAID["both"]), st.integers(0, 5))
def test_any_two_terms_are_compared_as_the_engine_compares_them(
    terms: list[Term], seed: int
) -> None:
    store = filled(terms[:6], seed)
    text = f"SELECT * WHERE {{ {BODY} }} ORDER BY ?p DESC(?q) ?s"
    found = ordered(text, store, 0, 1000)

    assert found is None or told(found) == every(ask(store, text))


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT ?s ?p {{ {BODY} }} ORDER BY ?p ?s",
        f"SELECT ?s {{ {BODY} }} ORDER BY ?p ?s",
        f"SELECT ?s (STR(?p) AS ?t) {{ {BODY} }} ORDER BY ?t ?s",
        f"SELECT DISTINCT ?p {{ {BODY} }} ORDER BY ?p",
        f"SELECT * {{ {BODY} }} ORDER BY ?p ?s LIMIT 7 OFFSET 3",
        f"SELECT ?s {{ {BODY} }} ORDER BY DESC(?q) ?s OFFSET 150 LIMIT 90",
        f"SELECT ?s {{ {BODY} }} ORDER BY ?s LIMIT 0",
        f"PREFIX ex: <{EX}> # remark\nSELECT ?s ?p {{ ?s ex:p ?p }} ORDER BY ?p ?s # remark",
        f"SELECT ?s ?p {{ {{ SELECT ?s ?p {{ ?s <{EX}p> ?p }} ORDER BY ?p LIMIT 90 }} }} ORDER BY ?s ?p",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("skip", "rows"), [(0, 1000), (0, 5), (10, 5), (195, 30), (300, 5)])
def test_pages_are_parts_of_the_engine_s_answer(
    stores: dict[str, Store], text: str, skip: int, rows: int
) -> None:
    """So many rows behind those before, and one more where there is one: no column too many."""
    for kind in ("texts", "both"):
        found = ordered(text, stores[kind], skip, rows)
        assert found is not None
        whole = ask(stores[kind], text)
        assert isinstance(whole, QuerySolutions)
        assert [each.value for each in found.variables] == [each.value for each in whole.variables]
        assert told(found) == told(whole)[skip : skip + rows + 1]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT ?s {{ {BODY} }}",
        f"SELECT ?s {{ {BODY} }} ORDER BY STR(?p)",
        f"SELECT ?s {{ {BODY} }} ORDER BY (?p)",
        f"SELECT ?s {{ {BODY} }} ORDER BY ?p LIMIT 3 LIMIT 3",
        f"SELECT ?s {{ {BODY} }} ORDER BY ?p VALUES ?p {{ 1 }}",
        f"SELECT ?s FROM <{EX}> {{ {BODY} }} ORDER BY ?p",
        f"SELECT DISTINCT ?s {{ {BODY} }} ORDER BY ?p",
        f"SELECT (STR(?q) AS ?t) {{ {BODY} }} ORDER BY ?p",
        f"SELECT ?p (COUNT(*) AS ?n) {{ {BODY} }} GROUP BY ?p ORDER BY ?p",
        f"SELECT * {{ {{ SELECT ?s {{ {BODY} }} }} }} ORDER BY ?p",
        f"SELECT * {{ {BODY} }} ORDER BY ?nothing",
        f"BASE <{EX}> SELECT ?s {{ {BODY} }} ORDER BY ?p",
        f"CONSTRUCT {{ ?s ?p ?q }} {{ {BODY} }} ORDER BY ?p",
        f"ASK {{ {BODY} }} ORDER BY ?p",
        f"SELECT ?s {{ {BODY} }} ORDER BY",
        f"SELECT ?s {{ {BODY} }} ORDER ?p",
        f"SELECT ?s {{ {BODY} }} ORDER BY DESC ?p",
        f"SELECT ?s {{ {BODY} ORDER BY ?p",
        "SELECT ?s ORDER BY ?p",
        "SELECT ?s { ?s nothing:p ?p } ORDER BY ?p",
        f"SELECT ?s {{ ?s ?p ?q }} ORDER BY ?p {'#' * 20_000}",
    ],
)  # fmt: skip
def test_what_is_more_than_an_order_of_variables_is_the_engine_s(
    stores: dict[str, Store], text: str
) -> None:
    assert ordered(text, stores["texts"], 0, 10) is None


def test_what_the_engine_compares_quickly_is_left_to_it(stores: dict[str, Store]) -> None:
    text = f"SELECT ?s {{ {BODY} }} ORDER BY ?p"

    assert ordered(text, stores["numbers"], 0, 10) is None
    assert ordered(text, stores["days"], 0, 10) is None
    assert ordered(text, stores["texts"], 0, 10) is not None


@pytest.mark.parametrize("seed", range(3))
def test_keys_of_several_kinds_are_left_to_the_engine(seed: int) -> None:
    assert ordered(f"SELECT * {{ {BODY} }} ORDER BY ?p", filled(MIXED, seed), 0, 10) is None


@pytest.mark.parametrize(
    "cell",
    [
        "<<( <urn:a> <urn:b> 1 )>>", '"a"@ar--rtl', '"x"^^<urn:type>', '"P1D"^^<urn:x> ', "1e5", "NaN",
        f'"2026-11-29Z"^^<{XSD}date>', f'"x"^^<{XSD}integer>', f'"2026-11-29T10:00:00.5Z"^^<{XSD}dateTime>',
    ],
)  # fmt: skip
def test_a_term_whose_order_is_not_known_here_is_left_to_the_engine(cell: str) -> None:
    with pytest.raises(orders.Mixed):
        orders.key_of(cell.encode())


def test_a_text_is_compared_by_what_its_signs_mean() -> None:
    (escaped, _), (plain, _) = (orders.key_of(each) for each in (rb'"a\tb\"\\\n"', b'"a"'))

    assert escaped[1] == b'a\tb"\\\n'
    assert plain < escaped


def test_rows_that_are_not_wanted_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a query that is cut only the first rows are held."""
    monkeypatch.setattr(orders, "SLACK", 10)
    held: list[int] = []
    sort = orders.Lines.sort

    def watched(self: orders.Lines) -> None:
        held.append(len(self.kept))
        sort(self)

    monkeypatch.setattr(orders.Lines, "sort", watched)
    store = filled(SAID["texts"])
    store.extend(
        Quad(NamedNode(f"{EX}n/{n}"), NamedNode(EX + "is"), Literal(f"{n * 7919 % 5000:04}"))
        for n in range(5000)
    )
    text = f"SELECT ?s ?o {{ ?s <{EX}is> ?o }} ORDER BY ?o ?s LIMIT 20"
    found = ordered(text, store, 0, 1000)

    assert found is not None
    assert told(found) == every(ask(store, text))
    assert len(held) > 5
    assert max(held) < 2_000


def test_more_rows_than_can_be_held_are_the_engine_s(
    monkeypatch: pytest.MonkeyPatch, stores: dict[str, Store]
) -> None:
    monkeypatch.setattr(orders, "HELD", 20)

    assert ordered(f"SELECT ?s {{ {BODY} }} ORDER BY ?s", stores["texts"], 0, 1000) is None


def test_equal_rows_keep_one_order_on_every_page(stores: dict[str, Store]) -> None:
    text = f"SELECT ?s ?c {{ {BODY} }} ORDER BY ?c"
    whole = ordered(text, stores["texts"], 0, 1000)
    assert whole is not None
    rows = told(whole)
    pages: list[tuple[Term | None, ...]] = []
    for skip in range(0, 200, 30):
        page = ordered(text, stores["texts"], skip, 30)
        assert page is not None
        pages += told(page)[:30]

    assert pages == rows
    assert len(set(map(str, rows))) == 200
