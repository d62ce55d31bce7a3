"""How much a view holds, by class, property, graph and link: kept as the ledger moves, counted for nobody.

A counter follows the published snapshots. What a change may have altered are the statements that it
names: each is looked for in the snapshot before and in the one after, so the counts are those of
the merge exactly, whatever graphs say the same. It counts anew only where it has nothing to begin
from, or the change was a large one. Each clearance has a file of its own, and reads no other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.home import Home
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Files, Section
from graph.views.links import Classes, Joined, Link, Outward, TooMany, shifted
from graph.views.settling import write
from graph.views.snapshots import Published, Snapshots, View
from graph.views.stores import triples
from ontology.clearance import Clearance
from ontology.errors import Unavailable
from ontology.terms import RDF

GROUP = 200  # changes read at once
MANY = 50_000  # statements beyond which a view is counted anew
AT_ONCE = 1000  # statements of one graph that are read before those of the next
MERGE = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a view held at change `seq`: statements, things by class, statements by property.

    `links` are its statements by the classes of their ends, `outward` those that lead out of it
    (see `graph.views.links`), `graphs` those of each named graph.
    """

    seq: int
    statements: int = 0
    classes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    properties: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    links: Mapping[Link, int] = field(default_factory=lambda: MappingProxyType({}))
    outward: Mapping[Outward, int] = field(default_factory=lambda: MappingProxyType({}))
    graphs: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def counted(store: Store, seq: int) -> Counts:
    """Count a store from end to end: some seconds for a million statements."""
    properties, links, outward = Counter[str](), Counter[Link](), Counter[Outward]()
    seen = Classes(store)
    for quad in store.quads_for_pattern(None, None, None, MERGE):
        properties[quad.predicate.value] += 1
        links.update(seen.links(quad))
        if way := seen.outward(quad):
            outward[way] += 1
    typed = store.quads_for_pattern(None, RDF.type, None, MERGE)
    classes = Counter(each.object.value for each in typed if isinstance(each.object, NamedNode))
    statements = properties.total()
    graphs = by_graph(store, len(store) - statements)
    return Counts(
        seq, statements, dict(classes), dict(properties), dict(links), dict(outward), graphs
    )


def by_graph(store: Store, statements: int) -> dict[str, int]:
    """Count each named graph of a store that holds so many statements in named graphs.

    They are read side by side. What is left when one remains is the largest one's, which is not
    read to its end: a catalogue often is one large graph and a few small ones.
    """
    reading = {
        graph.value: store.quads_for_pattern(None, None, None, graph)
        for graph in store.named_graphs()
        if isinstance(graph, NamedNode)
    }
    found = dict.fromkeys(reading, 0)
    while len(reading) > 1:
        for graph, quads in list(reading.items()):
            read = sum(1 for _ in islice(quads, AT_ONCE))
            found[graph] += read
            if read < AT_ONCE:
                del reading[graph]
    for graph in reading:
        found[graph] = statements - sum(times for name, times in found.items() if name != graph)
    return {graph: times for graph, times in found.items() if times}


def moved(known: Counts, before: Store, after: Store, touched: Iterable[Quad], seq: int) -> Counts:
    """Give the counts after a change that touched these statements of their graphs and no others."""
    properties, classes = Counter(known.properties), Counter(known.classes)
    graphs, laid = Counter(known.graphs), set(touched)
    named = {each.triple for each in laid}
    joined = shifted(Joined(dict(known.links), dict(known.outward)), before, after, named)
    for each in named:
        quad = Quad(each.subject, each.predicate, each.object, MERGE)
        more = int(quad in after) - int(quad in before)
        properties[each.predicate.value] += more
        if each.predicate == RDF.type and isinstance(each.object, NamedNode):
            classes[each.object.value] += more
    for quad in laid:
        if isinstance(quad.graph_name, NamedNode):
            graphs[quad.graph_name.value] += int(quad in after) - int(quad in before)
    return Counts(
        seq,
        properties.total(),
        dict(+classes),
        dict(+properties),
        joined.links,
        joined.outward,
        dict(+graphs),
    )


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
        touched = (quad for each in sections for quad in self._laid(each))
        try:
            return moved(counts, before.store, view.store, touched, view.seq)
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

    def _laid(self, section: Section) -> Iterator[Quad]:
        """Give the statements of a section in their graph."""
        graph = NamedNode(section.graph)
        lines = self.files.lines(section.file) if section.file else section.lines
        for each in triples(lines):
            yield Quad(each.subject, each.predicate, each.object, graph)


def read(text: str) -> Counts:
    """Read counts that were written."""
    told = json.loads(text)
    links = {(subject, verb, object_): times for subject, verb, object_, times in told.pop("links")}
    outward = {(verb, space): times for verb, space, times in told.pop("outward", [])}
    return Counts(**told, links=links, outward=outward)


def written(counts: Counts) -> str:
    """Write counts as text."""
    return json.dumps(
        {
            "seq": counts.seq,
            "statements": counts.statements,
            "classes": dict(counts.classes),
            "properties": dict(counts.properties),
            "links": [[*link, times] for link, times in counts.links.items()],
            "outward": [[*way, times] for way, times in counts.outward.items()],
            "graphs": dict(counts.graphs),
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
