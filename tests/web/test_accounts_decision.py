"""The checklist of the decision on accounts names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_checklist_names_is_there() -> None:
    listed = re.findall(
        r"\| (test_\w+) \|", (ROOT / "web/help/decisions/0008-accounts.md").read_text("utf-8")
    )
    written = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    assert len(listed) > 20
    assert [name for name in listed if f"def {name}(" not in written] == []
