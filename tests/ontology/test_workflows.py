"""The life of an entry: the whole table, the walks through it, and its clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ontology.actions import Action
from ontology.code_lists import code_list
from ontology.deadlines import rules_for
from ontology.errors import Conflict, Forbidden, Invalid, NotFound
from ontology.people import HOLDERS, Grant, Holder, Person, Role
from ontology.permissions import PERMISSIONS, Thing
from ontology.states import OPEN_TO_WRITING
from ontology.workflows import (
    CLOCKS,
    FINAL,
    NEAR_TO_FAR,
    OVERTAKEN,
    SMALL,
    TRANSITIONS,
    Rule,
    State,
    Transition,
    Trigger,
    advance,
    change_due,
    deadline,
    due_in,
    not_small,
    rule,
    rules,
    steps,
)
from ontology.working_days import Deadline

OURS = "zjw"
ENTRY = Thing("entry", OURS, author="li")
REASON = "The title names another system."
every_step = pytest.mark.parametrize(
    "step", TRANSITIONS, ids=lambda each: f"{each.state}-{each.action}"
)
every_state = pytest.mark.parametrize("state", State)
every_rule = pytest.mark.parametrize("each", rules().values(), ids=lambda each: each.id)


def someone(role: Role, name: str = "") -> Person:
    held = OURS if HOLDERS[role] is Holder.DEPARTMENT else None
    return Person(name or role.value, (Grant(role, held),), verified=True)


LI = someone(Role.CATALOGUER, "li")


# The table


@every_state
def test_every_state_has_a_way_out_or_is_final_by_name(state: State) -> None:
    out = {each.next for each in TRANSITIONS if each.state is state and not each.begins} - {state}

    assert (state in FINAL) is (not out and state not in OVERTAKEN)


@every_state
def test_every_state_is_reached_from_the_beginning_and_leads_to_an_end(state: State) -> None:
    assert state in reached({None})
    assert reached({state}) & FINAL


def reached(states: set[State | None]) -> set[State | None]:
    edges = {(each.state, each.next) for each in TRANSITIONS if not each.begins}
    edges |= set(OVERTAKEN.items())
    while True:
        further = states | {end for start, end in edges if start in states}
        if further == states:
            return states
        states = further


@every_state
def test_every_state_is_in_the_list_and_says_its_name(state: State) -> None:
    concept = state.concept

    assert concept.iri.endswith(f"/record-status/{state}")
    assert not concept.retired
    assert state.words == (concept.en, concept.zh)


def test_the_words_of_other_systems_lead_to_states_of_ours() -> None:
    listed = code_list("record-status")

    assert {each.notation for each in listed if not each.retired} == set(State)
    for each in listed:
        if each.retired:
            instead = listed.by_iri(each.replaced_by or "")
            assert instead is not None
            assert instead.notation in set(State)
    for word, state in (
        ("待注册审核", State.SUBMITTED),
        ("暂存", State.DRAFT),
        ("取消发布", State.WITHDRAWN),
    ):
        assert listed.match(word) == state.concept


@every_step
def test_every_step_is_taken_by_exactly_those_whom_permissions_allow(step: Transition) -> None:
    thing = replace(ENTRY, state=step.state)
    ways = PERMISSIONS[step.action].ways
    lawful = {
        role for way in ways if not way.states or step.state in way.states for role in way.roles
    }

    assert set(step.who) == lawful
    for role in Role:
        allowed = {each: bool(verdict) for each, verdict in steps(step.state, someone(role), thing)}
        assert allowed[step] is (role in step.who)


@every_step
def test_every_step_has_words_and_only_decisions_ask_for_reasons(step: Transition) -> None:
    assert all(step.words)
    assert not step.remarks or step.reason
    decided = step.next in {State.RETURNED, State.WITHDRAWN, State.ARCHIVED}
    assert step.reason is (
        (decided and step.state is not step.next) or step.action is Action.RESTORE
    )


def test_from_one_state_an_action_leads_to_one_state() -> None:
    pairs = [(each.state, each.action) for each in TRANSITIONS]

    assert len(set(pairs)) == len(pairs)


def test_every_state_that_permissions_name_for_a_step_has_that_step() -> None:
    there = {(each.state, each.action) for each in TRANSITIONS}
    stepping = {each.action for each in TRANSITIONS}
    named = {
        (state, action)
        for action in stepping
        for way in PERMISSIONS[action].ways
        for state in way.states
    }

    assert named <= there


def test_whatever_waits_for_somebody_has_a_clock() -> None:
    waiting = {each.state for each in TRANSITIONS if each.state and each.action is Action.APPROVE}
    waiting |= {
        each.state
        for each in TRANSITIONS
        if each.state and each.action in {Action.REVIEW, Action.PUBLISH}
    }

    assert set(CLOCKS) == waiting | {State.RETURNED}
    assert {each.state for each in TRANSITIONS if each.action is Action.SUBMIT} == OPEN_TO_WRITING


# Walks


def test_an_entry_goes_the_whole_way_through_five_hands() -> None:
    approver, reviewer = someone(Role.APPROVER), someone(Role.REVIEWER)
    walk = (
        (Action.CREATE, LI, State.DRAFT),
        (Action.EDIT, LI, State.DRAFT),
        (Action.SUBMIT, LI, State.SUBMITTED),
        (Action.RETURN, approver, State.RETURNED),
        (Action.EDIT, LI, State.RETURNED),
        (Action.SUBMIT, LI, State.SUBMITTED),
        (Action.RECALL, LI, State.DRAFT),
        (Action.SUBMIT, LI, State.SUBMITTED),
        (Action.APPROVE, approver, State.APPROVED),
        (Action.RETURN, someone(Role.OPENNESS_OFFICER), State.RETURNED),
        (Action.SUBMIT, LI, State.SUBMITTED),
        (Action.APPROVE, approver, State.APPROVED),
        (Action.REVIEW, reviewer, State.REGISTERED),
        (Action.PUBLISH, reviewer, State.PUBLISHED),
        (Action.WITHDRAW, approver, State.WITHDRAWN),
        (Action.ARCHIVE, reviewer, State.ARCHIVED),
    )
    state: State | None = None
    for action, person, expected in walk:
        state = advance(state, action, person, ENTRY, reason=REASON)
        assert state is expected


def test_a_new_version_begins_beside_the_published_one() -> None:
    assert advance(State.PUBLISHED, Action.REVISE, LI, ENTRY) is State.DRAFT
    assert [each.begins for each, _ in steps(State.PUBLISHED, LI, ENTRY)] == [True, False]
    assert OVERTAKEN[State.PUBLISHED] is State.SUPERSEDED


def test_a_small_correction_takes_the_short_path() -> None:
    approver = someone(Role.APPROVER)
    small = {"dcat:keyword", "dct:title@en"}

    state = advance(State.DRAFT, Action.CORRECT, LI, ENTRY, changed=small)
    assert state is State.CORRECTING
    assert advance(state, Action.APPROVE, approver, ENTRY, changed=small) is State.PUBLISHED
    assert advance(state, Action.RETURN, approver, ENTRY, reason=REASON) is State.RETURNED
    with pytest.raises(Forbidden, match="took part"):
        advance(state, Action.APPROVE, replace(approver, name="li"), ENTRY, changed=small)


@pytest.mark.parametrize("changed", [None, {"gov:sharingType"}, {"dcat:keyword", "dct:title@zh"}])
def test_what_is_not_small_does_not_take_the_short_path(changed: set[str] | None) -> None:
    with pytest.raises(Conflict) as refusal:
        advance(State.DRAFT, Action.CORRECT, LI, ENTRY, changed=changed)
    assert "whole way" in refusal.value.en or "usual way" in refusal.value.en
    with pytest.raises(Conflict):
        advance(State.CORRECTING, Action.APPROVE, someone(Role.APPROVER), ENTRY, changed=changed)


def test_what_decides_who_may_see_is_never_small() -> None:
    for name in (
        "gov:sharingType",
        "gov:opennessType",
        "gov:refusalClass",
        "gov:legalBasis",
        "dct:publisher",
        "dct:title",
        "csvw:column",
    ):
        assert not_small([name]) is not None
    assert not_small(SMALL) is None
    assert all(all(why) for why in SMALL.values())


def test_a_step_that_does_not_lead_on_from_here_is_a_conflict_that_says_what_does() -> None:
    with pytest.raises(Conflict) as refusal:
        advance(State.DRAFT, Action.PUBLISH, someone(Role.REVIEWER), ENTRY)
    assert "Draft" in refusal.value.en
    assert "提交" in refusal.value.zh
    with pytest.raises(Conflict, match="nothing more"):
        advance(State.ARCHIVED, Action.EDIT, LI, ENTRY)
    with pytest.raises(Conflict, match="not begun"):
        advance(None, Action.EDIT, LI, ENTRY)


def test_who_may_not_is_told_why_and_whom_to_ask() -> None:
    with pytest.raises(Forbidden) as refusal:
        advance(State.SUBMITTED, Action.APPROVE, LI, ENTRY)

    assert "Department approver (zjw)" in refusal.value.en
    assert "请联系" in refusal.value.zh


def test_who_may_only_elsewhere_meets_a_conflict() -> None:
    """An approver may return what the department decides on, not what the city does."""
    with pytest.raises(Conflict):
        advance(State.APPROVED, Action.RETURN, someone(Role.APPROVER), ENTRY, reason=REASON)


def test_a_reason_is_owed_for_returning() -> None:
    with pytest.raises(Invalid, match="Say why"):
        advance(State.SUBMITTED, Action.RETURN, someone(Role.APPROVER), ENTRY, reason=" ")


# Clocks


@every_rule
def test_every_rule_has_one_clock_and_says_on_what_it_stands(each: Rule) -> None:
    clocks = [clock for clock in (each.days, each.on, each.month) if clock is not None]

    assert len(clocks) == 1
    assert all((*each.duty, *each.basis, each.who, each.jurisdiction))
    assert each.until is None or each.since < each.until
    assert each.days is None or each.days > 0
    assert each.extension == 0 or each.days is not None
    assert each.in_force(each.since)


def test_the_rules_of_the_plan_and_of_the_decree_are_there() -> None:
    assert {"D1", "D2", "D3", "D4", "D5"} <= set(rules())
    assert {each.id for each in rules().values() if not each.confirmed} == {
        *("D5", "D6", "D7"),
        *("H1", "H2", "H3", "H4", "H5", "H6"),
    }
    with pytest.raises(NotFound):
        rule("D99")


def test_every_trigger_starts_a_clock() -> None:
    assert {each.trigger for each in rules().values()} == set(Trigger)


@pytest.mark.parametrize("day", [date(2017, 8, 15), date(2026, 11, 23)])
@pytest.mark.parametrize("state", CLOCKS)
def test_every_clock_has_a_rule_then_and_now(state: State, day: date) -> None:
    assert due_in(state, day) is not None


@pytest.mark.parametrize(
    ("name", "start", "day"),
    [
        ("D1", date(2017, 8, 15), date(2017, 8, 17)),
        ("D1", date(2017, 9, 29), date(2017, 10, 9)),
        ("D2", date(2017, 10, 1), date(2017, 10, 10)),
        ("D3", date(2017, 8, 15), date(2017, 10, 31)),
        ("D4", date(2017, 9, 1), date(2017, 10, 31)),
        ("D5", date(2017, 8, 15), date(2017, 8, 29)),
        ("D6", date(2017, 8, 15), date(2017, 9, 5)),
        ("D7", date(2017, 2, 28), date(2017, 2, 28)),
        ("D7", date(2017, 3, 1), date(2018, 2, 28)),
        ("D7", date(2019, 12, 31), date(2020, 2, 29)),
    ],
)
def test_a_duty_is_due_on_its_day(name: str, start: date, day: date) -> None:
    due = deadline(rule(name), start)

    assert (due.day, due.latest, due.provisional) == (day, day, False)


def test_an_extension_moves_the_last_day() -> None:
    due = deadline(rule("D19"), date(2025, 8, 15))

    assert (due.day, due.latest) == (date(2025, 8, 29), date(2025, 9, 12))


def test_a_deadline_beyond_the_published_calendar_is_provisional() -> None:
    assert deadline(rule("D1"), date(2031, 4, 30)).provisional


def test_another_calendar_gives_other_days() -> None:
    def every_day(start: date, count: int) -> Deadline:
        return Deadline(start.replace(day=start.day + count), provisional=False)

    assert change_due(date(2017, 10, 1), every_day).day == date(2017, 10, 3)
    assert change_due(date(2017, 10, 1)).day == date(2017, 10, 10)


def test_the_rule_of_the_day_and_of_the_nearest_law_holds() -> None:
    before = rules_for(Trigger.ENTRY_APPROVED, date(2017, 9, 1), NEAR_TO_FAR)
    after = rules_for(Trigger.ENTRY_APPROVED, date(2025, 9, 1), NEAR_TO_FAR)
    putuo = rules_for(Trigger.SHARING_ASKED, date(2017, 9, 1), ("putuo", "shanghai"))

    assert [each.id for each in before] == ["H2"]
    assert [each.id for each in after] == ["D23", "H2"]
    assert [each.id for each in putuo] == ["D10"]
    assert due_in(State.DRAFT, date(2017, 9, 1)) is None
