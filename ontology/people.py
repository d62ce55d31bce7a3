"""Who a person is: roles, for whom each is held, and what a token lets through of them.

A role is held for a department or a district (the cataloguer of the transport commission), for the
whole city or one district (the reviewer), or for nobody but oneself (a developer). Nobody holds a
right by name: only by role.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ontology.code_lists import Concept, code_list
from ontology.errors import Invalid
from ontology.sentences import Sentence


class Role(StrEnum):
    """What a person is here; the values are the notations of the list `role`."""

    VISITOR = "visitor"
    DEVELOPER = "developer"
    CATALOGUER = "cataloguer"
    APPROVER = "approver"
    STEWARD = "steward"
    REVIEWER = "reviewer"
    SHARING_OFFICER = "sharing-officer"
    OPENNESS_OFFICER = "openness-officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def concept(self) -> Concept:
        """Give the concept of the list, with the duty as its definition."""
        found = code_list("role").by_notation(self.value)
        assert found is not None
        return found

    @property
    def words(self) -> Sentence:
        """Give what the role is called, in English and Chinese."""
        return self.concept.en, self.concept.zh


class Holder(StrEnum):
    """For whom a role can be held."""

    ONESELF = "oneself"  # no code
    DEPARTMENT = "department"  # always a code: of a department, or of a district for all of it
    CITY = "city"  # no code for the whole city, or the code of a district


HOLDERS: dict[Role, Holder] = {
    Role.VISITOR: Holder.ONESELF,
    Role.DEVELOPER: Holder.ONESELF,
    Role.CATALOGUER: Holder.DEPARTMENT,
    Role.APPROVER: Holder.DEPARTMENT,
    Role.STEWARD: Holder.DEPARTMENT,
    Role.REVIEWER: Holder.CITY,
    Role.SHARING_OFFICER: Holder.CITY,
    Role.OPENNESS_OFFICER: Holder.CITY,
    Role.AUDITOR: Holder.CITY,
    Role.ADMINISTRATOR: Holder.CITY,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, held for `holder`: a department's code, a district's, or None for the city.

    Raises Invalid where the role cannot be held so.
    """

    role: Role
    holder: str | None = None

    def __post_init__(self) -> None:
        """Hold that a role has the kind of holder that the table asks for."""
        asked, (en, zh) = HOLDERS[self.role], self.role.words
        if asked is Holder.DEPARTMENT and not self.holder:
            raise Invalid(
                f"The role “{en}” is held for a department or a district: say which.",
                f"“{zh}”须为某个部门或某个区担任，请写明。",
            )
        if self.holder == "" or (asked is Holder.ONESELF and self.holder):
            raise Invalid(
                f"The role “{en}” is not held for “{self.holder}”.",
                f"“{zh}”不能为“{self.holder}”担任。",
            )


class Scope(StrEnum):
    """What a token may be made for. What each lets through stands in `ontology.scopes`."""

    READ_OPEN = "read:open"
    READ_SHARED = "read:shared"
    READ_GOVERNANCE = "read:governance"
    READ_AUDIT = "read:audit"
    QUERY = "query"
    UPDATE = "update"
    WRITE_CATALOGUE = "write:catalogue"
    WRITE_STORE = "write:store"
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who asks: their account's name, roles, and the token they come through, if any.

    `verified` says that the account was confirmed (by e-mail; for a developer, by the review of
    the real name). `scopes` is None for a person who signed in, else what their token lets through.
    """

    name: str
    grants: tuple[Grant, ...] = ()
    verified: bool = False
    active: bool = True
    scopes: frozenset[Scope] | None = None

    def by_token(self, scopes: frozenset[Scope]) -> Person:
        """Give the same person as they come through a token of these scopes."""
        return replace(self, scopes=scopes)


COMMAND_LINE = "command line"  # who runs a command and does not say who that is
ANYONE = Person("")  # whoever has not signed in
VISITING = Grant(Role.VISITOR)


def grants_in_force(person: Person) -> tuple[Grant, ...]:
    """Give what the person holds now: everyone is a visitor, an account out of force no more."""
    return (VISITING, *person.grants) if person.active and person.verified else (VISITING,)


def holds(grant: Grant, owner: str | None, district: str | None) -> bool:
    """Say whether a grant counts for what belongs to that department, in that district."""
    return grant.holder is None or grant.holder in (owner, district)
