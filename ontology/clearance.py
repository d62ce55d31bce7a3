"""Which statement belongs in which view: the law of who may see, as pure functions.

Three clearances, each a store of its own (DESIGN §3). A statement stands in the view of its own
clearance and in every stricter one.
"""

from __future__ import annotations

from enum import StrEnum


class Clearance(StrEnum):
    """Who may see a statement: everyone, any signed-in department, the city's office."""

    OPEN = "open"
    SHARED = "shared"
    GOVERNANCE = "governance"

    @property
    def rank(self) -> int:
        """0 for open, 2 for governance: the higher, the fewer may see."""
        return RANKS[self]

    def covers(self, other: Clearance) -> bool:
        """Say whether a reader of this clearance sees statements of `other`."""
        return self.rank >= other.rank


RANKS = {Clearance.OPEN: 0, Clearance.SHARED: 1, Clearance.GOVERNANCE: 2}

# The last segment of an IRI in the sharing and openness lists (ontology/codes).
WITHHELD = "none"


def strictest(*clearances: Clearance) -> Clearance:
    """Give the one that the fewest may see."""
    return max(clearances, key=lambda each: each.rank)


def clearance_of_entry(
    *, openness: str | None, sharing: str | None, load: Clearance = Clearance.OPEN
) -> Clearance:
    """Give the clearance of a catalogue entry from its two axes.

    `openness` and `sharing` are the notations "unconditional", "conditional", "none", or None
    where the source does not say. Not shared implies not open (Putuo's resource form, item rule;
    DOMAIN §1.3), so sharing "none" alone is enough to keep an entry to the city's office.
    """
    if sharing == WITHHELD:
        return Clearance.GOVERNANCE
    if openness == WITHHELD:
        return strictest(Clearance.SHARED, load)
    return load
