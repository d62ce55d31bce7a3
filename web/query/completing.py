"""What of the caller's own view may be written next in a query: things by name, and sources."""

from __future__ import annotations

from collections.abc import Iterator

from graph.harvest.tables.properties import PROPERTIES
from graph.views.snapshots import View
from sparql.query import rows
from web.catalogue.kinds import KINDS as PAGE_KINDS

MOST = 12
MOST_GRAPHS = 1_000
ASKED = 60  # of which those of the wanted kind are kept
NO_KIND = ""

# What the values of a property are, by how they are read; others may be anything.
KINDS = {"department": "department", "library": "library", "system": "system"}
OWN = {
    "gov:element": "element",
    "gov:keyElement": "element",
    "gov:feeds": "system",
    "dcat:servesDataset": "dataset",
    "prov:wasDerivedFrom": "dataset",
}

Offer = dict[str, str]


def things(view: View, typed: str, name: str, language: str) -> list[Offer]:
    """Give things whose names fit, of the kind that the property `name` has as its value."""
    wanted = kind_of(name)
    found = view.index.suggest(typed, ASKED if wanted else MOST, language)
    fitting = (each for each in found if wanted in (NO_KIND, each.kind))
    return [
        {
            "text": f"<{each.iri}>",
            "label": each.title,
            "note": each.hint or str(PAGE_KINDS[each.kind].one),
        }
        for each, _ in zip(fitting, range(MOST), strict=False)
    ]


def kind_of(name: str) -> str:
    """Give the kind of thing that a property leads to, "" where it may be any."""
    reading = PROPERTIES.get(name)
    return OWN.get(name) or KINDS.get(reading.reads if reading else "", NO_KIND)


def graphs(view: View) -> Iterator[Offer]:
    """Give the named graphs of the view, one for each source."""
    for row in rows(view, "graphs/named", limit=MOST_GRAPHS):
        iri = str(row["graph"])
        yield {"text": iri, "label": iri.strip("<>").rsplit("/", 1)[-1], "note": ""}
