"""The two axes: every combination of what an entry and its items can say."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.axes import (
    BASIS,
    CONDITIONAL,
    NONE,
    OPENNESS,
    OPENNESS_CONDITION,
    REFUSAL,
    SENTENCES,
    SHARING,
    SHARING_CONDITION,
    STRICTNESS,
    Axes,
    Broken,
    as_strict,
    faults,
    faults_with_items,
    strictest,
    unsaid,
)
from ontology.code_lists import code_list
from ontology.vocabulary import term

TYPES = ("", *STRICTNESS)
axes = st.builds(Axes, sharing=st.sampled_from(TYPES), openness=st.sampled_from(TYPES))


def fields(given_axes: Axes) -> list[tuple[str, Broken]]:
    return [(each.field, each.broken) for each in faults(given_axes)]


def test_the_types_are_those_of_both_lists() -> None:
    for name in ("sharing", "openness"):
        assert [each.notation for each in code_list(name)] == list(STRICTNESS)


def test_every_sentence_stands_beside_a_field_that_is_declared() -> None:
    for (field, _), sentence in SENTENCES.items():
        assert term(field.removeprefix("gov:"))
        assert all(sentence)


@pytest.mark.parametrize(("sharing", "openness"), list(product(TYPES, TYPES)))
def test_what_the_types_alone_demand(sharing: str, openness: str) -> None:
    withheld = NONE in (sharing, openness)
    expected = {
        (SHARING_CONDITION, Broken.CONDITION): sharing == CONDITIONAL,
        (OPENNESS_CONDITION, Broken.CONDITION): openness == CONDITIONAL,
        (OPENNESS, Broken.NOT_SHARED_NOT_OPEN): sharing == NONE and openness not in ("", NONE),
        (REFUSAL, Broken.CLASS): withheld,
        (BASIS, Broken.BASIS): withheld,
    }

    assert set(fields(Axes(sharing, openness))) == {
        each for each, holds in expected.items() if holds
    }
    stated = Axes(sharing, openness, "for one purpose", "by agreement", "A", "a law, article 1")
    assert all(broken is Broken.NOT_SHARED_NOT_OPEN for _, broken in fields(stated))


def test_blanks_state_nothing() -> None:
    blank = Axes(CONDITIONAL, CONDITIONAL, "  ", "\t")
    assert fields(blank) == [
        (SHARING_CONDITION, Broken.CONDITION),
        (OPENNESS_CONDITION, Broken.CONDITION),
    ]
    assert (BASIS, Broken.BASIS) in fields(Axes(NONE, NONE, refusal="A", basis=" "))


def test_words_that_are_in_no_list_are_named() -> None:
    assert fields(Axes("general", "open", refusal="D")) == [
        (SHARING, Broken.UNKNOWN),
        (OPENNESS, Broken.UNKNOWN),
        (REFUSAL, Broken.UNKNOWN),
    ]
    assert fields(Axes("unconditional", "unconditional", refusal="C")) == []


def test_what_is_handed_in_says_both() -> None:
    assert [each.field for each in unsaid(Axes())] == [SHARING, OPENNESS]
    assert unsaid(Axes("none", "none")) == ()


@given(st.lists(axes, max_size=6))
def test_the_strictest_is_stricter_than_none_and_one_of_them(items: list[Axes]) -> None:
    least = strictest(items)

    for each in items:
        assert STRICTNESS.get(each.sharing, -1) <= STRICTNESS.get(least.sharing, -1)
        assert STRICTNESS.get(each.openness, -1) <= STRICTNESS.get(least.openness, -1)
    assert least.sharing in {"", *(each.sharing for each in items)}
    assert least.openness in {"", NONE, *(each.openness for each in items)}
    assert not any(each.broken is Broken.NOT_SHARED_NOT_OPEN for each in faults(least))


@given(axes, st.lists(axes, max_size=6))
def test_an_entry_made_as_strict_breaks_no_rule_of_strictness(
    entry: Axes, items: list[Axes]
) -> None:
    mended = as_strict(entry, items)

    wrong = {each.broken for each in faults_with_items(mended, items)}
    assert wrong.isdisjoint({Broken.STRICTEST_ITEM, Broken.NOT_SHARED_NOT_OPEN})
    assert as_strict(mended, items) == mended


def test_an_entry_looser_than_an_item_is_told_for_each_axis() -> None:
    entry = Axes("unconditional", "unconditional")
    item = Axes("conditional", "none")

    told = faults_with_items(entry, [Axes("unconditional", ""), item])
    assert [(each.field, each.broken) for each in told] == [
        (SHARING, Broken.STRICTEST_ITEM),
        (OPENNESS, Broken.STRICTEST_ITEM),
    ]
    assert all(all(each.sentence) for each in told)
    assert faults_with_items(entry, []) == ()
