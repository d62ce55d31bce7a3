"""What is wrong with what was typed: each fault with its field, in both languages.

Faults keep an entry back; advice does not. They come from what cannot be read (`graph.cataloguing.writing`), the
law of both axes (`ontology.axes`), the shapes, and other things that are named but not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Store

from graph.cataloguing import numbers
from graph.cataloguing.typed import ITEM, WITH_ROWS, Row, Typed, curie, names_of, notation
from graph.ledger.entries import Entry
from ontology import axes, resource_codes
from ontology.axes import Axes
from ontology.sentences import Sentence
from ontology.terms import shortened
from ontology.validation import check

# Rules that the law of the axes says already, beside the field.
SAID_BY_AXES = (
    "not-shared-not-open",
    "conditional-sharing-states-condition",
    "conditional-opening-states-condition",
    "refusal-names-class",
    "refusal-names-basis",
)
MISSING: Sentence = (
    "There is no such thing in the catalogue: write its code or its address.",
    "目录中没有这一项：请填写其代码或网址。",
)
TAKEN: Sentence = (
    "Another entry has this resource code already.",
    "已有其他条目使用此资源代码。",
)
IN_CHINESE = frozenset({"dct:title", "dct:description", "csvw:title", "dcat:keyword"})
STANDS_IN = {"dcat:contactPoint": "vcard:fn@zh", "dcat:distribution": ""}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found: the field ("items.3.gov:length" in a row, "" the whole) and the sentence."""

    field: str
    sentence: Sentence
    advice: bool = False


def axes_of(row: Row | Typed) -> Axes:
    """Give the axes that an entry or an item states."""
    one = row.one if isinstance(row, Typed) else lambda name: row.get(name, "")
    return Axes(
        sharing=notation(one("gov:sharingType")) or "",
        openness=notation(one("gov:opennessType")) or "",
        sharing_condition=one("gov:sharingCondition@zh"),
        openness_condition=one("gov:opennessCondition@zh"),
        refusal=notation(one("gov:refusalClass")) or "",
        basis=one("gov:legalBasis@zh"),
    )


def law_of_axes(kind: str, typed: Typed) -> Iterator[Found]:
    """Say what breaks the law of both axes, of the entry and of each item."""
    if kind not in WITH_ROWS:
        return
    entry, items = axes_of(typed), [axes_of(row) for row in typed.items]
    for fault in (*axes.unsaid(entry), *axes.faults_with_items(entry, items)):
        yield Found(_named(fault.field), fault.sentence)
    for at, each in enumerate(items):
        for fault in axes.faults(each):
            yield Found(f"items.{at}.{_named(fault.field)}", fault.sentence)


def _named(name: str) -> str:
    """Give the field in which a property is typed."""
    return next((each for each in ITEM if curie(each) == name), name)


def missing(named: Mapping[str, str], there: Iterable[str]) -> Iterator[Found]:
    """Say which of the things that are named (IRI -> field) are not there."""
    known = set(there)
    for iri, field in named.items():
        if iri not in known:
            yield Found(field, MISSING)


def number(store: Store, iri: str, typed: Typed) -> Iterator[Found]:
    """Say what is odd about the resource code, and whether another entry has it."""
    for code in typed.fields.get("dct:identifier", ()):
        if numbers.holder(store, code, iri):
            yield Found("dct:identifier", TAKEN)
        fault = resource_codes.fault(code)
        unknown = None if fault else resource_codes.unknown_class(resource_codes.parse(code))
        for sentence in (fault, unknown):
            if sentence:
                yield Found("dct:identifier", sentence, advice=True)


def by_shapes(written: Iterable[tuple[Entry, Typed]]) -> dict[str, list[Found]]:
    """Give what the shapes say of entries, held against them all at once, by entry IRI."""
    places: dict[str, tuple[str, str]] = {}
    lines: list[str] = []
    for entry, typed in written:
        lines += (line for each in entry.lines.values() for line in each)
        places |= {node: (entry.iri, place) for node, place in _places(entry, typed)}
    found: dict[str, list[Found]] = {}
    for verdict in check("\n".join(lines)):
        if verdict.shape.rpartition("/")[2] in SAID_BY_AXES or verdict.focus not in places:
            continue
        iri, place = places[verdict.focus]
        name = _field(shortened(verdict.property)) if verdict.property else ""
        told = Found(
            f"{place}{name}", (verdict.en, verdict.zh), advice=verdict.severity != "Violation"
        )
        found.setdefault(iri, []).append(told)
    return found


def _places(entry: Entry, typed: Typed) -> Iterator[tuple[str, str]]:
    """Give the names of an entry and its rows, each with where it stands in the form."""
    yield entry.iri, ""
    head = entry.iri.rpartition(f"/{entry.kind}/")[0]
    for kind, name, rows in (
        ("item", "items", typed.items),
        ("distribution", "files", typed.files),
    ):
        for at, own in enumerate(names_of(rows)):
            yield f"{head}/{kind}/{entry.code}.{own}", f"{name}.{at}."


def _field(name: str) -> str:
    """Give the field in which what a shape speaks of is typed."""
    return f"{name}@zh" if name in IN_CHINESE else STANDS_IN.get(name, name)
