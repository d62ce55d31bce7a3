"""How the classes of a view are joined: from class to class by property, counted, and kept exact.

A link is a statement as the schema sees it: the class of its subject, its property, the class of its
object ("" for text, and for what has no class). Something of two classes counts for both. What a
change may alter are the statements it names and, where a class came or went, those that name its
thing: each is counted as it was and as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from ontology.terms import RDF

MERGE = DefaultGraph()
HELD = 200_000  # things whose classes are remembered at once
MOST = 50_000  # statements beyond which counting anew is the better way
NONE = ("",)

Link = tuple[str, str, str]
Node = NamedNode | BlankNode | Literal | Triple


class TooMany(Exception):
    """A change touches more than is worth following."""


@dataclass(slots=True)
class Classes:
    """The classes of things, as a store has them."""

    store: Store
    _held: dict[NamedNode, tuple[str, ...]] = field(default_factory=dict)

    def of(self, node: Node) -> tuple[str, ...]:
        """Give the classes of a thing; none for text."""
        if not isinstance(node, NamedNode):
            return ()
        found = self._held.get(node)
        if found is None:
            typed = self.store.quads_for_pattern(node, RDF.type, None, MERGE)
            found = tuple(each.object.value for each in typed if isinstance(each.object, NamedNode))
            if len(self._held) >= HELD:
                self._held.clear()
            self._held[node] = found
        return found

    def links(self, statement: Quad | Triple) -> Iterator[Link]:
        """Give the links that a statement stands for."""
        if statement.predicate == RDF.type:
            return
        verb = statement.predicate.value
        objects = self.of(statement.object) or NONE
        for subject in self.of(statement.subject):
            for object_ in objects:
                yield subject, verb, object_


def linked(store: Store) -> dict[Link, int]:
    """Count the links of a store from end to end."""
    classes, found = Classes(store), Counter[Link]()
    for quad in store.quads_for_pattern(None, None, None, MERGE):
        found.update(classes.links(quad))
    return dict(found)


def shifted(
    known: dict[Link, int], before: Store, after: Store, touched: Iterable[Triple]
) -> dict[Link, int]:
    """Give the links after a change that touched these statements and no others; raises TooMany."""
    found = Counter(known)
    concerned = affected(before, after, touched)
    for store, sign in ((before, -1), (after, 1)):
        classes = Classes(store)
        for each in held(store, concerned):
            for link in classes.links(each):
                found[link] += sign
    return dict(+found)


def held(store: Store, statements: Iterable[Triple]) -> set[Quad]:
    """Give those of some statements that a store holds, as it writes them: each once."""
    return {
        quad
        for each in statements
        for quad in store.quads_for_pattern(each.subject, each.predicate, each.object, MERGE)
    }


def affected(before: Store, after: Store, touched: Iterable[Triple]) -> set[Triple]:
    """Give the statements whose links a change may have altered."""
    found = set(touched)
    things = {each.subject for each in found if each.predicate == RDF.type}
    for thing in things:
        for store in (before, after):
            for quads in (
                store.quads_for_pattern(thing, None, None, MERGE),
                store.quads_for_pattern(None, None, thing, MERGE),
            ):
                for quad in quads:
                    found.add(quad.triple)
                    if len(found) > MOST:
                        raise TooMany
    return found
