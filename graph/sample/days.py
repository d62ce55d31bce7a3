"""When the sample's things were published and updated, reckoned from today alone.

A promise: an entry updated every month is due one month after its last update, and late two
working days after that (the 2017 plan, 二(三)3). So "due" here is one day over, and "overdue" at
least a fortnight, which is late whatever holidays lie between.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from ontology.freshness import PERIODS

BY_THE_HOUR = {"UPDATE_CONT", "HOURLY"}  # the hour of the last update is known
DUE, OVERDUE, ON_TIME = "due", "overdue", "on-time"


@dataclass(frozen=True, slots=True)
class Life:
    """When an entry's data were first published and last updated."""

    issued: date
    modified: date


def months_before(day: date, months: int) -> date:
    """Give the same day of the month so many months before, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_before(day: date, every: str) -> date:
    """Give the day of the update that falls due on `day`."""
    period = PERIODS[every]
    return months_before(day, period.months) - timedelta(days=period.days)


def life_of(every: str, timeliness: str, today: date, chance: Random) -> Life:
    """Give an entry's life; "" for `timeliness` leaves it to chance."""
    modified = modified_on(every, timeliness or chosen(every, chance), today, chance)
    issued = modified - timedelta(days=chance.randrange(200, 2900))
    if every in BY_THE_HOUR:
        return Life(issued, datetime.combine(modified, moment(chance)))
    return Life(issued, modified)


def moment(chance: Random) -> time:
    """Give a time of day before office hours end."""
    return time(chance.randrange(1, 9), chance.randrange(60), chance.randrange(60))


def chosen(every: str, chance: Random) -> str:
    """Most are on time, a fifth are overdue, some are due; what flows by itself seldom stops."""
    weights = [96, 4, 0] if every in BY_THE_HOUR else [74, 19, 7]
    return chance.choices([ON_TIME, OVERDUE, DUE], weights)[0]


def modified_on(every: str, timeliness: str, today: date, chance: Random) -> date:
    """Give the day of the last update."""
    if every not in PERIODS:
        return today - timedelta(days=chance.randrange(30, 900))
    if timeliness == DUE:
        return period_before(today - timedelta(days=1), every)
    first = period_before(today, every)
    if timeliness == OVERDUE:
        return first - timedelta(days=chance.randrange(15, 220))
    return today - timedelta(days=chance.randrange(max(1, (today - first).days)))
