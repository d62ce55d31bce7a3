"""Cases: from a draft to the open view, by the people whom the law names, and out of it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from graph.cataloguing.cases import Cases, Decision, subject_of
from graph.cataloguing.drafts import Draft, Saving, Subject
from graph.cataloguing.sampling import items_in, joined
from graph.cataloguing.typed import Typed, tidy
from graph.cataloguing.writing import typed_of, write
from graph.instance import Instance
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Conflict, Forbidden, Invalid
from ontology.people import Grant, Person, Role
from ontology.permissions import Thing
from ontology.states import State
from ontology.terms import GOV, PROV, code_iri
from tests.catalogue import BASE, NOON, titles

WRITER = Person("li", (Grant(Role.CATALOGUER, "jtw"),), verified=True)
HEAD = Person("wang", (Grant(Role.APPROVER, "jtw"),), verified=True)
CITY = Person("zhao", (Grant(Role.REVIEWER),), verified=True)
OTHER = Person("qian", (Grant(Role.APPROVER, "ggw"), Grant(Role.CATALOGUER, "ggw")), verified=True)
SUBJECT = Subject("dataset", "jtw-0001", f"{BASE}/id/dataset/jtw-0001", "jtw", "jtw-0001", "jtw")
OPEN = {
    "gov:sharingType": [code_iri("sharing", "unconditional").value],
    "gov:opennessType": [code_iri("openness", "unconditional").value],
}
CLOSED = {
    "gov:sharingType": [code_iri("sharing", "unconditional").value],
    "gov:opennessType": [code_iri("openness", "none").value],
}


def told(title: str, axes: dict[str, list[str]] = OPEN, **more: object) -> Typed:
    return tidy("dataset", {"dct:title@zh": [title], "dct:description@zh": ["说明"]} | axes, **more)  # type: ignore[arg-type]


@pytest.fixture
def cases(instance: Instance) -> Cases:
    return Cases(instance)


def step(draft: Draft, action: Action, minutes: int = 1, **more: object) -> Decision:
    return Decision(action, NOON + timedelta(minutes=minutes), draft.revision, **more)  # type: ignore[arg-type]


def published(cases: Cases, typed: Typed, subject: Subject = SUBJECT) -> Draft:
    draft = cases.begin(subject, typed, WRITER, NOON)
    for person, action in (
        (WRITER, Action.SUBMIT),
        (HEAD, Action.APPROVE),
        (CITY, Action.REVIEW),
        (CITY, Action.PUBLISH),
    ):
        draft = cases.take(draft, person, step(draft, action))
    return draft


def again(cases: Cases) -> Subject:
    kept = cases.kept(SUBJECT)
    assert kept
    return subject_of(kept, "jtw", None)


def test_a_draft_goes_from_hand_to_hand_into_the_open_view(cases: Cases, instance: Instance):
    draft = published(cases, told("公交线路"))

    assert draft.state is State.PUBLISHED
    assert titles(instance, Clearance.OPEN) == {"公交线路"}
    assert [each.action for each in cases.steps(draft.id)] == [
        Action.CREATE, Action.SUBMIT, Action.APPROVE, Action.REVIEW, Action.PUBLISH,
    ]  # fmt: skip


def test_what_is_not_open_reaches_departments_and_not_everyone(cases: Cases, instance: Instance):
    published(cases, told("内部线路", CLOSED))

    assert titles(instance, Clearance.OPEN) == set()
    assert titles(instance, Clearance.SHARED) == {"内部线路"}


def test_an_item_stricter_than_its_entry_is_kept_back(cases: Cases, instance: Instance):
    secret = {"csvw:title@zh": "司机身份证号", "gov:opennessType": CLOSED["gov:opennessType"][0]}
    published(cases, told("线路", items=[{"csvw:title@zh": "线路名"}, secret]))

    def items(clearance: Clearance) -> int:
        store = instance.snapshots.view(clearance).store
        return len({q.subject for q in store.quads_for_pattern(None, GOV.position, None, None)})

    assert (items(Clearance.OPEN), items(Clearance.SHARED)) == (1, 2)


def test_nobody_decides_their_own_and_nobody_for_another_department(cases: Cases):
    both = Person("li", (*WRITER.grants, *HEAD.grants), verified=True)
    draft = cases.begin(SUBJECT, told("一"), both, NOON)
    draft = cases.take(draft, both, step(draft, Action.SUBMIT))

    with pytest.raises(Forbidden, match="You took part"):
        cases.take(draft, both, step(draft, Action.APPROVE))
    with pytest.raises(Forbidden, match="You may not approve"):
        cases.take(draft, OTHER, step(draft, Action.APPROVE))
    assert cases.drafts.get(draft.id).state is State.SUBMITTED


def test_a_return_says_why_and_remarks_on_fields(cases: Cases):
    draft = cases.begin(SUBJECT, told("一"), WRITER, NOON)
    draft = cases.take(draft, WRITER, step(draft, Action.SUBMIT))
    with pytest.raises(Invalid, match="Say why"):
        cases.take(draft, HEAD, step(draft, Action.RETURN))

    remarks = {"dct:title@zh": "太短", "dcat:theme": " "}
    draft = cases.take(draft, HEAD, step(draft, Action.RETURN, reason="见批注", remarks=remarks))
    assert draft.state is State.RETURNED
    last = cases.steps(draft.id)[-1]
    assert (last.reason, last.remarks) == ("见批注", {"dct:title@zh": "太短"})


def test_a_decision_on_what_was_not_looked_at_is_none(cases: Cases):
    draft = cases.begin(SUBJECT, told("一"), WRITER, NOON)
    cases.drafts.save(draft.id, told("二"), Saving("li", NOON, 1))

    with pytest.raises(Conflict, match="look again before you decide"):
        cases.take(draft, WRITER, Decision(Action.SUBMIT, NOON, 3))


def test_of_two_who_decide_at_once_one_is_told(cases: Cases):
    draft = cases.begin(SUBJECT, told("一"), WRITER, NOON)
    draft = cases.take(draft, WRITER, step(draft, Action.SUBMIT))
    cases.take(draft, HEAD, step(draft, Action.APPROVE))

    with pytest.raises(Conflict, match="Somebody else decided"):
        cases.take(draft, HEAD, step(draft, Action.RETURN, reason="迟了"))


def test_a_small_correction_takes_the_short_way_and_a_large_one_may_not(
    cases: Cases, instance: Instance
):
    published(cases, told("公交线路"))
    small = told("公交线路", OPEN | {"dct:title@en": ["Bus lines"]})
    draft = cases.begin(again(cases), small, WRITER, NOON)
    draft = cases.take(draft, WRITER, step(draft, Action.CORRECT))
    draft = cases.take(draft, HEAD, step(draft, Action.APPROVE))
    assert draft.state is State.PUBLISHED
    assert titles(instance, Clearance.OPEN) == {"公交线路", "Bus lines"}

    large = cases.begin(again(cases), told("公共汽车线路"), WRITER, NOON)
    with pytest.raises(Conflict, match="more than a small correction"):
        cases.take(large, WRITER, step(large, Action.CORRECT))


def test_a_new_version_keeps_what_its_form_does_not_ask_about(cases: Cases):
    """Lineage came with a harvest: a cataloguer who mends a title does not lose it."""
    rows = [{"csvw:title@zh": "线路名"}, {"csvw:title@zh": "首末班"}]
    published(cases, told("线路", items=rows))
    target = cases.target(SUBJECT)
    lineage = f"<{SUBJECT.iri}> {PROV.wasDerivedFrom} <{BASE}/id/dataset/x> ."
    deep = f"<{BASE}/id/item/jtw-0001.2> {PROV.wasDerivedFrom} <{BASE}/id/item/x.1> ."
    lone = f"<{BASE}/id/item/jtw-0001.1> {PROV.wasDerivedFrom} <{BASE}/id/item/x.2> ."
    now = target.now | {(Clearance.OPEN, line) for line in (lineage, deep, lone)}

    changed = replace(target, now=frozenset(now))
    typed = typed_of(now, changed)
    assert [row["csvw:title@zh"] for row in typed.items] == ["线路名", "首末班"]
    kept = replace(typed, items=typed.items[1:])
    lines = write(kept, changed).entry.lines[Clearance.OPEN]
    assert lineage in lines
    assert deep in lines
    assert not any("/item/jtw-0001.1>" in line for line in lines)
    assert write(typed, changed).entry.lines[Clearance.OPEN].count(lone) == 1


def test_what_was_read_back_is_written_as_it_was(cases: Cases):
    """Nothing moves by looking: a version without a change publishes nothing."""
    first = published(cases, told("线路", items=[{"csvw:title@zh": "名", "gov:length": "20"}]))
    typed = cases.published(SUBJECT)
    draft = cases.begin(again(cases), typed, WRITER, NOON)

    assert cases.changed(draft) == ()
    draft = cases.take(draft, WRITER, step(draft, Action.CORRECT))
    draft = cases.take(draft, HEAD, step(draft, Action.APPROVE, minutes=9))
    assert draft.seq is None
    assert cases.kept(SUBJECT).seq == first.seq  # type: ignore[union-attr]


def test_what_cannot_be_read_is_told_of_beside_its_field(cases: Cases):
    typed = told(
        "线路", OPEN | {"dct:issued": ["去年"]}, items=[{"csvw:title@zh": "名", "gov:length": "长"}]
    )

    wrong = {each.field: each.sentence[0] for each in cases.written(SUBJECT, typed).wrong}
    assert set(wrong) == {"dct:issued", "items.0.gov:length"}
    assert "“去年” is no date" in wrong["dct:issued"]


def test_an_entry_is_withdrawn_with_a_reason_and_brought_back(cases: Cases, instance: Instance):
    published(cases, told("线路"))
    thing = Thing("entry", "jtw", State.PUBLISHED)
    kept = cases.kept(SUBJECT)
    assert kept
    with pytest.raises(Forbidden):
        cases.withdraw(kept, thing, WRITER, Decision(Action.WITHDRAW, NOON, 0, "过时"))
    with pytest.raises(Invalid, match="Say why"):
        cases.withdraw(kept, thing, HEAD, Decision(Action.WITHDRAW, NOON, 0))

    cases.withdraw(kept, thing, HEAD, Decision(Action.WITHDRAW, NOON, 0, "过时"))
    assert titles(instance, Clearance.OPEN) == set()
    assert cases.drafts.of(SUBJECT.iri)[0].state is State.WITHDRAWN

    published(cases, told("新线路"), again(cases))
    assert titles(instance, Clearance.OPEN) == {"新线路"}
    assert [each.state for each in cases.drafts.of(SUBJECT.iri)] == [
        State.PUBLISHED, State.SUPERSEDED,
    ]  # fmt: skip


def test_a_crash_between_graph_and_case_publishes_once(cases: Cases):
    draft = cases.begin(SUBJECT, told("线路"), WRITER, NOON)
    for person, action in ((WRITER, Action.SUBMIT), (HEAD, Action.APPROVE), (CITY, Action.REVIEW)):
        draft = cases.take(draft, person, step(draft, action))
    seq = cases.publish(draft, "zhao", step(draft, Action.PUBLISH))

    after = cases.take(draft, CITY, step(draft, Action.PUBLISH, minutes=5))
    assert (after.state, after.seq) == (State.PUBLISHED, seq)


def test_a_service_is_no_more_open_than_what_it_serves(cases: Cases):
    published(cases, told("内部线路", CLOSED))
    service = Subject("service", "jtw-s", f"{BASE}/id/service/jtw-s", "jtw", "jtw-s", "jtw")
    typed = tidy("service", {"dct:title@zh": ["接口"], "dcat:servesDataset": ["jtw-0001"]})

    assert set(cases.written(service, typed).entry.lines) == {Clearance.SHARED}


def test_an_internal_contact_is_not_in_the_open_view(cases: Cases, instance: Instance):
    contact = {
        "vcard:fn@zh": ["李工"],
        "vcard:hasTelephone": ["021-12345678"],
        "@internal": ["yes"],
    }
    published(cases, told("线路", OPEN | contact))

    def said(clearance: Clearance) -> str:
        store = instance.snapshots.view(clearance).store
        return "".join(map(str, store.quads_for_pattern(None, None, None, None)))

    assert "李工" not in said(Clearance.OPEN)
    assert "李工" in said(Clearance.SHARED)
    assert cases.published(SUBJECT).fields["vcard:hasTelephone"] == ("021-12345678",)


def test_types_are_guessed_only_where_every_value_agrees():
    data = "线路,编号,票价,首班,开通日期,是否空调,备注\n1路,007,2,05:30,2001-05-06,是,\n2路,12,2.5,x,2003/1/2,否,无\n"
    found = items_in(data.encode(), "a.csv")

    types = [each["gov:dataType"].rsplit("/", 1)[-1] for each in found]
    assert types == ["C", "C", "N", "C", "D", "L", "C"]


def test_a_pasted_table_of_items_is_read_as_items():
    data = "信息项名称\t字段名\t类型\t长度\t共享类型\n线路名\tname\t字符型\t20\t有条件共享\n"
    found = items_in(data.encode(), "a.tsv")

    assert len(found) == 1
    assert found[0]["gov:dataType"].endswith("/item-type/C")
    assert found[0]["gov:sharingType"] == code_iri("sharing", "conditional").value
    assert joined([{"csvw:title@zh": "线路名", "gov:length": "9"}], found)[0]["gov:length"] == "9"
