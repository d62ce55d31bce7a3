"""The five places of the frame. One that does not exist yet is neither shown nor linked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import lazy_gettext


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

# What belongs together under Relations, as tabs of one another.
RELATIONS = (
    ("/lineage", lazy_gettext("Lineage")),
    ("/associate", lazy_gettext("Keys by department")),
    ("/associate/systems", lazy_gettext("Systems")),
    ("/associate/duplicates", lazy_gettext("Duplicates")),
    ("/explore", lazy_gettext("Explorer")),
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
    return [
        (str(label), path, None, request.path == path) for path, label in RELATIONS if exists(path)
    ]


def register(app: Flask) -> None:
    """Let the frame ask for its places."""
    app.jinja_env.globals.update(places=places, exists=exists, relations=relations)
