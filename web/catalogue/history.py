"""The past as pages ask for it: the ledger's, or none in a house that has no ledger."""

from __future__ import annotations

from typing import Protocol

from graph.ledger.ledger import Touched
from graph.past.history import Departed, Happened
from ontology.clearance import Clearance


class Past(Protocol):
    """What pages ask of the past; everything is told only as far as the clearance sees."""

    def of(self, iri: str, clearance: Clearance, *, limit: int = 20) -> list[Touched]:
        """Give what happened to an entry, newest first."""

    def recent(self, clearance: Clearance, limit: int = 10) -> list[Happened]:
        """Give the latest changes, newest first."""

    def gone(self, kind: str, code: str, clearance: Clearance) -> Departed | None:
        """Give the removal of what once had that kind and code."""

    def __hash__(self) -> int:
        """Tell one house's past from another's."""


class NoPast:
    """The past of a house without a ledger."""

    def of(self, _iri: str, _clearance: Clearance, *, limit: int = 20) -> list[Touched]:  # noqa: ARG002
        """Give nothing."""
        return []

    def recent(self, _clearance: Clearance, _limit: int = 10) -> list[Happened]:
        """Give nothing."""
        return []

    def gone(self, _kind: str, _code: str, _clearance: Clearance) -> Departed | None:
        """Give nothing."""
        return None
