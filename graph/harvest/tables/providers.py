"""Which body a catalogue means: names reconciled to departments and districts, aliases as data.

The city's register (`ontology/departments.ttl`) knows its bodies under their names and other names.
A name is looked for as it stands, then folded (width, brackets, the city before it, the several
ways to name a district's government). A folded name that fits two bodies fits none. A body that
nobody knows becomes a department of the source itself, under a code made from its name, and a
person is asked to look.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph.harvest.tables.mapping import NewDepartment, Provider
from graph.ledger.digest import short_digest
from graph.ledger.entries import Context, Entry
from ontology.clearance import Clearance
from ontology.terms import FOAF, GOV, ORG, OWL, RDF, SKOS, code_iri

REGISTER = Path(ontology.__file__).parent / "departments.ttl"
NAMES = (FOAF.name, SKOS.prefLabel, GOV.abbreviation, SKOS.altLabel, SKOS.hiddenLabel)
CITY = ("上海市", "上海")  # the register's city, as it stands before its bodies' names
BRACKETS = re.compile(r"[(\[【〔〈<][^)\]】〕〉>]*[)\]】〕〉>]")
DISTRICT_BODY = re.compile(
    r"(?P<place>[^市省]{1,8}?(?:新区|区|县|市|镇|街道|乡))(?:人民政府|政府)(?:办公室|办公厅)?"
)

PLACED = re.compile(r"[\u4e00-\u9fff]{2,4}[省市]|中共|中国|国家|全国|国务院")


@dataclass(frozen=True, slots=True)
class Body:
    """What a name led to: the department, its own name, and how it was found.

    `how` is "" where the name is the body's own, "provider" for another name of it, "made" where
    the body was not known.
    """

    iri: str
    name: str
    how: str


def register(base: str) -> tuple[list[Entry], dict[str, str]]:
    """Give the city's register as entries, and every name of a body with its IRI.

    A body's own name comes before its others; where two bodies share a name, the one that still
    exists has it.
    """
    about: dict[str, list[Triple]] = defaultdict(list)
    for quad in parse(path=REGISTER, format=RdfFormat.TURTLE, base_iri=f"{base}/"):
        about[_value(quad.subject)].append(quad.triple)
    bodies = [iri for iri, said in about.items() if _has(said, GOV.Department)]
    names: dict[str, str] = {}
    for iri in sorted(bodies, key=lambda each: bool(_values(about[each], OWL.deprecated))):
        for name in _names(about[iri]):
            names.setdefault(name, iri)
    return [_entry(iri, said, bodies) for iri, said in about.items()], names


def _names(said: Iterable[Triple]) -> Iterator[str]:
    """Yield the names of a body, its own first."""
    listed = list(said)
    for term in NAMES:
        yield from _values(listed, term)


def _value(term: object) -> str:
    """Give a name's or literal's text."""
    assert isinstance(term, NamedNode | Literal), "the register holds no blank nodes"
    return term.value


def _values(said: Iterable[Triple], term: NamedNode) -> list[str]:
    """Give the texts of one property."""
    return [_value(each.object) for each in said if each.predicate == term]


def _has(said: Iterable[Triple], kind: NamedNode) -> bool:
    """Say whether a thing is of a class."""
    return any(each.predicate == RDF.type and each.object == kind for each in said)


def _entry(iri: str, said: list[Triple], bodies: list[str]) -> Entry:
    """Give a body of the register as an entry (a change of bodies: as a term)."""
    code = iri.rsplit("/", 1)[-1]
    return Entry(
        kind="department" if iri in bodies else "term",
        key=iri,
        iri=iri,
        code=code,
        title=next(_names(said), code),
        subjects=(iri,),
        lines={Clearance.OPEN: tuple(f"{each} ." for each in said)},
    )


@cache
def districts_of_register() -> dict[str, str]:
    """Give the division IRI of each district body, by the body's code."""
    found: dict[str, str] = {}
    for quad in parse(path=REGISTER, format=RdfFormat.TURTLE, base_iri="http://register.invalid/"):
        if quad.predicate == GOV.district:
            found[_value(quad.subject).rsplit("/", 1)[-1]] = _value(quad.object)
    return found


def folded_name(name: str) -> str:
    """Fold what does not tell bodies apart: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def other_names(name: str, city: Iterable[str] = CITY) -> Iterator[str]:
    """Yield the folded forms under which a body may stand, the nearest to its name first."""
    whole = folded_name(name)
    for form in dict.fromkeys((whole, BRACKETS.sub("", whole))):
        bare = next((form.removeprefix(each) for each in city if form.startswith(each)), form)
        district = DISTRICT_BODY.fullmatch(bare)
        yield from (form, bare, *([f"{district['place']}政府"] if district else ()))


class Providers:
    """The bodies that one load's catalogue names."""

    def __init__(self, context: Context, provider: Provider, language: str = "zh") -> None:
        """Know the register, the mapping's aliases and the bodies it brings."""
        self.context = context
        self.provider = provider
        self.language = language
        self._own_prefix = f"{context.base}/id/department/{context.source}-"
        self._brought = {folded_name(each.name): each for each in provider.departments}
        self._aliases = {folded_name(was): now for was, now in provider.aliases.items()}
        self._register = {
            name: iri
            for name, iri in context.departments.items()
            if not iri.startswith(self._own_prefix)
        }
        self._own_names: dict[str, str] = {}
        for name, iri in self._register.items():
            self._own_names.setdefault(iri, name)
        self._folded = _folded_index(self._register)
        self._known: dict[str, Body] = {}
        self._made: list[tuple[Entry, bool]] = []
        self._districts: dict[str, str] = {}

    def body(self, name: str) -> Body:
        """Give the body that a name means; one that nobody knows is made."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def made(self) -> list[tuple[Entry, bool]]:
        """Give the entries of bodies new since this was last asked; true where nobody knew them."""
        made, self._made = self._made, []
        return made

    def district(self, iri: str) -> str:
        """Give the IRI of a district body's division, empty for another body."""
        own = self._districts.get(iri, "")
        return own or districts_of_register().get(iri.rsplit("/", 1)[-1], "")

    def _find(self, name: str) -> Body:
        """Look a name up: alias, the mapping's own bodies, the register, folded; else make it."""
        wanted = self._aliases.get(folded_name(name), name)
        if brought := self._brought.get(folded_name(wanted)):
            iri = self._bring(brought)
            return Body(iri, brought.zh, "" if name == brought.zh else "provider")
        full = self._placed(wanted)
        iri = self._register.get(full) or next(
            (self._folded[each] for each in other_names(full) if each in self._folded), ""
        )
        if iri:
            own = self._own_names[iri]
            return Body(iri, own, "" if own == name else "provider")
        return Body(self._make(full), full, "made")

    def _placed(self, name: str) -> str:
        """Write the catalogue's place before a name that has none.

        What the name already says of the place (区民政局, 普陀区民政局) is not written twice.
        """
        scope = self.provider.scope
        shares_start = scope[:2] == name[:2]
        if not scope or shares_start or PLACED.match(name):
            return name
        said = max(size for size in range(len(scope) + 1) if scope.endswith(name[:size]))
        return f"{scope}{name[said:]}"

    def _make(self, name: str) -> str:
        """Make a department of the source for a name that nobody knows."""
        code = f"{self.context.source}-{short_digest(folded_name(name))}"
        return self._add(code, {self.language: name}, (), unknown=True)

    def _bring(self, body: NewDepartment) -> str:
        """Make the department that the mapping itself describes."""
        names = {"zh": body.zh} | ({"en": body.en} if body.en else {})
        others = (body.name,) if body.name != body.zh else ()
        return self._add(body.code, names, others, unknown=False)

    def _add(
        self, code: str, names: Table[str, str], others: tuple[str, ...], *, unknown: bool
    ) -> str:
        """Keep the entry of a new department and give its IRI."""
        iri = f"{self.context.base}/id/department/{code}"
        if iri in self._districts:
            return iri
        said = [*_named(NamedNode(iri), code, names, others), *self._placement(NamedNode(iri))]
        division = self._division()
        self._districts[iri] = division.value if division else ""
        title = next(iter(names.values()))
        lines = {self.context.clearance: tuple(f"{each} ." for each in said)}
        key = f"department\x1f{code}"
        self._made.append((Entry("department", key, iri, code, title, (iri,), lines), unknown))
        return iri

    def _division(self) -> NamedNode | None:
        """Give the division of the bodies that the catalogue brings."""
        return code_iri("division", self.provider.district) if self.provider.district else None

    def _placement(self, node: NamedNode) -> Iterator[Triple]:
        """Yield what stands over a new department."""
        if division := self._division():
            yield Triple(node, GOV.district, division)
            yield Triple(node, ORG.classification, code_iri("level", "district"))
        parent = self._register.get(self.provider.parent, "")
        if parent:
            yield Triple(node, ORG.subOrganizationOf, NamedNode(parent))


def _named(
    node: NamedNode, code: str, names: Table[str, str], others: Iterable[str]
) -> Iterator[Triple]:
    """Yield what a new department is and is called."""
    for kind in (GOV.Department, ORG.FormalOrganization, FOAF.Agent):
        yield Triple(node, RDF.type, kind)
    yield Triple(node, GOV.code, Literal(code))
    for language, name in names.items():
        text = Literal(name, language=language)
        yield Triple(node, FOAF.name, text)
        yield Triple(node, SKOS.prefLabel, text)
    for name in others:
        yield Triple(node, SKOS.altLabel, Literal(name, language="zh"))


def _folded_index(names: Table[str, str]) -> dict[str, str]:
    """Index names by their folded forms; a form that fits two bodies fits none."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, iri in names.items():
        for form in other_names(name):
            found[form].add(iri)
    exact = {folded_name(name): iri for name, iri in names.items()}
    return {form: next(iter(iris)) for form, iris in found.items() if len(iris) == 1} | exact


def titles(base: str) -> dict[str, tuple[str, str]]:
    """Give the names (en, zh) of the registered departments by code, for their catalogues."""
    found = {}
    for entry in register(base)[0]:
        names = {
            literal.language: literal.value
            for quad in parse("\n".join(entry.lines[Clearance.OPEN]), RdfFormat.N_TRIPLES)
            if quad.predicate == FOAF.name and isinstance(literal := quad.object, Literal)
        }
        found[entry.code] = (names.get("en", entry.code), names.get("zh", entry.title))
    return found
