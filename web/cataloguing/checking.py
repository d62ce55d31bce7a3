"""What is wrong with a draft: each fault beside its field, in the reader's language.

Faults keep a draft from being handed in; advice does not. What is looked at is said in
`graph.cataloguing.checking`; here it is put into the reader's words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.cataloguing.cases import Cases
from graph.cataloguing.checking import axes_of, by_shapes, law_of_axes, missing, number
from graph.cataloguing.drafts import Subject
from graph.cataloguing.typed import Typed
from graph.cataloguing.writing import linked
from ontology.clearance import Clearance
from ontology.errors import Invalid
from web.accounts.people import words

__all__ = ["OWED", "Told", "axes_of", "complete", "faults_only", "told_of"]

OWED = frozenset({"dct:title@zh", "gov:sharingType", "gov:opennessType"})


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
    base = cases.instance.home.settings.base
    store = cases.instance.snapshots.view(Clearance.GOVERNANCE).store
    found = [
        *law_of_axes(subject.kind, typed),
        *missing(linked(typed, base), cases.others(typed, base)),
        *number(store, subject.iri, typed),
        *by_shapes([(written.entry, typed)]).get(subject.iri, ()),
    ]
    said = [
        *(Told(each.field, words(each.sentence)) for each in written.wrong),
        *(Told(each.field, words(each.sentence), advice=each.advice) for each in found),
    ]
    seen: dict[tuple[str, str], Told] = {}
    for each in sorted(said, key=lambda one: one.advice):
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
