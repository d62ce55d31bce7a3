"""Who may do what: the whole table, every role, every state, and every token beside its owner."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.clearance import Clearance
from ontology.code_lists import code_list
from ontology.errors import Invalid
from ontology.law import Whose
from ontology.people import HOLDERS, Holder, grants_in_force
from ontology.permissions import (
    ANYONE,
    NOTHING,
    PERMISSIONS,
    READING,
    SEPARATED,
    Action,
    Grant,
    Ground,
    Person,
    Role,
    Scope,
    Thing,
    action_to_grant,
    can,
    can_keep,
    clearance_of,
    within,
)
from ontology.scopes import ANYWAY, BY_TOKEN, SCOPES, scopes_for
from ontology.sentences import either, joined
from ontology.states import State

OURS, THEIRS, DISTRICT = "zjw", "jtw", "310106"
CODES = {
    Holder.ONESELF: (None,),
    Holder.DEPARTMENT: (OURS, DISTRICT),
    Holder.CITY: (None, DISTRICT),
}
GRANTS = [Grant(role, code) for role in Role for code in CODES[HOLDERS[role]]]
THINGS = [
    Thing("entry", owner, state, author, clearance, district)
    for owner, state, author, clearance, district in product(
        (None, OURS, THEIRS),
        (None, *State),
        (None, "li", "wang"),
        Clearance,
        (None, DISTRICT),
    )
]
SOME = THINGS[::5]  # five is prime to the lengths above: no value is left out

every_action = pytest.mark.parametrize("action", Action)
every_role = pytest.mark.parametrize("role", Role)


def holder(role: Role, code: str | None = OURS, name: str = "wang") -> Person:
    """Give a person of one role, held for the code where the role is held for somebody."""
    held = code if HOLDERS[role] is Holder.DEPARTMENT else None
    return Person(name, (Grant(role, held),), verified=True)


def entry(state: State, **more: object) -> Thing:
    return replace(Thing("entry", OURS, state, "li"), **more)  # type: ignore[arg-type]


@every_action
def test_every_action_has_words_and_a_reason_for_every_way(action: Action) -> None:
    law = PERMISSIONS[action]

    assert all(law.words)
    assert law.ways
    for way in law.ways:
        assert way.roles
        assert all(way.why)
        assert all(role in Role for role in way.roles)
        assert all(state in State for state in way.states)


def test_the_table_holds_every_action_and_nothing_else() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert set(SEPARATED) <= set(Action)


def test_every_role_and_its_duty_stand_in_the_list_of_roles() -> None:
    listed = code_list("role")

    assert [each.notation for each in listed] == list(Role)
    assert all(each.definition_zh and each.definition_en for each in listed)
    assert set(HOLDERS) == set(Role)


@every_role
def test_every_role_may_do_something_that_its_holder_could_not_without(role: Role) -> None:
    used = {each for law in PERMISSIONS.values() for way in law.ways for each in way.roles}

    assert role in used


@every_action
def test_every_refusal_says_why_and_whom_to_ask_in_both_languages(action: Action) -> None:
    people = [ANYONE, *(Person("wang", (each,), verified=True) for each in GRANTS)]
    for person, thing in product(people, SOME):
        verdict = can(person, action, thing)
        assert all(verdict.why)
        assert bool(verdict) is verdict.allowed
        assert verdict.allowed or all(verdict.ask)


@every_action
def test_nothing_is_allowed_but_by_a_row_of_the_table(action: Action) -> None:
    """Told again without the engine: the person has a role of a way, held for the right one."""
    for grant, thing in product(GRANTS, SOME):
        person = Person("wang", (grant,), verified=True)
        roles = {Role.VISITOR, grant.role}
        rows = [way for way in PERMISSIONS[action].ways if roles & set(way.roles)]
        mine = grant.holder is None or grant.holder in (thing.owner, thing.district)
        fitting = [
            way
            for way in rows
            if {
                Whose.ANY: True,
                Whose.CITY: grant.holder is None,
                Whose.THIS: mine,
                Whose.SELF: thing.author == "wang",
            }[way.whose]
            and thing.clearance.rank <= way.upto.rank
            and (not way.states or thing.state in way.states)
        ]
        own = action in SEPARATED and thing.author == "wang"
        assert can(person, action, thing).allowed is (bool(fitting) and not own)


@every_action
def test_an_account_out_of_force_is_no_more_than_a_visitor(action: Action) -> None:
    for grant, thing in product(GRANTS, SOME[::7]):
        visitor = can(ANYONE, action, thing).allowed
        for person in (
            Person("wang", (grant,), verified=False),
            Person("wang", (grant,), verified=True, active=False),
        ):
            assert can(person, action, thing).allowed is visitor


def test_a_refused_account_is_told_what_is_wrong_with_it() -> None:
    clerk = holder(Role.CATALOGUER)
    thing = Thing("entry", OURS)

    disabled = can(replace(clerk, active=False), Action.CREATE, thing)
    unverified = can(replace(clerk, verified=False), Action.CREATE, thing)
    stranger = can(ANYONE, Action.CREATE, thing)
    assert disabled.ground is unverified.ground is Ground.ACCOUNT
    assert "disabled" in disabled.why[0]
    assert "尚未核实" in unverified.why[1]
    assert stranger.ask[0].startswith("Sign in first.")
    assert stranger.ground is Ground.ROLE
    assert not grants_in_force(replace(clerk, active=False))[1:]


def test_a_role_counts_for_its_own_department_only() -> None:
    clerk = holder(Role.CATALOGUER, OURS)

    assert can(clerk, Action.CREATE, Thing("entry", OURS))
    refused = can(clerk, Action.CREATE, Thing("entry", THEIRS))
    assert not refused
    assert refused.roles == (Role.CATALOGUER, Role.STEWARD)
    assert "jtw" in refused.ask[0]
    assert "部门编目员（jtw）" in refused.ask[1]


def test_a_role_of_a_district_counts_for_the_departments_of_the_district() -> None:
    reviewer = Person("wang", (Grant(Role.REVIEWER, DISTRICT),), verified=True)
    theirs = entry(State.APPROVED, district=DISTRICT)

    assert can(reviewer, Action.REVIEW, theirs)
    assert not can(reviewer, Action.REVIEW, replace(theirs, district="310101"))
    assert clearance_of(reviewer) is Clearance.SHARED


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REVIEW, Action.PUBLISH])
def test_nobody_decides_an_entry_of_their_own(action: Action) -> None:
    """Someone of every role at once still needs another where they wrote the entry."""
    everything = tuple(each for each in GRANTS if each.holder != DISTRICT)
    person = Person("li", everything, verified=True)
    for state in State:
        written = Thing("entry", OURS, state, "wang", hands=("li",))
        for thing in (Thing("entry", OURS, state, "li"), written):
            verdict = can(person, action, thing)
            assert not verdict
            assert verdict.ground in (Ground.OWN, Ground.STATE)
        allowed = can(replace(person, name="zhao"), action, written).allowed
        assert allowed is any(state in way.states for way in PERMISSIONS[action].ways)


def test_who_approved_for_the_department_does_not_review_for_the_city() -> None:
    both = Person("wang", (Grant(Role.APPROVER, OURS), Grant(Role.REVIEWER)), verified=True)
    thing = entry(State.APPROVED, approver="wang")

    verdict = can(both, Action.REVIEW, thing)
    assert verdict.ground is Ground.OWN
    assert "another person" in verdict.why[0]
    assert can(both, Action.REVIEW, replace(thing, approver="zhao"))


def test_too_late_is_told_apart_from_not_allowed() -> None:
    verdict = can(holder(Role.APPROVER), Action.APPROVE, entry(State.PUBLISHED))

    assert verdict.ground is Ground.STATE
    assert "Published" in verdict.why[0]
    assert "待部门审核或小改待审" in verdict.why[1]
    begun = can(holder(Role.APPROVER), Action.APPROVE, Thing("entry", OURS))
    assert "not begun" in begun.why[0]


# Reading


@pytest.mark.parametrize(
    ("role", "view"),
    [
        (Role.VISITOR, Clearance.OPEN),
        (Role.DEVELOPER, Clearance.OPEN),
        (Role.CATALOGUER, Clearance.SHARED),
        (Role.APPROVER, Clearance.SHARED),
        (Role.STEWARD, Clearance.SHARED),
        (Role.REVIEWER, Clearance.GOVERNANCE),
        (Role.SHARING_OFFICER, Clearance.GOVERNANCE),
        (Role.OPENNESS_OFFICER, Clearance.GOVERNANCE),
        (Role.AUDITOR, Clearance.GOVERNANCE),
        (Role.ADMINISTRATOR, Clearance.GOVERNANCE),
    ],
)
def test_the_view_follows_from_the_person(role: Role, view: Clearance) -> None:
    person = holder(role)

    assert clearance_of(person) is view
    assert clearance_of(ANYONE) is Clearance.OPEN
    assert clearance_of(replace(person, verified=False)) is Clearance.OPEN
    for each, action in READING.items():
        assert can(person, action).allowed is view.covers(each)


@every_role
def test_an_entry_is_read_by_its_department_and_by_whose_view_holds_it(role: Role) -> None:
    person = holder(role)
    for clearance, owner in product(Clearance, (OURS, THEIRS)):
        seen = can(person, Action.READ_ENTRY, Thing("entry", owner, clearance=clearance)).allowed
        own = owner == OURS and HOLDERS[role] is Holder.DEPARTMENT
        assert seen is (own or clearance_of(person).covers(clearance))


def test_a_draft_is_seen_by_its_department_and_reviewers_only() -> None:
    draft = entry(State.DRAFT)
    seeing = {role for role in Role if can(holder(role), Action.READ_DRAFT, draft)}

    assert seeing == {Role.CATALOGUER, Role.APPROVER, Role.STEWARD, Role.REVIEWER}
    assert not can(holder(Role.STEWARD, THEIRS), Action.READ_DRAFT, draft)
    assert can(holder(Role.SHARING_OFFICER), Action.READ_DRAFT, entry(State.APPROVED))


# People


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.CATALOGUER, None),
        (Role.STEWARD, ""),
        (Role.DEVELOPER, OURS),
        (Role.VISITOR, ""),
        (Role.ADMINISTRATOR, ""),
    ],
)
def test_a_role_cannot_be_held_for_the_wrong_kind_of_holder(role: Role, code: str | None) -> None:
    with pytest.raises(Invalid) as refusal:
        Grant(role, code)

    assert role.words[0] in refusal.value.en
    assert role.words[1] in refusal.value.zh


def test_a_steward_keeps_the_people_of_the_department_and_gives_no_role_of_the_city() -> None:
    steward = holder(Role.STEWARD)
    for role in Role:
        person = Thing("person", OURS if HOLDERS[role] is Holder.DEPARTMENT else None, author="li")
        allowed = can(steward, action_to_grant(role), person).allowed
        assert allowed is (HOLDERS[role] is Holder.DEPARTMENT)
        assert can(holder(Role.ADMINISTRATOR), action_to_grant(role), person)


def test_an_account_is_kept_by_who_may_for_each_of_its_roles() -> None:
    steward, admin = holder(Role.STEWARD), holder(Role.ADMINISTRATOR)
    clerk = Person("li", (Grant(Role.CATALOGUER, OURS),), verified=True)
    lender = replace(clerk, grants=(*clerk.grants, Grant(Role.CATALOGUER, THEIRS)))
    official = replace(clerk, grants=(*clerk.grants, Grant(Role.REVIEWER)))

    assert can_keep(steward, clerk)
    assert [bool(can_keep(steward, each)) for each in (lender, official)] == [False, False]
    assert all(can_keep(admin, each) for each in (clerk, lender, official, Person("new")))
    assert not can_keep(steward, Person("new"))
    assert can_keep(admin, admin).ground is Ground.OWN


def test_nobody_admits_or_promotes_themselves() -> None:
    for action in (Action.ADMIT, Action.MANAGE_PEOPLE, Action.MANAGE_OFFICE):
        own = Thing("person", author="wang")
        assert can(holder(Role.ADMINISTRATOR), action, own).ground is Ground.OWN


# Tokens


def test_every_scope_has_words_and_actions() -> None:
    assert set(SCOPES) == set(Scope)
    assert all(all(law.words) and law.actions for law in SCOPES.values())


def test_what_is_decided_is_decided_in_person() -> None:
    people = {Action.MANAGE_TOKENS, Action.REVOKE_TOKEN, Action.CONFIGURE}

    assert BY_TOKEN.isdisjoint(set(SEPARATED) | people)
    assert scopes_for(Action.APPROVE) == ()
    refused = can(holder(Role.APPROVER).by_token(frozenset(Scope)), Action.APPROVE, NOTHING)
    assert refused.ground is Ground.TOKEN
    assert "in person" in refused.ask[0]


def test_a_token_without_the_scope_is_told_which_it_needs() -> None:
    writing = holder(Role.STEWARD).by_token(frozenset({Scope.WRITE_CATALOGUE}))

    refused = can(writing, Action.QUERY)
    assert refused.ground is Ground.TOKEN
    assert "query" in refused.ask[0]
    assert can(writing, Action.READ_OPEN)
    assert can(writing, Action.CREATE, Thing("entry", OURS))
    assert not can(writing, Action.CREATE, Thing("entry", THEIRS))


scope_sets = st.frozensets(st.sampled_from(Scope))
people = st.builds(
    Person,
    name=st.sampled_from(["", "li", "wang"]),
    grants=st.lists(st.sampled_from(GRANTS), max_size=4).map(tuple),
    verified=st.booleans(),
    active=st.booleans(),
)


@given(people, scope_sets, st.sampled_from(Action), st.sampled_from(THINGS))
def test_a_token_never_exceeds_its_owner(
    person: Person, scopes: frozenset[Scope], action: Action, thing: Thing
) -> None:
    by_token = person.by_token(scopes)
    good = action in ANYWAY or any(action in SCOPES[each].actions for each in scopes)

    assert can(by_token, action, thing).allowed is (good and can(person, action, thing).allowed)
    assert clearance_of(person).covers(clearance_of(by_token))


@given(people, scope_sets)
def test_a_token_is_made_only_for_what_its_owner_has_a_use_for(
    person: Person, scopes: frozenset[Scope]
) -> None:
    kept = within(scopes, person)

    assert kept <= scopes
    assert within(kept, person) == kept
    assert clearance_of(person.by_token(scopes)).covers(clearance_of(person.by_token(kept)))
    for each in scopes - kept:
        assert not any(can(person, SCOPES[each].purpose, thing) for thing in THINGS[::7])


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (Role.DEVELOPER, {Scope.READ_OPEN, Scope.QUERY}),
        (
            Role.CATALOGUER,
            {Scope.READ_OPEN, Scope.READ_SHARED, Scope.QUERY, Scope.WRITE_CATALOGUE},
        ),
        (Role.ADMINISTRATOR, set(Scope) - {Scope.WRITE_CATALOGUE}),
    ],
)
def test_the_scopes_offered_are_those_of_the_role(role: Role, scopes: set[Scope]) -> None:
    assert within(frozenset(Scope), holder(role)) == scopes


# Sentences


def test_sentences_are_joined_and_choices_are_told() -> None:
    assert joined(("One.", "一。"), ("", ""), ("Two.", "二。")) == ("One. Two.", "一。二。")
    assert either([("a", "甲"), ("b", "乙"), ("c", "丙")]) == ("a, b or c", "甲、乙或丙")
    assert either([("a", "甲")]) == ("a", "甲")
