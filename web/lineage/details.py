"""What is known of the things and steps in view: whose each is, and what each step does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.lineage.edges import Edge
from graph.lineage.owners import Whose, whose_is
from sparql.query import View, rows


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it was stated: the edge, and the named graph (source) that states it."""

    edge: Edge
    graph: str


NOBODY = Whose()
__all__ = ["NOBODY", "Told", "Whose", "told", "whose"]


def whose(view: View, iris: Iterable[str]) -> dict[str, Whose]:
    """Give whose things are."""
    return {iri: whose_is(view.store, iri) for iri in set(iris)}


def told(
    view: View, targets: Iterable[str], day: str | None = None
) -> dict[tuple[str, str], list[Told]]:
    """Give what was stated of the steps into some things, as it holds (or held on a day).

    In one query; keyed by the ends of the step.
    """
    asked = sorted(set(targets))
    gathered: dict[tuple[str, ...], set[str]] = defaultdict(set)
    if asked:
        for row in rows(view, "lineage/derivations", target=[NamedNode(iri) for iri in asked]):
            gathered[tuple(row.text(name) or "" for name in FACTS)].update(
                filter(None, [row.text("transformation")])
            )
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for facts, kinds in gathered.items():
        one = edge_of(dict(zip(FACTS, facts, strict=True)), kinds)
        if one.edge.holds(day) if day else not one.edge.held_to:
            found[one.edge.source, one.edge.target].append(one)
    return found


FACTS = (
    "target",
    "source",
    "job",
    "masking",
    "note",
    "since",
    "until",
    "author",
    "origin",
    "graph",
)


def edge_of(facts: Mapping[str, str], kinds: Iterable[str]) -> Told:
    """Give one step of its facts."""
    edge = Edge(
        source=facts["source"],
        target=facts["target"],
        job=facts["job"],
        transformations=tuple(sorted(kinds)),
        masking=facts["masking"] == "true",
        note=facts["note"],
        held_from=facts["since"],
        held_to=facts["until"],
        author=facts["author"],
        origin=facts["origin"],
    )
    return Told(edge, facts["graph"])
