"""Events of OpenLineage taken in: jobs, runs, and the edges that they tell of.

Events of one run add up. What a run reads and writes are edges of its job; when the run is complete
(or a job says it of itself) the job has no others. A run that failed tells no edges.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.lineage.edges import Edge, moment
from graph.lineage.merging import Account
from graph.lineage.naming import LEVEL, code_of, digest
from graph.lineage.openlineage import DatasetFacts, Event, Field, Name
from graph.lineage.taking import Taken, Taking, Teller, patiently
from ontology.clearance import Clearance
from ontology.terms import DCT, GOV, PROV, RDF

FAILED = frozenset({"FAIL", "ABORT"})
WHOLE = frozenset({"COMPLETE", ""})  # a run that is done; a job that speaks of itself


def take(instance: Instance, events: Iterable[Event], teller: Teller) -> Taken:
    """Take events in as one change; see `patiently` for who writes beside."""
    told = list(events)
    return patiently(lambda: _take(instance, told, teller))


def _take(instance: Instance, events: list[Event], teller: Teller) -> Taken:
    taking = Taking(instance, teller)
    for event in events:
        take_event(taking, event)
    return taking.finish()


def take_event(taking: Taking, event: Event) -> None:
    """Take one event in, unless it was taken before."""
    text = json.dumps(event.raw, ensure_ascii=False, sort_keys=True)
    run = f"{taking.names.base}/id/run/{event.run or f'event-{digest(text, 16)}'}"
    known = about_run(taking, run)
    if text in known.get(GOV.runEvent.value, ()):
        return
    inputs = {taking.names.dataset(each.name, each.note): each for each in event.inputs}
    outputs = {taking.names.dataset(each.name, each.note): each for each in event.outputs}
    for iri, facts in (*inputs.items(), *outputs.items()):
        for each in facts.fields:
            taking.names.item(iri, each)
    used = dict.fromkeys((*known.get(PROV.used.value, ()), *inputs))
    made = dict.fromkeys((*known.get(PROV.generated.value, ()), *outputs))
    job = keep_job(taking, event.job, event.note) if event.job else ""
    texts = (*known.get(GOV.runEvent.value, ()), text)
    keep_run(taking, event, run, job=job, used=used, made=made, texts=texts)
    if event.state not in FAILED:
        tell(taking, event, job=job, used=tuple(used), made=tuple(made), outputs=outputs)


def tell(  # noqa: PLR0913 - an event with what its names mean
    taking: Taking,
    event: Event,
    *,
    job: str,
    used: tuple[str, ...],
    made: tuple[str, ...],
    outputs: Mapping[str, DatasetFacts],
) -> None:
    """Tell the edges of an event."""
    base = Edge("", "", job, author=taking.teller.actor, origin=event.producer)
    edges = [replace(base, source=each, target=out) for each in used for out in made if each != out]
    for out, facts in outputs.items():
        edges += steps(taking, out, facts, base)
    whole = bool(job) and event.state in WHOLE and bool(edges)
    joined = {edge.key: edge for edge in unified(edges)}
    at = event.at.isoformat(timespec="seconds")
    taking.tell(Account(tuple(joined.values()), at, job, whole=whole))


def steps(taking: Taking, out: str, facts: DatasetFacts, base: Edge) -> Iterator[Edge]:
    """Give the edges between items that the column facet tells, with those of their datasets."""
    for step in facts.steps:
        origin = taking.names.dataset(step.source)
        source = taking.names.item(origin, Field(step.source_field))
        target = taking.names.item(out, Field(step.field)) if step.field else out
        yield replace(
            base,
            source=source,
            target=target,
            transformations=step.transformations,
            masking=step.masking,
            note=step.note,
        )
        if origin != out:
            yield replace(base, source=origin, target=out)


def unified(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Give each edge once: with all that is said of it."""
    by_key: dict[tuple[str, str, str], Edge] = {}
    for edge in edges:
        known = by_key.get(edge.key)
        if known is not None:
            both = tuple(sorted({*known.transformations, *edge.transformations}))
            note = "; ".join(dict.fromkeys(filter(None, (known.note, edge.note))))
            masking = known.masking and edge.masking
            edge = replace(known, transformations=both, note=note, masking=masking)  # noqa: PLW2901
        by_key[edge.key] = edge
    return iter(by_key.values())


def about_run(taking: Taking, run: str) -> dict[str, list[str]]:
    """Give what is known of a run, from earlier events of this account or before."""
    entry = taking.entries.get((taking.teller.source, run))
    if entry is not None:
        lines = [line for each in entry.lines.values() for line in each]
    else:
        lines = [line for _, line in taking.statements(taking.teller.source, run)]
    said: dict[str, list[str]] = {}
    for quad in parse("\n".join(lines), RdfFormat.N_TRIPLES):
        value = quad.object
        if isinstance(value, NamedNode | Literal):
            said.setdefault(quad.predicate.value, []).append(value.value)
    return {name: sorted(values) for name, values in said.items()}


def job_iri(base: str, name: Name) -> str:
    """Give the name of a job."""
    return f"{base}/id/job/job-{digest(str(name))}"


def keep_job(taking: Taking, name: Name, note: str = "") -> str:
    """Keep a job's entry; give its name."""
    iri = job_iri(taking.names.base, name)
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, GOV.ExchangeJob),
        (DCT.title, Literal(name.name)),
        (GOV.code, Literal(code_of(iri))),
        (GOV.physicalName, Literal(str(name))),
        *([(DCT.description, Literal(note))] if note else []),
    ]
    if not note:  # what it said of itself before still holds
        known = taking.statements(taking.teller.source, iri)
        head = f"<{iri}> {DCT.description} "
        kept = tuple(line for _, line in known if line.startswith(head))
    else:
        kept = ()
    node = NamedNode(iri)
    lines = (*(f"{Triple(node, term, value)} ." for term, value in said), *kept)
    taking.keep(Entry("job", iri, iri, code_of(iri), name.name, (iri,), {LEVEL: lines}))
    return iri


def keep_run(  # noqa: PLR0913 - a run with what it read and wrote
    taking: Taking,
    event: Event,
    run: str,
    *,
    job: str,
    used: Iterable[str],
    made: Iterable[str],
    texts: Iterable[str],
) -> None:
    """Keep a run's entry: what it is for departments, the events as they came for the office."""
    known = about_run(taking, run)
    begun = [*known.get(PROV.startedAtTime.value, ()), event.at.isoformat(timespec="seconds")]
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, PROV.Activity),
        (GOV.code, Literal(code_of(run))),
        (GOV.runState, Literal(event.state or "DECLARED")),
        (PROV.startedAtTime, moment(min(begun))),
        *((PROV.used, NamedNode(each)) for each in used),
        *((PROV.generated, NamedNode(each)) for each in made),
        *([(GOV.runOf, NamedNode(job))] if job else []),
    ]
    if event.state in FAILED | {"COMPLETE"}:
        said.append((PROV.endedAtTime, moment(event.at.isoformat(timespec="seconds"))))
    node = NamedNode(run)
    lines: dict[Clearance, Any] = {}
    for term, value in said:
        ends = taking.names.level(value.value) if term in {PROV.used, PROV.generated} else LEVEL
        level = max(ends, LEVEL, key=lambda each: each.rank)
        lines.setdefault(level, []).append(f"{Triple(node, term, value)} .")
    told = [f"{Triple(node, GOV.runEvent, Literal(text))} ." for text in texts]
    lines.setdefault(Clearance.GOVERNANCE, []).extend(told)
    closed = {level: tuple(each) for level, each in lines.items()}
    taking.keep(Entry("run", run, run, code_of(run), code_of(run), (run,), closed))


__all__ = ["take"]
