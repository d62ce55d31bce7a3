"""The drawing of lineage: steps end at borders with heads, and none runs behind a box."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from graph.lineage.drawing import BOX, HEIGHT, drawing
from graph.lineage.flows import Flows
from graph.lineage.part import Wish, part_of

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float]


def read(text: str) -> tuple[list[Box], list[list[Box]]]:
    """Give the corners of the boxes, and the points of each step, some along every bend."""
    root = ET.fromstring(text)
    boxes = [
        (float(each.attrib["x"]), float(each.attrib["y"]))
        for each in root.iter(f"{SVG}rect")
        if "x" in each.attrib
    ]
    paths = [each.attrib["d"] for each in root.iter(f"{SVG}path") if "marker-end" in each.attrib]
    return boxes, [points(each) for each in paths]


def points(path: str) -> list[Box]:
    found: list[Box] = []
    for command, told in re.findall(r"([MCHV])([^MCHV]*)", path):
        numbers = [float(each) for each in told.split()]
        if command == "M":
            found.append((numbers[0], numbers[1]))
            continue
        x, y = found[-1]
        if command in "HV":
            found.append((numbers[0], y) if command == "H" else (x, numbers[0]))
            continue
        bend, high, end = numbers[0], numbers[5], numbers[4]
        for part in range(1, 21):
            t = part / 20
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            found.append((a * x + (b + c) * bend + d * end, (a + b) * y + (c + d) * high))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_no_step_runs_behind_a_box_and_no_two_boxes_meet(seed: int):
    """Whatever was drawn: long steps, steps within a level, circles."""
    chance, flows = random.Random(seed), Flows()
    pairs = {(chance.randrange(30), chance.randrange(30)) for _ in range(20 + 2 * seed)}
    for one, other in sorted(pairs):
        if one != other:
            flows.add((str(one), str(other), 0))
    part = part_of(flows, flows.iris[0], Wish(9, 9))
    boxes, lines = read(
        drawing({each.iri: each.level for each in part.seen}, {}, part.steps, part.centre)
    )

    assert len(boxes) == len({each.iri for each in part.seen})
    assert len(lines) == len(part.steps)
    for n, (x, y) in enumerate(boxes):
        assert all(x != a or abs(y - b) >= HEIGHT for a, b in boxes[n + 1 :])
        for line in lines:
            for (x1, y1), (x2, y2) in pairwise(line):
                middle = ((x1 + x2) / 2, (y1 + y2) / 2)
                inside = x + 1 < middle[0] < x + BOX - 1 and y + 1 < middle[1] < y + HEIGHT - 1
                assert not inside, (line, (x, y))
    ends = {(x, y + HEIGHT / 2) for x, y in boxes}
    assert all(
        any(abs(a - x) <= 1 and abs(b - y) <= 1 for x, y in ends)
        for a, b in (line[-1] for line in lines)
    )


def test_names_that_do_not_fit_stand_whole_in_the_title():
    text = drawing({"a": 0, "b": 1}, {"a": "名" * 40, "b": "<b>"}, [("a", "b")], "a")

    assert f"<title>{'名' * 40}</title>" in text
    assert "&lt;b&gt;" in text


def test_a_thing_by_itself_is_drawn():
    assert drawing({"a": 0}, {}, []).count("<rect x=") == 1
