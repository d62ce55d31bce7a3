"""What `govgraph user …` does: make accounts, give and take roles, disable, make tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console

from graph.audit import DONE, REFUSED, Audit, Event
from graph.instance import Instance
from ontology.errors import GovgraphError, Invalid, NotFound
from ontology.people import HOLDERS, Grant, Holder, Role, Scope
from ontology.permissions import within
from web.accounts.passwords import hashed
from web.accounts.store import Accounts, Known, accounts_of

ACTOR = "command line"
PLACE = "local"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for: a role and for whom, scopes of a token, an address."""

    role: str
    department: str | None = None
    scopes: tuple[str, ...] = ()
    email: str | None = None


@contextmanager
def opened(instance: Instance) -> Iterator[Accounts]:
    """Give the accounts of an instance for one command."""
    try:
        yield accounts_of(instance)
    finally:
        instance.close()


def add(instance: Instance, name: str, wish: Wish, now: datetime, console: Console) -> None:
    """Make an account (or take the one there is), give the role, print password and token once."""
    grant = grant_of(instance, wish.role, wish.department)
    with opened(instance) as accounts:
        known = accounts.find(name)
        if known is None:
            password = secrets.token_urlsafe(15)
            secret = hashed(password)
            accounts.add(name, now=now, email=wish.email, password_hash=secret, confirmed=True)
            noted(accounts, "make account", name, now)
            console.print(f"[bold]✓[/] Account {name}. Its first password: [bold]{password}[/]")
        give(accounts, name, grant, now)
        if wish.scopes:
            text = token(accounts, accounts.get(name), wish.scopes, now)
            console.print("  Its token, shown this once:", soft_wrap=True)
            print(text)  # noqa: T201 - on standard output alone, for a script to take


def role(  # noqa: PLR0913 - as the command line says it
    instance: Instance, name: str, wish: Wish, now: datetime, console: Console, *, take: bool
) -> None:
    """Give an account a role, or take it back."""
    grant = grant_of(instance, wish.role, wish.department)
    with opened(instance) as accounts:
        if take:
            held = next((each for each in accounts.get(name).grants if each.grant == grant), None)
            if held is None:
                raise NotFound(f"{name} does not hold that role.", f"{name} 没有该角色。")
            accounts.take(name, held.number, by=ACTOR, now=now)
            noted(accounts, "take role", name, now, role=grant.role, holder=grant.holder or "")
        else:
            give(accounts, name, grant, now)
        console.print(f"[bold]✓[/] {name}: {roles_in_words(accounts.get(name))}")


def disable(instance: Instance, name: str, now: datetime, console: Console, *, undo: bool) -> None:
    """Disable an account, or let it in again."""
    with opened(instance) as accounts:
        accounts.set_active(name, active=undo, now=now)
        noted(accounts, "enable account" if undo else "disable account", name, now)
        console.print(f"[bold]✓[/] {name} is {'in force again' if undo else 'disabled'}.")


def give(accounts: Accounts, name: str, grant: Grant, now: datetime) -> None:
    """Give a role and write it down."""
    accounts.grant(name, grant, by=ACTOR, now=now)
    noted(accounts, "give role", name, now, role=grant.role, holder=grant.holder or "")


def token(accounts: Accounts, known: Known, scopes: Iterable[str], now: datetime) -> str:
    """Make a token with the scopes that its owner has a use for; raise Invalid for others."""
    wished = frozenset(Scope(each) for each in scopes)
    useless = wished - within(wished, known.person())
    if useless:
        named = ", ".join(sorted(useless))
        raise Invalid(
            f"{known.name} may not use {named}: a token never exceeds its owner.",
            f"{known.name} 无权使用 {named}：令牌的权限不超过其所有人。",
        )
    text = accounts.tokens.issue(
        owner=known.name, name=ACTOR, scopes=tuple(sorted(wished)), now=now
    )
    noted(accounts, "make token", known.name, now, token=text[:12], scopes=" ".join(sorted(wished)))
    return text


def grant_of(instance: Instance, name: str, department: str | None) -> Grant:
    """Read a role as it is named; raise Invalid for a department or district that is not there."""
    held = Role(name)
    code = None if HOLDERS[held] is Holder.ONESELF else department
    if code is not None and not is_known(instance, code):
        raise Invalid(
            f"There is no department or district of the code “{code}”.",
            f"没有代码为“{code}”的部门或区。",
        )
    return Grant(held, code)


def is_known(instance: Instance, code: str) -> bool:
    """Say whether a department or a district has that code."""
    return any(
        each.live
        for kind in ("department", "district")
        for each in instance.ledger.entries_coded(kind, code)
    )


def noted(accounts: Accounts, action: str, name: str, now: datetime, **details: str) -> None:
    """Write to the audit what the command line did."""
    told = {key: str(value) for key, value in details.items() if value}
    accounts.audit.add(
        Event(
            at=now, actor=ACTOR, action=action, outcome=DONE, thing=name, place=PLACE, details=told
        )
    )


@contextmanager
def trailed(
    instance: Instance, action: str, thing: str, actor: str, now: datetime
) -> Iterator[None]:
    """Write to the audit what is done inside the block, or that it was refused and why."""
    audit = Audit(instance.ledger)
    told = {"at": now, "actor": actor, "action": action, "thing": thing, "place": PLACE}
    try:
        yield
    except GovgraphError as error:
        audit.add(Event(outcome=REFUSED, why=error.en, **told))  # type: ignore[arg-type]
        raise
    audit.add(Event(outcome=DONE, **told))  # type: ignore[arg-type]


def roles_in_words(known: Known) -> str:
    """Give what an account holds, in a line."""
    held = (f"{each.grant.role}@{each.grant.holder or 'city'}" for each in known.grants)
    return ", ".join(held) or "no role"
