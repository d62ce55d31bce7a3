"""Makes columns of published views (`graph.views.columns`) when snapshots stand still.

The statements are handed on as the store writes them, and numbered by DuckDB, which puts on the
disk what does not fit into its share of memory. What these columns cannot hold (statements about
statements, texts with a direction of writing, thousands of predicates) leaves a view without any.

The newest columns of each view stay on a shelf, by the number of the change that they hold. A newer
snapshot into whose view nothing was laid since (the ledger says so) gets the same file at once: a
snapshot published anew, or one that moved only what a stricter view sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import pyarrow as pa
from pyoxigraph import DefaultGraph, RdfFormat, Store

from graph.home import Home
from graph.ledger.ledger import Ledger
from graph.views.columns import Config, path_in, release
from graph.views.snapshots import Published, Snapshots, View
from ontology.clearance import Clearance

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

QUIET: Final = 5.0  # seconds that a snapshot has to stand before columns are made of it
PREDICATES: Final = 2_000  # tables at most, one for each predicate
GATHERED: Final = 8 << 20  # bytes of statements that are handed on together
WRITING: Final = "1GB"  # of memory while columns are made; more goes to the disk
SHELF: Final = "columns"  # the folder in the home where they are made
GROUP: Final = 200  # changes looked through at once

READ = """
INSERT INTO said SELECT parts.s, parts.p, parts.o FROM (
  SELECT regexp_extract(line, '^(\\S+) (\\S+) (.*) \\.$', ['s', 'p', 'o']) AS parts FROM lines)
"""
TERMS = """
CREATE TABLE terms AS
SELECT (row_number() OVER (ORDER BY kind, lang, value) - 1)::INTEGER AS id, text, kind, lang
FROM (
  SELECT text, kind, text[2:-2] AS value,
    CASE WHEN kind = 2 THEN regexp_extract(text, '"@([A-Za-z0-9-]+)$', 1) ELSE '' END AS lang
  FROM (
    SELECT text, CASE text[1] WHEN '_' THEN 0 WHEN '<' THEN 1 ELSE 2 END::TINYINT AS kind
    FROM (SELECT s AS text FROM said UNION SELECT p FROM said UNION SELECT o FROM said)))
ORDER BY id
"""
NAMES = "CREATE TABLE names AS SELECT hash(text) AS digest, id FROM terms ORDER BY digest"
TRIPLES = """
CREATE TABLE triples AS SELECT s.id AS s, p.id AS p, o.id AS o FROM said
JOIN terms AS s ON s.text = said.s JOIN terms AS p ON p.text = said.p
JOIN terms AS o ON o.text = said.o ORDER BY p, s, o
"""
PREDICATE = "CREATE TABLE p# AS SELECT s, o FROM triples WHERE p = # ORDER BY s, o"
KINDS = """
CREATE TABLE kinds AS SELECT
  (SELECT count(*) FROM terms WHERE kind = 0)::INTEGER AS iri,
  (SELECT count(*) FROM terms WHERE kind < 2)::INTEGER AS literal
"""
LANGUAGES = """
CREATE TABLE languages AS
SELECT lang, min(id) AS first, max(id) AS last FROM terms WHERE kind = 2 GROUP BY lang
"""
BEYOND = "SELECT count(*) FROM terms WHERE starts_with(text, '<<') OR contains(lang, '--')"
COUNTED = """
CREATE TABLE predicates AS
SELECT p AS id, text, n FROM (SELECT p, count(*) AS n FROM triples GROUP BY p)
JOIN terms ON terms.id = p ORDER BY n DESC
"""


class Moved(Exception):
    """The snapshot is no longer the newest: its columns are not worth the work."""


def write(store: Store, path: Path, shelf: Path, still: Callable[[], bool] = lambda: True) -> bool:
    """Write the columns of a store; say whether they could be. Raises Moved once `still` denies.

    They are made on the shelf and then moved to their place as a whole. Where the disk is full or
    the memory allowed does not suffice they could not be: questions are then the store's.
    """
    import duckdb  # noqa: PLC0415 - an extra

    shelf.mkdir(exist_ok=True)
    unready = shelf / "partial"
    for each in (unready, unready.with_suffix(".wal")):
        each.unlink(missing_ok=True)
    settings: Config = {
        "memory_limit": WRITING,
        "threads": "1",
        "temp_directory": str(shelf / "spilled"),
    }
    try:
        with duckdb.connect(str(unready), config=settings) as line:
            fits = _laid_out(line, store, still)
        if fits:
            unready.rename(path)
    except duckdb.Error:
        return False
    finally:
        for each in (unready, unready.with_suffix(".wal")):
            each.unlink(missing_ok=True)
    return fits


def _laid_out(line: DuckDBPyConnection, store: Store, still: Callable[[], bool]) -> bool:
    line.execute("CREATE TEMP TABLE said (s VARCHAR, p VARCHAR, o VARCHAR)")
    gathering = Gathering(line, still)
    store.dump(
        output=cast("IO[bytes]", gathering), format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()
    )
    gathering.finish()
    for step in (TERMS, NAMES, TRIPLES, KINDS, LANGUAGES, COUNTED):
        line.execute(step)
        if not still():
            raise Moved
    if line.execute(BEYOND).fetchall() != [(0,)]:
        return False  # statements about statements, directions of writing: not in these columns
    numbers = line.execute("SELECT id FROM predicates").fetchall()
    if len(numbers) > PREDICATES:
        return False
    for (number,) in numbers:
        line.execute(PREDICATE.replace("#", str(int(number))))
    line.execute("CHECKPOINT")
    return True


@dataclass(slots=True)
class Gathering:
    """What the store dumps into: gathers N-Triples and hands whole lines to the columns."""

    line: DuckDBPyConnection
    still: Callable[[], bool]
    _held: list[bytes] = field(default_factory=list)
    _size: int = 0

    def write(self, chunk: bytes) -> int:
        """Take what the store wrote."""
        self._held.append(bytes(chunk))
        self._size += len(chunk)
        if self._size > GATHERED:
            self._hand_on()
        return len(chunk)

    def flush(self) -> None:
        """Nothing: the store asks for it at its end, where `finish` follows."""

    def finish(self) -> None:
        """Hand on the rest."""
        self._hand_on()

    def _hand_on(self) -> None:
        whole, _, rest = b"".join(self._held).rpartition(b"\n")
        self._held, self._size = [rest], len(rest)
        if not whole:
            return
        if not self.still():
            raise Moved
        lines = pa.table({"line": pa.array(whole.decode().split("\n"), pa.string())})
        self.line.register("lines", lines)
        self.line.execute(READ)
        self.line.unregister("lines")


def kept_as(clearance: Clearance, made_by: str = "") -> str:
    """Name the columns of a view on the shelf, whatever their number."""
    return f"{clearance}-*-{made_by or release()}"


class ColumnWriter:
    """Makes columns of an instance's views when its snapshots stand still."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        """Look at the snapshots of a home; the ledger says what was laid between two of them."""
        self.snapshots = Snapshots(home.snapshots)
        self.shelf = home.path / SHELF
        self.ledger = ledger
        self._beyond: set[Path] = set()  # places of columns that cannot be
        self._missed: set[Path] = set()  # places to which no earlier columns could be carried

    def step(self, now: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
        """Give the newest snapshot the columns that it lacks; say how many.

        What can be carried over is at once; the rest is made when the snapshot has stood.
        """
        published = self.snapshots.current()
        lacking = list(self._lacking(published))
        given = sum(self._carried(view, place) for view, place in lacking)
        if (now - published.at).total_seconds() < QUIET:
            return given
        for view, place in lacking:
            if place.exists():
                continue
            try:
                fits = write(
                    view.store, place, self.shelf, partial(self._stands, published, stopped)
                )
            except Moved:
                return given
            given += fits
            if fits:
                self._shelve(view, place)
            else:
                self._beyond.add(place)
        return given

    def _lacking(self, published: Published) -> Iterator[tuple[View, Path]]:
        """Give the views of a snapshot that have no columns and may have some, with their places."""
        for clearance in Clearance:
            view = self.snapshots.view(clearance)
            place = path_in(view.path, release())
            here = view.path.parent == published.path
            if here and place not in self._beyond and not place.exists():
                yield view, place

    def _carried(self, view: View, place: Path) -> bool:
        """Give a view the columns of an earlier one, where nothing was laid into it since."""
        kept = next(self.shelf.glob(kept_as(view.clearance)), None)
        if place in self._missed or kept is None:
            return False
        number = int(kept.name.split("-")[1])
        if number > view.seq or self._was_laid_into(view.clearance, number, view.seq):
            self._missed.add(place)
            return False
        place.hardlink_to(kept)
        self._shelve(view, place)
        return True

    def _was_laid_into(self, clearance: Clearance, after: int, last: int) -> bool:
        """Say whether any change after a number, up to another, moved what a view holds."""
        while after < last and (rows := self.ledger.since(after, GROUP)):
            laid = (each for row in rows if row.seq <= last for each in row.sections)
            if any(clearance.covers(each.clearance) for each in laid):
                return True
            after = rows[-1].seq
        return False

    def _shelve(self, view: View, place: Path) -> None:
        """Keep the columns of a view for snapshots to come, and no earlier ones."""
        earlier = list(self.shelf.glob(kept_as(view.clearance, "*")))
        kept = self.shelf / kept_as(view.clearance).replace("*", f"{view.seq:012d}")
        for each in earlier:
            if each != kept:
                each.unlink()
        if not kept.exists():
            kept.hardlink_to(place)

    def _stands(self, published: Published, stopped: Callable[[], bool]) -> bool:
        return self.snapshots.current().path == published.path and not stopped()
