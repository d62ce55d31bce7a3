"""Rows as the engine reads them in a text: a table of VALUES."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

UNBOUND = "UNDEF"
Cells = Sequence[str | None]  # terms as they are written, None where a variable is unbound


def table(variables: Sequence[str], rows: Iterable[Cells]) -> str:
    """Write rows as a table of VALUES."""
    heads = " ".join(f"?{each}" for each in variables)
    lines = (f"({' '.join(cell or UNBOUND for cell in row)})" for row in rows)
    return "VALUES ({}) {{ {} }}".format(heads, " ".join(lines))  # SPARQL's own brackets
