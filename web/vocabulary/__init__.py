"""What our words mean, for people and for programs: /ns, its lists, its shapes, its context."""

from __future__ import annotations

from web.vocabulary.views import blueprint

__all__ = ["blueprint"]
