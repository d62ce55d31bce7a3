"""Doors that help to write a query: what can be written, what is called so, whether it is right."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Blueprint, Response, jsonify, make_response, request

from ontology.errors import Invalid, QueryRefused
from sparql.guard import Malformed
from web.language import language
from web.query.completing import graphs, things
from web.query.explaining import checker, explanation, plain
from web.query.page import names_for
from web.query.terms import written
from web.query.views import endpoint, view

blueprint = Blueprint("assisting", __name__, url_prefix="/api/query")

MOST_NAMES = 500
LONGEST = 100  # characters of a name that is being typed
A_DAY = "public, max-age=86400"


@blueprint.get("/terms")
def terms() -> Response:
    """Give prefixes, classes, properties and listed values with their names in both languages."""
    body, digest = _terms()
    answer = make_response(body)
    answer.mimetype = "application/json"
    answer.headers["Cache-Control"] = A_DAY
    answer.set_etag(digest)
    answer.make_conditional(request)
    return answer


@cache
def _terms() -> tuple[bytes, str]:
    body: bytes = jsonify(written()).get_data()
    return body, hashlib.sha256(body).hexdigest()[:20]


@blueprint.get("/things")
def named_things() -> Response:
    """Give things of the caller's view by the beginning of their names, or its named graphs."""
    if request.args.get("of") == "graph":
        own = f"<{endpoint().own}>"  # it has no name where it is the default graph
        return jsonify(offers=[each for each in graphs(view()) if each["text"] != own])
    typed = request.args.get("q", "")[:LONGEST]
    return jsonify(offers=things(view(), typed, request.args.get("of", ""), language()))


@blueprint.post("/names")
def names() -> Response:
    """Say what IRIs are called in the caller's view and where their pages are."""
    wish = request.get_json(silent=True)
    iris = wish.get("iris") if isinstance(wish, dict) else None
    if not isinstance(iris, list) or not all(isinstance(each, str) for each in iris):
        raise Invalid("Send the IRIs as a list: iris.", "请以列表 iris 给出标识符。")
    found = names_for(view(), endpoint(), language())(iris[:MOST_NAMES])
    told = {iri: (found.text(iri), found.url(iri)) for iri in iris[:MOST_NAMES]}
    return jsonify(
        names={
            iri: {"text": text.value, "lang": text.lang, "url": url}
            for iri, (text, url) in told.items()
        }
    )


@blueprint.post("/check")
def check() -> Response:
    """Say whether the body is a query; if not, why, with line and column where they are known.

    An answer, not a refusal: the question was whether the text is right.
    """
    where = endpoint()
    view()  # whoever may not query has nothing to check
    text = request.stream.read(where.limits.size + 1).decode("utf-8", "replace")
    try:
        checker(where).check(text, services=where.federation is not None)
    except Malformed as error:
        place = {"line": error.line, "column": error.column}
        return jsonify(right=False, sentence=error.sentence(language()), **place)
    except QueryRefused as error:
        return jsonify(right=False, sentence=error.sentence(language()))
    return jsonify(right=True)


@blueprint.post("/explain")
def explain() -> Response:
    """Say what the engine would do with the body, which is a query, in both languages."""
    where = endpoint()
    seen = view()
    text = request.stream.read(where.limits.size + 1).decode("utf-8", "replace")
    return jsonify(plain(explanation(text, seen, where)))
