"""The application is put together here, and only here."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from graph.home import Settings
from web import (
    assets,
    association,
    bodies,
    catalogue,
    cataloguing,
    errors,
    exploring,
    feeds,
    governance,
    help,  # noqa: A004 - the manual's name
    interfaces,
    language,
    lineage,
    navigation,
    packing,
    query,
    saved,
    security,
    vocabulary,
    watch,
    wording,
)
from web.accounts import gate, people
from web.past import gate as past
from web.query import door
from web.site import Site


def create_app(settings: Settings | None = None, *, site: Site | None = None) -> Flask:
    """Make the application for a house, with every task it has."""
    app = frame(site or Site(settings=settings or Settings()))
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    gate.register(app)
    past.register(app)
    door.register(app)
    behind(app, app.extensions["govgraph"].settings.proxies)
    return app


def behind(app: Flask, proxies: int) -> None:
    """Take the address that a request came from, and its scheme, from so many servers in front.

    Nobody else is believed: what a client itself says of where it comes from counts for nothing.
    """
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def frame(house: Site) -> Flask:
    """Make the application's frame alone: language, looks, law and refusals, but no task."""
    app = Flask("web.app")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.debug = house.debug
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["govgraph"] = house
    for part in (language, wording, assets, navigation, security, errors, people, packing, bodies):
        part.register(app)
    return app


def blueprints() -> tuple[Blueprint, ...]:
    """Give the tasks of the house, one blueprint each."""
    return (
        catalogue.blueprint,
        cataloguing.blueprint,
        query.blueprint,
        query.assisting,
        saved.blueprint,
        interfaces.blueprint,
        feeds.blueprint,
        governance.blueprint,
        lineage.blueprint,
        lineage.telling,
        association.blueprint,
        exploring.blueprint,
        vocabulary.blueprint,
        help.blueprint,
        watch.blueprint,
    )
