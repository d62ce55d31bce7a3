"""Rows as entries: what lands, what is mended, what is set aside, and never a row lost."""

from __future__ import annotations

import csv
import io
import random
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from graph.harvest.tables.mapping import Mapping, mapping_from_toml
from graph.harvest.tables.providers import register
from graph.harvest.tables.spreadsheet import deliveries, detect, read_rows
from graph.ledger.entries import Context, Delivery, Entry, Quarantined
from ontology.clearance import Clearance
from ontology.errors import Invalid
from ontology.terms import CSVW, DCAT, DCT, GOV, code_iri

BASE = "http://town.example"
NAMES = register(BASE)[1]
MAPPING = """
name = "town"
kind = "dataset"
source = "town"
key = ["名称", "部门"]
distinguish = ["发布", "格式"]
columns = [
  { name = "名称", property = "dct:title" },
  { name = "摘要", property = "dct:description" },
  { name = "部门", property = "dct:publisher" },
  { name = "发布", property = "dct:issued", optional = true },
  { name = "更新", property = "dct:modified", optional = true },
  { name = "频度", property = "dct:accrualPeriodicity", optional = true },
  { name = "开放", property = "gov:opennessType", optional = true },
  { name = "共享", property = "gov:sharingType", optional = true },
  { name = "格式", on = "distribution", property = "dct:format", separators = "|", optional = true },
  { name = "标签", property = "dcat:keyword", separators = ",", ignore = "1", optional = true },
  { name = "电话", on = "contact", property = "vcard:hasTelephone", internal = true, optional = true },
  { name = "数据项", on = "item", property = "csvw:title", separators = "、", optional = true },
]
"""
HEADER = "名称,摘要,部门,发布,更新,频度,开放,共享,格式,标签,电话,数据项"
LAMPS = "路灯,路灯的位置,上海市交通委员会,2020-01-02,2021-03-04,每天,无条件开放,,csv|xlsx,灯,,"


def mapping(text: str = MAPPING) -> Mapping:
    return mapping_from_toml(text, "town.toml")


def context(**more: object) -> Context:
    return Context(BASE, "town", departments=NAMES, **more)  # type: ignore[arg-type]


def deliver(folder: Path, *lines: str, text: str = MAPPING, **more: object) -> list[Delivery]:
    path = folder / "town.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    chosen = mapping(text.replace("distinguish", "distinguish"))
    return list(deliveries(read_rows(path), chosen, context(**more)))


def entries(found: list[Delivery], kind: str = "dataset") -> list[Entry]:
    return [each.entry for each in found if each.entry and each.entry.kind == kind]


def quarantined(found: list[Delivery]) -> list[Quarantined]:
    return [each.quarantined for each in found if each.quarantined]


def rules(found: list[Delivery]) -> Counter[str]:
    return Counter(repair.rule for each in found for repair in each.repairs)


def doubts(found: list[Delivery]) -> Counter[str]:
    return Counter(finding.rule for each in found for finding in each.findings)


def store(*found: Entry) -> Store:
    kept = Store()
    for entry in found:
        for lines in entry.lines.values():
            kept.load("\n".join(lines).encode(), RdfFormat.N_TRIPLES)
    return kept


def text_of(entry: Entry) -> str:
    return "\n".join(line for lines in entry.lines.values() for line in lines)


def test_a_row_becomes_a_dataset_in_the_agreed_shape(tmp_path: Path) -> None:
    (entry,) = entries(deliver(tmp_path, LAMPS))
    kept = store(entry)
    root = f"{BASE}/id/dataset/{entry.code}"
    assert entry.iri == root == entry.subjects[0]
    assert entry.key == "路灯\x1f上海市交通委员会"
    assert entry.code.startswith("town-")
    said = {
        str(quad.predicate.value): quad.object.value for quad in kept if quad.subject.value == root
    }
    assert said[DCT.publisher.value] == f"{BASE}/id/department/jtw"
    assert said[GOV.opennessType.value] == code_iri("openness", "unconditional").value
    assert said[DCT.accessRights.value].endswith("/PUBLIC")
    assert said[DCT.accrualPeriodicity.value].endswith("/DAILY")
    files = sorted(quad.object.value for quad in kept if quad.predicate == DCAT.distribution)
    assert files == [f"{BASE}/id/distribution/{entry.code}.{each}" for each in ("csv", "xlsx")]
    addresses = {quad.object.value for quad in kept if quad.predicate == DCAT.accessURL}
    assert addresses == {f"{BASE}/dataset/{entry.code}"}
    assert set(entry.subjects) == {quad.subject.value for quad in kept}


def test_the_same_file_gives_the_same_entries_twice(tmp_path: Path) -> None:
    first, second = (entries(deliver(tmp_path, LAMPS))[0].digest() for _ in range(2))
    assert first == second


def test_repairs_are_told_with_what_was_and_what_is(tmp_path: Path) -> None:
    row = '路灯  ,暂无,上海市静安区政府,2020年1月2日,2021/3/4,每日,普遍公开,,csv,"1,灯",,'
    (delivery,) = deliver(tmp_path, row)
    told = {(each.rule, each.property): (each.was, each.now) for each in delivery.repairs}
    assert told["trimmed", "名称"] == ("路灯  ", "路灯")
    assert told["filler", "摘要"] == ("暂无", "")
    assert told["provider", "部门"] == ("上海市静安区政府", "上海市静安区人民政府")
    assert told["date", "发布"] == ("2020年1月2日", "2020-01-02")
    assert told["date", "更新"] == ("2021/3/4", "2021-03-04")
    assert told["synonym", "频度"] == ("每日", "每天")
    assert told["ignored", "标签"] == ("1", "")
    assert all(len(each.why) == 2 and all(each.why) for each in delivery.repairs)


@pytest.mark.parametrize(
    "written", ["2023-02-30", "0023-01-01", "31/12/2023", "去年", "2023-13-01"]
)
def test_a_date_that_is_not_certain_is_left_out_and_told(tmp_path: Path, written: str) -> None:
    (delivery,) = deliver(tmp_path, LAMPS.replace("2021-03-04", written))
    assert doubts([delivery])["date"] == 1
    assert delivery.entry
    assert "modified" not in text_of(delivery.entry)


def test_codes_are_never_matched_by_number(tmp_path: Path) -> None:
    (delivery,) = deliver(tmp_path, LAMPS.replace("每天", "2"))
    assert doubts([delivery])["unknown-code"] == 1
    assert delivery.entry
    assert "accrualPeriodicity" not in text_of(delivery.entry)


def test_a_record_whose_openness_is_not_understood_never_lands(tmp_path: Path) -> None:
    (found,) = quarantined(deliver(tmp_path, LAMPS.replace("无条件开放", "3")))
    assert found.rule == "unknown-access"
    assert found.original == f"{HEADER}\n{LAMPS.replace('无条件开放', '3')}\n"


@pytest.mark.parametrize(
    ("openness", "sharing", "clearance"),
    [
        ("无条件开放", "", Clearance.OPEN),
        ("有条件开放", "无条件共享", Clearance.OPEN),
        ("不予开放", "有条件共享", Clearance.SHARED),
        ("", "不予共享", Clearance.GOVERNANCE),
        ("", "", Clearance.OPEN),
    ],
)
def test_who_may_see_an_entry_follows_from_its_two_axes(
    tmp_path: Path, openness: str, sharing: str, clearance: Clearance
) -> None:
    row = LAMPS.replace("无条件开放,", f"{openness},{sharing}")
    (entry,) = entries(deliver(tmp_path, row))
    assert set(entry.lines) == {clearance}


def test_the_load_may_ask_for_more_secrecy_but_never_less(tmp_path: Path) -> None:
    (entry,) = entries(deliver(tmp_path, LAMPS, clearance=Clearance.SHARED))
    assert set(entry.lines) == {Clearance.SHARED}


def test_an_internal_contact_is_not_for_everyone(tmp_path: Path) -> None:
    row = LAMPS.removesuffix(",").removesuffix(",") + ",021-6321 0000,"
    (entry,) = entries(deliver(tmp_path, row))
    assert any("hasTelephone" in line for line in entry.lines[Clearance.SHARED])
    assert not any("hasTelephone" in line for line in entry.lines[Clearance.OPEN])


def test_items_named_in_one_cell_are_items(tmp_path: Path) -> None:
    (entry,) = entries(deliver(tmp_path, f"{LAMPS}编号、地址、类型"))
    columns = [quad.object.value for quad in store(entry) if quad.predicate == CSVW["column"]]
    assert sorted(columns) == [f"{BASE}/id/item/{entry.code}.{at}" for at in (1, 2, 3)]


def test_findings_are_told_and_the_dataset_lands(tmp_path: Path) -> None:
    found = deliver(
        tmp_path,
        "甲,,上海市交通委员会,2021-01-01,2020-01-01,每天,无条件开放,,,,,",
        "乙,说明,上海市交通委员会,2030-01-01,2030-01-01,每天,有条件开放,,csv,,,",
        today="2024-01-01",
    )
    assert len(entries(found)) == 2
    assert doubts(found) == {
        "no-description": 1,
        "open-without-format": 1,
        "modified-before-issued": 1,
        "conditional-with-formats": 1,
        "in-the-future": 1,
    }


def test_rows_that_say_the_same_are_one_entry_and_told(tmp_path: Path) -> None:
    (delivery,) = deliver(tmp_path, LAMPS, LAMPS.replace("路灯的位置", "路灯的位置 "))
    assert delivery.rows == 2
    assert rules([delivery])["duplicate"] == 1
    again = entries(deliver(tmp_path, LAMPS))[0]
    assert delivery.entry
    assert delivery.entry.digest() == again.digest()


def test_different_records_of_one_key_are_told_apart_by_the_fewest_columns(tmp_path: Path) -> None:
    other = LAMPS.replace("2020-01-02", "2022-02-02")
    found = deliver(tmp_path, LAMPS, other)
    assert len({each.iri for each in entries(found)}) == 2
    assert {each.key.split("\x1f")[2] for each in entries(found)} == {"2020-01-02", "2022-02-02"}
    assert rules(found)["distinguished"] == 2
    other_way = deliver(tmp_path, other, LAMPS)
    assert {each.digest() for each in entries(found)} == {
        each.digest() for each in entries(other_way)
    }


def test_records_that_nothing_tells_apart_are_one_landed_and_one_set_aside(tmp_path: Path) -> None:
    other = LAMPS.replace("路灯的位置", "")
    for lines in ((LAMPS, other), (other, LAMPS)):
        found = deliver(tmp_path, *lines)
        (entry,) = entries(found)
        (aside,) = quarantined(found)
        assert "路灯的位置" in text_of(entry)
        assert aside.rule == "conflict"
        assert "2" in aside.why[0]
        assert "3" in aside.why[0]
        assert sum(each.rows for each in found) == 2


def test_a_row_without_its_key_or_title_is_set_aside(tmp_path: Path) -> None:
    found = deliver(tmp_path, LAMPS, LAMPS.replace("路灯,", ",", 1), "无" + LAMPS[2:])
    assert [each.rule for each in quarantined(found)] == ["no-key", "no-title"]
    assert [each.where for each in quarantined(found)] == ["row 3", "row 4"]


def test_broken_rows_are_set_aside_and_load_again_once_mended(tmp_path: Path) -> None:
    found = deliver(tmp_path, LAMPS, "公厕,太短", LAMPS.replace("路灯", "公交"))
    assert len(entries(found)) == 2
    (aside,) = quarantined(found)
    again = tmp_path / "again.csv"
    again.write_text(aside.original.replace("公厕,太短", LAMPS.replace("路灯", "公厕")), "utf-8")
    assert len(entries(list(deliveries(read_rows(again), mapping(), context())))) == 1


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("名称,摘要\n路灯,x\n", "utf-8")
    with pytest.raises(Invalid, match="部门"):
        deliveries(read_rows(path), mapping(), context())


ITEMS = """
name = "items"
kind = "dataset"
row = "item"
source = "town"
key = ["资源"]
columns = [
  { name = "资源", property = "dct:title" },
  { name = "序", on = "item", property = "gov:position", optional = true },
  { name = "项", on = "item", property = "csvw:title", required = true },
  { name = "开放", on = "item", property = "gov:opennessType", optional = true },
]
"""


def deliver_items(folder: Path, text: str) -> list[Delivery]:
    path = folder / "items.csv"
    path.write_text(text, "utf-8")
    return list(deliveries(read_rows(path), mapping(ITEMS), context()))


def test_rows_of_one_dataset_need_not_stand_together(tmp_path: Path) -> None:
    apart = deliver_items(tmp_path, "资源,序,项\n甲,1,a\n乙,1,c\n甲,2,b\n")
    together = deliver_items(tmp_path, "资源,序,项\n甲,2,b\n甲,1,a\n乙,1,c\n")
    assert [each.rows for each in apart] == [2, 1]
    assert {each.digest() for each in entries(apart)} == {
        each.digest() for each in entries(together)
    }


def test_items_of_the_same_place_or_name_keep_their_own_names(tmp_path: Path) -> None:
    (delivery,) = deliver_items(tmp_path, "资源,序,项\n甲,1,a\n甲,1,b\n甲,3,b\n甲,3,b\n")
    assert delivery.entry
    assert len([iri for iri in delivery.entry.subjects if "/id/item/" in iri]) == 3
    assert delivery.rows == 4
    assert rules([delivery])["duplicate"] == 1
    assert doubts([delivery])["repeated-item"] == 1


def test_an_item_row_that_says_nothing_is_set_aside_alone(tmp_path: Path) -> None:
    found = deliver_items(tmp_path, "资源,序,项\n甲,1,a\n甲,2,\n甲,3,c\n")
    assert [each.rule for each in quarantined(found)] == ["required"]
    assert sum(each.rows for each in found) == 3
    assert len([iri for iri in entries(found)[0].subjects if "/id/item/" in iri]) == 2


def test_an_item_may_be_stricter_than_its_dataset(tmp_path: Path) -> None:
    (delivery,) = deliver_items(tmp_path, "资源,序,项,开放\n甲,1,a,无条件开放\n甲,2,b,不予开放\n")
    assert delivery.entry
    code = delivery.entry.code
    assert not any(f"{code}.2>" in line for line in delivery.entry.lines[Clearance.OPEN])
    assert any(f"{code}.1>" in line for line in delivery.entry.lines[Clearance.OPEN])
    assert any(f"{code}.2>" in line for line in delivery.entry.lines[Clearance.SHARED])


CELL = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\t"\x0b\u200b'), max_size=6
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(*[CELL] * 3),
        min_size=1,
        max_size=8,
    )
)
def test_every_row_is_accounted_for_whatever_it_says(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str]]
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [("名称", "摘要", "部门"), *cells]
    )
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(out.getvalue().replace("\0", "").encode())
    rows = read_rows(path)
    chosen = mapping(MAPPING.replace('distinguish = ["发布", "格式"]', ""))
    found = list(deliveries(rows, chosen, context()))
    assert sum(each.rows for each in found) == len(list(rows))
    store(*entries(found), *entries(found, "department"))
    iris = [each.iri for each in entries(found)]
    assert len(iris) == len(set(iris))


def test_memory_does_not_grow_with_the_catalogue(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.csv"
        path.write_text(
            "名称,摘要,部门\n"
            + "".join(f"数据集{n},{'说明' * 2000},上海市交通委员会\n" for n in range(count)),
            "utf-8",
        )
        chosen = mapping(MAPPING.replace('distinguish = ["发布", "格式"]', ""))
        tracemalloc.start()
        assert sum(each.rows for each in deliveries(read_rows(path), chosen, context())) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(1200) < peak(300) * 1.3


REAL = {
    "shanghai/catalogue-2023.csv": ("shanghai-catalogue-2023", 2234, {"dataset": 2234}),
    "shanghai/district-data-items.csv": (
        "shanghai-district-items",
        2015,
        {"dataset": 164, "department": 19},
    ),
    "divisions/provinces.csv": ("divisions-provinces", 31, {"district": 31}),
    "divisions/cities.csv": ("divisions-cities", 342, {"district": 342}),
    "divisions/areas.csv": ("divisions-areas", 2978, {"district": 2978}),
    "divisions/shanghai_districts_streets.csv": ("divisions-streets", 234, {"district": 234}),
    "divisions/portals.json": ("open-data-portals", 149, {"portal": 149}),
}


def real(path: Path) -> tuple[Mapping, list[Delivery]]:
    rows = read_rows(path)
    chosen = detect(rows)
    assert chosen
    return chosen, list(deliveries(rows, chosen, Context(BASE, chosen.source, departments=NAMES)))


@pytest.mark.parametrize("file", REAL)
def test_the_real_files_find_their_mapping_and_land_whole(shared_data: Path, file: str) -> None:
    name, count, kinds = REAL[file]
    chosen, found = real(shared_data / file)
    assert chosen.name == name
    assert sum(each.rows for each in found) == count
    assert Counter(each.entry.kind for each in found if each.entry) == kinds
    assert not quarantined(found)
    subjects = [subject for each in found if each.entry for subject in each.entry.subjects]
    assert len(subjects) == len(set(subjects))


def test_the_real_catalogue_is_mended_and_doubted_as_counted(shared_data: Path) -> None:
    _, found = real(shared_data / "shanghai/catalogue-2023.csv")
    assert rules(found) == {
        "synonym": 471, "provider": 162, "ignored": 68, "trimmed": 43, "filler": 34, "distinguished": 12,
    }  # fmt: skip
    assert doubts(found) == {
        "open-without-format": 506, "conditional-with-formats": 136, "no-description": 81,
    }  # fmt: skip


def test_the_real_catalogue_gives_the_same_entries_in_any_order(
    shared_data: Path, tmp_path: Path
) -> None:
    whole = shared_data / "shanghai/catalogue-2023.csv"
    with whole.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    random.Random(7).shuffle(lines)
    shuffled = tmp_path / "shuffled.csv"
    with shuffled.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    first = {each.key: each.digest() for each in entries(real(whole)[1])}
    second = {each.key: each.digest() for each in entries(real(shuffled)[1])}
    assert first == second


def test_the_real_items_are_all_there_under_the_district(shared_data: Path) -> None:
    _, found = real(shared_data / "shanghai/district-data-items.csv")
    items = [iri for each in entries(found) for iri in each.subjects if "/id/item/" in iri]
    assert len(items) == 2015
    kept = store(*entries(found), *entries(found, "department"))
    assert len({quad.object for quad in kept if quad.predicate == DCT.spatial}) == 1
    bodies = {
        quad.object.value.rsplit("/", 1)[-1] for quad in kept if quad.predicate == DCT.publisher
    }
    assert len(bodies) == 20
    assert "310107-ajj" in bodies
    assert "putuo" in bodies
    libraries = Counter(
        quad.object.value.rsplit("/", 1)[-1] for quad in kept if quad.predicate == GOV.baseLibrary
    )
    assert set(libraries) == {"legal-person", "population"}


def test_a_column_that_no_mapping_names_is_told_not_dropped_silently(tmp_path: Path) -> None:
    path = tmp_path / "town.csv"
    path.write_text(f"{HEADER},备用\n{LAMPS},甲\n{LAMPS.replace('路灯', '公厕')},\n", "utf-8")

    found = list(deliveries(read_rows(path), mapping(), context()))

    findings = [finding for each in found if not each.rows for finding in each.findings]
    assert [(f.rule, f.property, f.value) for f in findings] == [("unmapped-column", "备用", "甲")]
    assert "1 cells" in findings[0].why[0]
    assert len(entries(found)) == 2
