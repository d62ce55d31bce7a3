"""Sign-in by a service that speaks OpenID Connect, as the settings name it; PKCE, state and nonce.

An identity is the pair of who vouches and what it calls the person: never an e-mail address, which
another may have had. The first sign-in makes an account that holds nothing.
"""

from __future__ import annotations

import re
from typing import Any

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_security.proxies import _security
from flask_security.utils import login_user, validate_redirect_url
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from ontology.errors import NotFound
from web.accounts import trail
from web.accounts.here import accounts, now
from web.accounts.views import blueprint
from web.site import site

SERVICE = "govgraph.oidc"
WORD = re.compile(r"[a-z_]{3,40}")
NEXT = "oidc_next"


def install(app: Flask) -> None:
    """Make the service known, where the settings name one."""
    settings = app.extensions["govgraph"].settings
    if not settings.oidc_issuer:
        return
    oauth = OAuth(app)
    app.extensions[SERVICE] = oauth.register(
        "service",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
    )


def service() -> Any:  # noqa: ANN401 - the library's client
    """Give the service; raise NotFound where none is set."""
    held = current_app.extensions.get(SERVICE)
    if held is None:
        raise NotFound("No sign-in service is set here.", "此处未设置统一认证服务。")
    return held


@blueprint.get("/sign-in/service")
def oidc_start() -> Response:
    """Lead to the service."""
    wanted = request.args.get("next", "")
    session[NEXT] = wanted if wanted and validate_redirect_url(wanted) else "/"
    try:
        answer: Response = service().authorize_redirect(back())
    except (requests.RequestException, OAuthError) as error:
        return not_let_in(f"the service does not answer: {type(error).__name__}")
    return answer


def back() -> str:
    """Give the address that the service sends the person back to: always our own."""
    return f"{site().base}{url_for('accounts.oidc_return')}"


@blueprint.get("/sign-in/service/return")
def oidc_return() -> Response:
    """Let in whom the service vouches for."""
    try:
        claims = dict(service().authorize_access_token()["userinfo"])
    except (requests.RequestException, OAuthError, JoseError, KeyError, ValueError) as error:
        return not_let_in(f"the service did not vouch: {named(error)}")
    wanted = session.get(NEXT, "/")
    name = known_or_new(claims)
    user = _security.datastore.find_user(username=name)
    if user is None or not user.active:
        return not_let_in("account disabled", name)
    login_user(user, authn_via=["service"])
    return redirect(wanted if validate_redirect_url(wanted) else "/")


def named(error: Exception) -> str:
    """Name what went wrong: by the standard's own word where the service gave one (RFC 6749 4.1.2.1)."""
    said = str(getattr(error, "error", ""))
    return said if WORD.fullmatch(said) else type(error).__name__


def not_let_in(why: str, name: str = "") -> Response:
    """Say that the sign-in did not work."""
    trail.failed(name, "sign-in", why=why)
    flash(_("The sign-in service did not let you in. Try again, or use another way."), "fault")
    return redirect(url_for("security.login"))


def known_or_new(claims: dict[str, Any]) -> str:
    """Give the account of an identity, made now where there is none."""
    held, issuer, subject = accounts(), str(claims["iss"]), str(claims["sub"])
    name = held.account_of_identity(issuer, subject)
    if name is None:
        name = held.free_name(str(claims.get("preferred_username") or subject))
        held.add(name, now=now(), confirmed=True)
        held.tie_identity(name, issuer, subject)
        trail.done(name, "sign-up", why="by the sign-in service", issuer=issuer)
    return name
