"""Days that are due, in words: how many working days are left, and how the day was found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from ontology.deadlines import rule
from ontology.workflows import change_due
from ontology.working_days import is_working_day, working_days_between
from web.accounts.people import words
from web.governance.inventory import System
from web.governance.pages import Plan, Standing
from web.wording import day

PLAN = "D3"  # catalogue all operation and maintenance projects by the end of October
SOON = 30  # calendar days before the plan's day from which it is due soon
SHOWN = 12  # days listed in a reckoning


def plan(today: date) -> Plan:
    """Tell the plan's deadline, in the year that it was set for or in this one."""
    duty = rule(PLAN)
    year = duty.on.year if duty.on and duty.in_force(today) else today.year
    due, how = october(year)
    return Plan(words(duty.duty), words(duty.basis), calendar(due, today, how))


def october(year: int) -> tuple[date, str]:
    """Give the plan's day in a year and how it was found.

    The plan set that day for 2017. For other years the instance keeps the same day, and says so.
    """
    duty = rule(PLAN)
    assert duty.on is not None
    due = duty.on.replace(year=year)
    how = _("Set by: %(law)s", law=words(duty.basis)) + _("; ") + day(duty.on) + _(".")
    if due != duty.on:
        how += " " + _("For other years this instance keeps the same day.")
    return due, str(how)


def calendar(due: date, today: date, how: str) -> Standing:
    """Say in calendar days how today stands to a day."""
    left = (due - today).days
    if left < 0:
        said = ngettext("%(num)s day over", "%(num)s days over", -left)
        return Standing("overdue", said, due, how)
    said = ngettext("%(num)s day left", "%(num)s days left", left)
    return Standing("due-soon" if left <= SOON else "on-time", said, due, how)


def catalogued(system: System, today: date) -> Standing:
    """Say how a system stands to the plan's day in its budget year."""
    if system.datasets:
        return Standing("on-time", _("Something catalogued"))
    if not system.funding or not system.year:
        return Standing("unknown", _("Nothing catalogued"))
    due, how = october(system.year)
    return calendar(due, today, how)


def change(reported: date, today: date, closed: date | None = None) -> Standing:
    """Say how the clock of a reported change stands, with its reckoning day by day."""
    found = change_due(reported)
    how = " ".join([words(found.rule.basis) + _(":"), *days(reported, found.day)])
    if found.provisional:
        how += " " + _("Provisional: the holidays of that year are not published yet.")
    if closed is not None:
        late = closed > found.day
        said = _("Updated late") if late else _("Updated in time")
        return Standing("overdue" if late else "on-time", said, found.day, how)
    return running(found.day, today, how, provisional=found.provisional)


def running(due: date, today: date, how: str, *, provisional: bool) -> Standing:
    """Say how many working days a running clock has left, or is over."""
    if today > due:
        over = working_days_between(due, today)
        said = ngettext("%(num)s working day over", "%(num)s working days over", over)
        return Standing("overdue", said, due, how)
    left = working_days_between(today, due)
    said = (
        ngettext("%(num)s working day left", "%(num)s working days left", left)
        if left
        else _("Due today")
    )
    mark = "provisional" if provisional else "due-soon" if left <= 1 else "on-time"
    return Standing(mark, said, due, how)


def days(start: date, end: date) -> Iterator[str]:
    """Tell day by day how a deadline was counted."""
    yield _("reported on %(day)s, which does not count;", day=day(start))
    count = 0
    for number in range(1, min((end - start).days, SHOWN) + 1):
        each = start + timedelta(days=number)
        works, _guessed = is_working_day(each)
        count += works
        if works:
            yield _("%(day)s is working day %(number)s;", day=day(each), number=count)
        else:
            yield _("%(day)s is no working day;", day=day(each))
    yield _("so it is due by the end of %(day)s.", day=day(end))
