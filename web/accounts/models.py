"""What SQL keeps of people: accounts, passkeys, grants, sessions, registrations. Never RDF.

Moments are kept as ISO 8601 texts in UTC, as in the ledger beside them; only the columns that the
sign-in library writes are its own naive UTC datetimes.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from flask_security.utils import get_message
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

TEXT = sa.String(255)
HANDLE = sa.String(64)
HERE = "govgraph.accounts"  # the extension that the application keeps its accounts under


class Base(DeclarativeBase):
    """All tables of accounts."""


class NoRole(RoleMixin):
    """The library's own roles are not used: rights follow from grants (`ontology.permissions`)."""


class Account(Base, UserMixin):
    """One account: its `username` is the name that audit, history and tokens know it by."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str | None] = mapped_column(TEXT, unique=True)  # type: ignore[assignment]
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created: Mapped[str] = mapped_column(sa.String(40), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column()
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    totp_counter: Mapped[int | None] = mapped_column()
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(HANDLE, unique=True)  # type: ignore[assignment]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete"
    )

    @property  # type: ignore[override]
    def roles(self) -> list[NoRole]:
        """Give none: see `NoRole`."""
        return []

    @roles.setter
    def roles(self, _roles: object) -> None:
        """Let the library set what is not kept."""

    @staticmethod
    def verify_auth_token(_data: object) -> bool:
        """Refuse the library's own tokens: ours have scopes, an end and a history."""
        return False

    def get_auth_token(self) -> str:
        """Give none: see `verify_auth_token`."""
        raise NotImplementedError

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:  # noqa: FBT001, FBT002
        """Count a failed code or passkey towards the lock-out; passwords are counted by the form."""
        current_app.extensions[HERE].factor_failed(self.username, auth_type, tfa=tfa)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Say whether too many attempts failed lately."""
        shut: bool = current_app.extensions[HERE].is_shut(self.username)
        if shut and form_error is not None:
            form_error.append(get_message("GENERIC_AUTHN_FAILED")[0])
        return shut


class Passkey(Base, WebAuthnMixin):
    """One passkey of an account."""

    __tablename__ = "account_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1024), index=True, unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool] = mapped_column()
    device_type: Mapped[str] = mapped_column(sa.String(64))
    extensions: Mapped[str | None] = mapped_column(sa.String(255))
    lastuse_datetime: Mapped[datetime] = mapped_column()
    name: Mapped[str] = mapped_column(sa.String(64))
    usage: Mapped[str] = mapped_column(sa.String(64))
    user: Mapped[Account] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, int]:
        """Give how the owner is found."""
        return {"id": self.account_id}


class GrantRow(Base):
    """A role held by an account: for whom, who gave it and when, who took it and when."""

    __tablename__ = "account_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    holder: Mapped[str | None] = mapped_column(sa.String(100))
    given: Mapped[str] = mapped_column(sa.String(40))
    given_by: Mapped[str] = mapped_column(sa.String(200))
    why: Mapped[str] = mapped_column(sa.Text, default="")
    taken: Mapped[str | None] = mapped_column(sa.String(40))
    taken_by: Mapped[str | None] = mapped_column(sa.String(200))


class FirstPasswordRow(Base):
    """Says that the password of an account was made by somebody else, and when."""

    __tablename__ = "account_first_password"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    given: Mapped[str] = mapped_column(sa.String(40))


class SessionRow(Base):
    """One sign-in of one browser; `key` is the hash of what its cookie holds."""

    __tablename__ = "account_session"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    begun: Mapped[str] = mapped_column(sa.String(40))
    seen: Mapped[str] = mapped_column(sa.String(40))
    place: Mapped[str] = mapped_column(sa.String(100))
    agent: Mapped[str] = mapped_column(sa.String(300))
    ended: Mapped[str | None] = mapped_column(sa.String(40))


class AttemptRow(Base):
    """One failed sign-in, by the name that was typed (folded), known here or not."""

    __tablename__ = "account_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255), index=True)
    at: Mapped[str] = mapped_column(sa.String(40), index=True)


class IdentityRow(Base):
    """An account's identity at a sign-in service: who vouches, and what it calls the person."""

    __tablename__ = "account_identity"

    issuer: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)


class RegistrationRow(Base):
    """A registration with real name: `sealed` holds name and number, encrypted; `masked` is shown.

    `state` is "waiting", "admitted" or "refused".
    """

    __tablename__ = "account_registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    masked_name: Mapped[str] = mapped_column(sa.String(200))
    masked_number: Mapped[str] = mapped_column(sa.String(40))
    purpose: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(20), default="waiting")
    decided: Mapped[str | None] = mapped_column(sa.String(40))
    decided_by: Mapped[str | None] = mapped_column(sa.String(200))
    remark: Mapped[str] = mapped_column(sa.Text, default="")
