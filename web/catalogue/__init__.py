"""The catalogue: home, search, the pages of things and their other forms."""

from web.catalogue.views import blueprint

__all__ = ["blueprint"]
