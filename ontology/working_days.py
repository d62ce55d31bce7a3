"""Working days in China: how long "within two working days" is, and when that is only a guess.

The day a period starts from is not counted (Civil Code art. 201); statutory holidays and weekends
are not working days, make-up workdays are (Administrative Licence Law art. 82). The calendar is
published year by year: beyond the last year known, weekends alone are taken out and the answer
says that it is provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day something must be done by; `provisional` where the year's calendar is not out yet."""

    day: date
    provisional: bool


@lru_cache(maxsize=4096)  # some ten years: the calendar looks up each day anew
def is_working_day(day: date) -> tuple[bool, bool]:
    """Say whether people work on that day, and whether that is provisional."""
    try:
        return bool(chinese_calendar.is_workday(day)), False
    except NotImplementedError:
        return day.weekday() < SATURDAY, True


def working_days_after(start: date, count: int) -> Deadline:
    """Give the `count`-th working day after `start`, which is itself not counted.

    Reckoned day by day: the calendar package's own `find_workday` is one day late where `start`
    is not a working day.
    """
    day, left, provisional = start, count, False
    while left > 0:
        day += timedelta(days=1)
        works, guessed = is_working_day(day)
        provisional = provisional or guessed
        left -= works
    return Deadline(day, provisional)


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; 0 if `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n))[0] for n in range(1, days + 1))
