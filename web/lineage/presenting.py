"""A part of lineage put into words: rows of a tree, what the picture draws, what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask_babel import gettext as _

from graph.lineage.flows import Flows
from graph.lineage.part import Part, Seen
from graph.lineage.walking import difference, pairs, reach, ways
from graph.views.snapshots import View
from ontology.code_lists import concept
from web.catalogue.names import Names, names_of
from web.lineage.asking import PATH, Asked, short
from web.lineage.details import NOBODY, Told, Whose, told, whose
from web.lineage.pages import Changed, Choice, Fact, Hidden, LineagePage, Row, Side
from web.page import Link, address

MOST_WAYS = 5
LONGEST_WAY = 12
KINDS = ("dataset", "layer", "item", "system", "service", "reuse")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is known of what is in view."""

    asked: Asked
    view: View
    base: str
    names: Names
    whose: Mapping[str, Whose]
    steps: Mapping[Pair, list[Told]]
    states: Mapping[str, str]

    def link(self, iri: str) -> Link:
        """Name a thing; an item with its dataset."""
        own = self.names.link(iri)
        within = self.whose.get(iri, NOBODY).whole if own.kind == "item" else ""
        return Link(own.text, own.url, own.kind, self.names.text(within).value if within else "")

    def keeper(self, iri: str) -> Link | None:
        """Name who keeps a thing."""
        found = self.whose.get(iri, NOBODY).keeper
        return self.names.link(found) if found else None


def sight(asked: Asked, view: View, part: Part, base: str, language: str, **more: object) -> Sight:
    """Ask for everything that the page says of the things in view: three queries in all."""
    iris = [each.iri for each in part.seen]
    extra = [each for each in more.get("also", ()) if isinstance(each, str)]  # type: ignore[attr-defined]
    owners = whose(view, [*iris, *extra])
    day = asked.at.isoformat() if asked.at else None
    steps = told(view, iris, day)
    named = {
        each for found in owners.values() for each in (found.keeper, found.whole, found.system)
    }
    stated = [each for found in steps.values() for each in found]
    jobs = {each for one in stated for each in (one.edge.job, one.graph)}
    names = names_of(
        view, [*iris, *extra, *filter(None, named | jobs)], base=base, language=language
    )
    states = more.get("states", {})
    assert isinstance(states, dict)
    return Sight(asked, view, base, names, owners, steps, states)


def side(found: Sight, part: Part, *, downstream: bool) -> Side:
    """Give one side of the page."""
    asked = found.asked
    seen = [each for each in part.seen if (each.level > 0) == downstream and each.level]
    name, levels = ("down", asked.down) if downstream else ("up", asked.up)
    total = part.downstream if downstream else part.upstream
    deepest = max((abs(each.level) for each in seen), default=0)
    return Side(
        id="downstream" if downstream else "upstream",
        title=_("Goes to") if downstream else _("Comes from"),
        rows=tuple(row(found, each, downstream=downstream) for each in seen),
        total=total,
        levels=levels,
        fewer_url=asked.url(**{name: levels - 1}) if levels else "",
        more_url=asked.url(**{name: levels + 1}) if len(seen) < total and deepest >= levels else "",
        all_url=asked.url(**{name: 20}) if len(seen) < total and levels < 20 else "",  # noqa: PLR2004
        none=_("Nothing is recorded that is made of this.")
        if downstream
        else _("Nothing is recorded that this is made of."),
        first=first(part, downstream=downstream),
        first_url=asked.url(opened=(*asked.opened, f"{asked.kind}/{asked.code}")),
    )


def first(part: Part, *, downstream: bool) -> int:
    """Count the neighbours of the centre itself that are not in view."""
    here = next(each for each in part.seen if not each.level)
    return here.more if downstream else here.more_before


def row(found: Sight, each: Seen, *, downstream: bool) -> Row:
    """Put one thing into words."""
    asked, name = found.asked, short(each.iri, found.base)
    ends = (each.parent, each.iri) if downstream else (each.iri, each.parent)
    link = found.link(each.iri)
    levels = {
        "down" if downstream else "up": max(abs(each.level) + 1, levels_of(asked, downstream))
    }
    kind = found.names.kind(each.iri)
    return Row(
        depth=abs(each.level),
        link=link,
        kind=str(kind.one),
        keeper=found.keeper(each.iri),
        facts=tuple(fact(found, one) for one in found.steps.get(ends, ())),
        how=how(found, ends),
        more=each.more,
        hub=each.hub,
        open_url=asked.url(opened=(*asked.opened, name), **levels) if each.more else "",
        hide_url=asked.url(hidden=(*asked.hidden, name)),
        here_url=begin(each.iri, found.base),
        focus_url=asked.url(to=name) if downstream else "",
        state=found.states.get(f"{ends[0]} {ends[1]}", ""),
    )


def levels_of(asked: Asked, downstream: bool) -> int:  # noqa: FBT001 - one side or the other
    """Give the levels of a side."""
    return asked.down if downstream else asked.up


def begin(iri: str, base: str) -> str:
    """Give the address of a thing's own lineage, "" where it has none."""
    kind, _stroke, code = short(iri, base).partition("/")
    return f"{PATH}/{kind}/{code}" if kind in KINDS and code else ""


def how(found: Sight, ends: Pair) -> str:
    """Say by what a step was stated, where no derivation tells."""
    if found.steps.get(ends):
        return ""
    kinds = {found.names.kind(end).name for end in ends}
    if "system" in kinds:
        return str(_("feeds") if kinds == {"system"} else _("kept in this system"))
    return str(_("layer of") if "layer" in kinds else _("stated without detail"))


def fact(found: Sight, one: Told) -> Fact:
    """Put what a step does into words."""
    known = (concept(each) for each in one.edge.transformations)
    names = found.names
    return Fact(
        kinds=tuple(each.label(names.language) for each in known if each),
        masking=one.edge.masking,
        note=one.edge.note,
        job=names.link(one.edge.job) if one.edge.job else None,
        source=names.link(one.graph) if one.graph else None,
        since=one.edge.held_from[:10],
        until=one.edge.held_to[:10],
        author=one.edge.author,
    )


def picture(found: Sight, part: Part) -> str:
    """Give what is drawn, as JSON: things and steps, or groups of them."""
    group = grouping(found, part)
    counts = Counter(group[each.iri] for each in part.seen)
    nodes = [node(found, part, iri, counts[iri]) for iri in counts]
    joined = Counter(
        (group[one], group[other]) for one, other in part.steps if group[one] != group[other]
    )
    edges = [
        {"from": one, "to": other, "label": label(found, one, other, count),
         "state": found.states.get(f"{one} {other}", "")}
        for (one, other), count in joined.items()
    ]  # fmt: skip
    text = json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)
    return text.replace("<", "\\u003c")


def grouping(found: Sight, part: Part) -> dict[str, str]:
    """Give what each thing stands for in the picture: itself, its department or its system."""
    asked = found.asked
    result = {}
    for each in part.seen:
        owner = found.whose.get(each.iri, NOBODY)
        group = {"department": owner.keeper, "system": owner.system}.get(asked.by, "")
        result[each.iri] = group if group and each.iri != part.centre else each.iri
    return result


def node(found: Sight, part: Part, iri: str, count: int) -> dict[str, object]:
    """Give one thing of the picture."""
    link = found.link(iri)
    name = link.text.value
    return {
        "id": iri,
        "label": f"{name} ({count})" if count > 1 else name,
        "kind": link.kind,
        "url": begin(iri, found.base),
        "page": link.url,
        "centre": iri == part.centre,
        "note": link.note,
    }


def label(found: Sight, one: str, other: str, count: int) -> str:
    """Say what stands at a step of the picture."""
    if count > 1:
        return str(count)
    kinds = [
        each for told_of in found.steps.get((one, other), ()) for each in fact(found, told_of).kinds
    ]
    masked = any(each.edge.masking for each in found.steps.get((one, other), ()))
    return " · ".join(dict.fromkeys([*kinds, *([_("masked")] if masked else [])]))


def page(
    found: Sight, part: Part, flows: Flows, changed: Iterable[Changed], tell: str
) -> LineagePage:
    """Put the page together."""
    asked, iri = found.asked, part.centre
    today = asked.at.isoformat() if asked.at else ""
    return LineagePage(
        title=found.link(iri),
        kind=str(found.names.kind(iri).one),
        sides=(side(found, part, downstream=False), side(found, part, downstream=True)),
        picture=picture(found, part) if len(part.seen) > 1 else "",
        groups=choices(asked),
        grain=grain(found, part),
        hidden=tuple(
            Hidden(
                found.names.text(f"{found.base}/id/{each}").value,
                asked.url(hidden=tuple(other for other in asked.hidden if other != each)),
            )
            for each in asked.hidden
        ),
        ways=focus(found, flows, iri),
        to=found.link(target)
        if (target := target_of(asked, found.base)) and flows.number(target) is not None
        else None,
        whole_url=asked.url(to=""),
        changed=tuple(changed),
        at=today,
        since=asked.since.isoformat() if asked.since else "",
        today=today,
        kept=tuple(pair for pair in asked.pairs() if pair[0] not in {"at", "since"}),
        cut=part.cut,
        place=(asked.kind, quote(asked.code, safe=".")),
        question=address("", asked.pairs()),
        impact_url=f"/lineage/impact/{asked.kind}/{asked.code}",
        tell_url=tell,
        path=asked.path,
    )


def target_of(asked: Asked, base: str) -> str:
    """Give the IRI of the thing to which the way is asked."""
    if not asked.to:
        return ""
    return asked.to if "://" in asked.to else f"{base}/id/{asked.to}"


def focus(found: Sight, flows: Flows, iri: str) -> tuple[tuple[Link, ...], ...]:
    """Give the ways to the thing that is asked for, either way round."""
    one, other = flows.number(iri), flows.number(target_of(found.asked, found.base))
    if one is None or other is None:
        return ()
    found_ways = ways(flows, one, other, most=MOST_WAYS, longest=LONGEST_WAY) or ways(
        flows, other, one, most=MOST_WAYS, longest=LONGEST_WAY
    )
    steps = {flows.iris[number] for way in found_ways for number in way}
    names = names_of(found.view, steps, base=found.base, language=found.names.language)
    return tuple(tuple(names.link(flows.iris[number]) for number in way) for way in found_ways)


def choices(asked: Asked) -> tuple[Choice, ...]:
    """Give the ways of grouping."""
    names = (
        ("", _("Each by itself")),
        ("department", _("By department")),
        ("system", _("By system")),
    )
    return tuple(Choice(name, asked.url(by=by), asked.by == by) for by, name in names)


def grain(found: Sight, part: Part) -> tuple[Choice, ...]:
    """Give the items of a dataset, from which the same can be asked; of an item, its dataset."""
    owner = found.whose.get(part.centre, NOBODY).whole
    if found.asked.kind == "item" and owner:
        return (Choice(_("The whole dataset"), begin(owner, found.base), here=False),)
    return ()


def compared(was: Flows, now: Flows, iri: str) -> tuple[list[Pair], list[Pair]]:
    """Give the steps about a thing that came and went between two days, however far."""
    return difference(about(was, iri), about(now, iri))


def about(flows: Flows, iri: str) -> list[Pair]:
    """Give all steps up and down from a thing."""
    number = flows.number(iri)
    if number is None:
        return []
    numbers = {
        each
        for downstream in (False, True)
        for level in reach(flows, [number], downstream=downstream).levels
        for each in level
    }
    return pairs(flows, numbers)
