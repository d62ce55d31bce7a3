"""Lineage taken in: accounts are merged into what is known and written as one change of the ledger.

All edges into one dataset and its items, by one source, are one entry of kind "lineage"; a job, a
run and each stub are entries of their own. Nothing is written where nothing differs, so an event
that comes twice leaves no trace the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from pyoxigraph import NamedNode

from graph.editing import (
    PATIENCE,
    Edit,
    difference,
    graph_of,
    patched,
    statements_now,
)
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import OWN, Change, Diff, Touch
from graph.lineage.edges import Edge, edges_of, lines_of
from graph.lineage.merging import Account, merged
from graph.lineage.naming import LEVEL, STUBS, STUBS_TITLES, Names, code_of
from graph.loading.load import Order, Statement, source_entry
from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Conflict
from ontology.terms import PROV

KIND = "lineage"
TRIES = 5  # turns of an account that others write beside
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells lineage: the source it stands in, the account, when, and the view they read."""

    source: str
    titles: tuple[str, str]
    actor: str
    at: datetime
    reason: str
    view: View


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an account: `seq` is None where nothing differed.

    `stubs` are (IRI, name) of datasets that were not known; `opened` and `ended` count edges.
    """

    seq: int | None
    stubs: tuple[tuple[str, str], ...]
    opened: int
    ended: int


@dataclass(slots=True)
class Taking:
    """One account under way."""

    instance: Instance
    teller: Teller
    names: Names = field(init=False)
    known: dict[str, list[Edge]] = field(default_factory=dict)  # dataset -> edges, as they were
    edges: dict[str, list[Edge]] = field(default_factory=dict)  # and as they shall be
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find names in the teller's own view."""
        base = self.instance.home.settings.base
        self.names = Names(base, self.teller.view, self.instance.snapshots)

    def tell(self, account: Account) -> None:
        """Take one account in."""
        by_root: dict[str, list[Edge]] = {}
        for edge in account.edges:
            by_root.setdefault(self.names.root(edge.target), []).append(edge)
        roots = dict.fromkeys((*by_root, *(self.roots(account.job) if account.whole else ())))
        for root in roots:
            part = replace(account, edges=tuple(by_root.get(root, ())))
            self.edges[root] = merged(self.now(root), part)

    def roots(self, job: str) -> Iterable[str]:
        """Give the datasets into which a job has edges."""
        graph = NamedNode(graph_of(self.instance, self.teller.source))
        store = self.instance.snapshots.view(Clearance.GOVERNANCE).store
        for quad in store.quads_for_pattern(None, PROV.hadActivity, NamedNode(job), graph):
            assert isinstance(quad.subject, NamedNode)
            yield self.names.root(quad.subject.value.partition("#derived-")[0])
        yield from (
            root for root, each in self.edges.items() if any(edge.job == job for edge in each)
        )

    def now(self, root: str) -> list[Edge]:
        """Give the edges into a dataset as they are known by now."""
        if root not in self.edges:
            self.known[root] = edges_of(self.statements(self.teller.source, lineage_key(root)))
            self.edges[root] = self.known[root]
        return self.edges[root]

    def statements(self, source: str, key: str) -> set[Statement]:
        """Give what an entry says now; nothing for one that is not there."""
        kept = self.instance.ledger.entry(source, key)
        return statements_now(self.instance, kept) if kept and kept.live else set()

    def keep(self, entry: Entry) -> None:
        """Keep an entry of a job or run, to be written with the edges."""
        self.entries[self.teller.source, entry.key] = entry

    def finish(self) -> Taken:
        """Write everything as one change."""
        for iri, stub in self.names.stubs.items():
            self.entries[STUBS, iri] = stub
        for root, edges in self.edges.items():
            if edges != self.known[root]:
                self.keep(self.entry(root, edges))
        seq = written(self.instance, self.entries, self.teller)
        stubs = tuple(
            (iri, each.title) for iri, each in self.names.stubs.items() if each.kind == "dataset"
        )
        return Taken(seq, stubs, *self.counts())

    def counts(self) -> tuple[int, int]:
        """Count the edges that began and those that ended."""
        before = {each.iri: each for edges in self.known.values() for each in edges}
        after = {each.iri: each for edges in self.edges.values() for each in edges}
        opened = sum(iri not in before for iri in after)
        over = sum(
            bool(each.held_to) and iri in before and not before[iri].held_to
            for iri, each in after.items()
        )
        return opened, over

    def entry(self, root: str, edges: list[Edge]) -> Entry:
        """Give the entry of all edges into a dataset."""
        for edge in edges:
            for end in edge.key[:2]:
                self.names.level(end)
            if edge.job:
                self.names.levels[edge.job] = LEVEL
        lines = lines_of(edges, self.names.levels)
        subjects = dict.fromkeys(
            (root, *(each.target for each in edges), *(each.iri for each in edges))
        )
        kind = root.removeprefix(f"{self.names.base}/id/").partition("/")[0]
        code = f"{kind}/{code_of(root)}"
        name = f"{root}#lineage"  # the dataset's own entry may be touched by the same change
        return Entry(KIND, lineage_key(root), name, code, code_of(root), tuple(subjects), lines)


def lineage_key(root: str) -> str:
    """Give the key of the lineage of a dataset within its source."""
    return f"lineage {root}"


def patiently(account: Callable[[], Result]) -> Result:
    """Take an account in, again where somebody wrote the same edges meanwhile."""
    for turn in range(TRIES):
        try:
            return account()
        except Conflict:
            if turn == TRIES - 1:
                raise
    raise AssertionError


def written(
    instance: Instance, entries: dict[tuple[str, str], Entry], teller: Teller
) -> int | None:
    """Write entries of several sources as one change; give its number, None for no difference."""
    diffs: list[tuple[str, Diff]] = []
    touches: list[Touch] = []
    for source, entry in (*described_sources(instance, entries, teller), *keyed(entries)):
        if (found := moved(instance, source, entry, teller)) is not None:
            diffs.append((source, found[0]))
            touches.append(found[1])
    if all(each.kept.key == OWN for each in touches):
        return None
    change = Change(teller.at, teller.actor, "edit", teller.source, teller.reason)
    seq = instance.ledger.append(change, patched(instance, diffs), touches)
    instance.wait_or_keep(seq, teller.at, PATIENCE)
    return seq


def keyed(entries: dict[tuple[str, str], Entry]) -> list[tuple[str, Entry]]:
    """Give entries with their sources."""
    return [(source, entry) for (source, _), entry in entries.items()]


def described_sources(
    instance: Instance, entries: dict[tuple[str, str], Entry], teller: Teller
) -> list[tuple[str, Entry]]:
    """Give the entries that describe the sources themselves, where they are new."""
    titles = {STUBS: STUBS_TITLES, teller.source: teller.titles}
    base = instance.home.settings.base
    return [
        (
            source,
            source_entry(
                Order(source, teller.actor, teller.at, base, KIND, titles=titles[source]),
                graph_of(instance, source),
            ),
        )
        for source in dict.fromkeys(source for source, _ in entries)
        if instance.ledger.entry(source, OWN) is None
    ]


def moved(
    instance: Instance, source: str, entry: Entry, teller: Teller
) -> tuple[Diff, Touch] | None:
    """Give how an entry differs from what is there; None where it does not."""
    before = instance.ledger.entry(source, entry.key)
    edit = Edit(source, teller.actor, teller.at, teller.reason, before.seq if before else 0)
    return difference(instance, entry, edit, before)
