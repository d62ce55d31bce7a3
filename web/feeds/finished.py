"""Finished pages: several harvesters at one snapshot, and a HEAD before its GET, cost one page."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from pyoxigraph import RdfFormat

from graph.views.snapshots import View
from sparql.feeds import FORM, Frame, Kept, Pages, Place, none_kept, page
from sparql.writing import in_form
from web.negotiate import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Form

KEPT = 16  # pages that a web worker keeps, of some 300 kB each

BY_SUFFIX: dict[str, tuple[Form, RdfFormat]] = {
    form.suffix: (form, rdf)
    for form, rdf in (
        (TURTLE, RdfFormat.TURTLE),
        (RDF_XML, RdfFormat.RDF_XML),
        (JSON_LD, RdfFormat.JSON_LD),
        (N_TRIPLES, RdfFormat.N_TRIPLES),
    )
}


@dataclass(frozen=True, slots=True)
class Finished:
    """A page as it is sent: its bytes, and the Link header (RFC 8288) that names its neighbours."""

    body: bytes
    link: str


class Shelf:
    """The pages that were asked for last."""

    def __init__(self, size: int) -> None:
        """Begin with none."""
        self.size = size
        self._pages: OrderedDict[str, Finished] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Finished | None:
        """Give a page that is kept."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: str, made: Finished) -> None:
        """Keep a page, and let the one go that was not asked for the longest."""
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > self.size:
                self._pages.popitem(last=False)


SHELF = Shelf(KEPT)


def tag(view: View, place: Place, frame: Frame) -> str:
    """Give what is the same for the same page alone: the ETag. The frame's address names a form."""
    said = "\n".join(map(str, (FORM, view.path, view.at.isoformat(), place.token, frame)))
    return f"{place.token}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def finished(
    view: View, place: Place, frame: Frame, suffix: str, kept: Kept = none_kept
) -> Finished:
    """Give a page in a form, made now where it is not kept; `kept` gives parts that are."""
    key = tag(view, place, frame)
    known = SHELF.get(key)
    if known is None:
        turtle, pages = page(view, place, frame, kept)
        known = Finished(in_form(turtle, BY_SUFFIX[suffix][1]), link(frame, pages))
        SHELF.put(key, known)
    return known


def link(frame: Frame, pages: Pages) -> str:
    """Write the Link header of a page."""
    named = (
        ("first", pages.first),
        ("prev", pages.previous),
        ("next", pages.next),
        ("last", pages.last),
    )
    return ", ".join(f'<{frame.at(place)}>; rel="{rel}"' for rel, place in named if place)
