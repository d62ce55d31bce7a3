"""What is in view: some things and every link among them, each with the sources that state it.

The cost follows from what is in view and from nothing else: of a thing that leads to very much only
what leads to something in view is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode, Quad, Store

from graph.exploring.links import MERGE, Relation, exists, page
from graph.lineage.owners import whose_is
from ontology.terms import DCT, RDF

MOST = 1_000  # things in view
WIDE = 500  # statements of one thing that are read to find its links
STEP = 25  # links that one opening of a relation brings
DATES = (DCT.modified, DCT.issued)


@dataclass(frozen=True, slots=True)
class Opening:
    """A relation of a thing that was opened: so many pages of it, all or those of a class."""

    iri: str
    relation: Relation
    pages: int = 1
    of_class: str = ""


@dataclass(frozen=True, slots=True)
class Arc:
    """One link in view: a statement. `graphs` are the named graphs (sources) that make it."""

    source: str
    term: str
    target: str
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """From what a thing in view was reached, and over which relation; "" and None where named."""

    parent: str = ""
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be in view: things with how each was reached, and what there was not.

    `missing` are names of which the view tells nothing; `cut` says that more was asked for than
    fits.
    """

    parents: dict[str, Reached]
    missing: tuple[str, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What sorts a thing: its classes, whose it is, its day (ISO) and the sources that type it."""

    classes: tuple[str, ...]
    keeper: str
    system: str
    day: str
    graphs: tuple[str, ...]


def gather(
    store: Store,
    named: Iterable[str],
    openings: Iterable[Opening],
    hidden: Iterable[str] = (),
    made: Iterable[str] = (),
) -> Gathered:
    """Bring together what was named and what was opened, without what is hidden.

    `made` are what a query on the same view gave: they are taken as they are.
    """
    gone, parents, missing, cut = set(hidden), dict[str, Reached](), list[str](), False
    for iri in dict.fromkeys(named):
        if not exists(store, NamedNode(iri)):
            missing.append(iri)
        elif iri not in gone:
            parents[iri] = Reached()
    parents.update((iri, Reached()) for iri in made if iri not in gone)
    for each in openings:
        if each.iri in gone or not exists(store, NamedNode(each.iri)):
            continue
        parents.setdefault(each.iri, Reached())
        found = page(store, each.iri, each.relation, each.pages * STEP, each.of_class)
        for iri in found.iris:
            if iri not in gone:
                parents.setdefault(iri, Reached(each.iri, each.relation))
    if len(parents) > MOST:
        parents, cut = dict(islice(parents.items(), MOST)), True
    return Gathered(parents, tuple(missing), cut)


def arcs(store: Store, iris: Iterable[str]) -> list[Arc]:
    """Give every link among some things, in the order of the things."""
    within = dict.fromkeys(iris)
    found = (arc for iri in within for arc in arcs_from(store, iri, within))
    return list(dict.fromkeys(found))


def arcs_from(store: Store, iri: str, within: dict[str, None]) -> Iterable[Arc]:
    """Yield the links of a thing that lead to something in view."""
    node = NamedNode(iri)
    quads = list(islice(store.quads_for_pattern(node, None, None, MERGE), WIDE + 1))
    if len(quads) > WIDE:
        quads = [
            quad
            for other in within
            for quad in store.quads_for_pattern(node, None, NamedNode(other), MERGE)
        ]
    for quad in quads:
        end = quad.object
        if not isinstance(end, NamedNode) or end.value not in within or end.value == iri:
            continue
        yield Arc(iri, quad.predicate.value, end.value, stated_in(store, quad))


def stated_in(store: Store, quad: Quad) -> tuple[str, ...]:
    """Give the named graphs that state what the merge states."""
    same = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return tuple(
        sorted(each.graph_name.value for each in same if isinstance(each.graph_name, NamedNode))
    )


def facts(store: Store, iri: str) -> Facts:
    """Give what sorts a thing."""
    typed = list(store.quads_for_pattern(NamedNode(iri), RDF.type, None, None))
    classes = {each.object.value for each in typed if isinstance(each.object, NamedNode)}
    graphs = {each.graph_name.value for each in typed if isinstance(each.graph_name, NamedNode)}
    whose = whose_is(store, iri)
    return Facts(
        tuple(sorted(classes)),
        whose.keeper,
        whose.system,
        day_of(store, iri),
        tuple(sorted(graphs)),
    )


def day_of(store: Store, iri: str) -> str:
    """Give the day on which a thing was changed, else first published; "" where none is said."""
    for term in DATES:
        for quad in store.quads_for_pattern(NamedNode(iri), term, None, MERGE):
            if not isinstance(quad.object, NamedNode):
                return str(getattr(quad.object, "value", ""))[:10]
    return ""
