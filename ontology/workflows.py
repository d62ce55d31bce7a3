"""The life of an entry as data: states, steps between them, who takes each, and how long it may rest.

A version begins as a draft, is approved by the department, reviewed and published by the city's
office (two-step review: Putuo and the national products, DOMAIN §2.3). A published change goes the
same way as a new version; a small correction is approved by the department alone. Permission is
asked of `ontology.permissions`; this table says only what follows what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ontology.actions import Action
from ontology.deadlines import (
    Calendar,
    Due,
    Rule,
    Trigger,
    deadline,
    rule,
    rules,
    rules_for,
)
from ontology.errors import Conflict, Forbidden, Invalid
from ontology.people import Person, Role
from ontology.permissions import Ground, Thing, Verdict, can
from ontology.sentences import Sentence, either, joined
from ontology.states import FINAL, State
from ontology.working_days import working_days_after

__all__ = [
    "CLOCKS",
    "FINAL",
    "OVERTAKEN",
    "SMALL",
    "TRANSITIONS",
    "Due",
    "Rule",
    "State",
    "Transition",
    "Trigger",
    "advance",
    "change_due",
    "deadline",
    "due_in",
    "not_small",
    "rule",
    "rules",
    "rules_for",
    "steps",
]


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from a state (None: an entry begins), by an action of a role, to another.

    `reason` says that one must say why; `remarks` that single fields may be remarked on;
    `small` that only small corrections may take it; `begins` that `next` is the state of a new
    version, while this one stays where it is. `words` is what the button says.
    """

    state: State | None
    action: Action
    who: tuple[Role, ...]
    next: State
    words: Sentence
    reason: bool = False
    remarks: bool = False
    small: bool = False
    begins: bool = False


WRITERS = (Role.CATALOGUER, Role.STEWARD)
APPROVER = (Role.APPROVER,)
REVIEWER = (Role.REVIEWER,)
CITY = (Role.REVIEWER, Role.SHARING_OFFICER, Role.OPENNESS_OFFICER)
SAVE: Sentence = ("Save", "保存")
HAND_IN: Sentence = ("Hand in", "提交")
HAND_IN_SMALL: Sentence = ("Hand in as a small correction", "作为小改提交")
SEND_BACK: Sentence = ("Return with remarks", "退回修改")
TAKE_BACK: Sentence = ("Take back", "收回")
NEW_VERSION: Sentence = ("Begin a new version", "编制新版本")
THROW_AWAY: Sentence = ("Throw away", "放弃草稿")

TRANSITIONS: tuple[Transition, ...] = (
    # An entry begins.
    Transition(None, Action.CREATE, WRITERS, State.DRAFT, ("Begin an entry", "新建条目")),
    # The department writes.
    Transition(State.DRAFT, Action.EDIT, WRITERS, State.DRAFT, SAVE),
    Transition(State.DRAFT, Action.SUBMIT, WRITERS, State.SUBMITTED, HAND_IN),
    Transition(State.DRAFT, Action.CORRECT, WRITERS, State.CORRECTING, HAND_IN_SMALL, small=True),
    Transition(State.DRAFT, Action.DISCARD, WRITERS, State.REMOVED, THROW_AWAY),
    Transition(State.RETURNED, Action.EDIT, WRITERS, State.RETURNED, SAVE),
    Transition(State.RETURNED, Action.SUBMIT, WRITERS, State.SUBMITTED, HAND_IN),
    Transition(
        State.RETURNED, Action.CORRECT, WRITERS, State.CORRECTING, HAND_IN_SMALL, small=True
    ),
    Transition(State.RETURNED, Action.DISCARD, WRITERS, State.REMOVED, THROW_AWAY),
    # The department decides.
    Transition(State.SUBMITTED, Action.APPROVE, APPROVER, State.APPROVED, ("Approve", "部门通过")),
    Transition(
        State.SUBMITTED,
        Action.RETURN,
        APPROVER,
        State.RETURNED,
        SEND_BACK,
        reason=True,
        remarks=True,
    ),
    Transition(State.SUBMITTED, Action.RECALL, WRITERS, State.DRAFT, TAKE_BACK),
    # The short path: the department's approval publishes a small correction.
    Transition(
        State.CORRECTING,
        Action.APPROVE,
        APPROVER,
        State.PUBLISHED,
        ("Approve and publish", "通过并发布"),
        small=True,
    ),
    Transition(
        State.CORRECTING,
        Action.RETURN,
        APPROVER,
        State.RETURNED,
        SEND_BACK,
        reason=True,
        remarks=True,
    ),
    Transition(State.CORRECTING, Action.RECALL, WRITERS, State.DRAFT, TAKE_BACK),
    # The city decides.
    Transition(State.APPROVED, Action.REVIEW, REVIEWER, State.REGISTERED, ("Pass", "市级通过")),
    Transition(
        State.APPROVED, Action.RETURN, CITY, State.RETURNED, SEND_BACK, reason=True, remarks=True
    ),
    Transition(State.REGISTERED, Action.PUBLISH, REVIEWER, State.PUBLISHED, ("Publish", "发布")),
    Transition(
        State.REGISTERED, Action.RETURN, CITY, State.RETURNED, SEND_BACK, reason=True, remarks=True
    ),
    # After publication. A new version begins beside the published one, which stays as it is.
    Transition(State.PUBLISHED, Action.REVISE, WRITERS, State.DRAFT, NEW_VERSION, begins=True),
    Transition(State.WITHDRAWN, Action.REVISE, WRITERS, State.DRAFT, NEW_VERSION, begins=True),
    Transition(
        State.PUBLISHED,
        Action.WITHDRAW,
        (Role.APPROVER, Role.REVIEWER),
        State.WITHDRAWN,
        ("Withdraw", "撤销发布"),
        reason=True,
    ),
    Transition(
        State.WITHDRAWN,
        Action.ARCHIVE,
        (Role.STEWARD, Role.REVIEWER),
        State.ARCHIVED,
        ("Archive", "归档"),
        reason=True,
    ),
    # What was reviewed once needs no second review to stand again as it stood.
    Transition(
        State.WITHDRAWN,
        Action.RESTORE,
        (Role.STEWARD, Role.ADMINISTRATOR),
        State.PUBLISHED,
        ("Bring back", "恢复发布"),
        reason=True,
    ),
)

# What becomes of the version before when the next one is published.
OVERTAKEN: dict[State, State] = {
    State.PUBLISHED: State.SUPERSEDED,
    State.WITHDRAWN: State.SUPERSEDED,
}

# In which states a version waits for somebody, and the event that started their clock.
CLOCKS: dict[State, Trigger] = {
    State.SUBMITTED: Trigger.ENTRY_SUBMITTED,
    State.CORRECTING: Trigger.ENTRY_SUBMITTED,
    State.APPROVED: Trigger.ENTRY_APPROVED,
    State.REGISTERED: Trigger.ENTRY_REGISTERED,
    State.RETURNED: Trigger.ENTRY_RETURNED,
}
NEAR_TO_FAR = ("shanghai", "national", "instance")  # what law leaves open, the instance says

CONTACT: Sentence = (
    "How to reach people and pages does not change what is catalogued.",
    "联系方式与页面地址不改变编目内容。",
)
FINDING: Sentence = (
    "Words to find it by do not change what is catalogued.",
    "检索用语不改变编目内容。",
)
ENGLISH: Sentence = (
    "A translation does not change the Chinese text that binds.",
    "译文不改变作准的中文。",
)
DELIVERY: Sentence = (
    "Where a file lies and how new it is does not change what it holds.",
    "文件的地址与新旧不改变其内容。",
)

# Small corrections: properties (with @language where only that one is small) and why. All else,
# above all the axes, items, names, provider and clearance, goes the whole way.
SMALL: dict[str, Sentence] = {
    "dcat:keyword": FINDING,
    "skos:altLabel": FINDING,
    "dct:relation": FINDING,
    "dcat:contactPoint": CONTACT,
    "vcard:fn": CONTACT,
    "vcard:organization-name": CONTACT,
    "vcard:hasTelephone": CONTACT,
    "vcard:hasEmail": CONTACT,
    "vcard:hasURL": CONTACT,
    "dcat:landingPage": CONTACT,
    "foaf:homepage": CONTACT,
    "dct:title@en": ENGLISH,
    "dct:description@en": ENGLISH,
    "csvw:title@en": ENGLISH,
    "rdfs:label@en": ENGLISH,
    "dct:modified": DELIVERY,
    "dcat:downloadURL": DELIVERY,
    "dcat:accessURL": DELIVERY,
    "dcat:byteSize": DELIVERY,
}


def advance(  # noqa: PLR0913 - a step has these parts, and the last two by name only
    state: State | None,
    action: Action,
    person: Person,
    thing: Thing,
    *,
    reason: str = "",
    changed: Iterable[str] | None = None,
) -> State:
    """Give the state after the step; `changed` are what a new version of a published entry changes.

    `changed` holds CURIEs, with "@en" where only that language changed; None for a new entry.
    Raises Conflict where nothing leads on from here by this action or the change is not small,
    Forbidden where the person may not, Invalid where a reason is owed.
    """
    now = replace(thing, state=state) if state else thing
    step = _step(state, action)
    verdict = can(person, action, now)
    if not verdict:
        raise _refusal(verdict)
    if step.reason and not reason.strip():
        raise Invalid("Say why: the reason is kept and shown.", "请写明原因：原因将留存并显示。")
    if step.small and (why_not := not_small(changed)):
        raise Conflict(*why_not)
    return step.next


def steps(
    state: State | None, person: Person, thing: Thing
) -> tuple[tuple[Transition, Verdict], ...]:
    """Give the steps that lead on from a state, each with whether this person may take it."""
    now = replace(thing, state=state) if state else thing
    return tuple(
        (each, can(person, each.action, now)) for each in TRANSITIONS if each.state is state
    )


def not_small(changed: Iterable[str] | None) -> Sentence | None:
    """Say why a change is not a small correction; None where it is one."""
    if changed is None:
        return (
            "A new entry is no correction: it goes the whole way.",
            "新条目不是小改，须走完整流程。",
        )
    large = sorted(set(changed) - set(SMALL))
    if not large:
        return None
    named = ", ".join(large)
    return (
        f"It changes more than a small correction may: {named}. Hand it in the usual way.",
        f"改动超出小改范围：{named}。请按完整流程提交。",
    )


def due_in(
    state: State,
    since: date,
    calendar: Calendar = working_days_after,
    jurisdictions: tuple[str, ...] = NEAR_TO_FAR,
) -> Due | None:
    """Give when a version that is in that state since a day must have left it; None: no clock."""
    if state not in CLOCKS:
        return None
    return deadline(rules_for(CLOCKS[state], since, jurisdictions)[0], since, calendar)


def change_due(reported: date, calendar: Calendar = working_days_after) -> Due:
    """Give when entries must be updated whose system or data was reported changed (rule D1)."""
    return deadline(rule("D1"), reported, calendar)


def _step(state: State | None, action: Action) -> Transition:
    for each in TRANSITIONS:
        if each.state is state and each.action is action:
            return each
    leading = [each.words for each in TRANSITIONS if each.state is state]
    here = state.words if state else ("not begun", "未开始")
    en, zh = either(leading or [("nothing more", "无")])
    raise Conflict(
        f"It is “{here[0]}” now; from there one may: {en}.",
        f"当前状态是“{here[1]}”，可以：{zh}。",
    )


def _refusal(verdict: Verdict) -> Forbidden | Conflict:
    kind = Conflict if verdict.ground is Ground.STATE else Forbidden
    return kind(*joined(verdict.why, verdict.ask))
