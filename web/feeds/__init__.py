"""The catalogue as a feed for harvesters: `/catalog` and `/catalog.{ttl,rdf,jsonld,nt}`."""

from web.feeds.views import blueprint

__all__ = ["blueprint"]
