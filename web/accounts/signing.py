"""Puts the sign-in library to our law: settings, forms, letters, one-time codes, what it notes.

Flask-Security-Too does passwords, letters, codes and passkeys; this module says how.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from flask import Flask, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import MailUtil, Security, SQLAlchemySessionUserDatastore, signals
from flask_security.totp import Totp
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from graph.home import Settings
from ontology.errors import Forbidden
from web import errors
from web.accounts import first, limiting, trail
from web.accounts.forms import CodeForm, NewPasswords, RecoveryForm, SignInForm
from web.accounts.here import accounts, now, place
from web.accounts.models import HERE, Account, NoRole, Passkey
from web.accounts.passwords import MEMORY, PARALLEL, SHORTEST, TIME
from web.accounts.people import KEY, person
from web.accounts.sayings import SAYINGS, SUBJECTS, Voice

ARGON = {
    "argon2__memory_cost": MEMORY,
    "argon2__time_cost": TIME,
    "argon2__parallelism": PARALLEL,
}
FRESH = timedelta(minutes=30)  # after that, one shows again that it is oneself
PATHS = {
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "REGISTER_URL": "/sign-up",
    "CONFIRM_URL": "/confirm",
    "RESET_URL": "/reset",
    "VERIFY_URL": "/verify",
    "CHANGE_URL": "/account/password",
    "TWO_FACTOR_SETUP_URL": "/account/codes",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/help",
    "TWO_FACTOR_SELECT_URL": "/sign-in/how",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/remove",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
    "WAN_VERIFY_URL": "/verify/passkey",
}
AFTER_PASSWORD = frozenset({"security.two_factor_token_validation", "security.tf_select"})
AFTER = {
    "POST_LOGIN_VIEW": "/",
    "POST_LOGOUT_VIEW": "/",
    "POST_REGISTER_VIEW": "/sign-in",
    "POST_RESET_VIEW": "/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "POST_VERIFY_VIEW": "/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "WAN_POST_REGISTER_VIEW": "/account",
}


class Letters(MailUtil):
    """Hands the library's letters to the post of the house."""

    def send_mail(  # noqa: PLR0913, PLR0917 - the library's
        self,
        template: str,  # noqa: ARG002
        subject: object,
        recipient: object,
        sender: object,  # noqa: ARG002
        body: str | None,
        html: str | None,  # noqa: ARG002
        **_context: Any,  # noqa: ANN401
    ) -> None:
        """Send a letter; an account without an address gets none."""
        if recipient:
            accounts().post.send(str(recipient), str(subject), (body or "").strip() + "\n", now())


class Codes(Totp):
    """One-time codes that are good once: the last one used is remembered."""

    def get_last_counter(self, user: Any) -> int | None:  # noqa: ANN401
        """Give the number of the last code used."""
        used: int | None = user.totp_counter
        return used

    def set_last_counter(self, user: Any, tmatch: Any) -> None:  # noqa: ANN401
        """Remember the number of the code that was used."""
        user.totp_counter = tmatch.counter


class Watch:
    """What the models ask about an account that someone is trying to get into."""

    @staticmethod
    def is_shut(name: str) -> bool:
        """Say whether too many attempts failed lately."""
        return accounts().lockout.shut(name, now())

    @staticmethod
    def factor_failed(name: str, how: str, *, tfa: bool) -> None:
        """Count a failed code or passkey, or a password shown again."""
        accounts().lockout.failed(name, now())
        trail.failed(name, "sign-in", why=f"{'second factor' if tfa else how} was wrong")


def settings_of(chosen: Settings, keys: Any) -> dict[str, object]:  # noqa: ANN401
    """Give the library's settings."""
    secure = chosen.base.startswith("https:")
    return {
        "SECRET_KEY": keys.session,
        "SESSION_COOKIE_NAME": "__Host-govgraph" if secure else "govgraph",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "SECURITY_PASSWORD_SALT": keys.salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON,
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_USERNAME_ENABLE": True,
        "SECURITY_USERNAME_REQUIRED": True,
        "SECURITY_USERNAME_MIN_LENGTH": 2,
        "SECURITY_USERNAME_ALLOWED_CHARS": ["L", "N", "Pc", "Pd"],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CACHE_CONTROL": None,  # said by `web.accounts.people` for every page alike
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_SENDER": chosen.mail_from,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_REGISTERABLE": chosen.sign_up,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_FRESHNESS": FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
        **factors(chosen, keys),
        **{f"SECURITY_{name}": path for name, path in (PATHS | AFTER).items()},
        **{f"SECURITY_MSG_{name}": saying for name, saying in SAYINGS.items()},
        **{f"SECURITY_{name}": subject for name, subject in SUBJECTS.items()},
    }


def factors(chosen: Settings, keys: Any) -> dict[str, object]:  # noqa: ANN401
    """Give the settings of one-time codes, recovery codes and passkeys."""
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # one code early or late
        "SECURITY_TOTP_SECRETS": {"1": keys.totp},
        "SECURITY_TOTP_ISSUER": chosen.title_en,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [keys.codes],
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": chosen.title_en,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,  # it would tell who has passkeys
    }


def install(app: Flask) -> None:
    """Give the application its sign-in."""
    house = app.extensions["govgraph"]
    held = house.accounts
    app.config.update(settings_of(house.settings, held.keys))
    app.extensions[HERE] = Watch
    protection = CSRFProtect(app)
    protection.exempt("web.query.views.sparql")
    protection.exempt("web.query.store.store")  # for programs: sessions from our pages only
    protection.exempt("web.lineage.telling.receive")  # for programs: sessions from our pages only
    protection.exempt("web.query.assisting.check")  # reads a text, changes nothing
    protection.exempt("web.query.assisting.names")
    protection.exempt("web.query.assisting.explain")
    datastore = SQLAlchemySessionUserDatastore(held.session, Account, NoRole, Passkey)
    security = Security(
        app,
        datastore,
        login_form=SignInForm,
        two_factor_verify_code_form=CodeForm,
        mf_recovery_form=RecoveryForm,
        mail_util_cls=Letters,
        totp_cls=Codes,
        password_util_cls=NewPasswords,
    )
    security.i18n_domain = cast("Any", Voice)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the library put a writer of its own
    # Tokens are ours (people.by_token): the library would read a whole JSON body to look for one.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    app.jinja_env.globals["_fsdomain"] = Voice.gettext
    app.teardown_appcontext(lambda _error: held.close())
    app.register_error_handler(CSRFError, forged)
    app.before_request(past_the_code)
    listen(app)
    first.install(app)
    limiting.install(app, house.settings)


def past_the_code() -> Response | None:
    """Lead on who has signed in and comes by the page of codes: the library would sign them out."""
    waits = session.get("tf_state") == "validating_profile"
    if request.endpoint in AFTER_PASSWORD and "_user_id" in session and not waits:
        return redirect("/account")
    return None


def forged(error: CSRFError) -> Response:
    """Answer a form that was not ours, or is too old."""
    if person().scopes is not None:
        return errors.refused(
            Forbidden("Forms are filled in by people: sign in.", "表单须由本人登录填写。")
        )
    trail.refused("", "form", thing=request.path, why=str(error.description))
    return errors.told(errors.refusal(400))


# What is noted -----------------------------------------------------------------------------------


def listen(app: Flask) -> None:
    """Hear what the library does, and write it down."""
    user_logged_in.connect(seat, app)
    user_logged_out.connect(leave, app)
    signals.user_authenticated.connect(signed_in, app)
    signals.user_registered.connect(signed_up, app)
    for signal, action in (
        (signals.user_not_registered, "sign-up again"),
        (signals.user_confirmed, "confirm address"),
        (signals.reset_password_instructions_sent, "ask for a new password"),
        (signals.tf_profile_changed, "use one-time codes"),
        (signals.tf_disabled, "stop one-time codes"),
        (signals.wan_registered, "add passkey"),
        (signals.wan_deleted, "remove passkey"),
    ):
        signal.connect(noting(action), app, weak=False)
    for signal in (signals.password_reset, signals.password_changed):
        signal.connect(password_changed, app)


def noting(action: str) -> Any:  # noqa: ANN401 - a listener
    """Give a listener that writes one action down."""

    def noted(_app: Flask, user: Account | None = None, **_more: object) -> None:
        trail.done(user.username if user else "", action)

    return noted


def seat(_app: Flask, user: Account, **_more: object) -> None:
    """Begin a session of its own: nothing of what the cookie held before goes along."""
    kept = {name: session[name] for name in ("_user_id", "_fresh", "_id") if name in session}
    session.clear()
    session.update(kept)
    agent = request.headers.get("User-Agent", "")
    session[KEY] = accounts().sessions.begin(user.username, place=place(), agent=agent, now=now())
    first.noticed(user.username)


def leave(_app: Flask, user: Account | None = None, **_more: object) -> None:
    """End the session for good, so that a copy of its cookie is worth nothing."""
    if key := session.pop(KEY, ""):
        accounts().sessions.end(key, now())
    if user is not None and hasattr(user, "username"):
        trail.done(user.username, "sign-out")


def signed_in(_app: Flask, user: Account, authn_via: Any = None, **_more: object) -> None:  # noqa: ANN401
    """Write down who came in and how; earlier failures are forgiven."""
    accounts().lockout.succeeded(user.username)
    trail.done(user.username, "sign-in", how=", ".join(authn_via or []))


def signed_up(_app: Flask, user: Account, **_more: object) -> None:
    """Write down that an account was made."""
    user.created = now().isoformat()
    trail.done(user.username, "sign-up")


def password_changed(_app: Flask, user: Account, **_more: object) -> None:
    """End every other session of who has a new password."""
    mine = session.get(KEY, "") if "_user_id" in session else ""
    accounts().sessions.end_all(user.username, now=now(), but=mine)
    first.replaced(user.username)
    trail.done(user.username, "change password")
