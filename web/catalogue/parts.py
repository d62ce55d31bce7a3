"""What the search index knows of a thing: its datasets and their counts, at a cost that is fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _

from graph.search.question import Answer, Question
from ontology.terms import DCAT, DCT, GOV
from web.catalogue.asking import PATH
from web.catalogue.filters import FILTERS, PARTS, part_of, token
from web.catalogue.hits import hits
from web.catalogue.names import Names
from web.catalogue.pages import Bar, Hits, Numbers
from web.catalogue.reading import Thing
from web.catalogue.searching import Desk
from web.page import address

BY_KIND = {
    "department": "provider",
    "theme": "theme",
    "district": "district",
    "library": "library",
    "source": "source",
}
DRAWN = ("theme", "openness", "format")
ROWS = 8  # of one drawing
DATASETS = 10  # datasets shown of a thing
ALIKE = 6  # datasets shown beside a dataset


def found_parts(thing: Thing, desk: Desk) -> tuple[int | None, tuple[Hits | Numbers, ...]]:
    """Give how many datasets a thing has, None where that is not asked, and what shows them."""
    name = BY_KIND.get(thing.kind.name)
    if name:
        return datasets_of(thing, name, desk)
    if thing.kind.name in {"dataset", "layer"}:
        return None, alike(thing, desk)
    return None, ()


def datasets_of(thing: Thing, name: str, desk: Desk) -> tuple[int, tuple[Hits | Numbers, ...]]:
    """Give the datasets of a thing that is a value of a filter, newest first."""
    facets = tuple(each for each in DRAWN if each != name)
    answer = desk.view.index.search(
        Question(
            filters={name: frozenset({thing.iri})},
            sort="modified",
            size=DATASETS,
            language=desk.language,
            facets=facets,
        )
    )
    if not answer.total:
        return 0, ()
    query = [(name, token(FILTERS[name], thing.iri, desk.base))]
    names = Names(desk.base, desk.language, thing.names.said)
    found = hits(answer.hits, base=desk.base, language=desk.language, today=desk.today)
    if name == "provider":  # the page says whose they are
        found = tuple(replace(each, keeper=(), keeper_url="") for each in found)
    shown = Hits("datasets", _("Datasets"), answer.total, found, address(PATH, query))
    return answer.total, (drawings(answer, query, names), shown)


def drawings(answer: Answer, query: list[tuple[str, str]], names: Names) -> Numbers:
    """Draw how datasets are spread over some facets."""
    made = tuple(
        (str(FILTERS[name].label), bars(name, shown, query, names))
        for name, counts in answer.facets.items()
        if len(shown := own_part(name, counts)) > 1
    )
    return Numbers("numbers", _("In numbers"), made)


def own_part(name: str, counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Give the counts of a facet's first part; all where it has but one."""
    if name not in PARTS:
        return counts
    return [pair for pair in counts if part_of(name, pair[0]) == PARTS[name][0][0]]


def bars(
    name: str, counts: list[tuple[str, int]], query: list[tuple[str, str]], names: Names
) -> tuple[Bar, ...]:
    """Give the rows of one drawing."""
    each = FILTERS[name]
    return tuple(
        Bar(names.text(iri), count, address(PATH, [*query, (name, token(each, iri, names.base))]))
        for iri, count in counts[:ROWS]
    )


def alike(thing: Thing, desk: Desk) -> tuple[Hits, ...]:
    """Give datasets beside a dataset: of the same keeper in the same theme."""
    filters = beside(thing)
    if not filters:
        return ()
    answer = desk.view.index.search(
        Question(
            filters=filters, sort="modified", size=ALIKE + 1, language=desk.language, facets=()
        )
    )
    others = [each for each in answer.hits if each.row.iri != thing.iri][:ALIKE]
    if not others:
        return ()
    query = [
        (name, token(FILTERS[name], iri, desk.base))
        for name, iris in filters.items()
        for iri in sorted(iris)
    ]
    found = hits(others, base=desk.base, language=desk.language, today=desk.today)
    title = _("More from this keeper in this theme")
    return (Hits("alike", title, answer.total - 1, found, address(PATH, query)),)


def beside(thing: Thing) -> Mapping[str, frozenset[str]]:
    """Give the filters that find what stands beside a dataset."""
    keeper = thing.one(GOV.provider) or thing.one(DCT.publisher)
    theme = thing.one(DCAT.theme)
    if not keeper or not theme:
        return {}
    return {"provider": frozenset({keeper}), "theme": frozenset({theme})}
