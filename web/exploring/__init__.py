"""`/explore`: begin from anything, open what it links to, see how things hang together."""

from web.exploring import handing, keeping
from web.exploring.views import blueprint

__all__ = ["blueprint", "handing", "keeping"]
