"""Keepers of accounts: people, what they hold, registrations that wait. Law decides who may."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.cataloguing.drafts import UNDER_WAY
from graph.cataloguing.piles import Piles
from ontology.actions import Action
from ontology.errors import Conflict, GovgraphError
from ontology.people import Grant, Person, Role
from ontology.permissions import NOTHING, Thing, Verdict, action_to_grant, can, can_keep
from web.accounts import trail
from web.accounts.here import accounts, now
from web.accounts.holders import choices, district_of, grant_of, lines_of
from web.accounts.pages import (
    ROLES_TO_GIVE,
    Choice,
    Mail,
    PeoplePage,
    PersonPage,
    RegistrationsPage,
)
from web.accounts.people import Denied, person, required, words
from web.accounts.proving import proven, required_twice
from web.accounts.registry import ADMITTED, REFUSED, WAITING, Registry
from web.accounts.store import Known
from web.accounts.views import blueprint, mine
from web.language import language


def may_grant(keeper: Person, grant: Grant, name: str) -> Verdict:
    """Say whether the keeper may give or take that role."""
    thing = Thing("person", grant.holder, author=name, district=district_of(grant.holder))
    return can(keeper, action_to_grant(grant.role), thing)


def keeper() -> Person:
    """Give who is asking, who keeps accounts of someone; raise Denied for who keeps none."""
    mine()
    who = person()
    held = [Thing("person", each.holder, district=each.holder) for each in who.grants]
    verdicts = [can(who, Action.MANAGE_PEOPLE, thing) for thing in (NOTHING, *held)]
    if not any(verdicts):
        raise Denied(verdicts[0])
    return proven(who)


@blueprint.get("/people")
def people() -> str:
    """Show the accounts that the reader keeps."""
    who = keeper()
    asked, role = request.args.get("q", "").strip()[:100], request.args.get("role", "")
    found = [each for each in accounts().search(asked, role) if is_kept(who, each)]
    page = PeoplePage(
        people=tuple((each, lines_of(each.grants)) for each in found),
        words=asked,
        role=role,
        roles=tuple(Choice(each, words(each.words)) for each in ROLES_TO_GIVE),
        waiting=len(Registry(accounts()).in_state(WAITING)) if can(who, Action.ADMIT) else 0,
        post=mail_told() if can(who, Action.MANAGE_OFFICE) else None,
    )
    return render_template("accounts/people.html", page=page)


def mail_told() -> Mail | None:
    """Say how it stands with letters; None where all is well, or none are to be carried."""
    post = accounts().post
    told = Mail(post.trouble(), len(post.waiting()), len(list(post.returned.glob("*.eml"))))
    return told if post.server and (told.trouble or told.returned) else None


def is_kept(who: Person, account: Known) -> bool:
    """Say whether a keeper sees an account: theirs to keep, or partly, or their own."""
    if account.name == who.name or can_keep(who, account.person()):
        return True
    return any(may_grant(who, each.grant, account.name) for each in account.grants)


@blueprint.get("/people/<name>")
def one_person(name: str) -> str:
    """Show one account to its keeper."""
    keeper()
    return person_page(name)


@blueprint.post("/people/<name>/grants")
def give(name: str) -> Response | tuple[str, int]:
    """Give an account a role."""
    who = keeper()
    try:
        grant = grant_of(request.form.get("role", ""), request.form.get("holder", ""))
    except GovgraphError as error:
        return person_page(name, fault=error.sentence(language())), 400
    verdict = may_grant(who, grant, name)
    if not verdict:
        raise Denied(verdict)
    why = request.form.get("why", "").strip()[:500]
    accounts().grant(name, grant, by=who.name, now=now(), why=why)
    trail.done(who.name, "give role", thing=name, why=why, **told(grant))
    flash(_("The role is given."), "good")
    return redirect(f"/people/{name}")


@blueprint.post("/people/<name>/grants/<int:number>/take")
def take(name: str, number: int) -> Response:
    """Take a role back."""
    who = keeper()
    grant = next(
        (each.grant for each in accounts().get(name).grants if each.number == number), None
    )
    verdict = may_grant(who, grant, name) if grant else None
    if verdict is not None and not verdict:
        raise Denied(verdict)
    taken = accounts().take(name, number, by=who.name, now=now())
    trail.done(who.name, "take role", thing=name, **told(taken))
    flash(_("The role is taken back."), "good")
    return redirect(f"/people/{name}")


@blueprint.post("/people/<name>/active")
def set_active(name: str) -> Response:
    """Disable an account, or let it in again."""
    who = keeper()
    verdict = can_keep(who, accounts().get(name).person())
    if not verdict:
        raise Denied(verdict)
    active = request.form.get("active") == "yes"
    accounts().set_active(name, active=active, now=now())
    trail.done(who.name, "enable account" if active else "disable account", thing=name)
    flash(_("The account is in force again.") if active else _("The account is disabled."), "good")
    return redirect(f"/people/{name}")


@blueprint.post("/people/<name>/tokens/<prefix>/revoke")
def revoke_for(name: str, prefix: str) -> Response:
    """End a token of an account that the reader keeps."""
    who, held = keeper(), accounts().get(name)
    owner = next((each.grant.holder for each in held.grants if each.grant.holder), None)
    thing = Thing("token", owner, author=name, district=district_of(owner))
    required(Action.REVOKE_TOKEN, thing)
    if prefix not in {each.prefix for each in accounts().tokens.of(name)}:
        raise Conflict("That token is not theirs.", "该令牌不属于此账号。")
    accounts().tokens.revoke(prefix, by=who.name, now=now())
    trail.done(who.name, "revoke token", thing=f"gov_{prefix}", owner=name)
    flash(_("The token opens nothing any more."), "good")
    return redirect(f"/people/{name}")


def person_page(name: str, *, fault: str = "") -> str:
    """Show one account, with what was wrong with a wish."""
    who, held = person(), accounts().get(name)
    keep = can_keep(who, held.person())
    page = PersonPage(
        account=held,
        grants=lines_of(held.grants, takeable(who, held)),
        past=lines_of(accounts().past_grants(name)),
        roles=tuple(Choice(each, words(each.words)) for each in givable(who, name)),
        holders=choices(),
        tokens=tuple(accounts().tokens.of(name)) if keep else (),
        kept=bool(keep),
        drafts=drafts_of(who, name),
        why_not="" if keep else f"{words(keep.why)} {words(keep.ask)}",
        fault=fault,
    )
    return render_template("accounts/person.html", page=page)


def drafts_of(who: Person, name: str) -> int:
    """Count the drafts in the hands of an account that the keeper may hand over."""
    piles = Piles(accounts().ledger)
    found = [
        each
        for each in piles.counted(UNDER_WAY)
        if can(who, Action.MANAGE_DRAFTS, Thing("draft", each.owner, district=each.district))
    ]
    return sum(count for (by, _owner), count in piles.writers(found).items() if by == name)


def takeable(who: Person, account: Known) -> frozenset[int]:
    """Give the numbers of the grants that the keeper may take back."""
    return frozenset(
        each.number for each in account.grants if may_grant(who, each.grant, account.name)
    )


def givable(who: Person, name: str) -> list[Role]:
    """Give the roles that the keeper may give for someone: a form offers no others."""
    held = [None, *(each.holder for each in who.grants)]
    return [
        role
        for role in ROLES_TO_GIVE
        if any(
            can(who, action_to_grant(role), Thing("person", each, author=name, district=each))
            for each in held
        )
    ]


def told(grant: Grant) -> dict[str, str]:
    """Put a grant into the audit's details."""
    return {"role": grant.role.value, "holder": grant.holder or ""}


# Registrations -----------------------------------------------------------------------------------


@blueprint.get("/registrations")
def registrations() -> str:
    """Show the registrations that wait, and those decided last."""
    mine()
    required_twice(Action.ADMIT)
    registry = Registry(accounts())
    page = RegistrationsPage(
        waiting=tuple(registry.in_state(WAITING)),
        decided=tuple(registry.in_state(ADMITTED, REFUSED, limit=50)),
    )
    return render_template("accounts/registrations.html", page=page)


@blueprint.post("/registrations/<int:number>")
def decide(number: int) -> Response:
    """Admit or refuse a registration; who is admitted becomes a registered developer."""
    mine()
    registry = Registry(accounts())
    asked = registry.get(number)
    who = required_twice(Action.ADMIT, Thing("person", author=asked.account))
    admit = request.form.get("decision") == "admit"
    remark = request.form.get("remark", "").strip()
    registry.decide(number, admit=admit, by=who.name, remark=remark, now=now())
    if admit:
        accounts().grant(asked.account, Grant(Role.DEVELOPER), by=who.name, now=now(), why=remark)
    action = "admit registration" if admit else "refuse registration"
    trail.done(who.name, action, thing=asked.account, why=remark)
    flash(
        _("The registration is admitted.") if admit else _("The registration is refused."), "good"
    )
    return redirect("/registrations")


__all__ = ["keeper", "may_grant"]
