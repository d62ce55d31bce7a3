"""Templates: typed values go into their rows and nowhere else; whatever is sent, the shape stays."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Invalid
from sparql.query import ask, value_of
from sparql.templates import RESERVED, WrongValues, bound, template_of
from sparql.texts import names, text_of
from tests import town

TEXT = """# Everything of one kind.
#+ thing: iri
#+ word: string optional
#+ since: date optional
#+ limit: integer
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?thing ?word ?since WHERE {
  VALUES ?thing { <http://example.org/a> }
  VALUES ?word { "an example" }
  VALUES ?since { "2026-01-01"^^xsd:date }
  # VALUES ?word { "in a comment" }
  BIND("VALUES ?word { 'in a string' }" AS ?a)
  BIND('''VALUES ?word { "in a long string" }''' AS ?b)
  FILTER(?a!=?b||1<2)
}
LIMIT 10
"""
HOSTILE = [
    '" } ?s ?p ?o {',
    "' } ?s ?p ?o #",
    "'''",
    '"""',
    "\\",
    '\\" }',
    "x\n} ?s ?p ?o #\r",
    "VALUES ?thing { <http://example.org/b> }",
    'VALUES ?word { "again" }',
    "LIMIT 99999",
    "} UNION { ?s ?p ?o",
    "\\u0022 } ?s ?p ?o",
    "<http://example.org/>",
    "?thing",
    "UNDEF",
    "\u2028} ?s",
    "\x00",
]


def shape(text: str) -> object:
    """Give how a query is built, by another parser than the engine's, without the rows' terms."""
    return plain(parseQuery(text))


def plain(part: object) -> object:
    if isinstance(part, CompValue):
        if part.name in {"InlineData", "ValuesClause", "InlineDataOneVar"}:
            return (part.name, plain(part.get("var")))
        kept = {k: plain(v) for k, v in part.items() if k not in {"limit", "offset"}}
        return (part.name, tuple(sorted(kept.items(), key=repr)))
    if isinstance(part, str | bytes):
        return str(part)
    try:
        return tuple(plain(each) for each in part)  # type: ignore[attr-defined]
    except TypeError:
        return str(part)


@pytest.fixture(scope="module")
def view() -> View:
    return town.town(Clearance.OPEN)


def answered(text: str) -> tuple[tuple[str, ...], list[str | None]]:
    found = ask(Store(), text)
    assert isinstance(found, QuerySolutions)
    rows = list(found)
    assert len(rows) == 1
    return tuple(each.value for each in found.variables), [
        None if term is None else value_of(term) for term in rows[0]
    ]


def told(sent: dict[str, list[str]]) -> tuple[set[str], str]:
    """Give which values are wrong, or the query where none is."""
    try:
        return set(), bound(template_of(TEXT), sent)
    except WrongValues as error:
        return set(error.faults), ""


# No value changes the shape --------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)))
def test_a_text_is_read_back_as_it_was_sent_and_the_query_stays_as_it_was(word: str) -> None:
    template = template_of(TEXT)
    sent = {"thing": ["http://example.org/b"], "word": [word]}
    text = bound(template, sent)

    variables, row = answered(text)
    assert variables == ("thing", "word", "since")
    assert row == ["http://example.org/b", word if word.strip() else None, None]
    assert shape(text) == shape(TEXT)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["thing", "since", "limit"]), st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_a_value_of_another_type_is_refused_or_stays_in_its_row(name: str, value: str) -> None:
    sent = {"thing": ["http://example.org/b"], "limit": ["5"], name: [value]}
    faults, text = told(sent)

    assert faults <= {name}
    assert not text or shape(text) == shape(TEXT)


@settings(max_examples=60, deadline=None)
@given(
    before=st.text(alphabet="'\"<>#?a\\ \n&(){};=|", max_size=12),
    after=st.text(alphabet="'\"<>#?a\\ \n&(){};=|", max_size=12),
    value=st.one_of(st.sampled_from(HOSTILE), st.text(alphabet="'\"\\}{ #", max_size=6)),
)
def test_around_a_row_may_stand_what_will(before: str, after: str, value: str) -> None:
    """Whatever an author writes: two values of one type give queries of one shape, or none both."""
    text = f'#+ v: string\nSELECT * {{ {before} VALUES ?v {{ "x" }} {after} }}'
    try:
        template = template_of(text)
        first, second = bound(template, {"v": ["x"]}), bound(template, {"v": [value]})
    except Invalid:
        return
    assert is_query(first) == is_query(second)
    if is_query(first):
        assert columns(first) == columns(second)


def is_query(text: str) -> bool:
    try:
        ask(Store(), text)
    except SyntaxError:
        return False
    return True


def columns(text: str) -> list[str]:
    found = ask(Store(), text)
    assert isinstance(found, QuerySolutions)
    return [each.value for each in found.variables]


def test_a_quote_in_an_iri_closes_no_string() -> None:
    text = bound(template_of(TEXT), {"thing": ["http://example.org/O'''Hare"]})

    assert "'''Hare" not in text
    assert answered(text)[1][0] == "http://example.org/O'''Hare"


# What values may be ----------------------------------------------------------------------------------


def test_every_wrong_value_has_a_sentence_of_its_own() -> None:
    sent = {"thing": ["roads"], "since": ["yesterday"], "limit": ["-1"], "colour": ["red"]}
    with pytest.raises(WrongValues) as caught:
        bound(template_of(TEXT), sent)

    assert set(caught.value.faults) == {"thing", "since", "limit", "colour"}
    assert all(en and zh for en, zh in caught.value.faults.values())


def test_what_is_left_out_is_unbound_where_it_may_be_and_missed_where_not() -> None:
    text = bound(template_of(TEXT), {"thing": ["http://example.org/b"], "word": [""]})

    assert "VALUES ?word { UNDEF }" in text
    assert text.endswith("LIMIT 10\n")
    with pytest.raises(WrongValues, match="has to be given"):
        bound(template_of(TEXT), {})


def test_a_code_is_taken_by_its_notation_and_no_other() -> None:
    text = "#+ way: code sharing\nASK { VALUES ?way { <urn:x> } }"

    iri = "<https://w3id.org/govgraph/sharing/conditional>"
    assert iri in bound(template_of(text), {"way": ["conditional"]})
    assert iri in bound(template_of(text), {"way": [iri[1:-1]]})
    with pytest.raises(WrongValues, match="none of the list"):
        bound(template_of(text), {"way": ["sometimes"]})


def test_a_list_takes_several() -> None:
    text = '#+ words: list of string\nSELECT ?words { VALUES ?words { "a" } }'
    assert '{ "a" "b" }' in bound(template_of(text), {"words": ["a", "b"]})


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("#+ v: colour", "is no type"),
        ("#+ v: code", "is no type"),
        ("#+ v: code colours", "is no type"),
        ("#+ v", "not understood"),
        ("#+ v: string\n#+ v: iri", "not understood"),
        ("#+ w: string", "has to stand in the query"),
        ("#+ limit: integer", "has to stand in the query"),
        ("#+ w.zh: 词", "Words for no parameter"),
        *((f"#+ {name}: string", "cannot be named") for name in sorted(RESERVED)),
    ],
)
def test_a_header_that_is_wrong_is_refused_with_a_sentence(header: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        template_of(f'{header}\nASK {{ VALUES ?v {{ "x" }} }}')


def test_the_example_is_what_stands_in_the_row() -> None:
    found = {each.name: each for each in template_of(TEXT).parameters}

    assert found["thing"].examples == ("http://example.org/a",)
    assert found["since"].examples == ("2026-01-01",)
    assert date.fromisoformat(found["since"].examples[0])
    assert found["limit"].examples == ("10",)
    assert found["limit"].optional


# Those that ship -------------------------------------------------------------------------------------


def test_there_are_templates_to_begin_with() -> None:
    assert len(names("templates")) >= 5


@pytest.mark.parametrize("name", names("templates"))
def test_a_template_that_ships_answers_with_its_examples_and_says_what_it_takes(
    view: View, name: str
) -> None:
    template = template_of(text_of(name).text)
    found = ask(
        view.store, bound(template, {each.name: each.examples for each in template.parameters})
    )

    assert not isinstance(found, QueryBoolean)
    assert isinstance(found, QuerySolutions | QueryTriples)
    assert next(iter(found), None) is not None
    assert template.parameters
    assert all(each.zh and each.en and each.examples for each in template.parameters)
