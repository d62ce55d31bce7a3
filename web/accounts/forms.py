"""The library's forms where ours say more: name or address, the lock-out, and what a password may be."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_security import LoginForm, PasswordUtil, TwoFactorVerifyCodeForm, hash_password
from flask_security.forms import Form
from flask_security.proxies import _security
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from web.accounts import first, trail
from web.accounts.here import accounts, now
from web.accounts.holders import bodies
from web.accounts.models import Account
from web.accounts.passwords import LONGEST, weakness
from web.accounts.people import words
from web.site import site


class SignInForm(LoginForm):
    """Name (or address) and password. Every failure is told alike and takes as long."""

    identity = StringField(validators=[DataRequired(), Length(max=255)])
    remember = None

    def validate(self, **kwargs: Any) -> bool:  # noqa: ANN401 - the library's
        """Say whether they are right; `user` is then the account."""
        if not Form.validate(self, **kwargs):
            return False
        typed = (self.identity.data or "").strip()
        account = found(typed)
        name = account.username if account else typed
        if accounts().lockout.shut(name, now()):
            hash_password("-")  # as long as looking at a password takes
            trail.refused(name, "sign-in", why="too many attempts")
            return self._wrong()
        if not right(account, self.password.data or ""):
            accounts().lockout.failed(name, now())
            trail.failed(name, "sign-in", why="name or password was wrong")
            return self._wrong()
        return self._let_in(account)

    def _wrong(self) -> bool:
        self.password.errors = [get_message("GENERIC_AUTHN_FAILED")[0]]
        return False

    def _let_in(self, account: Account | None) -> bool:
        """Let an account in whose password was right, unless it is not in force."""
        assert account is not None
        self.user, self.ifield, self.user_authenticated = account, self.identity, True
        if not account.active or account.confirmed_at is None:
            key = "CONFIRMATION_REQUIRED" if account.active else "DISABLED_ACCOUNT"
            trail.refused(account.username, "sign-in", why=key.lower().replace("_", " "))
            self.form_errors.append(get_message(key)[0])
            return False
        if (end := first.lapsed(account.username)) is not None:
            trail.refused(account.username, "sign-in", why="first password lapsed")
            self.form_errors.append(first.refusal(end))
            return False
        return True


def found(typed: str) -> Account | None:
    """Give the account that a name or an address stands for."""
    datastore = _security.datastore
    key = "email" if "@" in typed else "username"
    account = datastore.find_user(case_insensitive=True, **{key: typed})
    return account if isinstance(account, Account) else None


def right(account: Account | None, password: str) -> bool:
    """Say whether a password is that of an account; takes as long for one that is not there."""
    given = _security.password_util.normalize(password)
    if account is None or not account.password:
        hash_password(given)
        return False
    return bool(account.verify_and_update_password(given))


class CodeForm(TwoFactorVerifyCodeForm):
    """A one-time code; a name that is shut stays shut here too."""

    def validate(self, **kwargs: Any) -> bool:  # noqa: ANN401 - the library's
        """Say whether the code is right."""
        if self.user is not None and not self.is_setup and self.user.is_locked():
            self.code.errors = [get_message("GENERIC_AUTHN_FAILED")[0]]
            return False
        return bool(super().validate(**kwargs))


class RecoveryForm(MfRecoveryForm):
    """A recovery code; a name that is shut stays shut here too."""

    def validate(self, **kwargs: Any) -> bool:  # noqa: ANN401 - the library's
        """Say whether the code is right."""
        if self.user is not None and self.user.is_locked():
            self.code.errors = [get_message("GENERIC_AUTHN_FAILED")[0]]
            return False
        if super().validate(**kwargs):
            return True
        if self.user is not None:
            self.user.track_failed_authn("recovery code", tfa=True)
        return False


class NewPasswords(PasswordUtil):
    """What a new password may be, at sign-up, at a change and at a reset alike."""

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: FBT001 - the library's
        **known: Any,  # noqa: ANN401
    ) -> tuple[list[str] | None, str]:
        """Give what is wrong with a password, and the password as it is kept."""
        if len(password) > LONGEST:
            return [_("A password has at most %(n)s characters.", n=LONGEST)], password
        wrong, kept = super().validate(password, is_register, **known)
        if wrong:
            return wrong, kept
        weak = weakness(kept, known_words(known))
        return ([words(weak)], kept) if weak else (None, kept)


def known_words(known: dict[str, Any]) -> list[str]:
    """Give what others know of who chooses a password, and of this site."""
    user = known.get("user")
    name, email = (
        (user.username, user.email) if user else (known.get("username"), known.get("email"))
    )
    settings, all_bodies = site().settings, bodies()
    held = [each.grant.holder for each in accounts().get(user.username).grants] if user else []
    departments = [all_bodies[code] for code in held if code in all_bodies]
    given = [name, email, settings.title_en, settings.title_zh, settings.base, *held]
    return [each for each in given if each] + [
        part for each in departments for part in (each.code, *each.name)
    ]
