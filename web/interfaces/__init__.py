"""The interfaces of the house for programs, described as OpenAPI and told on a page."""

from web.interfaces.views import blueprint

__all__ = ["blueprint"]
