"""A draft put together as the form that a page shows: fields, rows, faults, buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from graph.cataloguing.cases import thing_of
from graph.cataloguing.drafts import Draft
from graph.cataloguing.typed import NAME, WITH_ROWS, Row, Typed
from graph.search.question import Question
from ontology.actions import Action
from ontology.axes import as_strict
from ontology.clearance import Clearance
from ontology.code_lists import code_list
from ontology.people import Person
from ontology.vocabulary import Wording
from ontology.workflows import Transition, not_small, steps
from web.accounts.people import words
from web.catalogue.kinds import KINDS
from web.cataloguing.asks import Ask, ask, file_asks, form_of, item_asks
from web.cataloguing.checking import Told, axes_of, faults_only, told_of
from web.cataloguing.choices import Choice, choices_of, shown
from web.cataloguing.clock import clock_of
from web.cataloguing.desk import owner_named
from web.cataloguing.here import cases, refusal
from web.cataloguing.pages import Button, Form, Given, ItemRow, Part
from web.cataloguing.remarks import last_return, remarks_now
from web.language import language

BLANK_ROWS = 3  # for those who type without a script
SHOWN = (
    "csvw:title@zh",
    "csvw:name",
    "gov:dataType",
    "gov:length",
    "gov:sharingType",
    "gov:opennessType",
    "gov:element",
)
SHOWN_FILES = ("dct:title@zh", "dct:format", "dcat:accessURL", "dcat:downloadURL", "dct:license")
MUST = frozenset({"gov:sharingType", "gov:opennessType"})  # asked of an entry that is handed in
SUGGESTED = 3
# Steps that a form offers beside saving.
FORM_STEPS = (Action.SUBMIT, Action.CORRECT, Action.DISCARD)
ONE_VALUE = frozenset({"choice", "link", "text", "long", "date", "number", "address"})


@dataclass(frozen=True, slots=True)
class Wish:
    """How a form is to be shown: `blank` rows, elements suggested, what another editor saved."""

    blank: int = BLANK_ROWS
    suggest: bool = False
    checked: bool = False
    theirs: Typed | None = None
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the fields of one form are shown with."""

    kind: str
    told: Mapping[str, Sequence[Told]]
    remarks: Mapping[str, str]
    wish: Wish
    offered: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)


def said(wording: Wording) -> str:
    """Give words in the language of the page."""
    return wording.said(language())


def form_page(draft: Draft, typed: Typed, person: Person, wish: Wish | None = None) -> Form:
    """Put the form of a draft together."""
    wish = wish or Wish()
    kind = draft.subject.kind
    found = told_of(cases(), draft.subject, typed)
    returned = last_return(cases(), draft)
    remarks = remarks_now(cases(), draft, returned, typed)
    desk = Desk(
        kind,
        by_field(spoken(found, wish)),
        remarks,
        wish,
        offered(wish, typed),
    )
    rows = kind in WITH_ROWS
    entry = axes_of(typed)
    return Form(
        draft=draft,
        kind=str(KINDS[kind].one),
        owner=owner_named(draft.subject.owner),
        state=words(draft.state.words),
        title=typed.title or _("Untitled"),
        parts=parts(desk, typed),
        items=table(desk, "items", typed.items) if rows else (),
        files=table(desk, "files", typed.files) if rows else (),
        with_rows=rows,
        faults=named(kind, faults_only(found)),
        advice=sum(each.advice for each in found),
        buttons=form_buttons(draft, person),
        returned=returned,
        remarks=named(kind, (Told(name, text) for name, text in remarks.items())),
        conflict=wish.conflict,
        classes=classes() if rows else (),
        systems=systems_of(draft),
        looser=rows and as_strict(entry, map(axes_of, typed.items)) != entry,
        checked=wish.checked,
        clock=clock_of(draft),
    )


def spoken(found: Iterable[Told], wish: Wish) -> Iterable[Told]:
    """Leave out what is only not said yet, until the form is checked or handed in."""
    return (each for each in found if wish.checked or not each.owed)


def by_field(found: Iterable[Told]) -> dict[str, list[Told]]:
    """Give what is said, by field."""
    sorted_out: dict[str, list[Told]] = {}
    for each in found:
        sorted_out.setdefault(each.field, []).append(each)
    return sorted_out


def named(kind: str, found: Iterable[Told]) -> tuple[tuple[str, Told], ...]:
    """Give each thing said with the label of its field, as a summary leads to it."""
    return tuple((label_of(kind, each.field), each) for each in found)


def label_of(kind: str, name: str) -> str:
    """Give what a field is called, with the number of its row."""
    if not name:
        return str(KINDS[kind].one)
    label = said(ask(kind, name).label)
    place = name.split(".")
    if place[0] == "items":
        return str(_("Item %(n)s: %(field)s", n=int(place[1]) + 1, field=label))
    if place[0] == "files":
        return str(_("File %(n)s: %(field)s", n=int(place[1]) + 1, field=label))
    return label


def parts(desk: Desk, typed: Typed) -> tuple[Part, ...]:
    """Give the groups of the form."""
    return tuple(
        Part(
            id=group.iri.rpartition("/")[2],
            label=said(group.label),
            fields=tuple(
                given(desk, each, each.name, typed.fields.get(each.name, ())) for each in group.asks
            ),
        )
        for group in form_of(desk.kind)
    )


def given(desk: Desk, one: Ask, name: str, values: tuple[str, ...]) -> Given:
    """Give one field as it is shown."""
    theirs = None
    if desk.wish.theirs is not None and "." not in name:
        other = desk.wish.theirs.fields.get(name, ())
        theirs = "、".join(shown_value(one, each) for each in other) if other != values else None
    return Given(
        ask=one,
        name=name,
        id="f-" + "".join(each if each.isalnum() else "-" for each in name),
        label=said(one.label),
        help=said(one.help),
        values=values or (("",) if one.widget in ONE_VALUE else ()),
        choices=choices_of(one, values),
        told=tuple(desk.told.get(name, ())),
        remark=desk.remarks.get(name, ""),
        theirs=theirs,
        suggestions=desk.offered.get(name, ()),
        must=one.owed or (name in MUST and desk.kind in WITH_ROWS),
    )


def shown_value(one: Ask, value: str) -> str:
    """Say a value in words."""
    return shown(one.name, value)


def table(desk: Desk, kind: str, rows: Sequence[Row]) -> tuple[ItemRow, ...]:
    """Give the rows of items or files, with a few blank ones after them."""
    asks, first = (item_asks(), SHOWN) if kind == "items" else (file_asks(), SHOWN_FILES)
    blank = desk.wish.blank if kind == "items" else 1
    return tuple(
        row_of(desk, kind, at, row, asks, first) for at, row in enumerate([*rows, *[{}] * blank])
    )


def row_of(  # noqa: PLR0913, PLR0917 - where it stands and what is asked
    desk: Desk, kind: str, at: int, row: Row, asks: Sequence[Ask], first: Sequence[str]
) -> ItemRow:
    """Give one row: the cells that are always seen, and more."""
    head = f"{kind}.{at}."

    def cell(one: Ask) -> Given:
        value = row.get(one.name, "")
        return given(desk, one, head + one.name, (value,) if value else ())

    cells = tuple(cell(one) for one in shown_first(asks, first))
    more = tuple(cell(one) for one in asks if one.name not in first)
    return ItemRow(
        at, row.get(NAME, ""), cells, more, any(each.told or each.remark for each in more)
    )


def shown_first(asks: Sequence[Ask], names: Sequence[str]) -> list[Ask]:
    """Give the columns that are always seen, in the order of the table here."""
    return [each for name in names for each in asks if each.name == name]


def form_buttons(draft: Draft, person: Person) -> tuple[Button, ...]:
    """Give the steps that lead on from a form, each with why it may not be taken."""
    found = []
    for step, verdict in steps(draft.state, person, thing_of(draft)):
        if step.action in FORM_STEPS and not (step.small and not draft.subject.begun):
            why_not = refusal(verdict)
            if step.small and not why_not:
                large = not_small(cases().changed(draft))
                why_not = words(large) if large else ""
            found.append(button(step, why_not))
    return tuple(found)


def button(step: Transition, why_not: str = "") -> Button:
    """Give a step as a button."""
    return Button(
        action=step.action.value,
        words=words(step.words),
        why_not=why_not,
        reason=step.reason,
        remarks=step.remarks,
        first=step.action
        in {Action.SUBMIT, Action.APPROVE, Action.REVIEW, Action.PUBLISH, Action.REVISE},
        danger=step.action in {Action.DISCARD, Action.RETURN, Action.WITHDRAW, Action.ARCHIVE},
    )


def classes() -> tuple[Choice, ...]:
    """Give the groups that a resource code may begin with."""
    known = code_list("resource-class")
    return tuple(
        Choice(each.notation, f"{each.notation} {each.label(language())}")
        for each in known
        if len(each.notation) > 1
    )


def systems_of(draft: Draft) -> tuple[Choice, ...]:
    """Give the systems of the department, to choose from while typing."""
    instance = cases().instance
    owner = f"{instance.home.settings.base}/id/department/{draft.subject.owner}"
    view = instance.snapshots.view(Clearance.GOVERNANCE)
    question = Question(
        kinds=frozenset({"system"}), filters={"provider": frozenset({owner})}, size=100, facets=()
    )
    return tuple(
        Choice(hit.row.code, hit.row.title(language())) for hit in view.index.search(question).hits
    )


def offered(wish: Wish, typed: Typed) -> dict[str, tuple[Choice, ...]]:
    """Give the standard elements that items without one may stand for, by field."""
    if not wish.suggest:
        return {}
    return {
        f"items.{at}.gov:element": found
        for at, row in enumerate(typed.items)
        if not row.get("gov:element") and (found := elements(row.get("csvw:title@zh", "")))
    }


def elements(text: str) -> tuple[Choice, ...]:
    """Give the standard elements whose names are nearest to an item's."""
    if not text.strip():
        return ()
    view = cases().instance.snapshots.view(Clearance.OPEN)
    question = Question(
        text=text, kinds=frozenset({"element"}), size=SUGGESTED, facets=(), language=language()
    )
    found = view.index.search(question)
    if found.dropped:
        return ()
    return tuple(Choice(hit.row.code, hit.row.title(language())) for hit in found.hits)
