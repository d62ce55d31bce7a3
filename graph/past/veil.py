"""What views of the past must not show: whatever was open then and is stricter today.

A view as of a day is what was visible then and is not stricter now. What is hidden is taken out of
the store a reader is handed, never out of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Store

from graph.ledger.ledger import Ledger, Recorded
from graph.ledger.patch import Files, Section
from graph.loading.load import Statement, statements_of
from graph.past.levels import LAW, OPEN, SHARED, Levels, Line, Thing, least, lines_of, parted
from graph.views.snapshots import Snapshots
from graph.views.stores import canonical
from ontology.clearance import Clearance, strictest
from ontology.terms import GOV, RDF

GROUP = 200  # changes read from the ledger at a time
VIEWS = (OPEN, SHARED)  # those from which anything can be hidden


@dataclass(frozen=True)
class Veil:
    """What views as of number `seq` must not show, by the clearances of today.

    `present` holds the newest published views; what the ledger knows beyond them counts too.
    """

    ledger: Ledger
    files: Files
    present: Snapshots
    seq: int

    def hidden(self, views: Mapping[Clearance, Store]) -> dict[Clearance, dict[str, list[str]]]:
        """Give the statements to be taken out of each view, by named graph."""
        closed = self.closed()
        things = self.things(views[SHARED], closed)
        levels = self.levels(things)
        found: dict[Clearance, dict[str, list[str]]] = {}
        for clearance in VIEWS:
            said = self.said(views[clearance], things)
            found[clearance] = gathered(
                each
                for each in said
                if not clearance.covers(self.today(*each, levels=levels, closed=closed))
            )
        return found

    def today(
        self, graph: str, line: str, *, levels: Levels, closed: Mapping[str, Clearance]
    ) -> Clearance:
        """Give the clearance of a past statement today, its entry's included."""
        subject = parted(line)[0][1:-1]
        return strictest(levels.of(graph, line), closed.get(subject, OPEN))

    def closed(self) -> dict[str, Clearance]:
        """Give the subjects of entries that are not open now, with the clearance of their entry.

        A subject of several entries has the least of them; what another source says of it in the
        open stays open only where it is not the entry itself.
        """
        now = self.ledger.clearances_now(self.seq)
        found: dict[str, Clearance] = {}
        if all(level is OPEN for level in now.values()):
            return found
        for kept in self.ledger.stood(self.seq):
            level = now.get(kept.iri, OPEN)
            for subject in kept.subjects if level is not OPEN else ():
                if subject == kept.iri:
                    found[subject] = level
                else:
                    least(found, subject, level)
        return {each: level for each, level in found.items() if not self._freed(each, level, now)}

    def _freed(self, subject: str, level: Clearance, now: Mapping[str, Clearance]) -> bool:
        """Say whether a part of a closed entry is said by another one in a view that may see it."""
        if subject in now:
            return False
        node = NamedNode(subject)
        views = [each for each in VIEWS if not each.covers(level)]
        return any(
            next(self.present.view(each).store.quads_for_pattern(node, None, None, None), None)
            for each in views
        )

    def things(self, view: Store, closed: Iterable[str]) -> set[Thing]:
        """Give what of a view may be stricter today: whatever was said in less than the open since.

        The strictest view that is veiled holds whatever the others do.
        """
        found = set()
        named = dict.fromkeys(f"<{each}>" for each in closed)
        for section in self.since():
            if section.added and section.clearance is not OPEN:
                subjects = {line[: line.index(" ")] for line in lines_of(section, self.files)}
                found |= {(section.graph, each) for each in subjects}
        found |= self.made_internal(view)
        for subject in named:
            quads = view.quads_for_pattern(NamedNode(subject[1:-1]), None, None, None)
            found |= {(graph_of(quad), subject) for quad in quads if graph_of(quad)}
        return {each for each in found if any(said_by(view, each))}

    def made_internal(self, view: Store) -> set[Thing]:
        """Give the contacts that are internal now and were not then."""
        strictest_view = self.present.view(Clearance.GOVERNANCE).store
        now = strictest_view.quads_for_pattern(None, RDF.type, GOV.InternalContact, None)
        return {
            (graph_of(quad), str(quad.subject))
            for quad in now
            if graph_of(quad) and quad not in view
        }

    def since(self) -> Iterator[Section]:
        """Give the sections of every change after the number, in order."""
        for row in changes(self.ledger, self.seq):
            yield from row.sections

    def levels(self, things: set[Thing]) -> Levels:
        """Give what clearance these things have today, by what is and by what went since."""
        levels = Levels()
        if not things:
            return levels
        for graph, subject in things:
            levels.say(graph, statements_of(self.present, graph, (subject[1:-1],)))
        for gone in reversed([self.gone(row, things) for row in changes(self.ledger, self.seq)]):
            for graph, statements in gone.items():
                levels.say(graph, statements)
        return levels

    def gone(self, row: Recorded, things: set[Thing]) -> dict[str, list[Statement]]:
        """Give what a change took of these things, by named graph."""
        found: dict[str, list[Statement]] = {}
        for section in row.sections:
            if section.added:
                continue
            said = (
                line
                for line in lines_of(section, self.files)
                if (section.graph, line[: line.index(" ")]) in things
            )
            statements = [(section.clearance, line) for line in canonical(said)]
            found.setdefault(section.graph, []).extend(statements)
        return found

    def said(self, view: Store, things: Iterable[Thing]) -> Iterator[Line]:
        """Give what a view of the past says of things, and whatever the law of properties forbids."""
        for thing in things:
            for line in said_by(view, thing):
                yield thing[0], line
        for name in LAW:
            for quad in view.quads_for_pattern(None, NamedNode(name[1:-1]), None, None):
                if graph_of(quad):
                    yield graph_of(quad), f"{quad.triple} ."


def changes(ledger: Ledger, seq: int) -> Iterator[Recorded]:
    """Give the changes after a number, in order."""
    while rows := ledger.since(seq, GROUP):
        yield from rows
        seq = rows[-1].seq


def graph_of(quad: Quad) -> str:
    """Give the name of a quad's graph, "" for the default graph."""
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def said_by(view: Store, thing: Thing) -> Iterator[str]:
    """Give the lines that a view says of a subject in a graph."""
    graph, subject = thing
    quads = view.quads_for_pattern(NamedNode(subject[1:-1]), None, None, NamedNode(graph))
    return (f"{quad.triple} ." for quad in quads)


def gathered(lines: Iterable[Line]) -> dict[str, list[str]]:
    """Gather lines by their graph, each once."""
    found: dict[str, dict[str, None]] = {}
    for graph, line in lines:
        found.setdefault(graph, {})[line] = None
    return {graph: list(each) for graph, each in found.items()}
