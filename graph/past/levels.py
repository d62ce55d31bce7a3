"""The clearance that statements of the past have today.

It is that of the newest state that still says a statement; of one whose value is gone, that of its
property there; and of what is gone altogether, the clearance it last had. None is less strict than
its subject is now, nor than the law of its property.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from graph.instance import Instance
from graph.ledger.ledger import Kept, Recorded, Touched
from graph.ledger.patch import Files, Section
from graph.loading.load import Statement, statements_of
from ontology.clearance import Clearance, strictest
from ontology.terms import GOV, RDF

OPEN, SHARED, GOVERNANCE = Clearance

# The law of properties: never less strict, whatever an older state of the catalogue said.
LAW = {str(name): GOVERNANCE for name in (GOV.internalAddress, GOV.riskNote)}
PERSONAL = "<http://www.w3.org/2006/vcard/ns#"  # of an internal contact for departments alone
TYPE, INTERNAL = str(RDF.type), str(GOV.InternalContact)

EVER = 1_000_000  # changes of one entry: every one of them

K = TypeVar("K")
Thing = tuple[str, str]  # a named graph and a subject, as N-Triples writes it
Line = tuple[str, str]  # a named graph and an N-Triples line


@dataclass
class Levels:
    """What clearance things have today, told state by state, the newest first."""

    lines: dict[Line, Clearance] = field(default_factory=dict)
    names: dict[tuple[str, str, str], Clearance] = field(default_factory=dict)
    things: dict[Thing, Clearance] = field(default_factory=dict)
    internal: set[Thing] = field(default_factory=set)

    def say(self, graph: str, statements: Iterable[Statement]) -> None:
        """Take in what a state says; only what no newer one said counts."""
        state = Levels()
        for level, line in statements:
            subject, name, value = parted(line)
            least(state.lines, (graph, line), level)
            least(state.names, (graph, subject, name), level)
            least(state.things, (graph, subject), level)
            if name == TYPE and value == INTERNAL:
                state.internal.add((graph, subject))
        self.internal |= state.internal - self.things.keys()
        adopt(self.lines, state.lines)
        adopt(self.names, state.names)
        adopt(self.things, state.things)

    def of(self, graph: str, line: str) -> Clearance:
        """Give the clearance of a statement of the past today."""
        subject, name, _value = parted(line)
        personal = (graph, subject) in self.internal and name.startswith(PERSONAL)
        return strictest(
            self.lines.get((graph, line), OPEN),
            self.names.get((graph, subject, name), OPEN),
            self.things.get((graph, subject), OPEN),
            LAW.get(name, OPEN),
            SHARED if personal else OPEN,
        )


def parted(line: str) -> tuple[str, str, str]:
    """Give subject, property and value of an N-Triples line, each as it is written."""
    subject, name, value = line.split(" ", 2)
    return subject, name, value.removesuffix(" .")


def adopt(levels: dict[K, Clearance], older: dict[K, Clearance]) -> None:
    """Take in what an older state says and no newer one."""
    for key, level in older.items():
        levels.setdefault(key, level)


def least(levels: dict[K, Clearance], key: K, level: Clearance) -> None:
    """Write down the less strict of two clearances."""
    known = levels.get(key)
    if known is None or known.covers(level):
        levels[key] = level


def lines_of(section: Section, files: Files) -> Iterable[str]:
    """Give the statements of a section."""
    return files.lines(section.file) if section.file else section.lines


def levels_of(instance: Instance | None, kept: Kept, touches: Iterable[Touched]) -> Levels:
    """Give what clearance an entry's statements have today.

    `touches` are its changes as the strictest reader sees them, newest first; their statements lie
    in the graph "". Without an instance the differences alone tell.
    """
    levels = Levels()
    if kept.live and instance:
        graph = f"{instance.home.settings.base}/id/source/{kept.source}"
        levels.say("", statements_of(instance.snapshots, graph, kept.subjects))
    for touched in touches:
        if touched.action == "removed" and instance:
            change = instance.ledger.change(touched.seq)
            levels.say("", taken_out(change, instance.files, kept.subjects))
        elif touched.diff:
            levels.say("", touched.diff.removed)
    return levels


def taken_out(change: Recorded, files: Files, subjects: Iterable[str]) -> set[Statement]:
    """Give the statements of some subjects that a change removed."""
    heads = tuple(f"<{each}> " for each in subjects)
    return {
        (section.clearance, line)
        for section in change.sections
        if not section.added
        for line in lines_of(section, files)
        if line.startswith(heads)
    }


def seen(
    statements: Iterable[Statement], clearance: Clearance, levels: Levels
) -> tuple[Statement, ...]:
    """Give what a reader may see of statements: by their clearance then, and by that of today."""
    return tuple(
        (level, line)
        for level, line in statements
        if clearance.covers(level) and clearance.covers(levels.of("", line))
    )
