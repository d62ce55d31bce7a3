"""What a change touches and how surely, and how far a sensitivity flows."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.lineage.edges import Edge, triples_of
from graph.lineage.flows import flows_of
from graph.lineage.impact import Impact, grade_of, impact_of
from ontology.code_lists import code_list
from ontology.terms import CSVW, DCAT, DCT, GOV, RDF

CITY = "https://example.org/id"
NONE, *GRADES = [each.iri for each in code_list("sensitivity").concepts]
DATASETS = {"persons": ("name", "number"), "register": ("number", "since"), "counts": ("number",)}


def iri(name: str) -> str:
    kind = "item" if "." in name else "dataset"
    return f"{CITY}/{kind}/{name}"


def city(*edges: Edge, grades: dict[str, str] | None = None) -> Store:
    """Give three datasets with items, and steps between them."""
    store = Store()

    def say(subject: str, predicate: NamedNode, value: NamedNode) -> None:
        store.add(Quad(NamedNode(subject), predicate, value, DefaultGraph()))

    for name, items in DATASETS.items():
        say(iri(name), RDF.type, DCAT.Dataset)
        for item in items:
            say(iri(f"{name}.{item}"), RDF.type, CSVW["Column"])
            say(iri(f"{name}.{item}"), DCT.isPartOf, NamedNode(iri(name)))
    for name, grade in (grades or {}).items():
        say(iri(name), GOV.sensitivity, NamedNode(grade))
    for edge in edges:
        for _, triple in triples_of(edge):
            store.add(Quad(*triple, DefaultGraph()))
    return store


def step(source: str, target: str, *, job: str = "", masks: bool = False, until: str = "") -> Edge:
    job = f"{CITY}/activity/{job}" if job else ""
    return Edge(iri(source), iri(target), job, masking=masks, held_to=until)


def impact(store: Store, name: str) -> Impact:
    return impact_of(store, flows_of(store), iri(name))


def touched(found: Impact) -> dict[str, tuple[bool, int]]:
    """Give what is touched: how surely, and after how many steps."""
    return {each.iri.rpartition("/")[2]: (each.certain, each.distance) for each in found.hits}


SECRET = {"persons.number": GRADES[-1]}
ITEMS = step("persons.number", "register.number")
ONWARD = step("register.number", "counts.number")


def test_a_change_of_an_item_goes_along_items_to_the_datasets_that_hold_them() -> None:
    found = touched(impact(city(ITEMS, ONWARD), "persons.number"))

    assert found["register.number"] == (True, 1)
    assert found["counts.number"] == (True, 2)
    assert found["counts"][0]
    assert "persons.name" not in found


def test_where_nobody_said_which_items_are_joined_what_follows_may_be_touched() -> None:
    found = touched(impact(city(step("persons", "register"), ONWARD), "persons.number"))

    assert found["register"] == (False, 2)
    assert "counts" not in found, "of what is not certain nothing is told further than is known"


def test_a_step_between_items_that_others_take_touches_nothing_of_this_one() -> None:
    steps = step("persons", "register"), step("persons.name", "register.since")

    assert "register" not in touched(impact(city(*steps), "persons.number"))


def test_a_sensitivity_flows_along_items_to_any_depth() -> None:
    found = impact(city(ITEMS, ONWARD, grades=SECRET), "persons.number")

    assert found.grade == GRADES[-1]
    assert set(found.sensitive) == {iri("register.number"), iri("counts.number")}
    assert found.masked == ()


def test_a_sensitivity_stops_where_a_step_masks_and_what_a_change_touches_does_not() -> None:
    masked = step("persons.number", "register.number", masks=True)

    found = impact(city(masked, ONWARD, grades=SECRET), "persons.number")

    assert found.sensitive == ()
    assert found.masked == ((iri("persons.number"), iri("register.number")),)
    assert {"register.number", "counts.number"} <= touched(found).keys()


def test_a_step_that_does_not_mask_lets_through_what_another_between_the_same_stops() -> None:
    masked = step("persons.number", "register.number", job="masked", masks=True)
    plain = step("persons.number", "register.number", job="plain")

    found = impact(city(masked, plain, grades=SECRET), "persons.number")

    assert set(found.sensitive) == {iri("register.number")}


def test_a_mask_that_has_ended_stops_nothing_nor_does_a_plain_step_that_has() -> None:
    ended = step("persons.number", "register.number", job="old", masks=True, until="2026-01-01")
    assert impact(city(ended, ITEMS, grades=SECRET), "persons.number").sensitive

    plain = step("persons.number", "register.number", job="old", until="2026-01-01")
    masks = step("persons.number", "register.number", job="new", masks=True)
    assert not impact(city(plain, masks, grades=SECRET), "persons.number").sensitive


def test_another_way_round_a_mask_is_found() -> None:
    masked = step("persons.number", "register.number", masks=True)
    round_ = step("persons.number", "counts.number")

    found = impact(city(masked, round_, grades=SECRET), "persons.number")

    assert set(found.sensitive) == {iri("counts.number")}


def test_a_dataset_is_as_sensitive_as_the_most_sensitive_of_its_items() -> None:
    store = city(grades={"persons.name": GRADES[0], "persons.number": GRADES[-1]})

    assert grade_of(store, iri("persons")) == GRADES[-1]
    assert grade_of(store, iri("persons.name")) == GRADES[0]
    assert grade_of(store, iri("counts")) == ""


def test_what_is_not_sensitive_spreads_nothing() -> None:
    found = impact(city(ITEMS, grades={"persons.number": NONE}), "persons.number")

    assert (found.grade, found.sensitive, found.masked) == ("", (), ())


def test_a_circle_is_told_and_walked_once() -> None:
    found = impact(city(ITEMS, step("register.number", "persons.number")), "persons.number")

    assert len(found.circles) == 1
    assert touched(found)["register.number"] == (True, 1)


def test_where_nobody_said_which_items_are_joined_a_sensitivity_flows_between_datasets() -> None:
    """What may hold it is told: nothing is taken for harmless because nobody wrote the items down."""
    steps = step("persons", "register"), step("register.since", "counts.number")

    for start in ("persons", "persons.number"):
        found = impact(city(*steps, grades=SECRET), start)
        assert set(found.sensitive) == {iri("register"), iri("counts.number")}

    masks = step("persons", "register", masks=True)
    found = impact(city(masks, steps[1], grades=SECRET), "persons")
    assert (found.sensitive, found.masked) == ((), ((iri("persons"), iri("register")),))


def test_where_items_are_told_a_sensitivity_goes_along_the_sensitive_ones_alone() -> None:
    store = city(
        step("persons", "register"), step("persons.name", "register.since"),
        step("persons", "counts"), step("persons.number", "counts.number"),
        grades=SECRET,
    )  # fmt: skip

    assert set(impact(store, "persons").sensitive) == {iri("counts.number")}
