"""What the ledger tells of entries: who changed what, and what became of what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from graph.ledger import Ledger, Touched
from ontology.clearance import Clearance

SHOWN = 3  # things named of one change on the front page


@dataclass(frozen=True, slots=True)
class Happening:
    """One change with the first few of the entries it touched; `more` says that there are more."""

    touched: tuple[Touched, ...]
    more: bool


class History(Protocol):
    """What pages ask of the past. Everything is told only as far as the clearance sees."""

    def of(self, iri: str, clearance: Clearance, limit: int) -> list[Touched]:
        """Give what happened to an entry, newest first."""

    def recent(self, clearance: Clearance, limit: int) -> list[Happening]:
        """Give the latest changes, newest first."""

    def gone(self, kind: str, code: str, clearance: Clearance) -> Touched | None:
        """Give the removal of what once had that kind and code, None if it never was or still is."""


@dataclass(frozen=True, slots=True)
class NoHistory:
    """The past of a house without a ledger."""

    def of(self, iri: str, clearance: Clearance, limit: int) -> list[Touched]:  # noqa: ARG002
        """Give nothing."""
        return []

    def recent(self, clearance: Clearance, limit: int) -> list[Happening]:  # noqa: ARG002
        """Give nothing."""
        return []

    def gone(self, kind: str, code: str, clearance: Clearance) -> Touched | None:  # noqa: ARG002
        """Give nothing."""
        return None


@dataclass(frozen=True, slots=True)
class LedgerHistory:
    """The past as the ledger holds it."""

    ledger: Ledger

    def of(self, iri: str, clearance: Clearance, limit: int) -> list[Touched]:
        """Give what happened to an entry, newest first."""
        return self.ledger.history(iri=iri, clearance=clearance, limit=limit)

    def recent(self, clearance: Clearance, limit: int) -> list[Happening]:
        """Give the latest changes: one look-up each, so that a load of any size costs the same."""
        happenings: list[Happening] = []
        before: int | None = None
        while len(happenings) < limit:
            found = self.ledger.history(clearance=clearance, limit=SHOWN + 1, before=before)
            if not found:
                break
            before = found[0].seq
            same = tuple(each for each in found if each.seq == before)
            happenings.append(Happening(same[:SHOWN], len(same) > SHOWN))
        return happenings

    def gone(self, kind: str, code: str, clearance: Clearance) -> Touched | None:
        """Give the removal of an entry that no source has any more."""
        kept = self.ledger.entries_coded(kind, code)
        if not kept or any(each.live for each in kept):
            return None
        past = self.ledger.history(iri=kept[0].iri, clearance=clearance, limit=1)
        return past[0] if past and past[0].action == "removed" else None
