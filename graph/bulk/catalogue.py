"""What a department keeps: its live entries, each with what is published of it as it was typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode

from graph.cataloguing.typed import FIELDS, Typed
from graph.cataloguing.writing import Target, typed_of
from graph.editing import as_it_was, graph_of
from graph.instance import Instance
from graph.ledger.ledger import Kept
from graph.loading.load import Statement, statements_of
from ontology.clearance import Clearance
from ontology.terms import DCT, GOV

PART = 500  # names that one SQL statement holds
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A department as law asks of it: its code and its district's, None for the city's."""

    code: str
    district: str | None = None


class Catalogue:
    """The entries of one department, as the newest snapshot has them."""

    def __init__(self, instance: Instance, owner: Owner) -> None:
        """Look at a department's entries; nothing is read yet but which there are."""
        self.instance = instance
        self.owner = owner
        self.base = instance.home.settings.base
        self.seq = instance.published()
        self.node = NamedNode(f"{self.base}/id/department/{owner.code}")
        self.kept = {(each.kind, each.code): each for each in self._entries()}
        self._targets: dict[str, Target] = {}

    def of_kind(self, kind: str) -> list[Kept]:
        """Give the entries of a kind, by code."""
        found = (each for each in self.kept.values() if each.kind == kind)
        return sorted(found, key=lambda each: each.code)

    def codes(self, kind: str) -> list[str]:
        """Give the codes of a kind."""
        return [code for each, code in self.kept if each == kind]

    def target(self, kept: Kept) -> Target:
        """Give what a version of an entry would be written over."""
        if kept.iri not in self._targets:
            self._targets[kept.iri] = self._target(kept, frozenset(self.statements(kept)))
        return self._targets[kept.iri]

    def new_target(self, kind: str, code: str) -> Target:
        """Give what an entry that is not there would be written over."""
        iri = f"{self.base}/id/{kind}/{code}"
        return Target(kind, code, iri, code, self.node.value, self.base)

    def typed(self, kept: Kept) -> Typed:
        """Give what is published of an entry as it would have been typed."""
        target = self.target(kept)
        return typed_of(target.now, target)

    def typed_then(self, kept: Kept, seq: int) -> Typed:
        """Give what was published of an entry after change number `seq`; nothing if it was not."""
        then = as_it_was(self.instance, kept.source, kept.key, seq)
        target = self._target(kept, frozenset(then or ()))
        return typed_of(target.now, target)

    def statements(self, kept: Kept) -> set[Statement]:
        """Give an entry's statements now; one that is of one clearance is read in one view."""
        if kept.seq > self.instance.published():
            self.instance.wait_for(kept.seq, PATIENCE)
        graph = graph_of(self.instance, kept.source)
        if kept.mixed:
            return statements_of(self.instance.snapshots, graph, kept.subjects)
        store = self.instance.snapshots.view(kept.clearance).store
        where = NamedNode(graph)
        return {
            (kept.clearance, f"{quad.triple} .")
            for subject in kept.subjects
            for quad in store.quads_for_pattern(NamedNode(subject), None, None, where)
        }

    def _target(self, kept: Kept, now: frozenset[Statement]) -> Target:
        return Target(kept.kind, kept.code, kept.iri, kept.key, self.node.value, self.base, now=now)

    def _entries(self) -> Iterator[Kept]:
        named = list(self._named())
        for start in range(0, len(named), PART):
            for kept in self.instance.ledger.entries_named(named[start : start + PART]):
                if kept.live and kept.kind in FIELDS:
                    yield kept

    def _named(self) -> Iterable[str]:
        """Give the IRIs of what names the department as its publisher, owner, or only provider."""
        store = self.instance.snapshots.view(Clearance.GOVERNANCE).store
        found: dict[str, None] = {}
        for name in (DCT.publisher, GOV.owner):
            for quad in store.quads_for_pattern(None, name, self.node, DefaultGraph()):
                if isinstance(quad.subject, NamedNode):
                    found[quad.subject.value] = None
        for quad in store.quads_for_pattern(None, GOV.provider, self.node, DefaultGraph()):
            if isinstance(quad.subject, NamedNode) and not any(
                store.quads_for_pattern(quad.subject, DCT.publisher, None, DefaultGraph())
            ):
                found[quad.subject.value] = None
        return found
