"""Cataloguing: forms made from the shapes, drafts, review, publication and withdrawal."""

from web.cataloguing import bulk, bulk_review, drafting, entries, hands, keeping, queue, review
from web.cataloguing.desk import blueprint

PAGES = (
    bulk,
    bulk_review,
    drafting,
    entries,
    hands,
    keeping,
    queue,
    review,
)  # they add their addresses to the blueprint

__all__ = ["blueprint"]
