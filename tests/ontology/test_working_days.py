"""The counting rule against dates worked out by hand from the published calendars."""

from __future__ import annotations

from datetime import date

import pytest

from ontology.working_days import is_working_day, working_days_after, working_days_between


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2017, 8, 15), 2, date(2017, 8, 17)),
        (date(2017, 8, 15), 10, date(2017, 8, 29)),
        (date(2017, 8, 15), 15, date(2017, 9, 5)),
        (date(2017, 8, 15), 20, date(2017, 9, 12)),
        (date(2017, 9, 29), 2, date(2017, 10, 9)),  # 30 September was a make-up workday
        (date(2017, 10, 1), 2, date(2017, 10, 10)),  # from a holiday: not one day late
    ],
)
def test_working_days_are_counted_from_the_day_after(
    start: date, count: int, expected: date
) -> None:
    deadline = working_days_after(start, count)

    assert deadline.day == expected
    assert not deadline.provisional


def test_beyond_the_published_calendar_the_answer_is_provisional() -> None:
    """The first of May 2031 is a Thursday: without a calendar it counts as a working day."""
    deadline = working_days_after(date(2031, 4, 30), 2)

    assert deadline.day == date(2031, 5, 2)
    assert deadline.provisional


def test_a_make_up_workday_is_a_working_day() -> None:
    assert is_working_day(date(2026, 2, 14)) == (True, False)
    assert is_working_day(date(2026, 10, 1)) == (False, False)


def test_counting_back_agrees_with_counting_on() -> None:
    start = date(2026, 9, 18)

    for count in range(1, 40):
        assert working_days_between(start, working_days_after(start, count).day) == count


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert working_days_between(date(2026, 5, 8), date(2026, 5, 1)) == 0
