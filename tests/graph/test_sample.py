"""The demo city: the same twice, lawful in every entry, and showing every state there is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph.ledger.entries import Entry
from graph.sample import FULL, TOWN, Size, city, states
from graph.sample.items import items_of
from graph.sample.reading import content
from graph.sample.specs import STRICTNESS
from ontology.clearance import Clearance, clearance_of_entry
from ontology.code_lists import concept
from ontology.freshness import State, freshness
from ontology.terms import AUTHORITY, CODES, DCAT, DCT, GOV, ODRL, PROV, RDF, VCARD
from ontology.validation import check

BASE = "http://127.0.0.1:8000"
TODAY = date(2026, 11, 23)
RESOURCE_CODE = re.compile(r"[1-3]\d{2}\d{3}[0-9A-Z]*/[0-9A-Z]+")  # DOMAIN §1.2
SHOWN_IN_TOWN = {
    "open-unconditional",
    "open-conditional",
    "withheld",
    "withheld-shared-unconditional",
    "shared-conditional-open",
    "conditional-both",
    "not-shared-a",
    "refusal-c",
    "on-time",
    "due",
    "overdue",
    "static",
    "real-time",
    "superseded",
    "layer",
    "series",
    "series-member",
    "items-120",
    "no-items",
    "no-abstract",
    "no-distribution",
    "api-only",
    "long-title",
    "one-language",
    "chinese-only",
    "rare-characters",
    "personal-data",
    "system-without-datasets",
    "plan-hall",
    "plan-platform",
    "plan-community",
}

Statements = dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]]


@cache
def entries(size: Size = FULL) -> tuple[tuple[str, Entry], ...]:
    """Make the city once."""
    made = city(seed=1, today=TODAY, base=BASE, size=size)
    return tuple((source, each.entry) for source, each in made if each.entry)


def lines_of(entry: Entry) -> Iterator[str]:
    """Give all lines of an entry, whatever their clearance."""
    for lines in entry.lines.values():
        yield from lines


@cache
def graph(size: Size = FULL) -> Statements:
    """Give what the city says of each subject."""
    said: Statements = defaultdict(lambda: defaultdict(list))
    text = "\n".join(line for _, entry in entries(size) for line in lines_of(entry))
    for quad in parse(text, format=RdfFormat.N_TRIPLES):
        said[quad.subject][quad.predicate].append(quad.object)  # type: ignore[index, arg-type]
    return said


def of_type(kind: NamedNode, size: Size = FULL) -> list[NamedNode]:
    """Give the subjects of a class."""
    return [each for each, said in graph(size).items() if kind in said[RDF.type]]


def axis(subject: NamedNode, predicate: NamedNode) -> str:
    """Give the notation of a subject's sharing or openness type."""
    (value,) = graph()[subject][predicate]
    return value.value.rsplit("/", 1)[-1]


def edges(predicate: NamedNode, kind: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
    """Give the links of a property from subjects of a class."""
    return [(each, other) for each in of_type(kind) for other in graph()[each][predicate]]  # type: ignore[misc]


def test_the_same_seed_and_day_give_the_same_city() -> None:
    again = [(source, each.entry) for source, each in city(seed=1, today=TODAY, base=BASE)]

    assert tuple(again) == entries()


def test_another_seed_gives_other_dates_and_the_same_names() -> None:
    other = [each.entry for _, each in city(seed=2, today=TODAY, base=BASE)]
    ours = [entry for _, entry in entries()]

    assert [each.code for each in other if each] == [each.code for each in ours]
    assert [each.digest() for each in other if each] != [each.digest() for each in ours]


def test_dates_move_with_the_day() -> None:
    made = city(seed=1, today=TODAY + timedelta(days=9), base=BASE, size=TOWN)
    later = {each.entry.iri: each.entry.digest() for _, each in made if each.entry}
    dated = [each for _, each in entries(TOWN) if each.kind in {"dataset", "layer"}]

    assert dated
    assert all(later[each.iri] != each.digest() for each in dated)


def test_the_base_stands_in_every_name() -> None:
    made = list(city(seed=1, today=TODAY, base="https://data.example.org", size=TOWN))

    assert all(
        each.entry.iri.startswith("https://data.example.org/id/") for _, each in made if each.entry
    )
    assert not any(BASE in line for _, each in made if each.entry for line in lines_of(each.entry))


@pytest.mark.parametrize("size", [FULL, TOWN])
def test_every_line_is_one_triple_without_blank_nodes(size: Size) -> None:
    for _, entry in entries(size):
        for line in lines_of(entry):
            (quad,) = parse(line, format=RdfFormat.N_TRIPLES)
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, NamedNode | Literal)
            assert f"{Triple(quad.subject, quad.predicate, quad.object)} ." == line


@pytest.mark.parametrize("size", [FULL, TOWN])
def test_no_two_entries_share_a_subject(size: Size) -> None:
    counted = Counter(subject for _, entry in entries(size) for subject in entry.subjects)

    assert [subject for subject, times in counted.items() if times > 1] == []


def test_an_entry_names_all_its_subjects_the_root_first() -> None:
    for _, entry in entries():
        found = {line.split(" ", 1)[0].strip("<>") for line in lines_of(entry)}
        assert entry.subjects[0] == entry.iri
        assert set(entry.subjects) == found


def test_codes_and_keys_are_unique_within_their_kind() -> None:
    assert len({(each.kind, each.code) for _, each in entries()}) == len(entries())
    assert len({(source, each.key) for source, each in entries()}) == len(entries())


def test_every_reference_in_the_tables_leads_somewhere() -> None:
    """A town leaves links out; the whole city must not need to."""
    tables = content()
    datasets, systems = tables.datasets, tables.systems
    for each in datasets.values():
        links = {*each.sources, *each.related, each.series, each.previous, each.replaced_by}
        links.add(each.layer.parent if each.layer else "")
        assert links - {""} <= datasets.keys(), each.ref
        assert {each.system} - {""} <= systems.keys(), each.ref
        assert {each.service} - {""} <= tables.services.keys(), each.ref
        assert {each.library} - {""} <= tables.libraries.keys(), each.ref
        assert {item.element for item in each.items} - {""} <= tables.elements.keys(), each.ref
    for system in systems.values():
        assert set(system.feeds) <= systems.keys(), system.ref


def test_every_code_used_stands_in_a_list() -> None:
    used = {
        value.value
        for said in graph().values()
        for values in said.values()
        for value in values
        if isinstance(value, NamedNode)
        and value.value.startswith((CODES, AUTHORITY))
        and not value.value.startswith(f"{CODES}ns#")
    }

    assert sorted(iri for iri in used if concept(iri) is None) == []


def test_every_department_is_in_the_register() -> None:
    register = Path(ontology.__file__).parent / "departments.ttl"
    known = {
        quad.object.value
        for quad in parse(path=str(register), format=RdfFormat.TURTLE, base_iri=f"{BASE}/")
        if quad.predicate == GOV.code
    }
    publishers = {
        value.value.rsplit("/", 1)[-1]
        for said in graph().values()
        for value in said[DCT.publisher] + said[GOV.owner]
    }

    assert publishers | {source for source, _ in entries()} <= known


def test_what_is_not_shared_is_not_open() -> None:
    for subject, said in graph().items():
        if said[GOV.sharingType] and axis(subject, GOV.sharingType) == "none":
            assert axis(subject, GOV.opennessType) == "none", subject


def test_an_entry_is_as_strict_as_its_strictest_item() -> None:
    for dataset in of_type(DCAT.Dataset):
        items = items_by_dataset().get(dataset, [])
        for predicate in (GOV.sharingType, GOV.opennessType):
            strictness = [STRICTNESS[axis(each, predicate)] for each in items]
            assert not items or max(strictness) == STRICTNESS[axis(dataset, predicate)], dataset


@cache
def items_by_dataset() -> dict[NamedNode, list[NamedNode]]:
    """Give the items of each dataset."""
    found: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for item in of_type(GOV.DataItem):
        (dataset,) = graph()[item][DCT.isPartOf]
        found[dataset].append(item)  # type: ignore[index]
    return found


def test_what_is_conditional_says_its_condition_and_what_is_refused_its_reason() -> None:
    for subject, said in graph().items():
        if not said[GOV.sharingType]:
            continue
        sharing, openness = axis(subject, GOV.sharingType), axis(subject, GOV.opennessType)
        assert bool(said[GOV.sharingCondition]) == (sharing == "conditional")
        assert bool(said[GOV.opennessCondition]) == (openness == "conditional")
        assert bool(said[GOV.refusalClass]) == ("none" in {sharing, openness})
        assert bool(said[GOV.legalBasis]) == ("none" in {sharing, openness})


def test_every_combination_of_the_two_axes_that_the_law_allows_occurs() -> None:
    found = {
        (axis(each, GOV.sharingType), axis(each, GOV.opennessType))
        for each in of_type(DCAT.Dataset)
    }

    shared = {(s, o) for s in ("unconditional", "conditional") for o in STRICTNESS}
    assert found == shared | {("none", "none")}


def test_an_entry_stands_at_the_clearance_of_its_axes_and_never_below() -> None:
    for _, entry in entries():
        if entry.kind not in {"dataset", "layer"}:
            continue
        root = NamedNode(entry.iri)
        least = clearance_of_entry(
            openness=axis(root, GOV.opennessType), sharing=axis(root, GOV.sharingType)
        )
        assert min(each.rank for each in entry.lines) == least.rank, entry.code


def test_people_and_inner_addresses_are_never_open() -> None:
    for _, entry in entries():
        openly = entry.lines.get(Clearance.OPEN, ())
        assert not any(".internal>" in line for line in openly)
        below = [*openly, *entry.lines.get(Clearance.SHARED, ())]
        assert not any(GOV.internalAddress.value in line for line in below)
    assert all(graph()[each][VCARD.hasTelephone] for each in of_type(GOV.InternalContact))


def test_nothing_points_to_what_its_readers_may_not_see() -> None:
    """A link to a withheld entry stands where that entry stands."""
    rank = {
        subject: min(each.rank for each in entry.lines)
        for _, entry in entries()
        for subject in entry.subjects
        if "/contact/" not in subject
    }
    for _, entry in entries():
        for clearance, lines in entry.lines.items():
            for line in lines:
                target = line.split(" ", 2)[2].removesuffix(" .").strip("<>")
                assert rank.get(target, 0) <= clearance.rank, line


def test_the_city_is_as_large_as_promised() -> None:
    kinds = Counter(entry.kind for _, entry in entries())
    sources = {source for source, entry in entries() if entry.kind in {"dataset", "layer"}}

    assert kinds["dataset"] + kinds["layer"] >= 320
    assert kinds["layer"] >= 25
    assert kinds["system"] >= 45
    assert kinds["element"] >= 40
    assert kinds["library"] == 3
    assert kinds["service"] >= 2
    assert len(sources) >= 16 + 30
    assert len(of_type(DCAT.DatasetSeries)) >= 3


def test_each_district_publishes_under_its_own_division() -> None:
    divisions = {
        value.value.rsplit("/", 1)[-1]
        for each in of_type(DCAT.Dataset)
        for value in graph()[each][DCT.spatial]
    }

    assert len(divisions) == 17


def test_structured_datasets_have_their_items_and_items_their_elements() -> None:
    sizes = {len(items) for items in items_by_dataset().values()}
    linked = [each for each in of_type(GOV.DataItem) if graph()[each][GOV.element]]

    assert sizes <= {*range(4, 41), 120}
    assert len(linked) >= 1000


def test_lineage_is_deep_wide_and_without_cycles() -> None:
    datasets = nx.DiGraph(edges(PROV.wasDerivedFrom, DCAT.Dataset))
    items = nx.DiGraph(edges(PROV.wasDerivedFrom, GOV.DataItem))
    across = [
        (each, other)
        for each, other in datasets.edges
        if graph()[each][DCT.publisher] != graph()[other][DCT.publisher]
    ]

    assert nx.is_directed_acyclic_graph(datasets)
    assert nx.is_directed_acyclic_graph(items)
    assert datasets.number_of_edges() >= 150
    assert items.number_of_edges() >= 500
    assert nx.dag_longest_path_length(datasets) >= 4
    assert len(across) >= 100


def test_what_is_sensitive_is_masked_on_some_ways_and_goes_on_by_others() -> None:
    steps = of_type(PROV.Derivation)
    masked = {each for each in steps if graph()[each][GOV.masking]}
    sources = {source for each in masked for source in graph()[each][PROV.entity]}
    others = [e for e in steps if e not in masked and sources & {*graph()[e][PROV.entity]}]

    assert masked
    assert others


def test_agreements_say_for_what_they_are_and_are_told_apart() -> None:
    agreements = of_type(ODRL.Agreement)
    titles = {value for each in agreements for value in graph()[each][DCT.title]}

    assert len(titles) == 2 * len(agreements)


def test_systems_feed_systems_and_some_have_nothing_catalogued() -> None:
    used = {value for each in of_type(DCAT.Dataset) for value in graph()[each][GOV.sourceSystem]}
    systems = of_type(GOV.InformationSystem)
    titles = {value.value for each in systems for value in graph()[each][DCT.title]}

    assert {"网上政务大厅", "事中事后综合监管平台", "社区综合管理平台"} <= titles
    assert 3 <= len([each for each in systems if each not in used]) < len(systems) / 2
    assert len(edges(GOV.feeds, GOV.InformationSystem)) >= 40


def test_resource_codes_have_the_national_form() -> None:
    for each in of_type(DCAT.Dataset):
        (code,) = graph()[each][DCT.identifier]
        assert RESOURCE_CODE.fullmatch(code.value)


def test_the_shapes_find_nothing_but_what_is_meant_to_be_found() -> None:
    text = "\n".join(line for _, entry in entries() for line in lines_of(entry))
    verdicts = check(text)

    assert [each for each in verdicts if each.severity == "Violation"] == []
    assert {each.shape.rsplit("/", 1)[-1] for each in verdicts} == {
        "dataset-description",  # two without an abstract
        "dataset-title-text",  # one very long title
        "distribution-license",  # the exchange between departments needs none
    }


def test_promises_are_kept_nearly_kept_and_broken() -> None:
    found = Counter(
        freshness(
            date.fromisoformat(graph()[each][DCT.modified][0].value[:10]),
            graph()[each][DCT.accrualPeriodicity][0].value,
            TODAY,
        ).state
        for each in of_type(DCAT.Dataset)
    )

    assert found[State.ON_TIME] > found[State.OVERDUE] > 20
    assert found[State.DUE_SOON] > 10
    assert found[State.STATIC] >= 3


def test_the_town_shows_every_state() -> None:
    assert states(TOWN).keys() >= SHOWN_IN_TOWN
    assert set(states(TOWN).values()) <= {entry.code for _, entry in entries(TOWN)}


def test_the_town_is_small() -> None:
    kinds = Counter(entry.kind for _, entry in entries(TOWN))

    assert 12 <= kinds["dataset"] + kinds["layer"] <= 50
    assert {"huangpu", "xuhui", "jtw", "gaj", "scjgj"} <= {source for source, _ in entries(TOWN)}


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 12, 31), date(2026, 3, 31)])
@pytest.mark.parametrize(
    ("state", "expected"),
    [("on-time", State.ON_TIME), ("due", State.DUE_SOON), ("overdue", State.OVERDUE)],
)
def test_a_state_of_time_is_what_it_says_on_any_day(
    today: date, state: str, expected: State
) -> None:
    code = states(TOWN)[state]
    made = city(seed=3, today=today, base=BASE, size=TOWN)
    entry = next(each.entry for _, each in made if each.entry and each.entry.code == code)
    said = {
        quad.predicate: quad.object.value
        for line in lines_of(entry)
        for quad in parse(line, format=RdfFormat.N_TRIPLES)
        if quad.subject.value == entry.iri
    }

    modified = date.fromisoformat(said[DCT.modified][:10])
    assert freshness(modified, said[DCT.accrualPeriodicity], today).state == expected


@pytest.mark.parametrize(
    ("state", "prove"),
    [
        ("one-language", lambda said: [each.language for each in said[DCT.title]] == ["en"]),
        ("chinese-only", lambda said: [each.language for each in said[DCT.title]] == ["zh"]),
        ("no-abstract", lambda said: not said[DCT.description]),
        ("no-items", lambda said: not said[DCT.conformsTo]),
        ("no-distribution", lambda said: not said[DCAT.distribution]),
        ("superseded", lambda said: said[DCT.isReplacedBy]),
        ("series-member", lambda said: said[DCAT.inSeries] and said[DCAT.prev]),
        ("long-title", lambda said: max(len(each.value) for each in said[DCT.title]) > 150),
        ("layer", lambda said: said[DCAT.bbox] and said[DCAT.spatialResolutionInMeters]),
        ("rare-characters", lambda said: any(ord(c) > 0xFFFF for c in said[DCT.title][0].value)),
    ],
)
def test_a_state_is_what_it_says(state: str, prove: object) -> None:
    code = states(TOWN)[state]
    root = next(entry.iri for _, entry in entries(TOWN) if entry.code == code)

    assert prove(graph(TOWN)[NamedNode(root)])  # type: ignore[operator]


def test_a_token_with_a_span_stands_for_a_row_of_items() -> None:
    items = items_of("flow_[00-23]:I8=[00-23]时流量|Flow at [00-23]:00", {})

    assert [items[0].name, items[23].zh, len(items)] == ["flow_00", "23时流量", 24]
    assert {(each.type, each.length) for each in items} == {("I", 8)}


def test_a_token_of_no_known_type_is_refused() -> None:
    with pytest.raises(ValueError, match="not an item type: X9"):
        items_of("flow:X9=流量|Flow", {})


def test_the_entries_of_a_source_stand_together() -> None:
    sources = [source for source, _ in entries()]

    assert sources == sorted(sources)
