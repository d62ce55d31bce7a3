"""Keepers of accounts and readers of the audit prove twice who they are (OWASP ASVS 4.3.1).

What one may do is the law's to say; here it is only asked that who may has a second proof set up:
one-time codes, or a passkey that is asked for after the password. A demo asks nobody.
"""

from __future__ import annotations

from flask import flash, redirect
from flask_login import current_user
from werkzeug.wrappers import Response

from ontology.actions import Action
from ontology.errors import Forbidden
from ontology.people import Person
from ontology.permissions import NOTHING, Thing
from web.accounts.people import required
from web.accounts.views import blueprint
from web.language import language
from web.site import site

SECOND = "secondary"  # the use of a passkey that follows a password


class Unproven(Forbidden):
    """Somebody may, and has only one proof of who they are."""

    def __init__(self) -> None:
        """Say what is asked for."""
        super().__init__(
            "This page is for people with a second proof of who they are: "
            "set up one-time codes, then come again.",
            "此页须有第二重身份验证：请先启用动态验证码，再来访问。",
        )


@blueprint.app_errorhandler(Unproven)
def to_the_codes(error: Unproven) -> Response:
    """Lead to where one-time codes are set up."""
    flash(error.sentence(language()), "note")
    return redirect("/account/codes", 303)


def proven(who: Person) -> Person:
    """Give the person, who has a second proof where the house asks for one; raise Unproven."""
    settings = site().settings
    asked = settings.second_proof and not settings.demo and who.scopes is None
    if asked and not has_second():
        raise Unproven
    return who


def has_second() -> bool:
    """Say whether who signed in has one-time codes, or a passkey beside the password."""
    keys = (each.usage == SECOND for each in current_user.webauthn)
    return bool(current_user.tf_primary_method) or any(keys)


def required_twice(action: Action, thing: Thing = NOTHING) -> Person:
    """Give the person, who may do this and has proved who they are twice."""
    return proven(required(action, thing))
