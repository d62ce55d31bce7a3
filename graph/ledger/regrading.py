"""Which changes moved a statement from one clearance to another.

What was open and is stricter now must not be read in views of the past that were made before: each
change that moves any statement's clearance is numbered here, so that a view can be asked whether it
knew of the last of them. A change too many costs a view made anew; one too few would be a leak.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from graph.ledger.changes import ENTRIES, METADATA, Diff, Touch
from ontology.clearance import Clearance

REGRADED = sa.Table("regraded", METADATA, sa.Column("seq", sa.Integer, primary_key=True))
PART = 500  # IRIs that one SQL statement asks for

Graded = tuple[Clearance, str]  # a statement: its clearance and its N-Triples line


def note_regrading(connection: sa.Connection, seq: int, touches: list[Touch]) -> None:
    """Write down that a change moved the clearance of something, where it did."""
    if any(map(regrades, touches)) or any(held_otherwise(connection, touches)):
        connection.execute(REGRADED.insert().values(seq=seq))


def regrades(touch: Touch) -> bool:
    """Say whether what was done to an entry moved the clearance of anything it says."""
    before = touch.before
    if before is None:
        return False
    if before.clearance is not touch.kept.clearance:
        return True
    if touch.diff is None:  # it came back or went; what of it was stricter may be another part
        return touch.action == "new" and (before.mixed or touch.kept.mixed)
    return moved(touch.diff, touch.kept.clearance)


def moved(diff: Diff, least: Clearance) -> bool:
    """Say whether a difference moves a statement or a property, or brings what is stricter.

    `least` is the clearance of the entry as a whole.
    """
    went, came = by_name(diff.removed), by_name(diff.added)
    lines = {line: level for level, line in diff.removed}
    return any(level is not went.get(name, least) for name, level in came.items()) or any(
        lines.get(line, level) is not level for level, line in diff.added
    )


def by_name(statements: Iterable[Graded]) -> dict[tuple[str, str], Clearance]:
    """Give the least clearance of each property of each subject."""
    found: dict[tuple[str, str], Clearance] = {}
    for level, line in statements:
        subject, name, _value = line.split(" ", 2)
        known = found.get((subject, name), level)
        found[subject, name] = known if level.covers(known) else level
    return found


def held_otherwise(connection: sa.Connection, touches: list[Touch]) -> Iterator[bool]:
    """Say of entries that came or went whether others of the same IRI are of another clearance."""
    levels = {
        each.kept.iri: each.kept.clearance.value
        for each in touches
        if each.action == "removed" or (each.before is None and each.action == "new")
    }
    iris = list(levels)
    for start in range(0, len(iris), PART):
        query = sa.select(ENTRIES.c.iri, ENTRIES.c.clearance).where(
            ENTRIES.c.iri.in_(iris[start : start + PART])
        )
        for row in connection.execute(query):
            yield row.clearance != levels[row.iri]
