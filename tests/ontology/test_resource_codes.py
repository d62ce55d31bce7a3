"""The national resource code: read, written, refused in words, and numbered on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.code_lists import code_list
from ontology.errors import Invalid
from ontology.resource_codes import (
    ResourceCode,
    classes,
    classification_fault,
    compose,
    fault,
    next_code,
    parse,
    unknown_class,
)
from ontology.statements import by_subject, values
from ontology.terms import GOV, RDF, SKOS

SAMPLE = "112461465423/798456"
capitals = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=8)
codes = st.builds(
    ResourceCode,
    category=st.sampled_from("123"),
    group=st.from_regex(r"[0-9]{2}", fullmatch=True),
    subgroup=st.from_regex(r"[0-9]{3}", fullmatch=True),
    detail=capitals,
    sequence=capitals.filter(bool),
)


def test_the_sample_is_read_in_its_parts() -> None:
    code = parse(f" {SAMPLE} ")

    assert code == ResourceCode("1", "12", "461", "465423", "798456")
    assert code.classification == "112461465423"
    assert str(code) == SAMPLE


@given(codes)
def test_what_is_written_is_read_again(code: ResourceCode) -> None:
    assert parse(str(code)) == code


@pytest.mark.parametrize(
    ("text", "said", "told"),
    [
        ("", "stroke", "“/”"),
        ("101001", "stroke", "“/”"),
        ("/1", "class", "类"),
        ("401001/1", "class", "类"),
        ("1/1", "group", "项"),
        ("1A1001/1", "group", "项"),
        ("101/1", "subgroup", "目"),
        ("1010a1/1", "subgroup", "目"),
        ("１01001/1", "class", "类"),
        ("1０1001/1", "group", "项"),
        ("101001b/1", "detail", "细目"),
        ("101001/", "After the stroke", "顺序码"),
        ("101001/a", "After the stroke", "顺序码"),
        ("101001/1\n2", "After the stroke", "顺序码"),
        ("101001/1/2", "After the stroke", "顺序码"),
    ],
)
def test_a_bad_code_is_refused_with_what_is_wrong(text: str, said: str, told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(text)

    assert said in refusal.value.en
    assert told in refusal.value.zh


def test_a_line_end_inside_is_not_overlooked() -> None:
    assert fault("101001\n/1") is not None
    assert fault("101001/1\n") is not None
    assert classification_fault("101001") is None


def test_numbers_go_on_after_the_highest_and_gaps_stay() -> None:
    used = ["101001/000001", "101001/000007", "101001/X9", "101002/000044", "nonsense", "101001/９"]

    assert str(next_code("101001", used)) == "101001/000008"
    assert str(next_code("101001AB", [])) == "101001AB/000001"
    assert str(next_code("101001", ["101001/999999"])) == "101001/1000000"
    with pytest.raises(Invalid):
        next_code("901001", [])
    assert str(compose("101001", 12)) == "101001/000012"


@given(st.lists(st.integers(1, 2_000_000), max_size=20))
def test_a_number_once_given_is_never_given_again(numbers: list[int]) -> None:
    used = [str(compose("203001", each)) for each in numbers]

    assert str(next_code("203001", used)) not in used


def test_a_class_is_named_and_an_unknown_one_is_a_remark() -> None:
    found = classes(parse("203001/1"))

    assert [each.zh for each in found] == ["主题信息资源", "社会保障"]
    assert unknown_class(parse("203001/1")) is None
    remark = unknown_class(parse("299001/1"))
    assert remark is not None
    assert "299" in remark[0]


def test_the_list_has_the_classes_and_groups_and_marks_their_digits_unconfirmed() -> None:
    listed = code_list("resource-class")
    per_class = {
        each.notation: sum(other.broader == each.iri for other in listed)
        for each in listed
        if each.broader is None
    }

    assert per_class == {"1": 5, "2": 12, "3": 8}
    assert all(classification_fault(each.notation.ljust(6, "0")) is None for each in listed)
    for about in by_subject([listed.path]).values():
        if SKOS.Concept in about[RDF.type]:
            assert values(about, GOV.confirmed) == ("false",)
