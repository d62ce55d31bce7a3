"""What happened to entries, as a reader of one clearance may know it: then, and by today's law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from graph.instance import Instance
from graph.ledger.ledger import Diff, Ledger, Recorded, Touched
from graph.past.levels import EVER, INTERNAL, Levels, levels_of, seen
from ontology.clearance import Clearance

__all__ = ["Departed", "Diff", "Happened", "History"]


@dataclass(frozen=True, slots=True)
class Happened:
    """One change and how many visible entries it touched, by action.

    `touched` maps "new", "changed", "removed" to counts; `examples` are a few of the entries.
    """

    seq: int
    at: datetime
    actor: str
    kind: str
    source: str
    reason: str
    undoes: int | None
    touched: dict[str, int]
    examples: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class Departed:
    """An entry that was here and was removed."""

    iri: str
    title: str
    kind: str
    code: str
    seq: int
    at: datetime
    actor: str
    reason: str


class History:
    """The ledger as readers see it."""

    def __init__(self, ledger: Ledger, instance: Instance | None = None) -> None:
        """Read this ledger; by the present of `instance` it is judged what is stricter today.

        Without one only what the ledger's differences say counts, and more is hidden.
        """
        self.ledger = ledger
        self.instance = instance
        # A change never changes, but what may be told of it does.
        self._counts: dict[tuple[int, int, Clearance], dict[str, int]] = {}

    def of(
        self, iri: str, clearance: Clearance, *, limit: int = 20, before: int | None = None
    ) -> list[Touched]:
        """Give what happened to one entry, newest first."""
        found = self.ledger.history(iri=iri, clearance=clearance, limit=limit, before=before)
        if clearance is Clearance.GOVERNANCE or not any(each.diff for each in found):
            return found
        whole = self.ledger.history(iri=iri, clearance=Clearance.GOVERNANCE, limit=EVER)
        levels = {source: self._levels(source, whole) for source in sources(found)}
        return [told(each, clearance, levels[each.source]) for each in found]

    def _levels(self, source: str, whole: list[Touched]) -> Levels:
        """Give what clearance the statements of an entry have today; nothing where all are open."""
        own = [each for each in whole if each.source == source]
        kept = self.ledger.entry(source, own[0].key)
        if kept is None or not (kept.mixed or any(map(strict, own))):
            return Levels()
        return levels_of(self.instance, kept, own)

    def recent(
        self, clearance: Clearance, limit: int = 10, before: int | None = None
    ) -> list[Happened]:
        """Give the latest changes that touched anything visible, newest first."""
        rows = self.ledger.heads(limit * 3, before)
        happened = (self._happened(row, clearance) for row in rows)
        return [each for each in happened if each.touched][:limit]

    def _happened(self, row: Recorded, clearance: Clearance) -> Happened:
        """Give a change with its visible counts and a few examples."""
        return Happened(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            kind=row.kind,
            source=row.source,
            reason=row.reason,
            undoes=row.undoes,
            touched=self._counted(row.seq, clearance),
            examples=tuple(self.ledger.touch_examples(row.seq, clearance, 3)),
        )

    def _counted(self, seq: int, clearance: Clearance) -> dict[str, int]:
        """Give how many visible entries a change touched, counted once."""
        key = seq, self.ledger.regraded(self.ledger.last()), clearance
        if key not in self._counts:
            self._counts[key] = self.ledger.touch_counts(seq, clearance)
        return self._counts[key]

    def gone(self, kind: str, code: str, clearance: Clearance) -> Departed | None:
        """Give an entry that was removed, None where it never was or may not be known of."""
        for kept in self.ledger.entries_coded(kind, code):
            if kept.live or not clearance.covers(kept.clearance):
                continue
            last = self.of(kept.iri, clearance, limit=1)
            if last:
                return departed(last[0])
        return None


def sources(touched: Iterable[Touched]) -> set[str]:
    """Give the sources that lines of history are of."""
    return {each.source for each in touched}


def strict(touched: Touched) -> bool:
    """Say whether a line of history holds anything that is not for everyone."""
    lines = (*touched.diff.added, *touched.diff.removed) if touched.diff else ()
    return any(level is not Clearance.OPEN or INTERNAL in line for level, line in lines)


def told(touched: Touched, clearance: Clearance, levels: Levels) -> Touched:
    """Give a line of history without what is too strict for a reader today."""
    if touched.diff is None:
        return touched
    sides = (touched.diff.added, touched.diff.removed)
    return replace(touched, diff=Diff(*(seen(side, clearance, levels) for side in sides)))


def departed(touched: Touched) -> Departed:
    """Give the removal that a line of history tells of."""
    return Departed(
        iri=touched.iri,
        title=touched.title,
        kind=touched.entry_kind,
        code=touched.code,
        seq=touched.seq,
        at=touched.at,
        actor=touched.actor,
        reason=touched.reason,
    )
