"""What the script draws, as JSON: things, their groups, and one line for all links of a pair."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from flask_babel import gettext as _

from graph.exploring.scene import Arc
from ontology.terms import shortened
from web.exploring.presenting import degrees, on_ways
from web.exploring.sight import Sight
from web.exploring.state import BETWEEN

NOBODY = "-"


def picture(found: Sight) -> str:
    """Give what is drawn; safe to stand in a page."""
    groups = {iri: group(found, iri) for iri in found.reached}
    told = {
        "nodes": [node(found, iri, groups[iri]) for iri in found.reached],
        "edges": edges(found),
        "groups": [
            {"id": each, "label": group_name(found, each), "count": number}
            for each, number in Counter(filter(None, groups.values())).items()
        ],
        "folded": [each for each in found.state.fold if each in groups.values()],
        "layout": found.state.layout,
        "by": found.state.by,
    }
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")


def node(found: Sight, iri: str, grouped: str) -> dict[str, Any]:
    """Give one thing of the picture."""
    kind = found.kind(iri)
    told: dict[str, Any] = {
        "id": found.naming.short(iri),
        "label": found.text(iri).value,
        "kind": kind.name,
        "kindName": found.kind_name(iri),
    }
    if grouped:
        told["group"] = grouped
    if found.naming.whole(found.state.of or "-") == iri:
        told["of"] = True
    if iri in found.notes:
        told["note"] = found.notes[iri]
    return told | place(found, iri)


def place(found: Sight, iri: str) -> dict[str, Any]:
    """Give whether a thing is pinned, and where."""
    for each in found.state.pin:
        name, *at = each.split(BETWEEN)
        if found.naming.whole(name) == iri:
            spot = [int(part) for part in at if part.removeprefix("-").isdigit()]
            return {"pin": spot if len(spot) == 2 else True}  # noqa: PLR2004 - across and down
    return {}


def edges(found: Sight) -> list[dict[str, Any]]:
    """Give the lines: all links between two things in one direction are one."""
    way = on_ways(found.ways)
    pairs: dict[tuple[str, str], list[Arc]] = defaultdict(list)
    for each in found.arcs:
        pairs[each.source, each.target].append(each)
    return [line(found, arcs, way=pair in way) for pair, arcs in pairs.items()]


def line(found: Sight, arcs: list[Arc], *, way: bool) -> dict[str, Any]:
    """Give one line of the picture."""
    naming, first = found.naming, arcs[0]
    told: dict[str, Any] = {
        "from": naming.short(first.source),
        "to": naming.short(first.target),
        "label": " · ".join(dict.fromkeys(found.caption(each.term) for each in arcs)),
        "terms": [shortened(each.term) for each in arcs],
    }
    return told | {"way": True} if way else told


def group(found: Sight, iri: str) -> str:
    """Give the group of a thing, as the state groups: a name in addresses, or a kind; "" for none."""
    told = found.facts[iri]
    if found.state.by == "type":
        return found.kind(iri).name
    owner = {"department": told.keeper, "system": told.system}.get(found.state.by)
    if owner is None:
        return ""
    if not owner and found.kind(iri).name == found.state.by:
        owner = iri
    return found.naming.short(owner) if owner else NOBODY


def group_name(found: Sight, name: str) -> str:
    """Give what a group is called."""
    if name == NOBODY:
        return str(_("Not stated"))
    if found.state.by == "type":
        members = (iri for iri in found.reached if found.kind(iri).name == name)
        return next((str(found.kind(iri).many) for iri in members), name)
    return found.text(found.naming.whole(name)).value


def linked(found: Sight) -> Counter[str]:
    """Count the links of each thing."""
    return degrees(found.arcs)
