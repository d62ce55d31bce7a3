"""Parts of feed pages that are kept: each right for a range of the ledger's numbers, and no other.

A part is right for the view numbered `seq` where `begins <= seq < ends`, and only up to the number
that the file *knows*: of what came later it cannot say what it touched. All of that is read in one
transaction, so that whatever its writer is doing, or was doing when it was killed, a reader is
given what is right or nothing. A file that is missing, locked or damaged gives nothing: whoever asks
makes the part from the store.

Files are numbered and the highest counts: one that is no longer fit is never written again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import zstandard
from pyoxigraph import NamedNode

from graph.home import Home
from graph.views.snapshots import View
from ontology.clearance import Clearance
from sparql.feeds import FORM

FOREVER = (1 << 63) - 1  # where a part ends that nothing has touched yet
IMPATIENCE = 0.05  # seconds that a reader waits for a lock
PATIENCE = 30.0  # seconds that the writer does
LEVEL = 7  # of compression
DICTIONARY = 64 << 10  # bytes of what parts have in common
SAMPLES = 100  # parts from which that is learnt
SCHEMA = """
CREATE TABLE state (form TEXT NOT NULL, known INTEGER NOT NULL, at TEXT NOT NULL);
CREATE TABLE dictionary (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  dictionary INTEGER NOT NULL,
  text BLOB NOT NULL,
  used BLOB NOT NULL
);
CREATE INDEX part_of ON part (dataset, ends);
CREATE INDEX part_ends ON part (ends) WHERE ends < 9223372036854775807;
CREATE TABLE used (thing INTEGER, part INTEGER, PRIMARY KEY (thing, part)) WITHOUT ROWID;
CREATE TABLE wanted (place INTEGER PRIMARY KEY, dataset TEXT NOT NULL UNIQUE);
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A part that was made: its text, and the things whose statements it was made from."""

    dataset: str
    text: bytes
    used: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """Up to which change a file knows what was touched, and when that change was written."""

    seq: int
    at: str


def form_of(base: str) -> str:
    """Give what must be the same for a part to be the same."""
    return f"{FORM} govgraph {version('govgraph')} pyoxigraph {version('pyoxigraph')} {base}"


def thing(iri: str) -> int:
    """Give the number by which a thing is found; two of one number cost a part made in vain."""
    return int.from_bytes(hashlib.blake2b(iri.encode(), digest_size=8).digest(), signed=True)


class Parts:
    """The kept parts of an instance, as a reader has them."""

    def __init__(self, home: Home) -> None:
        """Read the parts kept for the instance in this home."""
        self.folder = home.feed
        self.snapshots = home.snapshots
        self.base = home.settings.base
        self.form = form_of(self.base)

    def file(self) -> Path | None:
        """Give the file that counts, None where there is none."""
        return max(self.folder.glob("parts-*.sqlite"), key=number, default=None)

    def kept(self, view: View, datasets: Sequence[NamedNode]) -> dict[NamedNode, bytes]:
        """Give the parts of these datasets that are kept and right for a view."""
        named = {each.value: each for each in datasets}
        return {named[iri]: text for iri, text in self._texts(view, named).items()}

    def names(self, view: View) -> list[str]:
        """Give all datasets whose parts are kept and right for a view, in order."""
        query = "SELECT dataset FROM part WHERE begins <= ? AND ends > ? ORDER BY dataset"
        try:
            with self._reading(view) as connection:
                found = connection.execute(query, (view.seq, view.seq)) if connection else ()
                return [row[0] for row in found]
        except (sqlite3.Error, OSError):
            return []

    def _texts(self, view: View, named: Mapping[str, object]) -> dict[str, bytes]:
        """Read the texts of these datasets' parts; nothing where that cannot be done at once."""
        marks = ",".join("?" * len(named))
        query = (
            "SELECT dataset, dictionary, text FROM part "  # noqa: S608 - marks alone are put in
            f"WHERE dataset IN ({marks}) AND ends > ? AND begins <= ?"
        )
        try:
            with self._reading(view) as connection:
                if connection is None:
                    return {}
                rows = connection.execute(query, (*named, view.seq, view.seq)).fetchall()
                tongues = {each: dictionary(connection, each) for each in {row[1] for row in rows}}
        except (sqlite3.Error, OSError):
            return {}
        return dict(unpacked(rows, tongues))

    def covers(self, view: View) -> bool:
        """Say whether parts are kept for views of this kind.

        They are for what everyone sees in a published snapshot. A view of the past is another
        thing: what became stricter since is hidden in it.
        """
        return view.clearance is Clearance.OPEN and view.path.parent.parent == self.snapshots

    @contextmanager
    def _reading(self, view: View) -> Iterator[sqlite3.Connection | None]:
        """Open the file for one look; None where it cannot know of the view."""
        file = self.file() if self.covers(view) else None
        if file is None:
            yield None
            return
        address = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, IMPATIENCE, uri=True)) as connection:
            connection.execute("BEGIN")
            row = connection.execute("SELECT form, known FROM state").fetchone()
            fit = row is not None and row[0] == self.form and row[1] >= view.seq
            yield connection if fit else None


def number(file: Path) -> int:
    """Give the number of a file of parts."""
    digits = file.stem.removeprefix("parts-")
    return int(digits) if digits.isdigit() else 0


@lru_cache(maxsize=8)
def learnt(data: bytes) -> zstandard.ZstdCompressionDict:
    """Give a dictionary ready for use."""
    return zstandard.ZstdCompressionDict(data)


def dictionary(connection: sqlite3.Connection, wanted: int) -> zstandard.ZstdCompressionDict | None:
    """Read a dictionary, None for none."""
    row = connection.execute("SELECT data FROM dictionary WHERE id = ?", (wanted,)).fetchone()
    return learnt(row[0]) if row else None


def unpacked(
    rows: Iterable[tuple[str, int, bytes]],
    tongues: Mapping[int, zstandard.ZstdCompressionDict | None],
) -> Iterator[tuple[str, bytes]]:
    """Give dataset and text of each row that is whole: a checksum stands in each."""
    readers = {
        each: zstandard.ZstdDecompressor(dict_data=tongue) for each, tongue in tongues.items()
    }
    for dataset, tongue, text in rows:
        try:
            yield dataset, readers[tongue].decompress(text)
        except zstandard.ZstdError:
            continue


class PartsFile:
    """The file of parts in the hands of its one writer. Raises sqlite3.Error where the disk does."""

    def __init__(self, path: Path) -> None:
        """Open a file of parts, which is made where it is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._connection = sqlite3.connect(path, PATIENCE, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("PRAGMA journal_size_limit=33554432")
        self._connection.execute("CREATE TEMP TABLE touched (thing INTEGER PRIMARY KEY)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Do something wholly or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def is_new(self) -> bool:
        """Say whether nothing was ever written into the file."""
        tables = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'")
        return tables.fetchone() is None

    def known(self, form: str) -> Known | None:
        """Give up to where the file knows; None for a file of another form, or a new one."""
        if self.is_new():
            return None
        row = self._connection.execute("SELECT form, known, at FROM state").fetchone()
        return Known(row[1], row[2]) if row and row[0] == form else None

    def begin(self, form: str, known: Known, datasets: Iterable[str]) -> None:
        """Begin a new file: all these datasets are wanted, the first of them first."""
        with self.writing() as connection:
            for statement in filter(str.strip, SCHEMA.split(";")):
                connection.execute(statement)
            connection.execute("INSERT INTO state VALUES (?, ?, ?)", (form, known.seq, known.at))
            connection.executemany(
                "INSERT INTO wanted VALUES (?, ?)",
                ((-place, each) for place, each in enumerate(datasets)),
            )

    def is_empty(self) -> bool:
        """Say whether no part is kept that a change could touch."""
        return self._connection.execute("SELECT 1 FROM used LIMIT 1").fetchone() is None

    def wanted(self, limit: int) -> list[str]:
        """Give datasets whose parts are to be made, those that were touched last first."""
        query = "SELECT dataset FROM wanted ORDER BY place DESC LIMIT ?"
        return [row[0] for row in self._connection.execute(query, (limit,))]

    def put(self, asked: Sequence[str], made: Sequence[Made], seq: int) -> None:
        """Keep parts that were made from the view numbered `seq`; `asked` is wanted no more."""
        with self.writing() as connection:
            tongue, packer = self._packer(connection, made)
            for each in made:
                used = array("q", sorted(map(thing, each.used)))
                text = packer.compress(each.text)
                place = connection.execute(
                    "INSERT INTO part (dataset, begins, ends, dictionary, text, used)"
                    " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS"
                    " (SELECT 1 FROM part WHERE dataset = ?1 AND ends = ?3) RETURNING id",
                    (each.dataset, seq, FOREVER, tongue, text, used.tobytes()),
                ).fetchone()
                if place:
                    rows = ((one, place[0]) for one in used)
                    connection.executemany("INSERT OR IGNORE INTO used VALUES (?, ?)", rows)
            forgotten = [(each,) for each in asked]
            connection.executemany("DELETE FROM wanted WHERE dataset = ?", forgotten)

    def _packer(
        self, connection: sqlite3.Connection, made: Sequence[Made]
    ) -> tuple[int, zstandard.ZstdCompressor]:
        """Give what compresses, and the number of its dictionary: 0 while there is none."""
        row = connection.execute("SELECT id, data FROM dictionary").fetchone()
        if row is None and len(made) >= SAMPLES:
            data = zstandard.train_dictionary(DICTIONARY, [each.text for each in made]).as_bytes()
            row = (1, data)
            connection.execute("INSERT INTO dictionary VALUES (?, ?)", row)
        taught = learnt(row[1]) if row else None
        packer = zstandard.ZstdCompressor(LEVEL, dict_data=taught, write_checksum=True)
        return (row[0] if row else 0), packer

    def close_touched(
        self, connection: sqlite3.Connection, things: Iterable[int], seq: int
    ) -> None:
        """End at `seq` the parts that were made from any of these things; they are wanted anew."""
        connection.execute("DELETE FROM touched")
        rows = ((each,) for each in things)
        connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", rows)
        query = "SELECT DISTINCT part FROM touched JOIN used USING (thing)"
        for (part,) in connection.execute(query).fetchall():
            row = connection.execute("SELECT dataset, used FROM part WHERE id = ?", (part,))
            dataset, used = row.fetchone()
            connection.execute("UPDATE part SET ends = ?, used = x'' WHERE id = ?", (seq, part))
            pairs = ((one, part) for one in array("q", used))
            connection.executemany("DELETE FROM used WHERE thing = ? AND part = ?", pairs)
            self.want(connection, [dataset])

    def want(self, connection: sqlite3.Connection, datasets: Iterable[str]) -> None:
        """Note that parts are to be made before all that were wanted until now."""
        rows = ((each,) for each in datasets)
        connection.executemany("INSERT OR REPLACE INTO wanted (dataset) VALUES (?)", rows)

    def know(self, connection: sqlite3.Connection, known: Known) -> None:
        """Note up to where all that was touched has been ended."""
        connection.execute("UPDATE state SET known = ?, at = ?", (known.seq, known.at))

    def forget(self, connection: sqlite3.Connection, least: int) -> None:
        """Throw away parts that no view numbered `least` or higher can use."""
        connection.execute("DELETE FROM part WHERE ends <= ? AND ends < ?", (least, FOREVER))
