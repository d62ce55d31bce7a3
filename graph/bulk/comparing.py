"""Holds an upload against the catalogue, cell by cell, three ways: then, now, and as sent.

What the workbook was made from is known by its change number. A cell that its editor did not touch
changes nothing, whatever happened since; one that somebody else changed too is a conflict, which is
shown and lands only where it is chosen by name. A row that is not there removes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graph.bulk.catalogue import Catalogue
from graph.bulk.plans import Action, CellPlan, EntryPlan, Fault, Plan, RowPlan, Values
from graph.bulk.sheets import (
    CODE,
    ENTRY,
    OWN_COLUMNS,
    PARTS,
    REASON,
    REMOVE,
    Cell,
    SentRow,
    SentSheet,
    Upload,
    has_parts,
    mark_of,
)
from graph.bulk.values import meant, near, shown, yes
from graph.cataloguing.typed import FILE, ITEM, NAME, Row, Typed, changed, reading, tidy
from graph.ledger.ledger import Kept
from ontology.sentences import Sentence

NEW_CODE = re.compile(r"(?:new|新)\s*\S{0,40}", re.IGNORECASE)
COLUMNS = {"item": ITEM, "file": FILE}
FORMULA: Sentence = (
    "A formula stands here. Formulas are not read: write the value itself.",
    "此处是公式。系统不读取公式，请直接填写值。",
)
TWICE: Sentence = (
    "This code stands in another row already: one row an entry.",
    "此代码已在另一行出现：每个条目只占一行。",
)
NEITHER: Sentence = ("Write yes, or leave it empty.", "请填“是”，或留空。")
ONE_ONLY: Sentence = ("Only one value can stand here.", "此处只能有一个值。")
WHY: Sentence = (
    "An entry is removed with its reason: write it in the column for it.",
    "移除条目须写明原因，请填写在原因一栏。",
)
NO_ENTRY: Sentence = (
    "Say which entry this row belongs to: its code, or “new 1” for a new one above.",
    "请注明此行属于哪个条目：填写条目代码，新条目填“新1”等。",
)


@dataclass(slots=True)
class Gathered:
    """What an upload says of one entry: its own row, the rows of its parts, faults so far."""

    kind: str
    code: str
    kept: Kept | None
    own: tuple[SentSheet, SentRow] | None = None
    parts: list[tuple[SentSheet, SentRow]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry with what it would say, before it is checked.

    `places` maps fields ("items.3.gov:length") to the sheet and the address of their cells.
    """

    plan: EntryPlan
    places: dict[str, tuple[str, str]]


class Comparing:
    """One upload against one department's catalogue."""

    def __init__(self, upload: Upload, catalogue: Catalogue) -> None:
        """Begin with an empty table of entries."""
        self.upload = upload
        self.catalogue = catalogue
        self.language = upload.about.language
        self.base = catalogue.base
        self.entries: dict[tuple[str, str], Gathered] = {}
        self.notices: list[Fault] = []

    def compared(self) -> list[Compared]:
        """Give every entry that would differ, or has a fault, in the order of the workbook."""
        self._notices()
        for sheet in self.upload.sheets:
            if sheet.kind not in PARTS:
                self._gather(sheet)
        for sheet in self.upload.sheets:
            if sheet.kind in PARTS:
                self._gather_parts(sheet)
        found = (self._compare(each) for each in self.entries.values())
        return [each for each in found if each is not None]

    def plan(self, entries: Iterable[EntryPlan]) -> Plan:
        """Give the plan of the entries, checked by now."""
        held = tuple(entries)
        stirred = {(row.sheet, row.number) for each in held for row in each.rows}
        rows = self.upload.size
        return Plan(held, tuple(self.notices), rows, rows - len(stirred))

    # Which rows speak of which entry -------------------------------------------------------------

    def _notices(self) -> None:
        for sheet in self.upload.sheets:
            for name in sheet.unknown:
                words = (
                    f"Column “{name}” is not one of ours: it was not read.",
                    f"“{name}”列不是本系统的列，未读取。",
                )
                self.notices.append(Fault(sheet.title, "", name, words, advice=True))
        for title in self.upload.strange:
            words = (
                f"Sheet “{title}” is not one of ours: it was not read.",
                f"“{title}”不是本系统的工作表，未读取。",
            )
            self.notices.append(Fault(title, "", "", words, advice=True))

    @staticmethod
    def _untouched(row: SentRow) -> bool:
        """Say whether a row is as it was written, so that nothing of it need be looked at."""
        return bool(row.mark) and row.mark == mark_of(
            (name, cell.text) for name, cell in row.cells.items()
        )

    def _gather(self, sheet: SentSheet) -> None:
        for row in sheet.rows:
            code = row.text(CODE)
            if not any(cell.text for cell in row.cells.values()) or self._untouched(row):
                continue
            kept = self.catalogue.kept.get((sheet.kind, code))
            new = kept is None and (not code or NEW_CODE.fullmatch(code) is not None)
            name = code or f"new @{sheet.kind}.{row.number}"
            gathered = self.entries.setdefault(
                (sheet.kind, name), Gathered(sheet.kind, "" if new else code, kept)
            )
            if gathered.own is not None:
                gathered.faults.append(_fault(sheet, row, CODE, TWICE))
                continue
            gathered.own = (sheet, row)
            if kept is None and not new:
                near_codes = self.catalogue.codes(sheet.kind)
                gathered.faults.append(_fault(sheet, row, CODE, _no_such(code, near_codes)))

    def _gather_parts(self, sheet: SentSheet) -> None:
        for row in sheet.rows:
            if not any(cell.text for cell in row.cells.values()) or self._untouched(row):
                continue
            name = row.text(ENTRY) or row.text(CODE).rpartition(".")[0]
            found = self._entry_of(name)
            if found is not None:
                found.parts.append((sheet, row))
                continue
            codes = [*self.catalogue.codes("dataset"), *self.catalogue.codes("layer")]
            words = _no_such(name, codes) if name else NO_ENTRY
            lone = Gathered("dataset", name, None, faults=[_fault(sheet, row, ENTRY, words)])
            lone.parts.append((sheet, row))
            self.entries["", f"{sheet.kind}.{row.number}"] = lone

    def _entry_of(self, name: str) -> Gathered | None:
        for kind in ("dataset", "layer"):
            if (kind, name) in self.entries:
                return self.entries[kind, name]
            kept = self.catalogue.kept.get((kind, name))
            if kept is not None:
                return self.entries.setdefault((kind, name), Gathered(kind, name, kept))
        return None

    # What differs ---------------------------------------------------------------------------------

    def _compare(self, gathered: Gathered) -> Compared | None:
        one = Entry(self, gathered)
        return one.compared()

    def then_and_now(self, kept: Kept | None) -> tuple[Typed, Typed]:
        """Give what an entry said when the workbook was made, and what it says now."""
        if kept is None:
            return Typed(), Typed()
        now = self.catalogue.typed(kept)
        if kept.seq <= self.upload.about.seq:
            return now, now
        return self.catalogue.typed_then(kept, self.upload.about.seq), now


class Entry:
    """One entry being compared."""

    def __init__(self, comparing: Comparing, gathered: Gathered) -> None:
        """Read what it said then and says now."""
        self.comparing = comparing
        self.gathered = gathered
        self.then, self.now = comparing.then_and_now(gathered.kept)
        self.rows: list[RowPlan] = []
        self.faults = list(gathered.faults)
        self.places: dict[str, tuple[str, str]] = {}
        self.fields = {name: tuple(each) for name, each in self.now.fields.items()}
        self.items = [dict(each) for each in self.now.items]
        self.files = [dict(each) for each in self.now.files]

    def compared(self) -> Compared | None:
        """Give what it would be, None where nothing differs and nothing is wrong."""
        gathered = self.gathered
        removed = gathered.own is not None and self._removed(*gathered.own)
        if gathered.own is not None and not removed:
            self._own(*gathered.own)
        if not removed and (gathered.kept is not None or not gathered.faults):
            for sheet, row in gathered.parts:
                self._part(sheet, row)
        if not self.rows and not self.faults:
            return None
        typed = tidy(gathered.kind, self.fields, self.items, self.files)
        places = moved(self.places, {"items": self.items, "files": self.files})
        return Compared(self._plan(typed, removed=removed), places)

    def _plan(self, typed: Typed, *, removed: bool) -> EntryPlan:
        gathered, kept = self.gathered, self.gathered.kept
        reason = gathered.own[1].text(REASON) if gathered.own else ""
        action = Action.REMOVED if removed else Action.CHANGED if kept else Action.NEW
        return EntryPlan(
            kind=gathered.kind,
            code=kept.code if kept else gathered.code,
            iri=kept.iri if kept else "",
            source=kept.source if kept else "",
            key=kept.key if kept else "",
            begun=kept.seq if kept else 0,
            title=typed.title or (kept.title if kept else gathered.code),
            action=action,
            rows=tuple(self.rows),
            faults=tuple(self.faults),
            typed=self.now if removed else typed,
            changed=changed(self.now, typed) if kept and not removed else (),
            reason=reason,
        )

    def _removed(self, sheet: SentSheet, row: SentRow) -> bool:
        """See whether the row says that the entry shall go."""
        said = yes(row.text(REMOVE))
        if said is None:
            self.faults.append(_fault(sheet, row, REMOVE, NEITHER))
        if not said or self.gathered.kept is None:
            return False
        if not row.text(REASON):
            self.faults.append(_fault(sheet, row, REASON, WHY))
        code, title = self.gathered.code, self.gathered.kept.title
        self.rows.append(RowPlan(sheet.title, row.number, sheet.kind, code, title, Action.REMOVED))
        return True

    def _own(self, sheet: SentSheet, row: SentRow) -> None:
        cells = []
        for name, cell in row.cells.items():
            if name in OWN_COLUMNS:
                continue
            self.places[name] = (sheet.title, cell.address)
            plan = self._cell(
                sheet, name, cell, (self.then.fields.get(name, ()), self.now.fields.get(name, ()))
            )
            if plan is not None:
                cells.append(plan)
                self.fields[name] = plan.after
        new = self.gathered.kept is None
        if cells or new:
            action = Action.NEW if new else Action.CHANGED
            title = shown_title(self.fields)
            code = self.gathered.code
            self.rows.append(
                RowPlan(sheet.title, row.number, sheet.kind, code, title, action, tuple(cells))
            )

    def _cell(
        self, sheet: SentSheet, name: str, cell: Cell, states: tuple[Values, Values]
    ) -> CellPlan | None:
        """Compare one cell; None where its editor changed nothing of it."""
        then, now = states
        if cell.formula:
            self.faults.append(Fault(sheet.title, cell.address, name, FORMULA))
            return None
        language, base = self.comparing.language, self.comparing.base
        if cell.text == shown(name, then, language, base):
            return None
        values, wrong = meant(name, cell.text, base)
        if wrong is not None:
            self.faults.append(Fault(sheet.title, cell.address, name, wrong))
        if same(name, values, now) or same(name, values, then):
            return None
        theirs = None if then == now else now
        return CellPlan(cell.address, name, then, values, theirs)

    # Rows of items and files ------------------------------------------------------------------------

    def _part(self, sheet: SentSheet, row: SentRow) -> None:
        if not has_parts(self.gathered.kind):
            return
        which = PARTS[sheet.kind]
        held: list[Row] = getattr(self, which)
        own = self._own_name(sheet, row)
        at = next((at for at, each in enumerate(held) if each.get(NAME) == own), None)
        code = row.text(CODE)
        if own and at is None:
            known = [f"{self.gathered.code}.{each[NAME]}" for each in held if NAME in each]
            self.faults.append(_fault(sheet, row, CODE, _no_such(code, known)))
            return
        said = yes(row.text(REMOVE))
        if said is None:
            self.faults.append(_fault(sheet, row, REMOVE, NEITHER))
        if said:
            self._part_removed(sheet, row, held, at)
            return
        if at is None:
            held.append({})
            at = len(held) - 1
        self._part_cells(sheet, row, held, at)

    def _own_name(self, sheet: SentSheet, row: SentRow) -> str:
        """Give the last part of the name of an item or file that is there; "" for a new one."""
        del sheet
        code = row.text(CODE)
        if not code or NEW_CODE.fullmatch(code):
            return ""
        return code.removeprefix(f"{self.gathered.code}.")

    def _part_removed(
        self, sheet: SentSheet, row: SentRow, held: list[Row], at: int | None
    ) -> None:
        if at is None:
            return
        title = shown_title({name: (text,) for name, text in held[at].items()})
        code = row.text(CODE)
        self.rows.append(RowPlan(sheet.title, row.number, sheet.kind, code, title, Action.REMOVED))
        held[at] = {}  # rows that say nothing are left out when it is tidied

    def _part_cells(self, sheet: SentSheet, row: SentRow, held: list[Row], at: int) -> None:
        which, now = PARTS[sheet.kind], held[at]
        own = now.get(NAME, "")
        then = self._then(which, own)
        cells = []
        for name, cell in row.cells.items():
            if name in OWN_COLUMNS or name not in COLUMNS[sheet.kind]:
                continue
            self.places[f"{which}.{at}.{name}"] = (sheet.title, cell.address)
            plan = self._cell(sheet, name, cell, (_one(then, name), _one(now, name)))
            if plan is not None and len(plan.after) > 1:
                self.faults.append(Fault(sheet.title, cell.address, name, ONE_ONLY))
            if plan is not None:
                cells.append(plan)
        held[at] = {**now, **{each.name: _joined(each.after) for each in cells}}
        if cells:
            action = Action.CHANGED if own else Action.NEW
            title = shown_title({name: (text,) for name, text in held[at].items()})
            code = row.text(CODE)
            self.rows.append(
                RowPlan(sheet.title, row.number, sheet.kind, code, title, action, tuple(cells))
            )

    def _then(self, which: str, own: str) -> Row:
        rows: Sequence[Row] = getattr(self.then, which)
        return next((each for each in rows if own and each.get(NAME) == own), {})


def moved(
    places: dict[str, tuple[str, str]], rows: dict[str, list[Row]]
) -> dict[str, tuple[str, str]]:
    """Give where the cells of rows are once rows that say nothing are left out."""
    now: dict[str, str] = {}
    for which, held in rows.items():
        full = [at for at, row in enumerate(held) if any(row[name] for name in row if name != NAME)]
        now |= {f"{which}.{was}": f"{which}.{at}" for at, was in enumerate(full)}
    found = {}
    for field_, place in places.items():
        which, _, rest = field_.partition(".")
        at, _, name = rest.partition(".")
        head = now.get(f"{which}.{at}")
        if which not in rows:
            found[field_] = place
        elif head is not None:
            found[f"{head}.{name}"] = place
    return found


def same(name: str, values: Values, other: Values) -> bool:
    """Say whether two lists of values say the same; order counts for nothing where many may be."""
    return set(values) == set(other) if reading(name).many else values == other


def shown_title(fields: dict[str, Values]) -> str:
    """Give what a row is called."""
    names = ("dct:title@zh", "csvw:title@zh", "csvw:name", "dct:title@en", "dcat:downloadURL")
    return next((fields[name][0] for name in names if fields.get(name)), "")


def _one(row: Row, name: str) -> Values:
    return (row[name],) if row.get(name) else ()


def _joined(values: Values) -> str:
    return values[0] if values else ""


def _fault(sheet: SentSheet, row: SentRow, name: str, sentence: Sentence) -> Fault:
    cell = row.cells.get(name)
    address = cell.address if cell else f"{sheet.letters.get(name, 'A')}{row.number}"
    return Fault(sheet.title, address, name, sentence)


def _no_such(code: str, known: Iterable[str]) -> Sentence:
    """Say that there is no such entry of the department's, and which codes are near."""
    alike = near(code, known) if code else []
    return (
        f"The department keeps no entry “{code}”; for a new one leave the code empty or write "
        "“new 1”." + (f" Near: {', '.join(alike)}." if alike else ""),
        f"本部门没有代码为“{code}”的条目；新条目请留空或填“新1”。"
        + (f"相近的有：{'、'.join(alike)}。" if alike else ""),
    )
