"""The first page: what kinds of things there are, and how they lead to one another."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.exploring import outline
from graph.exploring.links import TYPE, Relation
from graph.exploring.outline import Leads
from graph.exploring.scene import Opening
from graph.views.snapshots import View
from ontology.terms import shortened
from web.catalogue.kinds import THING, kind_of
from web.catalogue.names import Names, names_of
from web.exploring.pages import Kind, StartPage, Statement
from web.exploring.sight import caption, text_in
from web.exploring.state import Naming, State, opened
from web.page import Link

UNCOUNTED = 50_000  # typed things that are counted where nobody has


@dataclass(frozen=True, slots=True)
class Outline:
    """The classes of a view with their counts, and how they lead to one another."""

    classes: Mapping[str, int]
    leads: tuple[Leads, ...]
    counted: bool


def start_page(
    view: View,
    counts: Mapping[str, int] | None,
    naming: Naming,
    language: str,
) -> StartPage:
    """Give the first page, before anything is searched for."""
    told = outline_of(view, counts)
    names = names_of(view, told.classes, base=naming.base, language=language)
    kinds = tuple(kind(each, number, names, naming) for each, number in told.classes.items())
    return StartPage(
        words="",
        hits=(),
        kinds=kinds,
        picture=drawing(told, names, naming) if told.leads else "",
        counted=told.counted,
        statements=tuple(statement(each, names, naming) for each in told.leads),
    )


def outline_of(view: View, counts: Mapping[str, int] | None) -> Outline:
    """Give the outline of a view: counted as the ledger moved, else on the first things."""
    held = counts or outline.counted(view.store, UNCOUNTED)
    chosen = once(outline.classes(held))
    return Outline(
        {each: held[each] for each in chosen},
        leads_in(view.path, view, tuple(chosen)),
        counts is not None or sum(held.values()) < UNCOUNTED,
    )


def once(of_classes: Iterable[str]) -> list[str]:
    """Give one class for each kind of page: the one that most things have."""
    found: dict[str, str] = {}
    for each in of_classes:
        kind = kind_of([each])
        found.setdefault(each if kind is THING else kind.name, each)
    return list(found.values())


_held: dict[tuple[Path, tuple[str, ...]], tuple[Leads, ...]] = {}


def leads_in(path: Path, view: View, chosen: tuple[str, ...]) -> tuple[Leads, ...]:
    """Give how classes lead to one another, looked at once for each snapshot."""
    if (path, chosen) not in _held:
        while len(_held) > 6:  # noqa: PLR2004 - three clearances, before and after a change
            _held.pop(next(iter(_held)))
        _held[path, chosen] = tuple(outline.leads(view.store, chosen))
    return _held[path, chosen]


def kind(of_class: str, number: int, names: Names, naming: Naming) -> Kind:
    """Put one class into words."""
    return Kind(text_in(names, of_class), shortened(of_class), number, act(of_class, naming))


def act(of_class: str, naming: Naming) -> str:
    """Give what shows the first things of a class."""
    return f"open {naming.opened(Opening(of_class, Relation(TYPE, inward=True)))}"


def begun(of_class: str, naming: Naming) -> str:
    """Give the address that shows the first things of a class."""
    _, _, what = act(of_class, naming).partition(" ")
    return opened(State(), what).url()


def statement(each: Leads, names: Names, naming: Naming) -> Statement:
    """Put into words that one class leads to another."""
    return Statement(
        source=link(each.source, names, naming),
        name=caption(each.term, names.language, inward=False),
        curie=shortened(each.term),
        target=link(each.target, names, naming),
        graphs=(),
    )


def link(of_class: str, names: Names, naming: Naming) -> Link:
    """Name a class and lead to its things."""
    return Link(text_in(names, of_class), begun(of_class, naming))


def drawing(told: Outline, names: Names, naming: Naming) -> str:
    """Give the classes as a picture."""
    pairs: dict[tuple[str, str], list[Leads]] = defaultdict(list)
    for each in told.leads:
        pairs[each.source, each.target].append(each)
    nodes = [
        {
            "id": naming.short(each),
            "label": text_in(names, each).value,
            "count": number,
            "kind": kind_of([each]).name,
            "kindName": text_in(names, each).value,
            "url": begun(each, naming),
        }
        for each, number in told.classes.items()
    ]
    edges = [
        {
            "from": naming.short(one),
            "to": naming.short(other),
            "label": " · ".join(
                dict.fromkeys(caption(each.term, names.language, inward=False) for each in found)
            ),
            "terms": [shortened(each.term) for each in found],
        }
        for (one, other), found in pairs.items()
        if one != other
    ]
    shown = {"nodes": nodes, "edges": edges, "groups": [], "folded": [], "layout": "", "by": ""}
    return json.dumps(shown, ensure_ascii=False).replace("<", "\\u003c")
