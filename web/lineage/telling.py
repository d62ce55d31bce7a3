"""`POST /api/lineage`: OpenLineage events come in; a bad one is refused whole, with its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from graph.harvest.tables import providers
from graph.lineage.events import take
from graph.lineage.openlineage import BadEvent, Event, read_event
from graph.lineage.taking import Taken, Teller
from ontology.actions import Action
from ontology.people import Person
from ontology.permissions import Thing
from ontology.rights import WRITERS
from web.accounts import people, trail
from web.accounts.here import now
from web.accounts.holders import district_of
from web.accounts.views import NotSignedIn
from web.bodies import take_large
from web.language import language
from web.site import instance, site

blueprint = Blueprint("telling", __name__)
ADDRESS = "/api/lineage"
MOST_EVENTS = 2_000
CITY = ("Lineage told by the city's office", "市级血缘登记")


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """An event that is not taken: which of several, the field, and why."""

    number: int
    error: BadEvent


@blueprint.post(ADDRESS)
def receive() -> tuple[Response, int]:
    """Take in one event, or a list of them as one change: all of it or nothing."""
    if not people.person().name:
        raise people.Unrecognised(*NO_TOKEN)
    teller = told_by(request.args.get("owner", ""))
    take_large()
    try:
        given = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return refusal(400, "", *NO_JSON)
    events = given if isinstance(given, list) else [given]
    if not events or len(events) > MOST_EVENTS:
        return refusal(422, "", *NO_EVENTS)
    try:
        read = [numbered(at, each) for at, each in enumerate(events)]
    except Refused as refused:
        place = f"[{refused.number}]." if isinstance(given, list) else ""
        return refusal(422, f"{place}{refused.error.field}", refused.error.en, refused.error.zh)
    taken = take(instance(), read, teller)
    trail.done(teller.actor, Action.TELL_LINEAGE, thing=teller.source, events=str(len(read)))
    return jsonify(answer(read, taken)), 201 if taken.seq else 200


NO_TOKEN = ("Lineage is told with a token of the scope write:catalogue or load.",
            "登记血缘须使用范围为 write:catalogue 或 load 的令牌。")  # fmt: skip
NO_JSON = ("The body should be JSON: an OpenLineage event, or a list of them.",
           "正文应为 JSON：一个 OpenLineage 事件或其列表。")  # fmt: skip
NO_EVENTS = (f"Send between 1 and {MOST_EVENTS} events at a time.",
             f"每次请发送 1 至 {MOST_EVENTS} 个事件。")  # fmt: skip


def numbered(at: int, value: object) -> Event:
    """Read one of several events."""
    try:
        return read_event(value, site().zone)
    except BadEvent as error:
        raise Refused(at, error) from error


def refusal(status: int, field: str, en: str, zh: str) -> tuple[Response, int]:
    """Say why nothing was taken."""
    reason = zh if language() == "zh" else en
    return jsonify(error=reason, field=field, taken=0), status


def answer(events: list[Event], taken: Taken) -> dict[str, object]:
    """Say what became of the events."""
    chinese = language() == "zh"
    return {
        "taken": len(events),
        "change": taken.seq,
        "opened": taken.opened,
        "ended": taken.ended,
        "stubs": [{"iri": iri, "name": name} for iri, name in taken.stubs],
        "remarks": [
            {"event": at, "field": field, "remark": said[1] if chinese else said[0]}
            for at, event in enumerate(events)
            for field, said in event.remarks
        ],
    }


def told_by(owner: str) -> Teller:
    """Give who tells, for the department that is named or else their own; raise Denied."""
    person = people.person()
    if not person.name:
        raise NotSignedIn
    owner = owner or own_department(person)
    thing = Thing("lineage", owner or None, district=district_of(owner) if owner else None)
    people.required(Action.TELL_LINEAGE, thing)
    titles = CITY
    if owner:
        en, zh = providers.titles(site().settings.base).get(owner, (owner, owner))
        titles = (f"Lineage told by {en}", f"{zh}血缘登记")
    return Teller(
        source=f"lineage-{owner}" if owner else "lineage",
        titles=titles,
        actor=person.name,
        at=now(),
        reason="数据血缘登记",
        view=people.view(),
    )


def own_department(person: Person) -> str:
    """Give the department for which a person writes; "" for who writes for the city."""
    held = (each.holder for each in person.grants if each.role in WRITERS and each.holder)
    return next(held, "")


__all__ = ["blueprint", "told_by"]
