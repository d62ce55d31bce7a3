"""Registration with a real name: checked for form and check digit, sealed, shown masked, decided on.

The plan of 2017 (二(三)5) asks it of those who use data in bulk. Name and number are encrypted with
a key that lies in the home and not in the database; nothing but the masked form ever leaves here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from ontology import identifiers
from ontology.errors import Conflict, NotFound
from ontology.identifiers import fault
from ontology.sentences import Sentence
from web.accounts.models import Account, RegistrationRow
from web.accounts.store import Accounts

WAITING, ADMITTED, REFUSED = "waiting", "admitted", "refused"
KINDS = {"person": identifiers.CITIZEN_NUMBER, "enterprise": identifiers.CREDIT_CODE}


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration as it may be shown: name and number masked."""

    number: int
    account: str
    kind: str
    masked_name: str
    masked_number: str
    purpose: str
    at: datetime
    state: str
    decided: datetime | None
    decided_by: str
    remark: str


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody hands in: `kind` is "person" or "enterprise"."""

    kind: str
    name: str
    number: str
    purpose: str

    def __repr__(self) -> str:
        """Show nothing: it must not come into a log."""
        return "Application(…)"

    def faults(self, today: date) -> dict[str, Sentence]:
        """Say what is wrong, by field."""
        found: dict[str, Sentence] = {}
        if self.kind not in KINDS:
            found["kind"] = ("Choose what you register as.", "请选择登记类型。")
        elif wrong := fault(KINDS[self.kind], identifiers.tidied(self.number), today=today):
            found["number"] = wrong.sentence
        if len(self.name.strip()) < 2:  # noqa: PLR2004 - no name is shorter
            found["name"] = ("Give the whole name.", "请填写完整姓名或名称。")
        if len(self.purpose.strip()) < 10:  # noqa: PLR2004 - less says nothing
            found["purpose"] = ("Say what the data is for, in a sentence.", "请用一句话说明用途。")
        return found


class Registry:
    """The registrations of one instance."""

    def __init__(self, accounts: Accounts) -> None:
        """Keep registrations beside the accounts."""
        self.ledger = accounts.ledger
        self._seal = Fernet(accounts.keys.names.encode())

    def hand_in(self, account: str, given: Application, now: datetime) -> None:
        """Keep an application, sealed; raise Conflict where one waits or was admitted."""
        last = self.latest(account)
        if last is not None and last.state != REFUSED:
            raise Conflict(
                "You have registered already; nothing was changed.", "您已登记，未作更改。"
            )
        number = identifiers.tidied(given.number)
        row = RegistrationRow(
            kind=given.kind,
            sealed=self._seal.encrypt(json.dumps([given.name.strip(), number]).encode()),
            masked_name=identifiers.masked_name(given.name.strip()),
            masked_number=identifiers.masked(number),
            purpose=given.purpose.strip()[:2000],
            at=now.isoformat(),
            state=WAITING,
        )
        with Session(self.ledger.writing) as session, session.begin():
            owner = session.scalar(sa.select(Account.id).where(Account.username == account))
            assert owner is not None
            row.account_id = owner
            session.add(row)

    def latest(self, account: str) -> Registration | None:
        """Give the last registration of an account."""
        return next(iter(self._found(Account.username == account, limit=1)), None)

    def get(self, number: int) -> Registration:
        """Give one registration; raise NotFound for none."""
        for each in self._found(RegistrationRow.id == number, limit=1):
            return each
        raise NotFound("There is no such registration.", "没有这条登记。")

    def in_state(self, *states: str, limit: int = 200) -> list[Registration]:
        """Give registrations in some states, the latest first."""
        return self._found(RegistrationRow.state.in_(states), limit=limit)

    def decide(
        self, number: int, *, admit: bool, by: str, remark: str, now: datetime
    ) -> Registration:
        """Admit or refuse one that waits; raise Conflict where that was done before."""
        values = {
            "state": ADMITTED if admit else REFUSED,
            "decided": now.isoformat(),
            "decided_by": by,
            "remark": remark[:2000],
        }
        waits = (RegistrationRow.id == number) & (RegistrationRow.state == WAITING)
        with self.ledger.writing.begin() as connection:
            done = connection.execute(sa.update(RegistrationRow).where(waits).values(**values))
        if not done.rowcount:
            raise Conflict("It was decided on before.", "此登记已有审核结果。")
        return self.get(number)

    def _found(self, where: sa.ColumnElement[bool], limit: int) -> list[Registration]:
        query = (
            sa.select(RegistrationRow, Account.username)
            .join(Account, Account.id == RegistrationRow.account_id)
            .where(where)
            .order_by(RegistrationRow.id.desc())
            .limit(limit)
        )
        with Session(self.ledger.engine) as session:
            return [registration_of(row, name) for row, name in session.execute(query)]


def registration_of(row: RegistrationRow, account: str) -> Registration:
    """Read a registration as its table keeps it, without what is sealed."""
    return Registration(
        number=row.id,
        account=account,
        kind=row.kind,
        masked_name=row.masked_name,
        masked_number=row.masked_number,
        purpose=row.purpose,
        at=datetime.fromisoformat(row.at),
        state=row.state,
        decided=datetime.fromisoformat(row.decided) if row.decided else None,
        decided_by=row.decided_by or "",
        remark=row.remark,
    )
