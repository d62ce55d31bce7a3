"""What was typed, written as an entry, and what is wrong with it; and an entry read back as typed.

An entry that is drafted anew keeps every statement that its form does not ask about (lineage,
statements of a harvest): only what the form shows is replaced. The clearance of each statement
follows from both axes (`ontology.clearance`), items never more open than their entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from graph.cataloguing import typed as form
from graph.cataloguing.typed import NAME, Row, Typed, curie, names_of, notation, reading
from graph.harvest.tables.making import ACCESS, MEDIA_TYPES, term
from graph.harvest.tables.properties import INTERNAL, KINDS, PROPERTIES
from graph.harvest.tables.values import DOUBTFUL, READERS, Way, clean
from graph.ledger.entries import Entry
from graph.loading.load import Statement
from graph.views.stores import triples
from ontology.clearance import Clearance, clearance_of_entry, strictest
from ontology.code_lists import code_list, concept
from ontology.sentences import Sentence
from ontology.terms import AUTHORITY, CSVW, DCAT, DCT, GOV, RDF, VCARD

Term = NamedNode | Literal
Line = tuple[Clearance, Triple]
KEEPER = {"system": "gov:owner"}  # the property that names the department; else the publisher


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that cannot be read: the field ("items.3.gov:length" in a row) and the sentence."""

    field: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Target:
    """What is written: the entry's names, whose it is, and the statements it has now.

    `level` is the least clearance that it may have, whatever its axes (a service is no more open
    than what it serves).
    """

    kind: str
    code: str
    iri: str
    key: str
    owner: str
    base: str
    now: frozenset[Statement] = frozenset()
    level: Clearance = Clearance.OPEN

    def part(self, kind: str, name: str = "") -> NamedNode:
        """Give the name of a part of the entry: its schema, an item, a file, its contact."""
        return NamedNode(f"{self.base}/id/{kind}/{self.code}{f'.{name}' if name else ''}")

    @property
    def root(self) -> NamedNode:
        """Give the entry's own name."""
        return NamedNode(self.iri)

    @property
    def record(self) -> str:
        """Give the name of its catalogue record, which is written by whoever publishes."""
        return f"{self.base}/id/record/{self.code}"


@dataclass(frozen=True, slots=True)
class Written:
    """The entry of what was typed, with everything that could not be read."""

    entry: Entry
    wrong: tuple[Wrong, ...]


@dataclass(slots=True)
class Writer:
    """Writes one entry; `managed` are the properties of each subject that the form speaks for."""

    target: Target
    typed: Typed
    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    managed: dict[str, frozenset[str]] = field(default_factory=dict)
    levels: dict[str, Clearance] = field(default_factory=dict)  # of parts stricter than the entry

    def say(self, level: Clearance, subject: NamedNode, name: str, *values: Term) -> None:
        """Say something."""
        self.lines += [(level, Triple(subject, term(name), value)) for value in values]

    def fields(
        self,
        level: Clearance,
        subject: NamedNode,
        row: Mapping[str, Iterable[str]],
        place: str = "",
    ) -> None:
        """Say what the fields of one part say."""
        for name, texts in row.items():
            if name.startswith("@"):
                continue
            own = strictest(level, Clearance.GOVERNANCE) if name in INTERNAL else level
            for text in texts:
                value = self.value(name, text, f"{place}{name}")
                if value is not None:
                    also = PROPERTIES[curie(name)].also if curie(name) in PROPERTIES else ()
                    for each in (curie(name), *also):
                        self.say(own, subject, each, value)

    def value(self, name: str, text: str, place: str) -> Term | None:
        """Read one value; what cannot be read is told of."""
        value = value_of(name, text, self.target.base)
        if isinstance(value, str):
            en, zh = DOUBTFUL.get(value, DOUBTFUL["unknown-code"])
            self.wrong.append(Wrong(place, (f"“{text}” {en}.", f"“{text}”{zh}。")))
            return None
        return value


def write(typed: Typed, target: Target) -> Written:
    """Write what was typed as an entry."""
    writer = Writer(target, typed)
    level = level_of(typed, target)
    _root(writer, level)
    if target.kind in form.WITH_ROWS:
        _access(writer, level)
        _items(writer, level)
        _files(writer, level)
        _contact(writer, level)
    kept = list(_kept(writer, level))
    lines = list(dict.fromkeys((*writer.lines, *kept)))
    entry = Entry(
        kind=target.kind,
        key=target.key,
        iri=target.iri,
        code=target.code,
        title=typed.title or target.code,
        subjects=tuple(dict.fromkeys((target.iri, *(_subject(each) for _, each in lines)))),
        lines=_by_clearance(lines),
    )
    return Written(entry, tuple(writer.wrong))


def level_of(typed: Typed, target: Target) -> Clearance:
    """Give the clearance of the entry as it was typed."""
    return clearance_of_entry(
        openness=notation(typed.one("gov:opennessType")),
        sharing=notation(typed.one("gov:sharingType")),
        load=target.level,
    )


def value_of(name: str, text: str, base: str) -> Term | str:
    """Read one value of a field: a term, or the rule (of `DOUBTFUL`) by which it is none."""
    how = reading(name)
    if how.reads == "link":
        return link(text, form.LINKS[curie(name)], base)
    if how.reads in {"concept", "division", "library", "department"} and text.startswith("http"):
        return chosen(text, how.code_list if how.reads == "concept" else "", base)
    if how.reads == "system":
        return link(text, "system", base)
    way = Way(form.language(name) or "zh", how.code_list, library=f"{base}/id/library/")
    found = READERS[how.reads](clean(text), way)
    return found.term if found.term is not None else found.rule


def chosen(iri: str, listed: str, base: str) -> Term | str:
    """Give what was chosen from a list: a concept of it, or a thing of this catalogue."""
    known = concept(iri) if not listed else code_list(listed).by_iri(iri) or concept(iri)
    if known is not None or iri.startswith(f"{base}/id/"):
        try:
            return NamedNode(iri)
        except ValueError:
            return "url"
    return "unknown-code"


def link(text: str, kind: str, base: str) -> Term | str:
    """Read the name of another thing: its code, its page's address or its permanent address."""
    text = text.strip()
    code = text.removeprefix(f"{base}/id/{kind}/").removeprefix(f"{base}/{kind}/")
    address = text if "://" in code else f"{base}/id/{kind}/{code}"
    try:
        return NamedNode(address) if code and not code.isspace() else "url"
    except ValueError:
        return "url"


def linked(typed: Typed, base: str) -> dict[str, str]:
    """Give every other thing that is named: its IRI, with the field it stands in."""
    places = [(name, name, each) for name, texts in typed.fields.items() for each in texts]
    places += [
        (name, f"items.{at}.{name}", text)
        for at, row in enumerate(typed.items)
        for name, text in row.items()
    ]
    found: dict[str, str] = {}
    for name, place, text in places:
        if curie(name) in form.LINKS:
            value = link(text, form.LINKS[curie(name)], base)
            if isinstance(value, NamedNode):
                found.setdefault(value.value, place)
    return found


# Writing ----------------------------------------------------------------------------------------


def _root(writer: Writer, level: Clearance) -> None:
    """Say what the entry itself says."""
    target = writer.target
    for kind in KINDS[target.kind].types:
        writer.say(level, target.root, "rdf:type", term(kind))
    writer.say(level, target.root, "gov:code", Literal(target.code))
    keeper = KEEPER.get(target.kind, "dct:publisher")
    names = [name for name in form.FIELDS[target.kind] if name not in form.CONTACT]
    said = {name: texts for name, texts in writer.typed.fields.items() if name in names}
    writer.fields(level, target.root, said)
    asked = {curie(name) for name in names if not name.startswith("@")}
    writer.managed[target.iri] = frozenset(asked | {"gov:code", "dct:accessRights"})
    if not _says(target, keeper):
        writer.say(level, target.root, keeper, NamedNode(target.owner))


def _says(target: Target, name: str) -> bool:
    """Say whether the entry says that property already."""
    head = f"<{target.iri}> {term(name)} "
    return any(line.startswith(head) for _, line in target.now)


def _access(writer: Writer, level: Clearance) -> None:
    """Say who may have it, in the words of the European profile."""
    openness = notation(writer.typed.one("gov:opennessType"))
    if openness in ACCESS:
        rights = NamedNode(f"{AUTHORITY}access-right/{ACCESS[openness]}")
        writer.say(level, writer.target.root, "dct:accessRights", rights)


def _items(writer: Writer, level: Clearance) -> None:
    """Say the table schema and its items, each with its own clearance."""
    target, rows = writer.target, writer.typed.items
    schema = target.part("schema")
    writer.managed[schema.value] = frozenset({"csvw:column", "rdf:type"})
    if not rows:
        return
    writer.say(level, target.root, "dct:conformsTo", schema)
    writer.say(level, schema, "rdf:type", CSVW.TableSchema)
    for at, (name, row) in enumerate(zip(names_of(rows), rows, strict=True)):
        node = target.part("item", name)
        own = clearance_of_entry(
            openness=notation(row.get("gov:opennessType", "")),
            sharing=notation(row.get("gov:sharingType", "")),
            load=level,
        )
        writer.levels[node.value] = own
        writer.say(own, schema, "csvw:column", node)
        writer.say(own, node, "rdf:type", GOV.DataItem, CSVW.Column)
        writer.say(own, node, "gov:code", Literal(f"{target.code}.{name}"))
        writer.say(own, node, "gov:position", Literal(at + 1))
        writer.say(own, node, "dct:isPartOf", target.root)
        writer.fields(own, node, {key: (text,) for key, text in row.items()}, f"items.{at}.")
        asked = {curie(each) for each in form.ITEM}
        own_words = {"gov:code", "gov:position", "dct:isPartOf", "rdfs:label"}
        writer.managed[node.value] = frozenset(asked | own_words)


def _files(writer: Writer, level: Clearance) -> None:
    """Say the distributions."""
    target, rows = writer.target, writer.typed.files
    for at, (name, row) in enumerate(zip(names_of(rows), rows, strict=True)):
        node = target.part("distribution", name)
        writer.say(level, target.root, "dcat:distribution", node)
        writer.say(level, node, "rdf:type", DCAT.Distribution)
        writer.fields(level, node, {key: (text,) for key, text in row.items()}, f"files.{at}.")
        known = concept(row.get("dct:format", ""))
        if known and known.media_type:
            writer.say(level, node, "dcat:mediaType", NamedNode(MEDIA_TYPES + known.media_type))
        if not row.get("dcat:accessURL"):
            page = row.get("dcat:downloadURL") or writer.typed.one("dcat:landingPage")
            address = value_of("dcat:accessURL", page, target.base) if page else ""
            own_page = NamedNode(f"{target.base}/{target.kind}/{target.code}")
            where = address if isinstance(address, NamedNode) else own_page
            writer.say(level, node, "dcat:accessURL", where)
        asked = {curie(each) for each in form.FILE}
        writer.managed[node.value] = frozenset(asked | {"dcat:mediaType"})


def _contact(writer: Writer, level: Clearance) -> None:
    """Say the contact; an internal one's details are not for everyone."""
    target, node = writer.target, writer.target.part("contact")
    said = {name: writer.typed.fields[name] for name in form.CONTACT if name in writer.typed.fields}
    writer.managed[node.value] = frozenset(curie(each) for each in form.CONTACT)
    if not said:
        return
    internal = bool(writer.typed.one(form.INTERNAL))
    writer.say(level, target.root, "dcat:contactPoint", node)
    writer.say(level, node, "rdf:type", VCARD.Kind)
    if internal:
        writer.say(level, node, "rdf:type", GOV.InternalContact)
    writer.fields(strictest(level, Clearance.SHARED) if internal else level, node, said)


# Keeping ----------------------------------------------------------------------------------------


def _kept(writer: Writer, level: Clearance) -> Iterator[Line]:
    """Yield the statements that the form does not speak for, no more open than the entry is now."""
    target = writer.target
    was = min((each for each, _ in target.now), key=lambda each: each.rank, default=level)
    gone, further = _gone(writer), _further(target)
    asked = {node: frozenset(map(term, names)) for node, names in writer.managed.items()}
    held = sorted(target.now)
    for (old, _), statement in zip(held, _statements(held), strict=True):
        if _subject(statement) in gone or _object(statement) in gone:
            continue
        if not _managed(target, asked, statement) or _told(statement) in further:
            least = strictest(level, writer.levels.get(_subject(statement), level))
            yield least if old is was else strictest(old, least), statement


def _gone(writer: Writer) -> set[str]:
    """Give the parts that the entry had and has no more, and its record."""
    target = writer.target
    heads = [f"{target.part(kind).value}." for kind in ("item", "distribution")]
    whole = [target.part(kind).value for kind in ("schema", "contact")]
    present = {_subject(each) for _, each in writer.lines}
    had = {subject for subject, _ in _about(target.now).said}
    parts = {iri for iri in had if iri in whole or any(iri.startswith(head) for head in heads)}
    asked = _asked_parts(target)
    return {target.record} | ((parts & asked) - present)


def _asked_parts(target: Target) -> set[str]:
    """Give the parts that `typed_of` shows as rows or as the contact: only those can be taken away."""
    contact = {target.part(kind).value for kind in ("contact", "schema")}
    return contact | {
        node.value for kind in ROWS for node in _parts(_about(target.now), target, kind)
    }


def _further(target: Target) -> set[tuple[str, str, str]]:
    """Give what a part says beside the one value that its row shows."""
    about = _about(target.now)
    return {
        (node.value, term(curie(name)).value, text)
        for kind, names in (("item", form.ITEM), ("distribution", form.FILE))
        for node in _parts(about, target, kind)
        for name in names
        for text in about.texts(node, name)[1:]
    }


def _told(statement: Triple) -> tuple[str, str, str]:
    assert isinstance(statement.predicate, NamedNode)
    value = statement.object
    assert isinstance(value, NamedNode | Literal)
    return _subject(statement), statement.predicate.value, value.value


def _managed(target: Target, asked: Mapping[str, frozenset[NamedNode]], statement: Triple) -> bool:
    """Say whether the form speaks for a statement; `asked` has its properties by subject."""
    value = statement.object
    if statement.predicate not in asked.get(_subject(statement), ()):
        return False
    if _subject(statement) == target.iri and statement.predicate == DCT.conformsTo:
        return True
    foreign = isinstance(value, Literal) and value.language not in SPOKEN
    return not foreign


SPOKEN = frozenset({None, "zh", "en"})


def _subject(statement: Triple) -> str:
    assert isinstance(statement.subject, NamedNode)
    return statement.subject.value


def _object(statement: Triple) -> str:
    return statement.object.value if isinstance(statement.object, NamedNode) else ""


def _statements(lines: Iterable[Statement]) -> Iterator[Triple]:
    yield from triples(line for _, line in lines)


def _by_clearance(lines: Iterable[Line]) -> dict[Clearance, tuple[str, ...]]:
    """Give the statements as N-Triples lines by clearance; what more may see is said once."""
    found: dict[Clearance, list[str]] = {}
    told: set[str] = set()
    for level, statement in sorted(lines, key=lambda each: (each[0].rank, str(each[1]))):
        line = f"{statement} ."
        if line not in told:
            told.add(line)
            found.setdefault(level, []).append(line)
    return {level: tuple(each) for level, each in found.items()}


# Reading back -----------------------------------------------------------------------------------

ROWS = {"item": CSVW["column"], "distribution": DCAT.distribution}


class _About:
    """What is said, by subject and property."""

    def __init__(self, lines: Iterable[Statement]) -> None:
        self.said: dict[tuple[str, NamedNode], list[Term]] = {}
        for statement in _statements(lines):
            assert isinstance(statement.predicate, NamedNode)
            value = statement.object
            if isinstance(value, NamedNode | Literal):
                key = _subject(statement), statement.predicate
                self.said.setdefault(key, []).append(value)

    def values(self, subject: NamedNode, name: NamedNode) -> list[Term]:
        """Give the values of a property, in a stable order."""
        return sorted(self.said.get((subject.value, name), []), key=str)

    def texts(self, subject: NamedNode, name: str) -> tuple[str, ...]:
        """Give the values of a field as they would have been typed."""
        asked = form.language(name)
        found = self.values(subject, term(curie(name)))
        return tuple(
            dict.fromkeys(
                _typed(name, each)
                for each in found
                if not asked or (isinstance(each, Literal) and (each.language or "zh") == asked)
            )
        )


@lru_cache(maxsize=8)
def _about(lines: frozenset[Statement]) -> _About:
    """Read what an entry says; one is asked several times while it is written."""
    return _About(lines)


def typed_of(lines: Iterable[Statement], target: Target) -> Typed:
    """Give the statements of an entry as they would have been typed."""
    about = _About(lines)
    contact = target.part("contact")
    fields: dict[str, tuple[str, ...]] = {}
    for name in form.FIELDS[target.kind]:
        if name == form.INTERNAL:
            internal = GOV.InternalContact in about.values(contact, RDF.type)
            fields[name] = ("yes",) if internal else ()
        elif name == "dct:conformsTo":
            schema = target.part("schema").value
            fields[name] = tuple(each for each in about.texts(target.root, name) if each != schema)
        else:
            fields[name] = about.texts(contact if name in form.CONTACT else target.root, name)
    items = _rows(about, target, "item", form.ITEM)
    files = _rows(about, target, "distribution", form.FILE)
    return form.tidy(target.kind, fields, items, files)


def _parts(about: _About, target: Target, kind: str) -> list[NamedNode]:
    """Give the items or files that are the entry's own, in order."""
    holder = target.part("schema") if kind == "item" else target.root
    head = f"{target.part(kind).value}."
    found = about.values(holder, ROWS[kind])
    own = [each for each in found if isinstance(each, NamedNode) and each.value.startswith(head)]
    return sorted(own, key=lambda node: (_position(about, node), node.value))


def _position(about: _About, node: NamedNode) -> int:
    found = [each.value for each in about.values(node, GOV.position)]
    return int(found[0]) if found and found[0].isdigit() else 1_000_000


def _rows(about: _About, target: Target, kind: str, names: Iterable[str]) -> list[Row]:
    head = f"{target.part(kind).value}."
    return [
        {NAME: node.value.removeprefix(head)}
        | {name: texts[0] for name in names if (texts := about.texts(node, name))}
        for node in _parts(about, target, kind)
    ]


def _typed(name: str, value: Term) -> str:
    """Give a value as it would have been typed."""
    if reading(name).reads == "email":
        return value.value.removeprefix("mailto:")
    if reading(name).reads == "phone":
        return value.value.removeprefix("tel:")
    return value.value


def keeper_in(lines: Iterable[Statement], kind: str) -> str:
    """Give the IRI of the department that an entry's statements name, "" where they name none."""
    about = _About(lines)
    names = [term(KEEPER.get(kind, "dct:publisher")), GOV.provider]
    found = [value for (_, name), values in about.said.items() if name in names for value in values]
    return next((each.value for each in found if isinstance(each, NamedNode)), "")
