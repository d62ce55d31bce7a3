"""Rows put by on disk until all are read, and handed back together with those of the same key.

A catalogue's rows about one thing need not stand together, and a file is trusted only once it was
read to its end. So rows go through a private temporary database: memory stays the same however
long the file is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from types import TracebackType
from typing import Self

from graph.harvest.tables.rows import Fault, Row
from ontology.errors import Invalid

MOST_TOGETHER = 50_000  # rows of one key: more is a column that is no key
SCHEMA = "CREATE TABLE row (number INTEGER PRIMARY KEY, key TEXT, content TEXT)"
TOGETHER = """
    SELECT row.key, row.number, row.content
    FROM row JOIN (SELECT key, min(number) AS first FROM row GROUP BY key) AS found USING (key)
    ORDER BY found.first, row.number
"""


class Spool:
    """Rows by key, on disk; the file goes when the spool is closed."""

    def __init__(self) -> None:
        """Open the private database."""
        self._database = sqlite3.connect("", check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(SCHEMA)

    def __enter__(self) -> Self:
        """Give the spool."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop the rows."""
        self._database.close()

    def add(self, key: str, row: Row) -> None:
        """Put a row by under a key."""
        fault = (row.fault.rule, *row.fault.why) if row.fault else ()
        content = json.dumps([row.cells, fault, row.original, row.mended])
        self._database.execute("INSERT INTO row VALUES (?, ?, ?)", (row.number, key, content))

    def groups(self) -> Iterator[list[Row]]:
        """Yield the rows of each key, keys in the order of their first rows.

        Raises Invalid where one key holds so many rows that it tells nothing apart.
        """
        self._database.execute("CREATE INDEX by_key ON row (key, number)")
        found = self._database.execute(TOGETHER)
        for _, together in groupby(found, key=lambda each: each[0]):
            members = []
            for _, number, content in together:
                members.append(_row(number, content))
                if len(members) > MOST_TOGETHER:
                    raise Invalid(
                        f"More than {MOST_TOGETHER} rows share one key: choose other key columns.",
                        f"超过 {MOST_TOGETHER} 行的键相同：请另选键列。",
                    )
            yield members


def _row(number: int, content: str) -> Row:
    """Give a row back as it was."""
    cells, fault, original, mended = json.loads(content)
    why = Fault(fault[0], (fault[1], fault[2])) if fault else None
    return Row(number, cells, why, original, mended)
