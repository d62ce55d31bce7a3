"""What was typed into a form, as it was typed: texts by field, rows of items and of files.

A field is named by its property, with a language where one property is asked for in two
("dct:title@zh"). What a kind asks for is a table here; how a value is read follows from the
property (`graph.harvest.tables.properties`). Nothing typed is ever thrown away: what cannot be read
stays as it is, and is told of when the entry is written (`graph.cataloguing.writing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graph.harvest.tables.properties import PROPERTIES, Property

Row = dict[str, str]
NAME = (
    "@"  # of a row: the last part of the name that its item or file has had since it was published
)
INTERNAL = "@internal"  # that the contact is for departments alone
OWN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
LONGEST = 20_000  # characters of one value
MOST_ROWS = 2_000

# Properties whose value is another thing of this catalogue, and of which kind.
LINKS = {
    "gov:sourceSystem": "system",
    "gov:feeds": "system",
    "gov:layerOf": "dataset",
    "dcat:servesDataset": "dataset",
    "gov:element": "element",
}
SEVERAL = frozenset({"gov:feeds", "gov:sourceSystem", "dcat:servesDataset"})
TITLES = ("dct:title@zh", "dct:title@en", "dct:description@zh", "dct:description@en")
AXES = (
    "gov:sharingType",
    "gov:sharingCondition@zh",
    "gov:sharingWay",
    "gov:sharingFrequency",
    "gov:opennessType",
    "gov:opennessCondition@zh",
    "gov:opennessWay",
    "gov:opennessFrequency",
    "gov:refusalClass",
    "gov:legalBasis@zh",
)
CONTACT = ("vcard:fn@zh", "vcard:hasTelephone", "vcard:hasEmail")
DATASET = (
    *TITLES,
    "dct:identifier",
    "dcat:theme",
    "dcat:keyword@zh",
    "dct:spatial",
    *CONTACT,
    INTERNAL,
    "gov:sourceSystem",
    *AXES,
    "dcat:landingPage",
    "dct:accrualPeriodicity",
    "dct:issued",
    "dct:modified",
    "gov:baseLibrary",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "dataset": DATASET,
    "layer": (*DATASET, "dct:conformsTo", "gov:layerOf", "dcat:spatialResolutionInMeters"),
    "service": (
        *TITLES,
        "dcat:endpointURL",
        "dcat:endpointDescription",
        "dcat:servesDataset",
    ),
    "system": (
        *TITLES,
        "gov:fundingKind",
        "gov:budgetYear",
        "gov:systemStatus",
        "gov:feeds",
        "gov:internalAddress",
    ),
}
ITEM = (
    "csvw:title@zh",
    "csvw:title@en",
    "csvw:name",
    "gov:dataType",
    "gov:length",
    "dct:description@zh",
    "gov:sharingType",
    "gov:sharingCondition@zh",
    "gov:opennessType",
    "gov:opennessCondition@zh",
    "gov:refusalClass",
    "gov:legalBasis@zh",
    "gov:element",
)
FILE = (
    "dct:title@zh",
    "dct:format",
    "dcat:accessURL",
    "dcat:downloadURL",
    "dct:license",
    "dct:modified",
    "dcat:byteSize",
)
WITH_ROWS = frozenset({"dataset", "layer"})  # kinds that have items and files


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: values by field, in order; rows of items and of files. Nothing empty."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    items: tuple[Row, ...] = ()
    files: tuple[Row, ...] = ()

    def one(self, name: str) -> str:
        """Give the first value of a field, "" where there is none."""
        return next(iter(self.fields.get(name, ())), "")

    @property
    def title(self) -> str:
        """Give the name to show in lists: Chinese if there is one."""
        return self.one("dct:title@zh") or self.one("dct:title@en")

    def to_json(self) -> dict[str, Any]:
        """Give it as its table keeps it."""
        fields = {name: list(texts) for name, texts in self.fields.items()}
        return {"fields": fields, "items": list(self.items), "files": list(self.files)}

    @staticmethod
    def from_json(value: dict[str, Any]) -> Typed:
        """Read it as its table keeps it."""
        fields = {name: tuple(texts) for name, texts in value["fields"].items()}
        return Typed(fields, tuple(value["items"]), tuple(value["files"]))


def tidy(
    kind: str,
    fields: Mapping[str, Iterable[str]],
    items: Iterable[Row] = (),
    files: Iterable[Row] = (),
) -> Typed:
    """Give what was typed into a form of that kind: nothing empty, no field that it does not ask for.

    Texts stay as they were typed but for spaces at their ends and what is longer than any answer.
    """
    held = {name: _texts(fields.get(name, ())) for name in FIELDS[kind]}
    rows = kind in WITH_ROWS
    return Typed(
        {name: texts for name, texts in held.items() if texts},
        _rows(items, ITEM) if rows else (),
        _rows(files, FILE) if rows else (),
    )


def curie(name: str) -> str:
    """Give the property of a field: its name without the language."""
    return name.partition("@")[0] or name


def language(name: str) -> str:
    """Give the language of a field, "" where it has none."""
    return "" if name.startswith("@") else name.partition("@")[2]


@cache
def reading(name: str) -> Property:
    """Say how the values of a field are read."""
    if name == INTERNAL:
        return Property("flag")
    if curie(name) in LINKS:
        return Property("link", many=curie(name) in SEVERAL)
    return PROPERTIES[curie(name)]


def changed(before: Typed, after: Typed) -> tuple[str, ...]:
    """Give the properties (as the law of small corrections names them) that differ."""
    names = [
        name
        for name in dict.fromkeys((*before.fields, *after.fields))
        if not same(name, before.fields.get(name, ()), after.fields.get(name, ()))
    ]
    found = [_in_law(name) for name in names]
    found += _changed_rows(before.items, after.items, "csvw:column")
    found += _changed_rows(before.files, after.files, "dcat:distribution")
    return tuple(dict.fromkeys(found))


def same(name: str, before: Iterable[str], after: Iterable[str]) -> bool:
    """Say whether a field says the same: of several values the order says nothing."""
    was, now = tuple(before), tuple(after)
    return was == now or (reading(name).many and sorted(was) == sorted(now))


def notation(text: str) -> str | None:
    """Give the notation of a concept that was chosen by its IRI; None where nothing was."""
    return text.rsplit("/", 1)[-1] or None


def names_of(rows: Iterable[Row]) -> list[str]:
    """Give the last part of each row's name: its own, else the next number that nobody has."""
    held = list(rows)
    taken = {row[NAME] for row in held if NAME in row}
    fresh = (str(number) for number in range(1, len(held) + len(taken) + 1))
    free = (name for name in fresh if name not in taken)
    return [row.get(NAME) or next(free) for row in held]


def _changed_rows(before: Iterable[Row], after: Iterable[Row], whole: str) -> list[str]:
    """Give what differs in rows: `whole` where one came, went or has another place."""
    was, now = list(before), list(after)
    if [row.get(NAME) for row in was] != [row.get(NAME) for row in now]:
        return [whole]
    pairs = zip(was, now, strict=True)
    return [
        _in_law(name)
        for old, new in pairs
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _in_law(name: str) -> str:
    """Name a field as the law does: with its language only where a translation is meant."""
    if name == INTERNAL:
        return "dcat:contactPoint"
    return name if name.endswith("@en") else curie(name)


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    """Give the values that say something, each once."""
    return tuple(dict.fromkeys(text for each in given if (text := _text(each))))


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\0", "").strip()[:LONGEST]


def _rows(given: Iterable[Row], names: tuple[str, ...]) -> tuple[Row, ...]:
    """Give the rows that say something, with the columns that there are."""
    rows: list[Row] = []
    taken: set[str] = set()
    for each in given:
        row = {name: text for name in names if (text := _text(each.get(name, "")))}
        own = each.get(NAME, "")
        if row and OWN_NAME.fullmatch(own) and own not in taken:
            taken.add(own)
            row[NAME] = own
        if row:
            rows.append(row)
    return tuple(rows[:MOST_ROWS])
