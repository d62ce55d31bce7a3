"""The addresses under /ns: a page for people, the same as data by suffix or by Accept."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, render_template, request
from pyoxigraph import Quad, RdfFormat, serialize

from ontology.code_lists import code_list
from ontology.errors import NotFound
from ontology.terms import PREFIXES
from ontology.vocabulary import context_text, list_quads, shape_quads, vocabulary_quads
from web.language import language
from web.negotiate import BY_SUFFIX, DATA, HTML, JSON, Form, accepted, split_suffix
from web.vocabulary.pages import list_page, shapes_page, vocabulary_page

blueprint = Blueprint("vocabulary", __name__)

RDF_FORMS = tuple(form for form in DATA if form is not JSON)  # JSON has no triples
FORMS = (HTML, *RDF_FORMS)


@blueprint.get("/ns")
def vocabulary() -> Response:
    """Show or give the vocabulary."""
    return negotiated(vocabulary_as_page, vocabulary_quads)


@blueprint.get("/ns.<suffix>")
def vocabulary_data(suffix: str) -> Response:
    """Give the vocabulary in the form of the suffix."""
    return data(vocabulary_quads(), form_of(suffix))


@blueprint.get("/ns/shapes")
def shapes() -> Response:
    """Show or give the shapes."""
    return negotiated(shapes_as_page, shape_quads)


@blueprint.get("/ns/shapes.<suffix>")
def shapes_data(suffix: str) -> Response:
    """Give the shapes in the form of the suffix."""
    return data(shape_quads(), form_of(suffix))


@blueprint.get("/ns/context.jsonld")
def context() -> Response:
    """Give the JSON-LD context as its file stands."""
    return answer(context_text(), "application/ld+json")


@blueprint.get("/ns/<name>")
def one_list(name: str) -> Response:
    """Show or give one code list; a suffix of the name says in which form."""
    stem, form = split_suffix(name)
    held = code_list(stem)
    if form:
        return data(list_quads(held.name), form_of(form.suffix))
    return negotiated(
        lambda: render_template("vocabulary/list.html", page=list_page(held, language())),
        lambda: list_quads(held.name),
    )


def vocabulary_as_page() -> str:
    """Show every term."""
    return render_template("vocabulary/vocabulary.html", page=vocabulary_page(language()))


def shapes_as_page() -> str:
    """Show every shape and rule."""
    return render_template("vocabulary/shapes.html", page=shapes_page(language()))


def negotiated(page: Callable[[], str], quads: Callable[[], list[Quad]]) -> Response:
    """Give the page or the data, as the client likes; raises NotAcceptable for neither."""
    form = accepted(request.headers.get("Accept"), FORMS)
    response = make_response(page()) if form is HTML else data(quads(), form)
    response.vary.add("Accept")
    return response


def form_of(suffix: str) -> Form:
    """Give the form of RDF that a suffix asks for; raises NotFound where there is none."""
    form = BY_SUFFIX.get(suffix)
    if form not in RDF_FORMS:
        message = f"There is no “.{suffix}” here; try .ttl.", f"这里没有“.{suffix}”，可试 .ttl。"
        raise NotFound(*message)
    return form


def data(quads: list[Quad], form: Form) -> Response:
    """Give statements in a form of RDF."""
    chosen = RdfFormat.from_extension(form.suffix)
    written = serialize((quad.triple for quad in quads), format=chosen, prefixes=PREFIXES)
    assert written is not None
    return answer(written, form.media_type)


def answer(body: str | bytes, media_type: str) -> Response:
    """Give an answer that a program on any other site may read too."""
    response = make_response(body)
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
