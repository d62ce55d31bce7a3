"""The code lists of `codes/*.ttl`: what a catalogue may write, and what it then means.

A word is matched by label, synonym or hidden label, folded in width, case and spaces; by notation
too, but never by a bare number: systems number the same words differently (DOMAIN §1.6, §1.7).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode

from ontology.errors import NotFound
from ontology.statements import HERE, About, by_subject, one, text, values
from ontology.terms import DCT, GOV, OWL, RDF, SKOS

CODES_FOLDER = HERE / "codes"
LAST = 1_000_000  # the place of a concept that states none


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of a list. `synonyms` are all words it is matched by beside its two labels.

    `equivalents` are foreign IRIs of the same concept (skos:exactMatch), `broader` the IRI of the
    concept above it, `media_type` that of a format ("text/csv"), `xsd_type` that of an item type,
    `replaced_by` the IRI of what took its place when it was retired.
    """

    iri: str
    notation: str
    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()
    broader: str | None = None
    position: int = LAST
    scheme: str = ""
    definition_zh: str = ""
    definition_en: str = ""
    media_type: str | None = None
    xsd_type: str | None = None
    replaced_by: str | None = None
    retired: bool = False

    @property
    def node(self) -> NamedNode:
        """Give the concept's name as a term."""
        return NamedNode(self.iri)

    def label(self, language: str) -> str:
        """Give the label in `language` ("zh", "zh-CN", "en", ...); English for all but Chinese."""
        return self.zh if language.lower().startswith("zh") else self.en

    def definition(self, language: str) -> str:
        """Give the definition in `language`, or "" where the list gives none."""
        return self.definition_zh if language.lower().startswith("zh") else self.definition_en


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list, its concepts in the order people are shown them; `path` is its file."""

    path: Path
    name: str
    iri: str
    zh: str
    en: str
    description_zh: str
    description_en: str
    concepts: tuple[Concept, ...]
    _by_word: dict[str, Concept] = field(repr=False, compare=False)
    _by_notation: dict[str, Concept] = field(repr=False, compare=False)
    _by_iri: dict[str, Concept] = field(repr=False, compare=False)

    def __iter__(self) -> Iterator[Concept]:
        """Go through the concepts in order."""
        return iter(self.concepts)

    def __len__(self) -> int:
        """Count the concepts."""
        return len(self.concepts)

    def title(self, language: str) -> str:
        """Give the list's title in `language`."""
        return self.zh if language.lower().startswith("zh") else self.en

    def description(self, language: str) -> str:
        """Say in `language` what the list is for."""
        return self.description_zh if language.lower().startswith("zh") else self.description_en

    def match(self, word: str) -> Concept | None:
        """Give the concept that a catalogue means by `word`, or None; never by a bare number."""
        plain = folded(word)
        return None if plain.isdigit() else self._by_word.get(plain)

    def by_notation(self, notation: str) -> Concept | None:
        """Give the concept of exactly that notation."""
        return self._by_notation.get(notation)

    def by_iri(self, iri: str) -> Concept | None:
        """Give the concept of that IRI, or for which that IRI is an exact match elsewhere."""
        return self._by_iri.get(iri)


def folded(word: str) -> str:
    """Fold what does not tell words apart: width, case, spaces, punctuation at either end."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(plain.split()).strip(".,;:。、·*\"'“”‘’")


@cache
def code_lists() -> dict[str, CodeList]:
    """Give every list by its name, in the order of the names."""
    lists = (_read(path) for path in CODES_FOLDER.glob("*.ttl"))
    return {each.name: each for each in sorted(lists, key=lambda each: each.name)}


def code_list(name: str) -> CodeList:
    """Give the list of that name ("theme", "frequency", "division", ...).

    Raises NotFound when there is no such list.
    """
    try:
        return code_lists()[name]
    except KeyError:
        message = f"There is no code list named “{name}”.", f"没有名为“{name}”的代码表。"
        raise NotFound(*message) from None


def concepts() -> Iterator[Concept]:
    """Go through the concepts of all lists."""
    for each in code_lists().values():
        yield from each


@cache
def _by_iri() -> dict[str, Concept]:
    return {concept.iri: concept for concept in concepts()}


def concept(iri: str) -> Concept | None:
    """Give the concept of that IRI, whatever list it stands in."""
    return _by_iri().get(iri)


def label(iri: str, language: str) -> str | None:
    """Give the label of a concept of any list in `language`, or None for another IRI."""
    found = concept(iri)
    return found.label(language) if found else None


def _read(path: Path) -> CodeList:
    subjects = by_subject([path])
    kinds = {iri: about[RDF.type] for iri, about in subjects.items() if isinstance(iri, NamedNode)}
    scheme = next(iri for iri, types in kinds.items() if SKOS.ConceptScheme in types)
    found = [
        _concept(iri, subjects[iri], scheme.value)
        for iri, types in kinds.items()
        if SKOS.Concept in types
    ]
    return _list(path, scheme.value, subjects[scheme], found)


def _list(path: Path, iri: str, about: About, found: Iterable[Concept]) -> CodeList:
    members = tuple(sorted(found, key=lambda each: each.position))
    return CodeList(
        path=path,
        name=one(about, GOV.code),
        iri=iri,
        zh=text(about, DCT.title, "zh"),
        en=text(about, DCT.title, "en"),
        description_zh=text(about, DCT.description, "zh"),
        description_en=text(about, DCT.description, "en"),
        concepts=members,
        _by_word=_words(members),
        _by_notation={each.notation: each for each in members},
        _by_iri={iri: each for each in members for iri in (*each.equivalents, each.iri)},
    )


def _words(members: Iterable[Concept]) -> dict[str, Concept]:
    """Index concepts by every folded word; a current concept wins over a retired one."""
    index: dict[str, Concept] = {}
    for each in sorted(members, key=lambda each: each.retired):
        for word in (each.zh, each.en, each.notation, *each.synonyms):
            index.setdefault(folded(word), each)
    return index


def _concept(iri: NamedNode, about: About, scheme: str) -> Concept:
    return Concept(
        iri=iri.value,
        notation=one(about, SKOS.notation),
        zh=text(about, SKOS.prefLabel, "zh"),
        en=text(about, SKOS.prefLabel, "en"),
        synonyms=values(about, SKOS.altLabel) + values(about, SKOS.hiddenLabel),
        equivalents=values(about, SKOS.exactMatch),
        broader=one(about, SKOS.broader) or None,
        position=int(one(about, GOV.position) or LAST),
        scheme=scheme,
        definition_zh=text(about, SKOS.definition, "zh"),
        definition_en=text(about, SKOS.definition, "en"),
        media_type=one(about, GOV.mediaType) or None,
        xsd_type=one(about, GOV.xsdType) or None,
        replaced_by=one(about, DCT.isReplacedBy) or None,
        retired=bool(about[OWL.deprecated]),
    )
