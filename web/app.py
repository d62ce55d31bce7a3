"""The application is put together here, and only here."""

from __future__ import annotations

from flask import Blueprint, Flask

from web import assets, errors, help, language, navigation, security, wording  # noqa: A004
from web.site import Settings, Site

LARGEST_REQUEST = 64 * 1024 * 1024


def create_app(settings: Settings | None = None, *, site: Site | None = None) -> Flask:
    """Make the application for a house; without one, the frame and the manual alone."""
    house = site or Site(settings=settings or Settings())
    app = Flask("web.app")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.debug = house.settings.debug
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["govgraph"] = house
    for part in (language, wording, assets, navigation, security, errors):
        part.register(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    return app


def blueprints() -> tuple[Blueprint, ...]:
    """Give the tasks of the house, one blueprint each."""
    return (help.blueprint,)
