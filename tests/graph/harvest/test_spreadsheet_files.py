"""Reading tables: encodings, packings, quotes, ragged and broken rows, files of another kind."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.harvest.tables.rows import Row, read_rows
from ontology.errors import Unreadable

NOON = dt.datetime.fromisoformat("2023-05-06T07:08:00")  # a workbook knows no zone
TABLE = "名称,摘要,部门\n路灯,全市路灯的位置,市政局\n公厕,公共厕所的位置和开放时间,绿化局\n"


def written(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, content: bytes | str, name: str = "table.csv") -> list[Row]:
    return list(read_rows(written(folder, content, name)))


def workbook(
    folder: Path, rows: list[list[object]], *merged: str, name: str = "table.xlsx"
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for each in merged:
        sheet.merge_cells(each)
    book.save(folder / name)
    return folder / name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_reads_the_same_in_every_encoding_packed_or_not(
    tmp_path: Path, encoding: str, *, packed: bool
) -> None:
    content = TABLE.encode(encoding)
    path = written(tmp_path, gzip.compress(content) if packed else content)
    rows = read_rows(path)
    assert rows.header == ("名称", "摘要", "部门")
    assert [row.cells["部门"] for row in rows] == ["市政局", "绿化局"]
    assert [row.number for row in rows] == [2, 3]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = read_rows(written(tmp_path, TABLE.replace(",", delimiter)))
    assert rows.delimiter == delimiter
    assert len(list(rows)) == 2


def test_commas_within_cells_do_not_hide_the_delimiter(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "名称;标签\n路灯;灯,路,夜\n公厕;厕,市\n"))
    assert rows.delimiter == ";"
    assert next(iter(rows)).cells["标签"] == "灯,路,夜"


@pytest.mark.parametrize("text", ["Größe;Straße\nCafé;Zürich\n" * 20, "naïve,élève\nrésumé,à\n"])
def test_western_text_is_refused_and_never_misread_as_chinese(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable, match="neither UTF-8 nor GB18030"):
        read_rows(written(tmp_path, text.encode("latin-1")))


def test_big5_is_refused_and_never_misread(tmp_path: Path) -> None:
    text = "資料集名稱,提供機關\n公車路線與站牌,臺北市政府交通局\n圖書館館藏,臺北市立圖書館\n"
    with pytest.raises(Unreadable):
        read_rows(written(tmp_path, text.encode("big5")))


def test_one_line_with_broken_bytes_costs_that_line(tmp_path: Path) -> None:
    lines = [f"数据{n},说明{n}".encode() for n in range(30)]
    lines[10] = b"\xe6\x95,broken\xff"
    rows = read(tmp_path, "名称,摘要\n".encode() + b"\n".join(lines))
    assert [row.number for row in rows if row.fault] == [12]
    assert sum(row.fault is None for row in rows) == 29
    assert "\\xff" in rows[10].original


def test_a_cell_may_hold_lines_quotes_and_delimiters(tmp_path: Path) -> None:
    rows = read(tmp_path, '名称,摘要\n路灯,"第一行\n第二行, ""引文"""\n公厕,简\n')
    assert rows[0].cells["摘要"] == '第一行\n第二行, "引文"'
    assert [row.number for row in rows] == [2, 3]


def test_ragged_rows_are_faults_and_the_rest_reads(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n7,8,9,,,\n")
    assert [row.number for row in rows if row.fault] == [3, 4]
    assert rows[1].fault is not None
    assert rows[1].fault.rule == "cells"
    assert [row.cells["a"] for row in rows if not row.fault] == ["1", "4", "7"]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    body = "".join(f"名{n},值{n},尾{n}\n" for n in range(3000))
    rows = read(tmp_path, f'a,b,c\n前,"没有闭合,x\n{body}')
    assert [row.fault.rule for row in rows if row.fault] == ["quote"]
    assert rows[0].original == '前,"没有闭合,x\n'
    assert sum(row.fault is None for row in rows) == 3000


def test_an_unclosed_quote_that_a_later_quote_closes_costs_its_own_line_only(
    tmp_path: Path,
) -> None:
    rows = read(tmp_path, 'a,b,c\n1,"open,x\n2,fine,x\n3,"also\nfine",x\n4,last,x\n')
    fine = [row.cells["a"] for row in rows if not row.fault]
    assert fine == ["2", "3", "4"]
    assert next(row for row in rows if row.cells.get("a") == "3").cells["b"] == "also\nfine"


def test_a_stray_quote_is_read_around_and_kept_for_the_report(tmp_path: Path) -> None:
    rows = read(tmp_path, 'a,b\n"12"寸,x\n1,y\n')
    assert rows[0].cells["a"] == "12寸"
    assert rows[0].mended.startswith('"12"寸')


def test_blank_rows_titles_above_and_unnamed_columns_are_no_trouble(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "目录,,\n\n名称,,名称\n路灯,x,y\n,,\n公厕,x,y\n"))
    assert rows.header == ("名称", "column 2", "名称 (2)")
    assert [row.cells["名称"] for row in rows] == ["路灯", "公厕"]


def test_the_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "名称,摘要\n") == []


def test_old_macintosh_line_ends_are_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, TABLE.replace("\n", "\r"))) == 2


OTHER_KINDS = {
    "empty": (b"", "empty"),
    "blank": (b"  \n\n ", "empty"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "PNG"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel"),
    "web page": (b"\n<!DOCTYPE html><html></html>", "web page"),
    "xml": (b"<?xml version='1.0'?><a/>", "XML"),
    "noise": (bytes(range(256)) * 40, "binary"),
    "packed pdf": (gzip.compress(b"%PDF-1.7"), "PDF"),
    "packed nothing": (gzip.compress(b""), "empty"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_a_file_of_another_kind_is_refused_in_both_languages(tmp_path: Path, kind: str) -> None:
    content, word = OTHER_KINDS[kind]
    with pytest.raises(Unreadable, match=word) as refused:
        read_rows(written(tmp_path, content))
    assert refused.value.zh.startswith("table.csv：")
    assert any("\u4e00" <= character <= "\u9fff" for character in refused.value.zh)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        parts.writestr("readme.txt", "hello")
    with pytest.raises(Unreadable, match="not an XLSX"):
        read_rows(written(tmp_path, held.getvalue()))


@pytest.mark.parametrize("cut", [12, 200, -1, -9])
def test_a_gzip_cut_short_is_refused_whole(tmp_path: Path, cut: int) -> None:
    packed = gzip.compress("".join(f"{n},值{n * n}\n" for n in range(2000)).encode())
    with pytest.raises(Unreadable, match=r"cut short|broken|empty"):
        read_rows(written(tmp_path, packed[:cut]))


def test_a_gzip_of_several_members_reads_through(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")
    assert [row.cells["a"] for row in read(tmp_path, packed)] == ["1", "3"]


def test_a_workbook_reads_with_dates_numbers_blank_and_merged_cells(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["某市数据目录"],
            ["部门", "名称", "日期", "代码"],
            ["交通局", "公交", dt.date(2023, 5, 6), 310104],
            [None, "地铁", NOON, 2.0],
            [],
            [None, "轮渡", None, None],
        ],
        "A1:D1",
        "A3:A6",
    )
    rows = read_rows(path)
    assert rows.header == ("部门", "名称", "日期", "代码")
    found = list(rows)
    assert [row.cells["部门"] for row in found if row.cells["名称"]] == ["交通局"] * 3
    assert found[0].cells["日期"] == "2023-05-06"
    assert found[0].cells["代码"] == "310104"
    assert found[1].cells["日期"] == "2023-05-06T07:08:00"
    assert found[1].cells["代码"] == "2"
    assert found[0].number == 3


def test_a_workbook_may_be_packed(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "2"]])
    assert read(tmp_path, gzip.compress(path.read_bytes()), "t.gz")[0].cells == {"a": "1", "b": "2"}


def test_a_workbook_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    held = io.BytesIO(workbook(tmp_path, [["a"], ["b"]]).read_bytes())
    with (
        zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as parts,
        parts.open("xl/media/big.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(b"\0" * (1 << 20))
    with pytest.raises(Unreadable, match="too large"):
        read_rows(written(tmp_path, held.getvalue(), "bomb.xlsx"))


def test_a_workbook_with_a_doctype_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, [["a"], ["b"]]).read_bytes()
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(held, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text
            new.writestr(part, text)
    with pytest.raises(Unreadable, match="DOCTYPE"):
        read_rows(written(tmp_path, held.getvalue(), "dtd.xlsx"))


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, [["a", "b"]] + [[n, n] for n in range(99)]).read_bytes()
    with pytest.raises(Unreadable, match="broken or cut short"):
        read_rows(written(tmp_path, whole[: len(whole) // 2], "cut.xlsx"))


PEOPLE = [{"name": "甲", "tags": ["a", "b"]}, {"name": "乙", "at": {"city": "沪"}, "n": 3}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(PEOPLE),
        json.dumps(PEOPLE, ensure_ascii=False, indent=2),
        json.dumps({"code": 0, "data": PEOPLE}, indent=1),
        json.dumps({"result": {"total": 2, "records": PEOPLE}}),
        "\n".join(json.dumps(each) for each in PEOPLE),
    ],
)
def test_json_rows_read_the_same_in_every_dress(tmp_path: Path, text: str) -> None:
    rows = read_rows(written(tmp_path, text, "rows.json"))
    assert rows.header == ("name", "tags", "at.city", "n")
    first, second = rows
    assert first.cells == {"name": "甲", "tags": "a\x1fb", "at.city": "", "n": ""}
    assert second.cells["at.city"] == "沪"
    assert second.cells["n"] == "3"


def test_objects_within_objects_become_rows_with_levels(tmp_path: Path) -> None:
    text = json.dumps({"浙江": {"杭州": {"url": "u"}, "宁波": {}}, "江苏": {"南京": {"url": "v"}}})
    found = [tuple(row.cells.values()) for row in read_rows(written(tmp_path, text))]
    assert found == [("浙江", "杭州", "u"), ("江苏", "南京", "v")]


def test_a_broken_element_in_the_middle_of_an_array_costs_itself(tmp_path: Path) -> None:
    rows = read(tmp_path, '[{"a": 1}, {"a": oops, "b": 2}, {"a": 3},\n 7, {"a": 4}]')
    assert [row.cells["a"] for row in rows if not row.fault] == ["1", "3", "4"]
    assert [row.fault.rule for row in rows if row.fault] == ["json", "json"]


def test_a_broken_line_of_json_lines_costs_itself(tmp_path: Path) -> None:
    rows = read(tmp_path, '{"a": 1}\n{"a": \n{"a": 3}\n')
    assert [row.number for row in rows if row.fault] == [2]
    assert [row.cells["a"] for row in rows if not row.fault] == ["1", "3"]


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": 2}, {"a"', '{"data": [{"a": 1}'])
def test_json_cut_short_is_refused_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable):
        list(read_rows(written(tmp_path, text)))


def test_json_nested_ten_thousand_deep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_rows(written(tmp_path, '[{"a":' + "[" * 10_000 + "]" * 10_000 + "}]"))


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8) | st.sampled_from(
    ['"', '""', "a\nb", "a,b", ",", "，", "中文\n", '"中"', "'"]
)


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    packed=st.booleans(),
)
def test_what_a_csv_writer_wrote_reads_back(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, str, str]],
    encoding: str,
    *,
    packed: bool,
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [("第一", "第二", "第三"), *cells]
    )
    content = out.getvalue().encode(encoding)
    path = written(tmp_path_factory.mktemp("t"), gzip.compress(content) if packed else content)
    found = [tuple(row.cells.values()) for row in read_rows(path)]
    assert found == [row for row in cells if any(cell.strip() for cell in row)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text('数据目录资源共享开放市局,"\n ab1', max_size=12), min_size=1, max_size=5))
def test_gb18030_reads_back_too(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("数据集名称", "摘要"), *[(cell, "说明") for cell in cells]])
    path = written(tmp_path_factory.mktemp("t"), out.getvalue().encode("gb18030"))
    assert [row.cells["数据集名称"] for row in read_rows(path)] == cells


def peak_of_reading(path: Path) -> int:
    tracemalloc.start()
    for _ in read_rows(path):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    line = "路灯," + "说明" * 150 + ",市政局\n"
    small = written(tmp_path, "名称,摘要,部门\n" + line * 3_000, "small.csv")
    large = written(tmp_path, "名称,摘要,部门\n" + line * 9_000, "large.csv")
    assert peak_of_reading(large) < peak_of_reading(small) * 1.3


def test_a_quarantined_row_can_be_mended_and_read_again(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "a;b;c\n1;2\n4;5;6\n"))
    original = rows.original(next(iter(rows)))
    assert original == "a;b;c\n1;2\n"
    assert [
        row.cells["b"] for row in read(tmp_path, original.replace("1;2", "1;2;3"), "m.csv")
    ] == ["2"]
