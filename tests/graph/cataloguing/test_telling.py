"""Cases in RDF: told to the city's office alone, as they stand, and right after an undo."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pyoxigraph import NamedNode

from graph.cataloguing.cases import Cases, Decision, subject_of
from graph.cataloguing.drafts import Draft, Saving, Subject
from graph.cataloguing.reported import SOURCE
from graph.cataloguing.telling import told_before
from graph.cataloguing.typed import Typed, tidy
from graph.check import check
from graph.editing import statements_now
from graph.instance import Instance
from graph.ledger.ledger import undo
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Conflict, Forbidden
from ontology.people import Grant, Person, Role
from ontology.permissions import Thing
from ontology.states import State
from ontology.terms import ADMS, GOV, RDF, code_iri
from sparql.query import rows
from tests.catalogue import BASE, NOON, Load, dataset, titles

WRITER = Person("li", (Grant(Role.CATALOGUER, "jtw"),), verified=True)
HEAD = Person("wang", (Grant(Role.APPROVER, "jtw"),), verified=True)
STEWARD = Person("sun", (Grant(Role.STEWARD, "jtw"),), verified=True)
CITY = Person("zhao", (Grant(Role.REVIEWER),), verified=True)
SUBJECT = Subject("dataset", "jtw-0001", f"{BASE}/id/dataset/jtw-0001", "jtw", "jtw-0001", "jtw")
WAY = (
    (WRITER, Action.SUBMIT),
    (HEAD, Action.APPROVE),
    (CITY, Action.REVIEW),
    (CITY, Action.PUBLISH),
)
LATER = NOON + timedelta(days=30)


def typed(title: str) -> Typed:
    axes = {
        "gov:sharingType": [code_iri("sharing", "unconditional").value],
        "gov:opennessType": [code_iri("openness", "unconditional").value],
    }
    return tidy("dataset", {"dct:title@zh": [title], **axes})


@pytest.fixture
def cases(instance: Instance) -> Cases:
    return Cases(instance)


def went(cases: Cases, title: str, subject: Subject = SUBJECT, days: int = 0) -> Draft:
    """Take a version the whole way, a day for each step."""
    draft = cases.begin(subject, typed(title), WRITER, NOON + timedelta(days=days))
    for day, (person, action) in enumerate(WAY, days):
        at = NOON + timedelta(days=day)
        draft = cases.take(draft, person, Decision(action, at, draft.revision))
    return draft


def again(cases: Cases) -> Subject:
    kept = cases.kept(SUBJECT)
    assert kept
    return subject_of(kept, "jtw", None)


def cases_in(instance: Instance, clearance: Clearance) -> set[str]:
    store = instance.snapshots.view(clearance).store
    found = store.quads_for_pattern(None, RDF.type, GOV.Case, None)
    return {quad.subject.value for quad in found}


def status(instance: Instance, draft: Draft) -> str:
    store = instance.snapshots.view(Clearance.GOVERNANCE).store
    root = NamedNode(f"{BASE}/id/case/{draft.id}")
    (quad,) = {quad.object.value for quad in store.quads_for_pattern(root, ADMS.status, None, None)}
    return quad.rpartition("/")[2]


def test_the_office_asks_in_sparql_how_long_reviews_take(cases: Cases, instance: Instance) -> None:
    """Monday to Thursday: a working day for each decision."""
    went(cases, "线路")
    found = rows(instance.snapshots.view(Clearance.GOVERNANCE), "governance/reviews")

    told = {
        (row.text("state") or "").rpartition("/")[2]: (row.text("steps"), row.text("longest"))
        for row in found
    }
    assert told == {
        "draft": ("1", "0"),
        "submitted": ("1", "1"),
        "approved": ("1", "1"),
        "registered": ("1", "1"),
    }


def test_nothing_of_a_case_is_in_any_other_view(cases: Cases, instance: Instance) -> None:
    """Neither who, nor why, nor that there is one; whatever the entry's own clearance is."""
    draft = went(cases, "线路")
    assert cases_in(instance, Clearance.GOVERNANCE) == {f"{BASE}/id/case/{draft.id}"}
    for clearance in (Clearance.OPEN, Clearance.SHARED):
        text = "\n".join(map(str, instance.snapshots.view(clearance).store))
        assert "线路" in text
        assert not [word for word in ("/id/case/", "ns#Case", "ns#actor", "wang") if word in text]


def test_a_draft_that_was_never_handed_in_is_not_told(cases: Cases, instance: Instance) -> None:
    draft = cases.begin(SUBJECT, typed("线路"), WRITER, NOON)
    cases.take(draft, WRITER, Decision(Action.DISCARD, NOON, draft.revision))
    instance.settle(NOON)

    assert cases_in(instance, Clearance.GOVERNANCE) == set()
    assert cases.settle(NOON) == 0


def test_a_telling_that_a_crash_cut_off_is_told_when_the_house_opens(
    cases: Cases, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as crash:
        crash.setattr("graph.cataloguing.cases.tell", lambda *_: None)
        draft = went(cases, "线路")
    assert cases_in(instance, Clearance.GOVERNANCE) == set()

    assert Cases(instance).settle(LATER) == 1
    assert status(instance, draft) == "published"
    assert Cases(instance).settle(LATER) == 0


def test_a_publication_that_a_crash_cut_off_is_written_down_when_the_house_opens(
    cases: Cases, instance: Instance
) -> None:
    """The graph was written, the step was not: it is, once, with who did it and when."""
    draft = cases.begin(SUBJECT, typed("线路"), WRITER, NOON)
    for person, action in WAY[:3]:
        draft = cases.take(draft, person, Decision(action, NOON, draft.revision))
    seq = cases.publish(draft, "zhao", Decision(Action.PUBLISH, NOON, draft.revision))
    Cases(instance).settle(LATER)
    Cases(instance).settle(LATER)

    after = cases.drafts.get(draft.id)
    assert (after.state, after.seq) == (State.PUBLISHED, seq)
    last = cases.steps(draft.id)[-1]
    assert (last.actor, last.at, last.now) == ("zhao", NOON, State.PUBLISHED)
    assert [each.action for each in cases.steps(draft.id)].count(Action.PUBLISH) == 1


def test_a_house_that_opens_amid_a_publication_is_in_nobodys_way(
    cases: Cases, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes the step down before the publisher does: both are content, and there is one step."""
    draft = cases.begin(SUBJECT, typed("线路"), WRITER, NOON)
    for person, action in WAY[:3]:
        draft = cases.take(draft, person, Decision(action, NOON, draft.revision))
    publish = cases.publish

    def and_another_opens(*given: Any) -> int | None:
        seq = publish(*given)
        Cases(instance).settle(LATER)
        return seq

    monkeypatch.setattr(cases, "publish", and_another_opens)
    person, action = WAY[3]
    after = cases.take(draft, person, Decision(action, NOON, draft.revision))

    assert after.state is State.PUBLISHED
    assert [each.action for each in cases.steps(draft.id)].count(Action.PUBLISH) == 1
    assert cases.steps(draft.id)[-1].actor == person.name


def test_undoing_a_publication_withdraws_the_version_and_its_case_says_so(
    cases: Cases, instance: Instance
) -> None:
    draft = went(cases, "线路")
    assert draft.seq
    undo(instance.ledger, draft.seq, at=LATER, actor="admin", reason="mistake")
    instance.settle(LATER)
    cases.settle(LATER)

    assert titles(instance, Clearance.OPEN) == set()
    assert cases.drafts.get(draft.id).state is State.WITHDRAWN
    assert status(instance, draft) == "withdrawn"
    assert cases.steps(draft.id)[-1].actor == "admin"
    assert check(instance, LATER).faults == ()


def test_undoing_a_second_version_lets_the_first_stand_again(
    cases: Cases, instance: Instance
) -> None:
    first = went(cases, "线路")
    second = went(cases, "新线路", again(cases), days=5)
    assert second.seq
    undo(instance.ledger, second.seq, at=LATER, actor="admin", reason="mistake")
    instance.settle(LATER)
    cases.settle(LATER)

    assert titles(instance, Clearance.OPEN) == {"线路"}
    assert cases.drafts.get(first.id).state is State.PUBLISHED
    assert cases.drafts.get(second.id).state is State.SUPERSEDED


def test_a_telling_that_was_itself_undone_is_told_again(cases: Cases, instance: Instance) -> None:
    draft = went(cases, "线路")
    told = instance.ledger.entry("governance", str(draft.id))
    assert told
    undo(instance.ledger, told.seq, at=LATER, actor="admin", reason="mistake")
    instance.settle(LATER)
    assert cases.settle(LATER) == 1

    assert status(instance, draft) == "published"
    assert check(instance, LATER).faults == ()


def test_a_withdrawn_entry_stands_again_as_it_stood(cases: Cases, instance: Instance) -> None:
    draft = went(cases, "线路")
    thing = Thing("entry", "jtw", State.PUBLISHED)
    kept = cases.kept(SUBJECT)
    assert kept
    cases.withdraw(kept, thing, HEAD, Decision(Action.WITHDRAW, NOON, 0, "过时"))
    gone = cases.kept(SUBJECT)
    assert gone
    with pytest.raises(Forbidden):
        cases.bring_back(gone, thing, WRITER, Decision(Action.RESTORE, NOON, 0, "误撤"))
    cases.bring_back(gone, thing, STEWARD, Decision(Action.RESTORE, NOON, 0, "误撤"))

    assert titles(instance, Clearance.OPEN) == {"线路"}
    assert cases.drafts.get(draft.id).state is State.PUBLISHED
    assert [each.reason for each in cases.steps(draft.id)[-2:]] == ["过时", "误撤"]
    cases.settle(LATER)
    assert cases.drafts.get(draft.id).state is State.PUBLISHED


def test_what_is_archived_stays_so_and_its_address_says_why(
    cases: Cases, instance: Instance
) -> None:
    draft = went(cases, "线路")
    thing = Thing("entry", "jtw", State.PUBLISHED)
    for action, step in ((Action.WITHDRAW, cases.withdraw), (Action.ARCHIVE, cases.archive)):
        kept = cases.kept(SUBJECT)
        assert kept
        step(kept, thing, CITY, Decision(action, NOON, 0, f"{action}的原因"))

    kept = cases.kept(SUBJECT)
    assert kept
    instance.settle(NOON)
    assert cases.state_of(kept) is State.ARCHIVED
    assert cases.drafts.get(draft.id).state is State.ARCHIVED
    last = instance.ledger.history(iri=SUBJECT.iri, clearance=Clearance.OPEN, limit=1)
    assert [each.reason for each in last] == ["archive的原因"]
    with pytest.raises(Conflict):
        cases.begin(again(cases), typed("再来"), WRITER, NOON)
    with pytest.raises(Conflict):
        cases.bring_back(kept, thing, STEWARD, Decision(Action.RESTORE, NOON, 0, "再来"))


def test_an_entry_that_came_by_a_load_has_its_case_once_it_is_withdrawn(
    cases: Cases, instance: Instance, load: Load
) -> None:
    """A load leaves no draft; what is done afterwards still has its steps and can be taken back."""
    load(dataset("a", "路灯"))
    thing = Thing("entry", "jtw", State.PUBLISHED)
    for action, step, person in (
        (Action.WITHDRAW, cases.withdraw, HEAD),
        (Action.RESTORE, cases.bring_back, STEWARD),
    ):
        kept = instance.ledger.entry("lamps", "a")
        assert kept
        step(kept, thing, person, Decision(action, NOON, 0, "说明"))

    (held,) = cases.drafts.of(f"{BASE}/id/dataset/a")
    assert held.state is State.PUBLISHED
    assert [each.now for each in cases.steps(held.id)] == [State.WITHDRAWN, State.PUBLISHED]
    assert titles(instance, Clearance.OPEN) == {"路灯"}


def test_what_was_told_before_follows_from_the_steps_and_no_store_is_opened(
    cases: Cases, instance: Instance
) -> None:
    """A returned draft that got another title is the one case that is looked up."""
    draft = cases.begin(SUBJECT, typed("原题"), WRITER, NOON)
    for person, action in ((WRITER, Action.SUBMIT), (HEAD, Action.RETURN)):
        draft = cases.take(draft, person, Decision(action, NOON, draft.revision, "请改标题"))
    entry = instance.ledger.entry(SOURCE, str(draft.id))
    assert entry is not None
    steps = cases.steps(draft.id)
    retold = told_before(instance, entry, draft, [*steps, steps[-1]])
    assert retold == statements_now(instance, entry)

    saved = cases.drafts.save(draft.id, typed("新题"), Saving("li", NOON, draft.revision))
    draft = cases.take(saved, WRITER, Decision(Action.SUBMIT, NOON, saved.revision))
    assert status(instance, draft) == "submitted"
    named = instance.ledger.entry(SOURCE, str(draft.id))
    assert named is not None
    assert named.title == "新题：审核"
    assert sum("原题" in line for _, line in statements_now(instance, named)) == 0
