"""Where a request's questions are answered: which view, which language, which day."""

from __future__ import annotations

import hashlib
from datetime import date

from flask import request

from graph.views.snapshots import View
from web.accounts import people
from web.asof import day
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
    return people.view()


def past() -> Past:
    """Give the past as this house knows it."""
    told: Past = day.history() or getattr(site(), "history", None) or NO_PAST
    return told


def today() -> date:
    """Give the day in the time zone of the site, or the one that is asked for."""
    return day.asked() or day.today()


def etag(form: str) -> str:
    """Give what tells this page from its other states: snapshot, person, language, day, look.

    It is cheap: a page that the client has already is never made again.
    """
    view = current_view()
    look = "-".join(sorted(manifest().values())) if built() else ""
    who = people.person().name
    here = (language(), today(), form, hash_of(look), request.full_path)
    parts = (view.path, view.clearance, who, *here)
    return hash_of("|".join(map(str, parts)))


def hash_of(text: str) -> str:
    """Give a short digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]
