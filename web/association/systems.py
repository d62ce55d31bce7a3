"""`/associate/systems`: which systems feed which, and what reaches the platforms of all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, render_template, request
from flask_babel import gettext as _

from graph.association.holdings import Holdings
from graph.association.systems import (
    Feed,
    Shared,
    SystemMap,
    collapsed,
    common,
    shared,
    system_map,
)
from graph.views.snapshots import View
from ontology.code_lists import code_list
from web.accounts import people
from web.association.held import held_in
from web.association.pages import (
    Connection,
    Count,
    Platform,
    Reached,
    SystemsMapPage,
    Way,
)
from web.association.views import LONGEST, blueprint, plain
from web.association.words import START
from web.catalogue.names import Names, names_of
from web.language import language
from web.lineage.views import flows_now
from web.page import Link, address
from web.site import site

PATH = f"{START}/systems"
CITY = "310000"
DRAWN = 150  # connections in one picture
NAMED = 12  # elements named beside a number


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: grouped by what, and only the connections of one body."""

    by: str = ""
    of: str = ""

    def url(self, by: str) -> str:
        """Give the address of another grouping."""
        pairs = [("by", by), ("of", self.of)]
        return address(PATH, [(name, value) for name, value in pairs if value])


@lru_cache(4)  # few: what is remembered keeps its snapshot open
def systems_in(view: View) -> SystemMap:
    """Give the systems of a view, read once for each snapshot."""
    return system_map(view.store, flows_now(view))


@blueprint.get(PATH)
def systems() -> str:
    """Show the connections, drawn and as a table, and what reaches each platform."""
    view = people.present()
    found, held = systems_in(view), held_in(view)
    by = request.args.get("by", "")
    asked = Asked(by if by in dict(ways()) else "", request.args.get("of", "")[:LONGEST])
    feeds = feeds_asked(found, asked)
    names = named(view, found, held)
    page = SystemsMapPage(
        systems=len(found.owners),
        connections=len(found.feeds),
        ways=tuple(Way(str(words), asked.url(each), each == asked.by) for each, words in ways()),
        by=asked.by,
        of=asked.of,
        bodies=bodies_of(found, names),
        rows=tuple(connection(each, names) for each in feeds),
        picture=picture(found, feeds[:DRAWN], names) if feeds else "",
        around=not asked.by,
        cut=len(feeds) > DRAWN,
        platforms=tuple(platform(found, held, each, asked, names) for each in found.platforms),
        columns=columns(held, asked, names),
        csv="/associate/systems.csv",
    )
    return render_template("association/systems.html", page=page)


@blueprint.get(f"{PATH}.csv")
def systems_csv() -> Response:
    """Give the connections as a table for a spreadsheet."""
    view = people.present()
    found = systems_in(view)
    names = named(view, found, held_in(view))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow((_("From"), _("Kept by"), _("To"), _("Kept by"), _("Stated"), _("Datasets")))
    for each in found.feeds:
        ends = [
            plain(names.text(iri).value) if iri else ""
            for end in (each.source, each.target)
            for iri in (end, found.owners.get(end, ""))
        ]
        writer.writerow((*ends, _("yes") if each.stated else _("no"), each.datasets))
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="systems.csv"'
    return answer


def ways() -> tuple[tuple[str, str], ...]:
    """Give the ways of grouping with their names."""
    return (
        ("", _("Around the platforms")),
        ("system", _("Each system")),
        ("department", _("By department")),
        ("district", _("By district")),
    )


def district(found: SystemMap, owner: str) -> str:
    """Give the district of an owner; the city's own bodies are the city's."""
    city = code_list("division").by_notation(CITY)
    return found.districts.get(owner) or (city.iri if city else "")


GROUPS: dict[str, Callable[[SystemMap, str], str]] = {
    "department": lambda found, system: found.owners.get(system, ""),
    "district": lambda found, system: district(found, found.owners.get(system, "")),
}


def feeds_asked(found: SystemMap, asked: Asked) -> tuple[Feed, ...]:
    """Give the connections that are asked for, grouped as asked."""
    feeds = found.feeds
    if asked.of:
        feeds = tuple(
            each
            for each in feeds
            if asked.of in {body(found, end) for end in (each.source, each.target)}
        )
    if not asked.by and not asked.of and found.platforms:
        feeds = tuple(each for each in feeds if {each.source, each.target} & {*found.platforms})
    if asked.by in GROUPS:
        return collapsed(feeds, lambda system: GROUPS[asked.by](found, system))
    return feeds


def body(found: SystemMap, system: str) -> str:
    """Give the owner of a system."""
    return found.owners.get(system, "")


def named(view: View, found: SystemMap, held: Holdings) -> Names:
    """Ask once for the names of all that the page names."""
    iris = [*found.owners, *found.owners.values(), *held.elements, *libraries(held)]
    return names_of(view, dict.fromkeys(filter(None, iris)), base=site().base, language=language())


def libraries(held: Holdings) -> tuple[str, ...]:
    """Give the base libraries that have elements."""
    codes = sorted({each.library for each in held.elements.values()} - {""})
    return tuple(f"{site().base}/id/library/{each}" for each in codes)


def bodies_of(found: SystemMap, names: Names) -> tuple[tuple[str, str], ...]:
    """Give the bodies to choose from: names with IRIs."""
    owners = {*found.owners.values()} - {""}
    return tuple(sorted((names.text(each).value, each) for each in owners))


def connection(each: Feed, names: Names) -> Connection:
    """Tell one connection."""
    return Connection(
        names.link(each.source), names.link(each.target), each.datasets, stated=each.stated
    )


def picture(found: SystemMap, feeds: Iterable[Feed], names: Names) -> str:
    """Give what is drawn, as JSON."""
    told = list(feeds)
    ends = dict.fromkeys(end for each in told for end in (each.source, each.target))
    nodes = [
        {
            "id": end,
            "label": names.text(end).value,
            "kind": "platform" if end in found.platforms else names.kind(end).name,
            "url": names.url(end),
            "page": names.url(end),
            "note": names.text(found.owners[end]).value if found.owners.get(end) else "",
            "centre": end in found.platforms,
        }
        for end in ends
    ]
    edges = [
        {
            "from": each.source,
            "to": each.target,
            "label": str(each.datasets or ""),
            "state": "" if each.stated else "derived",
        }
        for each in told
    ]
    text = json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)
    return text.replace("<", "\\u003c")


def platform(found: SystemMap, held: Holdings, iri: str, asked: Asked, names: Names) -> Platform:
    """Tell what reaches one platform, and what it has in common with the other two."""

    def group(owner: str) -> str:
        return district(found, owner) if asked.by == "district" else owner

    told = shared(found, held, iri, group)
    codes = [each.rpartition("/")[2] for each in libraries(held)]
    ranked = sorted(told, key=lambda each: -sum(one.items for one in told[each].values()))
    others = [each for each in found.platforms if each != iri]
    return Platform(
        name=names.link(iri),
        feeding=len(found.feeding(iri)),
        rows=tuple(
            Reached(names.link(each), tuple(count(told[each].get(code), names) for code in codes))
            for each in ranked
            if each
        ),
        total=tuple(total(told, code, names) for code in codes),
        common=tuple(
            (names.link(each), elements(common(held, found, iri, each), names)) for each in others
        ),
    )


def count(told: Shared | None, names: Names) -> Count:
    """Tell how many items are shared, and as which elements."""
    if told is None:
        return Count(0, 0, ())
    return Count(told.items, told.datasets, elements(told.elements, names))


def total(told: dict[str, dict[str, Shared]], code: str, names: Names) -> Count:
    """Tell what all bodies share with one library."""
    some = [each[code] for each in told.values() if code in each]
    iris = dict.fromkeys(iri for each in some for iri in each.elements)
    return Count(
        sum(each.items for each in some),
        sum(each.datasets for each in some),
        elements(iris, names),
    )


def columns(held: Holdings, asked: Asked, names: Names) -> tuple[tuple[str, str], ...]:
    """Give the head of a platform's table: who, then each base library."""
    first = _("District") if asked.by == "district" else _("Department")
    return ((first, "text"), *((names.text(each).value, "number") for each in libraries(held)))


def elements(iris: Iterable[str], names: Names) -> tuple[Link, ...]:
    """Name elements."""
    return tuple(names.link(each) for each in iris)
