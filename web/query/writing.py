"""What a person may write past the forms, and how: asked of the law graph by graph, told by number.

Statements are resolved against the newest snapshot and written only if it still is the newest;
where it is not, they are resolved again. So nothing is decided on what is no longer so.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from graph.rewriting import Lines, Moved, Writing, is_department, rewrite, source_of
from graph.views.snapshots import View
from ontology.actions import Action
from ontology.errors import Invalid
from ontology.people import grants_in_force
from ontology.permissions import Thing
from web.accounts import people
from web.asof import day
from web.cataloguing.here import instance, now

TURNS = 5  # times that something is resolved while others write

Resolve = Callable[[View], tuple[Lines, Lines]]  # what comes and what goes, by graph


def can_write_any(action: Action) -> bool:
    """Say whether the person may write to a graph at all."""
    try:
        may_write_any(action)
    except (people.Denied, Invalid):
        return False
    return True


def may_write_any(action: Action) -> None:
    """Raise Denied where the person may write to no graph at all, whatever is asked."""
    if request.args.get(day.PARAMETER):
        raise Invalid("The past is read, never written to.", "历史视图只能查阅，不能写入。")
    owners = [each.holder for each in grants_in_force(people.person())]
    if not any(people.allowed(action, Thing("graph", owner)) for owner in owners):
        people.required(action, Thing("graph"))


def may_write(action: Action, graph: str) -> None:
    """Raise Denied where the person may not write to a graph, Invalid where nobody may."""
    source = source_of(instance(), graph)
    owner = source if is_department(instance(), source) else None
    people.required(action, Thing("graph", owner))


def write(resolve: Resolve, action: Action, kind: str, reason: str) -> int | None:
    """Resolve and write as one change; give its number when it is published, None for none."""
    for _ in range(TURNS - 1):
        try:
            return _once(resolve, action, kind, reason)
        except Moved:
            continue
    return _once(resolve, action, kind, reason)


def _once(resolve: Resolve, action: Action, kind: str, reason: str) -> int | None:
    instance().settle(now())
    view = people.present()
    added, removed = resolve(view)
    for graph in sorted({*added, *removed}):
        may_write(action, graph)
    by = Writing(people.person().name, now(), reason, kind, view.seq, view.clearance)
    return rewrite(instance(), added, removed, by)
