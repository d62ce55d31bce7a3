"""What the name of a data item says: its words, its unit, its other names in brackets.

Names are folded for width, case and spaces, and the words that are written for one another are
written alike. Whose something is (申请人姓名) is no part of what it is (姓名). The word lists are
data (`item_names.toml`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

BRACKETS = re.compile(r"\(([^()]*)\)")
ALTERNATIVES = re.compile(r"[/、|]")
NUMBER = re.compile(r"[_\-]?\d+$")
NOISE = re.compile(r"[\s\"'“”《》<>\[\]【】:：*]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is read.

    `whole` is the folded name without its brackets; `others` what else it may be called: the parts
    on both sides of a slash, and what stands in brackets and is no unit; `unit` the kind of unit
    that it names ("money", ...), "" for none.
    """

    whole: str
    others: tuple[str, ...] = ()
    unit: str = ""


@cache
def words() -> Mapping[str, Any]:
    """Give the word lists."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _units() -> dict[str, str]:
    """Give the kind of each unit, by the unit as it is folded."""
    return {plain(each): kind for kind, some in words()["units"].items() for each in some}


@lru_cache(65_536)
def plain(text: str) -> str:
    """Give a text with width, case, spaces and quotation marks folded away."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(65_536)
def alike(text: str) -> str:
    """Give a folded text with words that are written for one another written alike."""
    for one, other in words()["same"].items():
        text = text.replace(one, other)
    return text


@lru_cache(65_536)
def read(text: str) -> Name:
    """Read a name."""
    folded = plain(text)
    inside = BRACKETS.findall(folded)
    outside = BRACKETS.sub("", folded).strip("()") or folded
    unit = next((_units()[each] for each in inside if each in _units()), "")
    others = [each for each in ALTERNATIVES.split(outside) if each != outside]
    others += [each for each in inside if each and each not in _units() and not listed(each)]
    return Name(NUMBER.sub("", outside), tuple(dict.fromkeys(others)), unit)


def listed(text: str) -> bool:
    """Say whether a bracket lists examples or values rather than another name."""
    return bool(ALTERNATIVES.search(text)) or text in {"是", "否", "是否"}


def stripped(name: str) -> Iterator[tuple[str, str, str]]:
    """Give what is left of a folded name without a role before it or a tail behind it.

    Each comes with the role and the tail that were taken away ("" for none); never the name itself.
    """
    roles = sorted(words()["roles"], key=len, reverse=True)
    before = ["", *(each for each in roles if name.startswith(each))]
    behind = ["", *(each for each in words()["tails"] if name.endswith(each))]
    for role in before:
        for tail in behind:
            left = name[len(role) : len(name) - len(tail)]
            if left and left != name:
                yield left, role, tail


def pairs(text: str) -> frozenset[str]:
    """Give every two neighbouring characters of a text; a text of one gives itself."""
    return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def likeness(one: str, other: str) -> float:
    """Give how alike two texts are, from 0 to 1: twice the common pairs by all pairs (Dice)."""
    first, second = pairs(one), pairs(other)
    return 2 * len(first & second) / (len(first) + len(second))
