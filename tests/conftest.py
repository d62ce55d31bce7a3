"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is slow now and then; how fast something is, the benchmark says (tests/bench).
settings.register_profile("house", deadline=None)
settings.load_profile("house")
