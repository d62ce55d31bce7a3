"""The links of one thing: how many by relation, counted before any is fetched, then a page of them.

Everything here is a look-up along an index, given up past a number that does not depend on how much
there is: `COUNTED` links of one relation, `READ` statements of one thing. What was given up is told.
A thing of which the view says nothing does not exist: no count and no page tells of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from ontology.edges import EDGES
from ontology.terms import RDF

MERGE = DefaultGraph()
COUNTED = 10_000  # links of one relation that are counted
READ = 20_000  # statements about one thing that are read
SORTED = 2_000  # links of one relation whose classes are counted
TYPE = RDF.type.value


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a thing: a property, and whether it leads here (`inward`) or away."""

    term: str
    inward: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many links a relation has; `more` says that there are more than were counted."""

    relation: Relation
    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the links of a relation: the things at the other end, and whether there are more."""

    iris: tuple[str, ...]
    more: bool


def exists(store: Store, node: NamedNode) -> bool:
    """Say whether the view tells anything of a thing, or of things of this class."""
    own = store.quads_for_pattern(node, None, None, MERGE)
    if next(own, None) is not None:
        return True
    return next(store.quads_for_pattern(None, RDF.type, node, MERGE), None) is not None


def counts(store: Store, iri: str, properties: Iterable[str] = ()) -> list[Count]:
    """Count the links of a thing by relation.

    `properties` are those that a view holds: each is asked for by itself where a thing is linked
    to by more statements than are read, so that none is passed over.
    """
    node = NamedNode(iri)
    found = outward(store, node)
    quads = list(islice(store.quads_for_pattern(None, None, node, MERGE), READ + 1))
    if len(quads) <= READ:
        inner = Counter(quad.predicate.value for quad in quads)
        return found + [Count(Relation(term, inward=True), n) for term, n in inner.items()]
    asked = dict.fromkeys([*properties, *EDGES, *(quad.predicate.value for quad in quads)])
    capped = (counted(store, NamedNode(term), node) for term in asked)
    return found + [each for each in capped if each.number]


def outward(store: Store, node: NamedNode) -> list[Count]:
    """Count what a thing leads to."""
    quads = list(islice(store.quads_for_pattern(node, None, None, MERGE), READ + 1))
    ends = (quad for quad in quads[:READ] if is_link(store, quad))
    inner = Counter(quad.predicate.value for quad in ends)
    cut = len(quads) > READ
    return [Count(Relation(term, inward=False), n, more=cut) for term, n in inner.items()]


def is_link(store: Store, quad: Quad) -> bool:
    """Say whether a statement leads to a thing that the view tells of."""
    return isinstance(quad.object, NamedNode) and exists(store, quad.object)


def counted(store: Store, term: NamedNode, node: NamedNode) -> Count:
    """Count the links of one property that lead to a thing, as far as they are counted."""
    quads = store.quads_for_pattern(None, term, node, MERGE)
    number = sum(1 for _ in islice(quads, COUNTED + 1))
    return Count(Relation(term.value, inward=True), min(number, COUNTED), more=number > COUNTED)


def ends(store: Store, iri: str, relation: Relation) -> Iterator[str]:
    """Yield the things at the other end of a relation, as the index has them."""
    node, term = NamedNode(iri), NamedNode(relation.term)
    if relation.inward:
        for quad in store.quads_for_pattern(None, term, node, MERGE):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value
        return
    for quad in store.quads_for_pattern(node, term, None, MERGE):
        if isinstance(quad.object, NamedNode) and exists(store, quad.object):
            yield quad.object.value


def page(store: Store, iri: str, relation: Relation, size: int, of_class: str = "") -> Page:
    """Give the first links of a relation, all or those of a class; `COUNTED` are looked at."""
    looked = islice(ends(store, iri, relation), COUNTED)
    fitting = (each for each in looked if not of_class or is_a(store, each, of_class))
    found = list(islice(fitting, size + 1))
    return Page(tuple(found[:size]), len(found) > size)


def is_a(store: Store, iri: str, of_class: str) -> bool:
    """Say whether a thing is of a class."""
    return Quad(NamedNode(iri), RDF.type, NamedNode(of_class), MERGE) in store


def classes(store: Store, iri: str, relation: Relation) -> tuple[Counter[str], bool]:
    """Count the links of a relation by class, and say whether there are more than were looked at."""
    looked = list(islice(ends(store, iri, relation), SORTED + 1))
    found: Counter[str] = Counter()
    for each in looked[:SORTED]:
        found.update(types(store, each))
    return found, len(looked) > SORTED


def types(store: Store, iri: str) -> list[str]:
    """Give the classes of a thing."""
    quads = store.quads_for_pattern(NamedNode(iri), RDF.type, None, MERGE)
    return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]
