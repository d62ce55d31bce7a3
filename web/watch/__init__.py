"""What watches the house from outside: is it alive, how far is it, how much is in it."""

from web.watch.views import blueprint

__all__ = ["blueprint"]
