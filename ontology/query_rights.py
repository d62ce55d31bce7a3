"""The rights over saved queries: who keeps, reads, changes, shares and publishes them.

Of a query, a thing's `clearance` says how far it is shared: open is public, shared its department's,
governance its owner's alone.
"""

from __future__ import annotations

from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.law import DEPARTMENT, KEEPS_INSTANCE, WITH_ACCOUNT, Law, Way, Whose
from ontology.people import Role
from ontology.sentences import Sentence

OWN_QUERY: Sentence = ("It is your own query.", "这是您自己的查询。")
KEEPS_QUERIES: Sentence = (
    "A department's steward keeps the queries shared with it.",
    "部门数据管理员管理与本部门共享的查询。",
)
SPEAKS_FOR_DEPARTMENT: Sentence = (
    "Whoever approves or keeps a department's data speaks for it to everyone.",
    "部门负责人与数据管理员代表本部门对外公开。",
)

QUERY_RIGHTS: dict[Action, Law] = {
    Action.SAVE_QUERY: Law(
        ("save a query", "保存查询"),
        (
            Way(
                WITH_ACCOUNT,
                Whose.SELF,
                (
                    "Whoever has an account keeps queries of their own.",
                    "有账号者可保存自己的查询。",
                ),
            ),
        ),
        ask=(
            "Everyone with a verified account may: ask for one.",
            "已核实的账号均可保存：请先取得账号。",
        ),
    ),
    Action.READ_QUERY: Law(
        ("read this query", "查看此查询"),
        (
            Way(
                (Role.VISITOR,),
                Whose.ANY,
                ("What is public is for everyone.", "公开的查询人人可读。"),
                upto=Clearance.OPEN,
            ),
            Way(
                DEPARTMENT,
                Whose.THIS,
                (
                    "A department reads what is shared with it.",
                    "部门人员可查看与本部门共享的查询。",
                ),
                upto=Clearance.SHARED,
            ),
            Way(WITH_ACCOUNT, Whose.SELF, OWN_QUERY),
        ),
    ),
    Action.EDIT_QUERY: Law(
        ("change this query", "修改此查询"),
        (
            Way(WITH_ACCOUNT, Whose.SELF, OWN_QUERY),
            Way((Role.STEWARD,), Whose.THIS, KEEPS_QUERIES, upto=Clearance.SHARED),
            Way((Role.ADMINISTRATOR,), Whose.CITY, KEEPS_INSTANCE, upto=Clearance.OPEN),
        ),
        ask=(
            "Save a copy of it instead, or ask its owner or the department's data steward.",
            "请另存一份，或联系其所有人或部门数据管理员。",
        ),
    ),
    Action.SHARE_QUERY: Law(
        ("share a query with this department", "与此部门共享查询"),
        (
            Way(
                DEPARTMENT,
                Whose.THIS,
                (
                    "Who works for a department shares with it.",
                    "部门人员可与本部门共享查询。",
                ),
            ),
        ),
    ),
    Action.PUBLISH_QUERY: Law(
        ("make this query public, or change a public one", "公开此查询或修改已公开的查询"),
        (
            Way((Role.APPROVER, Role.STEWARD), Whose.THIS, SPEAKS_FOR_DEPARTMENT),
            Way(
                (Role.OPENNESS_OFFICER, Role.ADMINISTRATOR),
                Whose.THIS,
                (
                    "The officer for openness and the administrator publish for the city.",
                    "开放管理员与系统管理员代表市级公开。",
                ),
            ),
        ),
    ),
}
