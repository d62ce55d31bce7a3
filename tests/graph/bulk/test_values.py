"""Words of cells and what they mean: each list both ways, in both languages, as people paste them."""

from __future__ import annotations

import pytest

from graph.bulk.sheets import letter, mark_of
from graph.bulk.values import choices, list_of, meant, offered, shown, yes
from graph.cataloguing.typed import FIELDS, FILE, ITEM

BASE = "http://127.0.0.1:8000"
LISTED = sorted(
    {name for names in (*FIELDS.values(), ITEM, FILE) for name in names if list_of(name)}
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", LISTED)
def test_each_word_of_a_drop_down_is_read_back_as_what_it_was(name: str, language: str) -> None:
    """What a list offers is understood, and shown again as the same word."""
    assert choices(name, language)
    for word in choices(name, language):
        values, wrong = meant(name, word, BASE)
        assert (len(values), wrong) == (1, None), word
        assert shown(name, values, language, BASE) == word


def test_a_workbook_in_one_language_takes_words_of_the_other() -> None:
    for one in offered("gov:sharingType"):
        assert meant("gov:sharingType", one.en, BASE) == meant("gov:sharingType", one.zh, BASE)


@pytest.mark.parametrize(
    "pasted", [" 有条件共享 ", "有条件共享\r\n", "\t有条件共享", "　有条件共享　"]
)
def test_spaces_around_a_word_do_not_matter(pasted: str) -> None:
    assert meant("gov:sharingType", pasted, BASE) == meant("gov:sharingType", "有条件共享", BASE)


def test_an_unknown_word_is_refused_with_the_words_near_it() -> None:
    values, wrong = meant("gov:sharingType", "条件共享", BASE)
    assert wrong is not None
    assert "有条件共享" in wrong[1]
    assert values == ("条件共享",), "what was written is shown, not lost"


def test_two_words_where_one_may_be_are_refused() -> None:
    _values, wrong = meant("gov:sharingType", "有条件共享；不予共享", BASE)
    assert wrong is not None
    assert "只能选择一个" in wrong[1]


def test_several_keywords_stand_in_one_cell_whatever_mark_is_between() -> None:
    for text in ("公交；地铁", "公交;地铁", "公交、地铁", "公交\n地铁", "公交； 地铁；"):
        assert meant("dcat:keyword@zh", text, BASE) == (("公交", "地铁"), None)


def test_yes_and_no_are_read_in_both_languages() -> None:
    assert [yes(text) for text in ("是", "YES", "x", " 1 ")] == [True] * 4
    assert [yes(text) for text in ("", "否", "no", "0")] == [False] * 4
    assert yes("maybe") is None


def test_the_mark_of_a_row_is_of_what_it_says_not_of_the_order_of_its_columns() -> None:
    said = [("a", "1"), ("b", "2"), ("c", "")]
    assert mark_of(said) == mark_of(reversed(said)) == mark_of(said[:2])
    assert mark_of(said) != mark_of([("a", "2"), ("b", "1")])


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_columns_are_lettered_as_spreadsheets_do(number: int, letters: str) -> None:
    assert letter(number) == letters
