"""The short notation of data items in the tables: a dictionary of fields, and lists over it.

A list is separated by a comma and a blank, or by line ends. `uscc` is the field of the dictionary as it stands;
`builder:uscc=建设单位代码|Builder's code|说明` the same with a column name and words of its own;
`seats:I4=座位数|Seats` a field of this dataset alone. `flow_[00-23]:I8=[00-23]时流量|…` is 24.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from graph.sample.specs import STRICTNESS, Item, stricter

TYPE = re.compile(r"([CNYDTLMGBIF])(\d*)\Z")
SPAN = re.compile(r"\[(\d+)-(\d+)\]")
USUAL_LENGTH = {"D": 10, "T": 19, "L": 1, "N": 12, "Y": 16, "I": 10, "B": 16, "F": 12, "M": 2000}


def type_and_length(text: str) -> tuple[str, int]:
    """Read "C18" as ("C", 18); a type without a length has its usual one."""
    match = TYPE.match(text)
    if match is None:
        message = f"not an item type: {text}"
        raise ValueError(message)
    letter, length = match.groups()
    return letter, int(length or USUAL_LENGTH.get(letter, 100))


def field_of(name: str, line: str, sensitivity: Mapping[str, Mapping[str, str]]) -> Item:
    """Read a dictionary line "zh|en|type|element|about|grade|about_en"; the tail may be missing."""
    zh, en, kind, element, about, grade, about_en = [*line.split("|"), *[""] * 5][:7]
    letter, length = type_and_length(kind)
    axes = sensitivity.get(grade, {})
    return Item(name, zh, en, letter, length, about, element, about_en=about_en, **axes)


def items_of(text: str, fields: Mapping[str, Item]) -> tuple[Item, ...]:
    """Read a whole list."""
    tokens = (token.strip() for token in re.split(r",\s|\n", text))
    return tuple(item_of(each, fields) for token in tokens if token for each in spread(token))


def spread(token: str) -> Iterator[str]:
    """Give a token once, or once for every number of its span."""
    span = SPAN.search(token)
    if span is None:
        yield token
        return
    first, last = span.groups()
    for number in range(int(first), int(last) + 1):
        yield SPAN.sub(f"{number:0{len(first)}d}", token)


def item_of(token: str, fields: Mapping[str, Item]) -> Item:
    """Read one token of a list."""
    head, _, words = token.partition("=")
    name, _, base = head.partition(":")
    if not base:
        return fields[name]
    zh, en, about = [*words.split("|"), "", ""][:3]
    if base in fields:
        model = fields[base]
        return replace(
            model,
            name=name,
            zh=zh or model.zh,
            en=en or model.en,
            about=about or model.about,
            about_en="" if about else model.about_en,
        )
    letter, length = type_and_length(base)
    return Item(name, zh, en, letter, length, about)


def axes_of(items: tuple[Item, ...], sharing: str, openness: str) -> tuple[str, str]:
    """Give an entry's two axes: as strict as said, and as its strictest item."""
    shared = stricter(sharing, *(item.sharing for item in items))
    opened = stricter(openness, *(item.openness for item in items))
    return shared, "none" if shared == "none" else opened


def agreeing(items: tuple[Item, ...], sharing: str, openness: str) -> tuple[Item, ...]:
    """Let the last third of the items carry the entry's axes where no item does of itself.

    An entry is as strict as its strictest item (the district resource form, DOMAIN §1.3), so an
    entry that is stricter than all its items would be told wrongly.
    """
    tail = len(items) - max(1, len(items) // 3)
    if all(STRICTNESS[item.sharing] < STRICTNESS[sharing] for item in items):
        items = tuple(
            replace(item, sharing=sharing) if place >= tail else item
            for place, item in enumerate(items)
        )
    if all(STRICTNESS[item.openness] < STRICTNESS[openness] for item in items):
        items = tuple(
            replace(item, openness=openness) if place >= tail else item
            for place, item in enumerate(items)
        )
    return tuple(withheld_too(item) for item in items)


def withheld_too(item: Item) -> Item:
    """Hold that what is not shared is not open."""
    return replace(item, openness="none") if item.sharing == "none" else item
