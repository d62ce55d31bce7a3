"""The feed over HTTP: negotiated or by suffix, answered directly, with ETag and 304."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from graph.home import Home
from graph.views.snapshots import View
from ontology.errors import Gone
from sparql.feeds import Frame, Place, no_such_page, none_kept
from sparql.parts import Parts
from web.accounts import people
from web.asof import day
from web.feeds.finished import BY_SUFFIX, finished, tag
from web.negotiate import HTML, accepted
from web.site import Site, site

blueprint = Blueprint("feeds", __name__)

HOUR = "public, max-age=3600"  # a page of a snapshot never changes
ASK_AGAIN = "no-cache"  # the first page without a number, and pages of a snapshot that is gone
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Link, X-Govgraph-Snapshot",
}


@blueprint.after_request
def opened(response: Response) -> Response:
    """Let pages of other sites read the feed."""
    response.headers.update(OPEN_TO_ALL)
    return response


@blueprint.get("/catalog")
def catalogue() -> AnyResponse:
    """Answer with the feed in the form that the client likes; a browser is shown the search."""
    forms = (*(form for form, _ in BY_SUFFIX.values()), HTML)
    form = accepted(request.headers.get("Accept"), forms)
    response = redirect("/search", 303) if form is HTML else feed(form.suffix)
    response.vary.add("Accept")
    return response


@blueprint.get("/catalog.<any(ttl,rdf,jsonld,nt):suffix>")
def feed(suffix: str) -> AnyResponse:
    """Answer with one page of the feed."""
    house = site()
    token = request.args.get("page")
    view, place, lasting = placed(house, token)
    frame = frame_of(house, suffix)
    response = Response(mimetype=BY_SUFFIX[suffix][0].media_type)
    response.set_etag(tag(view, place, frame))
    response.headers["Cache-Control"] = HOUR if lasting else ASK_AGAIN
    response.headers["X-Govgraph-Snapshot"] = str(view.seq)
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    kept = none_kept if day.asked() else parts_of(house).kept  # kept ones are of the present
    made = finished(view, place, frame, suffix, kept)
    response.headers["Link"] = made.link
    response.set_data(made.body)
    return response


def parts_of(house: Site) -> Parts:
    """Give the parts of pages that the house's feed writer keeps."""
    return Parts(Home(house.snapshots.folder.parent, house.settings))


def frame_of(house: Site, suffix: str) -> Frame:
    """Say whose feed it is, and at which address it was asked for."""
    return Frame(
        base=house.settings.base,
        address=f"{request.url_root}catalog.{suffix}{asked_day()}",
        title_zh=house.settings.title_zh,
        title_en=house.settings.title_en,
        licence=house.licence.url if house.licence else "",
    )


def asked_day() -> str:
    """Give what keeps the pages of a feed at the day that was asked for."""
    asked = day.asked()
    return f"?{day.PARAMETER}={asked}" if asked else ""


def placed(house: Site, token: str | None) -> tuple[View, Place, bool]:
    """Give the view and the place that a request names, and whether they stay as they are.

    Raises Invalid for a place that we never named.
    """
    if token is None:
        view = newest(house)
        return view, Place(view.seq), False
    place = Place.parse(token)
    if day.asked() is not None:
        view = people.view()
        return view, Place(view.seq, place.after), False  # what is stricter tomorrow goes
    try:
        house.snapshots.pin(place.seq)
        return people.view(place.seq), place, True
    except (Gone, FileNotFoundError):
        # The walk key means the same in every snapshot: only what was edited meanwhile may differ.
        view = newest(house)
        if place.seq > view.seq:
            raise no_such_page(token) from None
        return view, Place(view.seq, place.after), False


def newest(house: Site) -> View:
    """Give the newest view, kept for who goes on to its next page."""
    view = people.view()
    if day.asked() is None:
        house.snapshots.pin(view.seq)
    return view
