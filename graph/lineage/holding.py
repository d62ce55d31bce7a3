"""Flows held by a process: made once, then brought up to each new snapshot by what changed.

Reading all steps of a large catalogue takes seconds, a change touches few of them. What a change
touched is in the ledger; the steps of those things are read anew, and nothing else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pyoxigraph import NamedNode, Store

from graph.ledger.ledger import Ledger
from graph.lineage.days import Days, days_of, flows_on, renewed_days
from graph.lineage.flows import MERGE, Flows, flows_of, is_described
from ontology.clearance import Clearance
from ontology.lineage import CARRYING
from ontology.terms import GOV, PROV, RDF

HELD = 8  # flows that a process keeps: the present and some days, of each clearance
MOST_CHANGES = 500  # changes between two snapshots; after more, everything is read again
DATED = (PROV.qualifiedDerivation, GOV.heldFrom, GOV.heldTo)  # say which steps held on a day
TELLING = frozenset(str(each) for each in (RDF.type, *(flow.term for flow in CARRYING), *DATED))

Changes = Callable[[int, int], set[str] | None]
Written = Callable[[Clearance], "Kept | None"]


class Viewed(Protocol):
    """A view, as far as flows need it."""

    @property
    def path(self) -> Path:
        """The folder of the view: another one for every snapshot and clearance."""

    @property
    def seq(self) -> int:
        """The ledger number that the view stands at."""

    @property
    def clearance(self) -> Clearance:
        """Whose view it is."""

    @property
    def store(self) -> Store:
        """The store, read-only."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Flows of one view; `days` says when they held, None where nobody asked for it yet.

    `later` reads it as it was written, with the change that it was written at.
    """

    clearance: Clearance
    seq: int
    flows: Flows
    days: Days | None = None
    later: Callable[[], tuple[int, Days] | None] = lambda: None


class Held:
    """The flows that a process keeps, of the views that were asked for last."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[tuple[str, str | None], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self,
        view: Viewed,
        day: str | None = None,
        changes: Changes | None = None,
        written: Written = lambda _clearance: None,
    ) -> Flows:
        """Give the flows of a view, now or at the end of a day; made where they are not there.

        `changes` gives the things that changes after one number and up to another touched, None
        where they are too many to tell; `written` gives what another process wrote of a view.
        """
        with self._lock:  # two that ask at once wait for one making
            if day is None:
                return self._now(view, changes, written).flows
            return self._then(view, day, changes, written).flows

    def _now(self, view: Viewed, changes: Changes | None, written: Written) -> Kept:
        """Give the flows of a view as they hold now."""
        found = self._kept.get((str(view.path), None))
        if found is None:
            found = self._brought_up(view, changes, written)
            found = found or Kept(view.clearance, view.seq, flows_of(view.store))
        return self._held(view, None, found)

    def _then(self, view: Viewed, day: str, changes: Changes | None, written: Written) -> Kept:
        """Give the flows of a view at the end of a day: those of now, as their days say."""
        found = self._kept.get((str(view.path), day)) or self._unmoved(view, day, changes)
        if found is None:
            now = self._now(view, changes, written)
            if now.days is None:
                days = days_since(now.later(), view.store, view.seq, changes)
                now = self._held(view, None, replace(now, days=days))
            flows = flows_on(now.flows, now.days or {}, view.store, day)
            found = Kept(view.clearance, view.seq, flows)
        return self._held(view, day, found)

    def _held(self, view: Viewed, day: str | None, found: Kept) -> Kept:
        """Keep flows, and let those go that nobody asked for lately."""
        self._kept[str(view.path), day] = found
        self._kept.move_to_end((str(view.path), day))
        while len(self._kept) > HELD:
            self._kept.popitem(last=False)
        return found

    def _unmoved(self, view: Viewed, day: str, changes: Changes | None) -> Kept | None:
        """Give earlier flows of a day: they are as they were while nothing is said of steps."""
        then = self._last(view, day) if changes else None
        moved = changes(then.seq, view.seq) if then and changes else None
        if then is None or moved is None:
            return None
        same = not any(stirs(then.flows, view.store, each) for each in moved)
        return replace(then, seq=view.seq) if same else None

    def _brought_up(self, view: Viewed, changes: Changes | None, written: Written) -> Kept | None:
        """Give earlier flows with what changed since: one's own, else what was written; or None."""
        if changes is None:
            return None
        for known in (self._last, lambda each: written(each.clearance)):
            earlier = known(view)
            if earlier is None or earlier.seq > view.seq:
                continue
            touched = changes(earlier.seq, view.seq)
            if touched is not None:
                return brought_up(earlier, view.store, view.seq, touched)
        return None

    def _last(self, view: Viewed, day: str | None = None) -> Kept | None:
        """Give the newest flows of a day that are held of a view's clearance, none newer than the view."""
        earlier = [
            each
            for (_, at), each in self._kept.items()
            if at == day and each.clearance is view.clearance and each.seq <= view.seq
        ]
        return max(earlier, key=lambda each: each.seq, default=None)


def touched_by(ledger: Ledger, after: int, upto: int) -> set[str] | None:
    """Give the things of which changes say or unsay a step or a kind; None for a bulk load."""
    if upto - after > MOST_CHANGES:
        return None
    found: set[str] = set()
    for change in ledger.since(after, MOST_CHANGES):
        if change.seq > upto:
            break
        for section in change.sections:
            if section.file:
                return None
            found.update(subjects(section.lines))
    return found


def subjects(lines: Iterable[str]) -> Iterable[str]:
    """Give the subjects of statements that tell of steps or kinds."""
    for line in lines:
        subject, predicate, _ = line.split(" ", 2)
        if predicate in TELLING:
            yield subject[1:-1]


def stirs(flows: Flows, store: Store, iri: str) -> bool:
    """Say whether what was said of a thing may be of steps: it had some, has some, or is one."""
    if iri in flows.numbers:
        return True
    node = NamedNode(iri)
    own = (PROV.qualifiedDerivation, PROV.entity)
    said = (next(store.quads_for_pattern(node, term, None, MERGE), None) for term in own)
    return any(said) or any(sides(store, iri))


def brought_up(old: Kept, store: Store, seq: int, touched: set[str]) -> Kept:
    """Give flows, and when they held, with what is said of some things read anew."""
    if not touched:
        return replace(old, seq=seq)
    days = None if old.days is None else renewed_days(old.days, store, touched)
    return replace(old, seq=seq, flows=renewed(old.flows, store, touched), days=days)


def days_since(
    known: tuple[int, Days] | None, store: Store, seq: int, changes: Changes | None
) -> Days:
    """Give when the steps of a view held: as was known at a change, brought up, else read."""
    if known is None or changes is None or known[0] > seq:
        return days_of(store)
    touched = changes(known[0], seq)
    if touched is None:
        return days_of(store)
    return renewed_days(known[1], store, touched) if touched else known[1]


def renewed(old: Flows, store: Store, touched: Iterable[str]) -> Flows:
    """Give flows with the steps of some things read anew; the old ones stay as they are."""
    flows = Flows(
        list(old.iris), dict(old.numbers), list(old.after), list(old.before), dict(old.kinds)
    )
    for iri in touched:
        renew(flows, store, iri)
    return flows


def renew(flows: Flows, store: Store, iri: str) -> None:
    """Read the steps of one thing anew."""
    before, after = sides(store, iri)
    if iri not in flows.numbers and not before and not after:
        return
    number = flows.take(iri)
    for mine, theirs, found in (
        (flows.before, flows.after, before),
        (flows.after, flows.before, after),
    ):
        was, now = set(mine[number]), {flows.take(each): place for each, place in found.items()}
        for gone in was - now.keys():
            theirs[gone] = [each for each in theirs[gone] if each != number]
        for came in now.keys() - was:
            theirs[came] = [*theirs[came], number]
        for other, place in now.items():
            pair = (other, number) if mine is flows.before else (number, other)
            flows.kinds.pop(pair, None)
            if place:
                flows.kinds[pair] = place
        mine[number] = list(now)


def sides(store: Store, iri: str) -> tuple[dict[str, int], dict[str, int]]:
    """Give what flows into a thing and out of it, with the place of each step's flow."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    if not is_described(store, iri):
        return before, after
    node = NamedNode(iri)
    for place, flow in enumerate(CARRYING):
        said, saying = (after, before) if flow.forward else (before, after)
        for quad in store.quads_for_pattern(node, flow.term, None, MERGE):
            add(store, said, quad.object, place, iri)
        for quad in store.quads_for_pattern(None, flow.term, node, MERGE):
            add(store, saying, quad.subject, place, iri)
    return before, after


def add(store: Store, side: dict[str, int], end: object, place: int, iri: str) -> None:
    """Add an end that is described, by the first flow that tells of it."""
    if isinstance(end, NamedNode) and end.value != iri and is_described(store, end.value):
        side.setdefault(end.value, place)
