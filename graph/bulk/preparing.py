"""An upload put together as a plan: compared, then held against the same law as the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from graph.bulk.catalogue import Catalogue
from graph.bulk.comparing import Compared, Comparing
from graph.bulk.plans import Action, EntryPlan, Fault, Plan, RowPlan, Values
from graph.bulk.sheets import Upload
from graph.cataloguing import numbers
from graph.cataloguing.checking import TAKEN, Found, by_shapes, law_of_axes, missing, number
from graph.cataloguing.drafts import Draft, Drafts, Wanted
from graph.cataloguing.typed import Typed
from graph.cataloguing.writing import Target, linked, write
from graph.ledger.entries import Entry
from graph.ledger.ledger import Kept
from ontology.clearance import Clearance, strictest
from ontology.errors import Conflict, Invalid
from ontology.resource_codes import classification_fault, next_code
from ontology.sentences import Sentence

PART = 500
NUMBER = "dct:identifier"
MOST_DRAFTS = 10_000


def plan_of(upload: Upload, catalogue: Catalogue, drafts: Drafts) -> Plan:
    """Give what an upload would do to a department's catalogue.

    Raises Conflict where the workbook is another department's or another instance's, Invalid where
    it comes from a change that is not known here.
    """
    _ours(upload, catalogue)
    comparing = Comparing(upload, catalogue)
    compared = comparing.compared()
    numbered = Numbering(catalogue, drafts).numbered(compared)
    return comparing.plan(Checking(catalogue, drafts).checked(numbered))


def _ours(upload: Upload, catalogue: Catalogue) -> None:
    if upload.about.owner != catalogue.owner.code or upload.about.base != catalogue.base:
        raise Conflict(
            f"This workbook is the catalogue of “{upload.about.owner}”, not of "
            f"“{catalogue.owner.code}”: choose the right file.",
            f"此工作簿是“{upload.about.owner}”的目录，不是“{catalogue.owner.code}”的，请选择正确的文件。",
        )
    if upload.about.seq > catalogue.seq:
        raise Invalid(
            "The workbook says that it was made from a change that is not here yet.",
            "工作簿注明的变更编号在此尚不存在。",
        )


class Numbering:
    """Gives resource codes where only a classification was written, each once."""

    def __init__(self, catalogue: Catalogue, drafts: Drafts) -> None:
        """Read nothing until a number is asked for."""
        self.catalogue = catalogue
        self.drafts = drafts
        self.used: list[str] = []

    def numbered(self, compared: Iterable[Compared]) -> Iterator[Compared]:
        """Yield the entries with their resource codes."""
        for each in compared:
            said = each.plan.typed.fields.get(NUMBER, ())
            if each.plan.action is not Action.REMOVED and any(map(bare, said)):
                typed = self._typed(each.plan.typed)
                rows = tuple(_numbered(row, typed.fields[NUMBER]) for row in each.plan.rows)
                yield replace(each, plan=replace(each.plan, typed=typed, rows=rows))
            else:
                yield each

    def _typed(self, typed: Typed) -> Typed:
        codes = tuple(self._next(each) if bare(each) else each for each in typed.fields[NUMBER])
        return replace(typed, fields={**typed.fields, NUMBER: codes})

    def _next(self, classification: str) -> str:
        if not self.used:
            view = self.catalogue.instance.snapshots.view(Clearance.GOVERNANCE)
            self.used = [*numbers.used(view.store), *self.drafts.numbers()]
        found = str(next_code(classification, self.used))
        self.used.append(found)
        return found


def _numbered(row: RowPlan, codes: Values) -> RowPlan:
    """Give a row with the resource codes that it will have."""
    cells = (replace(each, after=codes) if each.name == NUMBER else each for each in row.cells)
    return replace(row, cells=tuple(cells))


def bare(code: str) -> bool:
    """Say whether a resource code is a classification that waits for its number."""
    return "/" not in code and classification_fault(code) is None


class Checking:
    """The law of the forms, over many entries at once."""

    def __init__(self, catalogue: Catalogue, drafts: Drafts) -> None:
        """Read which entries of the department are being drafted."""
        self.catalogue = catalogue
        self.store = catalogue.instance.snapshots.view(Clearance.GOVERNANCE).store
        wanted = Wanted(owners=frozenset({catalogue.owner.code}))
        found = drafts.find(wanted, limit=MOST_DRAFTS)
        self.drafted = {each.subject.iri: each for each in found}

    def checked(self, compared: Iterable[Compared]) -> list[EntryPlan]:
        """Give the plans with everything that is wrong, each fault at its cell."""
        held = list(compared)
        there = self._there(held)
        targets = [self._target(at, each, there) for at, each in enumerate(held)]
        written = [
            None if target is None else write(each.plan.typed, target)
            for each, target in zip(held, targets, strict=True)
        ]
        shapes = by_shapes(
            (one.entry, each.plan.typed)
            for each, one in zip(held, written, strict=True)
            if one is not None
        )
        taken: set[str] = set()
        plans = []
        for each, one in zip(held, written, strict=True):
            found: list[Found] = []
            if one is not None:
                found += (Found(wrong.field, wrong.sentence) for wrong in one.wrong)
                found += self._found(each.plan, one.entry, there, taken)
                found += shapes.get(one.entry.iri, ())
            plans.append(self._with(each, found))
        return plans

    def _target(self, at: int, each: Compared, there: Mapping[str, Kept]) -> Target | None:
        """Give what an entry would be written over; None where it is not written."""
        plan = each.plan
        if plan.action is Action.REMOVED or (plan.begun == 0 and _stopped(plan)):
            return None
        kept = self.catalogue.kept.get((plan.kind, plan.code))
        code = f"{self.catalogue.owner.code}-new.{at}"
        target = self.catalogue.target(kept) if kept else self.catalogue.new_target(plan.kind, code)
        return leveled(target, plan.typed, there)

    def _found(
        self, plan: EntryPlan, entry: Entry, there: Mapping[str, Kept], taken: set[str]
    ) -> Iterator[Found]:
        yield from law_of_axes(plan.kind, plan.typed)
        yield from missing(linked(plan.typed, self.catalogue.base), there)
        yield from number(self.store, entry.iri, plan.typed)
        for code in plan.typed.fields.get(NUMBER, ()):
            if "/" in code and code in taken:
                yield Found(NUMBER, TAKEN)
            taken.add(code)

    def _there(self, held: Sequence[Compared]) -> dict[str, Kept]:
        """Give the other things that are named, those that there are."""
        base = self.catalogue.base
        named = list({iri: None for each in held for iri in linked(each.plan.typed, base)})
        found = (
            kept
            for start in range(0, len(named), PART)
            for kept in self.catalogue.instance.ledger.entries_named(named[start : start + PART])
        )
        return {each.iri: each for each in found if each.live}

    def _with(self, each: Compared, found: Iterable[Found]) -> EntryPlan:
        """Give the plan with faults at their cells, each once; advice only where it was touched."""
        plan, faults = each.plan, list(each.plan.faults)
        touched = {cell.name for row in plan.rows for cell in row.cells}
        said = {(fault.sheet, fault.address) for fault in faults if fault.address}
        told: set[tuple[str, str, str]] = set()
        for one in found:
            sheet, address = each.places.get(one.field, (_sheet(plan), ""))
            name = one.field.rpartition(".")[2] if one.field[:6] in PARTS else one.field
            if one.advice and name not in touched:
                continue
            key = (sheet, address or one.field, one.sentence[0])
            if (sheet, address) in said or key in told:
                continue
            told.add(key)
            faults.append(Fault(sheet, address, one.field, one.sentence, advice=one.advice))
        draft = self.drafted.get(plan.iri)
        if draft is not None:
            faults.append(Fault(_sheet(plan), "", "", _drafted(draft), advice=True))
        return replace(plan, faults=tuple(faults))


PARTS = frozenset({"items.", "files."})


def leveled(target: Target, typed: Typed, there: Mapping[str, Kept]) -> Target:
    """Give the target of a service no more open than the strictest dataset that it serves."""
    if target.kind != "service":
        return target
    served = (there[iri] for iri in linked(typed, target.base) if iri in there)
    return replace(target, level=strictest(Clearance.OPEN, *(each.clearance for each in served)))


def _stopped(plan: EntryPlan) -> bool:
    """Say whether it is not even known which entry is meant."""
    return any(each.name in {"@code", "@entry"} for each in plan.faults)


def _sheet(plan: EntryPlan) -> str:
    return plan.rows[0].sheet if plan.rows else plan.faults[0].sheet if plan.faults else ""


def _drafted(draft: Draft) -> Sentence:
    return (
        f"{draft.author} is drafting a new version of this entry: whoever publishes second is told.",
        f"{draft.author} 正在编制此条目的新版本：后发布者会收到提示。",
    )
