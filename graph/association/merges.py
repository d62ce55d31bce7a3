"""Two entries made one, or found to be two: an entry of the ledger that can be taken back.

Nothing of the merged entry is lost or moved: a statement in the source `association` says by which
entry it is replaced, and its page leads there. To part the two again is to take that away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.association.deciding import Decider
from graph.association.duplicates import Duplicates
from graph.association.matching import ACCEPTED, REJECTED
from graph.association.sources import SOURCE, written
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import Kept, Touched
from ontology.clearance import Clearance, strictest
from ontology.errors import Conflict, Invalid, NotFound
from ontology.terms import DCT, GOV, RDF, XSD

KIND = "merge"


@dataclass(frozen=True, slots=True)
class Two:
    """Two entries, the one that is kept first, with their titles."""

    kept: str
    merged: str
    titles: tuple[str, str]


def merge(instance: Instance, known: Duplicates, two: Two, decider: Decider) -> int | None:
    """Let the one entry lead to the other; raise Conflict where either leads elsewhere already."""
    if two.kept == two.merged:
        raise Invalid("An entry cannot be merged with itself.", "条目不能与自身归并。")
    if {two.kept, two.merged} & known.gone.keys() or two.merged in known.gone.values():
        raise Conflict(
            "One of the two is merged already, or others are merged into it: part those first.",
            "其中一条已被归并，或已有条目归并到它，请先撤销。",
        )
    return decided(instance, two, ACCEPTED, decider)


def part(instance: Instance, two: Two, decider: Decider) -> int | None:
    """Find that two entries are two: they are not shown as duplicates again."""
    return decided(instance, two, REJECTED, decider)


def decided(instance: Instance, two: Two, outcome: str, decider: Decider) -> int | None:
    """Write a decision on two entries down."""
    base = instance.home.settings.base
    code = code_of(two.kept, two.merged)
    root = NamedNode(f"{base}/id/{KIND}/{code}")
    facts: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (root, RDF.type, GOV.Merge),
        (root, GOV.code, Literal(code)),
        (root, DCT.title, Literal(" ／ ".join(two.titles))),
        (root, GOV.keptEntry, NamedNode(two.kept)),
        (root, GOV.mergedEntry, NamedNode(two.merged)),
        (root, GOV.outcome, Literal(outcome)),
        (root, DCT.issued, Literal(decider.at.isoformat(), datatype=XSD.dateTime)),
    ]
    if outcome == ACCEPTED:
        facts.append((NamedNode(two.merged), DCT.isReplacedBy, NamedNode(two.kept)))
    lines = tuple(f"{one} {name} {value} ." for one, name, value in facts)
    level = strictest(*(clearance(instance, each) for each in (two.kept, two.merged)))
    subjects = (root.value, two.merged) if outcome == ACCEPTED else (root.value,)
    entry = Entry(KIND, code, root.value, code, two.titles[1], subjects, {level: lines})
    return written(instance, entry, decider)


def undo_merge(instance: Instance, kept: str, merged: str, decider: Decider) -> int | None:
    """Take a decision on two entries back; raise NotFound where there is none."""
    before = instance.ledger.entry(SOURCE, code_of(kept, merged))
    if before is None or not before.live:
        raise NotFound("There is no such merge.", "没有这一归并。")
    return written(instance, None, decider, gone=before)


def told_of(instance: Instance, iri: str, clearance: Clearance) -> list[Touched]:
    """Give what became of an entry by merging: led to another, parted again; the latest first."""
    found = [
        each
        for kept in instance.ledger.entries_about(KIND, iri)
        for each in instance.ledger.history(iri=kept.iri, source=SOURCE, clearance=clearance)
    ]
    return sorted(found, key=lambda each: each.seq, reverse=True)


def code_of(one: str, other: str) -> str:
    """Give the code of the decision on two entries, whichever of them is kept."""
    return hashlib.sha256(" ".join(sorted((one, other))).encode()).hexdigest()[:20]


def clearance(instance: Instance, iri: str) -> Clearance:
    """Give the least clearance that sees an entry."""
    found: list[Kept] = [each for each in instance.ledger.entries_named([iri]) if each.live]
    if not found:
        raise Conflict(
            "One of the two entries is not there any more.", "两条目录中有一条已不存在。"
        )
    return min((each.clearance for each in found), key=lambda each: each.rank)
