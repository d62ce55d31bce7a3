"""A catalogue in a spreadsheet, as entries: every row lands, is mended and lands, or is set aside.

A mapping says which columns are the key. Rows of one key that say the same are one entry; rows
that differ are told apart by the mapping's further columns, and where these do not, the fullest
lands and the others are set aside. The outcome does not depend on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from graph.harvest.tables.making import Maker, day_of, notation
from graph.harvest.tables.mapping import Mapping, bound_columns, detect
from graph.harvest.tables.properties import CATALOGUED, KINDS
from graph.harvest.tables.reading import Reader, Said
from graph.harvest.tables.rows import Fault, Row, Rows, read_rows
from graph.harvest.tables.spool import Spool
from graph.ledger.entries import Context, Delivery, Entry, Finding, Quarantined

__all__ = ["deliveries", "detect", "read_rows"]


@dataclass(frozen=True, slots=True)
class Built:
    """One row (or one dataset's rows) as an entry, or with the reason why not."""

    rows: tuple[Row, ...]
    said: Said
    entry: Entry | None


def deliveries(rows: Rows, mapping: Mapping, context: Context) -> Iterator[Delivery]:
    """Give what each record of a table gives: an entry, or its original set aside.

    The rows of all deliveries together are the rows of the file; a department or system that is
    new has none. Raises Invalid where the table lacks a column that the mapping needs.
    """
    reader = Reader(mapping, context, bound_columns(rows, mapping))
    return _Catalogue(rows, reader, Maker(mapping, context)).deliveries()


class Unread:
    """The columns that the mapping does not name: what they hold is said, not dropped silently."""

    def __init__(self, header: Iterable[str], named: Iterable[str]) -> None:
        """Watch the columns of a header that are not `named`."""
        known = set(named)
        self.filled = {name: 0 for name in header if name and name not in known}
        self.examples: dict[str, str] = {}

    def look(self, row: Row) -> None:
        """Count the cells that nobody reads."""
        for name in self.filled:
            if value := row.cells.get(name, "").strip():
                self.filled[name] += 1
                self.examples.setdefault(name, value)

    def told(self) -> Iterator[Delivery]:
        """Give one finding for each such column that holds anything."""
        findings = tuple(
            _unread_column(name, count, self.examples[name])
            for name, count in self.filled.items()
            if count
        )
        if findings:
            yield Delivery(findings=findings, rows=0)


class _Catalogue:
    """One table under way."""

    def __init__(self, rows: Rows, reader: Reader, maker: Maker) -> None:
        self.rows = rows
        self.reader = reader
        self.maker = maker
        self.mapping = maker.mapping

    def deliveries(self) -> Iterator[Delivery]:
        """Read all rows, then give their deliveries."""
        named = (*self.mapping.key, *self.mapping.distinguish)
        bound = self.reader.bound
        unread = Unread(self.rows.header, [*bound.values(), *(bound.get(n, n) for n in named)])
        with Spool() as spool:
            for row in self.rows:
                unread.look(row)
                spool.add(self._spool_key(row), row)
            yield from unread.told()
            for members in spool.groups():
                found = list(self._group(members))
                yield from self._made()
                yield from found

    def _spool_key(self, row: Row) -> str:
        """Give what a row is put by under: its key; alone where it has none or does not read."""
        key = self._key(row)
        return f"\0{row.number}" if row.fault or not all(key) else "\x1f".join(key)

    def _key(self, row: Row) -> tuple[str, ...]:
        """Give the text of the key columns."""
        return tuple(self.reader.cell(row, name) for name in self.mapping.key)

    def _made(self) -> Iterator[Delivery]:
        """Yield departments and systems that the catalogue named for the first time."""
        for entry, unknown in self.reader.providers.made():
            findings = (_unknown_body(entry),) if unknown else ()
            yield Delivery(entry=entry, findings=findings, rows=0)
        for entry in self.reader.systems.made():
            yield Delivery(entry=entry, rows=0)

    def _group(self, members: list[Row]) -> Iterator[Delivery]:
        """Give the deliveries of the rows of one key."""
        row = members[0]
        if row.fault:
            yield self._set_aside(row, row.fault)
        elif missing := [name for name in self.mapping.key if not self.reader.cell(row, name)]:
            yield self._set_aside(row, _no_key(missing))
        elif self.mapping.row == "item":
            yield from self._datasets(members)
        elif len(members) == 1:
            yield self._delivery(self._build(members, self._key(row)))
        else:
            yield from self._same_key(members)

    def _datasets(self, members: list[Row]) -> Iterator[Delivery]:
        """Give the dataset whose items the rows are; a row that cannot be an item is set aside."""
        key = self._key(members[0])
        ordered = sorted(members, key=lambda row: (sorted(row.cells.items()), row.number))
        built = self._build(ordered, key)
        if built.entry is None:
            alone = [self._build([row], key) for row in ordered]
            yield from (self._delivery(each) for each in alone if each.entry is None)
            fine = [each.rows[0] for each in alone if each.entry]
            if not fine:
                return
            built = self._build(fine, key)
        yield self._delivery(built)

    def _build(self, members: Sequence[Row], key: tuple[str, ...]) -> Built:
        """Read rows as one entry."""
        said = self.reader.said(members)
        title = KINDS[self.mapping.kind].title
        if not said.entry.get(title):
            said.refuse("no-title", "it has no title", "没有名称")
        entry = None if said.refusal else self.maker.entry(said, key)
        if entry and self.mapping.kind in CATALOGUED:
            _look_over(said, self.maker.context.today)
        return Built(tuple(members), said, entry)

    def _delivery(self, built: Built) -> Delivery:
        """Give what an entry's rows gave."""
        if built.entry is None:
            assert built.said.refusal, "what has no entry has a reason"
            return self._set_aside(built.rows[0], built.said.refusal, built.rows)
        return Delivery(
            entry=built.entry,
            repairs=tuple(built.said.repairs),
            findings=tuple(built.said.findings),
            rows=len(built.rows),
        )

    def _same_key(self, members: list[Row]) -> Iterator[Delivery]:
        """Give the deliveries of several rows of one key."""
        key = self._key(members[0])
        built = [self._build([row], key) for row in members]
        yield from (self._delivery(each) for each in built if each.entry is None)
        different: dict[str, Built] = {}
        for each in built:
            if each.entry:
                known = different.setdefault(each.entry.digest(), each)
                if known is not each:
                    different[each.entry.digest()] = _joined(known, each)
        apart = list(different.values())
        if len(apart) < 2:  # noqa: PLR2004 - one or none: nothing to tell apart
            yield from (self._delivery(each) for each in apart)
        elif names := self._telling_apart(apart):
            yield from (self._extended(each, key, names) for each in apart)
        else:
            yield from self._fullest(apart)

    def _telling_apart(self, apart: list[Built]) -> tuple[str, ...]:
        """Give the fewest of the mapping's further columns under which all differ."""
        for count in range(1, len(self.mapping.distinguish) + 1):
            names = self.mapping.distinguish[:count]
            texts = {
                tuple(self.reader.cell(each.rows[0], name) for name in names) for each in apart
            }
            if len(texts) == len(apart):
                return names
        return ()

    def _extended(self, built: Built, key: tuple[str, ...], names: tuple[str, ...]) -> Delivery:
        """Give an entry under its key with further columns."""
        more = tuple(self.reader.cell(built.rows[0], name) for name in names)
        longer = self._build(built.rows[:1], (*key, *more))
        longer.said.repairs.update(built.said.repairs)
        said = " + ".join(names)
        longer.said.mend("distinguished", "key", " / ".join(key), f"{' / '.join(more)} ({said})")
        return self._delivery(replace(longer, rows=built.rows))

    def _fullest(self, apart: list[Built]) -> Iterator[Delivery]:
        """Let the fullest record land and set the others aside, each naming it."""
        ranked = sorted(apart, key=_fullness)
        landed = ranked[0]
        yield self._delivery(landed)
        for each in ranked[1:]:
            yield self._set_aside(
                each.rows[0], _conflict(each.rows[0].number, landed.rows[0].number), each.rows
            )

    def _set_aside(self, row: Row, fault: Fault, rows: Sequence[Row] = ()) -> Delivery:
        """Give a record's original with the reason why it does not land."""
        originals = [self.rows.original(each) for each in (rows or [row])]
        header = originals[0].split("\n", 1)[0] + "\n" if len(originals) > 1 else ""
        text = originals[0] + "".join(each.removeprefix(header) for each in originals[1:])
        numbers = ", ".join(str(each.number) for each in (rows or [row]))
        en, zh = fault.why
        return Delivery(
            quarantined=Quarantined(
                where=f"row {numbers}",
                title=self._title(row),
                rule=fault.rule,
                why=(f"Row {numbers}: {en}.", f"第 {numbers} 行：{zh}。"),
                original=text,
                format="json" if row.fault and self.rows.format == "json" else "csv",
            ),
            rows=len(rows) or 1,
        )

    def _title(self, row: Row) -> str:
        """Give a row's title for the report, else the first text in it."""
        title = KINDS[self.mapping.kind].title
        names = [each.name for each in self.mapping.columns if each.says == title]
        texts = [self.reader.cell(row, name) for name in names]
        return next(filter(None, [*texts, *row.cells.values()]), "")


def _joined(known: Built, again: Built) -> Built:
    """Put a row that says the same to the one that stands for both; the fewer mended stands."""
    first, second = sorted(
        (known, again), key=lambda each: (len(each.said.repairs), *_fullness(each))
    )
    row = again.rows[0].number
    first.said.mend("duplicate", "key", f"row {row}", f"row {known.rows[0].number}")
    return replace(first, rows=(*first.rows, *second.rows))


def _fullness(built: Built) -> tuple[int, list[tuple[str, str]]]:
    """Give what records are ranked by: the fuller first, then by their text, never by place."""
    cells = built.rows[0].cells
    return -sum(bool(cell.strip()) for cell in cells.values()), sorted(cells.items())


def _unread_column(name: str, count: int, example: str) -> Finding:
    """Say that a column holds something that the mapping gives no place."""
    return Finding(
        rule="unmapped-column",
        property=name,
        value=example,
        why=(
            f"The mapping does not name this column; {count} cells of it were not read.",
            f"映射中没有这一列，其中 {count} 个单元格未被读取。",
        ),
    )


def _no_key(missing: Sequence[str]) -> Fault:
    """Say that a row lacks a part of its key."""
    names = "、".join(missing)
    return Fault("no-key", (f"nothing stands in the key column {names}", f"键列“{names}”是空的"))


def _conflict(row: int, landed: int) -> Fault:
    """Say that two rows of one key differ."""
    en = (
        f"rows {landed} and {row} have the same key and say different things; row {landed} "
        "landed. Name columns that tell them apart under `distinguish` in the mapping"
    )
    zh = (
        f"第 {landed} 行与第 {row} 行的键相同而内容不同，已采用第 {landed} 行；"
        "请在映射的 distinguish 中指定能区分它们的列"
    )
    return Fault("conflict", (en, zh))


def _unknown_body(entry: Entry) -> Finding:
    """Ask a person to look at a department nobody knew."""
    en = (
        f"“{entry.title}” is in neither the register nor the mapping's aliases; a department "
        f"{entry.code} was made for it"
    )
    zh = f"“{entry.title}”不在部门名录和映射别名中，已为其新建部门 {entry.code}"
    return Finding("unknown-provider", "dct:publisher", entry.title, (en, zh))


# What a catalogue leaves wrong in a dataset: rule -> (property, en, zh).
DATASET_FINDINGS: dict[str, tuple[str, str, str]] = {
    "open-without-format": (
        "dcat:distribution",
        "Open without conditions, yet no format is given: nothing can be fetched.",
        "无条件开放，却没有数据格式，无法获取。",
    ),
    "conditional-with-formats": (
        "dcat:distribution",
        "Open on conditions, yet file formats are listed as if anyone could fetch them.",
        "有条件开放，却列出了可下载的格式。",
    ),
    "modified-before-issued": (
        "dct:modified",
        "Changed before it was first published.",
        "更新日期早于首次发布日期。",
    ),
    "in-the-future": ("dct:modified", "The day lies in the future.", "日期在未来。"),
    "no-description": ("dct:description", "There is no description.", "没有摘要。"),
    "repeated-item": (
        "csvw:title",
        "Two data items of this dataset have the same name.",
        "同一数据集中有同名数据项。",
    ),
}


def _look_over(said: Said, today: str) -> None:
    """Report what is wrong with a dataset and stays as it is."""
    for rule, value in _wrong(said, today):
        name, en, zh = DATASET_FINDINGS[rule]
        said.doubt(rule, name, value, (en, zh))


def _wrong(said: Said, today: str) -> Iterator[tuple[str, str]]:
    """Yield the rules a dataset breaks, with the value."""
    openness = notation(said.entry, "gov:opennessType")
    offered = ", ".join(
        each.value.rsplit("/", 1)[-1] for each in said.distribution.get("dct:format", [])
    )
    if openness == "unconditional" and not offered:
        yield "open-without-format", ""
    if openness == "conditional" and offered:
        yield "conditional-with-formats", offered
    if not said.entry.get("dct:description"):
        yield "no-description", ""
    yield from _wrong_days(said, today)
    names = [each.value for item in said.items for each in item.get("csvw:title", [])]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "repeated-item", name


def _wrong_days(said: Said, today: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the days of publishing and change."""
    issued = day_of(said.entry.get("dct:issued", []))
    modified = day_of(said.entry.get("dct:modified", []))
    if issued and modified and modified < issued:
        yield "modified-before-issued", f"{modified} < {issued}"
    if today > "1970-01-01":
        for day in (issued, modified):
            if day > today:
                yield "in-the-future", day
