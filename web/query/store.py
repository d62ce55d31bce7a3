"""`/store`: the Graph Store Protocol. A whole graph is read, put, added to or taken away.

https://www.w3.org/TR/sparql11-http-rdf-update/. A graph is named by `?graph=`, by `?default`, or
directly by the address: `/store/` and the name of a source, or the graph's IRI. A POST that names
none begins a graph, whose name and address are told (5.5). Reading shows what the caller's view
holds; writing goes through the ledger as one change, like an update.
"""

from __future__ import annotations

import re

from flask import Response, request
from pyoxigraph import RdfFormat
from werkzeug.wrappers import Response as AnyResponse

from graph.editing import graph_of
from graph.rewriting import Lines, named_anew, own_graph, source_of
from graph.views.snapshots import View
from graph.views.whole import has_graph, lines_in, written
from ontology.actions import Action
from ontology.errors import GovgraphError, NotFound
from sparql import protocol
from sparql.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, chosen, not_acceptable
from sparql.guard import Malformed
from sparql.refusals import WrongMedia, WrongMethod
from sparql.resolving import read_statements
from web.accounts import people
from web.bodies import take_large
from web.cataloguing.here import instance
from web.query.updating import told
from web.query.views import METHODS, answered, blueprint
from web.query.writing import may_write, may_write_any, write
from web.site import site

OFFERED = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)
ALLOWED = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
CREATED, NOTHING_TO_SAY = 201, 204
# What pages of other sites may do: read, as anyone may (their sessions do not count here).
FROM_ELSEWHERE = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept",
    "Access-Control-Max-Age": "86400",
}


@blueprint.route("/store", methods=METHODS, provide_automatic_options=False)
@blueprint.route("/store/<path:name>", methods=METHODS, provide_automatic_options=False)
def store(name: str = "") -> AnyResponse:
    """Answer the Graph Store Protocol."""
    try:
        found = _answered(name)
    except people.Denied:
        raise
    except GovgraphError as error:
        found = answered(protocol.refusal(error, request.headers.get("Accept")))
        if "Allow" in found.headers:
            found.headers["Allow"] = ALLOWED
    found.headers["Access-Control-Allow-Origin"] = "*"
    found.vary.add("Accept")
    return found


def _answered(name: str) -> Response:
    if request.method == "OPTIONS":
        return Response(status=NOTHING_TO_SAY, headers={"Allow": ALLOWED, **FROM_ELSEWHERE})
    if request.method in {"GET", "HEAD"}:
        return _read(_graph(name))
    if request.method not in {"PUT", "POST", "DELETE"}:
        raise WrongMethod(
            f"The method {request.method} is not offered here; these are: {ALLOWED}.",
            f"不支持 {request.method} 方法；可用的方法有：{ALLOWED}。",
        )
    may_write_any(Action.WRITE_STORE)
    graph = named_anew(instance()) if is_unnamed(name) else _graph(name)
    source_of(instance(), graph)
    may_write(Action.WRITE_STORE, graph)
    take_large()
    return _written(graph)


def is_unnamed(name: str) -> bool:
    """Say whether a graph is sent to the store itself, which then names it."""
    named = name or "graph" in request.args or "default" in request.args
    return request.method == "POST" and not named


def _graph(name: str) -> str:
    """Give the IRI of the graph that the request names, "" for the default graph."""
    given, default = request.args.getlist("graph"), "default" in request.args
    if len(given) + default + bool(name) != 1:
        raise Malformed(
            "Name one graph: ?graph=IRI, ?default, or its address under /store/.",
            "请指明一个图：?graph=IRI、?default，或 /store/ 之下的地址。",
        )
    graph = given[0] if given else name
    if default:
        return own_graph(site().settings)
    if name and ":" not in name:
        return graph_of(instance(), name.removeprefix("id/source/"))
    graph = re.sub(r"^(https?):/+", r"\1://", graph)
    if not re.fullmatch(r"[A-Za-z][\w+.-]*:[^<>\"{}|^`\\\x00-\x20]*", graph):
        raise Malformed("The name of a graph is an absolute IRI.", "图的名称须为绝对 IRI。")
    return graph


def _read(graph: str) -> Response:
    form = chosen(request.headers.get("Accept"), OFFERED)
    if form is None:
        raise not_acceptable(OFFERED)
    seen = people.view()
    if not is_there(seen, graph):
        raise _absent(graph)
    assert isinstance(form.engine, RdfFormat)
    headers = {"Content-Type": form.content_type, "X-Govgraph-Snapshot": str(seen.seq)}
    if request.method == "HEAD":
        return Response(headers=headers)
    return Response(written(seen.store, graph, form.engine), headers=headers)


def is_there(seen: View, graph: str) -> bool:
    """Say whether there is a graph for who sees this; the default graph always is, be it empty."""
    return graph == own_graph(site().settings) or has_graph(seen.store, graph)


def _absent(graph: str) -> NotFound:
    return NotFound(f"There is no graph <{graph}>.", f"没有名为 <{graph}> 的图。")


def _written(graph: str) -> Response:
    """Put, add or take away; what is in the graph and not seen by the writer stays."""
    sent = set() if request.method == "DELETE" else _sent(graph)
    fresh = not is_there(people.present(), graph)
    if request.method == "DELETE" and fresh:
        raise _absent(graph)

    def resolve(seen: View) -> tuple[Lines, Lines]:
        old = lines_in(seen.store, graph)
        gone = set() if request.method == "POST" else old - sent
        return {graph: sorted(sent - old)}, {graph: sorted(gone)}

    reason = request.headers.get("X-Govgraph-Reason", f"{request.method} <{graph}>")
    number = write(resolve, Action.WRITE_STORE, "store", reason)
    if request.method == "DELETE" or not fresh or number is None:
        found = Response(status=NOTHING_TO_SAY)
        del found.headers["Content-Type"]
        if number is not None:
            found.headers["X-Govgraph-Change"] = str(number)
        return found
    found = answered(told(CREATED, number))
    found.headers["Location"] = (
        f"{site().base}/store/{graph.removeprefix(graph_of(instance(), ''))}"
    )
    return found


def _sent(graph: str) -> set[str]:
    """Give the statements of the body, or of every file of a form."""
    media = request.mimetype
    if media == "multipart/form-data":
        files = [each for _, each in request.files.items(multi=True)]
        parts = [(each.read(), each.mimetype) for each in files]
    else:
        parts = [(request.get_data(cache=False), media or TURTLE.media_type)]
    return {line for body, kind in parts for line in read_statements(body, _known(kind), graph)}


def _known(media: str) -> str:
    names = {name: each.media_type for each in OFFERED for name in (each.media_type, *each.also)}
    if media not in names:
        listed = ", ".join(each.media_type for each in OFFERED)
        raise WrongMedia(
            f"A graph is sent as one of: {listed}.", f"图须以下列格式之一发送：{listed}。"
        )
    return names[media]
