"""The table of rights: action by action, the ways in which it is allowed, each with its reason.

Only data. It is read by `ontology.permissions`; a test goes through every row.
"""

from __future__ import annotations

from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.law import DEPARTMENT, KEEPS_INSTANCE, WITH_ACCOUNT, Law, Part, Separation, Way, Whose
from ontology.people import Role
from ontology.query_rights import QUERY_RIGHTS
from ontology.sentences import Sentence
from ontology.states import OPEN_TO_WRITING, State


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


WRITERS = (Role.CATALOGUER, Role.STEWARD)
OFFICERS = (Role.SHARING_OFFICER, Role.OPENNESS_OFFICER)
OFFICE = (Role.REVIEWER, *OFFICERS, Role.AUDITOR, Role.ADMINISTRATOR)

OWN_CATALOGUE: Sentence = (
    "A department writes its own catalogue (work plan 2017, 二(二)).",
    "各部门编制本部门的目录（2017年度工作计划二(二)）。",
)
OWN_GRAPH: Sentence = (
    "A department answers for its own graph; every write is in the ledger and can be undone.",
    "部门对本部门的图负责；每次写入均记入账本，可以撤销。",
)
CITY_REVIEWS: Sentence = (
    "The city's office reviews what departments have approved.",
    "市级主管部门审核各部门已通过的条目。",
)
AXES_REVIEWED: Sentence = (
    "The officers for sharing and openness look at both axes before publication.",
    "发布前由共享与开放管理员核对两条轴线。",
)
DEPARTMENT_DECIDES: Sentence = (
    "The department's head decides first (two-step review).",
    "先由部门负责人审核（两级审核）。",
)
KEEPS_PEOPLE: Sentence = (
    "A department's steward keeps its internal users.",
    "部门数据管理员管理本部门的内部用户。",
)

PERMISSIONS: dict[Action, Law] = {
    Action.READ_OPEN: Law(
        ("read what is open", "查阅公开内容"),
        (Way((Role.VISITOR,), Whose.ANY, ("What is open is for everyone.", "公开内容人人可读。")),),
    ),
    Action.READ_SHARED: Law(
        ("read what departments share", "查阅部门共享内容"),
        (
            Way(
                (*DEPARTMENT, *OFFICE),
                Whose.ANY,
                (
                    "Departments see what is shared between departments.",
                    "部门可查阅部门间共享的内容。",
                ),
            ),
        ),
        ask=(
            "An account of a department sees it: ask your department's data steward.",
            "部门账号可以查阅：请联系本部门的数据管理员。",
        ),
    ),
    Action.READ_GOVERNANCE: Law(
        ("read what is kept to the city's office", "查阅治理内容"),
        (
            Way(
                OFFICE,
                Whose.CITY,
                ("The city's office governs the whole catalogue.", "市级主管部门管理全市目录。"),
            ),
        ),
        ask=("It is kept to the city's office: ask there.", "仅限市级主管部门，请向其咨询。"),
    ),
    Action.QUERY: Law(
        ("ask in SPARQL", "用 SPARQL 查询"),
        (
            Way(
                (Role.VISITOR,),
                Whose.ANY,
                (
                    "Everyone may ask; what is answered follows from the reader's view.",
                    "人人可以查询；答案取自查询人的视图。",
                ),
            ),
        ),
    ),
    Action.FEDERATE: Law(
        ("ask other endpoints within a query (SERVICE)", "在查询中向其他端点提问（SERVICE）"),
        (
            Way(
                (*DEPARTMENT, *OFFICE),
                Whose.ANY,
                (
                    "Staff may have the platforms of the districts asked along.",
                    "工作人员可在查询中一并查询各区平台。",
                ),
            ),
        ),
        ask=(
            "An account of a department may: ask your department's data steward.",
            "部门账号可以使用：请联系本部门的数据管理员。",
        ),
    ),
    Action.UPDATE: Law(
        ("change this graph by SPARQL Update", "用 SPARQL 更新此图"),
        (
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, OWN_GRAPH),
        ),
    ),
    Action.WRITE_STORE: Law(
        ("write this graph", "写入此图"),
        (
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, OWN_GRAPH),
        ),
    ),
    Action.LOAD: Law(
        ("load into this source", "装载到此来源"),
        (
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, OWN_GRAPH),
        ),
    ),
    Action.UNDO_LOAD: Law(
        ("undo this load", "撤销此次装载"),
        (
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, OWN_GRAPH),
        ),
    ),
    Action.RESTORE: Law(
        ("bring back an earlier version of this entry", "恢复此条目的早先版本"),
        (
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, OWN_GRAPH),
        ),
    ),
    Action.READ_ENTRY: Law(
        ("read this entry", "查阅此条目"),
        (
            Way(
                (Role.VISITOR,),
                Whose.ANY,
                ("What is open is for everyone.", "公开内容人人可读。"),
                upto=Clearance.OPEN,
            ),
            Way(
                (*DEPARTMENT, *OFFICE),
                Whose.ANY,
                (
                    "Departments see what is shared between departments.",
                    "部门可查阅部门间共享的内容。",
                ),
                upto=Clearance.SHARED,
            ),
            Way(
                DEPARTMENT,
                Whose.THIS,
                (
                    "A department sees its own entries, whatever their clearance.",
                    "部门可查阅本部门的全部条目。",
                ),
            ),
            Way(
                OFFICE,
                Whose.THIS,
                ("The city's office governs the whole catalogue.", "市级主管部门管理全市目录。"),
            ),
        ),
        ask=(
            "Ask the department that keeps it, or the city's office.",
            "请向主管该条目的部门或市级主管部门咨询。",
        ),
    ),
    Action.READ_DRAFT: Law(
        ("see this draft", "查看此草稿"),
        (
            Way(
                DEPARTMENT,
                Whose.THIS,
                ("A draft is seen by its own department.", "草稿由本部门查看。"),
            ),
            Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS),
            Way(OFFICERS, Whose.THIS, AXES_REVIEWED, _in(State.APPROVED, State.REGISTERED)),
        ),
    ),
    Action.CREATE: Law(
        ("begin an entry for this department", "为此部门新建条目"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE),),
    ),
    Action.EDIT: Law(
        ("edit this draft", "修改此草稿"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE, OPEN_TO_WRITING),),
    ),
    Action.REVISE: Law(
        ("begin a new version of this entry", "编制此条目的新版本"),
        (
            Way(
                WRITERS,
                Whose.THIS,
                (
                    "A change of the data is followed within 2 working days (plan 2017, 二(二)2).",
                    "数据资源变化后应在2个工作日内更新目录（2017年度工作计划二(二)2）。",
                ),
                _in(State.PUBLISHED, State.WITHDRAWN),
            ),
        ),
    ),
    Action.DISCARD: Law(
        ("throw this draft away", "放弃此草稿"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE, OPEN_TO_WRITING),),
    ),
    Action.UPLOAD: Law(
        ("upload this department's catalogue", "上传此部门的目录表格"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE),),
    ),
    Action.TELL_LINEAGE: Law(
        ("tell where data come from and go to", "登记数据血缘"),
        (
            Way(
                WRITERS,
                Whose.THIS,
                (
                    "A department tells what its jobs make of data, in its own source.",
                    "各部门在本部门的来源中登记其作业对数据的加工。",
                ),
            ),
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
        ),
    ),
    Action.NOTIFY_CHANGE: Law(
        ("send word of a change of this entry", "告知此条目的变更"),
        (Way((*WRITERS, Role.APPROVER, Role.REVIEWER), Whose.THIS, OWN_CATALOGUE),),
    ),
    Action.MANAGE_DRAFTS: Law(
        ("hand over the drafts of this department", "转交此部门的草稿"),
        (
            Way(
                (Role.STEWARD,),
                Whose.THIS,
                ("The steward keeps the department's drafts.", "部门数据管理员管理本部门的草稿。"),
            ),
        ),
    ),
    Action.REPORT_CHANGE: Law(
        ("report that this system or its data changed", "报告此系统或数据结构的变化"),
        (
            Way(
                DEPARTMENT,
                Whose.THIS,
                (
                    "The department knows first when its systems change.",
                    "系统变化由主管部门最先知悉。",
                ),
            ),
            Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS),
        ),
    ),
    Action.MATCH_ELEMENTS: Law(
        ("decide which data element this data item is", "确定此数据项对应的数据元"),
        (
            Way(
                (Role.STEWARD,),
                Whose.THIS,
                (
                    "A department's steward says what its own data items mean.",
                    "部门数据管理员说明本部门数据项的含义。",
                ),
            ),
            Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS),
        ),
    ),
    Action.DECIDE_SOURCE: Law(
        ("decide which department is the source of this data element", "确定此数据元的数源部门"),
        (
            Way(
                (Role.REVIEWER, Role.SHARING_OFFICER),
                Whose.CITY,
                (
                    "Where several departments collect the same, the city's office names the source.",
                    "几个部门采集同一数据的，由市级主管部门确定数源部门。",
                ),
            ),
        ),
    ),
    Action.OBJECT_TO_SOURCE: Law(
        (
            "object to the decision on the source of this data element",
            "对此数据元的数源决定提出异议",
        ),
        (
            Way(
                (Role.STEWARD, Role.APPROVER),
                Whose.THIS,
                (
                    "A department that supplies the element may say what speaks against the decision.",
                    "供给该数据元的部门可以说明对决定的不同意见。",
                ),
            ),
        ),
    ),
    Action.MERGE_ENTRIES: Law(
        ("merge this entry with another, or part them again", "归并此条目或撤销归并"),
        (
            Way(
                (Role.STEWARD,),
                Whose.THIS,
                (
                    "A department's steward merges entries of its own; both must be.",
                    "部门数据管理员可归并本部门的条目；两条都须属本部门。",
                ),
            ),
            Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS),
        ),
    ),
    Action.SUBMIT: Law(
        ("hand in this draft", "提交此草稿"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE, OPEN_TO_WRITING),),
    ),
    Action.CORRECT: Law(
        ("hand in this small correction", "提交此小改"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE, OPEN_TO_WRITING),),
    ),
    Action.RECALL: Law(
        ("take back what was handed in", "收回已提交的草稿"),
        (Way(WRITERS, Whose.THIS, OWN_CATALOGUE, _in(State.SUBMITTED, State.CORRECTING)),),
    ),
    Action.APPROVE: Law(
        ("approve this entry", "通过此条目"),
        (
            Way(
                (Role.APPROVER,),
                Whose.THIS,
                DEPARTMENT_DECIDES,
                _in(State.SUBMITTED, State.CORRECTING),
            ),
        ),
    ),
    Action.RETURN: Law(
        ("return this entry", "退回此条目"),
        (
            Way(
                (Role.APPROVER,),
                Whose.THIS,
                DEPARTMENT_DECIDES,
                _in(State.SUBMITTED, State.CORRECTING),
            ),
            Way(
                (Role.REVIEWER,),
                Whose.THIS,
                CITY_REVIEWS,
                _in(State.APPROVED, State.REGISTERED),
            ),
            Way(OFFICERS, Whose.THIS, AXES_REVIEWED, _in(State.APPROVED, State.REGISTERED)),
        ),
    ),
    Action.REVIEW: Law(
        ("pass this entry for the city", "市级审核通过此条目"),
        (Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS, _in(State.APPROVED)),),
    ),
    Action.PUBLISH: Law(
        ("publish this entry", "发布此条目"),
        (Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS, _in(State.REGISTERED)),),
    ),
    Action.WITHDRAW: Law(
        ("withdraw this entry", "撤销发布此条目"),
        (
            Way((Role.APPROVER,), Whose.THIS, DEPARTMENT_DECIDES, _in(State.PUBLISHED)),
            Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS, _in(State.PUBLISHED)),
        ),
    ),
    Action.ARCHIVE: Law(
        ("archive this entry", "归档此条目"),
        (
            Way((Role.STEWARD,), Whose.THIS, OWN_CATALOGUE, _in(State.WITHDRAWN)),
            Way((Role.REVIEWER,), Whose.THIS, CITY_REVIEWS, _in(State.WITHDRAWN)),
        ),
    ),
    **QUERY_RIGHTS,
    Action.MANAGE_PEOPLE: Law(
        ("manage the accounts of this department", "管理此部门的账号"),
        (
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, KEEPS_PEOPLE),
        ),
    ),
    Action.MANAGE_OFFICE: Law(
        ("give or take roles of the city's office", "授予或收回市级角色"),
        (Way((Role.ADMINISTRATOR,), Whose.CITY, KEEPS_INSTANCE),),
    ),
    Action.ADMIT: Law(
        ("decide on this registration", "审核此实名登记"),
        (
            Way(
                (Role.OPENNESS_OFFICER, Role.ADMINISTRATOR),
                Whose.THIS,
                (
                    "Those who use data in bulk register with a real name (plan 2017, 二(三)5).",
                    "大规模、持续利用数据的须实名登记（2017年度工作计划二(三)5）。",
                ),
            ),
        ),
    ),
    Action.MANAGE_TOKENS: Law(
        ("make tokens for this account", "为此账号制作令牌"),
        (
            Way(
                WITH_ACCOUNT,
                Whose.SELF,
                (
                    "One makes tokens for oneself: a token never exceeds its owner.",
                    "令牌由本人制作；令牌的权限不超过其所有人。",
                ),
            ),
        ),
        ask=(
            "Only a verified account makes tokens, and only for itself.",
            "只有已核实的账号可为自己制作令牌。",
        ),
    ),
    Action.REVOKE_TOKEN: Law(
        ("revoke this token", "吊销此令牌"),
        (
            Way(
                WITH_ACCOUNT,
                Whose.SELF,
                ("One may end one's own token at any time.", "本人可随时吊销自己的令牌。"),
            ),
            Way((Role.ADMINISTRATOR,), Whose.THIS, KEEPS_INSTANCE),
            Way((Role.STEWARD,), Whose.THIS, KEEPS_PEOPLE),
        ),
        ask=(
            "Ask its owner, the department's data steward or the administrator.",
            "请联系令牌所有人、其部门的数据管理员或系统管理员。",
        ),
    ),
    Action.READ_AUDIT: Law(
        ("read the audit trail", "查阅审计记录"),
        (
            Way(
                (Role.AUDITOR, Role.ADMINISTRATOR),
                Whose.THIS,
                (
                    "The auditor and the administrator find out who did what.",
                    "审计员与系统管理员可查明何人所为。",
                ),
            ),
        ),
    ),
    Action.EXPORT_AUDIT: Law(
        ("export the audit trail", "导出审计记录"),
        (
            Way(
                (Role.AUDITOR, Role.ADMINISTRATOR),
                Whose.CITY,
                ("The export is itself in the trail.", "导出行为本身也记入审计。"),
            ),
        ),
    ),
    Action.CONFIGURE: Law(
        ("change the settings of the instance", "更改系统设置"),
        (Way((Role.ADMINISTRATOR,), Whose.CITY, KEEPS_INSTANCE),),
    ),
}

NOT_OWN_ENTRY: Sentence = (
    "You took part in writing or approving this entry: another person decides on it.",
    "您参与了此条目的编制或部门审核，须由他人决定。",
)
NOT_OWN_ACCOUNT: Sentence = (
    "It is your own account: another person decides on it.",
    "这是您自己的账号，须由他人决定。",
)
BY_WRITER = Separation(frozenset({Part.AUTHOR}), NOT_OWN_ENTRY)
BY_WRITER_OR_APPROVER = Separation(frozenset({Part.AUTHOR, Part.APPROVER}), NOT_OWN_ENTRY)
BY_OWNER = Separation(frozenset({Part.AUTHOR}), NOT_OWN_ACCOUNT)

# Nobody decides what is their own; the city's step is taken by another than the department's.
SEPARATED: dict[Action, Separation] = {
    Action.APPROVE: BY_WRITER,
    Action.RETURN: BY_WRITER,
    Action.REVIEW: BY_WRITER_OR_APPROVER,
    Action.PUBLISH: BY_WRITER_OR_APPROVER,
    Action.MANAGE_PEOPLE: BY_OWNER,
    Action.MANAGE_OFFICE: BY_OWNER,
    Action.ADMIT: BY_OWNER,
}
