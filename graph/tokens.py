"""Tokens for programs: shown once, kept as a hash, with scopes, an end and a history.

A token is `gov_<prefix>_<secret>`: the prefix finds its row and may be shown, the secret is never
kept. What a token may do is the intersection of its scopes with what its owner may do at that
moment; this module knows only the scopes, `ontology.permissions` the rest.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from graph.ledger.ledger import METADATA, Ledger
from ontology.errors import Forbidden, NotFound

TOKENS = sa.Table(
    "token",
    METADATA,
    sa.Column("prefix", sa.String(12), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("expires", sa.String(40), nullable=False),
    sa.Column("used", sa.String(40)),
    sa.Column("revoked", sa.String(40)),
    sa.Column("revoked_by", sa.String(200)),
)
FORM = re.compile(r"gov_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LIFETIME = timedelta(days=365)
NOTED = timedelta(minutes=1)  # the last use is written down at most that often


class Ended(Forbidden):
    """A token whose secret was right, but which is revoked or over: `owner` is told in the audit."""

    def __init__(self, en: str, zh: str, owner: str) -> None:
        """Say why, and remember whose it was."""
        super().__init__(en, zh)
        self.owner = owner


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner may see it; `used` and `revoked` are None where that never happened."""

    prefix: str
    owner: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    used: datetime | None
    revoked: datetime | None
    revoked_by: str


class Tokens:
    """The tokens of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep tokens beside this ledger."""
        self.ledger = ledger
        TOKENS.create(ledger.writing, checkfirst=True)

    def issue(
        self,
        *,
        owner: str,
        name: str,
        scopes: tuple[str, ...],
        now: datetime,
        lifetime: timedelta = LIFETIME,
    ) -> str:
        """Make a token and give its text, which is never to be had again."""
        prefix = "".join(secrets.choice(ALPHABET) for _ in range(8))
        secret = secrets.token_urlsafe(32)
        values = {
            "prefix": prefix,
            "hash": hashed(secret),
            "owner": owner,
            "name": name,
            "scopes": list(scopes),
            "created": now.isoformat(),
            "expires": (now + lifetime).isoformat(),
        }
        with self.ledger.writing.begin() as connection:
            connection.execute(TOKENS.insert().values(**values))
        return f"gov_{prefix}_{secret}"

    def verify(self, text: str, now: datetime) -> Token:
        """Give the token of a text; raise Forbidden for an unknown one, Ended for one that is over.

        Unknown and wrong are told alike, so that nobody learns which prefixes there are.
        """
        match = FORM.fullmatch(text.strip())
        row = self._row(match[1]) if match else None
        wanted = row["hash"] if row else hashed("")
        given = hashed(match[2]) if match else ""
        if not hmac.compare_digest(wanted, given) or row is None:
            raise Forbidden("This token is not known here.", "此令牌无效。")
        token = token_of(row)
        refuse_ended(token, now)
        self._note_use(token, now)
        return token

    def _row(self, prefix: str) -> Any:  # noqa: ANN401 - a mapping of the token table, or None
        """Give the row of a prefix."""
        with self.ledger.engine.connect() as connection:
            return (
                connection.execute(sa.select(TOKENS).where(TOKENS.c.prefix == prefix))
                .mappings()
                .first()
            )

    def _note_use(self, token: Token, now: datetime) -> None:
        """Write down that the token was used, if that was not just done."""
        if token.used and now - token.used < NOTED:
            return
        with self.ledger.writing.begin() as connection:
            connection.execute(
                TOKENS.update().where(TOKENS.c.prefix == token.prefix).values(used=now.isoformat())
            )

    def of(self, owner: str) -> list[Token]:
        """Give all tokens of a person, newest first, ended and revoked ones too."""
        query = sa.select(TOKENS).where(TOKENS.c.owner == owner).order_by(TOKENS.c.created.desc())
        with self.ledger.engine.connect() as connection:
            return [token_of(row) for row in connection.execute(query).mappings()]

    def revoke(self, prefix: str, *, by: str, now: datetime) -> None:
        """End a token for good; revoking twice keeps the first time. Raise NotFound for none."""
        if self._row(prefix) is None:
            raise NotFound("There is no such token.", "没有这个令牌。")
        with self.ledger.writing.begin() as connection:
            connection.execute(
                TOKENS.update()
                .where((TOKENS.c.prefix == prefix) & TOKENS.c.revoked.is_(None))
                .values(revoked=now.isoformat(), revoked_by=by)
            )


def refuse_ended(token: Token, now: datetime) -> None:
    """Raise Ended for a token whose time is over or that was revoked."""
    if token.revoked:
        raise Ended(
            f"This token was revoked on {token.revoked:%Y-%m-%d}. Its owner can make a new one.",
            f"此令牌已于 {token.revoked:%Y-%m-%d} 吊销，请由持有人重新生成。",
            token.owner,
        )
    if now >= token.expires:
        raise Ended(
            f"This token ended on {token.expires:%Y-%m-%d}. Its owner can make a new one.",
            f"此令牌已于 {token.expires:%Y-%m-%d} 到期，请由持有人重新生成。",
            token.owner,
        )


def prefix_of(text: str) -> str:
    """Give the part of a token's text that may be shown, "" where the text is no token at all."""
    match = FORM.fullmatch(text.strip())
    return match[1] if match else ""


def hashed(secret: str) -> str:
    """Give the hash of a secret: it has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(row: Any) -> Token:  # noqa: ANN401 - a mapping of the token table
    """Read a token as its table keeps it."""
    return Token(
        prefix=row["prefix"],
        owner=row["owner"],
        name=row["name"],
        scopes=tuple(row["scopes"]),
        created=datetime.fromisoformat(row["created"]),
        expires=datetime.fromisoformat(row["expires"]),
        used=moment(row["used"]),
        revoked=moment(row["revoked"]),
        revoked_by=row["revoked_by"] or "",
    )


def moment(text: str | None) -> datetime | None:
    """Read a time that may not have come."""
    return datetime.fromisoformat(text) if text else None
