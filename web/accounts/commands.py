"""What `govgraph user …` does: make accounts, give and take roles, disable, make tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from rich.console import Console

from graph.instance import Instance
from graph.ledger.audit import DONE, REFUSED, Event
from ontology.errors import Conflict, GovgraphError, Invalid, NotFound
from ontology.people import COMMAND_LINE, HOLDERS, Grant, Holder, Person, Role, Scope
from ontology.permissions import within
from web.accounts import first
from web.accounts.holders import is_district, of_the_office
from web.accounts.passwords import hashed
from web.accounts.store import Accounts, Known, accounts_of

PLACE = "local"
NAMED = 200  # characters of a name that are kept of a command that was refused


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for: a role and for whom, scopes of a token, an address."""

    role: str
    department: str | None = None
    scopes: tuple[str, ...] = ()
    email: str | None = None


@contextmanager
def opened(instance: Instance, action: str, name: str, now: datetime) -> Iterator[Accounts]:
    """Give the accounts of an instance for one command; what is refused is written down."""
    try:
        accounts = accounts_of(instance)
        try:
            yield accounts
        except GovgraphError as error:
            told = {"thing": name[:NAMED], "why": error.en, "details": {"why_zh": error.zh}}
            accounts.audit.add(Event(now, COMMAND_LINE, action, REFUSED, place=PLACE, **told))  # type: ignore[arg-type]
            raise
    finally:
        instance.close()


def add(instance: Instance, name: str, wish: Wish, now: datetime, console: Console) -> None:
    """Make an account (or take the one there is), give the role, print password and token once.

    All of it, or where something is refused nothing.
    """
    with opened(instance, "make account", name, now) as accounts:
        grant = grant_of(instance, wish.role, wish.department)
        known = accounts.find(name)
        held = known.person().grants if known else ()
        scopes = useful(Person(name, (*held, grant), verified=True), wish.scopes)
        if known is None:
            password = made(accounts, name, wish, now)
            console.print(f"[bold]✓[/] Account {name}. Its first password: [bold]{password}[/]")
            console.print(for_once(instance), soft_wrap=True)
        elif wish.email and wish.email != known.email:
            raise Conflict(
                f"There is an account {name} already, with another address; nothing was changed.",
                f"账号 {name} 已存在，且邮箱不同，未作更改。",
            )
        give(accounts, name, grant, now)
        console.print(f"[bold]✓[/] {name}: {roles_in_words(accounts.get(name))}")
        if scopes:
            text = token(accounts, name, scopes, now)
            console.print("  Its token, shown this once:", soft_wrap=True)
            print(text)  # noqa: T201 - on standard output alone, for a script to take


def made(accounts: Accounts, name: str, wish: Wish, now: datetime) -> str:
    """Make an account and give its first password; raise Invalid for an address that is none."""
    if wish.email is not None:
        try:
            validate_email(wish.email, check_deliverability=False)
        except EmailNotValidError:
            raise Invalid(
                f"“{wish.email}” is no e-mail address.", f"“{wish.email}”不是邮箱地址。"
            ) from None
    accounts.add(name, now=now, email=wish.email, confirmed=True)
    noted(accounts, "make account", name, now)
    return first_password(accounts, name, now)


def first_password(accounts: Accounts, name: str, now: datetime) -> str:
    """Give an account a password that its owner has to replace; gives the password."""
    password = secrets.token_urlsafe(15)
    first.give(accounts, name, hashed(password), now)
    return password


def for_once(instance: Instance) -> str:
    """Say what a first password is good for, and how long."""
    days = instance.home.settings.first_password_days
    until = f" It lapses after {days} days." if days else ""
    return f"  It opens nothing but the page on which another is chosen.{until}"


def password(instance: Instance, name: str, now: datetime, console: Console) -> None:
    """Give an account a new first password; whoever has a session of it is out."""
    with opened(instance, "make first password", name, now) as accounts:
        accounts.get(name)
        text = first_password(accounts, name, now)
        noted(accounts, "make first password", name, now)
        console.print(f"[bold]✓[/] {name} has a first password again: [bold]{text}[/]")
        console.print(for_once(instance), soft_wrap=True)


def role(  # noqa: PLR0913 - as the command line says it
    instance: Instance, name: str, wish: Wish, now: datetime, console: Console, *, take: bool
) -> None:
    """Give an account a role, or take it back."""
    with opened(instance, "take role" if take else "give role", name, now) as accounts:
        grant = grant_of(instance, wish.role, wish.department)
        if take:
            held = next((each for each in accounts.get(name).grants if each.grant == grant), None)
            if held is None:
                raise NotFound(f"{name} does not hold that role.", f"{name} 没有该角色。")
            accounts.take(name, held.number, by=COMMAND_LINE, now=now)
            noted(accounts, "take role", name, now, role=grant.role, holder=grant.holder or "")
        else:
            give(accounts, name, grant, now)
        console.print(f"[bold]✓[/] {name}: {roles_in_words(accounts.get(name))}")


def disable(instance: Instance, name: str, now: datetime, console: Console, *, undo: bool) -> None:
    """Disable an account, or let it in again."""
    action = "enable account" if undo else "disable account"
    with opened(instance, action, name, now) as accounts:
        accounts.set_active(name, active=undo, now=now)
        noted(accounts, action, name, now)
        console.print(f"[bold]✓[/] {name} is {'in force again' if undo else 'disabled'}.")


def give(accounts: Accounts, name: str, grant: Grant, now: datetime) -> None:
    """Give a role and write it down."""
    accounts.grant(name, grant, by=COMMAND_LINE, now=now)
    noted(accounts, "give role", name, now, role=grant.role, holder=grant.holder or "")


def useful(owner: Person, scopes: Iterable[str]) -> tuple[Scope, ...]:
    """Give the scopes that were wished for; raise Invalid where the owner has no use for one."""
    wished = frozenset(Scope(each) for each in scopes)
    if useless := wished - within(wished, owner):
        named = ", ".join(sorted(useless))
        raise Invalid(
            f"{owner.name} may not use {named}: a token never exceeds its owner.",
            f"{owner.name} 无权使用 {named}：令牌的权限不超过其所有人。",
        )
    return tuple(sorted(wished))


def token(accounts: Accounts, name: str, scopes: tuple[Scope, ...], now: datetime) -> str:
    """Make a token and give its text."""
    text = accounts.tokens.issue(owner=name, name=COMMAND_LINE, scopes=scopes, now=now)
    noted(accounts, "make token", name, now, token=text[:12], scopes=" ".join(scopes))
    return text


def grant_of(instance: Instance, name: str, code: str | None) -> Grant:
    """Read a role as it is named.

    Raises Invalid for a department or district that is not there, and for a role of the city's
    office in a department: such are held for the whole city or for a district.
    """
    grant = Grant(Role(name), code)
    if code is not None and not is_known(instance, code):
        raise Invalid(
            f"There is no department or district of the code “{code}”.",
            f"没有代码为“{code}”的部门或区。",
        )
    if code is not None and HOLDERS[grant.role] is Holder.CITY and not is_district(code):
        raise of_the_office(grant.role, code)
    return grant


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
            at=now,
            actor=COMMAND_LINE,
            action=action,
            outcome=DONE,
            thing=name,
            place=PLACE,
            details=told,
        )
    )


def roles_in_words(known: Known) -> str:
    """Give what an account holds, in a line."""
    held = (f"{each.grant.role}@{each.grant.holder or 'city'}" for each in known.grants)
    return ", ".join(held) or "no role"
