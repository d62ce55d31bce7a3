"""Walking an index in an order that never changes: by a number made of each thing's IRI.

A walk does not count pages, it goes on from the last number it saw. The numbers are spread evenly
over 64 bits, so the next hundred lie in a stretch whose width is known beforehand: a step reads
that stretch and nothing else, however deep it is and however many things there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tantivy import DocAddress, FieldType, Order, Query, Searcher

from graph.search.asking import every, scope
from graph.search.fields import WALK_BITS, schema
from graph.search.rows import Row

END = (1 << WALK_BITS) - 1
SLACK = 1.5  # how much wider than expected the first stretch is
WIDER = 4  # how much wider each further one

ROWS = 1000  # stored rows read at once

Place = tuple[int, DocAddress]  # a walk number and where its document lies
Step = tuple[int, str]  # a walk number and the IRI it stands for


@dataclass(frozen=True, slots=True)
class Walk:
    """The things of some kinds (of all, where none is named), in walk order."""

    searcher: Searcher
    kinds: frozenset[str]
    count: int

    def after(self, number: int | None, limit: int) -> list[Step]:
        """Give the first `limit` things after a number, None for the beginning."""
        start = 0 if number is None else number + 1
        width = self._width(limit)
        while start <= END:
            found = self._between(start, min(start + width, END), limit, Order.Asc)
            if len(found) == limit or start + width >= END:
                return found
            width *= WIDER
        return []

    def before(self, number: int | None, limit: int) -> list[Step]:
        """Give the last `limit` things before a number, None for the end; in walk order."""
        end = END if number is None else number - 1
        width = self._width(limit)
        while end >= 0:
            found = self._between(max(end - width, 0), end, limit, Order.Desc)
            if len(found) == limit or end <= width:
                return found[::-1]
            width *= WIDER
        return []

    def rows(self) -> Iterator[bytes]:
        """Give the stored row of every thing, in walk order."""
        start = 0
        while start <= END:
            found = self._hits(start, END, ROWS, Order.Asc)
            yield from (self._row(address) for _, address in found)
            if len(found) < ROWS:
                return
            start = found[-1][0] + 1

    def last_page_start(self, size: int) -> int | None:
        """Give the number after which the last page begins; None where one page holds all."""
        if self.count <= size:
            return None
        on_last = self.count % size or size
        return self.before(None, on_last + 1)[0][0]

    def _width(self, limit: int) -> int:
        """Give a stretch of numbers that should hold a little more than `limit` things."""
        return int((END / max(self.count, 1)) * limit * SLACK) + 1

    def _between(self, low: int, high: int, limit: int, order: Order) -> list[Step]:
        """Give at most `limit` things from `low` to `high`, in order."""
        hits = self._hits(low, high, limit, order)
        return [(number, Row.from_json(self._row(address)).iri) for number, address in hits]

    def _row(self, address: DocAddress) -> bytes:
        """Give the stored row of a thing."""
        row = self.searcher.doc(address)["row"][0]
        assert isinstance(row, bytes)
        return row

    def _hits(self, low: int, high: int, limit: int, order: Order) -> list[Place]:
        """Give number and place of at most `limit` things from `low` to `high`, in order."""
        stretch = Query.range_query(
            schema(),
            "walk",
            FieldType.Unsigned,
            lower_bound=low,
            upper_bound=high,
            use_inverted_index=True,
        )
        query = every([stretch, *scope(self.kinds, {})])
        found = self.searcher.search(
            query, limit=limit, count=False, order_by_field="walk", order=order
        )
        return [(int(number), address) for number, address in found.hits]
