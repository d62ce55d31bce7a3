"""The rules with clocks: what must be done by when, on what legal basis, and whether that is sure.

The rules are data (`deadlines.toml`). A rule that was not seen in a source is marked so: it is a
default that an instance may correct, never told as law. Days are reckoned by
`ontology.working_days`; beyond the published calendar an answer says that it is provisional.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from ontology.errors import NotFound
from ontology.sentences import Sentence
from ontology.statements import HERE
from ontology.working_days import Deadline, working_days_after

RULES_FILE = HERE / "deadlines.toml"

Calendar = Callable[[date, int], Deadline]  # the n-th working day after a day, not counting it


class Trigger(StrEnum):
    """What starts a clock."""

    RESOURCE_CHANGED = "resource-changed"
    UPDATE_PROMISED = "update-promised"
    DUTY_CHANGED = "duty-changed"
    PLAN_ISSUED = "plan-issued"
    YEAR_BEGUN = "year-begun"
    SHARING_ASKED = "sharing-asked"
    CONDITIONAL_SHARING_ASKED = "conditional-sharing-asked"
    UNCONDITIONAL_SHARING_ASKED = "unconditional-sharing-asked"
    AGREEMENT_ASKED = "agreement-asked"
    SHARING_GRANTED = "sharing-granted"
    OPENING_ASKED = "opening-asked"
    DATA_WANTED = "data-wanted"
    CORRECTION_ASKED = "correction-asked"
    OBJECTION_RAISED = "objection-raised"
    RECORD_REVOKED = "record-revoked"
    BUSINESS_CYCLE_ENDED = "business-cycle-ended"
    ENTRY_SUBMITTED = "entry-submitted"
    ENTRY_APPROVED = "entry-approved"
    ENTRY_REGISTERED = "entry-registered"
    ENTRY_RETURNED = "entry-returned"
    SOURCE_DECIDED = "source-decided"
    SOURCE_OBJECTED = "source-objected"


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty with its clock, which is exactly one of three.

    `days` are working days after the trigger, `on` is a fixed day, `month` the end of that month
    each year. `extension` are working days that may be added with consent. `who` is a plain word:
    provider, department, authority, centre. `since` and `until` bound the rule's own life;
    `confirmed` says that it was seen in a source.
    """

    id: str
    trigger: Trigger
    who: str
    duty: Sentence
    basis: Sentence
    jurisdiction: str
    since: date
    until: date | None
    days: int | None
    on: date | None
    month: int | None
    extension: int
    confirmed: bool

    def in_force(self, day: date) -> bool:
        """Say whether the rule binds on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Due:
    """The day something is due by, the last day an extension may move it to, and if that is sure.

    `provisional`: the holidays it was reckoned with are not published yet.
    """

    rule: Rule
    day: date
    latest: date
    provisional: bool


@cache
def rules() -> dict[str, Rule]:
    """Give every rule by its id, in the order of the file."""
    rows = tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))["rule"]
    return {row["id"]: _rule(row) for row in rows}


def rule(name: str) -> Rule:
    """Give the rule of that id; raises NotFound when there is none."""
    try:
        return rules()[name]
    except KeyError:
        raise NotFound(f"There is no deadline “{name}”.", f"没有时限“{name}”。") from None


def rules_for(trigger: Trigger, day: date, jurisdictions: tuple[str, ...]) -> tuple[Rule, ...]:
    """Give the rules that such an event starts on that day, the nearest jurisdiction first.

    `jurisdictions` are named from near to far: ("putuo", "shanghai", "national").
    """
    found = [
        each
        for each in rules().values()
        if each.trigger is trigger and each.jurisdiction in jurisdictions and each.in_force(day)
    ]
    return tuple(sorted(found, key=lambda each: jurisdictions.index(each.jurisdiction)))


def deadline(rule: Rule, start: date, calendar: Calendar = working_days_after) -> Due:
    """Give when the duty of a rule is due whose clock was started on `start`."""
    if rule.days is None:
        day = rule.on or _end_of_month(rule.month or 1, start)
        return Due(rule, day, day, provisional=False)
    due = calendar(start, rule.days)
    last = calendar(start, rule.days + rule.extension)
    return Due(rule, due.day, last.day, due.provisional or last.provisional)


def _end_of_month(month: int, start: date) -> date:
    """Give the last day of that month, the first that is not before `start`."""
    year = start.year + (start.month > month)
    return date(year, month, monthrange(year, month)[1])


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        trigger=Trigger(row["trigger"]),
        who=row["who"],
        duty=(row["en"], row["zh"]),
        basis=(row["basis_en"], row["basis_zh"]),
        jurisdiction=row["jurisdiction"],
        since=row["since"],
        until=row.get("until"),
        days=row.get("days"),
        on=row.get("on"),
        month=row.get("month"),
        extension=row.get("extension", 0),
        confirmed=row.get("confirmed", True),
    )
