"""Which body a name means."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph.harvest.tables.mapping import NewDepartment, Provider
from graph.harvest.tables.providers import Providers, register
from graph.ledger.entries import Context

BASE = "http://town.example"


def providers(provider: Provider | None = None, names: dict[str, str] | None = None) -> Providers:
    known = register(BASE)[1] if names is None else names
    return Providers(Context(BASE, "src", departments=known), provider or Provider())


def code(name: str, provider: Provider | None = None) -> str:
    return providers(provider).body(name).iri.rsplit("/", 1)[-1]


def test_the_register_gives_every_body_under_all_its_names() -> None:
    entries, names = register(BASE)
    assert len(entries) == len({each.iri for each in entries}) >= 90
    assert all(each.iri.startswith(f"{BASE}/id/department/") for each in entries)
    assert names["上海市交通委员会"] == names["市交通委"] == f"{BASE}/id/department/jtw"
    assert {each.iri for each in entries if each.kind == "department"} >= set(names.values())


@pytest.mark.parametrize(
    "name",
    [
        "上海市静安区人民政府",
        "上海市静安区政府",
        "静安区政府",
        "静安区人民政府",
        "静安区人民政府办公室",
        "上海市静安区人民政府办公室",
        " 上海市静安区人民政府 ",
        "上海市静安区人民政府（区大数据中心）",
    ],
)
def test_a_district_government_is_one_body_under_many_names(name: str) -> None:
    assert code(name) == "jingan"


@pytest.mark.parametrize(
    "name", ["上海市民政局", "市民政局", "上海市 民政局", "上海市民政局(市社会组织管理局)"]
)
def test_a_bureau_is_found_folded(name: str) -> None:
    assert code(name) == code("上海市民政局")
    assert not code(name).startswith("src-")


def test_a_body_of_another_city_is_never_taken_for_the_registers() -> None:
    for name in ("北京市民政局", "杭州市西湖区人民政府", "江苏省财政厅"):
        assert code(name).startswith("src-")


def test_a_catalogue_of_another_city_may_leave_its_name_out() -> None:
    hangzhou = providers(Provider(scope="杭州市"))
    bodies = [hangzhou.body(name) for name in ("市民政局", "民政局", "杭州市民政局")]
    assert {body.name for body in bodies} == {"杭州市民政局"}
    assert len({body.iri for body in bodies}) == 1
    assert hangzhou.body("国家税务总局杭州市税务局").name == "国家税务总局杭州市税务局"
    assert len(hangzhou.made()) == 2


def test_an_unknown_body_is_made_once_with_the_same_code_everywhere() -> None:
    first, second = providers(), providers(names={})
    assert first.body("月球基地管理局").iri == second.body("月球基地管理局").iri
    first.body("月球基地管理局")
    ((entry, unknown),) = first.made()
    assert unknown
    assert entry.title == "月球基地管理局"
    assert first.made() == []


def test_a_body_made_by_an_earlier_load_is_made_again_not_lost() -> None:
    iri = providers().body("月球基地管理局").iri
    later = providers(names={**register(BASE)[1], "月球基地管理局": iri})
    assert later.body("月球基地管理局").iri == iri
    assert len(later.made()) == 1


def test_aliases_lead_to_bodies() -> None:
    assert code("老民政", Provider(aliases={"老民政": "上海市民政局"})) == code("上海市民政局")


def test_a_mapping_brings_its_own_bodies_under_their_district() -> None:
    provider = Provider(
        scope="上海市普陀区",
        district="310107",
        parent="上海市普陀区人民政府",
        departments=(NewDepartment("民政局", "310107-mzj", "上海市普陀区民政局"),),
    )
    found = providers(provider)
    body = found.body("民政局")
    assert body.iri == f"{BASE}/id/department/310107-mzj"
    assert found.district(body.iri) == "https://w3id.org/govgraph/division/310107"
    ((entry, unknown),) = found.made()
    assert not unknown
    text = "\n".join(line for lines in entry.lines.values() for line in lines)
    assert f"<{BASE}/id/department/putuo>" in text
    assert found.body("财政局").name == "上海市普陀区财政局"
    assert found.body("区财政局").iri == found.body("普陀区财政局").iri


def test_districts_of_the_register_are_known() -> None:
    found = providers()
    assert found.district(found.body("崇明区政府").iri).endswith("/310151")
    assert found.district(found.body("上海市民政局").iri) == ""


def test_every_provider_of_the_real_catalogue_is_reconciled(shared_data: Path) -> None:
    with (shared_data / "shanghai/providers.csv").open(encoding="utf-8-sig") as file:
        names = [row["数据提供方"] for row in csv.DictReader(file)]
    found = providers()
    assert not [name for name in names if found.body(name).how == "made"]
    assert len({found.body(name).iri for name in names}) == len(names) - 3
