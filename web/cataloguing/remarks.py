"""Remarks on fields and cells: where they stand now, though rows were moved since they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.cataloguing.cases import Cases
from graph.cataloguing.drafts import Draft
from graph.cataloguing.telling import Step
from graph.cataloguing.typed import NAME, Row, Typed
from ontology.states import State

ROWS = ("items", "files")
# What tells a row from the others while it has no name of its own yet.
MARKS = (NAME, "csvw:name", "csvw:title@zh", "dct:title@zh", "dcat:downloadURL", "dcat:accessURL")


def last_return(cases: Cases, draft: Draft) -> Step | None:
    """Give the step that returned the draft, where it is returned."""
    if draft.state is not State.RETURNED:
        return None
    found = [each for each in cases.steps(draft.id) if each.now is State.RETURNED]
    return found[-1] if found else None


def remarks_now(cases: Cases, draft: Draft, step: Step | None, typed: Typed) -> dict[str, str]:
    """Give the remarks of a return by the fields in which they stand now."""
    if step is None or not step.remarks:
        return {}
    then = cases.drafts.typed(draft.id, step.revision)
    places = {
        f"{kind}.{was}.": f"{kind}.{now}."
        for kind in ROWS
        for was, now in moved(getattr(then, kind), getattr(typed, kind)).items()
    }
    return {placed(name, places): words for name, words in step.remarks.items()}


def placed(name: str, places: Mapping[str, str]) -> str:
    """Give the field in which a remark stands now; one whose row is gone keeps its old name."""
    kind, _, rest = name.partition(".")
    at, _, _ = rest.partition(".")
    head = f"{kind}.{at}."
    return places.get(head, head) + name.removeprefix(head) if kind in ROWS else name


def moved(then: Sequence[Row], now: Sequence[Row]) -> dict[int, int]:
    """Give where each row of then stands now; one that nothing tells apart stands where it stood."""
    left = dict(enumerate(now))
    found: dict[int, int] = {}
    for mark in MARKS:
        where = {row[mark]: at for at, row in reversed(left.items()) if row.get(mark)}
        for at, row in enumerate(then):
            if at not in found and row.get(mark) in where:
                found[at] = where.pop(row[mark])
                del left[found[at]]
    stay = {at: at for at in range(len(then)) if at not in found and at in left}
    return found | stay
