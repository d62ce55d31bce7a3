"""A department's workbook of 5,000 rows sent back: how soon its differences stand, how soon it lands.

Every row differs: of each dataset the title, of each item its description, of each file its name.
Reading the same workbook with openpyxl alone is the yardstick beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any, TypeVar

import openpyxl

from graph.bulk.bulks import Bulks, Sent, Wish
from graph.bulk.catalogue import Owner
from graph.bulk.content import of_catalogue
from graph.bulk.keeping import Bulk
from graph.bulk.sheets import CODE, ENTRY, FILE, ITEM, MARK, About, Sheet
from graph.bulk.workbook import Content, Row, workbook
from graph.instance import Instance
from ontology.actions import Action
from ontology.code_lists import code_list
from ontology.people import Grant, Person, Role
from tests.bench.figures import Figure
from tests.bench.town import Town
from web.cataloguing.bulk_sheets import columns, sheets

ROWS = 5_000
ITEMS = 8  # of each dataset, beside its own row and that of its file
PREVIEW, LANDING = 5.0, 10.0  # seconds
OWNER = Owner(f"bench{datetime.now(UTC):%d%H%M%S}")  # of this run alone: a catalogue may be kept
WRITTEN = {"dataset": "dct:title@zh", ITEM: "dct:description@zh", FILE: "dct:title@zh"}
Told = Callable[[str], None]
T = TypeVar("T")


def bulk(town: Town, tell: Told, rows: int = ROWS) -> Iterator[Figure]:
    """Send a catalogue of so many new rows to a served instance, then all of them changed."""
    with town.opened() as instance, town.served():
        uploads = Bulks(instance)
        yield from sent_and_landed(uploads, new_rows(uploads, rows), "new", tell)
        yield from sent_and_landed(uploads, changed_rows(uploads), "changed", tell)


def sent_and_landed(uploads: Bulks, data: bytes, name: str, tell: Told) -> Iterator[Figure]:
    """Send a workbook and land all of it."""
    alone, count = timed(partial(read_alone, data))
    preview, sent = timed(partial(receive, uploads, data))
    counts = uploads.keeping.counts(sent.id)
    tell(f"{sent.rows} rows, {counts.all} entries, {counts.faults} with faults")
    assert (counts.faults, sent.unchanged, sent.rows) == (0, 0, count)
    landing, done = timed(partial(landed, uploads, sent))
    assert uploads.instance.published() >= (done.seq or 0) > 0
    told = f"openpyxl alone reads it in {alone:.2f} s"
    yield figure(f"an upload of {count:,} {name} rows, previewed", preview, PREVIEW, told)
    yield figure(f"an upload of {count:,} {name} rows, landed", landing, LANDING)


def figure(name: str, seconds: float, limit: float, against: str = "") -> Figure:
    """Make the figure of a time that was taken once."""
    return Figure(name, f"≤ {limit:g} s", f"{seconds:.2f} s", against, met=seconds <= limit)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Do something; give how long it took, and what came of it."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def read_alone(data: bytes) -> int:
    """Read every cell of a workbook; count the rows of its sheets but hidden heads."""
    book = openpyxl.load_workbook(BytesIO(data), read_only=True)
    found = 0
    for sheet in book.worksheets[1:-2]:
        found += sum(1 for row in sheet.iter_rows(min_row=3, values_only=True) if any(row))
    return found


def receive(uploads: Bulks, data: bytes) -> Bulk:
    """Send a workbook and have it compared."""
    sent = Sent("bench.xlsx", data, OWNER, datetime.now(UTC))
    return uploads.receive(sent, columns(), person("writer", Role.CATALOGUER))


def landed(uploads: Bulks, sent: Bulk) -> Bulk:
    """Take the four steps; the last returns when everyone can read it."""
    for name, role, action in (
        ("writer", Role.CATALOGUER, Action.SUBMIT),
        ("approver", Role.APPROVER, Action.APPROVE),
        ("office", Role.REVIEWER, Action.REVIEW),
        ("office", Role.REVIEWER, Action.PUBLISH),
    ):
        wish = Wish(action, datetime.now(UTC), sent.revision)
        sent = uploads.take(sent, person(name, role), wish)
    return sent


def person(name: str, role: Role) -> Person:
    """Give somebody who holds a role where it counts."""
    holder = None if role is Role.REVIEWER else OWNER.code
    return Person(name, (Grant(role, holder),), verified=True)


def new_rows(uploads: Bulks, rows: int) -> bytes:
    """Give a workbook of datasets that are not there yet, with items and a file each."""
    now = f"{datetime.now(UTC):%H%M%S}"
    entries = range(rows // (ITEMS + 2))
    by_kind: dict[str, list[dict[str, str]]] = {
        "dataset": [dataset(at, now) for at in entries],
        ITEM: [item(at, number) for at in entries for number in range(ITEMS)],
        FILE: [file(at) for at in entries],
    }
    contents = [Content(each, list(map(touched, by_kind.get(each.kind, [])))) for each in sheets()]
    return made(uploads, contents)


def changed_rows(uploads: Bulks) -> bytes:
    """Give the department's workbook with something else in every row."""
    contents = of_catalogue(uploads.catalogue(OWNER), sheets(), "zh")
    again = [
        Content(each.sheet, [other(each.sheet, row) for row in each.rows]) for each in contents
    ]
    return made(uploads, again)


def other(sheet: Sheet, row: Row | None) -> Row:
    """Give a row that says something else."""
    assert row is not None
    name = WRITTEN[sheet.kind]
    return touched({**row, name: f"{row.get(name, '')}（改）"})


def touched(row: Row) -> Row:
    """Give a row with a mark that is not its own, as one has that was edited after the download."""
    return {**row, MARK: "another"}


def made(uploads: Bulks, contents: Sequence[Content]) -> bytes:
    """Write a workbook as a download is written."""
    instance: Instance = uploads.instance
    about = About(OWNER.code, "zh", instance.published(), instance.home.settings.base)
    return workbook(about, contents, [("Read me", "说明")])


def dataset(at: int, now: str) -> dict[str, str]:
    """Give the row of a dataset."""
    return {
        CODE: f"新{at}",
        "dct:title@zh": f"批量数据集{at} {now}",
        "dct:description@zh": "逐行登记的数据，含编号、名称、日期与状态，按月更新。" * 2,
        "gov:sharingType": word("sharing", "unconditional"),
        "gov:opennessType": word("openness", "unconditional"),
        "dcat:theme": word("theme", "transport"),
        "dcat:keyword@zh": "批量；登记；测试",
    }


def item(at: int, number: int) -> dict[str, str]:
    """Give the row of a data item."""
    return {
        ENTRY: f"新{at}",
        "csvw:title@zh": f"数据项{number}",
        "csvw:name": f"field_{number}",
        "gov:dataType": "字符型",
        "gov:length": "50",
        "dct:description@zh": "说明此数据项的含义与取值。",
    }


def file(at: int) -> dict[str, str]:
    """Give the row of a file."""
    return {
        ENTRY: f"新{at}",
        "dct:title@zh": "CSV 文件",
        "dcat:downloadURL": f"https://data.example.cn/{at}.csv",
    }


def word(name: str, notation: str) -> str:
    """Give the Chinese word of a code."""
    found: Any = code_list(name).by_notation(notation)
    return str(found.zh)
