"""What was said, as an entry's statements: datasets, items, distributions, contacts by clearance.

The shape is the catalogue model of DOMAIN §1.8. Names of parts are made from the entry's code, so
the same record gives the same statements at every load.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from graph.harvest.tables.mapping import Mapping
from graph.harvest.tables.properties import CATALOGUED, INTERNAL, KINDS, PROPERTIES, Kind
from graph.harvest.tables.reading import Said, Values
from graph.harvest.tables.values import Term
from graph.ledger.digest import short_digest
from graph.ledger.entries import Context, Entry
from ontology.clearance import Clearance, clearance_of_entry, strictest
from ontology.code_lists import concept
from ontology.terms import AUTHORITY, CODES, CSVW, DCAT, DCT, GOV, PREFIXES, RDF, SKOS, VCARD, XSD

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
PAGE_KINDS = {"division": "district"}  # kinds whose page has another name
ACCESS = {"unconditional": "PUBLIC", "conditional": "RESTRICTED", "none": "NON_PUBLIC"}
Line = tuple[Clearance, Triple]


@cache
def term(curie: str) -> NamedNode:
    """Give the property or class of a CURIE."""
    prefix, name = curie.split(":", 1)
    return NamedNode(PREFIXES[prefix] + name)


def notation(values: Values, name: str) -> str | None:
    """Give the notation of a list's concept: its IRI's last segment; None where nothing is said."""
    found = values.get(name, [])
    return found[0].value.rsplit("/", 1)[-1] if found else None


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the entries of one load."""

    mapping: Mapping
    context: Context

    @property
    def kind(self) -> Kind:
        """Give what the mapping's kind is made of."""
        return KINDS[self.mapping.kind]

    def code(self, said: Said, key: Iterable[str]) -> str:
        """Give an entry's code: its own where a column gives one, else made from its key."""
        own = said.entry.get("gov:code")
        return own[0].value if own else f"{self.context.source}-{short_digest(*key)}"

    def entry(self, said: Said, key: tuple[str, ...]) -> Entry:
        """Give the entry of what was said."""
        code = self.code(said, key)
        namespace = self.kind.namespace or f"{self.context.base}/id/{self.mapping.kind}/"
        root = NamedNode(f"{namespace}{code}")
        lines = list(dict.fromkeys(self._lines(said, root, code)))
        subjects = dict.fromkeys((root.value, *(_subject(each) for _, each in lines)))
        return Entry(
            kind=PAGE_KINDS.get(self.mapping.kind, self.mapping.kind),
            key="\x1f".join(key),
            iri=root.value,
            code=code,
            title=_title(said, self.kind),
            subjects=tuple(subjects),
            lines=_by_clearance(lines),
        )

    def _lines(self, said: Said, root: NamedNode, code: str) -> Iterator[Line]:
        """Yield all statements with their clearances."""
        level = clearance_of_entry(
            openness=notation(said.entry, "gov:opennessType"),
            sharing=notation(said.entry, "gov:sharingType"),
            load=self.context.clearance,
        )
        for kind in self.kind.types:
            yield level, Triple(root, RDF.type, term(kind))
        yield level, Triple(root, GOV.code, Literal(code))
        yield from _statements(root, said.entry, level)
        if self.mapping.kind == "division":
            yield level, Triple(root, SKOS.notation, Literal(code))
            yield level, Triple(root, SKOS.inScheme, NamedNode(f"{CODES}division"))
        if self.mapping.kind in CATALOGUED:
            yield from self._catalogued(said, root, code, level)
        yield from self._contact(said, root, code, level)

    def _catalogued(
        self, said: Said, root: NamedNode, code: str, level: Clearance
    ) -> Iterator[Line]:
        """Yield what only datasets and layers have."""
        openness = notation(said.entry, "gov:opennessType")
        if openness in ACCESS:
            rights = NamedNode(f"{AUTHORITY}access-right/{ACCESS[openness]}")
            yield level, Triple(root, DCT.accessRights, rights)
        yield from self._items(said.items, root, code, level)
        yield from self._distributions(said, root, code, level)

    def _items(
        self, items: list[Values], root: NamedNode, code: str, level: Clearance
    ) -> Iterator[Line]:
        """Yield the table schema and its items, each with its own clearance."""
        if not items:
            return
        schema = NamedNode(f"{self.context.base}/id/schema/{code}")
        yield level, Triple(root, DCT.conformsTo, schema)
        yield level, Triple(schema, RDF.type, CSVW.TableSchema)
        for name, item in zip(_item_names(items), items, strict=True):
            node = NamedNode(f"{self.context.base}/id/item/{code}.{name}")
            own = _item_clearance(item, level)
            yield own, Triple(schema, CSVW["column"], node)
            for kind in (GOV.DataItem, CSVW.Column):
                yield own, Triple(node, RDF.type, kind)
            yield own, Triple(node, GOV.code, Literal(f"{code}.{name}"))
            yield own, Triple(node, DCT.isPartOf, root)
            yield from _statements(node, item, own)

    def _distributions(
        self, said: Said, root: NamedNode, code: str, level: Clearance
    ) -> Iterator[Line]:
        """Yield a distribution for each format or, without any, for each address."""
        for name, values in _distributions_of(said.distribution):
            node = NamedNode(f"{self.context.base}/id/distribution/{code}.{name}")
            yield level, Triple(root, DCAT.distribution, node)
            yield level, Triple(node, RDF.type, DCAT.Distribution)
            yield from _statements(node, values, level)
            if not values.get("dcat:accessURL"):
                for address in self._addresses(values, said, code):
                    yield level, Triple(node, DCAT.accessURL, NamedNode(address))

    def _addresses(self, values: Values, said: Said, code: str) -> list[str]:
        """Give where a distribution is had: its download, the landing page, else our own page."""
        known = values.get("dcat:downloadURL") or said.entry.get("dcat:landingPage") or []
        own = f"{self.context.base}/{self.mapping.kind}/{code}"
        return [each.value for each in known] or [own]

    def _contact(self, said: Said, root: NamedNode, code: str, level: Clearance) -> Iterator[Line]:
        """Yield the contact point; an internal one's details are not for everyone."""
        if not any(said.contact.values()):
            return
        node = NamedNode(f"{self.context.base}/id/contact/{code}")
        yield level, Triple(root, DCAT.contactPoint, node)
        yield level, Triple(node, RDF.type, VCARD.Kind)
        if said.internal:
            yield level, Triple(node, RDF.type, GOV.InternalContact)
        own = strictest(level, Clearance.SHARED) if said.internal else level
        yield from _statements(node, said.contact, own)


def _statements(node: NamedNode, values: Values, level: Clearance) -> Iterator[Line]:
    """Yield what is said of one subject, each property with those that say the same."""
    for name, terms in values.items():
        if name == "gov:code":
            continue
        own = strictest(level, Clearance.GOVERNANCE) if name in INTERNAL else level
        for property_name in (name, *PROPERTIES[name].also):
            for value in terms:
                yield own, Triple(node, term(property_name), value)


def _item_clearance(item: Values, level: Clearance) -> Clearance:
    """Give an item's clearance: its own types', never lower than the dataset's."""
    return clearance_of_entry(
        openness=notation(item, "gov:opennessType"),
        sharing=notation(item, "gov:sharingType"),
        load=level,
    )


def _item_names(items: list[Values]) -> list[str]:
    """Give the last part of each item's name: its position where all differ, else its name's hash.

    Items of one name without positions of their own are told apart by a count.
    """
    positions = [
        each["gov:position"][0].value if each.get("gov:position") else "" for each in items
    ]
    if all(positions) and len(set(positions)) == len(positions):
        return positions
    seen: Counter[str] = Counter()
    names = []
    for item in items:
        said = [each.value for name in ("csvw:title", "csvw:name") for each in item.get(name, [])]
        name = short_digest(*said)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return names


def _distributions_of(values: Values) -> Iterator[tuple[str, Values]]:
    """Yield the name and values of each distribution.

    Each format makes one; where as many addresses are given as formats, the nth belongs to the
    nth, otherwise every distribution has them all. Without formats each address makes one.
    """
    leading = next(
        (name for name in ("dct:format", "dcat:downloadURL", "dcat:accessURL") if values.get(name)),
        "",
    )
    count = len(values.get(leading, []))
    for at in range(count):
        own = {
            name: [terms[at]] if len(terms) == count else terms for name, terms in values.items()
        }
        yield _distribution_name(own, at), own | _media_type(own)


def _distribution_name(values: Values, at: int) -> str:
    """Name a distribution by its format, else by its place."""
    formats = values.get("dct:format")
    return formats[0].value.rsplit("/", 1)[-1].lower() if formats else str(at + 1)


def _media_type(values: Values) -> Values:
    """Give the media type that goes with a format."""
    found = [concept(each.value) for each in values.get("dct:format", [])]
    types: list[Term] = [
        NamedNode(f"{MEDIA_TYPES}{each.media_type}") for each in found if each and each.media_type
    ]
    return {"dcat:mediaType": types} if types else {}


def _title(said: Said, kind: Kind) -> str:
    """Give the title for reports: the Chinese one if there is one."""
    titles = said.entry.get(kind.title, [])
    chinese = [each for each in titles if isinstance(each, Literal) and each.language == "zh"]
    return (chinese or titles)[0].value


def _subject(statement: Triple) -> str:
    """Give a statement's subject; there are no blank nodes."""
    assert isinstance(statement.subject, NamedNode)
    return statement.subject.value


def _by_clearance(lines: Iterable[Line]) -> dict[Clearance, tuple[str, ...]]:
    """Give the statements as N-Triples lines by clearance, each in order."""
    found: dict[Clearance, list[str]] = {}
    for level, statement in lines:
        found.setdefault(level, []).append(f"{statement} .")
    return {level: tuple(sorted(found[level])) for level in sorted(found, key=lambda it: it.rank)}


def day_of(values: list[Term]) -> str:
    """Give the first value that is a whole day (or a moment in one), as ISO; else nothing."""
    for value in values:
        if isinstance(value, Literal) and value.datatype in {XSD.date, XSD.dateTime}:
            return value.value[:10]
    return ""
