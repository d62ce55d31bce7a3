"""Asking the graph: the SPARQL endpoint, the page to write a query on, and help in writing it."""

from web.query import building, schema, store
from web.query.assisting import blueprint as assisting
from web.query.log import log
from web.query.views import blueprint

__all__ = ["assisting", "blueprint", "building", "log", "schema", "store"]
