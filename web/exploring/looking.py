"""The thing looked at: what it is linked to, counted before anything is fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from graph.exploring import links
from graph.exploring.links import Count
from graph.exploring.scene import STEP, Opening, facts
from ontology.edges import DETAILS, reading_order
from ontology.terms import shortened
from web.exploring.pages import Looked, Part, Relation
from web.exploring.sight import Sight, text_in
from web.exploring.state import PAGES, head, key

PARTED = 6  # relations whose links are told by class
PARTS = 6  # classes that are told of a relation


def looked(found: Sight, properties: Iterable[str]) -> Looked | None:
    """Put the thing looked at into words; None where there is none."""
    if not found.state.of:
        return None
    iri = found.naming.whole(found.state.of)
    counted = links.counts(found.view.store, iri, properties)
    if not counted and iri not in found.reached:
        return None
    counted.sort(key=lambda each: (reading_order(each.relation.term), each.relation.inward))
    wide = [each.relation for each in counted if each.number > STEP][:PARTED]
    rows = [relation(found, iri, each, parted=each.relation in wide) for each in counted]
    told = facts(found.view.store, iri)
    detail = [each.relation.term in DETAILS for each in counted]
    return Looked(
        name=found.naming.short(iri),
        link=found.link(iri),
        kind=found.kind_name(iri),
        keeper=found.link(told.keeper) if told.keeper else None,
        day=told.day,
        relations=told_apart(row for row, fine in zip(rows, detail, strict=True) if not fine),
        details=told_apart(row for row, fine in zip(rows, detail, strict=True) if fine),
        here=iri in found.reached,
        pinned=found.naming.short(iri) in map(head, found.state.pin),
        note=found.notes.get(iri, ""),
    )


def relation(found: Sight, iri: str, count: Count, *, parted: bool) -> Relation:
    """Put one relation into words, with what opens it a page further."""
    told = count.relation
    seen = len(seen_over(found, iri, count))
    name = found.naming.opened(Opening(iri, told))
    pages = pages_open(found, name)
    further = pages < PAGES and seen < count.number
    step = min(STEP, max(count.number - seen, 0)) if further else 0
    return Relation(
        name=found.caption(told.term, inward=told.inward),
        curie=shortened(told.term),
        inward=told.inward,
        number=count.number,
        more=count.more,
        seen=seen,
        step=step,
        open_act=f"open {found.naming.opened(Opening(iri, told, pages + 1))}" if step else "",
        shut_act=f"shut {name}" if pages else "",
        parts=parts(found, iri, count) if parted else (),
    )


def told_apart(rows: Iterable[Relation]) -> tuple[Relation, ...]:
    """Tell rows of the same words apart: what one side says, the other may say too."""
    found: dict[str, Relation] = {}
    for row in rows:
        named = replace(row, name=f"{row.name} ({row.curie})") if row.name in found else row
        found[named.name] = named
    return tuple(found.values())


def seen_over(found: Sight, iri: str, count: Count) -> set[str]:
    """Give what is in view at the other end of a relation."""
    term, inward = count.relation.term, count.relation.inward
    return {
        each.source if inward else each.target
        for each in found.arcs
        if each.term == term and (each.target if inward else each.source) == iri
    }


def pages_open(found: Sight, name: str) -> int:
    """Give how many pages of a relation are open."""
    same = (each for each in found.state.x if key(each) == key(name))
    return next((found.naming.opening(each).pages for each in same), 0)


def parts(found: Sight, iri: str, count: Count) -> tuple[Part, ...]:
    """Tell the links of a relation by class, where they are of more than one."""
    numbers, more = links.classes(found.view.store, iri, count.relation)
    told: Counter[str] = Counter(dict(numbers.most_common(PARTS)))
    if len(told) < 2:  # noqa: PLR2004 - of one class: nothing to choose from
        return ()
    result: list[Part] = []
    for of_class, number in told.most_common():
        name = found.naming.opened(Opening(iri, count.relation, 1, of_class))
        pages = pages_open(found, name)
        next_page = found.naming.opened(Opening(iri, count.relation, pages + 1, of_class))
        act = f"open {next_page}" if pages < PAGES and pages * STEP < number else ""
        text = text_in(found.names, of_class).value
        if any(each.name == text for each in result):  # two classes of one kind of pages
            text = f"{text} ({shortened(of_class)})"
        result.append(Part(text, number, more, act))
    return tuple(result)
