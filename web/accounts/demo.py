"""The people of the demo: one ready account for each role, all with one password that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ontology.people import Grant, Role
from web.accounts.holders import bodies
from web.accounts.passwords import hashed
from web.accounts.people import words
from web.accounts.store import Accounts

DEMO_PASSWORD = "govgraph demo 2017"  # noqa: S105 - it is shown on the sign-in page of a demo
BY = "govgraph demo"
DEPARTMENT = "jtw"  # the transport commission, which the sample city has much of
GRANTS = (
    ("developer", Grant(Role.DEVELOPER)),
    ("cataloguer", Grant(Role.CATALOGUER, DEPARTMENT)),
    ("approver", Grant(Role.APPROVER, DEPARTMENT)),
    ("steward", Grant(Role.STEWARD, DEPARTMENT)),
    ("reviewer", Grant(Role.REVIEWER)),
    ("sharing-officer", Grant(Role.SHARING_OFFICER)),
    ("openness-officer", Grant(Role.OPENNESS_OFFICER)),
    ("auditor", Grant(Role.AUDITOR)),
    ("administrator", Grant(Role.ADMINISTRATOR)),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of them, as the sign-in page shows it."""

    name: str
    role: str
    holder: str


def make_people(accounts: Accounts, now: datetime) -> None:
    """Make those who are not there yet."""
    secret = hashed(DEMO_PASSWORD)
    for name, grant in GRANTS:
        if accounts.find(name) is None:
            accounts.add(name, now=now, password_hash=secret, confirmed=True)
            accounts.grant(name, grant, by=BY, now=now)


def shown_people() -> tuple[DemoPerson, ...]:
    """Give them in the language of the page."""
    known = bodies()
    return tuple(
        DemoPerson(
            name,
            words(grant.role.words),
            words(known[grant.holder].name) if grant.holder in known else "",
        )
        for name, grant in GRANTS
    )
