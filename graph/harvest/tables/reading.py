"""What a record's cells say: each column read by its mapping, with everything mended or doubtful.

The outcome is a `Said`: values by part and property, repairs, findings, and where the record
cannot land, the reason. Nothing is left out silently: a value that is not written is in a repair,
a finding, or the quarantined original.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from graph.harvest.tables.json_rows import PART
from graph.harvest.tables.mapping import Column, Mapping
from graph.harvest.tables.properties import GUARDED
from graph.harvest.tables.providers import Providers
from graph.harvest.tables.rows import Fault, Row
from graph.harvest.tables.values import (
    DOUBTFUL,
    MENDED,
    READERS,
    Sentences,
    Term,
    Value,
    Way,
    clean,
    is_filler,
    parted,
)
from graph.ledger.digest import short_digest
from graph.ledger.entries import Context, Entry, Finding, Repair
from ontology.code_lists import folded
from ontology.terms import DCT, GOV, RDF

Values = dict[str, list[Term]]  # property -> values, in order and once


@dataclass(slots=True)
class Said:
    """Everything that one record (or the rows of one dataset) says."""

    entry: Values = field(default_factory=dict)
    items: list[Values] = field(default_factory=list)
    distribution: Values = field(default_factory=dict)
    contact: Values = field(default_factory=dict)
    internal: bool = False
    repairs: dict[Repair, None] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)
    refusal: Fault | None = None

    def mend(self, rule: str, column: str, was: str, now: str) -> None:
        """Report a repair."""
        self.repairs[Repair(rule, column, was, now, MENDED[rule])] = None

    def doubt(self, rule: str, column: str, value: str, why: Sentences) -> None:
        """Report a finding."""
        self.findings[Finding(rule, column, value, why)] = None

    def refuse(self, rule: str, en: str, zh: str) -> None:
        """Keep the first reason why the record cannot land."""
        self.refusal = self.refusal or Fault(rule, (en, zh))


def put(values: Values, name: str, terms: Iterable[Term]) -> None:
    """Add values of a property, each once."""
    listed = values.setdefault(name, [])
    listed += [term for term in dict.fromkeys(terms) if term not in listed]


class Reader:
    """Reads the records of one file by one mapping."""

    def __init__(self, mapping: Mapping, context: Context, bound: dict[str, str]) -> None:
        """Know the columns' names in the file, and the bodies of the instance."""
        self.mapping = mapping
        self.context = context
        self.bound = bound
        self.providers = Providers(context, mapping.provider, mapping.language)
        self.systems = Systems(context, mapping.language)
        self._ignored = {folded(each) for each in mapping.ignore}
        self._mixed = _mixed_columns(mapping.columns)
        told = (*mapping.columns, *mapping.constants)
        self._ways = {id(column): self._way(column) for column in told}

    def said(self, rows: Sequence[Row]) -> Said:
        """Give what the rows of one entry say; several rows are those of its items."""
        said = Said()
        known: dict[tuple[str, ...], int] = {}
        for row in rows:
            first = known.setdefault(tuple(row.cells.values()), row.number)
            if first == row.number:
                self._read_row(said, row)
            else:
                said.mend("duplicate", "key", f"row {row.number}", f"row {first}")
        self._add_spatial(said)
        for constant in self.mapping.constants:
            self._add_constant(said, constant)
        return said

    def cell(self, row: Row, name: str) -> str:
        """Give the cleaned text of a column the mapping names."""
        return clean(row.cells.get(self.bound.get(name, ""), ""))

    def _read_row(self, said: Said, row: Row) -> None:
        """Read all columns of one row."""
        if row.mended:
            said.mend(
                "quote", f"row {row.number}", row.mended.strip(), " | ".join(row.cells.values())
            )
        item: Values = {}
        lists: dict[str, list[Term]] = {}
        for column in self.mapping.columns:
            terms = self._read(said, row, column)
            if column.on == "item":
                lists[column.says] = terms
                put(item, column.says, terms)
            else:
                put(self._part(said, column), column.says, terms)
        if self.mapping.row == "item":
            said.items += [item] if any(item.values()) else []
        else:
            said.items += _items_of(lists)
        self._uncovered(said, row)

    def _part(self, said: Said, column: Column) -> Values:
        """Give the values of the part a column speaks of."""
        if column.on == "contact":
            said.internal = said.internal or column.internal
            return said.contact
        return said.distribution if column.on == "distribution" else said.entry

    def _read(self, said: Said, row: Row, column: Column) -> list[Term]:
        """Read one column of one row."""
        texts = self._texts(said, row, column)
        terms = [self._term(said, column, text) for text in texts]
        found = [term for term in terms if term is not None]
        if column.required and not found:
            en, zh = f"the column {column.name} says nothing that can be used", "没有可用的内容"
            said.refuse("required", en, f"“{column.name}”列{zh}")
        return found

    def _texts(self, said: Said, row: Row, column: Column) -> list[str]:
        """Give the values of a cell that say something, or what stands in their place."""
        raw = row.cells.get(self.bound.get(column.name, ""), "")
        text = clean(raw)
        many = bool(column.separators) or PART in text
        if not many and text != raw.replace("\r\n", "\n"):
            said.mend("trimmed", column.name, raw, text)
        values = parted(text, column.separators) if many else [text] if text else []
        kept = [each for each in values if self._says_something(said, column, each)]
        if kept:
            return [each for each in kept if not column.only or each in column.only]
        return self._instead(said, row, column)

    def _instead(self, said: Said, row: Row, column: Column) -> list[str]:
        """Give what speaks for an empty cell."""
        other = self.cell(row, column.otherwise) if column.otherwise else ""
        if other:
            said.mend("otherwise", column.name, "", other)
            return [other]
        if column.default:
            said.mend("default", column.name, "", column.default)
        return [column.default] if column.default else []

    def _says_something(self, said: Said, column: Column, text: str) -> bool:
        """Report and leave out fillers and values the mapping ignores."""
        rule = ""
        if text in column.ignore or folded(text) in self._ignored:
            rule = "ignored"
        elif is_filler(text) and text not in column.synonyms:
            rule = "filler"
        if rule:
            said.mend(rule, column.name, text, "")
        return not rule

    def _term(self, said: Said, column: Column, text: str) -> Term | None:
        """Read one value."""
        word = column.synonyms.get(text, text)
        value = self._value(column, word)
        if value.term is None:
            self._doubtful(said, column, text, value.rule)
        elif word != text or value.rule:
            said.mend(value.rule or "synonym", column.name or column.says, text, value.now or word)
        return value.term

    def _value(self, column: Column, text: str) -> Value:
        """Read one value by its reader."""
        if column.reader == "department":
            body = self.providers.body(text)
            return Value(
                NamedNode(body.iri), "provider" if body.how == "provider" else "", body.name
            )
        if column.reader == "system":
            return Value(NamedNode(self.systems.iri(text)))
        return READERS[column.reader](text, self._ways[id(column)])

    def _way(self, column: Column) -> Way:
        """Give what a reader needs to know of the column."""
        return Way(
            language=column.language or self.mapping.language,
            code_list=column.code_list,
            dates=column.dates,
            pad=column.pad,
            library=f"{self.context.base}/id/library/",
        )

    def _doubtful(self, said: Said, column: Column, text: str, rule: str) -> None:
        """Report a value that could not be read; a guarded one keeps the record from landing."""
        en, zh = DOUBTFUL[rule]
        name = column.name or column.says
        if column.says in GUARDED:
            said.refuse(
                "unknown-access",
                f"{name} says “{text}”, which {en}: who may see this record is not known",
                f"“{name}”的值“{text}”{zh}，无法确定谁可以查看该记录",
            )
        said.doubt(rule, name, text, (f"“{text}” {en}; it was left out", f"“{text}”{zh}，未写入"))

    def _uncovered(self, said: Said, row: Row) -> None:
        """Report values of a column that none of its entries in the mapping is for."""
        for name, (covered, columns) in self._mixed.items():
            texts = parted(self.cell(row, name), columns[0].separators)
            for text in texts:
                if text not in covered and not is_filler(text):
                    self._doubtful(said, columns[0], text, "unknown-code")

    def _add_spatial(self, said: Said) -> None:
        """Say that a district body's datasets are about the district, if nothing else says where."""
        if not self.mapping.provider.spatial or said.entry.get("dct:spatial"):
            return
        for body in said.entry.get("dct:publisher", []):
            if division := self.providers.district(body.value):
                put(said.entry, "dct:spatial", [NamedNode(division)])

    def _add_constant(self, said: Said, constant: Column) -> None:
        """Say what holds for every record, where the record says nothing else of it."""
        parts = said.items if constant.on == "item" else [self._part(said, constant)]
        for part in parts:
            if not part.get(constant.says):
                term = self._term(Said(), constant, constant.default)
                put(part, constant.says, [term] if term else [])


def _mixed_columns(columns: Iterable[Column]) -> dict[str, tuple[set[str], list[Column]]]:
    """Give the columns all of whose entries are for some values only, with those values."""
    named: dict[str, list[Column]] = {}
    for each in columns:
        named.setdefault(each.name, []).append(each)
    return {
        name: ({value for each in entries for value in (*each.only, *each.ignore)}, entries)
        for name, entries in named.items()
        if all(each.only for each in entries)
    }


def _items_of(lists: dict[str, list[Term]]) -> list[Values]:
    """Give items named in one cell: the nth value of each item column is of the nth item."""
    names = lists.get("csvw:title") or lists.get("csvw:name") or []
    items: list[Values] = []
    for at, _ in enumerate(names):
        item: Values = {"gov:position": [Literal(at + 1)]}
        for name, terms in lists.items():
            if len(terms) == len(names):
                item[name] = [terms[at]]
        items.append(item)
    return items


class Systems:
    """Information systems that a catalogue names: each an entry of the source, by its name."""

    def __init__(self, context: Context, language: str) -> None:
        """Begin with none."""
        self.context = context
        self.language = language
        self._known: dict[str, str] = {}
        self._made: list[Entry] = []

    def iri(self, name: str) -> str:
        """Give the IRI of the system of that name."""
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def made(self) -> list[Entry]:
        """Give the entries made since this was last asked."""
        made, self._made = self._made, []
        return made

    def _make(self, name: str) -> str:
        """Make the entry of a system."""
        code = f"{self.context.source}-{short_digest('system', folded(name))}"
        iri = f"{self.context.base}/id/system/{code}"
        node = NamedNode(iri)
        said = (
            Triple(node, RDF.type, GOV.InformationSystem),
            Triple(node, DCT.title, Literal(name, language=self.language)),
            Triple(node, GOV.code, Literal(code)),
        )
        lines = {self.context.clearance: tuple(f"{each} ." for each in said)}
        self._made.append(Entry("system", f"system\x1f{code}", iri, code, name, (iri,), lines))
        return iri
