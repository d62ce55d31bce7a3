"""How text becomes terms, and how names sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search import highlight, sound
from graph.search.words import bare, folded, singular, terms, words


@given(st.text(f"{chr(0x4E00)}人口普查上海市住建委的和", min_size=2, max_size=12))
def test_every_two_characters_of_a_run_are_a_term(run: str) -> None:
    found = terms(run).split()

    assert {run[at : at + 2] for at in range(len(run) - 1)} <= set(found)


@given(st.text(max_size=200))
def test_terms_hold_no_character_that_parts_them(text: str) -> None:
    """The index splits on white space alone: a term with a space in it would be two."""
    assert all(term and not any(map(str.isspace, term)) for term in terms(text).split(" ") if term)


@given(st.text("人口普查上海市住建委的和水 a1", max_size=16))
def test_what_a_text_says_it_can_be_asked_for(text: str) -> None:
    """The words read from a text need only terms that the text is indexed under."""
    indexed = {*terms(text).split(), *text}

    assert all(need in indexed for word in words(text) for need in word.needs)


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("cities", "city"),
        ("parks", "park"),
        ("buses", "buse"),
        ("gas", "gas"),
        ("status", "status"),
        ("class", "class"),
    ],
)
def test_plurals_give_their_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_case_width_and_accents_are_folded() -> None:
    assert folded("Ｇént") == "gent"
    assert bare("公共停车场（库）信息 2023") == "公共停车场库信息2023"


def test_loose_characters_join_their_neighbours() -> None:
    read = {word.surface: word.core for word in words("上海市住建委的人口")}

    assert read == {"上海市": "上海市", "住建委": "建委", "人口": "人口"}


def test_a_name_is_heard_from_every_word_on() -> None:
    heard = sound.sounds("上海市交通委员会")

    assert {"'shsjtwyh", "'jtwyh", "jiaotongweiyuanhui", "jiaotong"} <= set(heard)


def test_common_second_readings_and_phrases_are_heard() -> None:
    assert {"changningqu", "zhangningqu"} <= set(sound.sounds("长宁区"))
    assert "chongqing" in sound.sounds("重庆")
    assert "zhongqing" not in sound.sounds("重庆")
    assert {"lvhua", "luhua"} <= set(sound.sounds("绿化"))


@pytest.mark.parametrize(
    ("typed", "is_pinyin"),
    [("jiaotong", True), ("jiaoto", True), ("jtwyh", False), ("road", False)],
)
def test_pinyin_is_told_from_other_letters(typed: str, is_pinyin: bool) -> None:  # noqa: FBT001
    assert sound.spells(typed) is is_pinyin


def test_what_sounds_as_typed_is_pointed_at() -> None:
    assert sound.heard("jtwyh", "上海市交通委员会") == (3, 8)
    assert sound.heard("jiaot", "上海市交通委员会") == (3, 5)
    assert sound.heard("zzz", "上海市交通委员会") is None


@given(st.text(max_size=120), st.text(max_size=12))
def test_marked_parts_are_the_text(text: str, asked: str) -> None:
    """Marking changes no character, whatever folding does to its length."""
    parts = highlight.runs(text, words(asked))

    assert "".join(part for part, _ in parts) == text


def test_an_excerpt_begins_near_its_first_hit() -> None:
    text = "字" * 900 + "人口" + "字" * 900
    parts = highlight.excerpt(text, words("人口"))

    assert parts[0] == ("…", False)
    assert ("人口", True) in parts
