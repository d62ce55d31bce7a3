"""Answers over HTTP: forms of one thing, what is missing, what is gone; caching by snapshot."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from graph.past.history import Departed
from graph.search.question import Question
from ontology.errors import Gone, NotFound
from web.accounts.holders import called
from web.accounts.people import words as said
from web.catalogue.desk import desk, etag
from web.catalogue.hits import row_path
from web.catalogue.kinds import Kind
from web.catalogue.pages import GonePage, MissingPage
from web.language import language
from web.negotiate import DATA, FORMS, HTML, Form, accepted
from web.page import Link, Text
from web.wording import day

NEAR = 6  # things of like names that are offered
SAFE = "/:?&=%"  # characters of an address that a header may hold as they are


def wanted(suffix: Form | None = None, forms: tuple[Form, ...] = FORMS) -> Form:
    """Give the form that this request wants; raises NotAcceptable where it takes none."""
    return suffix or accepted(request.headers.get("Accept"), forms)


def unchanged(form: Form) -> Response | None:
    """Answer 304 where the client has this page already, before anything is read."""
    if request.if_none_match.contains_weak(etag(form.suffix)):
        answer = Response(status=304)
        return marked(answer, form)
    return None


def marked(answer: Response, form: Form) -> Response:
    """Say what an answer depends on and how to ask for it again."""
    answer.set_etag(etag(form.suffix), weak=True)
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.add("Accept")
    return answer


def with_links(answer: Response, path: str, iri: str) -> Response:
    """Tell machines where the other forms of a thing are."""
    page = quote(path, safe=SAFE)
    links = [
        f'<{quote(iri, safe=SAFE + "#")}>; rel="describes"',
        f'<{page}>; rel="alternate"; type="text/html"',
    ]
    for form in DATA:
        where = f"{page}&as={form.suffix}" if "?" in page else f"{page}.{form.suffix}"
        rel = "describedby alternate" if form is not DATA[-1] else "alternate"
        links.append(f'<{where}>; rel="{rel}"; type="{form.media_type}"')
    answer.headers["Link"] = ", ".join(links)
    return answer


def near(code: str) -> tuple[Link, ...]:
    """Give things whose names are like a code."""
    here = desk()
    words = code.replace("-", " ").replace("_", " ").replace(".", " ")
    asking = Question(text=words, kinds=frozenset(), size=NEAR, language=here.language, facets=())
    found = here.view.index.search(asking).hits if words.strip() else ()
    return tuple(
        Link(
            Text(each.row.title(here.language)),
            row_path(each.row, here.base),
            each.row.kind,
            each.row.provider(here.language),
        )
        for each in found
    )


def missing(kind: Kind, code: str, form: Form) -> Response:
    """Answer 404 with things of like names; raise NotFound for machines."""
    if form is not HTML:
        raise NotFound(
            f"There is no {kind.name} with the code “{code}” in what you may see.",
            f"在您可见的范围内没有代码为“{code}”的条目。",
        )
    page = MissingPage(_("There is nothing by this name"), str(kind.one), code, near(code))
    answer = make_response(render_template("catalogue/missing.html", page=page), 404)
    return marked(answer, form)


def gone(departed: Departed, kind: Kind, form: Form) -> Response:
    """Answer 410 with when and why; raise Gone for machines."""
    who = called(departed.actor)
    if form is not HTML:
        raise Gone(
            f"“{departed.title}” was removed on {departed.at:%Y-%m-%d} "
            f"(change {departed.seq}, by {who[0]}): {departed.reason}",
            f"“{departed.title}”已于{day(departed.at)}移除（变更 {departed.seq}，"
            f"{who[1]}）：{departed.reason}",
        )
    page = GonePage(
        title=departed.title,
        kind_name=str(kind.one),
        iri=departed.iri,
        past=f"/{kind.name}/{quote(departed.code, safe='')}/history",
        number=departed.seq,
        when=departed.at,
        who=said(who),
        reason=departed.reason,
        near=near(departed.title),
    )
    answer = make_response(render_template("catalogue/gone.html", page=page), 410)
    return marked(answer, form)


def spoken(answer: Response) -> Response:
    """Say the language of an answer whose words depend on it."""
    answer.headers["Content-Language"] = "zh-Hans" if language() == "zh" else "en"
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer
