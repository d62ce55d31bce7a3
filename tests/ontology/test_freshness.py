"""The promise of a frequency, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ontology.freshness import FREQUENCY, PERIODS, Freshness, State, freshness


def stands(modified: date | None, code: str | None, today: date) -> Freshness:
    return freshness(modified, code and FREQUENCY + code, today)


def test_a_monthly_dataset_goes_from_on_time_through_due_soon_to_overdue() -> None:
    """Updated on Monday 2 March 2026: promised for 2 April, grace to Friday the 3rd and Tuesday
    the 7th (Qingming is 4 to 6 April)."""
    modified = date(2026, 3, 2)

    assert stands(modified, "MONTHLY", date(2026, 3, 30)).state == State.ON_TIME
    assert stands(modified, "MONTHLY", date(2026, 3, 31)).state == State.DUE_SOON
    assert stands(modified, "MONTHLY", date(2026, 4, 7)).state == State.DUE_SOON
    assert stands(modified, "MONTHLY", date(2026, 4, 8)).state == State.OVERDUE


def test_the_reckoning_is_told() -> None:
    assert stands(date(2026, 3, 2), "MONTHLY", date(2026, 4, 9)) == Freshness(
        State.OVERDUE, due=date(2026, 4, 2), latest=date(2026, 4, 7), days=-7
    )


def test_a_daily_dataset_is_on_time_the_day_after() -> None:
    """Else nearly every daily dataset would always be called due soon."""
    assert stands(date(2026, 3, 2), "DAILY", date(2026, 3, 3)).state == State.ON_TIME
    assert stands(date(2026, 3, 2), "DAILY", date(2026, 3, 5)).state == State.DUE_SOON
    assert stands(date(2026, 3, 2), "DAILY", date(2026, 3, 6)).state == State.OVERDUE


def test_the_end_of_a_month_stays_the_end_of_a_month() -> None:
    assert stands(date(2026, 1, 31), "MONTHLY", date(2026, 2, 1)).due == date(2026, 2, 28)
    assert stands(date(2024, 2, 29), "ANNUAL", date(2024, 3, 1)).due == date(2025, 2, 28)


@pytest.mark.parametrize("code", ["IRREG", "UNKNOWN", "OTHER", "", None])
def test_no_promise_no_verdict(code: str | None) -> None:
    assert stands(date(2026, 1, 1), code, date(2026, 1, 2)) == Freshness(State.UNKNOWN)


def test_without_a_date_nothing_is_said() -> None:
    assert stands(None, "DAILY", date(2026, 1, 2)).state == State.UNKNOWN


def test_what_is_not_meant_to_change_is_never_late() -> None:
    assert stands(date(1999, 1, 1), "NEVER", date(2026, 1, 2)).state == State.STATIC


def test_beyond_the_published_calendar_the_grace_is_provisional() -> None:
    assert stands(date(2030, 1, 1), "ANNUAL", date(2030, 2, 1)).provisional


@pytest.mark.parametrize("code", PERIODS)
def test_every_promise_runs_on_time_before_overdue(code: str) -> None:
    modified = date(2024, 5, 6)
    fresh = stands(modified, code, modified)

    assert fresh.state == State.ON_TIME
    assert fresh.latest is not None
    assert stands(modified, code, fresh.latest).state == State.DUE_SOON
    assert stands(modified, code, fresh.latest + timedelta(days=1)).state == State.OVERDUE
