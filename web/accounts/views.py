"""One's own account: `/account`, its sessions, its tokens, and registration with a real name."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from ontology.actions import Action
from ontology.errors import Forbidden, NotFound
from ontology.people import Scope
from ontology.permissions import Thing, can, within
from ontology.scopes import SCOPES
from web.accounts import trail
from web.accounts.here import accounts, now
from web.accounts.holders import lines_of
from web.accounts.pages import AccountPage, Choice, RegistrationPage, TokensPage
from web.accounts.people import KEY, clearance, person, required, words
from web.accounts.registry import Application, Registry
from web.language import language
from web.site import site

blueprint = Blueprint("accounts", __name__)
LIFETIMES = (30, 90, 365)  # days
CLEARANCES = {
    "open": ("what is open to everyone", "向所有人开放的内容"),
    "shared": ("what departments share with each other", "部门间共享的内容"),
    "governance": ("everything the city's office sees", "市级主管部门可见的全部内容"),
}


class NotSignedIn(Forbidden):
    """The page is about the reader, who has not said who they are."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Sign in to see this page.", "请登录后查看此页。")


@blueprint.app_errorhandler(NotSignedIn)
def to_the_door(_error: NotSignedIn) -> Response:
    """Lead to the sign-in, and from there back."""
    back = request.full_path.rstrip("?") if request.method == "GET" else "/account"
    return redirect(url_for("security.login", next=back))


def mine() -> str:
    """Give the name of who signed in; raise NotSignedIn for nobody, Forbidden for a token."""
    who = person()
    if not who.name:
        raise NotSignedIn
    if who.scopes is not None:
        raise Forbidden("This is done in person: sign in.", "此事须本人登录办理。")
    return who.name


@blueprint.get("/account")
def account() -> str:
    """Show one's account."""
    name = mine()
    held = accounts().get(name)
    page = AccountPage(
        account=held,
        places=places(),
        grants=lines_of(held.grants),
        sessions=tuple(accounts().sessions.of(name, now())),
        mine=session_mark(),
        passkeys=len(current_user.webauthn),
        recovery=bool(current_user.mf_recovery_codes),
        clearance=words(CLEARANCES[clearance()]),
        registration=Registry(accounts()).latest(name),
    )
    return render_template("accounts/account.html", page=page)


def places() -> tuple[Choice, ...]:
    """Give the pages of keepers that the person may open: a page shows only what works."""
    who = person()
    keeps = [Thing("person", each.holder, district=each.holder) for each in who.grants]
    may = (
        ("/people", _("People"), any(can(who, Action.MANAGE_PEOPLE, thing) for thing in keeps)),
        ("/registrations", _("Registrations"), can(who, Action.ADMIT)),
        ("/audit", _("Audit"), can(who, Action.READ_AUDIT)),
    )
    return tuple(Choice(path, name) for path, name, verdict in may if verdict)


def session_mark() -> str:
    """Give the mark of this very session."""
    return accounts().sessions.mark(session.get(KEY, ""))


@blueprint.post("/account/sessions/end")
def end_session() -> Response:
    """End one session by its mark, or all but this one."""
    name, mark = mine(), request.form.get("mark", "")
    if mark:
        accounts().sessions.end_marked(name, mark, now())
    else:
        accounts().sessions.end_all(name, now=now(), but=session.get(KEY, ""))
    trail.done(name, "end session", thing=mark or "all others")
    flash(_("The session has ended.") if mark else _("All other sessions have ended."), "good")
    return redirect("/account")


# Tokens ------------------------------------------------------------------------------------------


@blueprint.get("/account/tokens")
def tokens() -> str:
    """Show one's tokens and the form for a new one."""
    mine()
    return tokens_page()


@blueprint.post("/account/tokens")
def make_token() -> str:
    """Make a token and show its text, once."""
    name = mine()
    who = required(Action.MANAGE_TOKENS, Thing("token", author=name))
    wished = frozenset(Scope(each) for each in request.form.getlist("scope") if each in set(Scope))
    scopes = within(wished, who)
    title = request.form.get("name", "").strip()[:100]
    days = request.form.get("days", "", type=str)
    if not scopes or not title or days not in {str(each) for each in LIFETIMES}:
        return tokens_page(fault=_("Give the token a name, an end, and at least one scope."))
    text = accounts().tokens.issue(
        owner=name,
        name=title,
        scopes=tuple(sorted(scopes)),
        now=now(),
        lifetime=timedelta(days=int(days)),
    )
    trail.done(name, "make token", thing=text[:12], scopes=" ".join(sorted(scopes)))
    return tokens_page(made=text)


@blueprint.post("/account/tokens/<prefix>/revoke")
def revoke_token(prefix: str) -> Response:
    """End one of one's own tokens."""
    name = mine()
    if prefix not in {each.prefix for each in accounts().tokens.of(name)}:
        raise NotFound("There is no such token.", "没有这个令牌。")
    required(Action.REVOKE_TOKEN, Thing("token", author=name))
    accounts().tokens.revoke(prefix, by=name, now=now())
    trail.done(name, "revoke token", thing=f"gov_{prefix}")
    flash(_("The token opens nothing any more."), "good")
    return redirect("/account/tokens")


def tokens_page(*, made: str = "", fault: str = "") -> str:
    """Show tokens, with a new one's text or what was wrong with the wish."""
    who = person()
    useful = within(frozenset(Scope), who)
    may = can(who, Action.MANAGE_TOKENS, Thing("token", author=who.name))
    page = TokensPage(
        tokens=tuple(accounts().tokens.of(who.name)),
        scopes=tuple(
            Choice(scope, words(SCOPES[scope].words)) for scope in Scope if scope in useful and may
        ),
        named={scope: words(law.words) for scope, law in SCOPES.items()},
        today=now().isoformat(),
        made=made,
        fault=fault or ("" if may else words(may.why) + words(may.ask)),
    )
    return render_template("accounts/tokens.html", page=page)


# Registration with a real name -------------------------------------------------------------------


@blueprint.route("/account/registration", methods=["GET", "POST"])
def registration() -> str | Response:
    """Show the form, or hand in what was filled in."""
    name, registry = mine(), Registry(accounts())
    given = {each: request.form.get(each, "") for each in ("kind", "name", "number", "purpose")}
    if request.method == "GET":
        page = RegistrationPage(registry.latest(name))
        return render_template("accounts/registration.html", page=page)
    application = Application(**given)
    wrong = application.faults(now().astimezone(site().zone).date())
    if wrong:
        faults = {
            field: each[1] if language() == "zh" else each[0] for field, each in wrong.items()
        }
        kept = given | {"number": ""}  # it is typed again rather than sent back
        page = RegistrationPage(registry.latest(name), faults, kept)
        return render_template("accounts/registration.html", page=page)
    registry.hand_in(name, application, now())
    trail.done(name, "register", thing=given["kind"])
    flash(_("Your registration is handed in. You are told here when it is decided."), "good")
    return redirect("/account/registration")
