"""Who may see an entry: the law of the two axes."""

from __future__ import annotations

import pytest

from ontology.clearance import Clearance, clearance_of_entry, strictest
from ontology.code_lists import code_list

OPEN, SHARED, GOVERNANCE = Clearance


@pytest.mark.parametrize(
    ("openness", "sharing", "expected"),
    [
        ("unconditional", "unconditional", OPEN),
        ("conditional", None, OPEN),
        (None, None, OPEN),
        ("none", "unconditional", SHARED),
        ("none", "conditional", SHARED),
        ("none", None, SHARED),
        ("none", "none", GOVERNANCE),
        ("unconditional", "none", GOVERNANCE),
        (None, "none", GOVERNANCE),
    ],
)
def test_an_entry_is_seen_by_as_many_as_both_axes_allow(
    openness: str | None, sharing: str | None, expected: Clearance
) -> None:
    assert clearance_of_entry(openness=openness, sharing=sharing) is expected


@pytest.mark.parametrize("openness", [None, "unconditional", "conditional", "none"])
@pytest.mark.parametrize("sharing", [None, "unconditional", "conditional", "none"])
@pytest.mark.parametrize("load", Clearance)
def test_an_entry_is_never_below_the_clearance_of_its_load(
    openness: str | None, sharing: str | None, load: Clearance
) -> None:
    assert load.covers(load)
    assert clearance_of_entry(openness=openness, sharing=sharing, load=load).covers(load)


def test_the_stricter_covers_the_wider_and_not_the_other_way() -> None:
    assert GOVERNANCE.covers(SHARED)
    assert SHARED.covers(OPEN)
    assert not OPEN.covers(SHARED)
    assert strictest(OPEN, GOVERNANCE, SHARED) is GOVERNANCE


def test_the_words_of_the_law_are_those_of_the_code_lists() -> None:
    for name in ("sharing", "openness"):
        assert [each.notation for each in code_list(name)] == [
            "unconditional",
            "conditional",
            "none",
        ]
