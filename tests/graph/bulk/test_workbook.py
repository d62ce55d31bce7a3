"""A workbook written and read again by the child that may die: texts stay texts, bombs do no harm."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from graph.bulk.sending import MOST_BYTES, Columns, keep, path_of, read_upload
from graph.bulk.sheets import CODE, MARK, MOST_ROWS, About, Column, Sheet, Upload
from graph.bulk.workbook import Content, workbook
from ontology.errors import Unreadable

TITLE, SHARING = "dct:title@zh", "gov:sharingType"
SHEET = Sheet(
    "dataset",
    ("Datasets", "数据集"),
    (
        Column(CODE, ("Code", "代码")),
        Column(TITLE, ("Title", "名称")),
        Column(SHARING, ("Sharing", "共享类型"), widget="choice"),
        Column("dct:issued", ("Issued", "发布日期"), widget="date"),
        Column(MARK, ("Mark", "标记")),
    ),
)
COLUMNS: Columns = {"dataset": frozenset(each.name for each in SHEET.columns)}
ABOUT = About("jtw", "zh", 7, "http://127.0.0.1:8000")
ROW = {CODE: "jtw-0001", TITLE: "公交线路", SHARING: "有条件共享", "dct:issued": "2026-08-30"}


def written(*rows: dict[str, str] | None) -> bytes:
    return workbook(ABOUT, [Content(SHEET, rows)], [("Read me", "说明")])


def read(folder: Path, data: bytes) -> Upload:
    return read_upload(path_of(folder, keep(folder, data)), COLUMNS)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    upload = read(tmp_path, written(ROW))
    assert upload.about == ABOUT
    [row] = upload.sheets[0].rows
    assert {name: cell.text for name, cell in row.cells.items()} == ROW
    assert row.cells[TITLE].address == "B3"


@pytest.mark.parametrize("text", ["=1+1", "+86 21", "-5", "@x", '=HYPERLINK("http://a")'])
def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path, text: str) -> None:
    """No spreadsheet program evaluates what somebody wrote as a name."""
    data = written({**ROW, TITLE: text})
    cell = openpyxl.load_workbook(BytesIO(data)).worksheets[1]["B3"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)
    [row] = read(tmp_path, data).sheets[0].rows
    assert (row.cells[TITLE].text, row.cells[TITLE].formula) == (text, False)


def test_a_formula_is_known_as_one_and_not_evaluated(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(written(ROW)))
    book.worksheets[1]["B3"] = '=WEBSERVICE("http://127.0.0.1/")'
    out = BytesIO()
    book.save(out)
    [row] = read(tmp_path, out.getvalue()).sheets[0].rows
    assert row.cells[TITLE].formula


def test_rows_keep_their_numbers_where_some_between_are_empty(tmp_path: Path) -> None:
    upload = read(tmp_path, written(ROW, None, None, {**ROW, CODE: "jtw-0002"}))
    assert [each.number for each in upload.sheets[0].rows] == [3, 6]


def refused(folder: Path, data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(folder, data)
    return caught.value.zh


def with_part(name: str, content: bytes) -> bytes:
    out = BytesIO(written(ROW))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return out.getvalue()


def test_what_is_no_workbook_of_ours_is_refused_with_its_sentence(tmp_path: Path) -> None:
    assert "不是 XLSX" in refused(tmp_path, b"PK but nothing more")
    assert "宏" in refused(tmp_path, with_part("xl/vbaProject.bin", b"x"))
    assert refused(tmp_path, with_part("xl/worksheets/more.xml", bytes(900 << 20)))
    book, out = openpyxl.Workbook(), BytesIO()
    book.save(out)
    assert "不是从这里下载的" in refused(tmp_path, out.getvalue())


def test_a_file_larger_than_any_workbook_is_not_written_down(tmp_path: Path) -> None:
    assert f"{MOST_BYTES >> 20} MB" in refused(tmp_path, bytes(MOST_BYTES + 1))
    assert not list(tmp_path.iterdir())


def test_more_rows_than_any_catalogue_are_refused(tmp_path: Path) -> None:
    rows = ({CODE: f"jtw-{at}"} for at in range(MOST_ROWS + 1))
    assert f"{MOST_ROWS}" in refused(tmp_path, workbook(ABOUT, [Content(SHEET, rows)], []))
