"""Holds back who tries too often from one address, and lets certain answers take the same time.

Attempts are counted for all web workers together and outlive a restart (`web.accounts.counting`).
"""

from __future__ import annotations

import math
import time
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_limiter import Limiter, RateLimitExceeded

from graph.home import Settings
from web import errors
from web.accounts import trail
from web.accounts.here import accounts, place

STEADY = 0.35  # seconds that an answer takes at least where a faster one would tell who is known
STEADY_ENDPOINTS = frozenset(
    {"security.register", "security.forgot_password", "security.send_confirmation"}
)
LIMITED = (
    "security.login",
    "security.verify",
    "security.two_factor_token_validation",
    "security.mf_recovery",
    "security.reset_password",
    "security.change_password",
    "security.wan_signin",
    "security.wan_signin_response",
    "security.wan_verify_response",
)
MINUTE = 60


def install(app: Flask, chosen: Settings) -> None:
    """Count attempts at every form that lets someone in, and at every one that sends a letter."""
    held = app.extensions["govgraph"].accounts
    limiter = Limiter(
        place, app=app, storage_uri=held.counts.uri, strategy="moving-window", headers_enabled=False
    )
    tries = limiter.shared_limit(chosen.sign_in_rate, scope="sign-in", methods=["POST"])
    letters = limiter.shared_limit(chosen.letter_rate, scope="letters", methods=["POST"])
    views: dict[str, Any] = app.view_functions
    for endpoint in LIMITED:
        views[endpoint] = tries(views[endpoint])
    for endpoint in STEADY_ENDPOINTS & set(views):
        views[endpoint] = letters(views[endpoint])
    app.jinja_env.globals["letters_late"] = lambda: bool(accounts().post.trouble())
    app.before_request(begun)
    app.after_request(steady)
    app.register_error_handler(RateLimitExceeded, lambda _error: held_back(limiter))


def held_back(limiter: Limiter) -> Response:
    """Answer who tried too often: for how long, and what to do meanwhile."""
    known = limiter.current_limit
    wait = max(1, math.ceil(known.reset_at - time.time())) if known else MINUTE
    trail.refused(
        "",
        "too many attempts",
        thing=request.path,
        why=f"Wait {wait} seconds.",
        why_zh=f"须等待 {wait} 秒。",
    )
    minutes = max(1, round(wait / MINUTE))
    told = errors.Refusal(
        429,
        _("Too many attempts"),
        _("From your network this was tried more often than is allowed."),
        _("Nothing was changed, and no account was shut by it."),
        ngettext(
            "Wait a minute, then try again.", "Wait %(num)s minutes, then try again.", minutes
        ),
    )
    answer = errors.told(told)
    answer.headers["Retry-After"] = str(wait)
    return answer


def begun() -> None:
    """Look at the clock where the answer is to take the same time for everyone."""
    if request.method == "POST" and request.endpoint in STEADY_ENDPOINTS:
        g.begun = time.monotonic()


def steady(response: Response) -> Response:
    """Wait until as much time has passed as for an account that is there, or is not.

    A carrier looks in at the mail server either way: see `web.accounts.mail`.
    """
    if "begun" in g:
        accounts().post.look_in()
        time.sleep(max(0.0, STEADY - (time.monotonic() - g.begun)))
    return response
