"""The catalogue's addresses: home, search, the pages of things and their other forms."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from ontology.errors import Invalid, NotFound
from web.catalogue import answers, sitemap
from web.catalogue.asking import asked, page_of
from web.catalogue.desk import desk, past
from web.catalogue.documents import description, page_json, written
from web.catalogue.home import home_page
from web.catalogue.kinds import ANY, KINDS, THING, Kind
from web.catalogue.pages import ThingPage
from web.catalogue.parts import found_parts
from web.catalogue.reading import DEEPEST, Place, Thing, find, read, triples
from web.catalogue.searching import Desk, search_json, search_page
from web.catalogue.suggesting import suggested
from web.catalogue.things import Setting, thing_page
from web.language import language
from web.negotiate import BY_SUFFIX, HTML, JSON, Form, split_suffix
from web.page import address
from web.site import site

blueprint = Blueprint("catalogue", __name__)
ANY_KIND = f"{ANY}:kind"


@blueprint.get("/")
def home() -> Response:
    """Show the front page."""
    if (same := answers.unchanged(HTML)) is not None:
        return same
    page = home_page(desk(), past())
    return answers.marked(make_response(render_template("catalogue/home.html", page=page)), HTML)


@blueprint.get("/search")
def search() -> Response:
    """Show results, as a page or as JSON by Accept."""
    return results(answers.wanted(forms=(HTML, JSON)))


@blueprint.get("/search.json")
def search_as_json() -> Response:
    """Give results as JSON."""
    return results(JSON)


def results(form: Form) -> Response:
    """Answer a search in one form."""
    if (same := answers.unchanged(form)) is not None:
        return same
    here = desk()
    page = search_page(asked(request.args, here.base), here)
    if form is JSON:
        answer = answers.spoken(jsonify(search_json(page, here.base, request.args.get("lang", ""))))
    else:
        answer = make_response(render_template("catalogue/search.html", page=page))
    return answers.marked(answer, form)


@blueprint.get("/api/suggest")
def suggest() -> Response:
    """Give what a reader who typed `q` may mean, in groups by kind, as JSON."""
    answer = jsonify(groups=suggested(request.args.get("q", ""), desk()))
    return answers.spoken(answers.marked(answer, JSON))


@blueprint.get(f"/id/<{ANY_KIND}>/<path:code>")
def name(kind: str, code: str) -> Answer:
    """Lead from the name of a thing to what tells of it: 303 by Accept."""
    code, suffix = split_suffix(code)
    form = answers.wanted(suffix)
    end = "" if form is HTML else f".{form.suffix}"
    answer = redirect(f"/{kind}/{code}{end}", 303)
    answer.vary.add("Accept")
    return answer


@blueprint.get(f"/<{ANY_KIND}>/<path:code>.svg")
def code_drawing(kind: str, code: str) -> Response:
    """Draw the permanent address of a page as a QR code, for print."""
    text = f"{site().settings.base}/{kind}/{code}"
    drawing = BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", border=0, omitsize=True)
    answer = Response(drawing.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@blueprint.get(f"/<{ANY_KIND}>/<path:code>")
def thing(kind: str, code: str) -> Answer:
    """Show a thing in the form that is asked for."""
    here = desk()
    code, suffix = parted(here, KINDS[kind], code)
    form = answers.wanted(suffix)
    if (same := answers.unchanged(form)) is not None:
        return same
    iri = find(here.view, KINDS[kind], code, here.base)
    return told(iri, form, KINDS[kind], code)


def parted(here: Desk, kind: Kind, code: str) -> tuple[str, Form | None]:
    """Part a code from the form that its suffix asks for, unless the suffix is its own.

    The code of a file ends in the file's format: `roads.json` is a file's whole code first.
    """
    stem, suffix = split_suffix(code)
    own = suffix and kind.name == "distribution"
    if own and triples(here.view, f"{here.base}/id/{kind.name}/{code}", 1):
        return code, None
    return stem, suffix


@blueprint.get("/thing")
def any_thing() -> Answer:
    """Show anything that the graph tells of, by its whole name."""
    iri = request.args.get("iri", "")
    if not iri.startswith(("http://", "https://", "urn:")):
        raise Invalid(
            "“iri” should be the whole name of a thing, beginning with http:// or https://.",
            "参数“iri”应当是以 http:// 或 https:// 开头的完整名称。",
        )
    form = answers.wanted(BY_SUFFIX.get(request.args.get("as", "")))
    if (same := answers.unchanged(form)) is not None:
        return same
    return told(iri, form, None, iri)


def told(iri: str | None, form: Form, kind: Kind | None, code: str) -> Answer:
    """Answer with a thing, or with what became of it."""
    if form not in {HTML, JSON}:
        return as_data(iri, form, kind, code)
    found = reading(iri) if iri else None
    if found is None:
        return absent(kind, code, form)
    if kind is None and (page := own_page(found)):
        return redirect(page, 303)
    if kind is not None and found.kind.name != kind.name and not kind.lists:
        end = "" if form is HTML else f".{form.suffix}"
        return redirect(f"{found.names.url(found.iri)}{end}", 303)
    return shown(found, form)


def reading(iri: str) -> Thing | None:
    """Read a thing for this request."""
    here = desk()
    return read(
        here.view,
        iri,
        base=here.base,
        language=here.language,
        past=past(),
        place=place(),
    )


def place() -> Place:
    """Read where in a thing's long lists the reader stands."""
    args = request.args
    return Place(
        items=page_of(args.get("items", ""), "items", DEEPEST),
        statements=page_of(args.get("statements", ""), "statements", DEEPEST),
        incoming=page_of(args.get("incoming", ""), "incoming", DEEPEST),
        words=args.get("find", "").strip()[:200],
    )


def shown(found: Thing, form: Form) -> Response:
    """Show a thing as a page or as its page's JSON."""
    page = presented(found)
    if form is JSON:
        answer = answers.spoken(jsonify(page_json(page)))
    else:
        answer = make_response(render_template("catalogue/thing.html", page=page))
    return answers.with_links(answers.marked(answer, form), page.path, page.identity.iri)


def own_page(found: Thing) -> str:
    """Give the address of a thing's own page; "" for what has none, like a step between two things."""
    path = found.names.url(found.iri)
    return path if found.kind is not THING and path.startswith("/") else ""


def presented(found: Thing) -> ThingPage:
    """Put a thing into words with what the index and the house know of it."""
    here = desk()
    total, parts = found_parts(found, here)
    settings = site().settings
    setting = Setting(
        today=here.today,
        house=settings.title_zh if language() == "zh" else settings.title_en,
        base=here.base,
        total=total,
        found=parts,
    )
    return thing_page(found, setting)


def as_data(iri: str | None, form: Form, kind: Kind | None, code: str) -> Answer:
    """Answer with the concise description of a thing in a form of RDF."""
    triples = description(desk().view, iri) if iri else []
    if not triples:
        return absent(kind, code, form)
    answer = Response(written(triples, form), mimetype=form.media_type)
    path = f"/{kind.name}/{code}" if kind else address("/thing", [("iri", iri or "")])
    return answers.with_links(answers.marked(answer, form), path, iri or "")


def absent(kind: Kind | None, code: str, form: Form) -> Answer:
    """Answer for a thing that is not there: gone, or never was."""
    if kind is None:
        raise NotFound(
            f"The graph says nothing of {code} in what you may see.",
            f"在您可见的范围内，图谱没有关于 {code} 的内容。",
        )
    departed = past().gone(kind.name, code, desk().view.clearance)
    if departed is not None:
        return answers.gone(departed, kind, form)
    return answers.missing(kind, code, form)


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """List the parts of the site map."""
    here = desk()
    text = sitemap.index_of(here)
    return answers.marked(Response(text, mimetype="application/xml"), HTML)


@blueprint.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """List the pages of one part of the site map."""
    text = sitemap.part_of(desk(), part)
    return answers.marked(Response(text, mimetype="application/xml"), HTML)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Say what crawlers should leave alone: endless filters and costly questions."""
    text = sitemap.robots(site().settings.base)
    return Response(text, mimetype="text/plain")
