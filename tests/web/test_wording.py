"""Dates, numbers and sizes are said as people of the page's language say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from web import wording
from web.app import create_app

CASES = [
    (date(2026, 11, 23), "2026年11月23日", "23 November 2026"),
    ("2026-01-05", "2026年1月5日", "5 January 2026"),
    (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), "2026年11月23日", "23 November 2026"),
    ("around 2010", "around 2010", "around 2010"),
]


@pytest.mark.parametrize(("value", "chinese", "english"), CASES, ids=str)
def test_a_date_is_said_as_people_write_it(value: object, chinese: str, english: str) -> None:
    app = create_app()
    with app.test_request_context("/?lang=zh"):
        assert wording.day(value) == chinese
    with app.test_request_context("/?lang=en"):
        assert wording.day(value) == english


def test_a_moment_is_told_in_the_time_of_the_city() -> None:
    with create_app().test_request_context("/?lang=en"):
        assert wording.moment("2026-11-22T20:05:00Z") == "23 November 2026 04:05"
        assert wording.stamp("2026-11-22T20:05:00Z") == "2026-11-23T04:05:00+08:00"
        assert wording.moment("2026-11-22") == "22 November 2026"


def test_what_is_no_date_has_no_stamp() -> None:
    assert not wording.stamp("often")


@pytest.mark.parametrize(
    ("octets", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (48231764, "48.2 MB"), (3 * 10**15, "3e+03 TB")],
)
def test_a_size_has_three_figures(octets: int, said: str) -> None:
    assert wording.size(octets) == said


def test_a_number_has_its_thousands_parted() -> None:
    assert wording.number(2234567) == "2,234,567"


def test_a_text_is_tagged_only_when_its_language_is_not_the_page_s() -> None:
    with create_app().test_request_context("/?lang=en"):
        assert wording.tag("zh") == "zh-Hans"
        assert wording.tag("fr") == "fr"
        assert not wording.tag("en-GB")
        assert not wording.tag(None)
