"""The sheets of a workbook as the forms name things: labels and help from the shapes, both languages."""

from __future__ import annotations

from functools import cache

from graph.bulk.sheets import CODE, ENTRY, FILE, ITEM, MARK, REASON, REMOVE, Column, Sheet
from graph.cataloguing.typed import FIELDS
from ontology.sentences import Sentence
from web.cataloguing.asks import Ask, file_asks, form_of, item_asks

TITLES: dict[str, Sentence] = {
    "dataset": ("Datasets", "数据集"),
    "layer": ("Map layers", "图层"),
    "service": ("Interfaces", "接口"),
    "system": ("Information systems", "信息系统"),
    ITEM: ("Data items", "数据项"),
    FILE: ("Files", "文件"),
}
OWN: dict[str, tuple[Sentence, Sentence]] = {
    CODE: (
        ("Code", "代码"),
        (
            (
                "Tells which entry the row is: do not change it. Leave it empty for a new one, or write "
                "“new 1” so that other sheets can name it."
            ),
            "用于识别条目，请勿修改。新条目请留空，或填“新1”以便其他工作表引用。",
        ),
    ),
    ENTRY: (
        ("Code of the entry", "所属条目代码"),
        (
            "The dataset or layer that it belongs to; of a new one “new 1”, as it is named there.",
            "所属数据集或图层的代码；属于新条目的，填该条目的“新1”。",
        ),
    ),
    REMOVE: (
        ("Remove", "移除"),
        (
            "Choose yes to remove it. Deleting the row removes nothing.",
            "选“是”即移除；删除该行不会移除。",
        ),
    ),
    REASON: (
        ("Reason for removing", "移除原因"),
        ("Needed to remove an entry; it is kept and shown.", "移除条目须写明，原因将留存并显示。"),
    ),
    MARK: (("Mark", "标记"), ("", "")),
}
GUIDE: tuple[Sentence, ...] = (
    ("How to edit this workbook", "如何编辑此工作簿"),
    (
        (
            "Each sheet holds one kind, each row one entry, data item or file. Change what is to be "
            "changed and upload the workbook where you downloaded it; nothing changes before you have "
            "looked at every difference and handed it in."
        ),
        (
            "每个工作表对应一类内容，每行为一个条目、数据项或文件。修改后在下载处上传；"
            "在您查看全部差异并提交之前，不会有任何改动。"
        ),
    ),
    (
        "The grey codes say which row is which: leave them as they are.",
        "灰色的代码用于识别各行，请勿改动。",
    ),
    (
        (
            "A new entry: a new row without a code. To give it data items or files, write “new 1” as its "
            "code, and the same in the other sheet."
        ),
        "新增条目：增加一行，代码留空。如要为其填写数据项或文件，请在代码处填“新1”，在其他工作表中填写相同内容。",
    ),
    (
        (
            "To remove something choose “yes” under “Remove”; an entry needs the reason too. A row that is "
            "missing removes nothing."
        ),
        "移除：在“移除”一栏选“是”，移除条目还须写明原因。缺少的行不会被移除。",
    ),
    (
        "Several values in one cell stand one after the other with “；” between them.",
        "同一单元格有多个值时，以“；”分隔。",
    ),
    (
        "A resource code: write the classification alone (307001), and its number is given.",
        "资源代码：只填分类（如 307001）即可，顺序码由系统给出。",
    ),
    (
        "Formulas are not read. Columns that you add are not read either.",
        "不读取公式，也不读取自行增加的列。",
    ),
    (
        (
            "Where somebody else changes an entry meanwhile, both versions are shown: nothing is "
            "overwritten unseen."
        ),
        "若他人在此期间修改了同一条目，两种内容会并列显示，不会被静默覆盖。",
    ),
)


@cache
def sheets() -> tuple[Sheet, ...]:
    """Give the sheets, in order."""
    entries = [
        Sheet(
            kind,
            TITLES[kind],
            (
                own(CODE),
                *(column(each) for group in form_of(kind) for each in group.asks),
                own(REMOVE, "choice"),
                own(REASON),
                own(MARK),
            ),
        )
        for kind in FIELDS
    ]
    parts = [
        Sheet(
            kind,
            TITLES[kind],
            (own(ENTRY), own(CODE), *map(column, asks), own(REMOVE, "choice"), own(MARK)),
        )
        for kind, asks in ((ITEM, item_asks()), (FILE, file_asks()))
    ]
    head, *others = entries
    return (head, *parts, *others)


@cache
def columns() -> dict[str, frozenset[str]]:
    """Give the columns of each kind, by machine name."""
    return {each.kind: frozenset(one.name for one in each.columns) for each in sheets()}


def column(ask: Ask) -> Column:
    """Give the column of a field."""
    label, note = ask.label, ask.help
    return Column(ask.name, (label.en, label.zh), (note.en, note.zh), ask.widget, ask.owed)


def own(name: str, widget: str = "text") -> Column:
    """Give a column that no form has."""
    label, note = OWN[name]
    return Column(name, label, note, widget)


def label_of(kind: str, name: str) -> Sentence:
    """Give what a column is called."""
    for sheet in sheets():
        if sheet.kind == kind:
            return next((each.label for each in sheet.columns if each.name == name), (name, name))
    return name, name
