"""Every query is noted when it ends; notes gather and are written down together, a moment later.

What a query touches is read off its text: the datasets that it names and the terms of vocabularies
that it uses as predicates; and off its answer where that is short: the datasets that it gives. Text and
answer themselves are forgotten. Both are read when notes are written, not while who asked waits.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from graph.asking.asked import Asked
from ontology.terms import PREFIXES
from sparql.answers import Ended

SOON = 2.0  # seconds after which notes are written down
ROOM = 8 << 20  # bytes of answers that are held to be read
GIVEN = 300  # IRIs that are read off one answer
MOST = 20_000  # notes that are held; more are not taken until some are written down
NAMESPACES = tuple(PREFIXES.values())
ADDRESS = re.compile(rb"""https?://[^\s"'<>{}|^`\\,]+""")
# Names, and what only looks like some: strings and comments are passed over (`sparql.guard.TOKEN`).
NAMES = re.compile(
    r"""
    \#[^\n\r]*
  | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3} | "{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3}
  | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*"
  | <([^<>"{}|^`\\\x00-\x20]*)>
  | (?<![\w?$])((?:[^\W\d][\w.-]{0,63})?):((?:[\w.:%-]*[\w:%-])?)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Note:
    """A query that has ended at a moment, with the text that says what it touched."""

    at: datetime
    ended: Ended


@dataclass(slots=True)
class Notes:
    """The notes of one process. `write` takes a batch, `datasets` says which IRIs are datasets."""

    write: Callable[[Iterable[Asked]], None]
    datasets: Callable[[set[str]], set[str]]
    _held: list[Note] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _timer: threading.Timer | None = None
    _room: int = ROOM

    def take(self, note: Note) -> None:
        """Take a note."""
        with self._lock:
            self._room -= len(note.ended.shown)
            if self._room < 0:
                note.ended = replace(note.ended, shown=b"")
            if len(self._held) < MOST:
                self._held.append(note)
            if self._timer is None:
                self._timer = threading.Timer(SOON, self.settle)
                self._timer.daemon = True
                self._timer.start()

    def settle(self) -> None:
        """Write down what was taken."""
        with self._lock:
            held, self._held, self._timer = self._held, [], None
            self._room = ROOM
        named = [named_by(note.ended) for note in held]
        known = self.datasets({iri for things, _ in named for iri in things})
        batch = [
            asked(note, things & known, verbs)
            for note, (things, verbs) in zip(held, named, strict=True)
        ]
        with suppress(sqlite3.Error, OSError):  # the disk refuses: better no notes than no answers
            self.write(batch)


def asked(note: Note, datasets: set[str], predicates: set[str]) -> Asked:
    """Give the facts of a query: it is what is written down."""
    ended = note.ended
    return Asked(
        note.at.isoformat(timespec="seconds"),
        ended.who,
        ended.clearance.value,
        ended.how,
        round(ended.seconds, 4),
        ended.rows,
        tuple(sorted(datasets)),
        tuple(sorted(predicates)),
    )


def named_by(ended: Ended) -> tuple[set[str], set[str]]:
    """Give the IRIs that a query names or gives: other things, and properties that it uses."""
    things, verbs = iris(ended.text) if ended.named is None else parted(set(ended.named))
    return things | given_by(ended.shown), verbs


def given_by(shown: bytes) -> set[str]:
    """Give the first IRIs of things that stand in an answer, in whatever form it is."""
    found: dict[str, None] = {}
    for each in ADDRESS.finditer(shown):
        iri = each[0].decode("utf-8", "replace")
        if not iri.startswith(NAMESPACES):
            found[iri] = None
        if len(found) == GIVEN:
            break
    return set(found)


def iris(text: str) -> tuple[set[str], set[str]]:
    """Give the IRIs that a text names: other things, and properties of the known vocabularies."""
    found, prefixes, awaited = set[str](), dict[str, str](), ""
    for iri, prefix, local in NAMES.findall(text):
        if iri:
            if awaited:
                prefixes[awaited] = iri
            else:
                found.add(iri)
            awaited = ""
        elif local:
            found.add(prefixes.get(prefix, PREFIXES.get(prefix, "")) + local)
        elif prefix:
            awaited = prefix
            prefixes.setdefault(prefix, "")
    return parted(found)


def parted(found: set[str]) -> tuple[set[str], set[str]]:
    """Part IRIs into other things and properties of the known vocabularies."""
    verbs = {each for each in found if each.startswith(NAMESPACES) and is_property(each)}
    return found - verbs, verbs


@lru_cache(4096)  # the same few are named by most queries
def is_property(iri: str) -> bool:
    """Say whether an IRI is a property of a known vocabulary, as its local name says."""
    local = next((iri.removeprefix(each) for each in NAMESPACES if iri.startswith(each)), "")
    return local[:1].islower() and "/" not in local
