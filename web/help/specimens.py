"""Made-up things in every state, for the page that shows the components: /help/design."""

from __future__ import annotations

from dataclasses import dataclass, field

from web.page import Link, Pager, PageUrl, Text, pager


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    label: str
    count: int
    href: str = "#facets"
    active: bool = False
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Value:
    """One object of a statement."""

    text: str
    lang: str = ""
    href: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One property with its values."""

    label: str
    iri: str
    curie: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one change did to one property."""

    label: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a history."""

    when: str
    title: str
    who: str = ""
    reason: str = ""
    number: int = 0
    href: str = ""
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Specimens:
    """Everything that the page of components shows."""

    themes: tuple[Option, ...]
    pager: Pager
    first: Pager
    url: PageUrl
    link: Link
    statements: tuple[Statement, ...]
    events: tuple[Event, ...]
    items: tuple[tuple[str, str, str, int, str], ...]
    bars: tuple[tuple[str, int, str], ...]
    colours: tuple[str, ...] = field(
        default=(
            "paper", "sunken", "rule", "edge", "ink-3", "ink-2", "ink", "accent", "tint", "found",
            "on-time", "due-soon", "overdue", "provisional",
            "series-1", "series-2", "series-3", "series-4", "series-5", "series-6",
        )
    )  # fmt: skip


URL = PageUrl("/help/design", (), anchor="pages")
SPECIMENS = Specimens(
    themes=(
        Option("经济建设", 412), Option("城市建设", 287, active=True), Option("道路交通", 231),
        Option("教育科技", 198), Option("民生服务", 176), Option("社会发展", 154),
        Option("公共安全", 121), Option("资源环境", 117), Option("卫生健康", 96),
        Option("文化休闲", 61), Option("机构团体", 24), Option("信用服务", 9),
    ),
    pager=pager(number=3, size=20, total=2234, url=URL),
    first=pager(number=1, size=20, total=57, url=URL),
    url=URL,
    link=Link(Text("上海市交通委员会", "zh"), "#text"),
    statements=(
        Statement("Title", "http://purl.org/dc/terms/title", "dct:title", (
            Value("公交线路站点信息", lang="zh"), Value("Bus stops by line", lang="en"))),
        Statement("Update frequency", "http://purl.org/dc/terms/accrualPeriodicity",
                  "dct:accrualPeriodicity", (Value("每日 Daily", href="#statements"),)),
        Statement("", "http://example.org/ns#rowCount", "ex:rowCount",
                  (Value("48231", datatype="xsd:integer"),)),
    ),
    events=(
        Event("2026-11-20T09:41:00+08:00", "Frequency corrected", "市交通委 · 王敏",
              "Agreed at the quarterly review.", 10482, changes=(
                  Difference("更新频率", ("每月",), ("每日",)),
                  Difference("关键字", (), ("公交", "站点")))),
        Event("2026-06-02T14:05:00+08:00", "Loaded from catalogue-2023.csv", number=118),
        Event("2025-03-18", "First catalogued", "市数据局"),
    ),
    items=(
        ("线路编码", "LINE_CODE", "C", 12, "2026-11-20"),
        ("站点名称", "STOP_NAME", "C", 60, "2026-11-20"),
        ("经度", "LON", "N", 11, "2026-06-02"),
        ("纬度", "LAT", "N", 11, "2026-06-02"),
        ("首班时间", "FIRST_BUS", "T", 8, "2025-03-18"),
    ),
    bars=(
        ("市交通委", 231, "#bars"), ("市住房城乡建设管理委", 187, "#bars"),
        ("市市场监管局", 122, "#bars"), ("市民政局", 64, "#bars"), ("市气象局", 7, "#bars"),
    ),
)  # fmt: skip
