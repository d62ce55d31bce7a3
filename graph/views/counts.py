"""How much a view holds, by class, by property and from class to class: kept as the ledger moves, counted for nobody.

A counter follows the published snapshots. What a change may have altered are the statements that it
names: each is looked for in the snapshot before and in the one after, so the counts are those of
the merge exactly, whatever graphs say the same. It counts anew only where it has nothing to begin
from, or the change was a large one. Each clearance has a file of its own, and reads no other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from graph.home import Home
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Files, Section
from graph.views.links import Link, TooMany, linked, shifted
from graph.views.settling import write
from graph.views.snapshots import Published, Snapshots, View
from graph.views.stores import triples
from ontology.clearance import Clearance
from ontology.errors import Unavailable
from ontology.terms import RDF

GROUP = 200  # changes read at once
MANY = 50_000  # statements beyond which a view is counted anew
MERGE = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a view held at change `seq`: statements, things by class, statements by property.

    `links` are its statements by the classes of their ends (see `graph.views.links`).
    """

    seq: int
    statements: int = 0
    classes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    properties: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    links: Mapping[Link, int] = field(default_factory=lambda: MappingProxyType({}))


def counted(store: Store, seq: int) -> Counts:
    """Count a store from end to end: some seconds for a million statements."""
    quads = store.quads_for_pattern(None, None, None, MERGE)
    properties = Counter(quad.predicate.value for quad in quads)
    typed = store.quads_for_pattern(None, RDF.type, None, MERGE)
    classes = Counter(each.object.value for each in typed if isinstance(each.object, NamedNode))
    return Counts(seq, properties.total(), dict(classes), dict(properties), linked(store))


def moved(
    known: Counts, before: Store, after: Store, touched: Iterable[Triple], seq: int
) -> Counts:
    """Give the counts after a change that touched these statements and no others."""
    properties, classes = Counter(known.properties), Counter(known.classes)
    named = set(touched)
    links = shifted(dict(known.links), before, after, named)
    for each in named:
        quad = Quad(each.subject, each.predicate, each.object, MERGE)
        more = int(quad in after) - int(quad in before)
        properties[each.predicate.value] += more
        if each.predicate == RDF.type and isinstance(each.object, NamedNode):
            classes[each.object.value] += more
    return Counts(seq, properties.total(), dict(+classes), dict(+properties), links)


class Counting:
    """Keeps the counts of an instance's three views up to the newest snapshot."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        """Begin with nothing known: what was counted before may be of another ledger."""
        self.ledger = ledger
        self.files = Files(home.files)
        self.snapshots = Snapshots(home.snapshots)
        self.folder = home.counts
        self._known: dict[Clearance, tuple[Counts, View]] = {}

    def run(self, stopped: Callable[[], bool], pause: Callable[[], None]) -> None:
        """Follow the snapshots until told to stop."""
        while not stopped():
            try:
                self.step()
            except (Unavailable, OSError):
                self._known.clear()  # nothing is published, or it was just taken away
            pause()

    def step(self) -> bool:
        """Come up to the newest snapshot; say whether it was newer."""
        published = self.snapshots.current()
        late = [each for each in Clearance if self._reached(each) != published.path]
        for clearance in late:
            self._follow(clearance, published)
        return bool(late)

    def _reached(self, clearance: Clearance) -> Path | None:
        """Give the snapshot that a view was counted at."""
        known = self._known.get(clearance)
        return known[1].path.parent if known else None

    def _follow(self, clearance: Clearance, published: Published) -> None:
        view = View(published.seq, published.at, clearance, published.path / clearance.value)
        found = self._moved(clearance, view) or counted(view.store, view.seq)
        self._known[clearance] = (found, view)
        self.folder.mkdir(exist_ok=True)
        write(self.folder / f"{clearance}.json", written(found))

    def _moved(self, clearance: Clearance, view: View) -> Counts | None:
        """Give the counts by what was touched since; None where counting anew is better."""
        known = self._known.get(clearance)
        if known is None or known[0].seq > view.seq:
            return None
        counts, before = known
        sections = self._sections(clearance, counts.seq, view.seq)
        if sections is None:
            return None
        lines = (line for each in sections for line in self._lines(each))
        try:
            return moved(counts, before.store, view.store, triples(lines), view.seq)
        except TooMany:
            return None

    def _sections(self, clearance: Clearance, after: int, last: int) -> list[Section] | None:
        """Give what was laid into a view between two changes; None where it is much."""
        found: list[Section] = []
        while after < last and (rows := self.ledger.since(after, GROUP)):
            some = (each for row in rows if row.seq <= last for each in row.sections)
            found += [each for each in some if clearance.covers(each.clearance)]
            if sum(each.count for each in found) > MANY:
                return None
            after = rows[-1].seq
        return found

    def _lines(self, section: Section) -> Iterable[str]:
        return self.files.lines(section.file) if section.file else section.lines


def read(text: str) -> Counts:
    """Read counts that were written."""
    told = json.loads(text)
    links = {(subject, verb, object_): times for subject, verb, object_, times in told.pop("links")}
    return Counts(**told, links=links)


def written(counts: Counts) -> str:
    """Write counts as text."""
    return json.dumps(
        {
            "seq": counts.seq,
            "statements": counts.statements,
            "classes": dict(counts.classes),
            "properties": dict(counts.properties),
            "links": [[*link, times] for link, times in counts.links.items()],
        }
    )


@dataclass(slots=True)
class Kept:
    """The counts as readers are given them; a file is read again when it has changed."""

    folder: Path
    _held: dict[Clearance, tuple[int, Counts]] = field(default_factory=dict)

    def of(self, clearance: Clearance, *, seq: int, regraded: int = 0) -> Counts | None:
        """Give the counts for a reader of change `seq`.

        None before the first, from before anything became stricter (they would tell of what is
        hidden now), and for a view of the past.
        """
        path = self.folder / f"{clearance}.json"
        try:
            stamp = path.stat().st_mtime_ns
            held = self._held.get(clearance)
            if held is None or held[0] != stamp:
                held = self._held[clearance] = (stamp, read(path.read_text()))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return held[1] if regraded <= held[1].seq <= seq else None
