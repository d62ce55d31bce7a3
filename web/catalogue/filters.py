"""The filters of the search: what they are called, and how a value stands in an address.

A value in an address is short and stable: the notation of a concept, the code of a thing of ours,
else the whole IRI. Nothing is matched by a guess: a value that is none is told to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from ontology.code_lists import Concept, code_lists, concept


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
COUNTED = ("provider", "theme", "openness", "sharing", "format", "frequency", "district",
           "library", "items")  # fmt: skip


def token(each: Filter, iri: str, base: str) -> str:
    """Give how a value stands in an address."""
    known = concept(iri)
    if known and each.lists:
        return listed_token(each, known)
    local = f"{base}/id/{each.kind}/"
    return iri.removeprefix(local) if each.kind and iri.startswith(local) else iri


def listed_token(each: Filter, known: Concept) -> str:
    """Give the notation of a concept, with its list where an earlier list has the same."""
    if value(each, known.notation, "") == known.iri:
        return known.notation
    lists = code_lists()
    name = next((name for name in each.lists if lists[name].iri == known.scheme), "")
    return f"{name}.{known.notation}" if name else known.iri


def value(each: Filter, given: str, base: str) -> str | None:
    """Give the value that a token stands for, None where it stands for nothing."""
    if each.words:
        return given if given in dict(each.words) else None
    if "://" in given or given.startswith("urn:"):
        return given
    if each.kind:
        return f"{base}/id/{each.kind}/{given}"
    found = listed_value(each, given)
    return found.iri if found else None


def listed_value(each: Filter, given: str) -> Concept | None:
    """Give the concept of a notation, or of a list and a notation ("national-theme.education")."""
    lists = {name: code_lists()[name] for name in each.lists if name in code_lists()}
    name, _dot, notation = given.partition(".")
    if name in lists and notation:
        return lists[name].by_notation(notation)
    found = (each.by_notation(given) for each in lists.values())
    return next((known for known in found if known), None)
