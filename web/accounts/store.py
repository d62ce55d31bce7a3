"""The accounts of one instance and every effect on them: who there is, what they hold, from where.

All stand in the ledger's database. What a person may do is asked of `ontology.permissions`; what
was done is written down by `web.accounts.trail`.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from graph.instance import Instance
from graph.ledger.audit import Audit
from graph.ledger.ledger import Ledger
from graph.tokens import Tokens
from ontology.errors import Conflict, Invalid, NotFound
from ontology.people import Grant, Person, Role
from web.accounts.counting import Counts, counts_in
from web.accounts.keys import Keys, keys_of
from web.accounts.lockout import Lockout
from web.accounts.mail import Post
from web.accounts.models import Account, Base, GrantRow, IdentityRow
from web.accounts.sessions import Sessions

NAME = re.compile(r"[\w-]{2,32}")
LISTED = 200  # accounts on one page


@dataclass(frozen=True, slots=True)
class Held:
    """A grant as it is kept: its number, role, holder, and who gave and took it when."""

    number: int
    grant: Grant
    given: datetime
    given_by: str
    why: str
    taken: datetime | None = None
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An account as keepers of accounts see it."""

    name: str
    email: str
    active: bool
    confirmed: bool
    created: str
    second_factor: bool
    grants: tuple[Held, ...]

    def person(self) -> Person:
        """Give who it is, as law asks."""
        held = tuple(each.grant for each in self.grants)
        return Person(self.name, held, verified=self.confirmed, active=self.active)


def accounts_of(instance: Instance) -> Accounts:
    """Give the accounts of an instance, with its keys and its outbox."""
    home, settings = instance.home, instance.home.settings
    post = Post(home.path / "outbox", sender=settings.mail_from, smtp=settings.smtp)
    return Accounts(instance.ledger, keys_of(home.path), post, counts_in(home.path))


class Accounts:
    """The accounts of one instance."""

    def __init__(self, ledger: Ledger, keys: Keys, post: Post, counts: Counts) -> None:
        """Keep accounts beside this ledger, and make their tables where they are not."""
        self.ledger = ledger
        self.keys = keys
        self.post = post
        self.counts = counts
        Base.metadata.create_all(ledger.writing)
        self.audit = Audit(ledger)
        self.tokens = Tokens(ledger)
        self.lockout = Lockout(ledger)
        self.sessions = Sessions(ledger)
        # What the sign-in library reads and writes with; it never flushes before it commits, so
        # that nobody waits for its write lock.
        made = sessionmaker(ledger.engine, autoflush=False, expire_on_commit=False)
        sa.event.listen(made, "before_flush", take_write_lock)
        sa.event.listen(made, "after_transaction_end", leave_write_lock)
        self.session = scoped_session(made)

    # Reading ----------------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """Give who an account is; one that is not there holds nothing."""
        known = self.find(name)
        return known.person() if known else Person(name, active=False)

    def find(self, name: str) -> Known | None:
        """Give an account by its name."""
        return next(iter(self._known(Account.username == name)), None)

    def get(self, name: str) -> Known:
        """Give an account by its name; raise NotFound where there is none."""
        known = self.find(name)
        if known is None:
            raise NotFound(f"There is no account {name}.", f"没有账号 {name}。")
        return known

    def search(self, words: str = "", role: str = "", limit: int = LISTED) -> list[Known]:
        """Give accounts whose name or address has the words and who hold the role, by name."""
        where: list[sa.ColumnElement[bool]] = []
        if words:
            where.append(
                Account.username.contains(words, autoescape=True)
                | Account.email.contains(words, autoescape=True)
            )
        if role:
            holding = sa.select(GrantRow.account_id).where(
                (GrantRow.role == role) & GrantRow.taken.is_(None)
            )
            where.append(Account.id.in_(holding))
        return self._known(*where, limit=limit)

    def _known(self, *where: sa.ColumnElement[bool], limit: int = LISTED) -> list[Known]:
        query = sa.select(Account).where(*where).order_by(Account.username).limit(limit)
        with Session(self.ledger.engine) as session:
            found = list(session.scalars(query))
            held = grants_of(session, [each.id for each in found])
            return [known_of(each, held.get(each.id, ())) for each in found]

    def named(self, names: Iterable[str]) -> dict[str, Known]:
        """Give the accounts of these names, by name; one that is not there is left out."""
        found = list(names)
        return {
            each.name: each for each in self._known(Account.username.in_(found), limit=len(found))
        }

    def holding(self, roles: Iterable[Role], holders: Iterable[str] | None = None) -> list[Known]:
        """Give the accounts in force that hold one of these roles for one of these, by name.

        Without holders: for the whole city.
        """
        of = GrantRow.holder.is_(None) if holders is None else GrantRow.holder.in_(list(holders))
        held = sa.select(GrantRow.account_id).where(
            GrantRow.role.in_([each.value for each in roles]) & of & GrantRow.taken.is_(None)
        )
        return self._known(Account.id.in_(held), Account.active.is_(True))

    def past_grants(self, name: str) -> list[Held]:
        """Give the grants that were taken from an account, latest first."""
        query = (
            sa.select(GrantRow)
            .join(Account, Account.id == GrantRow.account_id)
            .where((Account.username == name) & GrantRow.taken.is_not(None))
            .order_by(GrantRow.taken.desc())
        )
        with Session(self.ledger.engine) as session:
            return [held_of(row) for row in session.scalars(query)]

    def counted(self) -> int:
        """Give how many accounts there are."""
        with Session(self.ledger.engine) as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Account)) or 0

    # Changing ---------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        *,
        now: datetime,
        email: str | None = None,
        password_hash: str | None = None,
        confirmed: bool = False,
    ) -> Known:
        """Make an account; raise Invalid for a bad name, Conflict where it is taken."""
        if not NAME.fullmatch(name):
            raise Invalid(
                f"“{name}” is no account name: 2 to 32 letters, digits, - or _.",
                f"“{name}”不能用作账号名：应为 2 至 32 个字母、数字、- 或 _。",
            )
        account = Account(
            username=name,
            email=email,
            password=password_hash,
            active=True,
            fs_uniquifier=uuid.uuid4().hex,
            fs_webauthn_user_handle=uuid.uuid4().hex,
            created=now.isoformat(),
            confirmed_at=now.replace(tzinfo=None) if confirmed else None,
        )
        try:
            self._write(lambda session: session.add(account))
        except sa.exc.IntegrityError:
            if self.find(name) is None:
                raise Conflict(
                    "Another account has that address.", "该邮箱地址已用于其他账号。"
                ) from None
            raise Conflict(
                f"There is an account {name} already.", f"账号 {name} 已存在。"
            ) from None
        return self.get(name)

    def grant(self, name: str, grant: Grant, *, by: str, now: datetime, why: str = "") -> None:
        """Give a role; one that is held already stays as it was given."""

        def give(session: Session) -> None:
            account = account_named(session, name)
            held = grants_of(session, [account.id]).get(account.id, ())
            if grant not in {each.grant for each in held}:
                row = GrantRow(account_id=account.id, role=grant.role.value, holder=grant.holder)
                row.given, row.given_by, row.why = now.isoformat(), by, why
                session.add(row)

        self._write(give)

    def take(self, name: str, number: int, *, by: str, now: datetime) -> Grant:
        """Take the grant of that number back; raise NotFound where the account does not hold it."""
        held = next((each for each in self.get(name).grants if each.number == number), None)
        if held is None:
            raise NotFound(f"{name} does not hold that role.", f"{name} 没有该角色。")
        values = {"taken": now.isoformat(), "taken_by": by}
        change = sa.update(GrantRow).where(GrantRow.id == number).values(**values)
        self._write(lambda session: session.execute(change))
        return held.grant

    def set_active(self, name: str, *, active: bool, now: datetime) -> None:
        """Disable an account or let it in again; a disabled one loses its open sessions."""

        def change(session: Session) -> None:
            account = account_named(session, name)
            account.active = active
            if not active:
                account.fs_uniquifier = uuid.uuid4().hex

        self._write(change)
        if not active:
            self.sessions.end_all(name, now=now)

    def set_password(self, name: str, password_hash: str) -> None:
        """Set the password of an account, from the command line."""

        def change(session: Session) -> None:
            account = account_named(session, name)
            account.password = password_hash
            account.fs_uniquifier = uuid.uuid4().hex

        self._write(change)

    def account_of_identity(self, issuer: str, subject: str) -> str | None:
        """Give the name of the account that a sign-in service's subject stands for."""
        query = (
            sa.select(Account.username)
            .join(IdentityRow, IdentityRow.account_id == Account.id)
            .where((IdentityRow.issuer == issuer) & (IdentityRow.subject == subject))
        )
        with Session(self.ledger.engine) as session:
            return session.scalar(query)

    def tie_identity(self, name: str, issuer: str, subject: str) -> None:
        """Let a sign-in service's subject stand for an account."""

        def tie(session: Session) -> None:
            account = account_named(session, name)
            session.add(IdentityRow(issuer=issuer, subject=subject, account_id=account.id))

        self._write(tie)

    def free_name(self, wished: str) -> str:
        """Give an account name like the one wished for that nobody has."""
        stem = re.sub(r"[^\w-]+", "-", wished).strip("-")[:24] or "person"
        stem = stem if NAME.fullmatch(stem) else f"{stem}-{secrets.token_hex(2)}"
        while self.find(stem):
            stem = f"{stem[:24]}-{secrets.token_hex(2)}"
        return stem

    def _write(self, work: Any) -> None:  # noqa: ANN401 - a function of a session
        """Do some work as one transaction that holds the write lock from its beginning."""
        with Session(self.ledger.writing) as session, session.begin():
            work(session)

    def close(self) -> None:
        """Give back this thread's connection."""
        self.session.remove()


def take_write_lock(session: Session, _context: object, _instances: object) -> None:
    """Before anything is written, begin again with the write lock: a read cannot grow into one."""
    connection = session.connection()
    if connection.dialect.name == "sqlite" and not session.info.get("locked"):
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        session.info["locked"] = True


def leave_write_lock(session: Session, _transaction: object) -> None:
    """Remember that the lock went with its transaction."""
    session.info.pop("locked", None)


def account_named(session: Session, name: str) -> Account:
    """Give an account to change; raise NotFound where there is none."""
    account = session.scalar(sa.select(Account).where(Account.username == name))
    if account is None:
        raise NotFound(f"There is no account {name}.", f"没有账号 {name}。")
    return account


def grants_of(session: Session, numbers: Sequence[int]) -> dict[int, list[Held]]:
    """Give the grants in force of some accounts."""
    query = (
        sa.select(GrantRow)
        .where(GrantRow.account_id.in_(numbers) & GrantRow.taken.is_(None))
        .order_by(GrantRow.id)
    )
    held: dict[int, list[Held]] = {}
    for row in session.scalars(query):
        held.setdefault(row.account_id, []).append(held_of(row))
    return held


def held_of(row: GrantRow) -> Held:
    """Read a grant as its table keeps it."""
    return Held(
        number=row.id,
        grant=Grant(Role(row.role), row.holder),
        given=datetime.fromisoformat(row.given),
        given_by=row.given_by,
        why=row.why,
        taken=datetime.fromisoformat(row.taken) if row.taken else None,
        taken_by=row.taken_by or "",
    )


def known_of(account: Account, grants: Iterable[Held]) -> Known:
    """Read an account as its table keeps it."""
    return Known(
        name=account.username,
        email=account.email or "",
        active=account.active,
        confirmed=account.confirmed_at is not None,
        created=account.created,
        second_factor=bool(account.tf_primary_method),
        grants=tuple(grants),
    )
