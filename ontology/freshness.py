"""Freshness against promise: whether a dataset is as new as its update frequency says it will be.

The promise counts in calendar time from the day of the last update; after the promised day two
working days of grace are given (work plan of 2017, 二(三)3: a file is updated within two working
days of its date). Pure: the day is handed in.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ontology.terms import AUTHORITY
from ontology.working_days import working_days_after

FREQUENCY = AUTHORITY + "frequency/"
GRACE = 2  # working days after the promised day
NOTICE = 7  # at most so many days before the promised day an update is called due soon
NOTICE_SHARE = 10  # and at most a tenth of the period, so that daily data are not always due


class State(StrEnum):
    """How a dataset stands to its promise. `STATIC` never changes and so is never late."""

    ON_TIME = "on-time"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    STATIC = "static"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of calendar time: whole months, then days."""

    months: int = 0
    days: int = 0


# EU frequency list: the promise each concept makes. Within the day counts as a day, since what
# a catalogue knows of an update is its date. Irregular and unknown ones promise nothing.
PERIODS: dict[str, Period] = {
    "UPDATE_CONT": Period(days=1),
    "CONT": Period(days=1),
    "1MIN": Period(days=1),
    "5MIN": Period(days=1),
    "10MIN": Period(days=1),
    "15MIN": Period(days=1),
    "30MIN": Period(days=1),
    "HOURLY": Period(days=1),
    "BIHOURLY": Period(days=1),
    "TRIHOURLY": Period(days=1),
    "12HRS": Period(days=1),
    "DAILY_2": Period(days=1),
    "DAILY": Period(days=1),
    "WEEKLY_5": Period(days=3),
    "WEEKLY_3": Period(days=4),
    "WEEKLY_2": Period(days=4),
    "WEEKLY": Period(days=7),
    "MONTHLY_3": Period(days=11),
    "BIWEEKLY": Period(days=14),
    "MONTHLY_2": Period(days=16),
    "MONTHLY": Period(months=1),
    "BIMONTHLY": Period(months=2),
    "QUARTERLY": Period(months=3),
    "ANNUAL_3": Period(months=4),
    "ANNUAL_2": Period(months=6),
    "ANNUAL": Period(months=12),
    "BIENNIAL": Period(months=24),
    "TRIENNIAL": Period(months=36),
    "QUADRENNIAL": Period(months=48),
    "QUINQUENNIAL": Period(months=60),
    "DECENNIAL": Period(months=120),
    "BIDECENNIAL": Period(months=240),
    "TRIDECENNIAL": Period(months=360),
}
STATIC = {"NEVER", "NOT_PLANNED"}


@dataclass(frozen=True, slots=True)
class Freshness:
    """How an update promise stands.

    `due` is the promised day, `latest` the last day of grace (None where nothing is promised);
    `days` how many calendar days `due` lies ahead (negative: behind); `provisional` that the
    holidays `latest` was reckoned with are not published yet.
    """

    state: State
    due: date | None = None
    latest: date | None = None
    days: int = 0
    provisional: bool = False


def later(start: date, period: Period) -> date:
    """Give the day one period after `start`; a month's missing day becomes its last."""
    months = start.year * 12 + start.month - 1 + period.months
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)) + timedelta(days=period.days)


def freshness(modified: date | None, frequency: str | None, today: date) -> Freshness:
    """Weigh the last update against the promised frequency (an IRI of the EU list) on `today`."""
    code = (frequency or "").removeprefix(FREQUENCY)
    if code in STATIC:
        return Freshness(State.STATIC)
    period = PERIODS.get(code)
    if modified is None or period is None:
        return Freshness(State.UNKNOWN)
    due = later(modified, period)
    grace = working_days_after(due, GRACE)
    state = state_on(today, due=due, latest=grace.day, length=(due - modified).days)
    return Freshness(state, due, grace.day, (due - today).days, grace.provisional)


def state_on(today: date, *, due: date, latest: date, length: int) -> State:
    """Give the state on `today` of a promise of `length` days that falls on `due`."""
    if today > latest:
        return State.OVERDUE
    notice = timedelta(days=min(NOTICE, length // NOTICE_SHARE))
    return State.DUE_SOON if today > due - notice else State.ON_TIME
