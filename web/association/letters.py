"""Letters about sources: who is told of a decision, an objection, an answer, and a day that was missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from graph.association.libraries import Decision
from graph.association.objecting import UPHELD, Objection, day_of, until
from graph.association.suggesting import Element
from ontology.people import Role
from ontology.sentences import Sentence
from web.accounts.here import accounts
from web.accounts.holders import bodies
from web.accounts.letters import Letter, in_words, speakers, write
from web.accounts.store import Known
from web.association.words import START

OFFICE = (Role.REVIEWER, Role.SHARING_OFFICER)  # who decide on sources


def office() -> list[Known]:
    """Give those who answer for the city's office."""
    return accounts().holding(OFFICE)


def named(department: str) -> Sentence:
    """Give what a department is called."""
    code = department.rpartition("/")[2]
    body = bodies().get(code)
    return body.name if body else (code, code)


def page_of(element: Element) -> str:
    """Give the address of the page on which all of it is read and answered."""
    return f"{START}/element/{element.code}"


def tell_of_decision(
    element: Element, decision: Decision, departments: Iterable[str], by: str
) -> int:
    """Tell the departments that supply an element who its source is, and until when they may object."""
    (en, zh), (day, tag) = named(decision.lead), in_words(until(decision).day)
    letter = Letter(
        (f"The source of “{element.title}” is decided", f"“{element.title}”的数源已确定"),
        (
            (
                f"{en} is the source of “{element.title}”. "
                f"A department that supplies it may object until {day}."
            ),
            f"“{element.title}”的数源部门确定为{zh}。供给部门可在{tag}前（含当日）提出异议。",
        ),
        page_of(element),
    )
    return write(letter, speakers(departments), but=by)


def tell_of_reopening(element: Element, departments: Iterable[str], by: str) -> int:
    """Tell the departments that supply an element that the decision was taken back."""
    letter = Letter(
        (
            f"The decision on the source of “{element.title}” was taken back",
            f"“{element.title}”的数源决定已撤回",
        ),
        (
            f"Nothing is decided any more on the source of “{element.title}”. Why stands on its page.",
            f"“{element.title}”的数源决定已撤回，理由见页面。",
        ),
        page_of(element),
    )
    return write(letter, speakers(departments), but=by)


def tell_of_objection(element: Element, department: str, due: date, by: str) -> int:
    """Tell the city's office that a department objects, and by when it answers."""
    (en, zh), (day, tag) = named(department), in_words(due)
    letter = Letter(
        (f"An objection to the source of “{element.title}”", f"对“{element.title}”数源决定的异议"),
        (
            (
                f"{en} objects to the decision on the source of “{element.title}”. "
                f"An answer is due by {day}; the reason stands on the page, on which it is answered."
            ),
            (
                f"{zh}对“{element.title}”的数源决定提出异议，须在{tag}前（含当日）答复。"
                "理由见页面，并在该页面答复。"
            ),
        ),
        page_of(element),
    )
    return write(letter, office(), but=by)


def tell_of_answer(element: Element, said: Objection, outcome: str, by: str) -> int:
    """Tell a department what became of its objection."""
    en, zh = (
        ("upheld: the decision was taken back", "成立，决定已撤回")
        if outcome == UPHELD
        else ("dismissed: the decision stands", "不成立，决定不变")
    )
    letter = Letter(
        (
            f"Your objection to the source of “{element.title}” is answered",
            f"对“{element.title}”数源决定的异议已答复",
        ),
        (
            f"The objection was {en}. The answer stands on the page.",
            f"异议{zh}。答复见页面。",
        ),
        page_of(element),
    )
    return write(letter, speakers([said.department]), but=by)


def tell_of_delay(element: Element, said: Objection) -> int:
    """Tell the city's office, and the department that waits, that an answer is overdue."""
    (en, zh), (day, tag) = named(said.department), in_words(date.fromisoformat(said.due))
    at, gave = in_words(day_of(datetime.fromisoformat(said.at)))
    letter = Letter(
        (
            f"Overdue: the objection to the source of “{element.title}”",
            f"超期：对“{element.title}”数源决定的异议",
        ),
        (
            (
                f"{en} objected on {at} to the decision on the source of “{element.title}”. "
                f"An answer was due by {day} and was not given."
            ),
            f"{zh}于{gave}对“{element.title}”的数源决定提出异议，应在{tag}前答复，至今未答复。",
        ),
        page_of(element),
    )
    return write(letter, [*office(), *speakers([said.department])], must=True)
