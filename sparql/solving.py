"""The solutions of a small query, and their JSON as the engine writes it.

The engine parses, plans and serialises each text anew, and a join asks for a store of its own. What it
would say of a planned text (`sparql.shapes`) is plain: a row for each way in which triples fit all
patterns at once. Tests hold both to the same bytes.

Triples come from cards (`sparql.cards`) where these hold what is asked for, else from the store. No step
reads more than `TOUCHED` of them, and each row that a step finds is one of them: so the work is
bounded whatever a view holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Final, Protocol, TypeVar, cast

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, Store

from sparql.cards.file import Cards
from sparql.cards.source import FromCards
from sparql.exact.reading import Solutions
from sparql.lookups import NAME_OF_IT, ROOM, TOUCHED, NotSmall, Sheet
from sparql.query import ask
from sparql.shapes import Row, Said, Shape, Shaped, Step
from sparql.stored import FromStore

TRUTH: Final = {True: b'{"head":{},"boolean":true}', False: b'{"head":{},"boolean":false}'}
END: Final = b"]}}"

T = TypeVar("T")


class Source(Protocol[T]):
    """What is said, in triples whose terms have a form of its own: equal ones are the same term."""

    def term(self, node: NamedNode) -> T:
        """Give the form of an IRI."""

    def fitting(self, first: T | None, verb: T | None, last: T | None) -> Iterable[Said]:
        """Give the triples of the merge that fit, None standing for whatever; may raise NotSmall."""

    def weight(self, term: T) -> int:
        """Give about how many bytes it takes to tell a term."""

    def in_json(self, term: T) -> bytes:
        """Write a term; may raise NotSmall."""


def solved(store: Store, asked: Shaped, most: int, cards: Cards | None = None) -> tuple[bytes, int]:
    """Give an answer in JSON and the number of its rows; raises NotSmall where it is not small."""
    shape, constants = asked.shape, asked.terms()
    if cards is not None:
        try:
            return solution(FromCards(cards), shape, constants, most)
        except NotSmall:  # or not on cards
            pass
    if shape.wide and shape.form == "SELECT":
        return by_engine(store, asked, most)
    return solution(FromStore(store), shape, constants, most)


def solution(
    source: Source[T], shape: Shape, constants: Sequence[NamedNode], most: int
) -> tuple[bytes, int]:
    """Give an answer from a source, and the number of its rows; raises NotSmall."""
    terms = [source.term(each) for each in constants]
    rows = alone(source, shape, terms) if shape.alone else joined(source, shape.steps, terms)
    if shape.form == "ASK":
        return TRUTH[any(True for _ in rows)], 1
    return written(source, rows, shape, most)


def by_engine(store: Store, asked: Shaped, most: int) -> tuple[bytes, int]:
    """Have the engine read and write the rows of one pattern: of two terms each it is the quicker.

    Every row is whole, so each begins in one way, which stands nowhere else: a quotation mark within a text
    is written with a backslash before it.
    """
    sheet = Sheet()
    result = ask(store, asked.text, name=NAME_OF_IT)
    assert isinstance(result, QuerySolutions | Solutions)
    result.serialize(cast("IO[bytes]", sheet), format=QueryResultsFormat.JSON)
    text = b"".join(sheet.parts)
    rows = text.count(asked.shape.begin)
    if rows > most:
        raise NotSmall
    return text, rows


def alone(source: Source[T], shape: Shape, terms: Sequence[T]) -> Iterator[Row]:
    """Give the rows of one pattern as they are read."""
    (step,) = shape.steps
    first, verb, last = [None if each is None else terms[each] for each in step.known]
    found = source.fitting(first, verb, last)
    return map(step.taken, islice(found, shape.start, shape.stop))


def joined(source: Source[T], steps: Iterable[Step], terms: Sequence[T]) -> list[Row]:
    """Give every way in which triples fit all patterns at once; raises NotSmall past the bounds."""
    rows: list[Row] = [()]
    touched = weight = 0
    for step in steps:
        found: list[Row] = []
        for row in rows:
            first, verb, last = [
                None if each is None else terms[each] if each >= 0 else row[-1 - each]
                for each in step.known
            ]
            for said in source.fitting(first, verb, last):
                touched += 1
                weight += source.weight(said[2])
                if touched > TOUCHED or weight > ROOM:
                    raise NotSmall
                if not step.same or all(said[one] == said[other] for one, other in step.same):
                    found.append(row + step.taken(said))
        rows = found
    return rows


def written(source: Source[T], rows: Iterable[Row], shape: Shape, most: int) -> tuple[bytes, int]:
    """Write rows in JSON and count them; raises NotSmall where they are many or long."""
    parts, size = list[bytes](), len(shape.head) + len(END)
    form, shown, in_json = shape.row, shape.shown, source.in_json
    for row in rows:
        part = form % tuple(map(in_json, shown(row)))
        parts.append(part)
        size += len(part) + 1
        if len(parts) > most or size > ROOM:
            raise NotSmall
    return b"%b%b%b" % (shape.head, b",".join(parts), END), len(parts)
