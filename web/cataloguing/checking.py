"""What is wrong with a draft: each fault beside its field, in the reader's language.

Faults keep a draft from being handed in; advice does not. They come from what cannot be read
(`graph.writing`), the law of both axes (`ontology.axes`), the shapes, and other things that are
named but not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from graph import numbers
from graph.cases import Cases
from graph.drafts import Subject
from graph.entries import Entry
from graph.typed import ITEM, WITH_ROWS, Row, Typed, curie, names_of, notation
from graph.writing import linked
from ontology import axes, resource_codes
from ontology.axes import Axes
from ontology.clearance import Clearance
from ontology.errors import Invalid
from ontology.sentences import Sentence
from ontology.terms import shortened
from ontology.validation import check
from web.people import words

# Rules that the law of the axes says already, beside the field.
SAID_BY_AXES = (
    "not-shared-not-open",
    "conditional-sharing-states-condition",
    "conditional-opening-states-condition",
    "refusal-names-class",
    "refusal-names-basis",
)
OWED = frozenset({"dct:title@zh", "gov:sharingType", "gov:opennessType"})
MISSING: Sentence = (
    "There is no such thing in the catalogue: write its code or its address.",
    "目录中没有这一项：请填写其代码或网址。",
)
TAKEN: Sentence = (
    "Another entry has this resource code already.",
    "已有其他条目使用此资源代码。",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said of a field ("items.3.gov:length" in a row, "" of the whole).

    `advice` may stay; what is `owed` is only not said yet: a form that was just begun keeps still.
    """

    field: str
    words: str
    advice: bool = False
    owed: bool = False


def told_of(cases: Cases, subject: Subject, typed: Typed) -> tuple[Told, ...]:
    """Give everything that is wrong with what was typed, faults first, each once."""
    written = cases.written(subject, typed)
    found = [
        *(Told(each.field, words(each.sentence)) for each in written.wrong),
        *_axes(subject.kind, typed),
        *_links(cases, typed),
        *_number(cases, subject, typed),
        *_shapes(written.entry, subject, typed),
    ]
    seen: dict[tuple[str, str], Told] = {}
    for each in sorted(found, key=lambda one: one.advice):
        owed = each.field in OWED and not typed.one(each.field)
        seen.setdefault((each.field, each.words), replace(each, owed=owed))
    return tuple(seen.values())


def faults_only(found: Iterable[Told]) -> tuple[Told, ...]:
    """Give what keeps a draft from being handed in."""
    return tuple(each for each in found if not each.advice)


def complete(cases: Cases, subject: Subject, typed: Typed) -> None:
    """Raise Invalid where a draft cannot be handed in yet."""
    found = faults_only(told_of(cases, subject, typed))
    if found:
        raise Invalid(
            f"{len(found)} things are to be mended before it can be handed in.",
            f"提交前还有 {len(found)} 处需要修改。",
        )


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


def _axes(kind: str, typed: Typed) -> Iterator[Told]:
    """Say what breaks the law of both axes, of the entry and of each item."""
    if kind not in WITH_ROWS:
        return
    entry, items = axes_of(typed), [axes_of(row) for row in typed.items]
    for fault in (*axes.unsaid(entry), *axes.faults_with_items(entry, items)):
        yield Told(_named(fault.field), words(fault.sentence))
    for at, each in enumerate(items):
        for fault in axes.faults(each):
            yield Told(f"items.{at}.{_named(fault.field)}", words(fault.sentence))


def _named(name: str) -> str:
    """Give the field in which a property is typed."""
    return next((each for each in ITEM if curie(each) == name), name)


def _links(cases: Cases, typed: Typed) -> Iterator[Told]:
    """Say which other things are named and are not there."""
    base = cases.instance.home.settings.base
    there = cases.others(typed, base)
    for iri, field in linked(typed, base).items():
        if iri not in there:
            yield Told(field, words(MISSING))


def _number(cases: Cases, subject: Subject, typed: Typed) -> Iterator[Told]:
    """Say what is odd about the resource code, and whether another entry has it."""
    view = cases.instance.snapshots.view(Clearance.GOVERNANCE)
    for code in typed.fields.get("dct:identifier", ()):
        if numbers.holder(view.store, code, subject.iri):
            yield Told("dct:identifier", words(TAKEN))
        fault = resource_codes.fault(code)
        unknown = None if fault else resource_codes.unknown_class(resource_codes.parse(code))
        for sentence in (fault, unknown):
            if sentence:
                yield Told("dct:identifier", words(sentence), advice=True)


def _shapes(entry: Entry, subject: Subject, typed: Typed) -> Iterator[Told]:
    """Say what the shapes say of the entry that this would be."""
    places = {subject.iri: ""}
    head = subject.iri.rpartition(f"/{subject.kind}/")[0]
    for kind, rows in (("item", typed.items), ("distribution", typed.files)):
        for at, name in enumerate(names_of(rows)):
            places[f"{head}/{kind}/{subject.code}.{name}"] = f"{kind}s.{at}."
    text = "\n".join(line for lines in entry.lines.values() for line in lines)
    for verdict in check(text):
        if verdict.shape.rpartition("/")[2] in SAID_BY_AXES or verdict.focus not in places:
            continue
        place = places[verdict.focus].replace("distributions.", "files.")
        name = _field(shortened(verdict.property)) if verdict.property else ""
        said = words((verdict.en, verdict.zh))
        yield Told(f"{place}{name}", said, advice=verdict.severity != "Violation")


IN_CHINESE = frozenset({"dct:title", "dct:description", "csvw:title", "dcat:keyword"})
STANDS_IN = {"dcat:contactPoint": "vcard:fn@zh", "dcat:distribution": ""}


def _field(name: str) -> str:
    """Give the field in which what a shape speaks of is typed."""
    return f"{name}@zh" if name in IN_CHINESE else STANDS_IN.get(name, name)
