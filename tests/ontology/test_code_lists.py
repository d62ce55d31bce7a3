"""The code lists: what a catalogue may write, and what it then means."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from ontology.code_lists import (
    CODES_FOLDER,
    CodeList,
    code_list,
    code_lists,
    concept,
    folded,
    label,
)
from ontology.errors import NotFound
from ontology.statements import by_subject
from ontology.terms import RDF, SKOS

EU = "http://publications.europa.eu/resource/authority/"
OURS = "https://w3id.org/govgraph/"
SHANGHAI_DISTRICTS = 16

every_list = pytest.mark.parametrize("each", code_lists().values(), ids=lambda each: each.name)


@every_list
def test_a_list_says_in_both_languages_what_it_is(each: CodeList) -> None:
    assert all((each.zh, each.en, each.description_zh, each.description_en))


@every_list
def test_every_concept_has_both_labels_and_a_notation_of_its_own(each: CodeList) -> None:
    assert [found.iri for found in each if not (found.zh and found.en and found.notation)] == []
    notations = Counter(found.notation for found in each)
    assert [notation for notation, count in notations.items() if count > 1] == []


@every_list
def test_every_word_means_one_concept(each: CodeList) -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for found in each:
        for word in (found.zh, found.en, found.notation, *found.synonyms):
            meanings[folded(word)].add(found.notation)

    assert {word: held for word, held in meanings.items() if len(held) > 1} == {}


@every_list
def test_every_word_finds_its_concept(each: CodeList) -> None:
    for found in each:
        for word in (found.zh, found.en, *found.synonyms):
            assert each.match(word) == found


@every_list
def test_a_list_keeps_the_order_it_is_written_in(each: CodeList) -> None:
    assert [found.position for found in each] == list(range(1, len(each) + 1))


@every_list
def test_what_stands_above_a_concept_or_in_its_place_is_in_the_list(each: CodeList) -> None:
    for found in each:
        for iri in filter(None, (found.broader, found.replaced_by)):
            assert each.by_iri(iri) is not None


@every_list
def test_a_concept_stands_in_its_own_scheme_and_at_its_own_address(each: CodeList) -> None:
    for iri, about in by_subject([each.path]).items():
        if SKOS.Concept in about[RDF.type]:
            assert [str(scheme) for scheme in about[SKOS.inScheme]] == [f"<{each.iri}>"]
            assert str(iri).startswith((f"<{OURS}", f"<{EU}"))
            assert (
                str(about[SKOS.notation][0]) == '"' + str(iri).strip("<>").rsplit("/", 1)[-1] + '"'
            )


@every_list
def test_close_matches_among_our_lists_go_both_ways(each: CodeList) -> None:
    ours = {str(iri): about for iri, about in by_subject(CODES_FOLDER.glob("*.ttl")).items()}
    for found in each:
        for other in map(str, ours[f"<{found.iri}>"][SKOS.closeMatch]):
            if other.startswith(f"<{OURS}"):
                assert f"<{found.iri}>" in map(str, ours[other][SKOS.closeMatch])


def test_a_list_can_be_asked_by_notation_and_by_iri() -> None:
    theme = code_list("theme").by_notation("transport")

    assert theme is not None
    assert theme.iri == OURS + "theme/transport"
    assert code_list("theme").by_iri(theme.iri) is theme
    assert concept(theme.iri) is theme
    assert (label(theme.iri, "zh-CN"), label(theme.iri, "en")) == (
        "道路交通",
        "Roads and transport",
    )
    assert label("http://example.org/nothing", "zh") is None
    assert theme.node.value == theme.iri


def test_a_list_that_is_not_there_is_said_so_in_both_languages() -> None:
    with pytest.raises(NotFound) as refusal:
        code_list("nothing")

    assert "nothing" in refusal.value.zh
    assert "nothing" in refusal.value.en


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("日", "DAILY"),
        ("每天", "DAILY"),
        ("每日", "DAILY"),
        (" 每 日 ", "DAILY"),
        ("Ｄａｉｌｙ", "DAILY"),
        ("即时", "UPDATE_CONT"),
        ("实时", "UPDATE_CONT"),
        ("静态数据", "NEVER"),
        ("不更新", "NEVER"),
        ("不定期更新", "IRREG"),
        ("每旬", "MONTHLY_3"),
        ("R/P1Y", "ANNUAL"),
        ("半年", "ANNUAL_2"),
    ],
)
def test_frequencies_match_by_name_and_synonym(word: str, code: str) -> None:
    found = code_list("frequency").match(word)

    assert found is not None
    assert found.iri == f"{EU}frequency/{code}"


@pytest.mark.parametrize("word", ["1", "6", " ６ ", "", "  ", "每世纪"])
def test_a_number_and_an_unknown_word_match_nothing(word: str) -> None:
    assert code_list("frequency").match(word) is None


def test_a_division_is_not_matched_by_its_number_but_found_by_its_notation() -> None:
    divisions = code_list("division")
    jingan = divisions.by_notation("310106")

    assert divisions.match("310106") is None
    assert jingan is not None
    assert divisions.match("静安") is divisions.match("Jing'an") is jingan
    assert divisions.match("浦东新区") is divisions.match("浦东")


def test_the_city_has_sixteen_districts_and_knows_who_took_over_retired_ones() -> None:
    divisions = code_list("division")
    current = [each for each in divisions if each.broader == OURS + "division/310100"]
    zhabei = divisions.match("闸北区")

    assert len([each for each in current if not each.retired]) == SHANGHAI_DISTRICTS
    assert zhabei is not None
    assert zhabei.retired
    assert zhabei.replaced_by == OURS + "division/310106"


def test_old_frequency_names_of_others_mean_the_same() -> None:
    frequency = code_list("frequency")

    for iri in (
        "http://purl.org/cld/freq/annual",
        "http://purl.org/linked-data/sdmx/2009/code#freq-A",
    ):
        assert frequency.by_iri(iri) is frequency.by_notation("ANNUAL")


@pytest.mark.parametrize("name", ["sharing", "openness"])
def test_the_two_axes_have_three_types_and_take_in_the_words_of_2016(name: str) -> None:
    axis = code_list(name)
    close = by_subject([axis.path])

    assert [each.notation for each in axis] == ["unconditional", "conditional", "none"]
    for word, other in zip(("普遍", "按需"), axis, strict=False):
        assert axis.match(word) is other
    for each in axis:
        assert len(close[each.node][SKOS.closeMatch]) == 1


@pytest.mark.parametrize(
    ("word", "code"),
    [("csv", "CSV"), (".CSV", "CSV"), ("CSV", "CSV"), ("jpg", "JPEG"), ("text/csv", "CSV")],
)
def test_formats_match_however_they_are_written(word: str, code: str) -> None:
    found = code_list("format").match(word)

    assert found is not None
    assert found.iri == f"{EU}file-type/{code}"


@pytest.mark.parametrize("word", ["OFD", "WPS", "et", "WP", "WT", "WL", "MPJ", "达梦数据库"])
def test_formats_that_the_eu_lacks_are_ours(word: str) -> None:
    found = code_list("format").match(word)

    assert found is not None
    assert found.iri.startswith(OURS + "format/")
    assert found.broader is not None


def test_every_item_type_has_its_xsd_type() -> None:
    assert [each.notation for each in code_list("item-type")] == list("CNYDTLMGBIF")
    assert all(each.xsd_type for each in code_list("item-type"))


def test_a_concept_says_its_definition_in_the_language_asked_for() -> None:
    named = code_list("refusal-class").by_notation("A")

    assert named is not None
    assert named.definition("zh") != named.definition("en") != ""
    assert code_list("theme").title("zh") == "数据领域"
    assert code_list("theme").description("en") != code_list("theme").description("zh")


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("数据领域", "theme"),
        ("国家主题分类", "national-theme"),
        ("更新频度", "frequency"),
        ("开放属性", "openness"),
        ("数据格式", "format"),
    ],
)
def test_every_word_of_the_real_catalogue_is_known(
    shared_data: Path, column: str, name: str
) -> None:
    with (shared_data / "shanghai/catalogue-2023.csv").open(encoding="utf-8-sig") as file:
        words = {word for row in csv.DictReader(file) for word in row[column].split("|") if word}

    assert words
    assert {word for word in words if code_list(name).match(word) is None} == set()
