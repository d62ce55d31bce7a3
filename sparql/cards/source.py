"""Cards as a source of triples; whatever hangs on no IRI is left to the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from sparql.cards.file import LITERAL, Cards
from sparql.lookups import NotSmall
from sparql.shapes import Said

Packed = bytes


class Elsewhere(NotSmall):
    """Only the store can say."""


@dataclass(frozen=True, slots=True)
class FromCards:
    """What the cards of a view say; each is read once for a question."""

    cards: Cards
    read: dict[Packed, list[bytes]] = field(default_factory=dict)

    def term(self, node: NamedNode) -> Packed:
        """Pack an IRI."""
        return self.cards.named(node.value)

    def fitting(
        self, first: Packed | None, verb: Packed | None, last: Packed | None
    ) -> Iterable[Said]:
        """Give what fits, in the store's order; raises Elsewhere."""
        if first is None:
            raise Elsewhere
        rows = self.read.get(first)
        if rows is None:
            rows = self.read[first] = self.rows(first)
        if verb is None:
            verbs = self.cards.packed
            found = [(first, verbs[row[:2]], row[2:]) for row in rows]
            return found if last is None else [each for each in found if each[2] == last]
        coded = self.cards.verbs.get(verb)
        if coded is None:
            return ()
        if last is None:
            return [(first, verb, row[2:]) for row in rows if row[:2] == coded]
        return ((first, verb, last),) if coded + last in rows else ()

    def rows(self, first: Packed) -> list[bytes]:
        """Read the card of a thing; a literal has none, and a blank node's is the store's."""
        iri = self.cards.iri(first)
        if iri is None:
            if self.cards.json(first).startswith(LITERAL):
                return []
            raise Elsewhere
        rows = self.cards.rows(iri)
        if rows is None:
            raise Elsewhere
        return rows

    def weight(self, term: Packed) -> int:
        """Count the bytes of a packed term."""
        return len(term)

    def in_json(self, term: Packed) -> bytes:
        """Write a term."""
        return self.cards.json(term)
