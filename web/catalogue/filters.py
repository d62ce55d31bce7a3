"""The filters of the search: what they are called, and how a value stands in an address.

A value in an address is short and stable: the notation of a concept, the code of a thing of ours,
else the whole IRI. Nothing is matched by a guess: a value that is none is told to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from ontology.code_lists import code_lists, concept
from web.catalogue.names import listed, listed_code


@dataclass(frozen=True, slots=True)
class Filter:
    """One way of narrowing: its name in addresses (the index has the same), and for people.

    `lists` are the code lists its values come from; `kind` the kind of thing of ours that they
    are; `words` fixed words with their names.
    """

    name: str
    label: LazyString
    lists: tuple[str, ...] = ()
    kind: str = ""
    words: tuple[tuple[str, LazyString], ...] = ()
    shown: int = 6


FILTERS: dict[str, Filter] = {
    each.name: each
    for each in (
        Filter("provider", lazy_gettext("Keeper"), kind="department", shown=8),
        Filter(
            "theme",
            lazy_gettext("Theme"),
            lists=("theme", "national-theme", "data-theme"),
            shown=8,
        ),
        Filter("openness", lazy_gettext("Openness"), lists=("openness", "openness-2016")),
        Filter("sharing", lazy_gettext("Sharing"), lists=("sharing", "sharing-2016")),
        Filter("format", lazy_gettext("Format"), lists=("format",)),
        Filter("frequency", lazy_gettext("Update frequency"), lists=("frequency",)),
        Filter("district", lazy_gettext("District"), lists=("division",)),
        Filter("library", lazy_gettext("Base library"), kind="library"),
        Filter(
            "items",
            lazy_gettext("Data items"),
            words=(
                ("with", lazy_gettext("Described item by item")),
                ("without", lazy_gettext("Not described")),
            ),
        ),
        Filter("source", lazy_gettext("Source"), kind="source"),
    )
}
# How a facet of the index is shown: by itself, or in parts that are lists of their own.
PARTS: dict[str, tuple[tuple[str, LazyString], ...]] = {
    "theme": (
        ("theme", lazy_gettext("Theme")),
        ("national-theme", lazy_gettext("National theme")),
        ("data-theme", lazy_gettext("EU theme")),
    ),
}
COUNTED = ("provider", "theme", "openness", "sharing", "format", "frequency", "district",
           "library", "items")  # fmt: skip


def token(each: Filter, iri: str, base: str) -> str:
    """Give how a value stands in an address."""
    known = concept(iri)
    if known and known.scheme in {code_lists()[name].iri for name in each.lists}:
        return listed_code(each.lists, known)
    local = f"{base}/id/{each.kind}/"
    return iri.removeprefix(local) if each.kind and iri.startswith(local) else iri


def value(each: Filter, given: str, base: str) -> str | None:
    """Give the value that a token stands for, None where it stands for nothing."""
    if each.words:
        return given if given in dict(each.words) else None
    if "://" in given or given.startswith("urn:"):
        return given
    if each.kind:
        return f"{base}/id/{each.kind}/{given}"
    found = listed(each.lists, given)
    return found.iri if found else None


def part_of(name: str, iri: str) -> str:
    """Give which part of a facet a value is shown in: its list's name; the first for others."""
    lists = [part for part, _label in PARTS.get(name, ())]
    known = concept(iri)
    named = {code_lists()[each].iri: each for each in lists if each in code_lists()}
    return named.get(known.scheme if known else "", lists[0] if lists else name)
