"""Asking a view by the name of a question."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from pyoxigraph import Literal

from sparql.query import ask, counting, graph, holds, in_language, labels, rows

ROOT = Path(__file__).parents[2]


def test_rows_give_terms_by_name_and_none_where_unbound(view) -> None:
    found = rows(view, "things/statements", thing="http://example.org/parks", limit=201, offset=0)

    titles = [row.value for row in found if row.property.value.endswith("title")]
    assert {title.language for title in titles} == {"zh", "en"}
    assert found[0]["property"] == found[0].property
    assert found[0].text("property") == found[0].property.value
    assert list(found[0]) == ["property", "value"]
    assert len(found[0]) == 2
    assert "property=" in repr(found[0])
    with pytest.raises(AttributeError):
        _ = found[0].nothing
    with pytest.raises(KeyError):
        _ = found[0]["nothing"]


def test_a_construct_gives_triples_and_the_wrong_form_is_a_fault(view) -> None:
    assert graph(view, "examples/11-one-entry-whole")
    with pytest.raises(TypeError):
        rows(view, "examples/11-one-entry-whole")
    with pytest.raises(TypeError):
        holds(view, "graphs/named", limit=1)


def test_labels_of_many_things_take_one_query(view) -> None:
    with counting() as counted:
        found = labels(view, [f"http://example.org/{name}" for name in ("roads", "parks", "no")])

    assert counted.total() == 1
    assert {text.value for text in found["http://example.org/roads"]} == {"道路", "Roads"}
    assert labels(view, []) == {}


def test_a_text_is_chosen_by_language_then_the_other_then_any() -> None:
    zh, en, de, plain = (
        Literal("道路", language="zh-Hans"),
        Literal("Roads", language="en"),
        Literal("Straßen", language="de"),
        Literal("R"),
    )

    assert in_language([en, zh, de, plain], "zh") == zh
    assert in_language([de, plain, zh], "en") == zh
    assert in_language([de, plain], "zh") == plain
    assert in_language([de], "zh") == de
    assert in_language([], "zh") is None


def test_the_store_is_queried_in_one_place_only() -> None:
    """A second `.query(` in a core or web module would escape the counter and the guard.

    The one that asks other endpoints has no store at hand: SPARQLWrapper's method has the same name.
    """
    found = [
        path.relative_to(ROOT).as_posix()
        for room in ("ontology", "graph", "sparql", "web")
        for path in (ROOT / room).rglob("*.py")
        if "node_modules" not in path.parts and calls_query(path)
    ]

    assert sorted(found) == ["sparql/query.py", "sparql/remote.py"]
    assert "Store" not in (ROOT / "sparql" / "remote.py").read_text(encoding="utf-8")


def calls_query(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "query"
        for node in ast.walk(tree)
    )


def test_counting_ends_with_its_block(view) -> None:
    with counting() as counted:
        ask(view.store, "ASK {}", name="one")
    ask(view.store, "ASK {}", name="two")

    assert counted == {"one": 1}
