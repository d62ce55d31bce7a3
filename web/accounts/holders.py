"""For whom roles can be held: the departments and districts of the city, as the graph names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.code_lists import code_list
from ontology.errors import Invalid
from ontology.people import COMMAND_LINE, HOLDERS, Grant, Holder, Role
from ontology.sentences import Sentence
from sparql.query import rows
from web.accounts.pages import Choice, GrantLine
from web.accounts.people import words
from web.accounts.store import Held
from web.site import site


@dataclass(frozen=True, slots=True)
class Body:
    """A department or a district: its code, its name, and the district it belongs to."""

    code: str
    name: Sentence
    district: str | None


def bodies() -> dict[str, Body]:
    """Give every department and district by code; none in a house without data."""
    if site().snapshots is None:
        return {}
    return bodies_of(site().snapshots.view(Clearance.OPEN))


@lru_cache(maxsize=4)
def bodies_of(view: View) -> dict[str, Body]:
    """Read departments and districts from a view, once for each snapshot."""
    names: dict[str, dict[str, str]] = {}
    districts: dict[str, str | None] = {}
    for row in rows(view, "people/holders"):
        code = row.text("code") or ""
        names.setdefault(code, {})[row.name.language or "zh"] = row.text("name") or ""
        districts[code] = row.text("district")
    found = {
        code: Body(
            code, (told.get("en", told.get("zh", code)), told.get("zh", code)), districts[code]
        )
        for code, told in names.items()
    }
    for code in {each for each in districts.values() if each}:
        concept = code_list("division").by_notation(code)
        name = (concept.en, concept.zh) if concept else (code, code)
        found[code] = Body(code, name, code)
    return found


def called(who: str) -> Sentence:
    """Give the name of who changed something, in both languages where it has one in both."""
    if who == COMMAND_LINE:
        return COMMAND_LINE, "命令行"
    return next((each.name for each in bodies().values() if who in each.name), (who, who))


def district_of(holder: str | None) -> str | None:
    """Give the division code of the district that a department or district belongs to."""
    body = bodies().get(holder or "")
    return body.district if body else None


def grant_of(role: str, holder: str) -> Grant:
    """Read a grant as a form or a command names it.

    Raises Invalid where there is no such role, or nobody of that code.
    """
    if role not in set(Role) or role == Role.VISITOR:
        raise Invalid(f"There is no role “{role}” to give.", f"没有可授予的角色“{role}”。")
    code = holder.strip() or None
    if HOLDERS[Role(role)] is Holder.ONESELF:
        code = None
    if code is not None and code not in bodies():
        raise Invalid(
            f"There is no department or district of the code “{code}”.",
            f"没有代码为“{code}”的部门或区。",
        )
    if code is not None and HOLDERS[Role(role)] is Holder.CITY and not is_district(code):
        raise of_the_office(Role(role), code)
    return Grant(Role(role), code)


def is_district(code: str) -> bool:
    """Say whether a code is that of a division (310104), not of a department."""
    return code_list("division").by_notation(code) is not None


def of_the_office(role: Role, code: str) -> Invalid:
    """Say that a role of the city's office is not held for a department."""
    en, zh = role.words
    return Invalid(
        f"The role “{en}” is held for the whole city or for a district, not for the department “{code}”.",
        f"“{zh}”只能为全市或某个区担任，不能为部门“{code}”担任。",
    )


def lines_of(held: Iterable[Held], takeable: frozenset[int] = frozenset()) -> tuple[GrantLine, ...]:
    """Put grants into words."""
    known = bodies()
    return tuple(
        GrantLine(
            each,
            words(each.grant.role.words),
            words(known[each.grant.holder].name)
            if each.grant.holder in known
            else each.grant.holder or "",
            each.number in takeable,
        )
        for each in held
    )


def choices() -> tuple[Choice, ...]:
    """Give departments and districts to choose from, by name."""
    named = (Choice(each.code, f"{words(each.name)} ({each.code})") for each in bodies().values())
    return tuple(sorted(named, key=lambda each: each.words))
