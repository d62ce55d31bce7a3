"""A steward's decisions on matches, written as one change: the link, and that it was decided.

The link (item, gov:element, element) stands in the item's own source, as a part of its dataset's
entry; the decision is an entry of its own in the source `association`, where later suggestions
learn from it. The entry keeps the digest of what its source delivered, so that a delivery that
says nothing new changes nothing; one that does keeps the link (`graph.loading.load`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pyoxigraph import Literal, NamedNode

from graph.association.matching import ACCEPTED, REJECTED
from graph.association.sources import SOURCE, described, moved
from graph.editing import PATIENCE, patched, statements_now
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import Change, Diff, Kept, Touch
from graph.loading.load import RECORDED, Statement
from ontology.clearance import Clearance, strictest
from ontology.errors import Conflict, Invalid
from ontology.terms import DCT, GOV, RDF, XSD

KIND = "match"
OPEN = "open"  # a decision that is taken back


@dataclass(frozen=True, slots=True)
class Wish:
    """What is decided: that an item of a dataset is an element, is not, or is open again."""

    item: str
    dataset: str
    element: str
    name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, when, and in which words."""

    actor: str
    at: datetime
    reason: str


@dataclass(slots=True)
class Moves:
    """What the decisions move, by source."""

    diffs: list[tuple[str, Diff]]
    touches: list[Touch]

    def take(self, source: str, diff: Diff, touch: Touch) -> None:
        """Add what moves of one entry."""
        self.diffs.append((source, diff))
        self.touches.append(touch)


def decide(instance: Instance, wishes: Sequence[Wish], decider: Decider) -> int | None:
    """Write the decisions as one change; give its number, None where nothing differs.

    Raises Invalid where an item shall be two things at once, Conflict where it moved meanwhile.
    """
    _single(wishes)
    moves = Moves([], [])
    by_dataset: defaultdict[str, list[Wish]] = defaultdict(list)
    for each in wishes:
        by_dataset[each.dataset].append(each)
    for dataset, some in by_dataset.items():
        _linked(instance, dataset, some, decider, moves)
    for each in wishes:
        _remembered(instance, each, decider, moves)
    if not moves.touches:
        return None
    described(instance, decider, moves.diffs, moves.touches)
    change = Change(decider.at, decider.actor, "edit", SOURCE, decider.reason)
    seq = instance.ledger.append(change, patched(instance, moves.diffs), moves.touches)
    instance.wait_or_keep(seq, decider.at, PATIENCE)
    return seq


def _single(wishes: Iterable[Wish]) -> None:
    """Refuse to accept two elements for one item."""
    accepted = [each.item for each in wishes if each.outcome == ACCEPTED]
    twice = next((each for each in accepted if accepted.count(each) > 1), None)
    if twice is not None:
        name = next(each.name for each in wishes if each.item == twice)
        raise Invalid(
            f"“{name}” cannot be two elements at once: choose one of them.",
            f"“{name}”不能同时对应两个数据元，请选择其一。",
        )


def holder(instance: Instance, dataset: str, item: str) -> Kept:
    """Give the entry that holds an item; raise Conflict where none does any more."""
    found = instance.ledger.entries_named([dataset])
    kept = next((each for each in found if each.live and item in each.subjects), None)
    if kept is None:
        raise Conflict(
            "A data item that you chose is not there any more. Nothing was written: look again.",
            "所选数据项已不存在，未写入任何内容，请重新查看。",
        )
    return kept


def _linked(
    instance: Instance, dataset: str, wishes: list[Wish], decider: Decider, moves: Moves
) -> None:
    """Link the accepted items of one dataset, and unlink those that are so no longer."""
    before = holder(instance, dataset, wishes[0].item)
    for each in wishes:
        if each.item not in before.subjects:
            before = holder(instance, dataset, each.item)
    old = statements_now(instance, before)
    new = set(old)
    for each in wishes:
        head = f"<{each.item}> {GOV.element} "
        line = f"{head}<{each.element}> ."
        held = {one for one in new if one[1].startswith(head)}
        if each.outcome == ACCEPTED:
            new -= held
            new.add((_level(old, each.item), line))
        else:
            new -= {one for one in held if one[1] == line}
    if new == old:
        return
    new = _catalogued(instance, before, new, decider)
    diff = Diff(tuple(sorted(new - old)), tuple(sorted(old - new)))
    moves.take(before.source, diff, Touch(before, "changed", before, diff))


def _level(statements: set[Statement], subject: str) -> Clearance:
    """Give the clearance at which a subject stands: the least that says anything of it."""
    head = f"<{subject}> "
    said = [level for level, line in statements if line.startswith(head)]
    return min(said, key=lambda each: each.rank)


def _seen_from(instance: Instance, item: str) -> Clearance:
    """Give the least clearance that sees an item."""
    for level in Clearance:
        store = instance.snapshots.view(level).store
        if next(store.quads_for_pattern(NamedNode(item), RDF.type, None), None):
            return level
    return Clearance.GOVERNANCE


def _catalogued(
    instance: Instance, kept: Kept, statements: set[Statement], decider: Decider
) -> set[Statement]:
    """Say in the catalogue record that the entry changed now."""
    if kept.kind not in RECORDED:
        return statements
    record = f"<{instance.home.settings.base}/id/record/{kept.code}> {DCT.modified} "
    now = Literal(decider.at.isoformat(), datatype=XSD.dateTime)
    levels = [level for level, line in statements if line.startswith(record)]
    rest = {each for each in statements if not each[1].startswith(record)}
    return rest | {(level, f"{record}{now} .") for level in levels}


def _remembered(instance: Instance, wish: Wish, decider: Decider, moves: Moves) -> None:
    """Write the decision down, or take it away where it is open again."""
    level = strictest(_seen_from(instance, wish.item), Clearance.SHARED)
    entry = entry_of(instance, wish, decider, level)
    before = instance.ledger.entry(SOURCE, entry.key)
    if wish.outcome != OPEN:
        if (found := moved(instance, entry, decider)) is not None:
            moves.take(SOURCE, *found)
    elif before and before.live:
        diff = Diff((), tuple(sorted(statements_now(instance, before))))
        moves.take(SOURCE, diff, Touch(replace(before, live=False, digest=""), "removed", before))


def entry_of(instance: Instance, wish: Wish, decider: Decider, level: Clearance) -> Entry:
    """Give the entry of a decision: one for each item and element."""
    code = hashlib.sha256(f"{wish.item} {wish.element}".encode()).hexdigest()[:20]
    root = NamedNode(f"{instance.home.settings.base}/id/{KIND}/{code}")
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, GOV.Match),
        (GOV.code, Literal(code)),
        (DCT.title, Literal(wish.name)),
        (GOV.matchedItem, NamedNode(wish.item)),
        (GOV.matchedElement, NamedNode(wish.element)),
        (GOV.outcome, Literal(wish.outcome)),
        (DCT.issued, Literal(decider.at.isoformat(), datatype=XSD.dateTime)),
    ]
    lines = tuple(f"{root} {name} {value} ." for name, value in facts)
    return Entry(KIND, code, root.value, code, wish.name, (root.value,), {level: lines})


__all__ = ["ACCEPTED", "OPEN", "REJECTED", "Decider", "Wish", "decide"]
