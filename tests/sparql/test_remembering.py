"""What is kept is bounded by number and by bytes, and is found by all that it depends on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ontology.clearance import Clearance
from sparql.answers import Answers, Question
from sparql.formats import CSV, JSON, Kind
from sparql.query import Graphs
from sparql.remembering import Memory

ALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_the_longest_unused_goes_first_past_the_number_and_past_the_bytes() -> None:
    memory = Memory[str](3, 100)
    for name in ("a", "b", "c"):
        memory.put((name,), name, 10)
    assert memory.get(("a",)) == "a"
    memory.put(("d",), "d", 10)
    assert [memory.get((name,)) for name in "abcd"] == ["a", None, "c", "d"]
    memory.put(("e",), "e", 85)

    assert [memory.get((name,)) for name in "acde"] == [None, None, "d", "e"]
    assert memory.size == 95


def test_what_is_larger_than_all_room_is_not_kept_and_an_answer_counts_once() -> None:
    memory = Memory[str](3, 100)
    memory.put(("a",), "a", 60)
    memory.put(("a",), "again", 70)
    assert (memory.get(("a",)), memory.size) == ("again", 70)
    memory.put(("b",), "b", 101)

    assert (memory.get(("b",)), memory.size) == (None, 0)


def test_another_view_form_dataset_or_snapshot_is_another_question(view, answers: Answers) -> None:
    question = Question(ALL, {Kind.ROWS: JSON})
    first = answers._key(view, question)
    others = [
        answers._key(replace(view, clearance=Clearance.SHARED), question),
        answers._key(replace(view, path=Path("elsewhere")), question),
        answers._key(view, replace(question, formats={Kind.ROWS: CSV})),
        answers._key(view, replace(question, graphs=Graphs(default=("http://x/",)))),
        answers._key(view, replace(question, rows=1)),
        answers._key(view, replace(question, text=ALL + " ")),
    ]

    assert len({first, *others}) == 7
