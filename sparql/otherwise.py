"""Answers in a form that was made for the other kind: rows and truths as RDF, triples as a table.

Rows become the result set that the W3C's own tests of SPARQL are written in
(http://www.w3.org/2001/sw/DataAccess/tests/result-set#), each with its place.
Triples become rows of three columns. Both are written as they come: nothing is gathered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, Triple

from sparql.query import Term, value_of

RESULT_SET: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
HEAD: Final = f"@prefix rs: <{RESULT_SET}> .\n\n[] a rs:ResultSet"
TRUTH: Final = "boolean"  # the column of a truth in a table
PLACES: Final = ("subject", "predicate", "object")
QUOTED: Final = ('"', ",", "\n", "\r")

Row = Sequence[Term | None]


def result_set(variables: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Write rows in Turtle."""
    names = [f'"{each}"' for each in variables]
    yield HEAD + (f" ;\n  rs:resultVariable {', '.join(names)}" if names else "")
    for place, row in enumerate(rows, 1):
        bound = " , ".join(
            f"[ rs:variable {name} ; rs:value {in_turtle(term)} ]"
            for name, term in zip(names, row, strict=True)
            if term is not None
        )
        binding = f" ; rs:binding {bound}" if bound else ""
        yield f" ;\n  rs:solution [ rs:index {place}{binding} ]"
    yield " .\n"


def truth(value: bool) -> str:  # noqa: FBT001 - the answer of an ASK
    """Write the answer of an ASK in Turtle."""
    return f"{HEAD} ;\n  rs:boolean {str(value).lower()} .\n"


def in_turtle(term: Term) -> str:
    """Write a term as Turtle has it; a triple as a triple term."""
    if isinstance(term, Triple):
        return f"<<( {' '.join(in_turtle(each) for each in term)} )>>"
    return str(term)


def separated_by_commas(rows: Iterable[Row]) -> Iterator[str]:
    """Write triples as SPARQL's CSV: values alone, a blank node by its label."""
    yield ",".join(PLACES) + "\r\n"
    for row in rows:
        yield ",".join(map(in_csv, row)) + "\r\n"


def in_csv(term: Term | None) -> str:
    """Write one cell, in quotation marks where it has to be."""
    if term is None:
        return ""
    text = str(term) if isinstance(term, BlankNode | Triple) else value_of(term)
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if any(each in text for each in QUOTED) else text


def separated_by_tabs(rows: Iterable[Row]) -> Iterator[str]:
    """Write triples as SPARQL's TSV: terms as Turtle has them, which escapes tabs and line ends."""
    yield "\t".join(f"?{each}" for each in PLACES) + "\n"
    for row in rows:
        yield "\t".join("" if each is None else in_turtle(each) for each in row) + "\n"


LINES: Mapping[str, Callable[[Iterable[Row]], Iterator[str]]] = MappingProxyType(
    {"csv": separated_by_commas, "tsv": separated_by_tabs}
)
