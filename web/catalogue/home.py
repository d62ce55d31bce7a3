"""The front page: what can be asked, what there is, what changed. Its cost does not grow.

All numbers are the index's own counts, all drawings are made of them or of a query that is cut;
the page of one snapshot is made once a day and language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby

from flask_babel import gettext as _

from graph.past.history import Happened
from graph.search.question import Question as Asking
from ontology.code_lists import concept
from sparql.query import rows
from web.catalogue.asking import PATH, kind_many
from web.catalogue.filters import FILTERS, part_of, token
from web.catalogue.history import Past
from web.catalogue.names import Names, names_of
from web.catalogue.pages import Bar, Figure, HomePage, Question
from web.catalogue.picture import SHOWN, picture
from web.catalogue.searching import Desk
from web.catalogue.story import happening
from web.page import Link, Text, address

LONGEST_BARS = 6
DEPARTMENTS = 24
CHANGES = 6
COUNTED = ("dataset", "layer", "department", "system", "library", "element", "service")
USCC = "统一社会信用代码"


@lru_cache(4)  # few: what is remembered keeps its snapshot open
def home_page(desk: Desk, past: Past) -> HomePage:
    """Make the front page of a snapshot."""
    figures = desk.view.index.figures()
    changes = lately(past.recent(desk.view.clearance, 3 * CHANGES))
    names = named(desk, (entry.iri for change in changes for entry in change.examples))
    return HomePage(
        title=_("Catalogue of government data"),
        question=_("What do you want to know about the city?"),
        examples=tuple(examples()),
        figures=tuple(counts(figures.kinds)),
        themes=bars(ours(figures.themes), "theme", names),
        departments=bars(figures.providers, "provider", names)[:DEPARTMENTS],
        more_departments=max(0, len(figures.providers) - DEPARTMENTS),
        districts=bars(places(desk), "district", names),
        recent=tuple(happening(each, names) for each in changes),
        questions=tuple(questions(desk, names))[:4],
        empty=not figures.kinds,
    )


def lately(changes: Iterable[Happened]) -> list[Happened]:
    """Give the latest changes; of several in a row by one hand for one reason the last alone."""
    rows = groupby(changes, lambda each: (each.actor, each.reason))
    return [next(same) for _why, same in rows][:CHANGES]


def named(desk: Desk, changed: Iterable[str]) -> Names:
    """Ask once for the names of all keepers, and of the changed entries, that the page may show."""
    figures = desk.view.index.figures()
    shown = sorted(figures.providers, key=lambda iri: -figures.providers[iri])[: 2 * DEPARTMENTS]
    answers = (iri for facets in (opened(desk), keyed(desk)) for iri in facets)
    ends = (iri for pair in flows(desk) for iri in pair)
    asked = (*shown, *answers, *ends, *changed)
    return names_of(desk.view, asked, base=desk.base, language=desk.language)


def examples() -> Iterable[Link]:
    """Give searches to begin with."""
    for words in (_("bus stops"), _("air quality"), _("business licence"), _("population")):
        yield Link(Text(words), address(PATH, [("q", words)]))


def counts(kinds: dict[str, int]) -> Iterable[Figure]:
    """Give what there is, kind by kind."""
    for kind in COUNTED:
        if kinds.get(kind):
            yield Figure(kind_many(kind), kinds[kind], address(PATH, [("kind", kind)]))


def bars(found: dict[str, int], name: str, names: Names) -> tuple[Bar, ...]:
    """Turn counts into rows of a drawing, the longest first, each leading to its search."""
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    each = FILTERS[name]
    return tuple(
        Bar(
            label=names.text(iri),
            count=count,
            url=address(PATH, [(name, token(each, iri, names.base))]),
        )
        for iri, count in ordered
    )


def ours(themes: dict[str, int]) -> dict[str, int]:
    """Leave out the themes of other lists: the city's own fields come first."""
    own = {iri: count for iri, count in themes.items() if part_of("theme", iri) == "theme"}
    known = {iri: count for iri, count in own.items() if concept(iri)}
    return known or themes


def counted(desk: Desk, facet: str, text: str = "", **filters: str) -> dict[str, int]:
    """Count datasets by one facet."""
    chosen = {name: frozenset({iri}) for name, iri in filters.items()}
    asking = Asking(text=text, filters=chosen, size=1, facets=(facet,), language=desk.language)
    return dict(desk.view.index.search(asking).facets[facet][:LONGEST_BARS])


def places(desk: Desk) -> dict[str, int]:
    """Count datasets by district."""
    asking = Asking(size=1, facets=("district",), language=desk.language)
    return dict(desk.view.index.search(asking).facets["district"])


def questions(desk: Desk, names: Names) -> Iterable[Question]:
    """Give real questions whose answers are there, each drawn."""
    asked: tuple[Callable[[Desk, Names], Question | None], ...] = (
        who_opens,
        what_joins,
        what_flows,
        what_forms,
    )
    return (made for each in asked if (made := each(desk, names)) is not None)


UNCONDITIONAL = "https://w3id.org/govgraph/openness/unconditional"


def opened(desk: Desk) -> dict[str, int]:
    """Count unconditionally open datasets by keeper."""
    return counted(desk, "provider", openness=UNCONDITIONAL)


def keyed(desk: Desk) -> dict[str, int]:
    """Count datasets that hold the credit code, by keeper."""
    return counted(desk, "provider", text=USCC)


def flows(desk: Desk) -> list[tuple[str, str]]:
    """Give which system feeds which."""
    found = rows(desk.view, "home/flows")
    return [(row.text("from") or "", row.text("to") or "") for row in found]


def who_opens(desk: Desk, names: Names) -> Question | None:
    """Ask which departments open most."""
    url = address(PATH, [("openness", "unconditional")])
    return drawn(
        _("Which departments open the most data to everyone?"),
        narrowed(bars(opened(desk), "provider", names), [("openness", "unconditional")]),
        url,
        _("All that is open unconditionally"),
    )


def what_joins(desk: Desk, names: Names) -> Question | None:
    """Ask whose data can be joined by the credit code."""
    return drawn(
        _("Whose data on organisations can be joined by the unified social credit code?"),
        narrowed(bars(keyed(desk), "provider", names), [("q", USCC)]),
        address(PATH, [("q", USCC)]),
        _("All datasets that hold the code"),
    )


def what_forms(desk: Desk, names: Names) -> Question | None:
    """Ask in which formats data can be had."""
    return drawn(
        _("In which formats can data be had?"),
        bars(counted(desk, "format"), "format", names),
        PATH,
        _("All datasets"),
    )


def what_flows(desk: Desk, names: Names) -> Question | None:
    """Ask which systems feed the one that most systems feed."""
    pairs = flows(desk)
    if not pairs:
        return None
    middle = Counter(iri for pair in pairs for iri in pair).most_common(1)[0][0]
    upstream = [names.link(start) for start, end in pairs if end == middle]
    downstream = [names.link(end) for start, end in pairs if start == middle]
    here = names.link(middle)
    return Question(
        text=_("What flows into and out of %(system)s?", system=here.text.value),
        bars=(),
        picture=picture(here, upstream, downstream),
        url=here.url,
        link=_("Open %(system)s", system=here.text.value),
        upstream=tuple(upstream[:SHOWN]),
        downstream=tuple(downstream[:SHOWN]),
    )


def drawn(text: str, made: tuple[Bar, ...], url: str, link: str) -> Question | None:
    """Give a question with its answer as bars; None where there is no answer here."""
    return Question(text, made, None, url, link) if len(made) > 1 else None


def narrowed(made: tuple[Bar, ...], query: list[tuple[str, str]]) -> tuple[Bar, ...]:
    """Give bars whose addresses keep the question's own filters."""
    return tuple(
        Bar(bar.label, bar.count, f"{address(PATH, query)}&{bar.url.partition('?')[2]}")
        for bar in made
    )
