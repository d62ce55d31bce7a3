"""Entries merged into others: they have no document of their own, the kept one answers for them.

A merge counts only in a view that describes the entry it leads to: nobody loses an entry to one
that they may not see. What a source itself says to be replaced stands as before; an older edition
is no duplicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from ontology.terms import GOV, RDF

MERGE = DefaultGraph()
ACCEPTED = Literal("accepted")
ENDS = (f" {GOV.keptEntry} <", f" {GOV.mergedEntry} <")


@dataclass(slots=True)
class Folds:
    """The merges that count in a view: merged entries to kept ones, and the other way."""

    kept_of: dict[str, str] = field(default_factory=dict)
    merged_of: dict[str, list[str]] = field(default_factory=dict)

    def others(self, iri: str) -> Iterator[str]:
        """Give the entries whose documents change with one: what it leads to, and what leads to it."""
        if iri in self.kept_of:
            yield self.kept_of[iri]
        yield from self.merged_of.get(iri, ())


def folds(store: Store, *, standing: bool = True) -> Folds:
    """Read the merges of a view; without `standing` those too whose kept entry is not there."""
    found = Folds()
    for kept, merged in sorted(accepted(store), key=str):
        if standing and not typed(store, kept):
            continue
        found.kept_of[merged.value] = kept.value
        found.merged_of.setdefault(kept.value, []).append(merged.value)
    return found


def accepted(store: Store) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Give the kept and the merged entry of each merge that a steward accepted."""
    for quad in store.quads_for_pattern(None, GOV.mergedEntry, None, MERGE):
        merge, merged = quad.subject, quad.object
        if any(store.quads_for_pattern(merge, GOV.outcome, ACCEPTED, MERGE)):
            for end in store.quads_for_pattern(merge, GOV.keptEntry, None, MERGE):
                if isinstance(merged, NamedNode) and isinstance(end.object, NamedNode):
                    yield end.object, merged


def typed(store: Store, node: NamedNode) -> bool:
    """Say whether a view describes a thing."""
    return any(store.quads_for_pattern(node, RDF.type, None, MERGE))


def ends_in(lines: Iterable[str]) -> Iterator[str]:
    """Give the entries that lines about merges name: their documents change with the merge."""
    for line in lines:
        if any(end in line for end in ENDS):
            yield line[line.rindex(" <") + 2 : line.rindex(">")]
