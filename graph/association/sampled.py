"""Which standard elements the columns of a sample are: by their names, types and values together.

The values are looked at while the file is read and kept nowhere: what stays is the element, its score
and the reasons in words, which tell shares of values and never a value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pyoxigraph import Store

from graph.association.holdings import elements_of
from graph.association.matching import Matching, matches_of
from graph.association.suggesting import SURE, Item, Suggester, Suggestion
from graph.cataloguing.sampling import Shown

ELEMENT = "gov:element"


@dataclass(frozen=True, slots=True)
class Seen:
    """An item of a sample and what it may be; `taken` where that is sure enough to be typed in."""

    name: str
    suggestion: Suggestion
    taken: bool


def suggester_of(store: Store) -> Suggester:
    """Give what suggests, with what stewards decided so far."""
    return Suggester(elements_of(store), Matching(matches=matches_of(store)).learned)


def recognised(suggester: Suggester, found: Iterable[Shown]) -> tuple[list[Shown], list[Seen]]:
    """Type the elements into items that surely are one; say of each that may be one, and why."""
    rows, told = [], []
    for shown in found:
        name = shown.row.get("csvw:title@zh", "")
        best = next(iter(suggester.suggest(item_of(shown))), None)
        if best is None or not shown.values or shown.row.get(ELEMENT):
            rows.append(shown)
            continue
        taken = best.score >= SURE
        told.append(Seen(name, best, taken))
        row = {**shown.row, ELEMENT: best.element.code} if taken else shown.row
        rows.append(replace(shown, row=row))
    return rows, told


def item_of(shown: Shown) -> Item:
    """Give an item as suggestions ask for it, with its values."""
    row = shown.row
    length = row.get("gov:length", "")
    return Item(
        row.get("csvw:title@zh", ""),
        row.get("csvw:name", ""),
        row.get("gov:dataType", "").rpartition("/")[2],
        int(length) if length.isdecimal() else 0,
        shown.values,
    )
