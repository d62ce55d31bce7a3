"""Accounts as the application takes them in: pages, sign-in, demo people. None without accounts."""

from __future__ import annotations

from flask import Flask

from web.accounts import auditing, keeping, oidc, own, signing
from web.accounts.agents import agent_in_words
from web.accounts.demo import DEMO_PASSWORD, shown_people
from web.accounts.views import blueprint

PAGES = (auditing, keeping, oidc, own)  # they add their addresses to the blueprint when imported


def register(app: Flask) -> None:
    """Give the application accounts, where its house keeps them."""
    house = app.extensions["govgraph"]
    if house.accounts is None:
        return
    app.register_blueprint(blueprint)
    app.jinja_env.filters["agent"] = agent_in_words
    signing.install(app)
    oidc.install(app)
    if house.accounts.post.waiting():
        house.accounts.post.look_in()  # what the last run could not hand over
    if house.settings.demo:
        app.extensions["security"].login_context_processor(
            lambda: {"demo_people": shown_people(), "demo_password": DEMO_PASSWORD}
        )
