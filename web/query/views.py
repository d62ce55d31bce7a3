"""`/sparql` speaks the protocol; `/query` is a page that asks it for people, without a script."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    has_request_context,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as AnyResponse

from graph.home import COUNTS, SPENT
from graph.rewriting import FEDERATION, own_graph
from graph.views.counts import Counts, Kept
from graph.views.snapshots import Snapshots, View
from ontology.actions import Action
from ontology.errors import Forbidden, QueryRefused, Unavailable, Upstream
from ontology.people import ANYONE
from ontology.permissions import can
from sparql import protocol
from sparql.answers import Answers
from sparql.federation import Federation, endpoints
from sparql.formats import GRAPHS, SOLUTIONS, TABLES, negotiate
from sparql.leaving import heard_by
from sparql.metering import Meter
from sparql.protocol import Endpoint
from sparql.query import View as Asked
from sparql.query import in_language
from web.accounts import people
from web.asof import day
from web.language import language
from web.query import updating
from web.query.explaining import explanation, told_in
from web.query.listening import ear_of
from web.query.noting import noted
from web.query.page import QueryPage, asked, begun, example, examples, failed
from web.query.writing import can_write_any
from web.site import Site, site

blueprint = Blueprint("query", __name__)

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
ENDPOINT = "govgraph.endpoint"
HTML = "text/html"
DATA = tuple(each.media_type for each in SOLUTIONS + TABLES + GRAPHS)


def endpoint() -> Endpoint:
    """Give the endpoint of this house; raises Unavailable in one that runs no queries."""
    held: Endpoint | None = current_app.extensions.get(ENDPOINT)
    if held is None:
        held = current_app.extensions[ENDPOINT] = _endpoint()
    return held


def _endpoint() -> Endpoint:
    house = site()
    if house.pool is None:
        raise Unavailable("Queries are not answered here.", "此处不回答查询。")
    base = house.settings.base
    meter = Meter(spent_in(house), house.settings.query_quota)
    answers = Answers(
        house.pool, limits_page=f"{base}/help/sparql", meter=meter, ended=noted(house)
    )
    own = own_graph(house.settings)
    return Endpoint(
        f"{base}/sparql",
        answers,
        counts=counts_of(house),
        own=own,
        federation=federation_of(house) if house.accounts is not None else None,
        updates=may_update,
        titles={"zh": house.settings.title_zh, "en": house.settings.title_en},
    )


def may_update() -> bool:
    """Say whether who asks now may change a graph: at the door nobody may, who comes there is a stranger."""
    if not has_request_context() or site().accounts is None:
        return False
    return can_write_any(Action.UPDATE)


def federation_of(house: Site) -> Callable[[Asked], Federation]:
    """Give what asks other endpoints for who asks now; raises Forbidden for who may not."""

    def federation(seen: Asked) -> Federation:
        who = people.person() if has_request_context() else ANYONE  # at the door: a stranger
        verdict = can(who, Action.FEDERATE)
        if not verdict:
            (en, zh), (ask_en, ask_zh) = verdict.why, verdict.ask
            raise Forbidden(f"{en} {ask_en}", f"{zh}{ask_zh}")
        return Federation(seen, federation_graph(house))

    return federation


def spent_in(house: Site) -> Path | None:
    """Give where all web workers of this house add up what callers spend."""
    found = house.snapshots
    return found.folder.parent / SPENT if isinstance(found, Snapshots) else None


def counts_of(house: Site) -> Callable[[Asked], Counts | None]:
    """Give what tells how much a view of this house holds."""
    snapshots = house.snapshots
    if not isinstance(snapshots, Snapshots):
        return lambda _: None
    kept = Kept(snapshots.folder.parent / COUNTS)

    def counts(found: Asked) -> Counts | None:
        return kept.of(found.clearance, seq=found.seq, regraded=snapshots.regraded())

    return counts


def view() -> View:
    """Give the view of who asks; raise Denied for a token that may not query."""
    people.required(Action.QUERY)
    return people.view()


@blueprint.route("/sparql", methods=METHODS, provide_automatic_options=False)
def sparql() -> AnyResponse:
    """Answer the SPARQL protocol; a browser that comes for a page is shown the one for people."""
    page = wants_page(request.headers.get("Accept"))
    if request.method == "GET" and page and "format" not in request.args:
        query = request.query_string.decode("ascii", "replace")
        return redirect(f"/query?{query}" if query else "/query", 303)
    asked = _read(endpoint())
    if protocol.is_update(asked):
        return answered(updating.answer(asked, endpoint()))
    with heard_by(ear_of(request.environ)):
        return answered(protocol.respond(asked, view(), endpoint()))


@lru_cache(256)
def wants_page(accept: str | None) -> bool:
    """Say whether a client would rather have a page than data, as a browser does."""
    return negotiate(accept, (*DATA, HTML)) == HTML


def _read(where: Endpoint) -> protocol.Request:
    return protocol.Request(
        method=request.method,
        query_string=asked_of_sparql(request.query_string.decode("latin-1")),
        content_type=request.headers.get("Content-Type", ""),
        body=request.stream.read(where.largest_body) if request.method == "POST" else b"",
        accept=request.headers.get("Accept"),
        if_none_match=request.headers.get("If-None-Match", ""),
    )


def asked_of_sparql(query_string: str) -> str:
    """Give a query string without the day, which the view answers for and no parameter of SPARQL."""
    parts = query_string.split("&") if query_string else []
    return "&".join(part for part in parts if not part.startswith(f"{day.PARAMETER}="))


def answered(response: protocol.Response) -> Response:
    """Give a response of the protocol in the framework's own record."""
    answer = Response(response.body, response.status, response.headers, direct_passthrough=True)
    answer.call_on_close(response.close)
    if "Content-Type" not in response.headers:
        del answer.headers["Content-Type"]
    return answer


@blueprint.get("/.well-known/void")
def void() -> AnyResponse:
    """Describe what the caller may ask, and how much there is of it, as VoID's convention has it."""
    form = request.args.get("format")
    asked_as = protocol.Request(
        request.method,
        urlencode({"format": form}) if form else "",
        accept=request.headers.get("Accept"),
        if_none_match=request.headers.get("If-None-Match", ""),
    )
    return answered(protocol.respond(asked_as, view(), endpoint()))


@blueprint.get("/query")
def query() -> AnyResponse:
    """Show the page: with the result of the query in the address, or with one to begin from."""
    text = request.args.get("query")
    page = (
        _explained(text)
        if text and "explain" in request.args
        else _page(text, request.args.get("example"))
    )
    return shown(page)


def workbench(text: str) -> AnyResponse:
    """Show the page with a text to begin from."""
    return shown(begun(text, examples(language())))


def shown(page: QueryPage) -> AnyResponse:
    """Show the page."""
    answer = current_app.make_response(
        render_template(
            "query/query.html",
            page=page,
            reads=people.clearance(),
            merge=merge(),
            others=others(),
        )
    )
    answer.status_code = page.status
    if page.wait:
        answer.headers["Retry-After"] = str(page.wait)
    return answer


def others() -> list[tuple[str, str]]:
    """Give the endpoints that the reader may have asked along: address and name."""
    house = site()
    if house.pool is None or house.accounts is None or not can(people.person(), Action.FEDERATE):
        return []
    tongue = language()
    listed = endpoints(view(), federation_graph(house))
    named = ((each.address, in_language(each.titles, tongue)) for each in listed)
    return [(address, text.value if text else "") for address, text in named]


def federation_graph(house: Site) -> str:
    """Give the graph that lists what may be asked along."""
    return f"{house.base}/id/source/{FEDERATION}"


def merge() -> str:
    """Give the name of the merge of all graphs, which the page asks; "" where it is the default."""
    return endpoint().merge if site().pool is not None and endpoint().own else ""


def _explained(text: str) -> QueryPage:
    listed = examples(language())
    try:
        told = explanation(text, view(), endpoint())
    except (QueryRefused, Unavailable) as error:
        return failed(text, error, listed, language())
    return QueryPage(text, listed, explained=told_in(language(), told))


def _page(text: str | None, named: str | None) -> QueryPage:
    listed = examples(language())
    if text is None:
        return begun(example(named, language()), listed)
    started = time.perf_counter()
    seen = view()  # a token that may not ask is refused as everywhere, not on the page
    try:
        where = endpoint()
        with heard_by(ear_of(request.environ)):
            result = asked(text, seen, where, language())
    except (QueryRefused, Unavailable, Upstream, Forbidden) as error:
        return failed(text, error, listed, language())
    spent = time.perf_counter() - started
    return QueryPage(text, listed, result=result, seconds=spent)
