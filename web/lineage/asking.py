"""What an address of lineage asks for; every state of the page is in its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import request

from graph.lineage.part import Wish
from ontology.errors import Invalid
from web.asof import day
from web.page import address

PATH = "/lineage"
DEEPEST = 20
GROUPS = ("department", "system")
MOST_NAMED = 60  # things opened or hidden in one address


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the page: levels, hubs opened, things hidden, grouping, path, days.

    `opened`, `hidden` and `to` are short names (`kind/code`, else whole IRIs). `since` is the other
    day of a difference.
    """

    kind: str
    code: str
    up: int = 1
    down: int = 1
    opened: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    by: str = ""
    to: str = ""
    items: bool = False
    at: date | None = None
    since: date | None = None

    @property
    def path(self) -> str:
        """Give the address without its question."""
        return f"{PATH}/{self.kind}/{quote(self.code, safe='.')}"

    def pairs(self) -> list[tuple[str, str]]:
        """Give the question of the address, without what it says anyway."""
        found = [(name, str(n)) for name, n in (("up", self.up), ("down", self.down)) if n != 1]
        found += [("open", each) for each in self.opened] + [("hide", each) for each in self.hidden]
        found += [("by", self.by)] if self.by else []
        found += [("to", self.to)] if self.to else []
        found += [("items", "1")] if self.items else []
        found += [("at", self.at.isoformat())] if self.at else []
        return [*found, ("since", self.since.isoformat())] if self.since else found

    def url(self, suffix: str = "", /, **changed: Any) -> str:  # noqa: ANN401 - as the fields
        """Give the address of another state."""
        other = replace(self, **changed)
        return address(f"{other.path}{suffix}", other.pairs())

    def wish(self, base: str) -> Wish:
        """Give what is to be in view."""
        return Wish(
            self.up,
            self.down,
            frozenset(whole(each, base) for each in self.opened),
            frozenset(whole(each, base) for each in self.hidden),
        )


def asked(kind: str, code: str) -> Asked:
    """Read the address of this request."""
    args = request.args
    since = args.get("since", "")
    return Asked(
        kind=kind,
        code=code,
        up=levels("up"),
        down=levels("down"),
        opened=named(args.getlist("open")),
        hidden=named(args.getlist("hide")),
        by=args.get("by", "") if args.get("by") in GROUPS else "",
        to=args.get("to", "")[:400],
        items=args.get("items") == "1",
        at=day.asked(),
        since=day.read(since) if since else None,
    )


def levels(name: str) -> int:
    """Read how many levels are asked for."""
    given = request.args.get(name, "1")
    if not (given.isascii() and given.isdigit() and int(given) <= DEEPEST):
        raise Invalid(
            f"“{name}” should be a number of levels from 0 to {DEEPEST}, not “{given[:20]}”.",
            f"参数“{name}”应当是 0 到 {DEEPEST} 的层数，而不是“{given[:20]}”。",
        )
    return int(given)


def named(given: Iterable[str]) -> tuple[str, ...]:
    """Read names of things, each once."""
    return tuple(dict.fromkeys(each[:400] for each in given if each))[:MOST_NAMED]


def short(iri: str, base: str) -> str:
    """Give a name of a thing for an address."""
    return iri.removeprefix(f"{base}/id/")


def whole(name: str, base: str) -> str:
    """Give the IRI that a name in an address means."""
    return name if "://" in name else f"{base}/id/{name}"


__all__ = ["PATH", "Asked", "asked", "short", "whole"]
