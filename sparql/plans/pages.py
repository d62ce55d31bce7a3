"""A sub-select that is cut or grouped is asked first, and its rows stand in its place as VALUES.

A sub-select is evaluated for itself, whatever stands around it (SPARQL 1.1, 18.2.4.4): only its
projection is seen outside, each row as often as it comes. So the table of its rows is the same. The
engine joins such a table by look-ups, and a sub-select by reading all that it could be joined with.
Rows with a blank node cannot be written in a table; they, and long ones, are left to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions

from sparql.plans.tables import Cells, table
from sparql.plans.tokens import Token, closing, prologue_of, tokens_of

LONGEST = 5_000  # rows of a table
OUTER = frozenset({"FROM", "RAND", "NOW", "UUID", "STRUUID", "BNODE", "SERVICE"})
BOUND_WITHIN = frozenset(
    {"GRAPH", "EXISTS", "LATERAL"}
)  # what stands in their groups is not for itself
CUT = frozenset({"LIMIT", "GROUP", "COUNT", "SUM", "MIN", "MAX", "AVG"})

Ask = Callable[[str], QuerySolutions]


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-select within a text: its own query, and where its group begins and ends."""

    query: str
    start: int
    end: int


def parts_of(text: str) -> list[Part]:
    """Give the outermost sub-selects that are worth asking first; none where the text is unclear."""
    tokens = tokens_of(text)
    if tokens is None or any(is_shared(each) for each in tokens):
        return []
    read = prologue_of(tokens)
    if read is None or read[1] >= len(tokens):
        return []
    prologue = text[: tokens[read[1]].start]
    return [
        Part(
            f"{prologue} {text[tokens[first + 1].start : tokens[last].start]}",
            tokens[first].end,
            tokens[last].start,
        )
        for first, last in groups(tokens)
        if any(each.said in CUT for each in tokens[first:last] if each.kind == "word")
    ]


def is_shared(token: Token) -> bool:
    """Say whether a token means something for the query as a whole, not for one part of it."""
    if token.kind == "word":
        return token.said in OUTER
    return token.said in {"[", "]"}


def groups(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Give the places of the brackets around each outermost sub-select that stands for itself."""
    at, within = 0, list[bool]()
    while at < len(tokens):
        token = tokens[at]
        if token.said == "{" and token.kind == "mark":
            if is_select(tokens, at) and not any(within) and not is_bound(tokens, at):
                last = closing(tokens, at)
                if last is None:
                    return
                yield at, last
                at = last + 1
                continue
            within.append(is_bound(tokens, at))
        elif token.said == "}" and token.kind == "mark" and within:
            within.pop()
        at += 1


def is_select(tokens: Sequence[Token], opened: int) -> bool:
    """Say whether a group is a sub-select."""
    return opened + 1 < len(tokens) and tokens[opened + 1].said == "SELECT"


def is_bound(tokens: Sequence[Token], opened: int) -> bool:
    """Say whether what a group holds is evaluated for each solution, or graph, around it."""
    return any(each.said in BOUND_WITHIN for each in tokens[max(0, opened - 2) : opened])


def asked_first(text: str, ask: Ask) -> str:
    """Give the text with its sub-selects asked; as it was where nothing is gained."""
    found = text
    for part in reversed(parts_of(text)):
        written = answered(ask(part.query))
        if written is None:
            return text
        found = f"{found[: part.start]} {written} {found[part.end :]}"
    return found


def answered(solutions: QuerySolutions) -> str | None:
    """Write the rows of a sub-select as a table; None for what no table can hold."""
    rows: list[Cells] = []
    for solution in solutions:
        if len(rows) == LONGEST:
            return None
        terms = list(solution)
        if not all(isinstance(each, NamedNode | Literal | None) for each in terms):
            return None
        rows.append([None if each is None else str(each) for each in terms])
    variables = [each.value for each in solutions.variables]
    return table(variables, rows) if variables else None
