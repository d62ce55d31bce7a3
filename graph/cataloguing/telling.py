"""Cases told in RDF: who decided what and when, for the city's office alone.

What the steps of a case say is written into the graph of the source `governance`, at governance
clearance whatever the entry's own is. It is told from the handing in on: a draft is no RDF. The
telling follows from the steps alone, so that one cut off by a crash is told again as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pyoxigraph import Literal, NamedNode

from graph.cataloguing.drafts import Draft
from graph.cataloguing.reported import SOURCE
from graph.editing import graph_of, sections_of, statements_now
from graph.instance import Instance
from graph.ledger.changes import ENTRIES, METADATA, Change, Diff, Kept, Touch, kept_of
from graph.ledger.entries import Entry
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Section
from graph.views.stores import canonical
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Conflict
from ontology.states import State
from ontology.terms import ADMS, DCT, GOV, PROV, RDF, XSD
from ontology.working_days import working_days_between

KIND = "case"
KEEPER = "govgraph"  # who tells what a crash cut off
OFFICE = ZoneInfo("Asia/Shanghai")  # working days are those of the office
SILENT = frozenset(
    {Action.CREATE, Action.REVISE, Action.EDIT, Action.DISCARD, Action.MANAGE_DRAFTS}
)
# Where a case has come to an end; it may begin again (a withdrawn entry is brought back).
ENDED = frozenset(
    {State.PUBLISHED, State.WITHDRAWN, State.ARCHIVED, State.SUPERSEDED, State.REMOVED}
)

# The last step of each case that was told, and the change that told it.
TOLD = sa.Table(
    "case_told",
    METADATA,
    sa.Column("draft", sa.Integer, primary_key=True),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
)
Fact = tuple[NamedNode, NamedNode, NamedNode | Literal]


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken; `remarks` are on fields, "items.3.gov:length" on a cell."""

    at: datetime
    actor: str
    action: Action
    was: State | None
    now: State
    revision: int
    reason: str
    remarks: dict[str, str]


def tell(instance: Instance, draft: Draft, steps: Sequence[Step], actor: str, at: datetime) -> None:
    """Say in the graph how a case stands; of two processes that do so at once one does.

    Does not wait until it is published: nobody who decides has to.
    """
    spoken = from_handing_in(steps)
    if not spoken:
        return
    ledger = instance.ledger
    entry = entry_of(draft, spoken, instance.home.settings.base)
    before = ledger.entry(SOURCE, entry.key)
    live = before is not None and before.live
    old = told_before(instance, before, draft, steps) if before is not None and live else set()
    new = statements(entry)
    diff = Diff(tuple(sorted(new - old)), tuple(sorted(old - new)))
    kept = kept_of(entry, SOURCE, entry.digest())
    touch = Touch(kept, "changed" if live else "new", before, diff if live else None)
    change = Change(at, actor, "case", SOURCE, "")
    try:
        seq = ledger.append(change, _sections(instance, diff), [touch])
    except Conflict:
        return
    _remember(ledger, draft.id, len(steps), seq)
    _see_to_it(instance, at)


def told_before(
    instance: Instance, before: Kept, draft: Draft, steps: Sequence[Step]
) -> set[tuple[Clearance, str]]:
    """Give what was told of a case so far: it follows from the steps, unless more moved than they.

    So whoever decides on many cases opens no store for each.
    """
    earlier = from_handing_in(steps[:-1])
    if earlier:
        was = replace(draft, state=earlier[-1].now)
        entry = entry_of(was, earlier, instance.home.settings.base)
        if entry.digest() == before.digest:
            return statements(entry)
    return statements_now(instance, before)


def statements(entry: Entry) -> set[tuple[Clearance, str]]:
    """Give the statements of a case as views keep them."""
    return {(Clearance.GOVERNANCE, line) for line in canonical(entry.lines[Clearance.GOVERNANCE])}


def untold(ledger: Ledger, steps: sa.Table) -> list[int]:
    """Give the cases with a step that was not told, or whose telling was taken back."""
    counted = (
        sa.select(steps.c.draft, sa.func.count().label("steps"))
        .where(steps.c.draft.in_(_loud(steps)))
        .group_by(steps.c.draft)
        .subquery()
    )
    named = (ENTRIES.c.source == SOURCE) & (ENTRIES.c.kind == KIND)
    key = sa.cast(counted.c.draft, sa.String)
    query = (
        sa.select(counted.c.draft)
        .outerjoin(TOLD, TOLD.c.draft == counted.c.draft)
        .outerjoin(ENTRIES, named & (ENTRIES.c.key == key))
        .where(
            TOLD.c.steps.is_(None)
            | (TOLD.c.steps != counted.c.steps)
            | (TOLD.c.seq != sa.func.coalesce(ENTRIES.c.seq, 0))
        )
        .order_by(counted.c.draft)
    )
    with ledger.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def from_handing_in(steps: Sequence[Step]) -> list[Step]:
    """Give the steps that are told: from the first that was more than the department's writing."""
    first = next((at for at, each in enumerate(steps) if each.action not in SILENT), len(steps))
    return list(steps[first:])


def entry_of(draft: Draft, steps: Sequence[Step], base: str) -> Entry:
    """Put a case into RDF."""
    code = str(draft.id)
    root = NamedNode(f"{base}/id/{KIND}/{code}")
    facts = [*_case(root, draft, steps, base)]
    for place, each in enumerate(steps, 1):
        facts += _step(root, place, each, steps[place - 2] if place > 1 else each)
    lines = tuple(f"{subject} {name} {value} ." for subject, name, value in facts)
    subjects = tuple(dict.fromkeys(subject.value for subject, _, _ in facts))
    title = f"{draft.title}：审核"
    return Entry(KIND, code, root.value, code, title, subjects, {Clearance.GOVERNANCE: lines})


def _case(root: NamedNode, draft: Draft, steps: Sequence[Step], base: str) -> Iterator[Fact]:
    subject, last = draft.subject, steps[-1]
    yield root, RDF.type, GOV.Case
    yield root, GOV.code, Literal(str(draft.id))
    yield root, DCT.title, Literal(f"{draft.title}：审核", language="zh")
    yield root, DCT.title, Literal(f"Review of {draft.title}", language="en")
    yield root, DCT.subject, NamedNode(subject.iri)
    yield root, DCT.publisher, NamedNode(f"{base}/id/department/{subject.owner}")
    yield root, ADMS.status, NamedNode(draft.state.concept.iri)
    yield root, PROV.startedAtTime, _moment(steps[0].at)
    if last.now in ENDED:
        yield root, PROV.endedAtTime, _moment(last.at)
    if draft.seq is not None:
        yield root, GOV.publishedBy, Literal(str(draft.seq), datatype=XSD.integer)


def _step(root: NamedNode, place: int, step: Step, before: Step) -> Iterator[Fact]:
    node = NamedNode(f"{root.value}#{place}")
    yield root, GOV.step, node
    yield node, RDF.type, GOV.CaseStep
    yield node, GOV.position, Literal(str(place), datatype=XSD.integer)
    yield node, GOV.action, Literal(step.action.value)
    yield node, GOV.actor, Literal(step.actor)
    yield node, PROV.endedAtTime, _moment(step.at)
    waited = working_days_between(_day(before.at), _day(step.at))
    yield node, GOV.waitedWorkingDays, Literal(str(waited), datatype=XSD.integer)
    if step.was is not None:
        yield node, GOV.was, NamedNode(step.was.concept.iri)
    yield node, GOV.became, NamedNode(step.now.concept.iri)
    if step.reason:
        yield node, DCT.description, Literal(step.reason)
    for name, words in sorted(step.remarks.items()):
        yield node, GOV.remarkOn, Literal(f"{name}: {words}")


def _moment(at: datetime) -> Literal:
    return Literal(at.isoformat(), datatype=XSD.dateTime)


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE).date()


def _sections(instance: Instance, diff: Diff) -> list[Section]:
    graph = graph_of(instance, SOURCE)
    return [
        *sections_of(diff.removed, graph, added=False),
        *sections_of(diff.added, graph, added=True),
    ]


def _loud(steps: sa.Table) -> sa.Select[tuple[int]]:
    """Select the cases that have a step that is told."""
    quiet = [each.value for each in SILENT]
    return sa.select(steps.c.draft).where(steps.c.action.not_in(quiet))


def _remember(ledger: Ledger, draft: int, steps: int, seq: int) -> None:
    with ledger.writing.begin() as connection:
        connection.execute(TOLD.delete().where(TOLD.c.draft == draft))
        connection.execute(TOLD.insert().values(draft=draft, steps=steps, seq=seq))


def _see_to_it(instance: Instance, at: datetime) -> None:
    """Publish what was told where no process keeps the instance."""
    if not instance.wakes_keeper():
        instance.settle(at)
