"""Sketches of joins in SPARQL: one query for every path, with a row for each of its steps."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import NamedNode

from sparql.texts import text_of

ROW = re.compile(r"\((?:<[^<>\s]*>\s*){3}\)")


def joined(steps: Iterable[tuple[str, str, str]]) -> str:
    """Give the query that finds the items by which a path joins.

    A step is the IRIs of a dataset, of the key it shares with the next one, and of that next one.
    """
    rows = [" ".join(str(NamedNode(each)) for each in step) for step in steps]
    written = "\n    ".join(f"({row})" for row in rows)
    text = text_of("association/steps").text.split("\n", 1)[1]
    return ROW.sub(lambda _: written, text)
