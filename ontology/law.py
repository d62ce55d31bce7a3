"""What law is made of: an action is allowed in ways, each for a role, for whom, and with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ontology.clearance import Clearance
from ontology.people import Role
from ontology.sentences import Sentence
from ontology.states import State


class Whose(StrEnum):
    """For whom the role must be held so that the way counts."""

    ANY = "any"  # for whomever
    CITY = "city"  # for the whole city
    THIS = "this"  # for the department (or district) that the thing belongs to, or the whole city
    SELF = "self"  # and the thing is the person's own


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be allowed: who, for whom, while the thing is in which states (none: any), why.

    `upto` is the clearance of the things for which it counts: none stricter.
    """

    roles: tuple[Role, ...]
    whose: Whose
    why: Sentence
    states: frozenset[State] = frozenset()
    upto: Clearance = Clearance.GOVERNANCE


@dataclass(frozen=True, slots=True)
class Law:
    """What an action is called ("You may not ...") and its ways; `ask` where roles say too little."""

    words: Sentence
    ways: tuple[Way, ...]
    ask: Sentence | None = None


class Part(StrEnum):
    """A part that somebody played in an entry and that keeps them from deciding on it."""

    AUTHOR = "author"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class Separation:
    """Which parts keep a person from an action, and the sentence they are told."""

    parts: frozenset[Part]
    why: Sentence


DEPARTMENT = (Role.CATALOGUER, Role.APPROVER, Role.STEWARD)
WITH_ACCOUNT = tuple(role for role in Role if role is not Role.VISITOR)

KEEPS_INSTANCE: Sentence = (
    "The administrator keeps the instance running.",
    "系统管理员负责系统运行。",
)
