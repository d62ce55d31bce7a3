"""The feed over HTTP: negotiated or by suffix, answered directly, with ETag and 304."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from pyoxigraph import RdfFormat, serialize
from werkzeug.wrappers import Response as AnyResponse

from ontology.clearance import Clearance
from ontology.errors import Gone
from sparql.feeds import Frame, Place, page, prefixes
from web.negotiate import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Form, accepted
from web.site import site

blueprint = Blueprint("feeds", __name__)

FORMATS: dict[str, tuple[Form, RdfFormat]] = {
    form.suffix: (form, rdf)
    for form, rdf in (
        (TURTLE, RdfFormat.TURTLE),
        (RDF_XML, RdfFormat.RDF_XML),
        (JSON_LD, RdfFormat.JSON_LD),
        (N_TRIPLES, RdfFormat.N_TRIPLES),
    )
}


@blueprint.get("/catalog")
def catalogue() -> AnyResponse:
    """Answer with the feed in the form that the client likes; a browser is shown the search."""
    forms = (*(form for form, _ in FORMATS.values()), HTML)
    form = accepted(request.accept_mimetypes, forms) or TURTLE
    if form is HTML:
        return redirect("/search", 303)
    response = feed(form.suffix)
    response.vary.add("Accept")
    return response


@blueprint.get("/catalog.<any(ttl,rdf,jsonld,nt):suffix>")
def feed(suffix: str) -> AnyResponse:
    """Answer with one page of the feed."""
    house = site()
    token = request.args.get("page")
    view, place = placed(token)
    form, rdf = FORMATS[suffix]
    response = Response(mimetype=form.media_type)
    response.set_etag(f"{place.token}-{suffix}")
    response.headers["Cache-Control"] = "no-cache" if token is None else "public, max-age=3600"
    response.headers["X-Govgraph-Snapshot"] = str(view.seq)
    response.headers["Access-Control-Allow-Origin"] = "*"
    if not response.is_streamed and request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    settings = house.settings
    frame = Frame(
        base=settings.base,
        address=f"{request.url_root}catalog.{suffix}",
        title_zh=settings.name_zh,
        title_en=settings.name_en,
    )
    body = serialize(page(view, place, frame), format=rdf, prefixes=prefixes())
    response.set_data(body or b"")
    return response


def placed(token: str | None) -> tuple[object, Place]:
    """Give the view and the place that a request names; the first page where it names none."""
    snapshots = site().snapshots
    if token is None:
        view = snapshots.view(Clearance.OPEN)
        snapshots.pin(view.seq)
        return view, Place(view.seq)
    place = Place.parse(token)
    try:
        snapshots.pin(place.seq)
        return snapshots.view(Clearance.OPEN, place.seq), place
    except Gone:
        # The walk key means the same in every snapshot: only what was edited meanwhile may differ.
        view = snapshots.view(Clearance.OPEN)
        return view, Place(view.seq, place.after)
