"""Asking the graph: the SPARQL endpoint and the plain page to write a query on."""

from web.query.views import blueprint

__all__ = ["blueprint"]
