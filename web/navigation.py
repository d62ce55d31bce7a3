"""The five places of the frame. One that does not exist yet is neither shown nor linked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import lazy_gettext

from ontology.actions import Action
from ontology.permissions import Thing
from web.accounts import people
from web.accounts.holders import district_of


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its address, its name, the key that goes there after `g`."""

    path: str
    label: str
    key: str
    here: bool


CATALOGUE = "search dataset item layer department system library element theme district source"
# path, English name, key, and the first path segments that belong to the place
PLACES = (
    ("/search", lazy_gettext("Catalogue"), "c", frozenset(CATALOGUE.split())),
    ("/query", lazy_gettext("Query"), "q", frozenset({"query", "queries", "sparql", "api"})),
    ("/lineage", lazy_gettext("Relations"), "r", frozenset({"lineage", "explore", "associate"})),
    ("/governance", lazy_gettext("Governance"), "v", frozenset({"governance"})),
    ("/help", lazy_gettext("Help"), "h", frozenset({"help", "ns"})),
)

# What belongs together under Relations, as tabs of one another; with the action that one must be
# allowed for anybody in order to be led there, None where everyone is.
RELATIONS = (
    ("/lineage", lazy_gettext("Lineage"), None),
    ("/associate", lazy_gettext("Keys by department"), None),
    ("/associate/elements", lazy_gettext("Matching"), Action.MATCH_ELEMENTS),
    ("/associate/libraries", lazy_gettext("Base libraries"), None),
    ("/associate/systems", lazy_gettext("Systems"), None),
    ("/associate/duplicates", lazy_gettext("Duplicates"), None),
    ("/explore", lazy_gettext("Explorer"), None),
)


def standing(app: Flask) -> frozenset[str]:
    """Give the fixed addresses that the application answers by GET."""
    return frozenset(
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ())
    )


def exists(path: str) -> bool:
    """Say whether this application answers at an address: a fixed one, or that of a file."""
    known = current_app.extensions.get("govgraph.standing")
    if known is None:
        known = current_app.extensions["govgraph.standing"] = standing(current_app)
    return path in known or ("." in path and current_app.url_map.bind("").test(path, "GET"))


def places() -> list[Place]:
    """Give the places that exist, in order, in the language of the page."""
    first = request.path.strip("/").split("/")[0]
    return [
        Place(path, str(label), key, first in parts)
        for path, label, key, parts in PLACES
        if exists(path)
    ]


def relations() -> list[tuple[str, str, None, bool]]:
    """Give the pages of Relations that exist as tabs: name, address, no count, whether it is here."""
    within = [
        path for path, _, _ in RELATIONS if f"{request.path}/".startswith(f"{path}/")
    ]  # the page of a library is within Base libraries, not within what all addresses begin with
    here = max(within, key=len, default="")
    return [
        (str(label), path, None, path == here)
        for path, label, action in RELATIONS
        if exists(path) and (action is None or may_for_anybody(action))
    ]


def may_for_anybody(action: Action) -> bool:
    """Say whether the reader may do this for a department that they serve, or for the city."""
    holders = {each.holder for each in people.person().grants}
    return any(
        people.allowed(action, Thing("item", each, district=district_of(each))) for each in holders
    )


def register(app: Flask) -> None:
    """Let the frame ask for its places."""
    app.jinja_env.globals.update(places=places, exists=exists, relations=relations)
