"""What is under way as one reader sees it, and what of it waits for them: law is asked pile by pile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from flask import request

from graph.cataloguing.cases import thing_of
from graph.cataloguing.drafts import UNDER_WAY, Draft
from graph.cataloguing.piles import Mark, Pile, Piles
from ontology.actions import Action
from ontology.people import Person
from ontology.permissions import Thing, Verdict, can
from ontology.states import State
from ontology.workflows import due_in, steps
from web.catalogue.asking import page_of
from web.cataloguing.here import cases
from web.site import site

# What decides on a draft, in the order in which a button offers it.
DECIDING = (Action.APPROVE, Action.REVIEW, Action.PUBLISH)


def page_number(name: str, size: int, total: int) -> int:
    """Read which page of a list is asked for; what was decided since may have made it shorter."""
    return min(page_of(request.args.get(name, ""), name), max(1, -(-total // size)))


def piles() -> Piles:
    """Give the piles of this house."""
    return Piles(cases().instance.ledger)


def seen(person: Person, states: Iterable[State]) -> tuple[Pile, ...]:
    """Give the piles that the person may see."""
    found = piles().counted(frozenset(states))
    return tuple(each for each in found if can(person, Action.READ_DRAFT, pile_thing(each)))


def waiting_for(person: Person) -> list[Mark]:
    """Give every draft that waits for the person's decision, the soonest due first."""
    return for_the_person(person, in_order(person, decided_by(person, seen(person, UNDER_WAY))))


def decided_by(person: Person, found: Iterable[Pile]) -> tuple[Pile, ...]:
    """Give the piles on which the person decides, but for what is their own."""
    ways = {*DECIDING, Action.RETURN}
    return tuple(each for each in found if takes(person, pile_thing(each), ways))


def in_order(person: Person, found: Iterable[Pile]) -> list[Mark]:
    """Give the drafts of piles, the soonest due first; what has no clock comes last."""
    due, zone = days(), site().zone
    return sorted(
        piles().marks(found, person.name),
        key=lambda each: due(each.thing.state, each.since.astimezone(zone).date()),
    )


def for_the_person(person: Person, marks: Iterable[Mark]) -> list[Mark]:
    """Give the drafts that the person may lead on: none of their own."""

    @cache
    def may(thing: Thing) -> bool:
        return takes(person, thing, set(DECIDING))

    return [each for each in marks if may(each.thing)]


def decisions(person: Person) -> Callable[[Draft], Verdict | None]:
    """Give what says whether the person may lead a draft on; None where it is not decided on."""

    @cache
    def told(thing: Thing) -> Verdict | None:
        found = steps(thing.state, person, thing)
        return next((verdict for step, verdict in found if step.action in DECIDING), None)

    return lambda draft: told(as_far_as(person, thing_of(draft)))


def as_far_as(person: Person, thing: Thing) -> Thing:
    """Leave out who had a part in it where the person had none: the answer is that of its pile."""
    if person.name in {thing.author, *thing.hands, thing.approver}:
        return thing
    return replace(thing, author=None, hands=(), approver=None)


def takes(person: Person, thing: Thing, ways: Iterable[Action]) -> bool:
    """Say whether the person may take one of these steps on a draft."""
    return any(told for step, told in steps(thing.state, person, thing) if step.action in ways)


def days() -> Callable[[State | None, date], date]:
    """Give what reckons the day on which a draft is due, each day once."""

    @cache
    def due(state: State | None, since: date) -> date:
        found = due_in(state, since) if state else None
        return found.day if found else date.max

    return due


def pile_thing(pile: Pile) -> Thing:
    """Give what the law asks of a pile."""
    return Thing("draft", pile.owner, pile.state, district=pile.district)
