"""How the datasets of each department stand to their promises, counted from the index's rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from graph.search.document import DATASETS
from graph.views.snapshots import View
from ontology.freshness import State, freshness

Counts = Mapping[str, Mapping[State, int]]  # the keeper's IRI, "" where none is stated


@lru_cache(4)  # few: what is remembered keeps its snapshot open
def by_department(view: View, today: date) -> Counts:
    """Count the datasets of a view by keeper and state, once for each snapshot and day."""
    found: dict[str, Counter[State]] = defaultdict(Counter)
    for row in view.index.rows(DATASETS):
        keeper = row.providers[0][0] if row.providers else ""
        found[keeper][state(row.modified or row.issued, row.frequency, today)] += 1
    return found


@lru_cache(1 << 14)
def state(modified: str, frequency: str, today: date) -> State:
    """Give the state of a promise; dates and frequencies repeat, so few are reckoned."""
    return freshness(day_of(modified), frequency, today).state


def day_of(text: str) -> date | None:
    """Read the day of an ISO date or time, None for what is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
