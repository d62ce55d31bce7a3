"""Elements are suggested with reasons; how well is measured on items labelled by hand."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from graph.association.holdings import elements_of
from graph.association.suggesting import Element, Item, Learned, Suggester, plain_name
from tests.town import town

HERE = Path(__file__).parent
REAL = HERE.parents[3] / "shared" / "data" / "shanghai" / "district-data-items.csv"
CREDIT_CODES = ("91110000600037341L", "12310000425004000X", "11310000002420045X")


@cache
def elements() -> tuple[Element, ...]:
    return tuple(elements_of(town().store))


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def first(name: str, **more: object) -> str:
    found = Suggester(elements()).suggest(Item(name, **more))  # type: ignore[arg-type]
    return found[0].element.title if found else ""


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("统一社会信用代码", "统一社会信用代码"),
        ("社会信用代码", "统一社会信用代码"),
        ("申请人姓名", "姓名"),
        ("行政相对人代码_5 (居民身份证号)", "公民身份号码"),
        ("注册资本(万元)", "注册资本"),
        ("注册资本（万元）", "注册资本"),
        ("统一社会信用代码/组织机构代码", "统一社会信用代码"),
        ("备注", ""),
        ("残疾人证号", ""),
        ("人均收入(元)", ""),
    ],
)
def test_an_element_is_suggested_by_name(name: str, title: str) -> None:
    assert {first(name)} & ({title, "组织机构代码"} if "/" in name else {title})


def test_a_field_in_pinyin_initials_is_heard() -> None:
    assert first("字段七", field="TYSHXYDM") == "统一社会信用代码"


def test_values_with_the_right_check_character_say_what_they_are() -> None:
    good = ("91110000600037341L",) * 3

    assert first("代码", samples=good) == "统一社会信用代码"


def test_values_that_fail_the_check_speak_against_a_name() -> None:
    found = Suggester(elements()).suggest(
        Item("统一社会信用代码", samples=("1", "2", "91110000600037341A"))
    )

    assert all(each.element.title != "统一社会信用代码" for each in found)


@pytest.mark.parametrize(
    ("values", "title"),
    [
        (("13812345678", "13912345678", "18612345678"), "移动电话号码"),
        (("男", "女", "女", "男"), "性别代码"),
        (("汉族", "回族", "汉族"), "民族代码"),
        (("1", "2", "1", "2"), ""),
        (("200001", "200002", "200003"), ""),
    ],
    ids=str,
)
def test_values_that_few_things_have_say_what_an_item_is(
    values: tuple[str, ...], title: str
) -> None:
    assert first("甲列", samples=values) == title


def test_values_of_another_form_speak_against_a_name() -> None:
    plain, right = (
        Suggester(elements()).suggest(Item("邮政编码", samples=values))[0]
        for values in ((), ("200001", "200002", "201100"))
    )
    assert right.score >= plain.score
    assert any("100%" in en for en, _zh in right.reasons)
    assert first("邮政编码", samples=("上海", "北京", "广州")) != "邮政编码"


def test_every_suggestion_says_why_in_both_languages() -> None:
    for name in ("姓名", "申请人姓名", "证件号", "单位注册地址"):
        for each in Suggester(elements()).suggest(Item(name, type="C")):
            assert each.reasons
            assert all(en and zh for en, zh in each.reasons)
            assert 0.5 <= each.score < 1


def test_what_stewards_decided_is_learned() -> None:
    element = next(each for each in elements() if each.title == "标准地址")
    name = plain_name("放映地址")
    taught = Suggester(elements(), Learned(accepted={(name, element.iri): 1}))
    assert taught.suggest(Item("放映地址"))[0].element is element

    wrong = next(each for each in elements() if each.title == "住所")
    told = Suggester(elements(), Learned(rejected={(plain_name("经营场所"), wrong.iri): 2}))
    assert all(each.element is not wrong for each in told.suggest(Item("经营场所")))


@pytest.mark.parametrize(
    ("labels", "precision", "recall"), [("labelled.csv", 0.98, 0.97), ("unseen.csv", 0.96, 0.88)]
)
def test_precision_and_recall_on_items_labelled_by_hand(
    labels: str, precision: float, recall: float
) -> None:
    """`labelled` was seen when the word lists were written, `unseen` was labelled afterwards."""
    if not REAL.exists():
        pytest.skip("the real data items of ../shared/data are not here")
    rows = table(REAL)
    suggester = Suggester(elements())
    right = wrong = missed = 0
    for row, code in table(HERE / labels)[1:]:
        found = suggester.suggest(Item(rows[int(row) - 1][4]))
        suggested = found[0].element.code if found else ""
        right += bool(suggested) and suggested == code
        wrong += bool(suggested) and suggested != code
        missed += bool(code) and suggested != code
    told = f"precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f}"

    assert right / (right + wrong) >= precision, told
    assert right / (right + missed) >= recall, told
