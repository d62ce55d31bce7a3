"""What a field is chosen from, and how a value is shown: words of the code lists, never codes alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.cataloguing.typed import reading
from graph.harvest.tables.values import LIBRARIES
from ontology.code_lists import Concept, code_list, concept
from web.cataloguing.asks import Ask
from web.language import language
from web.site import site

LISTS = {"division": "division", "library": "library-kind"}
# Reference systems that layers of the city use; another is given by its address.
REFERENCE_SYSTEMS = (
    ("http://www.opengis.net/def/crs/EPSG/0/4490", "CGCS2000 (EPSG:4490)"),
    ("http://www.opengis.net/def/crs/EPSG/0/4549", "CGCS2000 / 3-degree Gauss-Kruger CM 120E"),
    ("http://www.opengis.net/def/crs/EPSG/0/4326", "WGS 84 (EPSG:4326)"),
    ("http://www.opengis.net/def/crs/EPSG/0/3857", "WGS 84 / Pseudo-Mercator"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its value, its words, and what it means where the list says so."""

    value: str
    words: str
    note: str = ""


def choices_of(ask: Ask, held: Iterable[str] = ()) -> tuple[Choice, ...]:
    """Give what a field can be; what it holds already stays in, whatever list that is from."""
    found = {each.value: each for each in listed(ask)}
    for value in held:
        found.setdefault(value, Choice(value, shown(ask.name, value)))
    return tuple(found.values())


def listed(ask: Ask) -> tuple[Choice, ...]:
    """Give what the list of a field holds, retired concepts left out."""
    if ask.name == "dct:conformsTo":
        return tuple(Choice(value, name) for value, name in REFERENCE_SYSTEMS)
    how = reading(ask.name)
    name = how.code_list or LISTS.get(how.reads, "")
    if not name:
        return ()
    found = [each for each in code_list(name) if not each.retired]
    if how.reads == "library":
        found = [each for each in found if each.notation in LIBRARIES]
    return tuple(_choice(each, how.reads) for each in found)


def _choice(each: Concept, reads: str) -> Choice:
    value = f"{site().base}/id/library/{each.notation}" if reads == "library" else each.iri
    return Choice(value, each.label(language()), each.definition(language()))


def shown(name: str, value: str) -> str:
    """Say a value in words: a concept by its label, another thing of ours by its code."""
    if name == "@internal":
        return "是" if language() == "zh" else "yes"
    known = concept(value)
    if known is not None:
        return known.label(language()) or known.notation
    if reading(name).reads == "library":
        found = code_list("library-kind").by_notation(value.rpartition("/")[2])
        return found.label(language()) if found else value
    base = f"{site().base}/id/"
    return value.removeprefix(base).partition("/")[2] if value.startswith(base) else value
