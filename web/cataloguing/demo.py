"""Work in progress for the demo: a draft in every state that one may find it in, and what waits.

Made once, in the fresh sample city, by the demo's own people; days are counted back from today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from graph.asking.saved import Place, Said, SavedQueries, Sharing
from graph.bulk.bulks import Bulks, Sent, Wish
from graph.bulk.catalogue import Catalogue, Owner
from graph.bulk.content import of_catalogue
from graph.bulk.sheets import CODE, MARK, About
from graph.bulk.workbook import workbook
from graph.cataloguing.cases import Cases, Decision, subject_of, thing_of
from graph.cataloguing.drafts import Draft, Saving, Subject
from graph.cataloguing.numbers import proposed
from graph.cataloguing.reported import Named, Reported, report
from graph.cataloguing.typed import Typed, tidy
from graph.instance import Instance
from graph.views.keeper import Keeper
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.people import Grant, Person, Role
from ontology.workflows import change_due
from sparql.shipped import shipped
from web.accounts.demo import DEPARTMENT, GRANTS
from web.cataloguing.bulk_sheets import GUIDE, columns, sheets
from web.site import SHANGHAI

OTHER = "scjgj"  # the market regulator, so that the city's queue holds more than one department
NUMBERS = "307021"  # the classification that the transport commission's datasets are numbered in
DESCRIPTION = "dct:description@zh"
KEYWORDS = "dcat:keyword@zh"
FREQUENCY = "dct:accrualPeriodicity"
WEEKLY = "http://publications.europa.eu/resource/authority/frequency/WEEKLY"
DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
TEXT = "https://w3id.org/govgraph/item-type/C"
PEOPLE = {
    **{name: Person(name, (grant,), verified=True) for name, grant in GRANTS},
    "market-cataloguer": Person(
        "market-cataloguer", (Grant(Role.CATALOGUER, OTHER),), verified=True
    ),
    "market-approver": Person("market-approver", (Grant(Role.APPROVER, OTHER),), verified=True),
}
WRITTEN = "cataloguer"

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of a draft: who took it, how many days ago, why, with remarks by field."""

    action: Action
    who: str
    ago: int
    reason: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """One draft: of the dataset `like`, or a new one like it (`new`), with what is typed over it."""

    like: str
    fields: Fields
    begun: int
    steps: tuple[Taken, ...] = ()
    new: bool = False
    by: str = WRITTEN


WORK: tuple[Work, ...] = (
    Work(
        "jtw-0010",
        {
            "dct:title@zh": ("轨道交通车站无障碍设施",),
            DESCRIPTION: ("各车站无障碍电梯、坡道和卫生间的位置与状态。",),
        },
        begun=1,
        new=True,
    ),
    Work(
        "jtw-0004",
        {
            "dct:title@zh": ("互联网租赁自行车停放区",),
            "dct:title@en": ("Parking areas for shared bicycles",),
            DESCRIPTION: ("互联网租赁自行车推荐停放区的道路、范围和容量。",),
            "dct:description@en": ("Recommended areas by road, with extent and capacity.",),
            KEYWORDS: ("共享单车", "停放"),
        },
        begun=3,
        new=True,
        steps=(Taken(Action.SUBMIT, WRITTEN, 1),),
    ),
    Work(  # overdue at the department
        "jtw-0004",
        {FREQUENCY: (WEEKLY,), KEYWORDS: ("停车", "收费", "泊位", "充电")},
        begun=34,
        steps=(Taken(Action.SUBMIT, WRITTEN, 32),),
    ),
    Work(
        "jtw-0001",
        {
            DESCRIPTION: (
                "公交线路的编号、名称、起讫站、里程、票价和经营企业，含夜宵线与定制公交。",
            )
        },
        begun=6,
        steps=(
            Taken(Action.SUBMIT, WRITTEN, 5),
            Taken(Action.APPROVE, "approver", 1, "增加夜宵线与定制公交，已核对。"),
        ),
    ),
    Work(  # overdue at the city's office
        "scjgj-0003",
        {FREQUENCY: (WEEKLY,), KEYWORDS: ("经营异常", "信用", "企业")},
        begun=40,
        by="market-cataloguer",
        steps=(
            Taken(Action.SUBMIT, "market-cataloguer", 38),
            Taken(Action.APPROVE, "market-approver", 36),
        ),
    ),
    Work(
        "jtw-0010",
        {FREQUENCY: (DAILY,)},
        begun=9,
        steps=(
            Taken(Action.SUBMIT, WRITTEN, 8),
            Taken(Action.APPROVE, "approver", 6),
            Taken(Action.REVIEW, "reviewer", 1),
        ),
    ),
    Work(
        "jtw-0014",
        {DESCRIPTION: ("出租汽车经营企业许可。",), FREQUENCY: (DAILY,)},
        begun=7,
        steps=(
            Taken(Action.SUBMIT, WRITTEN, 6),
            Taken(
                Action.RETURN,
                "approver",
                2,
                "说明过于简略，更新周期与系统实际不符。",
                {
                    DESCRIPTION: "请写明许可的范围、有效期与发证机关。",
                    FREQUENCY: "许可系统按季度归集，请核实更新周期。",
                },
            ),
        ),
    ),
    Work(
        "jtw-0002",
        {KEYWORDS: ("公交", "坐标", "站点", "候车亭")},
        begun=2,
        steps=(Taken(Action.CORRECT, WRITTEN, 1),),
    ),
)
WITHDRAWN = ("jtw-0017", "航线调整，数据改由轮渡公司发布。")
CHANGED = ("jtw-bus", ("jtw-0003",), "到站预报改为每 10 秒推送，新增车厢拥挤度字段。")
SENT = ("交通委目录修订.xlsx", {"jtw-0009": "拥堵", "jtw-0015": "司机", "jtw-0019": "危险品"})
QUESTIONS = ((0, Sharing.PRIVATE), (1, Sharing.DEPARTMENT))


class Quiet(Cases):
    """Cases that tell of themselves in the graph at the end, all at once."""

    def tell(self, number: int, actor: str, decision: Decision) -> None:
        """Leave it to `settle`."""


def make_work(instance: Instance, now: datetime) -> None:
    """Fill the desks of the demo's people."""
    cases = Quiet(instance)
    withdraw(cases, now)
    report(instance, changed_system(instance, now))
    for work in WORK:
        draft(cases, work, now)
    send(instance, now)
    ask(instance, now)
    tell_all(instance, now)


def tell_all(instance: Instance, now: datetime) -> None:
    """Tell in the graph how the cases stand, and publish that once."""
    keeper = Keeper(instance.home, instance.ledger)
    try:
        keeper.start()
        Cases(instance).settle(now)
        keeper.catch_up(now)
    finally:
        keeper.close()


def draft(cases: Cases, work: Work, now: datetime) -> Draft:
    """Make one draft and take its steps."""
    author = PEOPLE[work.by]
    found = subject(cases, work.like)
    before = cases.published(found)
    began = now - timedelta(days=work.begun)
    if work.new:
        found, before = beginning(cases), new_like(cases, before)
    made = cases.begin(found, before, author, began)
    typed = replace(before, fields={**before.fields, **work.fields})
    made = cases.drafts.save(
        made.id, typed, Saving(author.name, began + timedelta(minutes=20), made.revision)
    )
    for each in work.steps:
        at = now - timedelta(days=each.ago)
        decision = Decision(each.action, at, made.revision, each.reason, dict(each.remarks))
        made = cases.take(made, PEOPLE[each.who], decision)
    return made


def subject(cases: Cases, code: str) -> Subject:
    """Give the subject of a version of a dataset of the city."""
    owner = code.partition("-")[0]
    kept = cases.instance.ledger.entry(owner, code)
    assert kept is not None, code
    return subject_of(kept, owner, None)


def beginning(cases: Cases) -> Subject:
    """Give the subject of a new dataset."""
    code = cases.drafts.next_code("dataset", DEPARTMENT)
    iri = f"{cases.instance.home.settings.base}/id/dataset/{code}"
    return Subject("dataset", code, iri, DEPARTMENT, code, DEPARTMENT)


def new_like(cases: Cases, model: Typed) -> Typed:
    """Give what a new dataset says that is filed as another is, under a number of its own."""
    view = cases.instance.snapshots.view(Clearance.GOVERNANCE)
    number = str(proposed(NUMBERS, view.store, cases.drafts.numbers()))
    own = ("dcat:theme", "dct:spatial", "vcard:fn@zh", "vcard:hasTelephone", FREQUENCY)
    axes = ("gov:sharingType", "gov:sharingWay", "gov:opennessType")
    fields = {name: model.fields[name] for name in (*own, *axes) if name in model.fields}
    said = (("编号", "id"), ("名称", "name"), ("位置", "place"))
    items = [
        {
            "csvw:title@zh": title,
            "csvw:name": name,
            "gov:dataType": TEXT,
            "gov:length": "100",
            **{axis: fields[axis][0] for axis in ("gov:sharingType", "gov:opennessType")},
        }
        for title, name in said
    ]
    return tidy("dataset", {**fields, "dct:identifier": (number,)}, items=items)


def withdraw(cases: Cases, now: datetime) -> None:
    """Take a published entry out of the catalogue."""
    code, why = WITHDRAWN
    found = subject(cases, code)
    kept = cases.kept(found)
    assert kept is not None
    last = cases.drafts.keep(
        found, cases.published(found), cases.state_of(kept), Saving(WRITTEN, now, 1)
    )
    decision = Decision(Action.WITHDRAW, now, 1, why)
    cases.withdraw(kept, thing_of(last), PEOPLE["reviewer"], decision)


def changed_system(instance: Instance, now: datetime) -> Reported:
    """Give the report of a system that changed yesterday, whose clock runs."""
    code, affected, what = CHANGED
    day = (now - timedelta(days=1)).astimezone(SHANGHAI).date()
    due = change_due(day)
    return Reported(
        number=0,
        at=now - timedelta(days=1),
        day=day,
        by="steward",
        department=DEPARTMENT,
        about=named(instance, code),
        what=what,
        affected=tuple(named(instance, each) for each in affected),
        seq=instance.ledger.last(),
        due=due.day,
        provisional=due.provisional,
    )


def named(instance: Instance, code: str) -> Named:
    """Give an entry by name."""
    kept = instance.ledger.entry(DEPARTMENT, code)
    assert kept is not None, code
    return Named(kept.iri, kept.kind, kept.code, kept.title)


def send(instance: Instance, now: datetime) -> None:
    """Send an edited workbook and hand it in."""
    name, words = SENT
    bulks = Bulks(instance)
    owner = Owner(DEPARTMENT)
    catalogue = Catalogue(instance, owner)
    about = About(DEPARTMENT, "zh", catalogue.seq, catalogue.base, now.isoformat())
    own = [each for each in sheets() if each.kind == "dataset"]
    contents = [
        replace(
            each,
            rows=[
                {**row, KEYWORDS: f"{row.get(KEYWORDS, '')}；{words[row[CODE]]}", MARK: ""}
                for row in each.rows
                if row and row[CODE] in words
            ],
        )
        for each in of_catalogue(catalogue, own, "zh")
    ]
    data = workbook(about, contents, GUIDE)
    at = now - timedelta(days=1)
    held = bulks.receive(Sent(name, data, owner, at), columns(), PEOPLE[WRITTEN])
    bulks.take(held, PEOPLE[WRITTEN], Wish(Action.SUBMIT, at, held.revision))


def ask(instance: Instance, now: datetime) -> None:
    """Keep a few questions of a person, one of them shared with the department."""
    kept = SavedQueries(instance.ledger)
    found = list(shipped().values())
    for place, sharing in QUESTIONS:
        each = found[place]
        said = Said(each.text, each.zh, each.en, tags=each.tags)
        department = DEPARTMENT if sharing is Sharing.DEPARTMENT else ""
        kept.add(each.slug, said, Place(sharing, department), by=WRITTEN, at=now)
