"""Who supplies which element of the base libraries, who claims to be its source, what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from graph.association.deciding import Decider
from graph.association.holdings import Holdings, holdings
from graph.association.libraries import Supply, derived, supplies, things_of
from graph.association.sourcing import Choice, decide_source, iri_of, reopen
from graph.association.suggesting import Element
from graph.lineage.flows import Flows, flows_of
from graph.sample.reading import content
from ontology.clearance import Clearance
from ontology.errors import Conflict, Invalid, NotFound
from ontology.identifiers import CREDIT_CODE, Level, fault
from ontology.instances import KINDS
from ontology.terms import GOV
from tests.access import Access, access_to
from tests.town import BASE, town

USCC = f"{BASE}/id/element/DE02001"


def found(clearance: Clearance = Clearance.OPEN) -> dict[str, Supply]:
    store = town(clearance).store
    return supplies(store, holdings(store), flows_of(store))


def test_an_element_is_supplied_by_the_datasets_of_its_library_that_hold_it() -> None:
    query = (
        "SELECT ?d ?p WHERE { ?d <https://w3id.org/govgraph/ns#baseLibrary>"
        f" <{BASE}/id/library/legal-person> ; <http://purl.org/dc/terms/publisher> ?p ."
        " ?i <http://purl.org/dc/terms/isPartOf> ?d ;"
        f" <https://w3id.org/govgraph/ns#element> <{USCC}> }}"
    )
    asked = {(row["p"].value, row["d"].value) for row in town().store.query(query)}
    told = {(owner, one.dataset) for owner, some in found()[USCC].by.items() for one in some}

    assert told == asked
    assert told


def element(name: str = "a", *, key: bool = True) -> Element:
    return Element(f"http://e/{name}", name, name, (), library="geography", key=key)


def flowing(*steps: tuple[str, str]) -> Flows:
    made = Flows()
    for one, other in steps:
        made.add((one, other, 0))
    return made


@pytest.mark.parametrize(
    ("steps", "own"),
    [
        ((), True),
        ((("x", "d"),), True),
        ((("h", "d"),), False),
        ((("h", "x"), ("x", "y"), ("y", "d")), False),
        ((("d", "h"),), True),
        ((("d", "x"), ("x", "d")), True),
        ((*tuple((f"{at or 'h'}", f"{at + 1}") for at in range(9)), ("9", "d")), True),
    ],
)
def test_a_dataset_is_made_of_another_over_some_steps_but_not_over_any(
    steps: tuple[tuple[str, str], ...], *, own: bool
) -> None:
    assert derived(flowing(*steps), "d", frozenset({"h", "d"} - {"d"})) is not own


def supply(*owners: str, own: bool = True) -> Supply:
    plain = next(iter(found()[USCC].by.values()))[0]
    return Supply(element(), {each: (replace(plain, own=own),) for each in owners})


def test_several_that_collect_it_claim_it_until_somebody_decides() -> None:
    assert supply("a", "b").contested
    assert supply("a", "b").source == ""
    assert (supply("a").contested, supply("a").source) == (False, "a")
    assert (supply("a", "b", own=False).contested, supply("a", own=False).source) == (False, "")
    assert not supply("").claiming


def test_no_kind_of_things_is_a_person() -> None:
    """No element of the population library leads to a page of whom it is about."""
    people = {each.zh for each in content().elements.values() if each.library == "population"}

    assert people
    assert not people & {name for kind in KINDS.values() for name in kind.keys}
    assert all(kind.library != "population" for kind in KINDS.values())


def test_the_sample_s_legal_persons_have_the_right_check_character() -> None:
    codes = [each.code for each in content().things if each.kind == "legal-person"]

    assert len(codes) == len(things_of(town().store, GOV.LegalPerson)) == 10
    assert [fault(CREDIT_CODE, each, level=Level.AREA) for each in codes] == [None] * 10


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("libraries"))
    yield made
    made.accounts.close()
    made.instance.close()


def decider(access: Access, reason: str = "依职责采集") -> Decider:
    access.clock.pass_by(minutes=1)
    return Decider("reviewer", access.clock(), reason)


def now(access: Access) -> Supply:
    store = access.instance.snapshots.view(Clearance.OPEN).store
    held: Holdings = holdings(store)
    return supplies(store, held, flows_of(store))[USCC]


def test_a_decision_has_its_reason_and_its_history_and_can_be_taken_back(access: Access) -> None:
    lead, other = f"{BASE}/id/department/scjgj", f"{BASE}/id/department/jtw"
    item = now(access).element
    with pytest.raises(Invalid):
        decide_source(access.instance, Choice(item, lead), "", decider(access, ""))

    decide_source(access.instance, Choice(item, lead), "", decider(access))
    assert (now(access).source, now(access).contested) == (lead, False)
    with pytest.raises(Conflict):
        decide_source(access.instance, Choice(item, other), lead, decider(access))
    decide_source(access.instance, Choice(item, other, lead), lead, decider(access, "改由其采集"))
    assert now(access).source == other
    assert reopen(access.instance, item, decider(access, "重新协商"))
    assert now(access).decision is None
    with pytest.raises(NotFound):
        reopen(access.instance, item, decider(access))

    told = access.instance.ledger.history(iri=iri_of(BASE, item), clearance=Clearance.OPEN)
    assert [(each.action, each.reason) for each in told] == [
        ("removed", "重新协商"), ("changed", "改由其采集"), ("new", "依职责采集"),
    ]  # fmt: skip
