"""The application over the tests' town, in which a template that asks for what is not there fails."""

from __future__ import annotations

from functools import cache

from flask import Flask
from jinja2 import StrictUndefined

from tests.town import house, large_instance
from web.app import create_app


@cache
def application() -> Flask:
    """Give the town's application; one for all tests, which read and never write."""
    return strict(create_app(site=house()))


@cache
def large_application() -> Flask:
    """Give the application over the town with ten of every dataset."""
    return strict(create_app(site=house(large_instance())))


def strict(app: Flask) -> Flask:
    """Have an application tell tests of every fault."""
    app.testing = True
    app.jinja_env.undefined = StrictUndefined
    return app
