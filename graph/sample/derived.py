"""What the sample city's data are made of: derivations with their jobs, agreements, and reuses.

Each step of the tables gets a derivation that says since when it holds and what it does; steps from
one department to another have a job of the exchange and an agreement; some steps ended since.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from pyoxigraph import Literal, NamedNode

from graph.ledger.entries import Entry
from graph.lineage.edges import Edge, triples_of
from graph.sample.names import HOST, Town
from graph.sample.specs import Dataset
from graph.sample.statements import Statements, day, text
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, GOV, ODRL, PROV, code_iri

EXCHANGED = "市数据共享交换平台"
WAYS = ("direct-identity", "direct-identity", "direct-transformation", "direct-aggregation")
SENSITIVE = frozenset({"medium", "high"})
REUSED = 7  # of so many open datasets one has a reuse
MAKERS = (
    ("随申行", "City on the move"),
    ("沪上办事", "City services"),
    ("数说上海", "City in numbers"),
)


def since(town: Town, source: Dataset, target: Dataset) -> date:
    """Give the day since which a step holds: some day of the last three years."""
    chance = Random(f"{town.seed} {source.ref} {target.ref}")  # noqa: S311 - dates of a sample
    return town.today - timedelta(days=chance.randrange(60, 1000))


def job_of(town: Town, source: Dataset, target: Dataset) -> str:
    """Give the job of a step from one department to another; "" within one."""
    if source.department == target.department:
        return ""
    return town.id("job", f"{target.code}-exchange").value


def add_derivations(town: Town, spec: Dataset, said: Statements) -> None:
    """Add the derivation of each step into a dataset, and of one that ended."""
    for reference in spec.sources:
        source = town.content.datasets[reference]
        edge = Edge(
            source=town.dataset(reference).value,
            target=said.root.value,
            job=job_of(town, source, spec),
            held_from=since(town, source, spec).isoformat(),
            author=EXCHANGED,
        )
        say(said, edge, source.clearance)
    if spec.sources and spec.related and spec.related[0] not in spec.sources:
        add_ended(town, spec, said)


def add_ended(town: Town, spec: Dataset, said: Statements) -> None:
    """Add a step that held once: from a related dataset, until a month ago."""
    source = town.content.datasets[spec.related[0]]
    edge = Edge(
        source=town.dataset(source.ref).value,
        target=said.root.value,
        held_from=(since(town, source, spec) - timedelta(days=100)).isoformat(),
        held_to=(town.today - timedelta(days=30)).isoformat(),
        author=EXCHANGED,
    )
    say(said, edge, source.clearance)


def add_item_derivation(  # noqa: PLR0913, PLR0917 - one step between items, by its ends
    town: Town, source: Dataset, place: int, spec: Dataset, column: NamedNode, said: Statements
) -> None:
    """Add the derivation of an item: what it does, and whether it masks."""
    item = source.items[place - 1]
    element = town.content.elements.get(item.element)
    sensitive = element is not None and element.sensitivity in SENSITIVE
    masking = sensitive and (spec.masks or spec.openness != "none")
    chance = Random(f"{town.seed} {column.value} {source.ref}")  # noqa: S311 - ways of a sample
    way = "direct-transformation" if masking else chance.choice(WAYS)
    edge = Edge(
        source=town.id("item", f"{source.code}.{place}").value,
        target=column.value,
        job=job_of(town, source, spec),
        transformations=(code_iri("transformation", way).value,),
        masking=masking,
        held_from=since(town, source, spec).isoformat(),
        author=EXCHANGED,
    )
    say(said, edge, source.clearance)


def say(said: Statements, edge: Edge, least: Clearance) -> None:
    """Say an edge; its job is for departments."""
    for of_job, triple in triples_of(edge):
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)
        level = max(least, Clearance.SHARED, key=lambda each: each.rank) if of_job else least
        said.say(triple.subject, triple.predicate, triple.object, least=level)


def derived_entries(town: Town) -> Iterator[tuple[str, Entry, int]]:
    """Give the jobs, agreements and reuses, each in the source of who keeps it."""
    number = 0
    for spec in town.content.datasets.values():
        sources = [town.content.datasets[each] for each in spec.sources]
        foreign = [each for each in sources if each.department != spec.department]
        if foreign:
            yield spec.department, job_entry(town, spec), 1
        for source in foreign:
            yield source.department, agreement_entry(town, source, spec), 1
        if spec.openness == "unconditional" and not spec.is_series:
            number += 1
            if number % REUSED == 0:
                yield spec.department, reuse_entry(town, spec, number), 1


def job_entry(town: Town, spec: Dataset) -> Entry:
    """Give the job that brings what a dataset is made of."""
    root = town.id("job", f"{spec.code}-exchange")
    said = Statements(root, max(spec.clearance, Clearance.SHARED, key=lambda each: each.rank))
    said.type(root, GOV.ExchangeJob, PROV.Plan)
    said.say(root, DCT.title, text(f"{spec.zh or spec.en}交换作业", "zh"))
    said.say(root, DCT.title, text(f"Exchange into {spec.en or spec.zh}", "en"))
    said.say(root, GOV.code, Literal(f"{spec.code}-exchange"))
    said.say(root, DCT.publisher, town.id("department", spec.department))
    return said.entry("job", f"{spec.code}-exchange", spec.zh or spec.en)


def agreement_entry(town: Town, source: Dataset, spec: Dataset) -> Entry:
    """Give the agreement by which one department has another's data."""
    code = f"{source.code}-for-{spec.code}"
    root = town.id("agreement", code)
    least = max((source, spec), key=lambda each: each.clearance.rank).clearance
    said = Statements(root, max(least, Clearance.SHARED, key=lambda each: each.rank))
    said.type(root, ODRL.Agreement)
    titles = (
        text(f"{source.zh or source.en}共享协议（用于{spec.zh or spec.en}）", "zh"),
        text(f"Agreement on {source.en or source.zh} for {spec.en or spec.zh}", "en"),
    )
    said.say(root, DCT.title, *titles)
    said.say(root, GOV.code, Literal(code))
    said.say(root, ODRL.target, town.dataset(source.ref))
    said.say(root, ODRL.assigner, town.id("department", source.department))
    said.say(root, ODRL.assignee, town.id("department", spec.department))
    said.say(root, DCT.issued, day(since(town, source, spec)))
    return said.entry("agreement", code, source.zh or source.en)


def reuse_entry(town: Town, spec: Dataset, number: int) -> Entry:
    """Give an application that is made of an open dataset."""
    code = f"{spec.code}-app"
    root = town.id("reuse", code)
    said = Statements(root, spec.clearance)
    zh, en = MAKERS[number % len(MAKERS)]
    said.type(root, GOV.Reuse)
    said.say(root, DCT.title, text(f"{zh}：{spec.zh or spec.en}", "zh"))
    said.say(root, DCT.title, text(f"{en}: {spec.en or spec.zh}", "en"))
    said.say(root, GOV.code, Literal(code))
    said.say(root, DCAT.landingPage, NamedNode(f"{HOST}/apps/{code}"))
    say(said, Edge(town.dataset(spec.ref).value, root.value, author=EXCHANGED), spec.clearance)
    return said.entry("reuse", code, spec.zh or spec.en)
