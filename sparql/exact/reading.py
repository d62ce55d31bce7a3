"""What a text has to be for a store: the text itself, or one that means of laid literals what it says.

A store that lays none is asked the text itself, unless the text names one; whether it may is seen at a
glance. What cannot be read by the grammar is not asked of a store that lays any: a wrong answer would
look like a right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any, Final, NamedTuple, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    Variable,
)

from graph.views.exact import HERE, Exact, Restoring, exact_of
from ontology.exact import TYPES
from sparql.exact.functions import Term, aggregates, functions
from sparql.exact.rewriting import Rewriting
from sparql.exact.words import Unread, Words

KEPT: Final = 256  # texts that stay rewritten
LONG: Final = 8_000  # characters of a text that does not
NAMES: Final = re.compile(
    rf"[:#](?:{'|'.join(TYPES)})(?![\w-])"
    r"|(?i:PREFIX)\s+[^\s:]*:\s*<[^>]*XMLSchema#\w|XMLSchema#[^>]*\\u"  # a name in two parts, or escaped
)
UNREAD: Final = (
    "error at {}:{}: this view holds numbers of a derived type, and the text goes on in a way that "
    "cannot be answered exactly there"
)


class Rewritten(NamedTuple):
    """A text for the engine. `named` says whether it names a literal that is laid under its type."""

    text: str
    named: bool


def rewritten(text: str, base: str | None, exact: Exact) -> Rewritten:
    """Rewrite a query, or give what stays of it; raises SyntaxError for one that cannot be read."""
    return (_short if len(text) < LONG else _rewritten)(text, base, exact)


def _rewritten(text: str, base: str | None, exact: Exact) -> Rewritten:
    rewriting = Rewriting(Words(text, base), exact)
    try:
        return Rewritten(rewriting.whole(), rewriting.named)
    except Unread as error:
        at = error.args[0]
    except RecursionError:
        at = 0
    before = text[:at]
    raise SyntaxError(UNREAD.format(before.count("\n") + 1, at - before.rfind("\n")))


_short = lru_cache(KEPT)(_rewritten)


def data_rewritten(text: str, exact: Exact) -> str:
    """Rewrite an INSERT DATA; as it is where it cannot be read: the engine says so."""
    try:
        return Rewriting(Words(text), exact).data()
    except (Unread, RecursionError):
        return text


def exact_for(store: Store, text: str, base: str | None = None) -> Exact | None:
    """Give the head under which a text is to be rewritten for a store; None where it is not to be."""
    exact = exact_of(store)
    if exact is None and names_any(text):
        try:
            return HERE if rewritten(text, base, HERE).named else None
        except SyntaxError:
            return None
    return exact


def names_any(text: str) -> bool:
    """Say whether a text may name a literal of such a type: most are seen at a glance not to."""
    return ("^^" in text or "STRDT" in text.upper()) and NAMES.search(text) is not None


@dataclass(frozen=True, slots=True)
class Solutions:
    """The engine's rows, with their literals as they were sent."""

    found: QuerySolutions
    exact: Exact

    @property
    def variables(self) -> list[Variable]:
        """Give the variables."""
        return self.found.variables

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        """Give the rows."""
        return self

    def __next__(self) -> tuple[Term | None, ...]:
        """Give the next row."""
        return tuple([self.exact.said(each) for each in next(self.found)])

    def serialize(self, output: IO[bytes], format: QueryResultsFormat) -> None:  # noqa: A002 - as the engine's
        """Write the rows."""
        restoring = Restoring(output, self.exact)
        self.found.serialize(cast("IO[bytes]", restoring), format=format)
        restoring.finish()


@dataclass(frozen=True, slots=True)
class Triples:
    """The engine's triples, with their literals as they were sent."""

    found: QueryTriples
    exact: Exact

    def __iter__(self) -> Iterator[Triple]:
        """Give the triples."""
        return self

    def __next__(self) -> Triple:
        """Give the next triple."""
        return self.exact.triple_said(next(self.found))


Result = QuerySolutions | QueryBoolean | QueryTriples | Solutions | Triples


def given(found: QuerySolutions | QueryBoolean | QueryTriples, exact: Exact) -> Result:
    """Give what the engine found as it was sent."""
    if isinstance(found, QuerySolutions):
        return Solutions(found, exact)
    return Triples(found, exact) if isinstance(found, QueryTriples) else found


def means(exact: Exact) -> dict[str, Any]:
    """Give what the engine needs to run a rewritten text."""
    return {"custom_functions": functions(exact), "custom_aggregate_functions": aggregates(exact)}
