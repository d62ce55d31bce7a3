"""Query files: one sentence, typed rows, swapped in one pass."""

from __future__ import annotations

from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Store

from ontology.errors import Invalid
from sparql.query import ask
from sparql.texts import names, parsed, text_of

EXAMPLES = {
    "iri": "http://example.org/thing",
    "list of iri": ["http://example.org/thing"],
    "string": "text",
    "date": date(2026, 11, 23),
    "integer": 3,
}
TWO = """# Two parameters.
#+ first: string
#+ second: string
SELECT ?first ?second WHERE {
  VALUES ?first { "one" }
  VALUES ?second { "two" }
}
"""


@pytest.mark.parametrize("name", [each for each in names() if not each.startswith("templates/")])
def test_every_query_runs_as_it_stands_and_with_an_example_value(name: str) -> None:
    text = text_of(name)
    values = {each: EXAMPLES[kind] for each, kind in text.parameters.items()}

    assert text.sentence.endswith((".", "?"))
    for written in (text.text, text.bound(**values)):
        ask(Store(), written)


@pytest.mark.parametrize("name", names("examples"))
def test_every_example_says_what_it_asks_in_both_languages(name: str) -> None:
    assert {"zh", "en"} <= text_of(name).sentences.keys()


@pytest.mark.parametrize(
    "value",
    [
        '" } UNION { ?s ?p ?o } #',
        'VALUES ?second { "mine" }',
        "?second",
        'x" } VALUES ?second { "mine',
        "\\\" \n\r\t' ''' \"\"\" \\u0041",
        "<http://example.org/> # 注",
    ],
)
def test_a_value_is_never_read_as_text_of_the_query(value: str) -> None:
    """Swapping in two passes would let the first value be taken for the second's row."""
    written = parsed("two", TWO).bound(first=value, second=value + "!")

    (row,) = ask(Store(), written)  # type: ignore[misc]
    assert (row["first"].value, row["second"].value) == (value, value + "!")


def test_rows_in_comments_strings_and_iris_are_left_alone() -> None:
    text = parsed(
        "odd",
        '# Odd.\n#+ first: string\n# VALUES ?first { "c" }\n'
        'SELECT * WHERE { VALUES ?first { "x" } BIND("VALUES ?first { \'y\' }" AS ?kept) }',
    )
    written = text.bound(first="new")

    assert '# VALUES ?first { "c" }' in written
    (row,) = ask(Store(), written)  # type: ignore[misc]
    assert (row["first"].value, row["kept"].value) == ("new", "VALUES ?first { 'y' }")


def test_terms_are_written_by_their_type() -> None:
    def one(kind: str, example: str, value: object) -> str:
        text = parsed("one", f"# One.\n#+ it: {kind}\nSELECT ?it {{ VALUES ?it {{ {example} }} }}")
        (row,) = ask(Store(), text.bound(it=value))  # type: ignore[misc,arg-type]
        return str(row["it"])

    assert one("iri", "<http://a.org/>", NamedNode("http://b.org/")) == "<http://b.org/>"
    assert one("date", '"2020-01-01"', date(2026, 11, 23)).startswith('"2026-11-23"^^')
    assert one("integer", "1", -3).startswith('"-3"^^')
    assert one("string", '"x"', Literal("道路", language="zh")) == '"道路"@zh'


@pytest.mark.parametrize(
    ("kind", "example", "value"),
    [
        ("iri", "<http://a.org/>", "no iri"),
        ("iri", "<http://a.org/>", "http://a.org/> } #"),
        ("iri", "<http://a.org/>", 3),
        ("list of iri", "<http://a.org/>", "http://a.org/"),
        ("integer", "1", "1"),
        ("integer", "1", True),
        ("date", '"2020-01-01"', "2020-01-01"),
        ("string", '"x"', 3),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, example: str, value: object) -> None:
    text = parsed("one", f"# One.\n#+ it: {kind}\nSELECT ?it {{ VALUES ?it {{ {example} }} }}")
    with pytest.raises(Invalid):
        text.bound(it=value)  # type: ignore[arg-type]


def test_limit_and_offset_are_integers_at_their_one_place() -> None:
    text = parsed(
        "paged",
        "# Paged.\n#+ limit: integer\n#+ offset: integer\nSELECT ?x { VALUES ?x { 1 2 3 4 } }\n"
        "ORDER BY ?x LIMIT 20 OFFSET 0",
    )
    found = ask(Store(), text.bound(limit=2, offset=1))

    assert [row["x"].value for row in found] == ["2", "3"]  # type: ignore[union-attr]
    with pytest.raises(Invalid):
        text.bound(limit="2; DROP", offset=0)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {}",
        "#\nSELECT * {}",
        "# A sentence.\n#+ it: iri\nSELECT * {}",
        "# A sentence.\n#+ it: colour\nSELECT * { VALUES ?it { 1 } }",
        "# A sentence.\n#+ limit: string\nSELECT * {} LIMIT 1",
        "# A sentence.\n#+ limit: integer\nSELECT * { { SELECT * {} LIMIT 2 } } LIMIT 1",
    ],
)
def test_a_file_whose_header_and_text_disagree_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parsed("bad", text)


def test_missing_and_unknown_parameters_are_refused_by_name() -> None:
    with pytest.raises(Invalid, match="second"):
        parsed("two", TWO).bound(first="a")
    with pytest.raises(Invalid, match="third"):
        parsed("two", TWO).bound(first="a", second="b", third="c")
    with pytest.raises(Invalid, match="no query"):
        text_of("no/such")
