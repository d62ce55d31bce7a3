"""The town with people in it: a copy that tests may write to, and hands that sign in."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.home import ASKED, Settings
from graph.instance import Instance
from graph.ledger.audit import Search
from ontology.people import Grant
from sparql.workers.pool import create_pool
from tests import town
from web.accounts.demo import DEMO_PASSWORD, make_people
from web.accounts.passwords import hashed
from web.accounts.store import Accounts, accounts_of
from web.app import create_app
from web.site import Site

PASSWORD = DEMO_PASSWORD
SECRET = hashed(PASSWORD)
FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')
HTML = {"Accept": "text/html"}


@dataclass
class Clock:
    """A clock that tests move."""

    at: datetime = town.NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


def letters_in(outbox: Path) -> list[str]:
    """Give the letters of an outbox as text, oldest first."""
    found = []
    for path in sorted(outbox.glob("*.eml"), key=lambda each: each.stat().st_mtime_ns):
        letter = message_from_bytes(path.read_bytes(), policy=default)
        found.append(f"To: {letter['To']}\nSubject: {letter['Subject']}\n\n{letter.get_content()}")
    return found


@dataclass
class Access:
    """An instance with the demo's people, its application, and its clock."""

    instance: Instance
    accounts: Accounts
    app: Flask
    clock: Clock

    def letters(self) -> list[str]:
        """Give the letters in the outbox, oldest first."""
        return letters_in(self.accounts.post.outbox)

    def client(self) -> Hand:
        return Hand(self.app.test_client(), self)

    def signed_in(self, name: str, password: str = PASSWORD) -> Hand:
        hand = self.client()
        answer = hand.sign_in(name, password)
        assert answer.status_code == 302, answer.text
        return hand

    def signed_in_or_anyone(self, name: str) -> Hand:
        """Give someone signed in; whoever has no password gets one first. "" is a visitor."""
        if not name:
            return self.client()
        self.accounts.set_password(name, SECRET)
        return self.signed_in(name)

    def token(self, owner: str, *scopes: str) -> dict[str, str]:
        """Make a token and give the header that carries it."""
        text = self.accounts.tokens.issue(owner=owner, name="test", scopes=scopes, now=self.clock())
        return {"Authorization": f"Bearer {text}"}

    def add(self, name: str, *grants: Grant) -> None:
        self.accounts.add(name, now=self.clock(), confirmed=True)
        for grant in grants:
            self.accounts.grant(name, grant, by="test", now=self.clock())

    def audited(self, action: str) -> list[tuple[str, str]]:
        """Give who did an action and with what outcome, newest first."""
        rows = self.accounts.audit.find(Search(action=action))
        return [(each.event.actor, each.event.outcome) for each in rows]


@dataclass
class Hand:
    """Someone at a browser without scripts."""

    browser: FlaskClient
    access: Access

    def get(self, path: str, **more: object) -> TestResponse:
        return self.browser.get(path, headers={**HTML, **more.pop("headers", {})}, **more)  # type: ignore[dict-item,arg-type]

    def post(
        self, path: str, data: dict[str, object] | None = None, *, page: str = ""
    ) -> TestResponse:
        """Send a form as its page would: with the hidden field."""
        sealed = {"csrf_token": self.seal(page or "/sign-in"), **(data or {})}
        return self.browser.post(path, data=sealed, headers=HTML)

    def seal(self, page: str) -> str:
        found = FIELD.search(self.get(page, follow_redirects=True).text)
        return found[1] if found else self.seal("/account")

    def sign_in(self, name: str, password: str = PASSWORD, then: str = "") -> TestResponse:
        ending = f"?next={then}" if then else ""
        return self.post(f"/sign-in{ending}", {"identity": name, "password": password})


def access_to(folder: Path, *, pool: bool = False, **settings: object) -> Access:
    """Make a copy of the town with people, and open its application."""
    home = folder / "home"
    # Not `live`: the stores of the town are still being tidied, and are made anew at every start.
    ignored = shutil.ignore_patterns("live", f"{ASKED}*")  # the town is asked by many tests
    shutil.copytree(town.instance().home.path, home, symlinks=True, ignore=ignored)
    instance = Instance.open(home)
    often = "1000/minute"
    wanted = {"demo": True, "sign_in_rate": often, "letter_rate": often, **settings}
    chosen: Settings = replace(instance.home.settings, **wanted)  # type: ignore[arg-type]
    instance = replace(instance, home=replace(instance.home, settings=chosen))
    accounts = accounts_of(instance)
    clock = Clock()
    make_people(accounts, clock())
    house: Site = replace(
        town.house(instance),
        settings=chosen,
        accounts=accounts,
        now=clock,
        pool=create_pool(instance.snapshots, chosen) if pool else None,
    )
    return Access(instance, accounts, create_app(site=house), clock)
