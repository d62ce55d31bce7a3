"""The two axes, sharing and openness: what each demands, and what one demands of the other.

Not shared means not open; what is conditional states its condition; what is withheld names its
negative-list class and its legal basis; an entry is as strict as its strictest item (the resource
forms of 2016-17, DOMAIN §1.3, §1.6). Every fault names its field, to stand beside it on a form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ontology.code_lists import code_list
from ontology.sentences import Sentence

UNCONDITIONAL = "unconditional"
CONDITIONAL = "conditional"
NONE = "none"
STRICTNESS = {UNCONDITIONAL: 0, CONDITIONAL: 1, NONE: 2}  # by the notations of both lists

SHARING = "gov:sharingType"
SHARING_CONDITION = "gov:sharingCondition"
OPENNESS = "gov:opennessType"
OPENNESS_CONDITION = "gov:opennessCondition"
REFUSAL = "gov:refusalClass"
BASIS = "gov:legalBasis"


@dataclass(frozen=True, slots=True)
class Axes:
    """What an entry or item says of itself, as notations of the lists and texts; "" is unsaid."""

    sharing: str = ""
    openness: str = ""
    sharing_condition: str = ""
    openness_condition: str = ""
    refusal: str = ""
    basis: str = ""


class Broken(StrEnum):
    """Which invariant is broken."""

    UNSAID = "unsaid"
    UNKNOWN = "unknown"
    NOT_SHARED_NOT_OPEN = "not-shared-not-open"
    CONDITION = "states-condition"
    CLASS = "names-class"
    BASIS = "names-basis"
    STRICTEST_ITEM = "strictest-item"


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken invariant: the property it stands beside (a CURIE) and its sentence."""

    field: str
    broken: Broken
    sentence: Sentence


SENTENCES: dict[tuple[str, Broken], Sentence] = {
    (SHARING, Broken.UNSAID): (
        "Choose how it is shared between departments.",
        "请选择共享类型。",
    ),
    (OPENNESS, Broken.UNSAID): ("Choose how it is opened to society.", "请选择开放类型。"),
    (SHARING, Broken.UNKNOWN): (
        "The sharing type is one of: unconditional, conditional, not shared.",
        "共享类型只能是无条件共享、有条件共享、不予共享之一。",
    ),
    (OPENNESS, Broken.UNKNOWN): (
        "The openness type is one of: unconditional, conditional, not open.",
        "开放类型只能是无条件开放、有条件开放、非开放之一。",
    ),
    (REFUSAL, Broken.UNKNOWN): (
        "The negative-list class is A, B or C.",
        "负面清单类别只能是 A、B、C 之一。",
    ),
    (OPENNESS, Broken.NOT_SHARED_NOT_OPEN): (
        "What is not shared between departments cannot be open to society: choose “not open”.",
        "不予共享的数据不能向社会开放：请选“非开放”。",
    ),
    (SHARING_CONDITION, Broken.CONDITION): (
        "Conditional sharing states its condition: the scope and the use.",
        "有条件共享须写明共享条件：使用范围与用途。",
    ),
    (OPENNESS_CONDITION, Broken.CONDITION): (
        "Conditional opening states its condition.",
        "有条件开放须写明开放条件。",
    ),
    (REFUSAL, Broken.CLASS): (
        "What is withheld names its class: A a law, B a superior's document, C a vertical system.",
        "不予共享或非开放须列明负面清单类别：A 法律规定，B 上级文件，C 垂直系统。",
    ),
    (BASIS, Broken.BASIS): (
        "What is withheld names its basis: the law and article, or the document and its number.",
        "不予共享或非开放须写明依据：法律名称与条款，或文件标题与文号。",
    ),
    (SHARING, Broken.STRICTEST_ITEM): (
        "An item is shared more strictly than the entry: the entry is as strict as its strictest.",
        "有数据项的共享类型比条目更严：条目须与最严的数据项一致。",
    ),
    (OPENNESS, Broken.STRICTEST_ITEM): (
        "An item is opened more strictly than the entry: the entry is as strict as its strictest.",
        "有数据项的开放类型比条目更严：条目须与最严的数据项一致。",
    ),
}


def faults(axes: Axes) -> tuple[Fault, ...]:
    """Give what is wrong with the axes of one entry or item, in the order of the fields.

    What is unsaid breaks nothing here; `unsaid` names it where a form asks for it.
    """
    withheld = NONE in (axes.sharing, axes.openness)
    checks = (
        (SHARING, Broken.UNKNOWN, axes.sharing not in ("", *STRICTNESS)),
        (SHARING_CONDITION, Broken.CONDITION, _missing(axes.sharing, axes.sharing_condition)),
        (OPENNESS, Broken.UNKNOWN, axes.openness not in ("", *STRICTNESS)),
        (OPENNESS, Broken.NOT_SHARED_NOT_OPEN, _opened_unshared(axes)),
        (OPENNESS_CONDITION, Broken.CONDITION, _missing(axes.openness, axes.openness_condition)),
        (REFUSAL, Broken.CLASS, withheld and not axes.refusal),
        (REFUSAL, Broken.UNKNOWN, axes.refusal not in ("", *_refusal_classes())),
        (BASIS, Broken.BASIS, withheld and not axes.basis.strip()),
    )
    return tuple(_fault(field, broken) for field, broken, holds in checks if holds)


def unsaid(axes: Axes) -> tuple[Fault, ...]:
    """Give a fault for each axis that is not stated; an entry that is handed in states both."""
    checks = ((SHARING, axes.sharing), (OPENNESS, axes.openness))
    return tuple(_fault(field, Broken.UNSAID) for field, value in checks if not value)


def faults_with_items(entry: Axes, items: Iterable[Axes]) -> tuple[Fault, ...]:
    """Give what is wrong with an entry's axes, of themselves and beside those of its items."""
    least = strictest((entry, *items))
    checks = (
        (SHARING, _rank(entry.sharing) < _rank(least.sharing)),
        (OPENNESS, _rank(entry.openness) < _rank(least.openness)),
    )
    looser = tuple(_fault(field, Broken.STRICTEST_ITEM) for field, holds in checks if holds)
    return faults(entry) + looser


def strictest(items: Iterable[Axes]) -> Axes:
    """Give the two types that an entry of these items must have; "" where no item says.

    Not shared means not open, also where the two come from different items. Only the types are
    given: conditions and reasons are the entry's own.
    """
    given = tuple(items)
    sharing = max((each.sharing for each in given), key=_rank, default="")
    openness = max((each.openness for each in given), key=_rank, default="")
    return Axes(sharing, NONE if sharing == NONE else openness)


def as_strict(entry: Axes, items: Iterable[Axes]) -> Axes:
    """Give the entry's axes made as strict as its strictest item, as a form offers to do."""
    least = strictest((entry, *items))
    return replace(entry, sharing=least.sharing, openness=least.openness)


def _rank(notation: str) -> int:
    """Order the types by strictness; what is unsaid or unknown binds nobody."""
    return STRICTNESS.get(notation, -1)


def _missing(kind: str, condition: str) -> bool:
    return kind == CONDITIONAL and not condition.strip()


def _opened_unshared(axes: Axes) -> bool:
    return axes.sharing == NONE and axes.openness in (UNCONDITIONAL, CONDITIONAL)


def _refusal_classes() -> tuple[str, ...]:
    return tuple(each.notation for each in code_list("refusal-class"))


def _fault(field: str, broken: Broken) -> Fault:
    return Fault(field, broken, SENTENCES[field, broken])
