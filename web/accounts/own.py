"""What an instance keeps about a person, for that person to take along (`/account/data.json`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import Response, jsonify

from graph.ledger.audit import Audited, Search
from web.accounts.here import accounts, now
from web.accounts.registry import Registry
from web.accounts.views import blueprint, mine

PART = 500  # rows of the audit read at a time


@blueprint.get("/account/data.json")
def own_data() -> Response:
    """Give everything that is kept about who asks, but for secrets, which nobody is shown again."""
    name = mine()
    answer = jsonify(kept(name))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


def kept(name: str) -> dict[str, Any]:
    """Gather what is kept about an account."""
    held = accounts().get(name)
    registration = Registry(accounts()).latest(name)
    return {
        "account": {
            "name": held.name,
            "email": held.email,
            "created": held.created,
            "confirmed": held.confirmed,
            "in_force": held.active,
            "one_time_codes": held.second_factor,
        },
        "roles": [
            {
                "role": each.grant.role.value,
                "holder": each.grant.holder,
                "given": each.given.isoformat(),
                "given_by": each.given_by,
                "why": each.why,
            }
            for each in held.grants
        ],
        "registration": asdict(registration) if registration else None,
        "sessions": [asdict(each) for each in accounts().sessions.of(name, now())],
        "tokens": [asdict(each) for each in accounts().tokens.of(name)],
        "deeds": [deed(each) for each in deeds(name)],
    }


def deeds(name: str) -> Iterator[Audited]:
    """Give what the audit tells of what a person did, newest first."""
    before: int | None = None
    while rows := accounts().audit.find(Search(actor=name), limit=PART, before=before):
        yield from (each for each in rows if each.event.actor == name)
        before = rows[-1].seq


def deed(row: Audited) -> dict[str, Any]:
    """Give one row without the seals of the chain."""
    return {"number": row.seq, **asdict(row.event)}
