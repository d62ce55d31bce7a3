"""What stands in the audit, said to people: deeds, reasons and details in the reader's language.

The rows themselves keep one word for each deed and the English reason, so that a search and an
export mean the same for everyone; a reason's Chinese lies beside it in the details (`why_zh`).
"""

from __future__ import annotations

from graph.ledger.audit import Audited
from ontology.actions import Action
from ontology.people import Role
from ontology.permissions import PERMISSIONS
from ontology.scopes import SCOPES
from ontology.sentences import Sentence
from web.accounts.holders import bodies
from web.accounts.pages import Choice, Told
from web.accounts.people import words

DEEDS: dict[str, Sentence] = {
    "sign-in": ("sign in", "登录"),
    "sign-out": ("sign out", "退出登录"),
    "sign-up": ("make an account", "注册账号"),
    "sign-up again": ("make an account again", "重复注册账号"),
    "make account": ("make an account for somebody", "代建账号"),
    "confirm address": ("confirm an address", "确认邮箱地址"),
    "ask for a new password": ("ask for a new password", "申请重设密码"),
    "make first password": ("make a first password for somebody", "生成初始密码"),
    "change password": ("change the password", "更改密码"),
    "use one-time codes": ("set up one-time codes", "启用动态验证码"),
    "stop one-time codes": ("give up one-time codes", "停用动态验证码"),
    "add passkey": ("add a passkey", "添加通行密钥"),
    "remove passkey": ("remove a passkey", "移除通行密钥"),
    "end session": ("end a session", "结束会话"),
    "make token": ("make a token", "生成令牌"),
    "revoke token": ("revoke a token", "吊销令牌"),
    "give role": ("give a role", "授予角色"),
    "take role": ("take a role back", "收回角色"),
    "disable account": ("disable an account", "停用账号"),
    "enable account": ("let an account in again", "恢复账号"),
    "register": ("register with a real name", "提交实名登记"),
    "admit registration": ("admit a registration", "通过实名登记"),
    "refuse registration": ("refuse a registration", "不予通过实名登记"),
    "too many attempts": ("try too often", "尝试次数过多"),
    "form": ("send a form that is not ours", "提交来历不明的表单"),
    "request": ("open a page", "打开页面"),
}
REASONS: dict[str, Sentence] = {
    "name or password was wrong": ("name or password was wrong", "名称或密码有误"),
    "second factor was wrong": ("the code or passkey was wrong", "验证码或通行密钥有误"),
    "recovery code was wrong": ("the recovery code was wrong", "恢复码有误"),
    "password was wrong": ("the password was wrong", "密码有误"),
    "too many attempts": ("the name is shut after too many attempts", "尝试次数过多，名称暂时锁定"),
    "confirmation required": ("the address is not confirmed yet", "邮箱地址尚未确认"),
    "disabled account": ("the account is disabled", "账号已停用"),
    "first password lapsed": ("the first password has lapsed", "初始密码已过期"),
    "by the sign-in service": ("by the sign-in service", "经统一认证服务"),
    "The CSRF token is missing.": ("the hidden field was missing", "缺少隐藏校验字段"),
    "The CSRF tokens do not match.": ("the hidden field was another's", "隐藏校验字段不符"),
}
DETAILS: dict[str, Sentence] = {
    "role": ("role", "角色"),
    "holder": ("for", "单位"),
    "how": ("by", "方式"),
    "status": ("answer", "应答码"),
    "token": ("token", "令牌"),
    "scopes": ("scopes", "范围"),
    "owner": ("owner", "所有人"),
    "version": ("version", "版本"),
    "due": ("due", "期限"),
    "issuer": ("vouched for by", "认证方"),
}
WAYS: dict[str, Sentence] = {
    "password": ("password", "密码"),
    "authenticator": ("one-time code", "动态验证码"),
    "webauthn": ("passkey", "通行密钥"),
    "mf_recovery": ("recovery code", "恢复码"),
    "oidc": ("sign-in service", "统一认证服务"),
    "confirm": ("letter", "邮件链接"),
}
OUTCOMES: dict[str, Sentence] = {
    "done": ("done", "完成"),
    "refused": ("refused", "拒绝"),
    "failed": ("failed", "失败"),
}
HIDDEN = "why_zh"


def told(row: Audited) -> Told:
    """Put a row into words."""
    event = row.event
    chinese = str(event.details.get(HIDDEN, event.why))
    why = words(REASONS.get(event.why, (event.why, chinese)))
    details = tuple(
        (words(DETAILS.get(name, (name, name))), value_in_words(name, str(value)))
        for name, value in event.details.items()
        if value and name != HIDDEN
    )
    return Told(row, deed(event.action), words(OUTCOMES[event.outcome]), why, details)


def deed(action: str) -> str:
    """Give a deed in words; one that has none as it is kept."""
    if action in DEEDS:
        return words(DEEDS[action])
    return words(PERMISSIONS[Action(action)].words) if action in set(Action) else action


def value_in_words(name: str, value: str) -> str:
    """Give a detail's value in words: roles, departments, scopes, ways of signing in."""
    if name == "role" and value in set(Role):
        return words(Role(value).words)
    if name == "holder":
        return words(bodies()[value].name) if value in bodies() else value
    if name == "scopes":
        return ", ".join(
            words(law.words) for scope, law in SCOPES.items() if scope in value.split()
        )
    if name == "how":
        return ", ".join(words(WAYS.get(each, (each, each))) for each in value.split(", "))
    return value


def choices(actions: list[str]) -> tuple[Choice, ...]:
    """Give the deeds that there are, to choose from, by their words."""
    return tuple(
        sorted((Choice(each, deed(each)) for each in actions), key=lambda each: each.words)
    )
