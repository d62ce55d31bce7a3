"""First mappings for catalogues nobody described: they load, and most columns are right."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from graph.harvest.tables.guess import guess
from graph.harvest.tables.mapping import Mapping, mapping_from_toml
from graph.harvest.tables.providers import register
from graph.harvest.tables.spreadsheet import deliveries, read_rows
from graph.ledger.entries import Context, Delivery
from ontology.errors import Invalid

BASE = "http://town.example"
NAMES = register(BASE)[1]
NEWTOWN = (
    "ID|Title|Description|Tags|Category|Organisation|Update frequency|Release date|File format|"
    "Contact email|Link|Licence|Views"
)


def guessed(path: Path) -> tuple[str, Mapping, list[Delivery]]:
    rows = read_rows(path)
    text = guess(rows)
    mapping = mapping_from_toml(text, "guess.toml")
    found = list(deliveries(rows, mapping, Context(BASE, mapping.source, departments=NAMES)))
    assert sum(each.rows for each in found) == len(list(rows))
    return text, mapping, found


def said(mapping: Mapping) -> dict[str, str]:
    return {each.name: each.says for each in mapping.columns}


def landed(found: list[Delivery], kind: str = "dataset") -> int:
    return sum(each.entry is not None and each.entry.kind == kind for each in found)


def test_the_real_catalogue_is_guessed_whole(shared_data: Path) -> None:
    _, mapping, found = guessed(shared_data / "shanghai/catalogue-2023.csv")
    assert said(mapping) == {
        "数据集名称": "dct:title",
        "摘要": "dct:description",
        "数据标签": "dcat:keyword",
        "数据领域": "dcat:theme",
        "国家主题分类": "dcat:theme",
        "首次发布日期": "dct:issued",
        "更新日期": "dct:modified",
        "更新频度": "dct:accrualPeriodicity",
        "数据提供方": "dct:publisher",
        "开放属性": "gov:opennessType",
        "联系方式": "vcard:hasEmail",
        "数据格式": "dct:format",
    }
    assert mapping.key == ("数据集名称", "数据提供方")
    assert landed(found) == 2234


def test_the_real_items_are_guessed_as_items(shared_data: Path) -> None:
    _, mapping, found = guessed(shared_data / "shanghai/district-data-items.csv")
    assert mapping.row == "item"
    assert landed(found) == 164


def test_a_city_that_writes_gb18030_and_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "杭州目录.csv"
    path.write_bytes(
        (
            "资源代码;信息资源名称*;信息资源摘要;提供单位;共享类型;是否向社会开放;更新周期;发布时间;信息项;浏览量\n"
            + "".join(
                f"330100/{n:04};资源{n};关于资源{n}的说明;杭州市{body};{sharing};{open_};{often};"
                f"2021年{n % 12 + 1}月{n % 28 + 1}日;编号、名称、地址;{n * 7}\n"
                for n in range(40)
                for body, sharing, open_, often in [
                    (
                        ("民政局", "财政局", "教育局")[n % 3],
                        ("无条件共享", "有条件共享", "不予共享")[n % 3],
                        ("是", "否")[n % 3 == 2],
                        ("实时", "每日", "不更新", "每旬")[n % 4],
                    )
                ]
            )
        ).encode("gb18030")
    )
    text, mapping, found = guessed(path)
    assert said(mapping) == {
        "资源代码": "dct:identifier",
        "信息资源名称*": "dct:title",
        "信息资源摘要": "dct:description",
        "提供单位": "dct:publisher",
        "共享类型": "gov:sharingType",
        "是否向社会开放": "gov:opennessType",
        "更新周期": "dct:accrualPeriodicity",
        "发布时间": "dct:issued",
        "信息项": "csvw:title",
    }
    assert mapping.key == ("资源代码",)
    assert mapping.provider.scope == "杭州市"
    assert '# not used: "浏览量"' in text
    assert landed(found) == 40
    assert landed(found, "department") == 3
    assert not [each for each in found if each.quarantined]


def test_an_english_workbook_with_days_before_months(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Open data of Newtown"])
    sheet.append(NEWTOWN.split("|"))
    for n in range(30):
        sheet.append(
            [
                *(n + 100, f"Trees of ward {n}", "Every tree", "trees, parks", "Environment"),
                *("Parks", ("Daily", "Annual", "Monthly")[n % 3]),
                *(f"{n % 28 + 1:02}/{n % 12 + 1:02}/2022", "CSV, JSON", "open@newtown.example"),
                *(f"https://newtown.example/d/{n}", "CC0", n),
            ]
        )
    book.save(tmp_path / "newtown.xlsx")
    text, mapping, found = guessed(tmp_path / "newtown.xlsx")
    names = said(mapping)
    assert names["Title"] == "dct:title"
    assert names["Organisation"] == "dct:publisher"
    assert names["File format"] == "dct:format"
    assert names["Contact email"] == "vcard:hasEmail"
    assert names["Link"] == "dcat:landingPage"
    assert names["Update frequency"] == "dct:accrualPeriodicity"
    (issued,) = [each for each in mapping.columns if each.says == "dct:issued"]
    assert issued.dates == ("%d/%m/%Y",)
    assert mapping.language == "en"
    assert mapping.key == ("ID",)
    assert landed(found) == 30
    assert '# not used: "Views"' in text
    assert not [finding for each in found for finding in each.findings if finding.rule == "date"]


def test_json_rows_whose_columns_say_nothing_are_guessed_by_their_values(tmp_path: Path) -> None:
    rows = [
        {
            "f1": f"第{n}号公共数据",
            "f2": ("每天", "每月", "每年")[n % 3],
            "f3": ("有条件开放", "无条件开放")[n % 2],
            "f4": ["csv", "xlsx"],
            "f5": f"https://data.example/{n}",
        }
        for n in range(25)
    ]
    path = tmp_path / "rows.json.gz"
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    _, mapping, found = guessed(path)
    assert said(mapping) == {
        "f1": "dct:title",
        "f2": "dct:accrualPeriodicity",
        "f3": "gov:opennessType",
        "f4": "dct:format",
        "f5": "dcat:landingPage",
    }
    assert landed(found) == 25


def test_sharing_types_written_as_numbers_stay_closed_until_a_person_says(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "资源名称,提供单位,共享类型\n" + "".join(f"资源{n},民政局,{n % 3}\n" for n in range(9)),
        "utf-8",
    )
    text, _, found = guessed(path)
    assert "give synonyms" in text
    assert landed(found) == 0
    assert {each.quarantined.rule for each in found if each.quarantined} == {"unknown-access"}


def test_a_table_of_numbers_has_no_title(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(Invalid, match="no column could be a title"):
        guess(read_rows(path))
