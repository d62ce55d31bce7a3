"""Rows in an order of texts or IRIs: the engine finds them, and they are sorted here, once written.

The engine sorts numbers of terms and reads a text anew from its files for each comparison: 40,000 rows by
title cost it 0.4 s to find and write, and 1.4 s more to sort. So it is asked for the rows in no order, as TSV,
and each row's keys are read from what it wrote. Of a query that is cut only the first rows are
kept while they come. What orders terms is the engine's own rule (SPARQL 1.1, 15.1, and beyond it); a column
of keys whose literals are not all of one kind is left to the engine, and so are rows in an order of
numbers or dates, which the engine compares as they are.

Equal rows stay as they were found: one order for every page of one snapshot.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import IO, Any, Final, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from sparql.otherwise import in_turtle
from sparql.plans.tokens import Token, closing, prologue_of, tokens_of
from sparql.query import Term, ask

LOOKED_AT: Final = 64  # rows from which it is seen what they are ordered by
DEAR: Final = 0.02  # seconds of work after which it is not begun anew
HELD: Final = 400_000  # rows that are sorted here: some 200 MB
SLACK: Final = (
    50_000  # rows beyond those that are wanted, before they are sorted and the last let go
)
TEXTS: Final = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    }
)
ALONE: Final = frozenset(
    {"FROM", "GROUP", "HAVING", "VALUES"}
)  # words outside brackets that mean more

Key = tuple[Any, ...]
Line = tuple[tuple[Key, ...], bytes]


class Mixed(ValueError):
    """A key is of a kind that is not compared here, or of another than those before it, or rows are many."""


@dataclass(frozen=True, slots=True)
class Order:
    """A text without its order and cut, and what they were."""

    text: str
    keys: tuple[tuple[str, bool], ...]  # variables, and whether the last come first
    added: int  # columns at the end that are keys alone
    limit: int | None
    offset: int


def ordered(text: str, store: Store, skip: int, rows: int) -> QuerySolutions | None:
    """Give the rows of a text behind the first `skip`, as many as `rows` and one; None without a plan."""
    order = order_of(text)
    if order is None:
        return None
    began = time.thread_time()
    try:
        found = ask(store, order.text)
    except SyntaxError:
        return None  # a fault is told of the text as it was sent
    assert isinstance(found, QuerySolutions)
    names = [each.value for each in found.variables]
    if not {name for name, _ in order.keys}.issubset(names):
        return None
    places = [names.index(name) for name, _ in order.keys]
    seen = [tuple(row) for row in islice(found, LOOKED_AT)]
    cheap = time.thread_time() - began < DEAR
    if cheap and not is_of_texts([row[places[0]] for row in seen]):
        return None
    first = order.offset + skip
    last = first + rows + 1
    if order.limit is not None:
        last = min(last, order.offset + order.limit)
    lines = Lines(places, [late for _, late in order.keys], last)
    try:
        lines.write(b"\n".join(map(written, seen)) + b"\n" if seen else b"")
        lines.head = True
        if len(seen) == LOOKED_AT:
            found.serialize(cast("IO[bytes]", lines), format=QueryResultsFormat.TSV)
        kept = lines.sorted()
    except Mixed:
        return None
    return read(names[: len(names) - order.added], kept[first:last])


def is_of_texts(terms: Sequence[Term | None]) -> bool:
    """Say whether terms are such as the engine compares slowly."""
    return any(
        isinstance(each, NamedNode) or (isinstance(each, Literal) and each.datatype.value in TEXTS)
        for each in terms
    )


def written(row: Sequence[Term | None]) -> bytes:
    """Write a row as TSV."""
    return "\t".join("" if each is None else in_turtle(each) for each in row).encode()


def read(names: Sequence[str], lines: Sequence[Line]) -> QuerySolutions:
    """Give rows as the engine gives them, without the columns that stand behind the names."""
    wanted = len(names)
    head = "\t".join(f"?{name}" for name in names).encode()
    body = [b"\t".join(line.split(b"\t")[:wanted]) for _, line in lines]
    found = parse_query_results(b"\n".join([head, *body, b""]), QueryResultsFormat.TSV)
    assert isinstance(found, QuerySolutions)
    return found


# The text -------------------------------------------------------------------------------------------


def order_of(text: str) -> Order | None:
    """Read the order of a SELECT by variables alone; None for what is not surely that."""
    if "ORDER" not in text.upper() or (tokens := tokens_of(text)) is None:
        return None
    outer = [*outermost(tokens)]
    read_ = prologue_of(tokens)
    words = [token.said for _, token in outer if token.kind == "word"]
    if read_ is None or words.count("ORDER") != 1 or not ALONE.isdisjoint(words):
        return None
    start = tokens[read_[1]]
    at = next(place for place, token in outer if token.said == "ORDER")
    if start.said != "SELECT" or tokens[at - 1].said != "}":
        return None
    keys, cut = keys_of(tokens[at + 1 :])
    numbers = cuts_of(cut)
    if not keys or numbers is None:
        return None
    before = text[: tokens[at].start]
    return shown(before, tokens[read_[1] :], keys, numbers)


def outermost(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Give the tokens outside all brackets, and each bracket that opens one, with their places."""
    at = 0
    while at < len(tokens):
        yield at, tokens[at]
        opens = tokens[at].kind == "mark" and tokens[at].said in {"{", "("}
        at = (closing(tokens, at) or len(tokens)) + 1 if opens else at + 1


def keys_of(tokens: Sequence[Token]) -> tuple[tuple[tuple[str, bool], ...], Sequence[Token]]:
    """Read BY and the keys; none where one is more than a variable. Give what follows, too."""
    keys: list[tuple[str, bool]] = []
    if not tokens or tokens[0].said != "BY":
        return (), ()
    at = 1
    while at < len(tokens) and tokens[at].said not in {"LIMIT", "OFFSET"}:
        if tokens[at].kind == "variable":
            keys.append((tokens[at].said[1:], False))
            at += 1
            continue
        way, opened, name, closed, *_ = [*tokens[at : at + 4], *[tokens[at]] * 4]
        said = (opened.said, closed.said)
        if way.said not in {"ASC", "DESC"} or name.kind != "variable" or said != ("(", ")"):
            return (), ()
        keys.append((name.said[1:], way.said == "DESC"))
        at += 4
    return tuple(keys), tokens[at:]


def cuts_of(tokens: Sequence[Token]) -> dict[str, int] | None:
    """Read LIMIT and OFFSET; None for anything else."""
    found: dict[str, int] = {}
    for word, number in zip(tokens[::2], tokens[1::2], strict=False):
        if word.said not in {"LIMIT", "OFFSET"} or word.said in found or not number.said.isdigit():
            return None
        found[word.said] = int(number.said)
    return found if len(tokens) == 2 * len(found) else None


def shown(
    before: str,
    tokens: Sequence[Token],
    keys: tuple[tuple[str, bool], ...],
    cut: dict[str, int],
) -> Order | None:
    """Give the text that shows its keys too, from SELECT on; None where that would be another text."""
    body = next((n for n, each in enumerate(tokens) if each.said in {"WHERE", "{"}), 0)
    said = {each.said for each in tokens[:body]}
    columns = columns_of(tokens[:body])
    missing = list(dict.fromkeys(name for name, _ in keys if name not in columns))
    if "*" in said:
        missing = []
    if missing and said & {"DISTINCT", "REDUCED", "("}:
        return None
    more = "".join(f"?{name} " for name in missing)
    at = tokens[body].start
    text = f"{before[:at]} {more}{before[at:]}"
    return Order(text, keys, len(missing), cut.get("LIMIT"), cut.get("OFFSET", 0))


def columns_of(tokens: Sequence[Token]) -> set[str]:
    """Name the columns of a SELECT: variables by themselves, and what expressions are called."""
    found, deep = set[str](), 0
    for place, each in enumerate(tokens):
        deep += {"(": 1, ")": -1}.get(each.said, 0)
        if each.kind == "variable" and (not deep or tokens[place - 1].said == "AS"):
            found.add(each.said[1:])
    return found


# The keys -------------------------------------------------------------------------------------------

TEXT = re.compile(rb'"((?:[^"\\]|\\.)*+)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
MEANT = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
XSD = b"http://www.w3.org/2001/XMLSchema#"
WHOLE = re.compile(rb"[+-]?[0-9]+")
EXACT = re.compile(rb"[+-]?[0-9]*\.?[0-9]+")
FORMS: Final = {  # of which each has one length, so that the order of its signs is that of its values
    b"date": re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    b"dateTime": re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z?"),
    b"gYear": re.compile(rb"[0-9]{4}"),
}


def key_of(cell: bytes) -> tuple[Key, str]:
    """Give what a cell is compared by, and the kind of a literal; raises Mixed."""
    if not cell:
        return (0,), ""
    first = cell[:1]
    if first == b"<" and cell[1:2] != b"<":
        return (2, cell[1:-1]), ""
    if first == b'"':
        return key_of_text(cell)
    if first == b"_":
        return (1, cell), ""
    if cell in {b"true", b"false"}:
        return (3, cell), "truth"
    return number(cell)


def key_of_text(cell: bytes) -> tuple[Key, str]:
    """Give the key of what stands in quotation marks."""
    if cell[-1:] == b'"' and b"\\" not in cell:
        return (3, cell[1:-1], 1), "text"
    found = TEXT.fullmatch(cell)
    if found is None:
        raise Mixed
    value, language, datatype = found.groups()
    if b"\\" in value:
        value = ESCAPED.sub(lambda each: MEANT.get(each[1], each[1]), value)
    if language is not None and b"--" in language:
        raise Mixed
    if language is not None:
        return (3, value, 0, language), "text"
    if datatype is None:
        return (3, value, 1), "text"
    name = datatype.removeprefix(XSD)
    if name in {b"integer", b"decimal"}:
        return number(value)
    if name == b"boolean":
        return (3, value), "truth"
    form = FORMS.get(name)
    if form is None or not form.fullmatch(value):
        raise Mixed
    return (3, value), f"{name.decode()} of {len(value)}"


def number(value: bytes) -> tuple[Key, str]:
    """Give the key of an exact number."""
    if WHOLE.fullmatch(value):
        return (3, int(value)), "number"
    if EXACT.fullmatch(value):
        return (3, Decimal(value.decode())), "number"
    raise Mixed


@dataclass(slots=True)
class Lines:
    """Takes rows as TSV, and keeps the first `most` of them in order."""

    places: Sequence[int]
    late: Sequence[bool]
    most: int
    head: bool = False  # whether a line of names comes before what is written next
    kinds: dict[int, str] = field(default_factory=dict)
    kept: list[Line] = field(default_factory=list)
    rest: bytes = b""

    def write(self, chunk: bytes) -> int:
        """Take what the engine wrote; raises Mixed."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if self.head and lines:
            del lines[0]
            self.head = False
        self.kept += [(self.keys(line), line) for line in lines]
        if len(self.kept) > self.most + SLACK:
            self.sort()
        if len(self.kept) > HELD:
            raise Mixed
        return len(chunk)

    def flush(self) -> None:
        """Nothing: the engine asks for it at its end."""

    def keys(self, line: bytes) -> tuple[Key, ...]:
        """Read the keys of a row."""
        cells = line.split(b"\t")
        return tuple([self.key(place, cells[place]) for place in self.places])

    def key(self, place: int, cell: bytes) -> Key:
        """Give one key; raises Mixed where it cannot be compared with those before it."""
        key, kind = key_of(cell)
        if kind and self.kinds.setdefault(place, kind) != kind:
            raise Mixed
        return key

    def sort(self) -> None:
        """Put the rows in order, and let the last ones go."""
        for at in reversed(range(len(self.places))):
            self.kept.sort(key=_nth(at), reverse=self.late[at])
        del self.kept[self.most :]

    def sorted(self) -> list[Line]:
        """Give the rows."""
        self.sort()
        return self.kept


def _nth(at: int) -> Callable[[Line], Key]:
    return lambda line: line[0][at]
