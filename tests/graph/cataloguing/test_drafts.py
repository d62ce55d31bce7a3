"""Drafts: kept as typed, revision by revision; the second of two editors is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.cataloguing.drafts import Drafts, Moved, Saving, Subject, Wanted
from graph.cataloguing.piles import Piles
from graph.cataloguing.typed import Typed, changed, tidy
from graph.instance import Instance
from ontology.errors import Conflict, NotFound
from ontology.states import State
from tests.catalogue import BASE, NOON

SUBJECT = Subject("dataset", "jtw-0001", f"{BASE}/id/dataset/jtw-0001", "jtw", "jtw-0001", "jtw")


def titled(text: str, **more: str) -> Typed:
    fields = {"dct:title@zh": [text]} | {name: [value] for name, value in more.items()}
    return tidy("dataset", fields)


def later(revision: int, by: str = "li", minutes: int = 1) -> Saving:
    return Saving(by, NOON + timedelta(minutes=minutes), revision)


@pytest.fixture
def drafts(instance: Instance) -> Drafts:
    return Drafts(instance.ledger)


def test_what_was_typed_is_given_back_as_it_was_typed(drafts: Drafts):
    typed = tidy(
        "dataset",
        {"dct:title@zh": ["公交线路 "], "dct:issued": ["2017年8月"], "gov:code": ["x"]},
        [{"csvw:title@zh": "线路", "gov:length": "abc"}, {}],
    )
    draft = drafts.begin(SUBJECT, typed, by="li", at=NOON)

    held = drafts.typed(draft.id, draft.revision)
    assert held.fields == {"dct:title@zh": ("公交线路",), "dct:issued": ("2017年8月",)}
    assert held.items == ({"csvw:title@zh": "线路", "gov:length": "abc"},)
    assert (draft.title, draft.state, draft.revision) == ("公交线路", State.DRAFT, 1)


def test_each_saving_is_a_revision_and_all_are_kept(drafts: Drafts):
    draft = drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)
    drafts.save(draft.id, titled("二"), later(1))
    now = drafts.save(draft.id, titled("三"), later(2, by="wang"))

    assert (now.revision, now.title, now.author, now.hands) == (3, "三", "li", ("wang",))
    assert [drafts.typed(draft.id, each).title for each in (1, 2, 3)] == ["一", "二", "三"]


def test_saving_what_stands_there_moves_nothing_even_late(drafts: Drafts):
    """A program that sends again because it never heard the answer does no harm."""
    draft = drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)
    drafts.save(draft.id, titled("二"), later(1))

    assert drafts.save(draft.id, titled("二"), later(1)).revision == 2


def test_the_second_editor_is_told_who_and_what_and_nothing_is_overwritten(drafts: Drafts):
    draft = drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)
    drafts.save(draft.id, titled("二"), later(1, by="li"))

    with pytest.raises(Moved, match="li saved this draft meanwhile") as told:
        drafts.save(draft.id, titled("三"), later(1, by="wang"))
    assert told.value.typed.title == "二"
    assert drafts.get(draft.id).title == "二"


def test_one_entry_has_one_version_under_way(drafts: Drafts):
    drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)

    with pytest.raises(Conflict, match="being drafted already"):
        drafts.begin(SUBJECT, titled("二"), by="wang", at=NOON)


def test_a_draft_that_is_not_there_is_not_found(drafts: Drafts):
    with pytest.raises(NotFound):
        drafts.get(7)


def test_drafts_are_found_by_department_or_district(drafts: Drafts):
    drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)
    other = Subject("dataset", "jaq-1", f"{BASE}/id/dataset/jaq-1", "jaq", "jaq-1", "jaq", "310106")
    drafts.begin(other, titled("二"), by="li", at=NOON)

    def found(*owners: str, districts: frozenset[str] = frozenset()) -> list[str]:
        wanted = Wanted(owners=frozenset(owners), districts=districts)
        return [each.title for each in drafts.find(wanted)]

    assert found("jtw") == ["一"]
    assert found("nobody", districts=frozenset({"310106"})) == ["二"]
    assert found("nobody") == []
    assert [each.title for each in drafts.find(Wanted())] == ["一", "二"]


def test_a_code_is_given_once(drafts: Drafts):
    assert drafts.next_code("dataset", "jtw") == "jtw-0001"
    drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)
    assert drafts.next_code("dataset", "jtw") == "jtw-0002"
    assert drafts.next_code("system", "jtw") == "jtw-system-0001"


def test_what_changed_is_named_as_the_law_of_small_corrections_names_it():
    before = tidy("dataset", {"dct:title@zh": ["一"]}, [{"csvw:title@zh": "甲"}])
    after = tidy(
        "dataset",
        {"dct:title@zh": ["一"], "dct:title@en": ["One"], "dcat:keyword@zh": ["车"]},
        [{"csvw:title@zh": "乙"}],
    )
    more = tidy("dataset", {"dct:title@zh": ["一"]}, [*before.items, {"csvw:title@zh": "丙"}])

    assert set(changed(before, after)) == {"dct:title@en", "dcat:keyword", "csvw:title"}
    assert changed(before, more) == ("csvw:column",)
    assert changed(before, before) == ()


def test_of_several_values_the_order_says_nothing():
    """The graph keeps no order: what was read back from it may stand in another."""
    themes = ["urn:transport", "urn:health"]
    before, after, other = (
        tidy("dataset", {"dcat:theme": values}) for values in (themes, themes[::-1], themes[:1])
    )

    assert changed(before, after) == ()
    assert changed(before, other) == ("dcat:theme",)


@pytest.mark.parametrize("name", ["wang", "王敏", 'O"Neil\\'])
def test_who_wrote_in_a_draft_had_a_part_in_it_whatever_the_name(
    instance: Instance, drafts: Drafts, name: str
):
    draft = drafts.begin(SUBJECT, titled("一"), by="li", at=NOON)
    drafts.save(draft.id, titled("二"), later(1, by=name))
    piles = Piles(instance.ledger)
    every = piles.counted([draft.state])

    (own,), (another,) = piles.marks(every, name), piles.marks(every, "zhao")
    assert own.thing.hands == (name,)
    assert another.thing.hands == ()
