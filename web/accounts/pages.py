"""What the pages of accounts, people, registrations and the audit show: a frozen record each."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.ledger.audit import Audited, Search
from graph.tokens import Token
from ontology.people import Role, Scope
from web.accounts.registry import Registration
from web.accounts.sessions import Sitting
from web.accounts.store import Held, Known


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its value and its words in the language of the page."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role as it is shown: what it is called, for whom it is held, who gave it when.

    `takeable` says that the reader may take it back.
    """

    held: Held
    role: str
    holder: str
    takeable: bool = False


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account: roles, how one signs in, sessions, and the registration if there is one.

    `mine` is the mark of this very session, `places` the keepers' pages that the person may open.
    """

    account: Known
    places: tuple[Choice, ...]
    grants: tuple[GrantLine, ...]
    sessions: tuple[Sitting, ...]
    mine: str
    passkeys: int
    recovery: bool
    clearance: str
    registration: Registration | None


@dataclass(frozen=True, slots=True)
class TokensPage:
    """One's own tokens, what new ones may be made for, and (once) the text of a new one."""

    tokens: tuple[Token, ...]
    scopes: tuple[Choice, ...]
    named: dict[Scope, str]
    today: str
    made: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """How it stands with letters: what is wrong, how many wait, how many were refused for good."""

    trouble: str
    waiting: int
    returned: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The accounts that the reader keeps, as searched for.

    `post` is told to who keeps the whole city's accounts, and only where something is wrong.
    """

    people: tuple[tuple[Known, tuple[GrantLine, ...]], ...]
    words: str
    role: str
    roles: tuple[Choice, ...]
    waiting: int
    post: Mail | None = None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One account as its keeper sees it: what it holds, held, and which roles can be given.

    `kept` says whether the reader may disable it; `why_not` says why where they may not. `drafts`
    is how many drafts in their hands the reader may hand over to others.
    """

    account: Known
    grants: tuple[GrantLine, ...]
    past: tuple[GrantLine, ...]
    roles: tuple[Choice, ...]
    holders: tuple[Choice, ...]
    tokens: tuple[Token, ...]
    kept: bool
    drafts: int = 0
    why_not: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """The form of real-name registration, or what became of it."""

    registration: Registration | None
    faults: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegistrationsPage:
    """The registrations that wait, and those decided last."""

    waiting: tuple[Registration, ...]
    decided: tuple[Registration, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the audit in words; `details` are (what, which)."""

    row: Audited
    deed: str
    outcome: str
    why: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows of the audit that fit a search; `older` leads to the next ones.

    `chain` is None where it was not walked, else every fault found in it (none: it holds).
    """

    rows: tuple[Told, ...]
    actions: tuple[Choice, ...]
    search: Search
    older: str
    exportable: bool
    exports: tuple[Choice, ...]
    length: int
    chain: tuple[str, ...] | None = None


ROLES_TO_GIVE = tuple(role for role in Role if role is not Role.VISITOR)
