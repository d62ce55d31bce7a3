"""Measure search on a generated catalogue: `python tests/bench/search_bench.py [--count 100000]`.

The catalogue is made from a seed, laid into a real store and indexed from it, so that building is
measured as the keeper does it. Every figure is of one process on one core, nothing remembered: each
question is asked once only.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from graph.search.document import DATASETS, documents, roots
from graph.search.index import SearchIndex
from graph.search.question import Question
from ontology.terms import AUTHORITY, CODES, CSVW, DCAT, DCT, FOAF, GOV, RDF, SKOS, XSD

BASE = "http://bench.example/id"
SOURCE = NamedNode(f"{BASE}/source/bench")
VOCABULARY = """
上海市 本市 黄浦区 徐汇区 长宁区 静安区 普陀区 虹口区 杨浦区 闵行区 宝山区 嘉定区 浦东新区
--
人口 法人 企业 公共停车场 道路 桥梁 公交线路 轨道交通 学校 幼儿园 医院 社区卫生 养老机构 房屋建筑
施工许可 环境空气质量 水质 绿地 公园 古树名木 食品经营 药品零售 行政处罚 行政许可 信用承诺 财政预算
政府采购 税收 就业 社会保险 婚姻登记 殡葬 体育场馆 文物保护 图书馆 博物馆 旅游景区 气象预警 地震监测
消防栓 防汛 垃圾分类 河道 海塘 不动产 土地出让 规划许可 建筑垃圾 燃气 供水 电力 通信基站 电动汽车充电
危险化学品 特种设备 计量器具 知识产权 专利 高新技术企业 科技创新 外商投资 进出口
--
信息 名单 目录 统计 基本情况 分布 监测 汇总 历史数据 实时数据 年报 月报 明细 登记 备案 评价 清单 指标
--
名称 地址 统一社会信用代码 组织机构代码 联系电话 法定代表人 经度 纬度 所属区 所属街道 登记日期 有效期
状态 数量 面积 单位 备注 更新时间
--
交通委员会 住房和城乡建设管理委员会 公安局 民政局 教育委员会 卫生健康委员会 生态环境局 水务局
--
交 交通 人 人口 房 上海市 静安 jt jiaot ga sh s o of 企业信 公共停车
--
jtwyh gaj mzj zfhcx
"""
PLACES, SUBJECTS, ASPECTS, ITEMS, OFFICES, TYPED, INITIALS = (
    each.split() for each in VOCABULARY.split("--")
)
FORMATS = ("CSV", "XLSX", "XLS", "JSON", "XML", "RDF_TURTLE", "SHP", "PDF")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL", "IRREG", "NEVER", "CONT")
TYPES = ("unconditional", "conditional", "none")
DIVISIONS = ("310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112")


def show(line: str) -> None:
    """Print a line of the table."""
    sys.stdout.write(f"{line}\n")


def iri(value: NamedNode | str) -> str:
    """Write an IRI as N-Triples."""
    return f"<{value.value if isinstance(value, NamedNode) else value}>"


def said(subject: str, *pairs: tuple[NamedNode, str]) -> Iterator[str]:
    """Write statements of one subject."""
    for key, value in pairs:
        yield f"<{subject}> {iri(key)} {value} .\n"


def agents() -> Iterator[str]:
    """Write sixty departments."""
    for at in range(60):
        place, office = PLACES[at % len(PLACES)], OFFICES[at % len(OFFICES)]
        yield from said(
            f"{BASE}/department/o{at}",
            (RDF.type, iri(GOV.Department)),
            (GOV.code, f'"o{at}"'),
            (FOAF.name, f'"{place}{office}"@zh'),
            (FOAF.name, f'"Office {at}"@en'),
            (SKOS.altLabel, f'"{office[:2]}{at}局"'),
            (GOV.district, iri(f"{CODES}division/{DIVISIONS[at % len(DIVISIONS)]}")),
        )


def dataset(at: int, dice: random.Random) -> Iterator[str]:
    """Write one dataset with its data items and files: about thirty statements."""
    subject = f"{BASE}/dataset/b-{at:07d}"
    place, thing, other = dice.choice(PLACES), dice.choice(SUBJECTS), dice.choice(SUBJECTS)
    title = f"{place}{thing}{dice.choice(ASPECTS)}{at % 997}"
    listed = "、".join(dice.sample(ITEMS, 8))
    text = f"{title}，由主管部门按{other}管理要求归集，包括{listed}等内容，供社会公众查询使用。"
    day = f"20{dice.randrange(15, 26)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
    yield from said(
        subject,
        (RDF.type, iri(DCAT.Dataset)),
        (GOV.code, f'"b-{at:07d}"'),
        (DCT.title, f'"{title}"@zh'),
        (DCT.description, f'"{text}"@zh'),
        (DCT.publisher, iri(f"{BASE}/department/o{int(dice.random() ** 2 * 60)}")),
        (DCAT.keyword, f'"{thing}"@zh'),
        (DCAT.keyword, f'"{other}"@zh'),
        (DCAT.theme, iri(f"{CODES}theme/t{dice.randrange(13)}")),
        (DCAT.theme, iri(f"{CODES}national-theme/n{dice.randrange(22)}")),
        (DCT.issued, f'"{day}"^^{iri(XSD.date)}'),
        (DCT.modified, f'"{day}"^^{iri(XSD.date)}'),
        (DCT.accrualPeriodicity, iri(f"{AUTHORITY}frequency/{dice.choice(FREQUENCIES)}")),
        (GOV.opennessType, iri(f"{CODES}openness/{dice.choice(TYPES)}")),
        (GOV.sharingType, iri(f"{CODES}sharing/{dice.choice(TYPES)}")),
        (DCT.spatial, iri(f"{CODES}division/{dice.choice(DIVISIONS)}")),
        (GOV.baseLibrary, iri(f"{BASE}/library/{dice.choice(('population', 'legal-person'))}")),
    )
    for number, name in enumerate(dice.sample(ITEMS, dice.choice((0, 2, 4))), 1):
        yield from said(
            f"{BASE}/item/b-{at:07d}.{number}",
            (DCT.isPartOf, iri(subject)),
            (CSVW.title, f'"{name}"@zh'),
            (CSVW.name, f'"F{number}"'),
        )
    for number in (1, 2):
        file = f"{subject}.{number}"
        yield from said(subject, (DCAT.distribution, iri(file)))
        yield from said(file, (DCT["format"], iri(f"{AUTHORITY}file-type/{dice.choice(FORMATS)}")))


def city(count: int, folder: Path) -> Store:
    """Lay a catalogue of so many datasets into a store as a view holds it."""
    dice = random.Random(1)
    file = folder / "city.nt"
    with file.open("w") as out:
        out.writelines(agents())
        for at in range(count):
            out.writelines(dataset(at, dice))
    store = Store(str(folder / "store"))
    for graph in (SOURCE, DefaultGraph()):
        store.bulk_load(path=str(file), format=RdfFormat.N_TRIPLES, to_graph=graph)
    return store


def measured(name: str, ask: Callable[[int], object], times: int = 60) -> None:
    """Print the median and the 95th percentile of asking; `ask` is told the turn."""
    took: list[tuple[float, float]] = []
    for turn in range(times):
        began = time.perf_counter(), time.thread_time()
        ask(turn)
        took.append((time.perf_counter() - began[0], time.thread_time() - began[1]))
    show(
        f"{name:44} "
        + " ".join(spread([each * 1000 for each in kind]) for kind in zip(*took, strict=True))
    )


def spread(took: list[float]) -> str:
    """Give the median and the 95th percentile."""
    return f"{statistics.median(took):8.2f} {statistics.quantiles(took, n=20)[-1]:8.2f}"


def filters(turn: int) -> dict[str, frozenset[str]]:
    """Choose values of three facets."""
    return {
        "openness": frozenset({f"{CODES}openness/{TYPES[turn % 3]}"}),
        "format": frozenset({f"{AUTHORITY}file-type/{FORMATS[turn % 8]}"}),
        "provider": frozenset(f"{BASE}/department/o{(turn + each) % 60}" for each in range(3)),
    }


def questions(index: SearchIndex) -> None:
    """Measure searches."""
    index.search(Question(text="预热"))

    def ask(**said: object) -> object:
        return index.search(Question(**said))  # type: ignore[arg-type]

    measured("one word, 9 facets", lambda n: ask(text=SUBJECTS[n]))
    measured("one word that half the catalogue has", lambda n: ask(text=ITEMS[n % 12], page=1 + n))
    measured("two words", lambda n: ask(text=f"{PLACES[n % 13]} {SUBJECTS[n]}"))
    measured("six words", lambda n: ask(text=f"{PLACES[n % 13]}{SUBJECTS[n]}统计 名称 状态 面积"))
    measured("pinyin initials", lambda n: ask(text=f"{INITIALS[n % 4]} {n}"))
    measured("no text, a filter of one value", lambda n: ask(filters=one_value(n)))
    measured("no text, 3 filters", lambda n: ask(filters=filters(n)))
    measured("one word, 3 filters", lambda n: ask(text=SUBJECTS[n], filters=filters(n)))
    measured("nothing found, loosened", lambda n: ask(text=f"{SUBJECTS[n]}普察 名称量子"))
    measured("misspelt", lambda n: ask(text=f"jiaotng {n}"))
    orders = ("relevance", "modified", "title")
    for order in orders:
        measured(f"page 1 of all by {order}", lambda _, o=order: ask(sort=o))
        measured(f"page 500 of all by {order}", lambda _, o=order: ask(sort=o, page=500))
    measured("the same words again (counts remembered)", lambda n: ask(text="信息", page=1 + n))


def one_value(turn: int) -> dict[str, frozenset[str]]:
    """Choose one value of one facet, never twice."""
    return {"provider": frozenset({f"{BASE}/department/o{turn % 60}"})}


def walks(index: SearchIndex) -> None:
    """Measure suggestions and walks."""
    measured("suggest", lambda n: index.suggest(TYPED[n % len(TYPED)]))
    last = (1 << 64) - 1
    for share in (0.0, 0.5, 0.999):
        measured(
            f"walk: 100 after {share:.1%}",
            lambda n, s=share: index.walk(DATASETS, int(last * s) + n, 100),
        )
    measured("walk back: 100 before 50%", lambda n: index.walk_back(DATASETS, last // 2 + n, 100))
    measured("start of the last page", lambda _: index.last_page_start(100))
    measured("figures, first time", lambda _: fresh_figures(index), times=10)


def fresh_figures(index: SearchIndex) -> object:
    """Count the figures as a newly opened index does."""
    index._look()
    return index.figures()


def resident() -> int:
    """Give the memory of this process, MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def changes(index: SearchIndex, store: Store) -> None:
    """Measure small writes."""
    iris = [f"{BASE}/dataset/b-{at:07d}" for at in range(40)]
    measured(
        "write and commit one document",
        lambda n: index.write(documents(store, [iris[n]]), [iris[n]]),
        times=40,
    )


def main() -> None:
    """Build the catalogue and print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--count", type=int, default=100_000)
    count = reader.parse_args().count
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = city(count, folder)
        iris = list(roots(store))
        show(f"{len(store)} quads, {len(iris)} things")
        began = time.process_time()
        for _ in documents(store, iris):
            pass
        read = time.process_time() - began
        before = resident()
        began = time.process_time()
        index = SearchIndex.create(folder / "index")
        index.write(documents(store, iris), iris)
        wrote = time.process_time() - began
        index.settle()
        size = sum(each.stat().st_size for each in (folder / "index").iterdir())
        grown = resident() - before
        show(
            f"CPU: read documents {read:.1f} s; read and write {wrote:.1f} s; {size >> 20} MB on disk"
        )
        show(f"indexing added {grown} MB to the memory of the process")
        show(f"{'milliseconds':44} {'p50':>8} {'p95':>8} {'p50 CPU':>8} {'p95 CPU':>8}")
        questions(index)
        walks(index)
        changes(index, store)


if __name__ == "__main__":
    sys.exit(main())
