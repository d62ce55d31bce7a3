"""First passwords: made by another than who uses them, good for a while, and for one thing only.

Who signs in with one is led to choose a password of their own before anything else opens; one that
was never used so lapses (OWASP ASVS 2.3.1). What is kept of it is who has one and since when.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask, redirect, request, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ontology.errors import Forbidden
from web.accounts.here import accounts, now
from web.accounts.models import Account, FirstPasswordRow
from web.accounts.store import Accounts, account_named
from web.site import site
from web.wording import moment

KEY = "first"  # what the session says of who came in with a first password
CHOOSING = "security.change_password"
OPEN = frozenset({CHOOSING, "security.logout", "static"})
ASKED_FIRST = (
    "Choose a password of your own first: the one you came in with was made by someone else.",
    "请先设置您自己的密码：您登录所用的是他人代为生成的初始密码。",
)


def give(held: Accounts, name: str, password_hash: str, at: datetime) -> None:
    """Set the password of an account to one that its owner is to replace, and end its sessions."""
    held.set_password(name, password_hash)
    held.sessions.end_all(name, now=at)
    with Session(held.ledger.writing) as writing, writing.begin():
        owner = account_named(writing, name).id
        writing.merge(FirstPasswordRow(account_id=owner, given=at.isoformat()))


def given(held: Accounts, name: str) -> datetime | None:
    """Give when an account got the first password that it still has; None where it has none."""
    query = (
        sa.select(FirstPasswordRow.given)
        .join(Account, Account.id == FirstPasswordRow.account_id)
        .where(Account.username == name)
    )
    with Session(held.ledger.engine) as reading:
        found = reading.scalar(query)
    return datetime.fromisoformat(found) if found else None


def ends(at: datetime) -> datetime | None:
    """Give when a first password of that moment lapses; None where the house lets it live."""
    days = site().settings.first_password_days
    return at + timedelta(days=days) if days else None


def lapsed(name: str) -> datetime | None:
    """Give when the first password of an account lapsed; None where it has none, or a good one."""
    at = given(accounts(), name)
    end = ends(at) if at else None
    return end if end and now() >= end else None


def replaced(name: str) -> None:
    """Forget that an account had a first password: its owner has chosen one."""
    session.pop(KEY, None)
    with Session(accounts().ledger.writing) as writing, writing.begin():
        owner = account_named(writing, name).id
        writing.execute(sa.delete(FirstPasswordRow).where(FirstPasswordRow.account_id == owner))


def noticed(name: str) -> None:
    """Remember in the session of who comes in that they have a first password."""
    if given(accounts(), name):
        session[KEY] = True


def asked_first() -> Response | None:
    """Lead who came in with a first password to where they choose their own."""
    if KEY not in session or request.endpoint in OPEN or request.authorization is not None:
        return None
    if "_user_id" not in session:  # the session has ended
        session.pop(KEY)
        return None
    if request.method != "GET" or not request.accept_mimetypes.accept_html:
        raise Forbidden(*ASKED_FIRST)
    return redirect("/account/password", 303)


def why() -> dict[str, str]:
    """Give the page of choosing a password the reason why one has to."""
    if KEY not in session:
        return {}
    return {
        "first": _(
            "You came in with a first password, which someone else made for you. Choose one that "
            "only you know; everything else opens after that."
        )
    }


def refusal(at: datetime) -> str:
    """Say that a first password has lapsed, and what to do."""
    return str(
        _(
            "This first password was good until %(when)s. Ask who keeps the accounts for a new one, "
            "or have a letter sent under “Password forgotten?”.",
            when=moment(at),
        )
    )


def install(app: Flask) -> None:
    """Let the application ask for a password of one's own."""
    app.before_request(asked_first)
    app.extensions["security"].change_password_context_processor(why)


__all__ = ["give", "given", "install", "lapsed", "noticed", "replaced"]
