"""Numbers of people, bodies and places: known ones, mistyped ones, and how they are shown."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ontology.code_lists import code_list
from ontology.identifiers import (
    BODIES,
    CITIZEN_NUMBER,
    CREDIT_CHARACTERS,
    CREDIT_CODE,
    DIGITS,
    DIVISION_CODE,
    ORGANISATION_CODE,
    SCHEMES,
    Level,
    Scheme,
    body_of,
    check_character,
    fault,
    known_area,
    masked,
    masked_name,
    organisation_in,
    tidied,
)

SAFE = "310199199001010018"  # its area does not exist: nobody's number
CREDIT = "91110000600037341L"
births = st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(lambda day: day.strftime("%Y%m%d"))
citizen_bodies = st.builds(
    "{}{}{}".format,
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    births,
    st.from_regex(r"[0-9]{3}", fullmatch=True),
)
credit_bodies = st.builds(
    "{}{}{}".format,
    st.text(CREDIT_CHARACTERS, min_size=2, max_size=2),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(CREDIT_CHARACTERS, min_size=9, max_size=9),
)
organisation_bodies = st.text(ORGANISATION_CODE.alphabet, min_size=8, max_size=8)
BODIES_OF = ((CITIZEN_NUMBER, citizen_bodies), (CREDIT_CODE, credit_bodies))
whole_numbers = st.one_of(
    *(
        bodies.map(lambda body, scheme=scheme: (scheme, body + check_character(scheme, body)))
        for scheme, bodies in (*BODIES_OF, (ORGANISATION_CODE, organisation_bodies))
    )
)


@pytest.mark.parametrize(
    ("scheme", "number"),
    [
        (CITIZEN_NUMBER, SAFE),
        (CITIZEN_NUMBER, "360426199101010071"),
        (CREDIT_CODE, CREDIT),
        (ORGANISATION_CODE, "600037341"),
        (DIVISION_CODE, "310106"),
    ],
)
def test_known_numbers_hold(scheme: Scheme, number: str) -> None:
    assert fault(scheme, number) is None
    if scheme.checks:
        assert check_character(scheme, number[:-1]) == number[-1]


def test_the_citizen_check_agrees_with_the_other_way_to_reckon_it() -> None:
    for order in range(1000):
        body = f"31019919900101{order:03d}"
        other = "0123456789X"[(1 - 2 * int(body, 13)) % 11]
        assert check_character(CITIZEN_NUMBER, body) == other


def test_the_weights_are_those_of_the_standards() -> None:
    """Powers of two modulo 11 from the right, powers of three modulo 31 from the left."""
    assert CITIZEN_NUMBER.weights == tuple(2**place % 11 for place in range(17, 0, -1))
    assert CREDIT_CODE.weights == tuple(3**place % 31 for place in range(17))
    assert len(CREDIT_CHARACTERS) == len(set(CREDIT_CHARACTERS)) == 31
    assert set("IOSVZ").isdisjoint(CREDIT_CHARACTERS)


def test_credit_codes_of_real_papers_are_judged_as_they_are(shared_data: Path) -> None:
    with (shared_data / "shanghai/uscc_samples.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))

    assert rows
    for row in rows:
        good = row["check_digit_ok"] == "true"
        assert (fault(CREDIT_CODE, row["code"], level=Level.AREA) is None) is good


@given(whole_numbers)
def test_a_number_made_with_its_check_character_holds(made: tuple[Scheme, str]) -> None:
    scheme, number = made

    assert fault(scheme, number) is None
    assert len(number) == scheme.length


@given(whole_numbers, st.data())
def test_a_single_wrong_character_is_always_found(
    made: tuple[Scheme, str], data: st.DataObject
) -> None:
    """Promised where the modulus is prime and no two characters weigh alike: not for letters.

    In an organisation code letters count up to 35 against a modulus of 11, so there only a wrong
    digit for a digit is promised.
    """
    scheme, number = made
    place = data.draw(st.integers(0, scheme.length - 1))
    allowed = DIGITS if scheme is ORGANISATION_CODE else scheme.characters[place]
    assume(scheme is not ORGANISATION_CODE or number[place] in DIGITS)
    wrong = data.draw(st.sampled_from(allowed).filter(lambda one: one != number[place]))

    assert fault(scheme, number[:place] + wrong + number[place + 1 :]) is not None


@given(
    st.one_of(
        *(bodies.map(lambda body, scheme=scheme: (scheme, body)) for scheme, bodies in BODIES_OF)
    ),
    st.data(),
)
def test_two_neighbours_exchanged_are_always_found(
    made: tuple[Scheme, str], data: st.DataObject
) -> None:
    scheme, body = made
    place = data.draw(st.integers(0, len(body) - 2))
    assume(body[place] != body[place + 1])
    turned = body[:place] + body[place + 1] + body[place] + body[place + 2 :]

    assert fault(scheme, turned + check_character(scheme, body)) is not None


@given(st.text(max_size=20), st.sampled_from(list(SCHEMES.values())), st.sampled_from(Level))
def test_any_text_at_all_gets_an_answer(text: str, scheme: Scheme, level: Level) -> None:
    found = fault(scheme, tidied(text), level=level)

    assert found is None or all(found.sentence)


@pytest.mark.parametrize(
    ("scheme", "number", "level", "position", "said"),
    [
        (CITIZEN_NUMBER, "31019919900101001", Level.FORM, None, "has 18 characters; this has 17"),
        (CITIZEN_NUMBER, "3101991990010100X8", Level.FORM, 17, "Character 17, “X”"),
        (CITIZEN_NUMBER, "31019919900101001A", Level.FORM, 18, "only a digit or X"),
        (CITIZEN_NUMBER, "310199199002300018", Level.FORM, 7, "“19900230”"),
        (CITIZEN_NUMBER, "310199000001010018", Level.FORM, 7, "not a date of birth"),
        (CITIZEN_NUMBER, "310199199001010017", Level.CHECK, 18, "“8”, not “7”"),
        (CITIZEN_NUMBER, SAFE, Level.AREA, 1, "“310199”, are not a known division"),
        (CREDIT_CODE, "9111000060003734IL", Level.FORM, 17, "not I, O, S, V, Z"),
        (CREDIT_CODE, "91A10000600037341L", Level.FORM, 3, "only a digit"),
        (CREDIT_CODE, "91110000600037341K", Level.CHECK, 18, "“L”, not “K”"),
        (ORGANISATION_CODE, "60003734-", Level.FORM, 9, "only a digit or X"),
        (ORGANISATION_CODE, "6000373é1", Level.FORM, 8, "only a digit or a capital"),
        (ORGANISATION_CODE, "600037342", Level.CHECK, 9, "“1”, not “2”"),
        (DIVISION_CODE, "3101O6", Level.FORM, 5, "only a digit"),
        (DIVISION_CODE, "310199", Level.AREA, 1, "not a known division"),
        (DIVISION_CODE, "990000", Level.AREA, 1, "not a known division"),
    ],
)
def test_a_fault_says_which_character(
    scheme: Scheme, number: str, level: Level, position: int | None, said: str
) -> None:
    found = fault(scheme, number, level=Level.AREA)

    assert found is not None
    assert (found.level, found.position) == (level, position)
    assert said in found.sentence[0]
    assert scheme.words[1] in found.sentence[1] or "位" in found.sentence[1]
    if level > Level.FORM:
        assert fault(scheme, number, level=Level(level - 1)) is None


def test_nobody_is_born_after_today() -> None:
    assert fault(CITIZEN_NUMBER, SAFE, today=date(1990, 1, 1)) is None
    early = fault(CITIZEN_NUMBER, SAFE, today=date(1989, 12, 31))
    assert early is not None
    assert early.level is Level.FORM


def test_every_division_of_the_city_is_an_area_retired_ones_and_old_counties_too() -> None:
    assert all(known_area(each.notation) for each in code_list("division"))
    assert known_area("310225")
    assert known_area("360426")
    assert not known_area("310199")


@pytest.mark.parametrize(
    "body", ["", "3101991990010100", "31019919900101001X", "3101991990010100I"]
)
def test_only_a_whole_body_has_a_check_character(body: str) -> None:
    with pytest.raises(ValueError, match="citizen number"):
        check_character(CITIZEN_NUMBER, body)


def test_a_credit_code_holds_an_organisation_code_and_tells_the_kind_of_body() -> None:
    assert organisation_in(CREDIT) == "600037341"
    assert body_of(CREDIT) == BODIES["91"]
    assert body_of("11310000MB2F30661Y") == ("government body", "机关")
    assert body_of("XX") is None


def test_a_number_is_tidied_before_it_is_checked() -> None:
    assert tidied(" ９１11 0000-60003734 1l ") == CREDIT
    assert tidied("60003734-1") == "600037341"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("321202199001011234", "321202********1234"),
        (CREDIT, "911100********341L"),
        ("600037341", "*****7341"),
        ("12345678901234", "**********1234"),
        ("123456789012345", "123456*****2345"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_a_number_is_shown_masked(number: str, shown: str) -> None:
    assert masked(number) == shown


@given(st.text(DIGITS, min_size=1, max_size=30))
def test_masking_keeps_the_length_and_hides_at_least_four(number: str) -> None:
    shown = masked(number)

    assert len(shown) == len(number)
    assert shown.count("*") >= min(4, len(number))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳修远", "欧***"),
        ("Ada Lovelace", "A** L*******"),
        ("张", "*"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_name_is_shown_masked(name: str, shown: str) -> None:
    assert masked_name(name) == shown
