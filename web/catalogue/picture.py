"""A small drawing of what flows where: boxes left and right of the thing, curves between them.

Only sums: no markup, no store. A name that does not fit its box is cut with its whole kept beside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from flask_babel import gettext as _

from web.catalogue.pages import Node, Picture
from web.page import Link

NARROWEST, WIDEST = 120, 260  # of a box: as wide as the longest name of its column asks
BOX_HEIGHT = 32
GAP_X = 72  # between columns: room for the curves
GAP_Y = 10
MARGIN = 2
PADDING = 22  # of a box, left and right of its name together
SHOWN = 6  # boxes in a column; the lists beside the picture name all
HAN, CAPITAL, SMALL, THIN = 13, 9, 7.2, 4.4  # widths of characters at 13 px


def picture(here: Link, upstream: Sequence[Link], downstream: Sequence[Link]) -> Picture | None:
    """Draw a thing between what it comes from and what it goes to; None where it has neither."""
    if not upstream and not downstream:
        return None
    left, right = column(upstream), column(downstream)
    rows = max(len(left), len(right), 1)
    height = rows * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN
    nodes: list[Node] = []
    x = MARGIN
    for each in (left, [here], right):
        nodes += boxes(each, x, height, here=each == [here])
        x += box_width(each) + GAP_X if each else 0
    middle = next(node for node in nodes if node.here)
    curves = [curve(node, middle) for node in nodes if not node.here]
    width = x - GAP_X + MARGIN
    label = _("What flows into and out of %(name)s", name=here.text.value)
    return Picture(width, height, tuple(nodes), tuple(curves), label)


def column(links: Sequence[Link]) -> list[Link]:
    """Give the links that have room in a column."""
    return list(links[:SHOWN])


def box_width(links: Sequence[Link]) -> int:
    """Give how wide the boxes of one column are: all alike, for the longest name that has room."""
    longest = max((sum(map(advance, link.text.value)) for link in links), default=0)
    return min(max(round(longest) + PADDING, NARROWEST), WIDEST)


def boxes(links: Sequence[Link], x: int, height: int, *, here: bool) -> list[Node]:
    """Stand the links of one column under one another, in the middle of the height."""
    total = len(links) * (BOX_HEIGHT + GAP_Y) - GAP_Y
    top, width = (height - total) // 2, box_width(links)
    return [
        Node(
            x=x,
            y=top + row * (BOX_HEIGHT + GAP_Y),
            width=width,
            height=BOX_HEIGHT,
            text=fitted(link.text.value, width - PADDING),
            full=link.text.value,
            url="" if here else link.url,
            here=here,
        )
        for row, link in enumerate(links)
    ]


def curve(one: Node, middle: Node) -> str:
    """Draw from the left box of two to the right one, as a path."""
    left, right = sorted((one, middle), key=lambda node: node.x)
    x1, y1 = left.x + left.width, left.y + left.height // 2
    x2, y2 = right.x - 6, right.y + right.height // 2  # room for the arrow's head
    bend = (x1 + x2) // 2
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"


def fitted(text: str, width: float) -> str:
    """Cut a text to a width, with an ellipsis where it was cut."""
    used = 0.0
    for place, character in enumerate(text):
        used += advance(character)
        if used > width:
            return text[: max(1, place - 1)].rstrip() + "…"
    return text


def advance(character: str) -> float:
    """Give about how wide a character is."""
    if unicodedata.east_asian_width(character) in "WF":
        return HAN
    if character in "fijlrtI .,:;'()-":
        return THIN
    return CAPITAL if character.isupper() or character in "mw" else SMALL
