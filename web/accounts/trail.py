"""What people do and are refused, written to the audit from within a request.

No secret is written: no password, code, token, real name or number. Nobody can fill the disk with
refusals either.
"""

from __future__ import annotations

from limits import parse
from limits.strategies import FixedWindowRateLimiter

from graph.ledger.audit import DONE, FAILED, REFUSED, Event
from web.accounts.here import accounts, now, place

NOBODY = "anyone"  # who has not signed in
# Refusals of nobody in particular that one address can have written down, in all workers together.
OFTEN = parse("60/minute")
LONGEST = 500  # characters of a sentence that is kept


def wrote(  # noqa: PLR0913 - an event is what happened, in these words
    actor: str,
    action: str,
    outcome: str,
    *,
    thing: str = "",
    why: str = "",
    details: dict[str, str] | None = None,
) -> None:
    """Write down what happened in this request."""
    event = Event(
        at=now(),
        actor=(actor or NOBODY)[:200],
        action=action[:60],
        outcome=outcome,
        thing=thing[:LONGEST],
        place=place(),
        why=why[:LONGEST],
        details={name: value for name, value in (details or {}).items() if value},
    )
    accounts().audit.add(event)


def done(actor: str, action: str, *, thing: str = "", why: str = "", **details: str) -> None:
    """Write down what was done."""
    wrote(actor, action, DONE, thing=thing, why=why, details=details)


def refused(actor: str, action: str, *, thing: str = "", why: str = "", **details: str) -> None:
    """Write down what was not allowed; of a flood from one address without an account, the first."""
    if not actor and not FixedWindowRateLimiter(accounts().counts).hit(OFTEN, "trail", place()):
        return
    wrote(actor, action, REFUSED, thing=thing, why=why, details=details)


def failed(actor: str, action: str, *, thing: str = "", why: str = "", **details: str) -> None:
    """Write down what was tried and did not work."""
    wrote(actor, action, FAILED, thing=thing, why=why, details=details)
