"""How two versions of a query differ: its words field by field, its text line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask_babel import gettext as _

from graph.asking.saved import Said

AROUND = 3  # lines of the text that are shown around a change


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs."""

    label: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text: how it stands ("same", "removed", "added", "gap"), and its number."""

    how: str
    text: str
    number: int | None = None


def changes(before: Said, after: Said) -> tuple[Change, ...]:
    """Give the fields that differ, in the order of the form."""
    labels = {
        "title_zh": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "description_zh": _("Description in Chinese"),
        "description_en": _("Description in English"),
    }
    found = [
        Change(label, _one(getattr(before, name)), _one(getattr(after, name)))
        for name, label in labels.items()
        if getattr(before, name) != getattr(after, name)
    ]
    gone = tuple(each for each in before.tags if each not in after.tags)
    came = tuple(each for each in after.tags if each not in before.tags)
    return (*found, *([Change(_("Tags"), gone, came)] if gone or came else []))


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def lines(before: str, after: str) -> tuple[Line, ...]:
    """Give the text of the later version with what went and what came, and lines around them."""
    was, now = before.splitlines(), after.splitlines()
    if was == now:
        return ()
    found: list[Line] = []
    for group in SequenceMatcher(None, was, now, autojunk=False).get_grouped_opcodes(AROUND):
        if found:
            found.append(Line("gap", ""))
        for tag, i1, i2, j1, j2 in group:
            found.extend(_moved(tag, was[i1:i2], now[j1:j2], j1))
    return tuple(found)


def _moved(tag: str, was: list[str], now: list[str], at: int) -> Iterator[Line]:
    if tag != "equal":
        yield from (Line("removed", each) for each in was)
    how = "same" if tag == "equal" else "added"
    for number, each in enumerate(now, start=at + 1):
        yield Line(how, each, number)
