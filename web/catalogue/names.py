"""What things are called, in the reader's language, and where their pages are.

All names that a page needs are asked for in one query; concepts of the code lists need none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from flask_babel import gettext as _
from pyoxigraph import Literal, NamedNode

from graph.views.snapshots import View
from ontology.code_lists import Concept, code_lists, concept
from ontology.terms import CSVW, DCT, FOAF, GOV, PROV, RDF, RDFS, SKOS, VCARD, shortened
from sparql.query import rows
from web.accounts.holders import called
from web.accounts.people import words
from web.catalogue.kinds import KINDS, THING, Kind, kind_of
from web.page import Link, Text

Term = NamedNode | Literal
Said = Mapping[str, list[Term]]  # property IRI -> values

NAMES = tuple(
    term.value
    for term in (
        DCT.title,
        FOAF.name,
        SKOS.prefLabel,
        CSVW.title,
        RDFS.label,
        VCARD.fn,
        CSVW.name,
    )
)
STEP = "#derived-"  # what a step of lineage has in its name, after the name of what was made
SCHEME = re.compile(r"^(?:https?://(?:www\.)?|mailto:|tel:)")
FOLLOWED = ("http://", "https://", "mailto:", "tel:")
OTHER = {"zh": "en", "en": "zh"}


def best(values: Iterable[Term], language: str) -> Text | None:
    """Give the value in the reader's language, else in the other, else any; None for none."""
    literals = [value for value in values if isinstance(value, Literal)]
    for wish in (language, OTHER[language], ""):
        for value in literals:
            if base_language(value) == wish:
                return Text(value.value, wish)
    return Text(literals[0].value, literals[0].language or "") if literals else None


def base_language(value: Literal) -> str:
    """Give "zh" for zh-Hans and zh-CN alike, "" for a literal without a language."""
    return (value.language or "").partition("-")[0].lower()


def name_in(said: Said, language: str) -> Text | None:
    """Give what a thing is called by its own statements, in that language if it can be."""
    named = (said.get(name, ()) for name in NAMES)
    return next((text for values in named if (text := best(values, language))), None)


def tail(iri: str) -> str:
    """Give the last part of an IRI that tells anything, for a thing without any name."""
    return unquote(iri.rstrip("/#").replace("#", "/").rpartition("/")[2]) or iri


def format_name(iri: str, language: str) -> str:
    """Give the short name of a format: the Latin head of "CSV 逗号分隔值" says enough in a list."""
    known = concept(iri)
    if known is None:
        return tail(iri)
    label = known.label(language)
    head = label.partition(" ")[0]
    return head if language == "zh" and head.isascii() else label


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the things on one page. `said` holds what the graph says of each."""

    base: str
    language: str
    said: Mapping[str, Said] = field(default_factory=dict)

    def text(self, iri: str) -> Text:
        """Give what a thing is called."""
        if known := concept(iri):
            return Text(known.label(self.language), self.language)
        told = name_in(self.said.get(iri, {}), self.language) or self.step(iri)
        return told or Text(short_name(iri, self.base))

    def step(self, iri: str) -> Text | None:
        """Give words for a step of lineage, which has no name: what it comes from, where known."""
        said = self.said.get(iri, {})
        if PROV.Derivation not in said.get(RDF.type.value, ()) and STEP not in iri:
            return None
        sources = (self.said.get(each.value, {}) for each in said.get(PROV.entity.value, ()))
        named = (name_in(source, self.language) for source in sources)
        return next(filter(None, named), None) or Text(_("A step of lineage"), self.language)

    def called(self, who: str) -> str:
        """Give the name of who changed something in the reader's language, where they have one."""
        for said in self.said.values():
            if any(
                getattr(value, "value", "") == who for name in NAMES for value in said.get(name, ())
            ):
                told = name_in(said, self.language)
                return told.value if told else who
        return words(called(who))

    def kind(self, iri: str) -> Kind:
        """Give the kind of a thing."""
        if found := local_kind(iri, self.base) or listed_kind(iri):
            return found
        types = self.said.get(iri, {}).get(RDF.type.value, [])
        return kind_of(term.value for term in types)

    def link(self, iri: str, note: str = "") -> Link:
        """Give a thing's name with the address of its page, if it has one here."""
        kind = self.kind(iri)
        return Link(self.text(iri), self.url(iri), kind.name, note)

    def url(self, iri: str) -> str:
        """Give the address of a thing's page; the IRI itself where the thing is not ours."""
        if path := local_path(iri, self.base) or listed_path(iri):
            return path
        said = self.said.get(iri, {})
        codes = said.get(GOV.code.value, [])
        kind = self.kind(iri)
        if codes and kind is not THING:
            return f"/{kind.name}/{quote(codes[0].value, safe='')}"
        if said:
            return thing_path(iri)
        return iri if iri.startswith(FOLLOWED) else ""


def short_name(iri: str, base: str) -> str:
    """Give a short form of an IRI without a name: its end if it is ours, else as people write it.

    A web address without its scheme, a mail address or telephone number by itself, prefix:name.
    """
    if iri.startswith(f"{base}/"):
        return tail(iri)
    short = shortened(iri)
    return SCHEME.sub("", iri).rstrip("/") if short == iri else short


def local_kind(iri: str, base: str) -> Kind | None:
    """Give the kind that a name of this instance states."""
    if not iri.startswith(f"{base}/id/"):
        return None
    return KINDS.get(iri.removeprefix(f"{base}/id/").partition("/")[0])


def local_path(iri: str, base: str) -> str:
    """Give the page of a name of this instance: `{base}/id/item/x` has `/item/x`; "" for others."""
    kind = local_kind(iri, base)
    if kind is None or "#" in iri:
        return ""
    return f"/{kind.name}/{iri.removeprefix(f'{base}/id/{kind.name}/')}"


def listed_kind(iri: str) -> Kind | None:
    """Give the kind of a concept in a code list that has pages of its own."""
    known = concept(iri)
    lists = code_lists()
    fitting = (
        kind
        for kind in KINDS.values()
        if known and any(name in lists and lists[name].iri == known.scheme for name in kind.lists)
    )
    return next(fitting, None)


def listed_path(iri: str) -> str:
    """Give where a concept of a code list is told of: its own page, else its list's; or ""."""
    kind, known = listed_kind(iri), concept(iri)
    if known is None:
        return ""
    if kind is not None:
        return f"/{kind.name}/{quote(listed_code(kind.lists, known), safe='')}"
    name = next((each.name for each in code_lists().values() if each.iri == known.scheme), "")
    return f"/ns/{name}#{quote(known.notation)}" if name else ""


def listed_code(lists: tuple[str, ...], known: Concept) -> str:
    """Give the code of a concept among some lists: its notation.

    Where an earlier list has the same, its own list's name stands before it
    ("national-theme.education").
    """
    first = next(
        found for name in lists if (found := code_lists()[name].by_notation(known.notation))
    )
    if first.iri == known.iri:
        return known.notation
    name = next(name for name in lists if code_lists()[name].iri == known.scheme)
    return f"{name}.{known.notation}"


def listed(lists: tuple[str, ...], code: str) -> Concept | None:
    """Give the concept that a code means among some lists: the other way round."""
    name, _dot, notation = code.partition(".")
    if name in lists and notation:
        return code_lists()[name].by_notation(notation)
    found = (code_lists()[name].by_notation(code) for name in lists)
    return next((each for each in found if each), None)


def thing_path(iri: str) -> str:
    """Give the address of the plain page of anything that the graph tells of."""
    return f"/thing?iri={quote(iri, safe=':/')}"


def names_of(view: View, iris: Iterable[str], *, base: str, language: str) -> Names:
    """Ask for the names of all these things at once: one query, none where all are concepts."""
    asked = sorted({iri for iri in iris if concept(iri) is None and ":" in iri})
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    if asked:
        for row in rows(view, "things/labels", thing=[NamedNode(iri) for iri in asked]):
            if isinstance(value := row["value"], NamedNode | Literal):
                said[row.text("thing") or ""][row.text("property") or ""].append(value)
    return Names(base, language, said)
