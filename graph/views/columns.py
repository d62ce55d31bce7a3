"""A view as columns of numbers beside its store: for counting, which the store does slowly.

Made in idle time (`graph.views.column_writer`) where DuckDB is installed (`govgraph[analytics]`), of one
snapshot, in the folder of that snapshot's view: so they hold what the view holds, are of its number
or not there, and go when it goes. Terms are numbered: blank nodes first, then IRIs in their order,
then literals by language; so a kind, a language and the order of IRIs are each a range of numbers.
Only the default graph is held: the merge.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

Config = dict[str, str | bool | int | float | list[str]]

REMEMBERED = 1_000  # counts that are not asked for again

NUMBER = """
SELECT names.id FROM names JOIN terms ON terms.id = names.id
WHERE names.digest = hash($1) AND terms.text = $1
"""


def release() -> str:
    """Give the release of DuckDB that is installed; "" where there is none."""
    try:
        return version("duckdb")
    except PackageNotFoundError:
        return ""


def path_in(view: Path, made_by: str) -> Path:
    """Give where the columns of a view lie that a release of DuckDB made, and no other reads."""
    return view / f"columns-{made_by}"


class Columns:
    """The columns of one view, open for reading."""

    def __init__(self, path: Path, memory: int) -> None:
        """Open them; raises OSError where they are not there, or cannot be read."""
        import duckdb  # noqa: PLC0415 - an extra

        settings: Config = {
            "memory_limit": f"{memory >> 20}MB",
            "threads": "1",
            "temp_directory": "",
        }
        try:
            self.line = duckdb.connect(str(path), read_only=True, config=settings)
            self.line.execute("SET enable_external_access = false")
            self.starts: dict[str, int] = self._one("SELECT * FROM kinds")
        except duckdb.Error as error:
            raise OSError(str(error)) from None
        self.failed: type[Exception] = duckdb.Error
        self.languages = {
            each["lang"]: (each["first"], each["last"]) for each in self._rows("FROM languages")
        }
        self.predicates = {each["id"]: each["n"] for each in self._rows("FROM predicates")}
        self._counts: dict[str, int] = {}
        self._numbers = {each["text"]: each["id"] for each in self._rows("FROM predicates")}

    def _rows(self, text: str) -> Iterator[dict[str, Any]]:
        found = self.line.execute(text)
        heads = [each[0] for each in found.description or ()]
        for row in found.fetchall():
            yield dict(zip(heads, row, strict=True))

    def _one(self, text: str) -> dict[str, Any]:
        return next(self._rows(text))

    def asked(self, text: str) -> list[tuple[Any, ...]]:
        """Give the rows of a question."""
        found: list[tuple[Any, ...]] = self.line.execute(text).fetchall()
        return found

    def count(self, text: str) -> int:
        """Give the number that a question gives; it is asked once, since columns never change."""
        known = self._counts.get(text)
        if known is None:
            if len(self._counts) >= REMEMBERED:
                self._counts.clear()
            known = self._counts[text] = self.asked(text)[0][0]
        return known

    def number(self, term: str) -> int:
        """Give the number of a term as N-Triples write it; -1 for one that is not there."""
        known = self._numbers.get(term)
        if known is None:
            found = self.line.execute(NUMBER, [term]).fetchone()
            known = self._numbers[term] = found[0] if found else -1
        return known
