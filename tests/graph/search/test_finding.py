"""What a person types and what is found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.search.index import SearchIndex
from graph.search.question import Answer, Question

EVERYTHING: frozenset[str] = frozenset()


def found(answer: Answer) -> set[str]:
    """Give the codes that were found."""
    return {hit.row.code for hit in answer.hits}


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("停车", {"d1"}),  # a word inside a longer word
        ("人口", {"d2", "d3"}),  # title and abstract
        ("口普", {"d3"}),  # two characters that are no word
        ("车", {"d1"}),  # a single character of a title
        ("普查人口", {"d3"}),
        ("人口普查", {"d3"}),
        ("泊位", {"d1"}),  # a data item
        ("信用代码", {"d1"}),
        ("交通委", {"d1", "l1"}),  # an alias of the department
        ("上海市住建委", {"d2"}),
        ("道路交通", {"d1", "l1"}),  # a theme's name
        ("ＣＡＲ　Parks", {"d1"}),  # width, case, plural
        ("car park", {"d1"}),
        ("transport commission", {"d1", "l1"}),
        ("soda", {"d1"}),  # the letters of SODA2022
        ("jtwyh", {"d1", "l1"}),
        ("jiaotong", {"d1", "l1"}),
        ("jiaoto", {"d1", "l1"}),
        ("shzjw", {"d2"}),  # the initials of what people call it
        ("zjw", {"d2"}),  # also where a department's code is spelt so
        ("tcc", {"d1"}),
        ("AB-2023/17", {"d1"}),  # an identifier
        ("d3", {"d3"}),
        ("公共停车场（库）信息", {"d1"}),
        ("没有类型", set()),  # a stub is not searched
    ],
)
def test_what_is_typed_finds_what_is_meant(index: SearchIndex, typed: str, codes: set[str]) -> None:
    assert found(index.search(Question(text=typed))) == codes


def test_a_title_that_is_the_question_comes_first(index: SearchIndex) -> None:
    """The whole title outweighs any number of words elsewhere."""
    answer = index.search(Question(text="公共停车场(库)信息"))

    assert answer.hits[0].row.code == "d1"
    assert answer.hits[0].score > 1000


def test_a_word_in_the_title_outweighs_one_in_the_abstract(index: SearchIndex) -> None:
    answer = index.search(Question(text="人口"))

    assert [hit.row.code for hit in answer.hits] == ["d3", "d2"]


def test_a_row_is_drawn_without_the_store(index: SearchIndex) -> None:
    """Everything that a list shows of a hit comes with it."""
    row = index.search(Question(text="停车")).hits[0].row

    assert row.title("zh") == "公共停车场（库）信息"
    assert row.title("en") == "Public car parks"
    assert row.provider("en") == "Shanghai Municipal Transport Commission"
    assert row.providers[0][0] == "http://city.example/id/department/jtw"
    assert (row.issued, row.modified) == ("2020-01-02", "2023-05-06")
    assert row.frequency.endswith("/DAILY")
    assert row.openness.endswith("openness/unconditional")
    assert [iri.rsplit("/", 1)[1] for iri in row.formats] == ["CSV", "XLSX"]
    assert row.items == (("泊位数量", "BWSL"), ("统一社会信用代码",))


def test_other_kinds_are_found_when_they_are_in_the_scope(index: SearchIndex) -> None:
    departments = index.search(Question(text="shzjw", kinds=frozenset({"department"})))
    everything = index.search(Question(text="身份证", kinds=EVERYTHING))

    assert found(departments) == {"zjw"}
    assert [(hit.row.kind, hit.row.code) for hit in everything.hits] == [("element", "e1")]


def test_the_hits_are_marked_in_plain_text(index: SearchIndex) -> None:
    """Parts of a text, joined, are the text; no markup is made."""
    hit = index.search(Question(text="停车 泊位 本市")).hits[0]

    assert hit.title == (("公共", False), ("停车", True), ("场（库）信息", False))
    assert hit.items == ((("泊位", True), ("数量", False)),)
    assert ("本市", True) in hit.abstract
    assert "".join(part for part, _ in hit.provider) == "上海市交通委员会"


def test_what_was_found_by_its_sound_is_marked(index: SearchIndex) -> None:
    hit = index.search(Question(text="jtwyh")).hits[0]

    assert hit.provider == (("上海市", False), ("交通委员会", True))


def test_a_hit_in_another_language_or_a_field_name_is_shown(index: SearchIndex) -> None:
    parks = index.search(Question(text="parks")).hits[0]
    field = index.search(Question(text="BWSL", language="en")).hits[0]

    assert parks.other == (("Public car ", False), ("parks", True))
    assert ("泊位数量", True) in field.items[0] or ("BWSL", True) in field.items[0]


def test_a_slip_of_the_finger_is_mended_and_said(index: SearchIndex) -> None:
    assert index.search(Question(text="jiaotng")).instead == "jiaotong"
    mended = index.search(Question(text="comission"))
    assert (mended.instead, found(mended)) == ("commission", {"d1", "l1"})


def test_a_word_that_nothing_has_is_left_out_and_said(index: SearchIndex) -> None:
    answer = index.search(Question(text="人口普察"))

    assert answer.dropped == ("普察",)
    assert found(answer) == {"d2", "d3"}


def test_of_words_that_never_meet_one_is_left_out_and_said(index: SearchIndex) -> None:
    answer = index.search(Question(text="施工 停车"))

    assert len(answer.dropped) == 1
    assert answer.total == 1


def test_filters_are_never_loosened(index: SearchIndex) -> None:
    """Words that find something elsewhere find nothing here, and that is said plainly."""
    only = {"provider": frozenset({"http://city.example/id/department/ja"})}
    answer = index.search(Question(text="停车", filters=only))

    assert (answer.total, answer.dropped) == (0, ())


def test_an_overlong_question_is_said_to_be_clipped(index: SearchIndex) -> None:
    assert index.search(Question(text="停车 " * 5_000)).clipped
    assert not index.search(Question(text="停车")).clipped


@pytest.mark.parametrize(
    "hostile", ["AND", "NOT", "OR", "*", "停车 AND", "title:停车", "停车^9", '"停车']
)
def test_operators_mean_nothing(index: SearchIndex, hostile: str) -> None:
    """Everything is a word or it is nothing: a star is not all, a colon names no field."""
    plain = index.search(Question(text=hostile))

    assert plain.total in {0, 1, 4}
    assert (plain.total == 4) == (hostile == "*")  # no word at all is the whole catalogue


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=400) | st.text("AND(OR)NOT[]{}\"'^~*?:\\/+-!&| \0停车ab", max_size=60))
def test_no_text_raises(index: SearchIndex, text: str) -> None:
    """Whatever is typed, also half a surrogate or a null, is answered."""
    answer = index.search(Question(text=text, kinds=EVERYTHING))
    index.suggest(text)

    assert answer.total >= len(answer.hits) >= 0


def test_suggestions_come_by_kind_by_prefix_and_by_sound(index: SearchIndex) -> None:
    def said(typed: str, language: str = "zh") -> list[tuple[str, str]]:
        return [(each.kind, each.title) for each in index.suggest(typed, 8, language)]

    assert said("静") == [("department", "上海市静安区人民政府"), ("district", "静安区")]
    assert said("jt")[0] == ("department", "上海市交通委员会")
    assert [kind for kind, _ in said("jt")] == ["department", "theme"]  # not all its datasets
    assert ("layer", "公交线路图层") in said("公交")
    assert said("sfz") == [("element", "公民身份号码")]
    assert said("car p", "en") == [("dataset", "Public car parks")]
    assert said("") == []


def test_a_suggestion_tells_whose_it_is(index: SearchIndex) -> None:
    (dataset,) = index.suggest("公共停")

    assert (dataset.code, dataset.hint) == ("d1", "上海市交通委员会")
