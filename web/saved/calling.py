"""`/api/queries`: what can be called, and each query called with the values in the address."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from graph.asking.saved import Saved
from sparql import calling, protocol
from sparql.calling import CONTROLS, Call
from sparql.leaving import heard_by
from sparql.offered import template
from sparql.templates import Parameter, template_of
from web.page import address
from web.query.listening import ear_of
from web.query.views import answered, endpoint, view, wants_page
from web.saved.here import at_version, every, number_of, one
from web.saved.views import blueprint
from web.site import site

USED = frozenset({*CONTROLS, "run"})
ALLOWED = "GET, HEAD, OPTIONS"
FROM_ELSEWHERE = {
    "Allow": ALLOWED,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ALLOWED,
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@blueprint.after_request
def allowed(answer: Response) -> Response:
    """Let pages from elsewhere call: a browser asks for that first, about any address, with OPTIONS."""
    if request.method == "OPTIONS" and request.path.startswith("/api/"):
        answer.status_code = 204
        answer.headers.update(FROM_ELSEWHERE)
    return answer


@blueprint.get("/api/queries")
def listed() -> Response:
    """List the queries that the caller may call, with what they take."""
    answer = jsonify(queries=[told(each) for each in every()])
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def told(saved: Saved) -> dict[str, object]:
    """Tell of one query as data."""
    said, read = saved.said, template(saved)
    return {
        "name": saved.slug,
        "title": {"zh": said.title_zh, "en": said.title_en},
        "description": {"zh": said.description_zh, "en": said.description_en},
        "tags": said.tags,
        "sharing": saved.place.sharing.value,
        "version": saved.version,
        "stars": saved.stars,
        "page": f"{site().base}/queries/{saved.slug}",
        "call": f"{site().base}/api/queries/{saved.slug}",
        "parameters": [described(each) for each in read.parameters] if read else [],
    }


def described(parameter: Parameter) -> dict[str, object]:
    """Tell of one parameter as data."""
    return {
        "name": parameter.name,
        "type": parameter.kind,
        "list": f"{site().base}/ns/{parameter.listed}" if parameter.listed else None,
        "several": parameter.many,
        "required": not parameter.optional,
        "title": {"zh": parameter.zh, "en": parameter.en},
        "examples": parameter.examples,
    }


@blueprint.get("/api/queries/<slug>")
def call(slug: str) -> AnyResponse:
    """Answer a query as it stands, or as the version said that the address names."""
    return called(slug, number_of(request.args.get("version", "")))


@blueprint.get("/api/queries/<slug>/v/<int:version>")
def call_version(slug: str, version: int) -> AnyResponse:
    """Answer a query as a version said it."""
    return called(slug, version)


def page_of(saved: Saved, version: int | None) -> str:
    """Give the page that asks the same, for a browser."""
    path = f"/queries/{saved.slug}" + (f"/v/{version}" if version else "")
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in USED]
    return address(path, [*kept, ("run", "1")])


def called(slug: str, version: int | None) -> AnyResponse:
    """Answer a call under the caller's view, within their limits and quota."""
    seen = view()
    saved = at_version(one(slug), version)
    if "format" not in request.args and wants_page(request.headers.get("Accept")):
        return redirect(page_of(saved, version), 303)
    controls = {name: request.args[name] for name in CONTROLS if name in request.args}
    given = {n: request.args.getlist(n) for n in request.args if n not in USED}
    made = Call(template_of(saved.said.text), saved.slug, given, controls)
    asked = protocol.Request(
        method=request.method,
        accept=request.headers.get("Accept"),
        if_none_match=request.headers.get("If-None-Match", ""),
    )
    with heard_by(ear_of(request.environ)):
        response = answered(calling.answered(asked, made, seen, endpoint()))
    response.headers["X-Govgraph-Query"] = f"{saved.slug}; version={saved.version}"
    if following := response.headers.pop("X-Govgraph-Next", None):
        pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "page"]
        where = address(f"{site().base}{request.path}", [*pairs, ("page", following)])
        response.headers["Link"] = f'<{where}>; rel="next"'
    return response
