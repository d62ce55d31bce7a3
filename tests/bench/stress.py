"""A catalogue as large as one likes, written as a stream: plausible, bilingual, a little wrong.

`write(path, datasets, seed)` gives N-Triples of about thirty statements a dataset, clustered by
subject as real dumps are. The same seed gives the same bytes. One dataset in fifty has a fault of
the kind that real feeds have (a date like 2023/5/1, an old frequency, a blank at the end).
"""

from __future__ import annotations

import gzip
import random
import sys
from collections.abc import Iterator
from pathlib import Path

BASE = "https://data.example.org"
PUBLISHERS = 500
DCT, DCAT = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
FOAF, VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD = "http://www.w3.org/2001/XMLSchema#"
EU = "http://publications.europa.eu/resource/authority"

PLACES = (
    "黄浦",
    "徐汇",
    "长宁",
    "静安",
    "普陀",
    "虹口",
    "杨浦",
    "闵行",
    "宝山",
    "嘉定",
    "浦东",
    "金山",
    "松江",
    "青浦",
    "奉贤",
    "崇明",
)
SUBJECTS = (
    ("公交站点", "Bus stops"), ("空气质量监测", "Air quality"), ("法人登记信息", "Legal persons"),
    ("养老机构", "Care homes"), ("停车场泊位", "Parking spaces"), ("食品经营许可", "Food licences"),
    ("中小学校", "Schools"), ("医疗机构", "Hospitals"), ("行政处罚", "Penalties"),
    ("道路积水点", "Flooded roads"), ("文物保护单位", "Monuments"), ("不动产登记", "Real estate"),
    ("水质监测断面", "Water quality"), ("社会救助发放", "Social aid"), ("公园绿地", "Parks"),
    ("电梯检验", "Lift inspections"), ("企业年报", "Annual reports"), ("图书馆藏", "Library stock"),
)  # fmt: skip
FORMS = (
    ("明细", "records"),
    ("统计", "statistics"),
    ("名录", "directory"),
    ("地图图层", "map layer"),
    ("实时接口", "live feed"),
)
THEMES = ("TRAN", "ENVI", "ECON", "HEAL", "EDUC", "GOVE", "SOCI", "REGI", "TECH", "JUST")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL", "IRREG", "UPDATE_CONT")
WORDS = (
    "开放",
    "共享",
    "监管",
    "服务",
    "民生",
    "交通",
    "环境",
    "城市",
    "安全",
    "统计",
    "企业",
    "人口",
)
ABSTRACT_ZH = "，含名称、地址、统一社会信用代码、更新时间等信息项，由主管部门提供。"
ABSTRACT_EN = ", with name, address, code and time of update, as provided by the office in charge."
FORMATS = (("CSV", "text/csv"), ("JSON", "application/json"), ("XLSX", "application/vnd.ms-excel"))
OLD_FREQUENCIES = (
    "http://purl.org/cld/freq/daily",
    "http://purl.org/linked-data/sdmx/2009/code#freq-M",
    f"{EU}/frequency/DAY",
)


def write(path: Path, datasets: int, seed: int = 1) -> int:
    """Write the catalogue (gzip where the name ends in .gz); give the count of its statements."""
    opened = gzip.open if path.suffix == ".gz" else open
    count = 0
    with opened(path, "wb") as out:
        for lines in _records(datasets, random.Random(seed)):
            out.write("".join(lines).encode())
            count += len(lines)
    return count


def _records(datasets: int, chance: random.Random) -> Iterator[list[str]]:
    for number in range(min(PUBLISHERS, max(1, datasets // 4))):
        yield _publisher(number)
    for number in range(datasets):
        yield _dataset(number, min(PUBLISHERS, max(1, datasets // 4)), chance)


def _publisher(number: int) -> list[str]:
    subject = f"<{BASE}/org/{number}>"
    place = PLACES[number % len(PLACES)]
    return [
        f"{subject} {RDF_TYPE} <{FOAF}Organization> .\n",
        f'{subject} <{FOAF}name> "{place}区第{number}办公室"@zh .\n',
        f'{subject} <{FOAF}name> "Office {number}"@en .\n',
        f"{subject} <{FOAF}homepage> <https://office{number}.example.org/> .\n",
    ]


def _dataset(number: int, publishers: int, chance: random.Random) -> list[str]:
    iri = f"{BASE}/dataset/{number}"
    subject, contact = f"<{iri}>", f"<{iri}/contact>"
    (topic_zh, topic_en), (form_zh, form_en) = chance.choice(SUBJECTS), chance.choice(FORMS)
    place, year = chance.choice(PLACES), chance.randint(2008, 2024)
    faulty = chance.random() < 0.02
    day = f"{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    issued = f'"{year}/{day.replace("-", "/")}"' if faulty else f'"{year}-{day}"^^<{XSD}date>'
    often = (
        chance.choice(OLD_FREQUENCIES) if faulty else f"{EU}/frequency/{chance.choice(FREQUENCIES)}"
    )
    blank = " " if faulty else ""
    title = f"{place}区{topic_zh}{form_zh}{number}"
    lines = [
        f"{subject} {RDF_TYPE} <{DCAT}Dataset> .\n",
        f'{subject} <{DCT}title> "{title}{blank}"@zh .\n',
        f'{subject} <{DCT}title> "{topic_en}, {form_en} {number}"@en .\n',
        f'{subject} <{DCT}description> "{place}区{topic_zh}{form_zh}{ABSTRACT_ZH}"@zh .\n',
        f'{subject} <{DCT}description> "{topic_en} of the district ({form_en}){ABSTRACT_EN}"@en .\n',
        f'{subject} <{DCT}identifier> "EX-{number:08}" .\n',
        f"{subject} <{DCT}publisher> <{BASE}/org/{chance.randrange(publishers)}> .\n",
        f"{subject} <{DCAT}theme> <{EU}/data-theme/{chance.choice(THEMES)}> .\n",
        f'{subject} <{DCAT}keyword> "{chance.choice(WORDS)}"@zh .\n',
        f'{subject} <{DCAT}keyword> "{topic_zh}"@zh .\n',
        f"{subject} <{DCT}accrualPeriodicity> <{often}> .\n",
        f"{subject} <{DCT}issued> {issued} .\n",
        f'{subject} <{DCT}modified> "2025-{day}"^^<{XSD}date> .\n',
        f"{subject} <{DCT}accessRights> <{EU}/access-right/PUBLIC> .\n",
        f"{subject} <{DCAT}contactPoint> {contact} .\n",
        f"{contact} {RDF_TYPE} <{VCARD}Organization> .\n",
        f'{contact} <{VCARD}fn> "{place}区数据管理办公室"@zh .\n',
    ]
    for place_, (name, media) in enumerate(chance.sample(FORMATS, 2)):
        part = f"<{iri}/distribution/{place_}>"
        lines += [
            f"{subject} <{DCAT}distribution> {part} .\n",
            f"{part} {RDF_TYPE} <{DCAT}Distribution> .\n",
            f'{part} <{DCT}title> "{title} {name}"@zh .\n',
            f"{part} <{DCT}format> <{EU}/file-type/{name}> .\n",
            f"{part} <{DCAT}mediaType> <https://www.iana.org/assignments/media-types/{media}> .\n",
            f"{part} <{DCAT}accessURL> <https://files.example.org/{number}/{place_}> .\n",
            f"{part} <{DCT}license> <{EU}/licence/CC_BY_4_0> .\n",
        ]
    return lines


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 1))  # noqa: T201
