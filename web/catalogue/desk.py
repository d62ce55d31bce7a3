"""Where a request's questions are answered: which view, which language, which day."""

from __future__ import annotations

import hashlib
from datetime import date

from flask import request

from graph.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Unavailable
from web.assets import built, manifest
from web.catalogue.history import NoPast, Past
from web.catalogue.searching import Desk
from web.language import language
from web.site import site

NO_PAST = NoPast()


def desk() -> Desk:
    """Give what answers the reader of this request."""
    return Desk(current_view(), site().settings.base, language(), today())


def current_view() -> View:
    """Give the newest view that the reader may see; raise Unavailable before the first."""
    if site().snapshots is None:
        raise Unavailable(
            "This instance has no data yet. Load a catalogue with: govgraph load",
            "本实例尚无数据。请用 govgraph load 载入目录。",
        )
    view: View = site().snapshots.view(Clearance.OPEN)
    return view


def past() -> Past:
    """Give the past as this house knows it."""
    told: Past = getattr(site(), "history", None) or NO_PAST
    return told


def today() -> date:
    """Give the day in the time zone of the site."""
    return site().now().astimezone(site().zone).date()


def etag(form: str) -> str:
    """Give what tells this page from its other states: snapshot, clearance, language, day, look.

    It is cheap: a page that the client has already is never made again.
    """
    view = current_view()
    look = "-".join(sorted(manifest().values())) if built() else ""
    parts = (view.seq, view.clearance, language(), today(), form, hash_of(look), request.full_path)
    return hash_of("|".join(map(str, parts)))


def hash_of(text: str) -> str:
    """Give a short digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]
