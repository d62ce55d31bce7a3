"""What the tests of lineage share: the folder of real events, where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """Give the folder of real data, or skip."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real events (../shared/data) is not here")
    return SHARED
