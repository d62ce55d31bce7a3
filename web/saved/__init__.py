"""Saved queries: one list of what people keep and what ships, a page for each, and its interface."""

from web.saved import calling, editing
from web.saved.views import blueprint

__all__ = ["blueprint", "calling", "editing"]
