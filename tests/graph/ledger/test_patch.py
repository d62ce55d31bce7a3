"""Files of statements: found again whole, and quickly by how a statement begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.ledger import patch
from graph.ledger.patch import Files, Section, Spool
from ontology.clearance import Clearance


def test_statements_with_a_head_are_found_wherever_pieces_of_the_text_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(tmp_path)
    spool = Spool(files, Section(added=True, clearance=Clearance.OPEN, graph="urn:g", count=0))
    lines = [
        f'<urn:{"service" if n % 7 == 0 else "other"}:{n}> <urn:p> "灯 {n}" .' for n in range(3000)
    ]
    spool.add(lines)
    name = spool.finish().file
    sought = [each for each in lines if each.startswith("<urn:service:")]

    for size in (17, 1000, 1 << 20):
        monkeypatch.setattr(patch, "PIECE", size)
        assert list(files.holding(name, "<urn:service:")) == sought
    assert list(files.holding(name, "<urn:none:")) == []
