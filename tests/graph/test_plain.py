"""Plain values come back from JSON as they were; what UTF-8 cannot say is marked, not refused."""

from __future__ import annotations

import json

import pytest

from graph import plain


@pytest.mark.parametrize(
    "value",
    [None, [], {"键": ["值", 1, -1.5, True, None, {"": []}]}, '\u2028\x00"\\', "灯\U0002ebf0"],
)
def test_what_is_written_is_read_again_and_by_any_other_reader(value: object) -> None:
    assert plain.read(plain.written(value)) == json.loads(plain.text(value)) == value


def test_half_a_pair_of_surrogates_becomes_a_question_mark() -> None:
    assert plain.read(plain.written(["a\ud83dz", "灯"])) == ["a?z", "灯"]


@pytest.mark.parametrize("text", ["", "{", "[1,]", "NaN", b"\xff"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        plain.read(text)
