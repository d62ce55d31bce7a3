"""`/associate`: which department holds which key, and what joins with what."""

from web.association.views import blueprint

__all__ = ["blueprint"]
