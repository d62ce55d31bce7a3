"""Who holds which element, which items are none yet, and what was decided: kept for the views."""

from __future__ import annotations

from graph.association.holdings import Holdings, holdings, renewed
from graph.association.matching import Matching, matching
from graph.association.matching import renewed as rematched
from graph.views.snapshots import View
from web.association.kept import Reading, kept_of

WHOLE = frozenset({"element", "library"})  # kinds after whose change all is read again
HOLDINGS: Reading[Holdings] = Reading("holdings", holdings, renewed, WHOLE)
MATCHING: Reading[Matching] = Reading("matching", matching, rematched, WHOLE)


def held_in(view: View) -> Holdings:
    """Give who holds what in a view."""
    return kept_of(view, HOLDINGS)


def matching_in(view: View) -> Matching:
    """Give which items of a view are no element yet, and what was decided."""
    return kept_of(view, MATCHING)
