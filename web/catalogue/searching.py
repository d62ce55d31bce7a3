"""The page of results: one question to the index, one for the names of what it counts by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from graph.search.document import DATASETS
from graph.search.question import Answer, Question
from graph.views.snapshots import View
from web.catalogue.asking import PATH, SCOPES, SIZE, SORTS, Asked, kind_many, left_out
from web.catalogue.filters import COUNTED, FILTERS, PARTS, Filter, part_of, token, value
from web.catalogue.hits import hits, plain
from web.catalogue.names import Names, names_of
from web.catalogue.pages import Chip, Choice, Facet, Option, SearchPage
from web.page import Link, Text, address, pager

MOST_OPTIONS = 40  # of one facet; the rest are reached by words


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered: the view, the instance's base, the reader, the day."""

    view: View
    base: str
    language: str
    today: date


def search_page(asked: Asked, desk: Desk) -> SearchPage:
    """Answer a reader's question with a page."""
    asked = without_strangers(asked, desk)
    answer = desk.view.index.search(asked.question(desk.base, desk.language))
    names = named(answer, asked, desk)
    return SearchPage(
        title=title(asked),
        words=asked.words,
        total=answer.total,
        hits=hits(answer.hits, base=desk.base, language=desk.language, today=desk.today),
        facets=tuple(facets(answer, asked, names)),
        chips=tuple(chips(asked, names)),
        reset=asked.url(filters=(), kinds=()),
        sorts=tuple(sorts(asked)),
        scopes=tuple(scopes(asked, answer, desk)),
        pager=pager(
            number=asked.page,
            size=SIZE,
            total=answer.total,
            reachable=answer.reachable,
            url=asked.pages(),
        ),
        hidden=tuple(pair for pair in asked.pairs() if pair[0] not in {"q", "sort"}),
        instead=answer.instead or "",
        dropped=answer.dropped,
        notices=tuple(notices(asked, answer)),
        begin=beginnings(desk) if not answer.total else (),
        took=answer.took,
        json_url=address(f"{PATH}.json", asked.pairs()),
        indexable=asked == Asked(),
    )


def without_strangers(asked: Asked, desk: Desk) -> Asked:
    """Leave out filters by things of ours that the view does not know, and say so."""
    ours = [(name, given) for name, given in asked.filters if FILTERS[name].kind]
    if not ours:
        return asked
    iris = {pair: value(FILTERS[pair[0]], pair[1], desk.base) or "" for pair in ours}
    known = names_of(desk.view, iris.values(), base=desk.base, language=desk.language).said
    strange = [pair for pair in ours if iris[pair] not in known]
    return replace(
        asked,
        filters=tuple(pair for pair in asked.filters if pair not in strange),
        notices=(*asked.notices, *(left_out(name, given) for name, given in strange)),
    )


def named(answer: Answer, asked: Asked, desk: Desk) -> Names:
    """Ask once for the names of all things that the page counts by."""
    counted = [iri for name in answer.facets for iri, _n in answer.facets[name][:MOST_OPTIONS]]
    active = [iri for iris in asked.values(desk.base).values() for iri in iris]
    return names_of(desk.view, (*counted, *active), base=desk.base, language=desk.language)


def title(asked: Asked) -> str:
    """Give the title of the page."""
    if asked.words:
        return f"“{asked.words}”"
    if len(asked.kinds) == 1:
        return kind_many(asked.kinds[0])
    return str(_("Catalogue"))


def facets(answer: Answer, asked: Asked, names: Names) -> Iterable[Facet]:
    """Give the ways of narrowing that would change something."""
    for name in COUNTED:
        each = FILTERS[name]
        for key, label in PARTS.get(name, ((name, each.label),)):
            counts = [pair for pair in answer.facets.get(name, []) if key == part_of(name, pair[0])]
            made = options(counts, key, each, asked, names)
            active = sum(option.active for option in made)
            if active or len(made) > 1 or (made and made[0].count < answer.total):
                yield Facet(key, str(label), made, each.shown, active)


def options(
    counts: list[tuple[str, int]], key: str, each: Filter, asked: Asked, names: Names
) -> tuple[Option, ...]:
    """Give the values of a facet, or of one part of it: the active first, then the most frequent."""
    active = [
        given
        for name, given in asked.filters
        if name == each.name and part_of(name, value(each, given, names.base) or "") == key
    ]
    made = [
        option(each, given, iri, count, asked, names)
        for iri, count in counts[:MOST_OPTIONS]
        if (given := token(each, iri, names.base)) not in active
    ]
    number = {token(each, iri, names.base): count for iri, count in counts}
    chosen = [
        option(
            each, given, value(each, given, names.base) or given, number.get(given, 0), asked, names
        )
        for given in active
    ]
    return (*chosen, *made)


def option(  # noqa: PLR0913, PLR0917 - what an option is made of
    each: Filter, given: str, iri: str, count: int, asked: Asked, names: Names
) -> Option:
    """Give one value of a facet."""
    label = option_label(each, iri, names)
    return Option(
        value=given,
        label=label.value,
        lang=label.lang,
        count=count,
        href=asked.toggled(each.name, given),
        active=(each.name, given) in asked.filters,
    )


def option_label(each: Filter, iri: str, names: Names) -> Text:
    """Say what a value of a filter is called."""
    word = dict(each.words).get(iri)
    return Text(str(word), names.language) if word is not None else names.text(iri)


def chips(asked: Asked, names: Names) -> Iterable[Chip]:
    """Give the active filters, each with the address without it."""
    for kind in asked.kinds:
        rest = tuple(each for each in asked.kinds if each != kind)
        yield Chip(_("Kind"), kind_many(kind), asked.url(kinds=rest))
    for name, given in asked.filters:
        each = FILTERS[name]
        label = option_label(each, value(each, given, names.base) or given, names)
        yield Chip(str(each.label), label.value, asked.toggled(name, given))


def sorts(asked: Asked) -> Iterable[Choice]:
    """Give the orders to choose from; by fit only where there are words."""
    said = {
        "relevance": _("Best match"),
        "modified": _("Newest update"),
        "issued": _("Newest entry"),
        "title": _("Title"),
    }
    for sort in SORTS:
        if asked.words or sort != "relevance":
            yield Choice(said[sort], asked.url(sort=sort), asked.order == sort)


def scopes(asked: Asked, answer: Answer, desk: Desk) -> Iterable[Choice]:
    """Give the kinds of things that the words find, counted; only the first where no others do."""
    question = Question(
        text=asked.words, kinds=frozenset(), size=1, language=desk.language, facets=("kind",)
    )
    counts = dict(desk.view.index.search(question).facets.get("kind", []))
    narrowed = bool(asked.filters)
    datasets = sum(counts.get(kind, 0) for kind in DATASETS)
    among = not asked.kinds
    yield Choice(
        _("Datasets"),
        asked.url(kinds=()),
        among,
        answer.total if among and narrowed else datasets,
    )
    for kind in ("layer", *SCOPES):
        if (count := counts.get(kind, 0)) or kind in asked.kinds:
            href = asked.url(kinds=(kind,), filters=(), sort=None)
            yield Choice(kind_many(kind), href, asked.kinds == (kind,), count)


def notices(asked: Asked, answer: Answer) -> Iterable[str]:
    """Say what was left out and what was cut."""
    yield from asked.notices
    if answer.clipped:
        yield _("The question was too long; only its beginning was searched for.")
    if answer.total and not answer.hits:
        yield _("There is no page %(page)s: the results end before it.", page=asked.page)
    if answer.reachable < answer.total:
        yield _("Pages reach the first %(reachable)s results. Narrow down to see the others.",
                reachable=f"{answer.reachable:,}")  # fmt: skip


def beginnings(desk: Desk) -> tuple[Link, ...]:
    """Give searches to begin with: the themes that hold most."""
    figures = desk.view.index.figures()
    ours = [iri for iri in figures.themes if part_of("theme", iri) == "theme"]
    themes = sorted(ours, key=lambda iri: -figures.themes[iri])[:8]
    names = Names(desk.base, desk.language)
    return tuple(
        Link(names.text(iri), address(PATH, [("theme", token(FILTERS["theme"], iri, desk.base))]))
        for iri in themes
    )


def search_json(page: SearchPage, base: str, spoken: str = "") -> dict[str, Any]:
    """Give a page of results as plain JSON: texts whole, addresses absolute.

    `spoken` is the language that the address asked for, which its other pages keep.
    """
    at = page.pager
    return {
        "q": page.words,
        "total": page.total,
        "page": at.number,
        "pages": at.pages,
        "previous": json_address(at.previous, base, spoken),
        "next": json_address(at.next, base, spoken),
        "instead": page.instead or None,
        "dropped": list(page.dropped),
        "notices": list(page.notices),
        "hits": [
            {
                "iri": each.iri,
                "kind": each.kind,
                "code": each.code,
                "url": base + each.url,
                "title": plain(each.title),
                "language": each.lang or None,
                "abstract": plain(each.excerpt),
                "keeper": plain(each.keeper) or None,
                "modified": each.modified or None,
                "freshness": each.freshness or None,
                "openness": each.openness or None,
                "sharing": each.sharing or None,
                "formats": list(each.formats),
                "items": [plain(item) for item in each.items],
            }
            for each in page.hits
        ],
        "facets": {
            facet.key: [
                {"value": each.value, "label": each.label, "count": each.count}
                | ({"active": True} if each.active else {})
                for each in facet.options
            ]
            for facet in page.facets
        },
    }


def json_address(url: str, base: str, spoken: str) -> str | None:
    """Give the JSON twin of a page's address, None for none."""
    if not url:
        return None
    twin = base + url.replace(PATH, f"{PATH}.json", 1)
    return f"{twin}{'&' if '?' in twin else '?'}lang={spoken}" if spoken else twin
