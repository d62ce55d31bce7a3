"""Suggestions while one types: what the words may mean, in groups by kind, the hits marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from graph.search import highlight
from graph.search.question import Suggestion
from graph.search.words import Word, words
from web.catalogue.asking import kind_many
from web.catalogue.names import local_path
from web.catalogue.searching import Desk

MOST = 8
LONGEST = 64  # characters that are read
Group = dict[str, Any]


def suggested(text: str, desk: Desk) -> list[Group]:
    """Give suggestions in groups by kind, in the order in which the kinds first come."""
    found = desk.view.index.suggest(text, MOST, desk.language)
    typed = words(text[:LONGEST])
    groups: dict[str, Group] = {}
    for each in found:
        named: Group = {"kind": each.kind, "label": kind_many(each.kind), "items": []}
        groups.setdefault(each.kind, named)["items"].append(item(each, typed, desk))
    return list(groups.values())


def item(each: Suggestion, typed: Iterable[Word], desk: Desk) -> dict[str, Any]:
    """Give one suggestion as the search field takes it."""
    return {
        "href": local_path(each.iri, desk.base) or f"/{each.kind}/{quote(each.code, safe='')}",
        "runs": [list(run) for run in highlight.runs(each.title, typed)],
        "lang": "zh-Hans"
        if any("\u4e00" <= character <= "\u9fff" for character in each.title)
        else "",
        "note": each.hint,
    }
