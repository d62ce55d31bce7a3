"""Who may do what, and why: one table, read by one short function.

Every action has its ways: a role, for whom it must be held, in which states of the thing, and the
reason. Nothing is allowed that no way allows. Nobody decides what is their own (`SEPARATED`).
Which view of the graph a person reads follows from the person alone (`clearance_of`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ontology.actions import Action
from ontology.clearance import Clearance, strictest
from ontology.law import Part, Way, Whose
from ontology.people import (
    ANYONE,
    HOLDERS,
    Grant,
    Holder,
    Person,
    Role,
    Scope,
    grants_in_force,
    holds,
)
from ontology.rights import PERMISSIONS, SEPARATED
from ontology.scopes import SCOPES, lets_through, scopes_for
from ontology.sentences import Sentence, either, joined
from ontology.states import State

__all__ = [
    "ANYONE",
    "NOTHING",
    "PERMISSIONS",
    "SEPARATED",
    "Action",
    "Grant",
    "Ground",
    "Person",
    "Role",
    "Scope",
    "Thing",
    "Verdict",
    "action_to_grant",
    "can",
    "can_keep",
    "clearance_of",
    "within",
]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is acted upon, as far as law asks.

    `kind` is a word for people's and audit's sake (entry, draft, load, graph, person, token, ...);
    `owner` the code of the department it belongs to, `district` that department's division code;
    `state` that of an entry's version; `author` who made it (of an account or token: whose it is);
    `hands` who else wrote in it; `approver` who decided on it for the department.
    """

    kind: str
    owner: str | None = None
    state: State | None = None
    author: str | None = None
    clearance: Clearance = Clearance.OPEN
    district: str | None = None
    hands: tuple[str, ...] = ()
    approver: str | None = None


NOTHING = Thing("instance")  # for what concerns no single thing: reading a view, reading the audit


class Ground(StrEnum):
    """On what an answer rests: a page says the sentence, a program asks for this word."""

    ROLE = "role"  # held, or lacked
    ACCOUNT = "account"  # disabled or not yet verified
    TOKEN = "token"  # noqa: S105 - a word of law, no secret
    STATE = "state"  # the right person, too late or too early
    OWN = "own"  # nobody decides their own


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: whether, why, and (where refused) whom to ask. `roles` are who may."""

    allowed: bool
    why: Sentence
    ask: Sentence = ("", "")
    ground: Ground = Ground.ROLE
    roles: tuple[Role, ...] = ()

    def __bool__(self) -> bool:
        """Stand for whether it is allowed."""
        return self.allowed


def can(person: Person, action: Action, thing: Thing = NOTHING) -> Verdict:
    """Say whether the person may do this to the thing, with the reason; law is `PERMISSIONS`."""
    if not lets_through(person, action):
        return _not_by_token(action)
    held = [way for way in PERMISSIONS[action].ways if _holds_way(person, way, thing)]
    if not held:
        return _lacking(person, action, thing)
    standing = [way for way in held if not way.states or thing.state in way.states]
    if not standing:
        return _untimely(action, thing, held)
    if _is_own(person, action, thing):
        return _own(action, thing)
    return Verdict(allowed=True, why=standing[0].why, roles=standing[0].roles)


READING = {
    Clearance.OPEN: Action.READ_OPEN,
    Clearance.SHARED: Action.READ_SHARED,
    Clearance.GOVERNANCE: Action.READ_GOVERNANCE,
}


def clearance_of(person: Person) -> Clearance:
    """Give the view that the person reads, in whatever page or query."""
    return strictest(*(each for each, action in READING.items() if can(person, action)))


def within(scopes: frozenset[Scope], person: Person) -> frozenset[Scope]:
    """Give those of a token's scopes that its owner has a use for: it never exceeds its owner.

    A form that makes tokens offers these; what a request by token may do is asked of
    `can(person.by_token(scopes), ...)`, which is never more than the person may.
    """
    return frozenset(each for each in scopes if _has_use(person, each))


def action_to_grant(role: Role) -> Action:
    """Give what one must be allowed in order to give or take that role.

    Asked of Thing("person", owner=the grant's holder, author=the account's name).
    """
    return Action.MANAGE_OFFICE if HOLDERS[role] is Holder.CITY else Action.MANAGE_PEOPLE


def can_keep(keeper: Person, account: Person) -> Verdict:
    """Say whether the keeper may change or disable an account: they must for each of its roles.

    So the steward of one department cannot touch an account that also serves the city or another.
    """
    keeping = [(Action.MANAGE_PEOPLE, Thing("person", author=account.name))]
    if account.grants:
        keeping = [
            (action_to_grant(each.role), Thing("person", each.holder, author=account.name))
            for each in account.grants
        ]
    verdicts = [can(keeper, action, thing) for action, thing in keeping]
    return min(verdicts, key=bool)


def _has_use(person: Person, scope: Scope) -> bool:
    return any(
        grant.role in way.roles and (way.whose is not Whose.CITY or grant.holder is None)
        for grant in grants_in_force(person)
        for way in PERMISSIONS[SCOPES[scope].purpose].ways
    )


def _holds_way(person: Person, way: Way, thing: Thing) -> bool:
    if not way.upto.covers(thing.clearance):
        return False
    fitting = (grant for grant in grants_in_force(person) if grant.role in way.roles)
    return any(_counts(grant, way.whose, person, thing) for grant in fitting)


def _counts(grant: Grant, whose: Whose, person: Person, thing: Thing) -> bool:
    if whose is Whose.CITY:
        return grant.holder is None
    if whose is Whose.THIS:
        return holds(grant, thing.owner, thing.district)
    return whose is Whose.ANY or thing.author == person.name


def _is_own(person: Person, action: Action, thing: Thing) -> bool:
    apart = SEPARATED.get(action)
    if apart is None:
        return False
    own = {thing.author, *thing.hands}
    return person.name in (own | {thing.approver} if Part.APPROVER in apart.parts else own)


def _not_by_token(action: Action) -> Verdict:
    scopes = scopes_for(action)
    en, zh = PERMISSIONS[action].words
    why = f"This token is not made to {en}.", f"此令牌的权限不包括{zh}。"
    ask = ("This is done in person: sign in.", "此事须本人登录办理。")
    if scopes:
        named = " / ".join(scopes)
        ask = f"Use a token with the scope {named}.", f"请使用带有 {named} 范围的令牌。"
    return Verdict(allowed=False, why=why, ask=ask, ground=Ground.TOKEN)


def _lacking(person: Person, action: Action, thing: Thing) -> Verdict:
    law = PERMISSIONS[action]
    roles = _roles(law.ways)
    ground = Ground.ROLE
    why = f"You may not {law.words[0]}.", f"您不能{law.words[1]}。"
    if not person.active:
        ground, why = Ground.ACCOUNT, joined(why, DISABLED)
    elif person.name and not person.verified:
        ground, why = Ground.ACCOUNT, joined(why, UNVERIFIED)
    ask = joined(*([] if person.name else [SIGN_IN]), law.ask or _ask(roles, thing))
    return Verdict(allowed=False, why=why, ask=ask, ground=ground, roles=roles)


def _untimely(action: Action, thing: Thing, held: list[Way]) -> Verdict:
    en, zh = PERMISSIONS[action].words
    states = either(state.words for way in held for state in State if state in way.states)
    is_en, is_zh = thing.state.words if thing.state else NO_STATE
    why = (
        f"It is “{is_en}”; one may {en} only while it is: {states[0]}.",
        f"当前状态是“{is_zh}”；只有处于以下状态时才能{zh}：{states[1]}。",
    )
    return Verdict(
        allowed=False, why=why, ask=LOOK_AGAIN, ground=Ground.STATE, roles=_roles(tuple(held))
    )


def _own(action: Action, thing: Thing) -> Verdict:
    roles = _roles(PERMISSIONS[action].ways)
    ask = _ask(roles, thing)
    return Verdict(
        allowed=False, why=SEPARATED[action].why, ask=ask, ground=Ground.OWN, roles=roles
    )


def _roles(ways: tuple[Way, ...]) -> tuple[Role, ...]:
    """Give the roles of the ways, each once, in the order of the table."""
    return tuple(dict.fromkeys(role for way in ways for role in way.roles))


def _ask(roles: tuple[Role, ...], thing: Thing) -> Sentence:
    en, zh = either(_named(role, thing) for role in roles)
    return f"Ask another person who is {en}.", f"请联系其他人员：{zh}。"


def _named(role: Role, thing: Thing) -> Sentence:
    en, zh = role.words
    if thing.owner and HOLDERS[role] is Holder.DEPARTMENT:
        return f"{en} ({thing.owner})", f"{zh}（{thing.owner}）"
    return en, zh


NO_STATE: Sentence = ("not begun", "未开始")
DISABLED: Sentence = ("Your account is disabled.", "您的账号已停用。")
UNVERIFIED: Sentence = ("Your account is not verified yet.", "您的账号尚未核实。")
SIGN_IN: Sentence = ("Sign in first.", "请先登录。")
LOOK_AGAIN: Sentence = (
    "Look at it again: somebody may have been faster.",
    "请刷新查看：可能已有他人先行处理。",
)
