"""What happened to entries, as a reader of one clearance may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.ledger import Diff, Ledger, Recorded, Touched
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

    def __init__(self, ledger: Ledger) -> None:
        """Read this ledger."""
        self.ledger = ledger
        self._counts: dict[tuple[int, Clearance], dict[str, int]] = {}  # a change never changes

    def of(
        self, iri: str, clearance: Clearance, *, limit: int = 20, before: int | None = None
    ) -> list[Touched]:
        """Give what happened to one entry, newest first."""
        return self.ledger.history(iri=iri, clearance=clearance, limit=limit, before=before)

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
        if (seq, clearance) not in self._counts:
            self._counts[seq, clearance] = self.ledger.touch_counts(seq, clearance)
        return self._counts[seq, clearance]

    def gone(self, kind: str, code: str, clearance: Clearance) -> Departed | None:
        """Give an entry that was removed, None where it never was or may not be known of."""
        for kept in self.ledger.entries_coded(kind, code):
            if kept.live or not clearance.covers(kept.clearance):
                continue
            last = self.of(kept.iri, clearance, limit=1)
            if last:
                return departed(last[0])
        return None


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
