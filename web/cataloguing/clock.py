"""The clock of a draft that waits: how many working days are left, until when, and by what rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph.cataloguing.drafts import Draft
from ontology.deadlines import Due
from ontology.workflows import due_in
from ontology.working_days import working_days_between
from web.accounts.people import words
from web.cataloguing.here import today
from web.site import site


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when somebody has to act: `left` working days, negative where they are over.

    `since` is the day the clock started, which is itself not counted; `duty` and `basis` are the
    rule's; `confirmed` says that the rule was seen in a source.
    """

    since: date
    day: date
    left: int
    days: int
    duty: str
    basis: str
    rule: str
    confirmed: bool
    provisional: bool

    @property
    def state(self) -> str:
        """Give the mark: on-time, due-soon or overdue."""
        if self.left < 0:
            return "overdue"
        return "due-soon" if self.left <= 1 else "on-time"


def clock_of(draft: Draft) -> Clock | None:
    """Give the clock of a draft, None where nobody is waited for."""
    since = draft.since.astimezone(site().zone).date()
    due = due_in(draft.state, since)
    return clock(due, since) if due else None


def clock(due: Due, since: date) -> Clock:
    """Reckon a clock for today."""
    now = today()
    late = now > due.day
    span = working_days_between(due.day, now) if late else working_days_between(now, due.day)
    return Clock(
        since=since,
        day=due.day,
        left=-max(span, 1) if late else span,
        days=due.rule.days or 0,
        duty=words(due.rule.duty),
        basis=words(due.rule.basis),
        rule=due.rule.id,
        confirmed=due.rule.confirmed,
        provisional=due.provisional,
    )
